//! The figures as a table.

use std::collections::BTreeMap;
use std::io;
use std::io::Write;

use crate::judge::{Judged, Tally};

/// The columns after the first.
const COLUMNS: &str = "snippets secrets   found  missed   wrong  precision  recall      F1";

/// A row: how many snippets, and what became of them.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    snippets: u32,
    tally: Tally,
}

/// Prints the figures over all, by group, by file and by kind.
pub(crate) fn print(judged: &[Judged], out: &mut impl Write) -> io::Result<()> {
    let all = rows(judged, |_| "all");
    let groups = rows(judged, |it| it.snippet.group());
    section(out, "by group", all.iter().chain(&groups))?;
    section(out, "by file", &rows(judged, |it| &it.snippet.file))?;
    let is_positive = |it: &Judged| !it.snippet.secrets.is_empty();
    let (positive, negative): (Vec<&Judged>, Vec<&Judged>) =
        judged.iter().partition(|it| is_positive(it));
    let [positive, negative] = [positive, negative].map(|it| rows(it, |it| &it.snippet.kind));
    section(out, "by kind, snippets with secrets", &positive)?;
    section(out, "by kind, snippets without", &negative)
}

fn rows<'j>(
    judged: impl IntoIterator<Item = &'j Judged>,
    key: impl Fn(&'j Judged) -> &'j str,
) -> BTreeMap<&'j str, Row> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for it in judged {
        let row = rows.entry(key(it)).or_default();
        row.snippets += 1;
        row.tally = row.tally + it.tally;
    }
    rows
}

fn section<'r>(
    out: &mut impl Write,
    title: &str,
    rows: impl IntoIterator<Item = (&'r &'r str, &'r Row)>,
) -> io::Result<()> {
    writeln!(out, "{title:<34} {COLUMNS}")?;
    for (name, row) in rows {
        let Tally {
            found,
            missed,
            wrong,
        } = row.tally;
        // Where no secret is, every finding is false, and shares say nothing.
        let tally = Some(row.tally).filter(|it| it.found + it.missed > 0);
        let [precision, recall, f1] =
            [Tally::precision, Tally::recall, Tally::f1].map(|it| percent(tally.and_then(it)));
        writeln!(
            out,
            "  {name:<32} {:>8} {:>7} {found:>7} {missed:>7} {wrong:>7} {precision:>10} {recall:>7} {f1:>7}",
            row.snippets,
            found + missed,
        )?;
    }
    writeln!(out)
}

/// A share as it is read, or a dash where there is nothing to share.
fn percent(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |it| format!("{:.1} %", it * 100.0))
}
