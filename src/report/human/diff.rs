//! What the plan changes, with every secret masked.

use std::io;

use camino::Utf8Path;
use similar::{ChangeTag, TextDiff};

use super::look::Look;
use crate::report::Report;
use crate::report::words;
use crate::secret::SecretName;

/// Writes the diff of every file, then what is made and what is stored.
pub(super) fn write(report: &Report<'_>, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let plan = report.plan;
    for file in &plan.files {
        let texts = (&*file.masked_before, &*file.masked_after);
        write_file(&file.path, texts, look, out)?;
        writeln!(out)?;
    }
    for file in &plan.companions {
        let texts = (&*file.masked_before, &*file.masked_after);
        write_file(&file.path, texts, look, out)?;
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
        let line = format!("to store: {}{}", deposit.name, past(report, &deposit.name));
        writeln!(out, "{}", look.added(line))?;
    }
    if !plan.wrappers.is_empty() || !plan.deposits.is_empty() {
        writeln!(out)?;
    }
    for hint in &plan.hints {
        let path = words::plain(hint.path.as_str());
        let text = hint.kind.to_string();
        writeln!(out, "{}: {}", look.link(&path), words::plain(&text))?;
    }
    if !plan.hints.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// Whether the history has the value of that name, between brackets.
fn past(report: &Report<'_>, name: &SecretName) -> String {
    let found = report.exposures.iter().find(|it| it.name == *name);
    found.map_or_else(String::new, |it| format!(", in history: {}", it.history))
}

/// Writes a unified diff; masked as it is, no tool can apply it.
pub(super) fn write_file(
    path: &Utf8Path,
    (before, after): (&str, &str),
    look: &Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let path = words::plain(path.as_str().trim_start_matches('/'));
    let old = if before.is_empty() {
        "/dev/null".to_owned()
    } else {
        format!("a/{path}")
    };
    writeln!(out, "{}", look.removed(format!("--- {old}")))?;
    writeln!(out, "{}", look.added(format!("+++ b/{path}")))?;
    let diff = TextDiff::from_lines(before, after);
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
