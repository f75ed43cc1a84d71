//! What the plan changes, with every secret masked.

use std::io;

use similar::{ChangeTag, TextDiff};

use super::look::Look;
use crate::fix::FileFix;
use crate::fix::FixPlan;
use crate::report::words;

/// Writes the diff of every file, then what is made and what is stored.
pub(super) fn write(plan: &FixPlan, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    for file in &plan.files {
        write_file(file, look, out)?;
        writeln!(out)?;
    }
    for wrapper in &plan.wrappers {
        let what = match wrapper.before {
            Some(_) => "newer version",
            None => "new file",
        };
        let path = words::plain(wrapper.path.as_str());
        writeln!(out, "{}", look.added(format!("{what}: {path}")))?;
    }
    for deposit in &plan.deposits {
        writeln!(out, "{}", look.added(format!("to store: {}", deposit.name)))?;
    }
    if !plan.wrappers.is_empty() || !plan.deposits.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// Writes a unified diff; masked as it is, no tool can apply it.
fn write_file(file: &FileFix, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let path = words::plain(file.path.as_str().trim_start_matches('/'));
    writeln!(out, "{}", look.removed(format!("--- a/{path}")))?;
    writeln!(out, "{}", look.added(format!("+++ b/{path}")))?;
    let diff = TextDiff::from_lines(file.masked_before.as_str(), file.masked_after.as_str());
    for hunk in diff.unified_diff().iter_hunks() {
        writeln!(out, "{}", look.faint(hunk.header()))?;
        for change in hunk.iter_changes() {
            let value = change.value();
            let text = words::plain(value.trim_end_matches(['\n', '\r']));
            match change.tag() {
                ChangeTag::Equal => writeln!(out, " {text}")?,
                ChangeTag::Delete => writeln!(out, "{}", look.removed(format!("-{text}")))?,
                ChangeTag::Insert => writeln!(out, "{}", look.added(format!("+{text}")))?,
            }
            if !value.ends_with('\n') {
                writeln!(out, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}
