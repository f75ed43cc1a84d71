//! Writes what the model would look at, one line of JSON for each candidate below a folder.
//!
//! `cargo run --release --example candidates -- DIR > candidates.jsonl`; the first line names the
//! features. Neither values nor names are written: `training/train.py` learns from numbers and
//! hashes, and joins them with labels by path, line and column.

use std::error::Error;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use serde_json::json;
use shield::detect::Document;
use shield::detect::classifier::{self, Candidate, Inspection};
use shield::lang::Syntax;
use shield::source::{self, IgnoreFiles, Source};
use shield::text::Span;

fn main() -> Result<(), Box<dyn Error>> {
    let options = source::Options {
        paths: std::env::args_os().skip(1).map(PathBuf::from).collect(),
        ignore_files: IgnoreFiles::Disregard,
        exclude: Vec::new(),
        max_file_size: source::MAX_FILE_SIZE,
        archives: source::Archives::Skip,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let head = json!({
        "layout": classifier::LAYOUT,
        "buckets": classifier::Grams::BUCKETS,
        "names": classifier::names(),
    });
    writeln!(out, "{head}")?;
    let mut buffer = Vec::new();
    for at in source::enumerate(&options)?.sources {
        if let Ok(Some(source)) = source::load(&at, options.max_file_size, &mut buffer) {
            dump(&source, &mut out)?;
        }
    }
    Ok(out.flush()?)
}

/// Writes the candidates of one text.
fn dump(source: &Source<'_>, out: &mut impl io::Write) -> io::Result<()> {
    let text: &str = &source.text;
    let document = Document::new(text, Syntax::of_path(&source.at.path));
    for (span, candidate) in classifier::candidates(&document, source.at.class, &source.at.path) {
        write(&document, span, &candidate, out)?;
    }
    Ok(())
}

/// Writes one candidate.
fn write(
    document: &Document<'_>,
    span: Span,
    candidate: &Candidate<'_>,
    out: &mut impl io::Write,
) -> io::Result<()> {
    let start = document.lines().position(document.text, span.start);
    let end = document.lines().position(document.text, span.end);
    let inspection = Inspection::of(candidate);
    let line = json!({
        "path": candidate.path.as_str(),
        "line": start.line,
        "end_line": end.line,
        "start": start.char_column - 1,
        "end": end.char_column - 1,
        "offset": span.start,
        "length": span.len(),
        "form": format!("{:?}", candidate.form),
        "features": inspection.features.numbers(),
        "value": inspection.value.buckets(),
        "name": inspection.name.buckets(),
        "place": inspection.place.buckets(),
        "probability": inspection.probability,
    });
    writeln!(out, "{line}")
}
