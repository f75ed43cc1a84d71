//! `shield patterns coverage`.

use std::io::{self, Write};
use std::path::PathBuf;

use super::PatternsError;
use crate::cli::scan::Trouble;
use crate::coverage;
use crate::coverage::{Coverage, Met};
use crate::detect::Detector;
use crate::pattern;
use crate::pattern::PatternSet;
use crate::source;
use crate::source::Archives;
use crate::source::IgnoreFiles;

/// Counts what each pattern finds below some paths.
pub(super) fn run(
    options: &pattern::Options,
    paths: &[PathBuf],
    ignore_files: IgnoreFiles,
    out: &mut dyn Write,
) -> Result<(), Trouble> {
    let patterns = PatternSet::load(options)?;
    let detector = Detector::new(&patterns, source::MAX_FILE_SIZE);
    let sources = source::Options {
        paths: paths.to_owned(),
        ignore_files,
        exclude: Vec::new(),
        max_file_size: source::MAX_FILE_SIZE,
        archives: Archives::Skip,
    };
    let coverage = coverage::coverage(&patterns, &detector, &sources)?;
    write(&coverage, out).map_err(PatternsError::Output)?;
    Ok(())
}

/// Writes how often each pattern is met, then which are not.
fn write(coverage: &Coverage<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (met, unmet): (Vec<&Met<'_>>, Vec<&Met<'_>>) =
        coverage.patterns.iter().partition(|it| it.findings > 0);
    for it in &met {
        writeln!(out, "{:>7}  {}", it.findings, it.pattern.id())?;
        for (point, places) in &it.points {
            if let Some(name) = &point.name {
                writeln!(out, "{places:>7}    #{name}")?;
            }
        }
    }
    let idle = met.iter().flat_map(|it| {
        let points = it.points.iter().filter(|(_, places)| *places == 0);
        points.map(|(point, _)| it.pattern.point_id(point))
    });
    let idle: Vec<String> = idle.collect();
    for (what, ids) in [
        ("Points without a match, of patterns that have one", idle),
        (
            "Patterns without a match",
            unmet.iter().map(|it| it.pattern.id().to_owned()).collect(),
        ),
    ] {
        if !ids.is_empty() {
            writeln!(out, "\n{what}:")?;
            for id in ids {
                writeln!(out, "  {id}")?;
            }
        }
    }
    let (found, all, files) = (met.len(), coverage.patterns.len(), coverage.files);
    let notices = coverage.notices;
    writeln!(
        out,
        "\n{found} of {all} patterns have a match in {files} files."
    )?;
    if notices > 0 {
        writeln!(
            out,
            "{notices} notices: `shield scan` tells what was not looked at."
        )?;
    }
    Ok(())
}
