//! `shield patterns show`.

use std::io::{self, Write};

use crate::pattern::Pattern;

/// Everything about a pattern.
pub(super) fn write(pattern: &Pattern, out: &mut dyn Write) -> io::Result<()> {
    let file = &pattern.file;
    writeln!(out, "{}\n{}\n", pattern.id(), file.title)?;
    if !file.aliases.is_empty() {
        writeln!(out, "Also called: {}", file.aliases.join(", "))?;
    }
    writeln!(out, "Severity: {}", file.severity.as_str())?;
    let words: Vec<&str> = pattern.risk.labels.iter().map(String::as_str).collect();
    writeln!(out, "Labels: {}", words.join(", "))?;
    paragraph(out, "", &file.summary)?;
    writeln!(out, "\nFound by:")?;
    for point in &pattern.points {
        let description = point.description.as_deref().unwrap_or(&file.title);
        let severity = point.severity.as_str();
        writeln!(
            out,
            "  {} ({severity}): {description}",
            pattern.point_id(point)
        )?;
    }
    for group in &pattern.together {
        let (main, with) = (group.main.join(", "), group.with.join(", "));
        writeln!(out, "  together: {main} with {with}")?;
    }
    paragraph(out, "What to do:", pattern.remediation())?;
    if !pattern.rotation().steps.is_empty() {
        writeln!(out, "\nRotation:")?;
        for (number, step) in (1..).zip(&pattern.rotation().steps) {
            writeln!(out, "  {number}. {step}")?;
        }
    }
    if let Some(console) = &pattern.rotation().console {
        writeln!(out, "  {console}")?;
    }
    for link in &pattern.references().links {
        writeln!(out, "See {link}")?;
    }
    Ok(())
}

/// A part of a description, unless it is empty.
fn paragraph(out: &mut dyn Write, heading: &str, text: &str) -> io::Result<()> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(());
    }
    if heading.is_empty() {
        writeln!(out, "\n{text}")
    } else {
        writeln!(out, "\n{heading}\n{text}")
    }
}
