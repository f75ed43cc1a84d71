//! `shield.yaml` as it is written.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use camino::Utf8PathBuf;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{Beside, FILE_NAME, FailOn, SettingsError};
use crate::fix::MakeExample;
use crate::fix::Reach;
use crate::fix::TidyImports;
use crate::fix::WriteGuide;
use crate::risk::Level;
use crate::secret::StoreKind;
use crate::yaml::Script;

/// The version of the format that this program reads.
const SCHEMA: u32 = 1;

/// The most bytes a settings file may have.
const LIMIT: u64 = 1024 * 1024;

/// The advice where nothing better is known.
const HELP: &str = "shield.yaml may hold schema, patterns, disable, exclude, max_file_size, \
                    fail_on, level, code_only, guide and backend; see docs/settings.md";

/// What a settings file says.
#[derive(Debug, Default)]
pub(super) struct SettingsFile {
    /// Folders of pattern files, made relative to the settings file.
    pub(super) pattern_folders: Vec<Utf8PathBuf>,
    pub(super) disable: Vec<String>,
    pub(super) exclude: Vec<String>,
    /// In bytes.
    pub(super) max_file_size: Option<u64>,
    pub(super) fail_on: Option<FailOn>,
    pub(super) level: Option<Level>,
    pub(super) beside: Beside,
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

impl SettingsFile {
    /// Reads the settings file in `root`; without one, the defaults hold.
    pub(super) fn load(root: &Path) -> Result<Self, SettingsError> {
        let path = root.join(FILE_NAME);
        let shown = path.display().to_string();
        let Some(text) = read(&path, &shown)? else {
            return Ok(Self::default());
        };
        let script = Script::new(shown, &text, HELP);
        let syntax: Syntax = script.parse()?;
        if syntax.schema.value != SCHEMA {
            let message = format!("this program reads `schema: {SCHEMA}`");
            return Err(script.mistake_at(&syntax.schema, message, HELP));
        }
        let mut pattern_folders = Vec::new();
        for folder in &syntax.patterns {
            let joined = Utf8PathBuf::from_path_buf(root.join(&folder.value));
            let Some(found) = joined.ok().filter(|it| it.is_dir()) else {
                let message = "there is no such folder next to shield.yaml";
                let help = "name a folder of pattern files, as seen from shield.yaml";
                return Err(script.mistake_at(folder, message, help));
            };
            pattern_folders.push(found);
        }
        Ok(Self {
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
        })
    }
}

/// The text of the file, if it is there.
fn read(path: &Path, shown: &str) -> Result<Option<String>, SettingsError> {
    let unreadable = |error| SettingsError::Unreadable {
        path: shown.to_owned(),
        error,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut text = String::new();
    file.take(LIMIT + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if text.len() as u64 > LIMIT {
        return Err(SettingsError::TooLarge {
            path: shown.to_owned(),
            limit: LIMIT,
        });
    }
    Ok(Some(text))
}
