//! Tables for people, programs and pull requests.

use std::io::{self, Write};

use serde_json::Value;

use super::args::TableFormat;
use crate::cli::scan::Pipe;
use crate::report::csv_line;
use crate::report::plain;

/// Rows under headings.
pub(super) struct Table<const N: usize> {
    pub(super) headings: [&'static str; N],
    pub(super) rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// Writes the table to standard output; `json` is the answer for programs.
    pub(super) fn print(&self, format: TableFormat, json: &Value) -> io::Result<()> {
        let mut out = Pipe(io::stdout().lock());
        match format {
            TableFormat::Text => self.text(&mut out),
            TableFormat::Markdown => self.markdown(&mut out),
            TableFormat::Json => {
                serde_json::to_writer_pretty(&mut out, json)?;
                writeln!(out)
            }
        }
    }

    /// Writes the table for spreadsheets.
    pub(super) fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv_line(&self.headings.map(str::to_ascii_lowercase), out)?;
        let mut rows = self.rows.iter();
        rows.try_for_each(|it| csv_line(it, out))
    }

    /// Columns, as wide as they have to be.
    pub(super) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let headings = self.headings.map(str::to_owned);
        let all = || std::iter::once(&headings).chain(&self.rows);
        let width = |column: usize| {
            let cells = all().filter_map(|it| it.get(column));
            cells.map(|it| plain(it).chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..N).map(width).collect();
        for row in all() {
            let cells = row.iter().zip(&widths);
            let line: Vec<String> = cells
                .map(|(cell, wide)| format!("{:wide$}", plain(cell)))
                .collect();
            writeln!(out, "{}", line.join("  ").trim_end())?;
        }
        Ok(())
    }

    /// A table of GitHub's Markdown.
    pub(super) fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "| {} |", self.headings.join(" | "))?;
        writeln!(out, "|{}", " --- |".repeat(N))?;
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|it| escaped(it)).collect();
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
        Ok(())
    }
}

/// A text that means itself in Markdown.
pub(super) fn escaped(text: &str) -> String {
    let mut result = String::new();
    for c in plain(text).chars() {
        if "\\`*_[]<>|#~".contains(c) {
            result.push('\\');
        }
        result.push(c);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_cannot_leave_its_place() {
        let table = Table {
            headings: ["a", "b"],
            rows: vec![["x | y\n# z".to_owned(), "<b>`".to_owned()]],
        };
        let mut out = Vec::new();
        table.markdown(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.ends_with("| \\<b\\>\\` |\n"), "{text}");
    }
}
