//! The last lines: how much was found, and what can be done about it.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use super::look::Look;
use crate::finding::Finding;
use crate::fix::Applicability;
use crate::report::Charset;
use crate::report::Intent;
use crate::report::Options;
use crate::report::Report;
use crate::report::ShowDiff;
use crate::report::ShowSuppressed;
use crate::report::fate::Fates;
use crate::report::fate::Tally;
use crate::report::words;
use crate::risk::Level;

/// Every level, from the most to the least.
const LEVELS: [Level; 4] = [Level::Critical, Level::High, Level::Medium, Level::Low];

/// Writes the last lines.
pub(super) fn write(
    report: &Report<'_>,
    fates: &Fates<'_>,
    options: &Options,
    look: &Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let totals = report.totals;
    let mut scanned = format!(
        "{}, {}",
        words::count(totals.files, "file"),
        size(totals.bytes)
    );
    // A report that was written before does not tell how long it took.
    if totals.elapsed > Duration::ZERO {
        scanned = format!("{scanned}, {}", time(totals.elapsed));
    }
    if report.findings.is_empty() {
        let tick = match options.style.charset {
            Charset::Unicode => "✓ ",
            Charset::Ascii => "",
        };
        writeln!(out, "{tick}No secrets found ({scanned}).")?;
    } else {
        let findings = words::count(report.findings.len(), "finding");
        let levels = levels(report.findings, look);
        writeln!(out, "{findings}: {levels} ({scanned}).")?;
        unlisted(report.findings, options, out)?;
        fixes(&Tally::of(report.findings, fates), options, out)?;
    }
    if !report.pending.is_empty() {
        let number = words::count(report.pending.len(), "secret");
        writeln!(out, "{number} moved out of the code, rotation pending.")?;
    }
    if !report.suppressed.is_empty() {
        let hint = match options.suppressed {
            ShowSuppressed::Yes => "",
            ShowSuppressed::No => " (see --show-suppressed)",
        };
        let causes = words::causes(report.suppressed).into_iter();
        let causes = causes.map(|(it, number)| format!("{} {}", words::grouped(number), it.many));
        let causes = causes.collect::<Vec<_>>().join(", ");
        writeln!(out, "{causes}{hint}.")?;
    }
    Ok(())
}

/// Writes how many findings are counted and not listed.
fn unlisted(
    findings: &[Finding<'_>],
    options: &Options,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let unlisted = findings.iter().filter(|it| !options.lists(it));
    let Some(least) = unlisted.clone().map(|it| it.risk.level).min() else {
        return Ok(());
    };
    let place = match options.level {
        Some(_) => "",
        None => " in tests, documentation and code from elsewhere",
    };
    let number = words::grouped(unlisted.count());
    let level = least.as_str();
    writeln!(
        out,
        "{number}{place} not listed; --level {level} lists them."
    )
}

/// `2 critical, 1 low`.
fn levels(findings: &[Finding<'_>], look: &Look) -> String {
    let counts = LEVELS.into_iter().filter_map(|level| {
        let number = findings.iter().filter(|it| it.risk.level == level).count();
        let text = format!("{} {}", words::grouped(number), level.as_str());
        (number > 0).then(|| look.level(level, &text))
    });
    counts.collect::<Vec<_>>().join(", ")
}

/// Writes how many findings can be fixed, and how.
fn fixes(tally: &Tally, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let of = |counts: &BTreeMap<Applicability, usize>, trust| counts.get(&trust).copied();
    let fixable = |trust| of(&tally.fixable, trust).unwrap_or(0);
    let (safe, risky) = (
        fixable(Applicability::Safe),
        fixable(Applicability::Unsafe) + fixable(Applicability::DisplayOnly),
    );
    match options.intent {
        Intent::Apply if safe + risky > 0 => {
            writeln!(out, "{} to be fixed now.", words::grouped(safe + risky))?;
        }
        Intent::Tell if safe + risky > 0 => {
            let flags = if risky > 0 {
                "--fix --unsafe-fixes"
            } else {
                "--fix"
            };
            let preview = match options.diff {
                ShowDiff::Yes => "",
                ShowDiff::No => "; --diff shows how",
            };
            let number = words::grouped(safe + risky);
            writeln!(out, "{number} fixable with {flags}{preview}.")?;
        }
        Intent::Apply | Intent::Tell => {}
    }
    if let Some(number) = of(&tally.withheld, Applicability::Unsafe) {
        let number = words::grouped(number);
        writeln!(
            out,
            "{number} more with --unsafe-fixes, which may change what the code does."
        )?;
    }
    if let Some(number) = of(&tally.withheld, Applicability::DisplayOnly) {
        writeln!(out, "{} with a suggestion only.", words::grouped(number))?;
    }
    let refused = tally.refused.values().sum::<usize>();
    if refused > 0 {
        let reasons = tally.refused.iter();
        let reasons = reasons.map(|(code, number)| format!("{} {code}", words::grouped(*number)));
        let reasons = reasons.collect::<Vec<_>>().join(", ");
        let refused = words::grouped(refused);
        writeln!(out, "{refused} without a fix: {reasons}.")?;
    }
    Ok(())
}

/// `9.4 MB`.
#[expect(
    clippy::cast_precision_loss,
    reason = "one digit after the point is shown"
)]
fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB"];
    let mut scaled = bytes as f64;
    let mut unit = "bytes";
    for larger in units {
        if scaled < 999.95 {
            break;
        }
        scaled /= 1_000.0;
        unit = larger;
    }
    if unit == "bytes" {
        format!("{bytes} bytes")
    } else {
        format!("{scaled:.1} {unit}")
    }
}

/// `0.21 s`, `2 min 5 s`.
fn time(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds >= 60 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.2} s", elapsed.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_rounded() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(9_400_000), "9.4 MB");
        assert_eq!(time(Duration::from_millis(212)), "0.21 s");
        assert_eq!(time(Duration::from_secs(125)), "2 min 5 s");
    }
}
