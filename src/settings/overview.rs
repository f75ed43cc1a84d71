//! The settings in force in a project, each with the line it comes from.

use std::path::Path;

use camino::Utf8PathBuf;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::Beside;
use super::FailOn;
use super::SettingsError;
use super::file::SettingsFile;
use crate::fix::Reach;
use crate::risk::Level;
use crate::source;
use crate::source::Selection;

/// What the command line says of settings that a file can have, too.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// Folders of the user's own pattern files.
    pub patterns: Vec<Utf8PathBuf>,
    /// From which level on findings fail the run.
    pub fail_on: Option<FailOn>,
    /// From which level on findings are listed.
    pub level: Option<Level>,
    /// What changes beside the code.
    pub beside: Beside,
}

/// A setting in force.
#[derive(Debug, Serialize)]
pub struct Setting {
    /// Its name in the file.
    pub name: &'static str,
    /// Its value, written as in the file; null where nothing is set.
    pub value: Value,
    /// `default`, the flag, or the file and the line, from 1, that says it.
    pub origin: String,
}

/// The settings of the project in `root`, where the command line has `flags`.
///
/// # Errors
///
/// Fails when they are wrong.
pub fn overview(root: &Path, flags: &Flags) -> Result<Vec<Setting>, SettingsError> {
    let file = SettingsFile::load(root, &Selection::Files)?;
    let from = |name: &str, flag: &str, is_flag: bool| {
        if is_flag {
            flag.to_owned()
        } else {
            file.origin(name)
        }
    };
    let setting = |name, value, origin| Setting {
        name,
        value,
        origin,
    };
    let plain = |name, value| setting(name, value, file.origin(name));
    let fail_on = flags.fail_on.or(file.fail_on).unwrap_or(FailOn::High);
    let (code_only, beside) = (Some(Reach::CodeOnly), flags.beside.wishes(file.beside));
    let size = file.max_file_size.unwrap_or(source::MAX_FILE_SIZE);
    let own = &flags.beside;
    Ok(vec![
        patterns(&file, root, flags),
        plain("disable", json!(file.disable)),
        plain("exclude", json!(file.exclude)),
        plain("max_file_size", json!(size)),
        setting(
            "fail_on",
            json!(fail_on),
            from("fail_on", "--fail-on", flags.fail_on.is_some()),
        ),
        level(&file, fail_on, flags),
        setting(
            "code_only",
            json!(beside.reach == Reach::CodeOnly),
            from("code_only", "--code-only", own.reach == code_only),
        ),
        setting(
            "guide",
            json!(beside.guide),
            from("guide", "--guide", own.guide.is_some()),
        ),
        setting(
            "backend",
            json!(beside.backend),
            from("backend", "--backend", own.backend.is_some()),
        ),
    ])
}

/// The folders of patterns: those of the command line come after those of the file.
fn patterns(file: &SettingsFile, root: &Path, flags: &Flags) -> Setting {
    let folders = file.pattern_folders.iter().chain(&flags.patterns);
    let shown = folders.map(|it| it.as_std_path());
    let shown: Vec<&Path> = shown
        .map(|it| it.strip_prefix(root).unwrap_or(it))
        .collect();
    let flag = "--patterns".to_owned();
    let origin = file.origin("patterns");
    Setting {
        name: "patterns",
        value: json!(shown),
        origin: match (file.pattern_folders.is_empty(), flags.patterns.is_empty()) {
            (_, true) => origin,
            (true, false) => flag,
            (false, false) => format!("{origin}, {flag}"),
        },
    }
}

/// The level that is listed. As in a run: whoever fails over a finding sees it.
fn level(file: &SettingsFile, fail_on: FailOn, flags: &Flags) -> Setting {
    let (level, origin) = match (flags.level, file.level) {
        (Some(level), _) => (Some(level), "--level".to_owned()),
        (None, Some(level)) => (Some(level), file.origin("level")),
        (None, None) if fail_on == FailOn::Low => {
            let flag = flags.fail_on.map(|_| "--fail-on".to_owned());
            let origin = flag.unwrap_or_else(|| file.origin("fail_on"));
            (Some(Level::Low), origin)
        }
        (None, None) => (None, file.origin("level")),
    };
    Setting {
        name: "level",
        value: json!(level),
        origin,
    }
}
