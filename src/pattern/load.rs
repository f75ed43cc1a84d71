//! Reads the pattern files of a run.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::io::{self, Read as _};
use std::iter;

use camino::{Utf8Path, Utf8PathBuf};
use ignore::WalkBuilder;
use sha2::{Digest as _, Sha256};

use super::compile::{compile, unpack};
use super::packed::Packed;
use super::script;
use super::syntax::Status;
use super::tail::Tail;
use super::{Options, Pattern, PatternError, PatternSet, builtin};
use crate::yaml::Script;
use crate::yaml::source_span;

/// The most bytes a pattern file may have.
const MAX_FILE: u64 = 1024 * 1024;

/// How deep folders of patterns may be nested.
const MAX_FOLDERS: usize = 16;

/// A pattern, and the file it comes from.
type Loaded = (Script, Pattern);

/// Every pattern there is, sorted by id, whether it runs or not.
pub(super) fn all(options: &Options) -> Result<PatternSet, PatternError> {
    everything(options).map(set)
}

/// Every pattern there is with its file, sorted by id.
fn everything(options: &Options) -> Result<Vec<Loaded>, PatternError> {
    let mut loaded = builtin()?;
    for folder in &options.folders {
        read_folder(folder, &mut loaded)?;
    }
    for (name, text) in &options.inline {
        let script = script(name, text);
        let pattern = compile(&script)?;
        loaded.push((script, pattern));
    }
    expect_distinct(&loaded)?;
    loaded.sort_by(|(_, one), (_, two)| one.id().cmp(two.id()));
    Ok(loaded)
}

/// The patterns that run, sorted by id.
pub(super) fn running(options: &Options) -> Result<PatternSet, PatternError> {
    let mut patterns = everything(options)?;
    for id in options.disabled.iter().chain(&options.enabled) {
        expect_known(id, &patterns)?;
    }
    let listed = |list: &[String], it: &Pattern| list.iter().any(|id| it.is_called(id));
    patterns.retain(|(_, it)| {
        let runs = match it.file.status {
            Status::Stable => true,
            Status::Experimental => listed(&options.enabled, it),
            Status::Retired => false,
        };
        runs && !listed(&options.disabled, it)
    });
    Ok(set(patterns))
}

fn set(loaded: Vec<Loaded>) -> PatternSet {
    let mut hash = Sha256::new();
    for text in loaded
        .iter()
        .flat_map(|(script, it)| [it.id(), script.text()])
    {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    PatternSet {
        patterns: loaded.into_iter().map(|it| it.1).collect(),
        digest: hash.finalize().into(),
    }
}

/// Unpacks the built-in files.
fn builtin() -> Result<Vec<Loaded>, PatternError> {
    // One at a time, so that they take their memory one after the other.
    let mut rest = builtin::HEADS;
    let head = || {
        let (packed, behind) = postcard::take_from_bytes::<Packed>(rest).ok()?;
        rest = behind;
        Some(packed)
    };
    let mut patterns = Vec::with_capacity(builtin::FILES.len());
    for ((path, text), packed) in builtin::FILES.iter().zip(iter::from_fn(head)) {
        let script = script(format!("patterns/{path}"), "");
        let (start, length) = packed.tail;
        let tail = builtin::TAILS.get(start..start + length);
        let tail = Tail::packed(text, tail.unwrap_or_default());
        let pattern = unpack(&script, packed, tail)?;
        expect_id(&script, &pattern, path)?;
        patterns.push((script, pattern));
    }
    Ok(patterns)
}

fn read_folder(folder: &Utf8Path, loaded: &mut Vec<Loaded>) -> Result<(), PatternError> {
    if !folder.is_dir() {
        let path = folder.to_owned();
        return Err(PatternError::NoFolder { path });
    }
    let walk = WalkBuilder::new(folder)
        .standard_filters(false)
        .hidden(true)
        .follow_links(true)
        .max_depth(Some(MAX_FOLDERS))
        .sort_by_file_path(Ord::cmp)
        .build();
    for entry in walk {
        let entry = entry.map_err(|it| PatternError::Unreadable {
            path: folder.to_string(),
            source: io::Error::other(it),
        })?;
        let is_file = entry.file_type().is_some_and(|it| it.is_file());
        let is_yaml = entry
            .path()
            .extension()
            .is_some_and(|it| it == "yaml" || it == "yml");
        if !is_file || !is_yaml {
            continue;
        }
        let path = Utf8PathBuf::from_path_buf(entry.into_path()).map_err(|it| {
            PatternError::Unreadable {
                path: it.to_string_lossy().into_owned(),
                source: io::Error::other("its name is not UTF-8"),
            }
        })?;
        let script = script(path.as_str(), &read(&path)?);
        let pattern = compile(&script)?;
        let below = path.strip_prefix(folder).unwrap_or(&path);
        expect_id(&script, &pattern, &below.as_str().replace('\\', "/"))?;
        loaded.push((script, pattern));
    }
    Ok(())
}

/// Reads a file of at most [`MAX_FILE`] bytes.
fn read(path: &Utf8Path) -> Result<String, PatternError> {
    let unreadable = |source| PatternError::Unreadable {
        path: path.to_string(),
        source,
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if u64::try_from(bytes.len()).is_ok_and(|it| it > MAX_FILE) {
        return Err(PatternError::TooLarge {
            path: path.to_owned(),
            limit: MAX_FILE,
        });
    }
    String::from_utf8(bytes).map_err(|it| PatternError::NotUtf8 {
        path: path.to_owned(),
        offset: it.utf8_error().valid_up_to(),
    })
}

/// Checks that the id is the path below the folder, without the extension.
fn expect_id(script: &Script, pattern: &Pattern, path: &str) -> Result<(), PatternError> {
    let wanted = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    if pattern.id() == wanted {
        return Ok(());
    }
    Err(script.mistake_at(
        &pattern.file.id,
        format!("the id of this file is `{wanted}`"),
        "the id is the path below the folder of patterns, without the extension",
    ))
}

/// Checks that no name belongs to two patterns.
fn expect_distinct(loaded: &[Loaded]) -> Result<(), PatternError> {
    let mut owners = BTreeMap::new();
    for (script, pattern) in loaded {
        for name in pattern.names() {
            match owners.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(script);
                }
                Entry::Occupied(taken) => {
                    let place = script.place(pattern.file.id.referenced);
                    return Err(PatternError::Duplicate {
                        id: name.to_owned(),
                        first: taken.get().name().to_owned(),
                        source_code: script.source_code(),
                        span: source_span(place),
                    });
                }
            }
        }
    }
    Ok(())
}

/// Checks that a pattern goes by this name.
fn expect_known(id: &str, loaded: &[Loaded]) -> Result<(), PatternError> {
    if loaded.iter().any(|(_, it)| it.is_called(id)) {
        return Ok(());
    }
    let names: Vec<&str> = loaded.iter().flat_map(|(_, it)| it.names()).collect();
    let close = similar::get_close_matches(id, &names, 1, 0.6);
    Err(PatternError::Unknown {
        id: id.to_owned(),
        help: close.first().map_or_else(
            || "`shield patterns list` shows all".to_owned(),
            |it| format!("did you mean `{it}`?"),
        ),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::pattern::Matcher;
    use crate::pattern::PatternSet;

    fn text(id: &str) -> String {
        format!(
            "schema: 1\nid: {id}\ntitle: t\nseverity: low\ndetect:\n  - env_read: {{ name: acme }}\n"
        )
    }

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        #[expect(clippy::disallowed_methods, reason = "a test makes its files")]
        fn with(self, path: &str, content: impl AsRef<[u8]>) -> Self {
            let path = self.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
            self
        }

        fn options(&self) -> Options {
            let path = Utf8PathBuf::from_path_buf(self.0.path().to_owned()).unwrap();
            Options {
                folders: vec![path],
                ..Options::default()
            }
        }

        fn load(&self) -> Result<PatternSet, PatternError> {
            PatternSet::load(&self.options())
        }
    }

    #[test]
    fn a_folder_is_read_with_what_is_below_it() {
        let folder = Folder::new()
            .with("acme/one.yaml", text("acme/one"))
            .with("two.yml", text("two"))
            .with("readme.md", "not a pattern");
        let set = folder.load().unwrap();
        assert!(set.find("acme/one").is_some());
        assert!(set.find("two").is_some());
    }

    #[test]
    fn a_folder_may_be_empty_but_not_absent() {
        assert!(Folder::new().load().is_ok());
        let options = Options {
            folders: vec!["no/such/folder".into()],
            ..Options::default()
        };
        let error = PatternSet::load(&options).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no/such/folder is not a folder of patterns"
        );
    }

    #[test]
    fn the_id_is_the_path() {
        let error = Folder::new().with("acme/one.yaml", text("acme/two")).load();
        assert_eq!(
            error.unwrap_err().to_string(),
            "the id of this file is `acme/one`"
        );
    }

    #[test]
    fn a_name_belongs_to_one_pattern() {
        let folder = Folder::new()
            .with("one.yaml", text("one"))
            .with("two.yaml", text("two") + "aliases: [one]\n");
        let error = folder.load().unwrap_err().to_string();
        assert!(error.starts_with("`one` is the name of two patterns"));
        assert!(error.contains("one.yaml has it too"));
    }

    #[test]
    fn a_file_that_is_too_large_or_not_text_is_an_error() {
        let large = " ".repeat(2 * 1024 * 1024);
        let error = Folder::new().with("one.yaml", large).load().unwrap_err();
        assert!(error.to_string().contains("has more than 1048576 bytes"));
        let binary = Folder::new()
            .with("one.yaml", b"title: \xff")
            .load()
            .unwrap_err();
        assert!(
            binary
                .to_string()
                .ends_with("is not UTF-8: byte 7 does not belong to a character")
        );
    }

    #[test]
    fn a_disabled_pattern_does_not_run() {
        let folder = Folder::new().with("one.yaml", text("one") + "aliases: [A-1]\n");
        let mut options = folder.options();
        options.disabled = vec!["A-1".to_owned()];
        assert!(PatternSet::load(&options).unwrap().find("one").is_none());
        assert!(PatternSet::all(&options).unwrap().find("one").is_some());
        options.disabled = vec!["onr".to_owned()];
        let error = PatternSet::load(&options).unwrap_err();
        assert_eq!(error.to_string(), "there is no pattern `onr`");
        let PatternError::Unknown { help, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(help, "did you mean `one`?");
    }

    #[test]
    fn an_experimental_pattern_runs_when_asked_for_and_a_retired_one_never() {
        let folder = Folder::new()
            .with("one.yaml", text("one") + "status: experimental\n")
            .with("two.yaml", text("two") + "status: retired\n");
        let mut options = folder.options();
        assert!(PatternSet::load(&options).unwrap().find("one").is_none());
        options.enabled = vec!["one".to_owned(), "two".to_owned()];
        let set = PatternSet::load(&options).unwrap();
        assert!(set.find("one").is_some());
        assert!(set.find("two").is_none());
    }

    #[test]
    fn every_built_in_pattern_is_right_and_carried_as_it_is_written() {
        let all = builtin().unwrap();
        assert_eq!(all.len(), builtin::FILES.len());
        let packed = |it: &Pattern| {
            let known = it.points.iter().map(|it| match &it.matcher {
                Matcher::Literal { outline, .. } => (&it.needles, Some(outline)),
                Matcher::Assignment { .. }
                | Matcher::EnvRead { .. }
                | Matcher::Argument { .. }
                | Matcher::Query { .. }
                | Matcher::Absence { .. } => (&it.needles, None),
            });
            let known: Vec<_> = known.collect();
            postcard::to_allocvec(&(&it.file, known, it.tail.prose())).unwrap()
        };
        for ((path, text), (_, carried)) in builtin::FILES.iter().zip(&all) {
            match compile(&script(*path, text)) {
                Ok(written) => assert_eq!(packed(&written), packed(carried), "{path}"),
                Err(error) => panic!("{:?}", miette::Report::new(error)),
            }
        }
    }

    #[test]
    fn an_inline_pattern_needs_no_path() {
        let options = Options {
            inline: vec![("shield.yaml".to_owned(), text("acme/one"))],
            ..Options::default()
        };
        assert!(
            PatternSet::load(&options)
                .unwrap()
                .find("acme/one")
                .is_some()
        );
    }
}
