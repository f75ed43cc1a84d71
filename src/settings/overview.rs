//! The settings in force in a project, each with the line it comes from.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::FailOn;
use super::SettingsError;
use super::file::SettingsFile;
use crate::fix::Reach;
use crate::risk::Level;
use crate::source;
use crate::source::Selection;

/// A setting in force.
#[derive(Debug, Serialize)]
pub struct Setting {
    /// Its name in the file.
    pub name: &'static str,
    /// Its value, written as in the file; null where nothing is set.
    pub value: Value,
    /// `default`, or the file and the line, from 1, that says it.
    pub origin: String,
}

/// The settings of the project in `root`.
///
/// # Errors
///
/// Fails when they are wrong.
pub fn overview(root: &Path) -> Result<Vec<Setting>, SettingsError> {
    let file = SettingsFile::load(root, &Selection::Files)?;
    let fail_on = file.fail_on.unwrap_or(FailOn::High);
    // As in a run: whoever fails over a finding sees it.
    let (level, level_from) = match file.level {
        None if fail_on == FailOn::Low => (Some(Level::Low), "fail_on"),
        level => (level, "level"),
    };
    let folders: Vec<&Path> = file
        .pattern_folders
        .iter()
        .map(|it| it.as_std_path())
        .map(|it| it.strip_prefix(root).unwrap_or(it))
        .collect();
    let size = file.max_file_size.unwrap_or(source::MAX_FILE_SIZE);
    let code_only = file.beside.reach == Some(Reach::CodeOnly);
    let setting = |name, value, from: &str| Setting {
        name,
        value,
        origin: file.origin(from),
    };
    Ok(vec![
        setting("patterns", json!(folders), "patterns"),
        setting("disable", json!(file.disable), "disable"),
        setting("exclude", json!(file.exclude), "exclude"),
        setting("max_file_size", json!(size), "max_file_size"),
        setting("fail_on", json!(fail_on), "fail_on"),
        setting("level", json!(level), level_from),
        setting("code_only", json!(code_only), "code_only"),
        setting(
            "guide",
            json!(file.beside.guide.unwrap_or_default()),
            "guide",
        ),
        setting(
            "backend",
            json!(file.beside.backend.unwrap_or_default()),
            "backend",
        ),
    ])
}
