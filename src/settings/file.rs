//! The settings of a project as they are written: in `shield.yaml`, or in `pyproject.toml`.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use camino::Utf8PathBuf;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_saphyr::Spanned;

use super::pyproject;
use super::{Beside, FILE_NAME, FailOn, SettingsError};
use crate::fix::MakeExample;
use crate::fix::Reach;
use crate::fix::TidyImports;
use crate::fix::WriteGuide;
use crate::notice::Notice;
use crate::notice::NoticeKind;
use crate::risk::Level;
use crate::secret::StoreKind;
use crate::source::Selection;
use crate::source::git;
use crate::yaml::Script;

/// The version of the format that this program reads.
pub(super) const SCHEMA: u32 = 1;

/// The most bytes a settings file may have.
const LIMIT: u64 = 1024 * 1024;

/// The advice where nothing better is known.
const HELP: &str = "shield.yaml may hold schema, patterns, disable, exclude, max_file_size, \
                    fail_on, level, code_only, guide and backend; see docs/settings.md";

/// What a settings file says.
#[derive(Debug, Default)]
pub(super) struct SettingsFile {
    /// The name of the file.
    pub(super) name: &'static str,
    /// The lines of the settings in it, from 1.
    pub(super) lines: BTreeMap<String, usize>,
    /// Folders of pattern files, made relative to the settings file.
    pub(super) pattern_folders: Vec<Utf8PathBuf>,
    pub(super) disable: Vec<String>,
    pub(super) exclude: Vec<String>,
    /// In bytes.
    pub(super) max_file_size: Option<u64>,
    pub(super) fail_on: Option<FailOn>,
    pub(super) level: Option<Level>,
    pub(super) beside: Beside,
    /// What was survived.
    pub(super) notices: Vec<Notice>,
}

/// The file, field by field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Syntax {
    schema: Spanned<u32>,
    #[serde(default)]
    patterns: Vec<Spanned<String>>,
    #[serde(default)]
    disable: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    max_file_size: Option<u64>,
    fail_on: Option<FailOn>,
    level: Option<Level>,
    #[serde(default)]
    code_only: bool,
    guide: Option<WriteGuide>,
    backend: Option<StoreKind>,
}

/// The keys of the file, as they stand in it.
struct Keys(Vec<Spanned<String>>);

impl<'d> Deserialize<'d> for Keys {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeysVisitor)
    }
}

/// Reads keys, and passes over values.
struct KeysVisitor;

impl<'d> Visitor<'d> for KeysVisitor {
    type Value = Keys;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("settings")
    }

    fn visit_map<M: MapAccess<'d>>(self, mut map: M) -> Result<Keys, M::Error> {
        let mut keys = Vec::new();
        while let Some((key, IgnoredAny)) = map.next_entry()? {
            keys.push(key);
        }
        Ok(Keys(keys))
    }
}

/// The line, from 1, of a place in a text, in bytes.
pub(super) fn line(text: &str, start: usize) -> usize {
    let before = text.bytes().take(start);
    1 + before.filter(|it| *it == b'\n').count()
}

impl SettingsFile {
    /// Reads the settings in `root`; without any, the defaults hold.
    ///
    /// Where a commit is looked at before it is made, the files count as they will be committed.
    pub(super) fn load(root: &Path, selection: &Selection) -> Result<Self, SettingsError> {
        let yaml = Source::read(root, FILE_NAME, selection)?;
        let (toml, notices) = passing_over(Source::read(root, pyproject::FILE_NAME, selection))?;
        let toml = toml.filter(|it| pyproject::speaks(&it.content));
        let table = match &toml {
            Some(it) => pyproject::load(root, &it.shown, &it.text()?)?,
            None => None,
        };
        let file = match (yaml, table, toml) {
            (Some(yaml), Some(_), Some(toml)) => {
                return Err(SettingsError::Twice {
                    yaml: yaml.shown,
                    toml: toml.shown,
                });
            }
            (Some(yaml), _, _) => Self::from_yaml(root, yaml)?,
            (None, table, _) => table.unwrap_or_default(),
        };
        Ok(Self { notices, ..file })
    }

    /// Where the value in force of a setting comes from.
    pub(super) fn origin(&self, setting: &str) -> String {
        match self.lines.get(setting) {
            Some(line) => format!("{}:{line}", self.name),
            None => String::from("default"),
        }
    }

    /// The settings of `shield.yaml`.
    fn from_yaml(root: &Path, source: Source) -> Result<Self, SettingsError> {
        let text = source.text()?;
        let script = Script::new(source.shown, &text, HELP);
        let syntax: Syntax = script.parse()?;
        if syntax.schema.value != SCHEMA {
            let message = format!("this program reads `schema: {SCHEMA}`");
            return Err(script.mistake_at(&syntax.schema, message, HELP));
        }
        let Keys(keys) = script.parse()?;
        let line_of = |it: Spanned<String>| {
            let start = script.place(it.referenced).start;
            (it.value, line(script.text(), start))
        };
        let lines = keys.into_iter().map(line_of).collect();
        let mut pattern_folders = Vec::new();
        for folder in &syntax.patterns {
            let Some(found) = pattern_folder(root, &folder.value) else {
                let message = "there is no such folder next to shield.yaml";
                let help = "name a folder of pattern files, as seen from shield.yaml";
                return Err(script.mistake_at(folder, message, help));
            };
            pattern_folders.push(found);
        }
        Ok(Self {
            name: FILE_NAME,
            lines,
            pattern_folders,
            disable: syntax.disable,
            exclude: syntax.exclude,
            max_file_size: syntax.max_file_size,
            fail_on: syntax.fail_on,
            level: syntax.level,
            beside: Beside {
                reach: syntax.code_only.then_some(Reach::CodeOnly),
                example: MakeExample::No,
                guide: syntax.guide,
                backend: syntax.backend,
                tidy: TidyImports::No,
            },
            notices: Vec::new(),
        })
    }
}

/// What was read, and what was survived.
type Passed = (Option<Source>, Vec<Notice>);

/// What was read of `pyproject.toml`, which is no file of ours: whatever it is, a scan goes on.
fn passing_over(read: Result<Option<Source>, SettingsError>) -> Result<Passed, SettingsError> {
    let told = match read {
        Err(SettingsError::Unreadable { error, .. }) => error.to_string(),
        Err(SettingsError::TooLarge { limit, .. }) => format!("it has more than {limit} bytes"),
        other => return Ok((other?, Vec::new())),
    };
    let notice = Notice {
        path: pyproject::FILE_NAME.into(),
        kind: NoticeKind::Unreadable(format!("{told}; settings in it do not count")),
    };
    Ok((None, vec![notice]))
}

/// Whether the project in `root` keeps its settings in `pyproject.toml`.
///
/// # Errors
///
/// Fails when they are wrong.
pub fn are_in_pyproject(root: &Path) -> Result<bool, SettingsError> {
    let (source, _) = passing_over(Source::read(root, pyproject::FILE_NAME, &Selection::Files))?;
    match source.filter(|it| pyproject::speaks(&it.content)) {
        Some(it) => Ok(pyproject::load(root, &it.shown, &it.text()?)?.is_some()),
        None => Ok(false),
    }
}

/// The file with the settings of the project in `root`; none where the defaults hold.
///
/// # Errors
///
/// Fails when they are wrong.
pub fn file_in(root: &Path) -> Result<Option<&'static str>, SettingsError> {
    let file = SettingsFile::load(root, &Selection::Files)?;
    Ok(Some(file.name).filter(|it| !it.is_empty()))
}

/// The folder of patterns that settings in `root` name, if it is there.
pub(super) fn pattern_folder(root: &Path, named: &str) -> Option<Utf8PathBuf> {
    let joined = Utf8PathBuf::from_path_buf(root.join(named));
    joined.ok().filter(|it| it.is_dir())
}

/// A file that may hold settings.
struct Source {
    /// What errors call it.
    shown: String,
    content: Vec<u8>,
}

impl Source {
    /// Reads the file, if it is there.
    fn read(root: &Path, name: &str, selection: &Selection) -> Result<Option<Self>, SettingsError> {
        let path = root.join(name);
        let shown = path.display().to_string();
        let staged = match selection {
            Selection::Staged => git::staged_text(root, name, LIMIT),
            Selection::Files
            | Selection::Since(_)
            | Selection::Range(_)
            | Selection::History(_) => None,
        };
        let content = match staged {
            Some(text) => Some(text.into_bytes()),
            None => read(&path, &shown)?,
        };
        Ok(content.map(|content| Self { shown, content }))
    }

    /// The text of the file.
    fn text(&self) -> Result<String, SettingsError> {
        String::from_utf8(self.content.clone()).map_err(|it| SettingsError::Unreadable {
            path: self.shown.clone(),
            error: std::io::Error::new(std::io::ErrorKind::InvalidData, it.utf8_error()),
        })
    }
}

/// The content of the file, if it is there.
fn read(path: &Path, shown: &str) -> Result<Option<Vec<u8>>, SettingsError> {
    let unreadable = |error| SettingsError::Unreadable {
        path: shown.to_owned(),
        error,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut content = Vec::new();
    file.take(LIMIT + 1)
        .read_to_end(&mut content)
        .map_err(unreadable)?;
    if content.len() as u64 > LIMIT {
        return Err(SettingsError::TooLarge {
            path: shown.to_owned(),
            limit: LIMIT,
        });
    }
    Ok(Some(content))
}
