//! What the program in the interpreter says, in words of this one: numbers and known codes alone.

use serde::Deserialize;

use super::Fault;
use crate::manifest::Entry;

/// A line of an answer.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Line {
    Read { number: usize, codes: Vec<Code> },
    Unloadable { unloadable: String },
    End { end: bool },
}

/// What is wrong with a secret.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Code {
    OfField(String, usize),
    Whole([String; 1]),
}

/// What was answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The faults of each secret, in the order of the question.
    All(Vec<Vec<Fault>>),
    /// The module was not loaded: why, and what to do.
    Unloadable(&'static str, &'static str),
    /// Less than everything.
    Broken,
}

/// Reads what was said; what does not begin with `word` was said by somebody else.
pub(super) fn read(said: &str, word: &str, entries: &[&Entry]) -> Answer {
    let mut all = Vec::new();
    for line in said.lines().filter_map(|it| it.strip_prefix(word)) {
        match serde_json::from_str(line) {
            Ok(Line::Read { number, codes }) if number == all.len() => {
                let Some(entry) = entries.get(number) else {
                    return Answer::Broken;
                };
                all.push(codes.iter().map(|it| fault(it, entry)).collect());
            }
            Ok(Line::Unloadable { unloadable }) => {
                let (why, help) = reason(&unloadable);
                return Answer::Unloadable(why, help);
            }
            Ok(Line::End { end: true }) if all.len() == entries.len() => return Answer::All(all),
            Ok(_) | Err(_) => return Answer::Broken,
        }
    }
    Answer::Broken
}

/// The fault that a code stands for.
fn fault(code: &Code, entry: &Entry) -> Fault {
    let unknown = || Fault::Unread("something went wrong".to_owned());
    match code {
        Code::OfField(code, number) => {
            let name = entry.fields.keys().nth(*number);
            match (&**code, name) {
                ("field", Some(name)) => Fault::Field(name.clone()),
                ("kind", Some(name)) => Fault::FieldKind(name.clone()),
                _ => unknown(),
            }
        }
        Code::Whole([code]) => match &**code {
            "secret_not_found" => Fault::Missing,
            "secret_pending_deletion" => Fault::Removed,
            "secret_placeholder" => Fault::Placeholder,
            "secret_invalid_json" => Fault::NotAnObject,
            "secret_access_denied" => Fault::Denied("the program may not".to_owned()),
            "secret_unauthenticated" => {
                Fault::Denied("the store does not know the program".to_owned())
            }
            "secret_backend_unavailable" => Fault::Unread("the store does not answer".to_owned()),
            "secret_throttled" => Fault::Unread("the store was asked too often".to_owned()),
            "secret_store_locked" => {
                Fault::Unread("nothing here opens the encrypted file".to_owned())
            }
            "secret_invalid" | "secret_binary" => Fault::Unread("it is no text".to_owned()),
            "configuration" => Fault::Unread(
                "its settings do not do, or a package or adapter is missing".to_owned(),
            ),
            _ => unknown(),
        },
    }
}

/// Why a module was not loaded, and what to do.
fn reason(code: &str) -> (&'static str, &'static str) {
    match code {
        "syntax" => (
            "its version does not understand what is written there",
            "use the version of the project: Python 3.9 or later, Node 20 or later",
        ),
        "import" => (
            "something that it imports is missing, or it is another module of that name",
            "install what the project needs in this interpreter; `shield fix` writes the module anew \
             when it is not there",
        ),
        "typescript" => (
            "this version of Node does not read TypeScript, and the project has no compiler",
            "install the packages of the project (`typescript` among them), or use Node 22.18 or later",
        ),
        _ => (
            "it fails on being loaded",
            "load the module by hand in this interpreter, and see what happens",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;

    fn manifest() -> Manifest {
        let text = "schema: 1\napp: a\nsecrets:\n  - name: a\n  - { name: b, kind: json, \
                    fields: { x: secret, y: integer } }\n";
        Manifest::parse("it", text).unwrap()
    }

    fn answer(said: &str) -> Answer {
        let manifest = manifest();
        let entries: Vec<&Entry> = manifest.secrets.iter().collect();
        read(said, "W", &entries)
    }

    #[test]
    fn codes_become_faults() {
        let said = "W{\"number\":0,\"codes\":[[\"secret_not_found\"]]}\nnoise\n\
                    W{\"number\":1,\"codes\":[[\"field\",0],[\"kind\",1]]}\nW{\"end\":true}\n";
        let wanted = vec![
            vec![Fault::Missing],
            vec![
                Fault::Field("x".to_owned()),
                Fault::FieldKind("y".to_owned()),
            ],
        ];
        assert_eq!(answer(said), Answer::All(wanted));
    }

    #[test]
    fn nothing_that_is_said_is_repeated() {
        let canary = concat!("rosebud", "-canary");
        let said = format!(
            "W{{\"number\":0,\"codes\":[[\"{canary}\"]]}}\n\
             W{{\"number\":1,\"codes\":[[\"{canary}\",1],[\"field\",9]]}}\nW{{\"end\":true}}\n"
        );
        assert!(!format!("{:?}", answer(&said)).contains(canary));
        let failed = answer(&format!("W{{\"unloadable\":\"{canary}\"}}\n"));
        assert!(matches!(failed, Answer::Unloadable(..)));
        assert!(!format!("{failed:?}").contains(canary));
    }

    #[test]
    fn less_than_everything_is_nothing() {
        for said in [
            "",
            "W{\"end\":true}\n",
            "W{\"number\":0,\"codes\":[]}\n",
            "W{\"number\":1,\"codes\":[]}\n",
            "W{\"number\":0,\"codes\":[]}\nW{\"number\":1,\"codes\":[]}\n",
            "Wnot json\n",
        ] {
            assert_eq!(answer(said), Answer::Broken, "{said}");
        }
    }
}
