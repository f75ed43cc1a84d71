//! A saved report as one that can be written in any form.

mod notice;
mod plan;
mod syntax;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::Saved;
use super::SavedError;
use crate::finding::Coding;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Introduction;
use crate::finding::Layers;
use crate::finding::Likelihood;
use crate::finding::Location;
use crate::finding::Presence;
use crate::finding::Subject;
use crate::finding::Suppressed;
use crate::fix;
use crate::fix::Entry;
use crate::fix::Exposure;
use crate::fix::FixPlan;
use crate::notice::Notice;
use crate::pattern::Pattern;
use crate::pattern::PatternSet;
use crate::pattern::Point;
use crate::report;
use crate::report::Kept;
use crate::report::Options;
use crate::report::Report;
use crate::report::Totals;
use crate::risk::FileClass;
use crate::risk::Level;
use crate::risk::Risk;
use crate::secret::Secret;
use crate::source::git::Commit;
use crate::text::Excerpt;
use crate::text::Position;
use crate::text::Span;

use syntax::{About, Document, Found, Introduced, Lines, Part, Place};

/// A saved report that can be written in any form.
#[derive(Debug)]
pub struct Reading<'p> {
    patterns: &'p PatternSet,
    findings: Vec<Finding<'p>>,
    suppressed: Vec<Suppressed<'p>>,
    plan: FixPlan,
    kept: Vec<Kept>,
    exposures: Vec<Exposure<'p>>,
    pending: Vec<(usize, Entry)>,
    notices: Vec<Notice>,
    totals: Totals,
}

impl Saved {
    /// Reads it, with the patterns that it was made with.
    ///
    /// # Errors
    ///
    /// Fails when it is no report, or has a pattern that is not among `patterns`.
    pub fn reading(self, patterns: &PatternSet) -> Result<Reading<'_>, SavedError> {
        let name = self.name;
        let document: Document =
            serde_json::from_value(Value::Object(self.report)).map_err(|error| {
                SavedError::Malformed {
                    name: name.clone(),
                    error,
                }
            })?;
        let reader = Reader {
            name: &name,
            patterns,
        };
        reader.read(document)
    }
}

impl Reading<'_> {
    /// Writes it in the form that `options` ask for.
    ///
    /// # Errors
    ///
    /// Fails when `out` cannot be written.
    pub fn write(&self, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
        let pending: Vec<(usize, &Entry)> =
            self.pending.iter().map(|(line, it)| (*line, it)).collect();
        let report = Report {
            findings: &self.findings,
            suppressed: &self.suppressed,
            plan: &self.plan,
            kept: &self.kept,
            exposures: &self.exposures,
            pending: &pending,
            notices: &self.notices,
            patterns: self.patterns,
            origin: None,
            totals: self.totals,
        };
        report::write(&report, options, out)
    }
}

/// What is needed to read a report.
struct Reader<'n, 'p> {
    name: &'n str,
    patterns: &'p PatternSet,
}

impl<'p> Reader<'_, 'p> {
    fn read(&self, mut told: Document) -> Result<Reading<'p>, SavedError> {
        let stored = std::mem::take(&mut told.plan.deposits);
        let mut plan = plan::Reader::new(told.plan).ok_or_else(|| self.lacks("plan"))?;
        let mut findings = Vec::new();
        for mut found in told.findings {
            for part in std::iter::once(&mut found.part).chain(&mut found.related) {
                let print = self.fingerprint(&part.fingerprint)?;
                let read = plan.finding(print, part);
                read.ok_or_else(|| self.lacks("fix"))?;
            }
            findings.push(self.finding(found)?);
        }
        let mut suppressed = Vec::new();
        for excused in told.suppressed {
            let cause = notice::cause(&excused).ok_or_else(|| self.lacks("cause"))?;
            let finding = self.finding(excused.finding)?;
            suppressed.push(Suppressed { finding, cause });
        }
        let notices = told.notices.iter().map(notice::notice);
        let notices: Option<Vec<Notice>> = notices.collect();
        let (plan, kept) = plan.done();
        let mut exposures = fix::exposures(&plan, &findings, Path::new(""));
        for exposure in &mut exposures {
            let named = stored.iter().find(|it| it.name == exposure.name.as_str());
            if let Some(past) = named.and_then(|it| it.history.as_ref()) {
                exposure.history = notice::history(past);
            }
        }
        let pending = told.pending.into_iter();
        Ok(Reading {
            patterns: self.patterns,
            findings,
            suppressed,
            plan,
            kept,
            exposures,
            pending: pending.map(|it| (it.line, notice::entry(it))).collect(),
            notices: notices.ok_or_else(|| self.lacks("notices"))?,
            totals: Totals {
                files: told.summary.files,
                bytes: told.summary.bytes,
                elapsed: Duration::ZERO,
            },
        })
    }

    fn finding(&self, told: Found) -> Result<Finding<'p>, SavedError> {
        let pattern = self.pattern(&told.pattern)?;
        let also: Result<Vec<&Pattern>, SavedError> =
            told.also.iter().map(|it| self.pattern(it)).collect();
        let mut finding = self.part(pattern, told.part)?;
        finding.also = also?;
        finding.location.class = told.class;
        let codings = told.codings.iter().map(|code| {
            let known = Coding::ALL.into_iter().find(|it| it.as_str() == code);
            known.ok_or_else(|| self.lacks("codings"))
        });
        finding.location.layers = Layers {
            archives: told.archives.into_iter().map(Into::into).collect(),
            cell: told.cell,
            codings: codings.collect::<Result<_, _>>()?,
        };
        finding.confidence = told.confidence;
        finding.likelihood = told.likelihood.map(|it| Likelihood {
            probability: it.probability,
            reasons: it.reasons,
        });
        finding.risk = Risk {
            score: told.score,
            level: told.level,
            factors: told.factors,
        };
        finding.introduction = told.introduction.map(introduction);
        for part in told.related {
            finding.related.push(self.part(pattern, part)?);
        }
        Ok(finding)
    }

    /// What a finding and the other parts of its credential have in common.
    fn part(&self, pattern: &'p Pattern, told: Part) -> Result<Finding<'p>, SavedError> {
        let excerpt = match (told.excerpt, told.snippet) {
            (Some(lines), _) => self.excerpt(lines)?,
            (None, Some(snippet)) => Excerpt {
                first_line: told.start.line,
                highlight: Span::new(0, snippet.len()),
                text: snippet,
            },
            (None, None) => return Err(self.lacks("excerpt")),
        };
        let place = |it: Place| position(it).ok_or_else(|| self.lacks("start"));
        Ok(Finding {
            pattern,
            point: self.point(pattern, told.point.as_deref())?,
            also: Vec::new(),
            fingerprint: self.fingerprint(&told.fingerprint)?,
            location: Location {
                file: told.path.clone().into(),
                path: told.path.into(),
                class: FileClass::Code,
                span: Span::new(0, 0),
                start: place(told.start)?,
                end: place(told.end)?,
                layers: Layers::default(),
            },
            subject: subject(told.subject),
            captures: BTreeMap::new(),
            excerpt,
            confidence: Level::Low,
            likelihood: None,
            risk: Risk {
                score: 0,
                level: Level::Low,
                factors: Vec::new(),
            },
            introduction: None,
            related: Vec::new(),
        })
    }

    fn excerpt(&self, told: Lines) -> Result<Excerpt, SavedError> {
        let [start, end] = told.highlight;
        if told.text.get(start..end).is_none() {
            return Err(self.lacks("highlight"));
        }
        Ok(Excerpt {
            first_line: told.first_line.max(1),
            text: told.text,
            highlight: Span::new(start, end),
        })
    }

    fn pattern(&self, id: &str) -> Result<&'p Pattern, SavedError> {
        self.patterns.find(id).ok_or_else(|| SavedError::Pattern {
            name: self.name.to_owned(),
            id: id.to_owned(),
        })
    }

    fn point(&self, pattern: &'p Pattern, name: Option<&str>) -> Result<&'p Point, SavedError> {
        let mut points = pattern.points.iter();
        let point = points.find(|it| it.name.as_deref() == name);
        point.ok_or_else(|| self.lacks("point"))
    }

    fn fingerprint(&self, text: &str) -> Result<Fingerprint, SavedError> {
        let print = text.parse();
        print.map_err(|_wrong| self.lacks("fingerprint"))
    }

    fn lacks(&self, key: &str) -> SavedError {
        SavedError::NoReport {
            name: self.name.to_owned(),
            key: key.to_owned(),
        }
    }
}

/// What it is about; a name that the report does not tell stays untold.
fn subject(told: About) -> Subject {
    match told {
        About::Value { name, role } => Subject::Value {
            // Reports have no values.
            secret: Secret::new(String::new()),
            name,
            role,
        },
        About::EnvRead { variable } => Subject::EnvRead {
            variable: variable.unwrap_or_default(),
        },
        About::Absence => Subject::Absence,
    }
}

fn introduction(told: Introduced) -> Introduction {
    Introduction {
        commit: Commit {
            id: told.commit,
            author: told.author,
            email: told.email,
            date: told.date,
        },
        presence: if told.in_head {
            Presence::InHead
        } else {
            Presence::Past
        },
    }
}

/// The position that a place stands for; none for one before the first.
fn position(place: Place) -> Option<Position> {
    (place.line > 0 && place.column > 0).then(|| Position {
        line: place.line,
        // Reports do not count bytes.
        byte_column: place.column,
        char_column: place.column,
        utf16_column: place.utf16_column.unwrap_or(place.column),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::report::ShowSuppressed;
    use crate::report::fixture::{Fixture, everything, in_archive, options, patterns};

    /// A report with everything in it, in an archive and from the history.
    fn fixture() -> Fixture {
        let mut fixture = everything();
        let archived = in_archive(fixture.findings[0].clone());
        fixture.findings[0] = archived;
        fixture.findings[3].introduction = Some(Introduction {
            commit: Commit {
                id: "0123456789012345678901234567890123456789".to_owned(),
                author: "Ada".to_owned(),
                email: "ada@example.com".to_owned(),
                date: "2024-02-03T04:05:06Z".to_owned(),
            },
            presence: Presence::InHead,
        });
        fixture
    }

    fn json(fixture: &Fixture) -> String {
        let mut options = options(Format::Json);
        options.suppressed = ShowSuppressed::Yes;
        fixture.written(&options)
    }

    fn read(text: &str) -> Result<Reading<'static>, SavedError> {
        Saved::read("x.json", &mut text.as_bytes())?.reading(patterns())
    }

    #[test]
    fn a_report_says_the_same_in_every_form() {
        let fixture = fixture();
        let reading = read(&json(&fixture)).unwrap();
        // A report for a person tells how long the scan took, which the other does not know.
        let others = |it: &&Format| !matches!(it, Format::Human | Format::Json);
        for &format in Format::all().iter().filter(others) {
            let mut options = options(format);
            options.suppressed = ShowSuppressed::Yes;
            let mut out = Vec::new();
            reading.write(&options, &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            assert_eq!(out, fixture.written(&options), "{format:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let whole = json(&fixture());
        for (from, to) in [
            ("\"line\": 2,", "\"line\": 0,"),
            ("\"line\": 2,", "\"line\": -1,"),
            ("\"highlight\": [", "\"highlight\": [\n 9000,"),
            (
                "\"pattern\": \"example/token\"",
                "\"pattern\": \"example/none\"",
            ),
            ("\"code\": \"unreadable\"", "\"code\": \"new\""),
            ("\"cause\": \"comment\"", "\"cause\": \"new\""),
            ("\"fingerprint\": \"", "\"fingerprint\": \"é"),
            ("\"span\": [", "\"span\": [\n 900000,"),
            ("\"kind\": \"helper\"", "\"kind\": \"new\""),
        ] {
            assert!(whole.contains(from), "{from}");
            let error = read(&whole.replacen(from, to, 1));
            assert!(error.is_err(), "{to}");
        }
    }
}
