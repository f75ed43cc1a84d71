//! Dockerfiles: one that copies the code by name must copy the wrapper, too.
//!
//! Without it the program does not start in the container. Where it has to go is told, not
//! written: what the stages of an image hand on to each other is not known here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ignore::gitignore::GitignoreBuilder;

use super::{Desk, Fact, HintKind, Unedited};
use crate::fix::package::text;

/// How much of what lies in a folder is looked at for Dockerfiles.
const MAX_ENTRIES: usize = 256;

/// The folder that has the Dockerfiles where they do not lie at the top.
const FOLDER: &str = "docker";

/// An instruction that copies files into an image.
#[derive(Debug, PartialEq, Eq)]
struct Copied {
    /// `COPY --chown=app`.
    start: String,
    sources: Vec<String>,
    target: String,
}

/// A Dockerfile, and what it copies.
struct Dockerfile {
    file: PathBuf,
    copied: Vec<Copied>,
}

/// Tells the Dockerfiles that copy fixed code, but not the wrapper.
pub(super) fn add(desk: &mut Desk<'_>) {
    let mut asked = BTreeSet::new();
    let mut hints = BTreeSet::new();
    let mut seen: BTreeMap<&Path, Vec<Dockerfile>> = BTreeMap::new();
    for fact in desk.facts {
        if !asked.insert((&fact.file, &fact.wrapper)) {
            continue;
        }
        let folders = fact.file.ancestors().skip(1);
        for folder in folders.take_while(|it| it.starts_with(desk.root)) {
            for image in seen.entry(folder).or_insert_with(|| dockerfiles(folder)) {
                if let Some(line) = missing(image, fact, desk.root) {
                    hints.insert((fact.shown(&image.file), line));
                }
            }
        }
    }
    for (path, line) in hints {
        let (reason, lines) = (Unedited::Copies, vec![line]);
        desk.hint(path, HintKind::ByHand { reason, lines });
    }
}

/// The Dockerfiles in a folder, and in the folder for them next to it.
fn dockerfiles(folder: &Path) -> Vec<Dockerfile> {
    let folders = [folder.to_owned(), folder.join(FOLDER)].into_iter();
    let entries = folders.filter_map(|it| it.read_dir().ok());
    let entries = entries.flat_map(|it| it.flatten().take(MAX_ENTRIES));
    let named = entries.filter(|it| {
        let name = it.file_name();
        let name = name.to_string_lossy();
        let name = name.to_ascii_lowercase();
        name == "dockerfile" || name.starts_with("dockerfile.") || name.ends_with(".dockerfile")
    });
    let read = named.filter_map(|it| {
        let file = it.path();
        let copied = instructions(&text(&file)?);
        Some(Dockerfile { file, copied })
    });
    read.collect()
}

/// The instructions of a Dockerfile that copy files of the project.
fn instructions(text: &str) -> Vec<Copied> {
    let lines = text.lines().filter(|it| !it.trim_start().starts_with('#'));
    let mut logical: Vec<String> = Vec::new();
    let mut open = false;
    for line in lines {
        let rest = line.trim_end().strip_suffix('\\');
        match logical.last_mut().filter(|_| open) {
            Some(last) => last.push_str(rest.unwrap_or(line)),
            None => logical.push(rest.unwrap_or(line).to_owned()),
        }
        open = rest.is_some();
    }
    logical.iter().filter_map(|it| copied(it)).collect()
}

/// What one instruction copies, when it copies files of the project.
fn copied(line: &str) -> Option<Copied> {
    let mut words = line.split_whitespace().peekable();
    let verb = words.next()?;
    if !["COPY", "ADD"]
        .iter()
        .any(|it| verb.eq_ignore_ascii_case(it))
    {
        return None;
    }
    let mut start = vec![verb];
    while let Some(flag) = words.next_if(|it| it.starts_with("--")) {
        if flag.starts_with("--from=") {
            return None;
        }
        start.push(flag);
    }
    let rest: Vec<&str> = words.collect();
    let rest = rest.join(" ");
    let mut paths: Vec<String> = match serde_json::from_str(&rest) {
        Ok(listed) => listed,
        Err(_) => rest.split(' ').map(str::to_owned).collect(),
    };
    let target = paths.pop()?;
    Some(Copied {
        start: start.join(" "),
        sources: paths,
        target,
    })
}

/// The instruction that is missing, when the code is copied and the wrapper is not.
fn missing(image: &Dockerfile, fact: &Fact, root: &Path) -> Option<String> {
    // The folder that an image is built from is one around the Dockerfile.
    let contexts = image.file.ancestors().skip(1);
    let mut contexts = contexts.take_while(|it| it.starts_with(root));
    let instruction_for = |context: &Path, path: &Path| {
        let path = path.strip_prefix(context).ok()?.to_owned();
        let mut all = image
            .copied
            .iter()
            .flat_map(|it| it.sources.iter().map(move |source| (it, source)));
        all.find(|(_, source)| has(source, &path))
    };
    let (context, (instruction, source)) =
        contexts.find_map(|it| Some((it, instruction_for(it, &fact.file)?)))?;
    if instruction_for(context, &fact.wrapper).is_some() {
        return None;
    }
    let wrapper = fact.wrapper.strip_prefix(context).ok()?;
    let target = target(instruction, source, wrapper);
    let target = target.unwrap_or_else(|| "<beside the code>".to_owned());
    Some(format!(
        "{} {} {target}",
        instruction.start,
        wrapper.display()
    ))
}

/// Whether `source`, as an instruction names it, is `path` or a folder around it.
fn has(source: &str, path: &Path) -> bool {
    let plain = plain(source);
    if plain.is_empty() || plain == "." {
        return true;
    }
    let mut builder = GitignoreBuilder::new("");
    let added = builder.add_line(None, &format!("/{plain}")).is_ok();
    let matcher = builder.build().ok().filter(|_| added);
    matcher.is_some_and(|it| it.matched_path_or_any_parents(path, false).is_ignore())
}

/// A path of the context without what does not count in it.
fn plain(source: &str) -> &str {
    let source = source.trim_start_matches("./").trim_start_matches('/');
    source.trim_end_matches('/')
}

/// Where the wrapper goes, when `source` next to it goes to the target of `copied`.
fn target(copied: &Copied, source: &str, wrapper: &Path) -> Option<String> {
    let source = Path::new(plain(source));
    if source.parent() != wrapper.parent() {
        return None;
    }
    let name = wrapper.file_name()?.to_str()?;
    let target = copied.target.as_str();
    if copied.sources.len() > 1 || target == "." || target.ends_with('/') {
        return Some(format!("{}/{name}", target.trim_end_matches('/')));
    }
    let folder = target.strip_suffix(source.file_name()?.to_str()?)?;
    let whole = folder.is_empty() || folder.ends_with('/');
    whole.then(|| format!("{folder}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_instruction_copies_is_read() {
        let text = "FROM a\n# COPY x y\nCOPY --chown=app a.py \\\n  b.py ./\nADD [\"app\", \"/app\"]\n\
                    COPY --from=0 /x /y\ncopy . .\n";
        let of = |start: &str, sources: &[&str], target: &str| Copied {
            start: start.to_owned(),
            sources: sources.iter().map(|it| (*it).to_owned()).collect(),
            target: target.to_owned(),
        };
        assert_eq!(
            instructions(text),
            [
                of("COPY --chown=app", &["a.py", "b.py"], "./"),
                of("ADD", &["app"], "/app"),
                of("copy", &["."], "."),
            ]
        );
    }

    #[test]
    fn a_source_has_what_lies_in_it() {
        let path = Path::new("app/core/config.py");
        for source in [
            "app",
            "./app/",
            ".",
            "/",
            "app/core",
            "a*",
            "app/core/config.py",
        ] {
            assert!(has(source, path), "{source}");
        }
        for source in ["core", "config.py", "*.py", "application", "$APP"] {
            assert!(!has(source, path), "{source}");
        }
    }

    #[test]
    fn the_wrapper_goes_where_its_neighbour_goes() {
        let goes = |line: &str, wrapper: &str| {
            let copied = copied(line).unwrap();
            target(&copied, &copied.sources[0], Path::new(wrapper))
        };
        let at = |it: &str| Some(it.to_owned());
        assert_eq!(goes("COPY app app", "w"), at("w"));
        assert_eq!(goes("COPY ./b/app /srv/b/app", "b/w"), at("/srv/b/w"));
        assert_eq!(goes("COPY a.py c.py ./", "w"), at("./w"));
        assert_eq!(goes("COPY app /srv/application", "w"), None);
        assert_eq!(goes("COPY b/app b/app", "w"), None);
    }
}
