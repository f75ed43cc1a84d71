//! What lets a project scan itself: hooks before a commit, a workflow for pull requests.
//!
//! `shield init` writes it, `shield doctor` tells what of it is missing.

mod look;
pub mod pre_commit;
pub mod workflow;

pub use look::Hooks;
pub use look::Project;

use std::fs::File;
use std::fs::Metadata;
use std::io::Read as _;
use std::path::Path;

/// The most bytes of a file that people write by hand.
const LIMIT: u64 = 1024 * 1024;

/// The text of a file that people write by hand, if it is one.
#[must_use]
pub fn text(path: &Path) -> Option<String> {
    let file = File::open(path).ok()?;
    file.metadata().ok().filter(Metadata::is_file)?;
    let mut text = String::new();
    file.take(LIMIT + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= LIMIT).then_some(text)
}

/// Whether a script, outside of its comments, runs shield before a commit or in a pull request.
#[must_use]
pub fn runs_shield(text: &str) -> bool {
    let lines = text.lines().map(str::trim_start);
    let mut said = lines.filter(|it| !it.starts_with('#'));
    said.any(|it| it.contains("shield scan") || it.contains("shield fix"))
}
