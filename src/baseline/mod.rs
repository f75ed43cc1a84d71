//! Findings that somebody has looked at and lets be.
//!
//! `.shield/baseline.jsonl` is meant to be committed: a line of JSON for each finding, by
//! fingerprint, without times and lines of code, so that code can move and branches can both add to
//! it. It holds no value, and of a value eight bits of a hash, inside of the fingerprint.

mod entry;
mod error;
pub mod import;

pub use entry::{Entry, Note, is_day};
pub use error::BaselineError;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

use crate::finding::Finding;
use crate::finding::Suppression;
use crate::notice::Notice;
use crate::notice::NoticeKind;
use crate::seal::private;
use crate::seal::private::Readers;

/// Where the list is, from the root of a project, unless somebody says otherwise.
pub const FILE: &str = ".shield/baseline.jsonl";

/// The most bytes that a list may have: a hundred thousand findings and more.
pub const LIMIT: u64 = 32 * 1024 * 1024;

/// Tells git to keep the lines of both sides where two branches add to a list.
const ATTRIBUTES: &str = "baseline.jsonl merge=union text eol=lf\n";

/// Findings that somebody has looked at and lets be.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    entries: BTreeMap<String, Entry>,
}

/// Whether there was a list to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// There may be none.
    Maybe,
    /// There has to be one.
    Surely,
}

impl Baseline {
    /// Reads the list at `path`; an empty one when there is none and there need not be one.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be read, or is no such list.
    pub fn load(path: &Path, wanted: Wanted) -> Result<Self, BaselineError> {
        match private::read(path, LIMIT, Readers::Anybody)? {
            Some(text) => Self::of_text(&text, path),
            None if wanted == Wanted::Maybe => Ok(Self::default()),
            None => Err(BaselineError::Missing {
                path: path.to_owned(),
            }),
        }
    }

    /// Reads a list from its text, which lies at `path`.
    ///
    /// A finding may be in it more than once: that is what a merge of two branches leaves that
    /// have both added it. Where one of them gives a reason and the other none, the reason counts.
    ///
    /// # Errors
    ///
    /// Fails when it is no such list.
    pub fn of_text(text: &str, path: &Path) -> Result<Self, BaselineError> {
        let mut baseline = Self::default();
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let damaged = |reason: String| BaselineError::Damaged {
                path: path.to_owned(),
                line: number + 1,
                reason,
            };
            if line.starts_with("<<<<<<<") {
                return Err(damaged("a merge was left half-way".to_owned()));
            }
            let entry = Entry::of_line(line).map_err(damaged)?;
            let known = baseline.entries.get(&entry.fingerprint);
            if known.is_none_or(|it| it.note.is_less_than(&entry.note)) {
                baseline.entries.insert(entry.fingerprint.clone(), entry);
            }
        }
        Ok(baseline)
    }

    /// How many findings are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no finding in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What is in it, by path.
    #[must_use]
    pub fn entries(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.values().collect();
        entries.sort_by(|one, other| {
            let key = |it: &Entry| (it.path.clone(), it.pattern.clone());
            key(one).cmp(&key(other))
        });
        entries
    }

    /// Why `finding` does not count, if it is in here and its entry still holds on `today`.
    #[must_use]
    pub fn excuse(&self, finding: &Finding<'_>, today: &str) -> Option<Suppression> {
        let entry = self.entries.get(&finding.fingerprint.to_string())?;
        if entry.note.is_over(today) {
            return None;
        }
        Some(Suppression::Known {
            note: entry.note.in_words(finding),
        })
    }

    /// The entries that held until a day before `today`, as notices.
    #[must_use]
    pub fn expired(&self, findings: &[Finding<'_>], today: &str) -> Vec<Notice> {
        let there: BTreeSet<String> = findings
            .iter()
            .map(|it| it.fingerprint.to_string())
            .collect();
        let over = self.entries.values().filter(|it| it.note.is_over(today));
        let over = over.filter(|it| there.contains(&it.fingerprint));
        let notices = over.map(|it| Notice {
            path: it.path.clone().into(),
            kind: NoticeKind::BaselineExpired(it.note.expires.clone().unwrap_or_default()),
        });
        notices.collect()
    }

    /// Adds a finding with what is said about it; tells whether it was not in here.
    pub fn add(&mut self, finding: &Finding<'_>, path: &str, note: &Note) -> bool {
        let fingerprint = finding.fingerprint.to_string();
        if self.entries.contains_key(&fingerprint) {
            return false;
        }
        let entry = Entry {
            fingerprint: fingerprint.clone(),
            pattern: finding.pattern.id().to_owned(),
            path: path.to_owned(),
            note: note.clone(),
        };
        self.entries.insert(fingerprint, entry);
        true
    }

    /// Replaces what is said about a finding that is in here; tells whether it is.
    pub fn annotate(&mut self, finding: &Finding<'_>, note: &Note) -> bool {
        let entry = self.entries.get_mut(&finding.fingerprint.to_string());
        entry.is_some_and(|it| it.note.take(note))
    }

    /// Takes out and returns what is none of `findings`.
    pub fn prune<'f>(&mut self, findings: impl Iterator<Item = &'f Finding<'f>>) -> Vec<Entry> {
        let there: BTreeSet<String> = findings.map(|it| it.fingerprint.to_string()).collect();
        let gone = self.entries.extract_if(.., |it, _| !there.contains(it));
        gone.map(|(_, it)| it).collect()
    }

    /// Writes the list to `path`, in one step, and tells git beside it how to merge it.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), BaselineError> {
        let mut text = String::new();
        for entry in self.entries.values() {
            text.push_str(&entry.line());
            text.push('\n');
        }
        if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
            if !private::has_folder(folder)? {
                private::make_folder(folder)?;
            }
            if path.ends_with(FILE) {
                // One that is there may say something else for a reason.
                private::create(&folder.join(".gitattributes"), ATTRIBUTES.as_bytes())?;
            }
        }
        Ok(private::replace(path, text.as_bytes())?)
    }
}

/// Where the list of the project whose root is `root` lies.
#[must_use]
pub fn path_in(root: &Path) -> PathBuf {
    root.join(FILE)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;
    use crate::detect::Detector;
    use crate::pattern;
    use crate::pattern::PatternSet;
    use crate::risk::FileClass;
    use crate::source::Encoding;
    use crate::source::Origin;
    use crate::source::Source;
    use crate::source::SourceRef;

    const FINGERPRINT: &str = "0123456789abcdef0123456789abcdef";

    fn line(fingerprint: &str, more: &str) -> String {
        format!(r#"{{"fingerprint":"{fingerprint}","pattern":"a/b","path":"c.py"{more}}}"#)
    }

    fn read(text: &str) -> Result<Baseline, BaselineError> {
        Baseline::of_text(text, Path::new("baseline.jsonl"))
    }

    #[test]
    fn a_list_is_written_as_it_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let note = r#","reason":"a test","owner":"ann","expires":"2027-01-31""#;
        let text = format!("{}\n", line(FINGERPRINT, note));
        read(&text).unwrap().save(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        let attributes = folder.path().join(".shield/.gitattributes");
        assert_eq!(std::fs::read_to_string(attributes).unwrap(), ATTRIBUTES);
    }

    #[test]
    fn of_two_lines_for_one_finding_the_one_with_a_reason_counts() {
        let bare = line(FINGERPRINT, "");
        let told = line(FINGERPRINT, r#","reason":"a test""#);
        for text in [format!("{bare}\r\n{told}\r\n"), format!("{told}\n\n{bare}")] {
            let baseline = read(&text).unwrap();
            assert_eq!(baseline.len(), 1);
            let reason = &baseline.entries()[0].note.reason;
            assert_eq!(reason.as_deref(), Some("a test"));
        }
    }

    #[test]
    fn what_is_no_entry_is_told_with_its_line() {
        for wrong in [
            "{}",
            "x",
            &line("12", ""),
            &line(FINGERPRINT, r#","expires":"soon""#),
            &line(FINGERPRINT, r#","value":"x""#),
            "<<<<<<< HEAD",
        ] {
            let text = format!("\n{wrong}\n");
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains("line 2 of"), "{error}");
        }
    }

    /// What somebody does to a file that leaves its secrets alone.
    #[derive(Debug, Clone)]
    enum Edit {
        Insert(Index, &'static str),
        Move(Index, Index),
        Rewrite(Index, &'static str, &'static str),
        Indent(Index),
    }

    fn edit() -> impl Strategy<Value = Edit> {
        let line = || any::<Index>();
        let new = prop::sample::select(vec!["\n", "# note\n", "x = 1\n", "print('hello')\n"]);
        let style = prop::sample::select(vec![
            (" = \"", "=\""),
            (" = \"", " = (\n    \""),
            (" = ", "  =  "),
            ("\"\n", "\"  # as before\n"),
            ("'", "\""),
        ]);
        prop_oneof![
            (line(), new).prop_map(|(at, it)| Edit::Insert(at, it)),
            (line(), line()).prop_map(|(from, to)| Edit::Move(from, to)),
            (line(), style).prop_map(|(at, (from, to))| Edit::Rewrite(at, from, to)),
            line().prop_map(Edit::Indent),
        ]
    }

    fn apply(edit: &Edit, statements: &mut Vec<String>) {
        match edit {
            Edit::Insert(at, text) => {
                statements.insert(at.index(statements.len() + 1), (*text).to_owned());
            }
            Edit::Move(from, to) => {
                let statement = statements.remove(from.index(statements.len()));
                statements.insert(to.index(statements.len() + 1), statement);
            }
            Edit::Rewrite(at, old, new) => {
                let at = at.index(statements.len());
                let statement = &mut statements[at];
                let is_open = statement.contains("(\n");
                if statement.contains(old) && !(is_open && new.contains('(')) {
                    *statement = statement.replacen(old, new, 1);
                    if new.contains('(') {
                        *statement = format!("{}\n)\n", statement.trim_end());
                    }
                }
            }
            Edit::Indent(at) => {
                let at = at.index(statements.len());
                if !statements[at].starts_with(' ') {
                    let inner = statements[at].replace('\n', "\n    ");
                    statements[at] = format!("if x:\n    {}\n", inner.trim_end());
                }
            }
        }
    }

    fn fingerprints(detector: &Detector<'_>, text: &str) -> BTreeSet<String> {
        let at = SourceRef {
            path: "app.py".into(),
            file: "app.py".into(),
            class: FileClass::Code,
            archives: Vec::new(),
            origin: Origin::File,
        };
        let scan = detector.scan_text(&Source {
            at: &at,
            text: Cow::Borrowed(text),
            encoding: Encoding::Utf8,
        });
        let all = scan.findings.iter().flat_map(Finding::parts);
        all.map(|it| it.fingerprint.to_string()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn findings_keep_their_fingerprints_after_fifty_edits_that_move_them(
            edits in prop::collection::vec(edit(), 50)
        ) {
            let patterns = PatternSet::load(&pattern::Options::default()).unwrap();
            let detector = Detector::new(&patterns, 1 << 20);
            let token = concat!("ghp_NotARealToken", "JustAnExample00011gfy10");
            let mut statements = vec![
                "import os\n".to_owned(),
                concat!("DB_PASSWORD = \"rosebud-", "1941-canary\"\n").to_owned(),
                concat!("API_PASSWORD = \"rosebud-", "1941-canary\"\n").to_owned(),
                concat!("OLD_PASSWORD = \"xanadu-", "1852-canto\"\n").to_owned(),
                format!("TOKEN = \"{token}\"\n"),
                format!("# {token}\n"),
                "KEY = os.environ[\"API_KEY\"]\n".to_owned(),
            ];
            let before = fingerprints(&detector, &statements.concat());
            prop_assert_eq!(before.len(), 6);
            for edit in &edits {
                apply(edit, &mut statements);
            }
            let text = statements.concat();
            prop_assert_eq!(fingerprints(&detector, &text), before, "{}", text);
        }
    }
}
