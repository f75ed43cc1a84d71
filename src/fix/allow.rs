//! Comments that let a finding stay, put into the code and looked at before they are written.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::assemble::Assembly;
use super::draft::skipped;
use super::gate::{self, Bounds};
use super::shown::{Secrets, values};
use super::verify::{Shift, same_code};
use super::{Choices, ContentHash, FileFix, FixPlan, SkipReason, Skipped};
use crate::detect::Detector;
use crate::detect::Document;
use crate::detect::Scan;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Suppressed;
use crate::finding::Suppression;
use crate::lang::Family;
use crate::lang::Format;
use crate::lang::Syntax;
use crate::risk::FileClass;
use crate::source::Encoding;
use crate::source::Source;
use crate::source::SourceRef;
use crate::text;
use crate::text::Edit;
use crate::text::Span;

/// The longest reason, in characters.
const LONGEST: usize = 200;

/// How many findings of one file are allowed at once.
const MAX_IN_FILE: usize = 64;

/// A reason that fits into a comment: one line of it, and nothing that could close it.
///
/// # Errors
///
/// Fails with the words for what is wrong with it.
pub fn reason(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        Err("say why it may stay")
    } else if text.chars().count() > LONGEST {
        Err("a reason has at most 200 characters")
    } else if text.contains(char::is_control) || text.contains("*/") || text.contains("-->") {
        Err("a reason is one line, without the signs that close a comment")
    } else {
        Ok(text.to_owned())
    }
}

/// What the comments of a plan are made with.
pub(super) struct Allower<'a, 'p> {
    pub(super) detector: &'a Detector<'p>,
    pub(super) choices: &'a Choices,
    pub(super) bounds: Bounds<'a>,
    pub(super) secrets: &'a Secrets,
}

impl Allower<'_, '_> {
    /// Adds the comments to `plan` that let some of `findings` stay; they come file by file.
    pub(super) fn allow(&self, findings: &[&Finding<'_>], plan: &mut FixPlan) {
        let wanted = findings.iter().copied();
        let wanted: Vec<&Finding<'_>> = wanted
            .filter(|it| self.choices.reason(it).is_some())
            .collect();
        for group in wanted.chunk_by(|a, b| a.location.file == b.location.file) {
            for finding in group {
                plan.skipped.retain(|it| it.finding != finding.fingerprint);
            }
            match self.file(group, plan) {
                Ok(mut told) => plan.skipped.append(&mut told),
                Err(reason) => {
                    let all = group.iter().map(|it| skipped(it.fingerprint, reason));
                    plan.skipped.extend(all);
                }
            }
        }
    }

    /// Allows findings of one file.
    fn file(&self, group: &[&Finding<'_>], plan: &mut FixPlan) -> Result<Vec<Skipped>, SkipReason> {
        let location = &group.first().ok_or(SkipReason::NothingToReplace)?.location;
        match location.class {
            FileClass::Code | FileClass::Test | FileClass::Documentation => {}
            FileClass::Generated | FileClass::Vendored | FileClass::Lockfile => {
                return Err(SkipReason::GeneratedFile);
            }
        }
        let (at, before) = gate::open_text(location, self.bounds)?;
        let syntax = Syntax::of_path(&at.path);
        let page = Page {
            detector: self.detector,
            at: &at,
            leader: leader(syntax).ok_or(SkipReason::NoTemplate)?,
        };
        let number = plan.files.iter().position(|it| it.file == at.file);
        let fixed = number.and_then(|it| plan.files.get_mut(it));
        if let Some(fixed) = &fixed
            && fixed.before != ContentHash::of(before.as_bytes())
        {
            return Err(SkipReason::ChangedSinceScan);
        }
        let start = fixed.as_ref().map_or(&before, |it| &it.after).clone();
        let (after, told, allowed) = self.comment(&page, start, group);
        if allowed.is_empty() {
            return Ok(told);
        }
        let masked = |text: &str| self.secrets.mask(text, page.spans(text));
        let masked_after = masked(&after);
        if let Some(fixed) = fixed {
            (fixed.after, fixed.masked_after) = (after, masked_after);
            fixed.allowed = allowed;
        } else {
            plan.files.push(FileFix {
                masked_before: masked(&before),
                masks: self.secrets.spans(&before, page.spans(&before)),
                before: ContentHash::of(before.as_bytes()),
                path: at.path.clone(),
                file: at.file.clone(),
                fixes: Vec::new(),
                imports: Vec::new(),
                places: BTreeMap::new(),
                masked_after,
                after,
                allowed,
            });
            let place = |it: &FileFix| (it.path.clone(), it.file.clone());
            plan.files.sort_by_key(place);
        }
        Ok(told)
    }

    /// Puts comments into `text`, one finding after the other; tells what became of each, and
    /// which may stay now.
    fn comment(
        &self,
        page: &Page<'_, '_>,
        mut text: String,
        group: &[&Finding<'_>],
    ) -> (String, Vec<Skipped>, BTreeSet<Fingerprint>) {
        let mut told = Vec::new();
        let mut allowed = BTreeSet::new();
        for (number, finding) in group.iter().enumerate() {
            let reason = self.choices.reason(finding).unwrap_or_default();
            let quotes = self.secrets.mask(reason, Vec::new()) != reason;
            let next = if quotes || number >= MAX_IN_FILE {
                None
            } else {
                page.allow(&text, finding, reason)
            };
            let outcome = match next {
                Some(longer) => {
                    text = longer;
                    allowed.insert(finding.fingerprint);
                    SkipReason::Allowed
                }
                None => SkipReason::NoComment,
            };
            told.push(skipped(finding.fingerprint, outcome));
        }
        (text, told, allowed)
    }
}

/// What opens a comment that goes up to the end of its line.
fn leader(syntax: Syntax) -> Option<&'static str> {
    match syntax {
        Syntax::Tree(language) => Some(match language.family() {
            Family::Python => "#",
            Family::EcmaScript => "//",
        }),
        Syntax::Data(format) => match format {
            Format::Dotenv
            | Format::Ini
            | Format::Properties
            | Format::Yaml
            | Format::Toml
            | Format::Hcl
            | Format::Dockerfile
            | Format::Shell => Some("#"),
            Format::Json | Format::Xml => None,
        },
        Syntax::Lexed(_) | Syntax::Plain => None,
    }
}

/// A file that gets comments.
struct Page<'a, 'p> {
    detector: &'a Detector<'p>,
    at: &'a SourceRef,
    leader: &'static str,
}

/// What a finding is known by while a text is edited: the pattern, and where it stands.
type Sight = (String, Span);

impl Page<'_, '_> {
    /// `text` with a comment that allows `finding` and changes nothing else.
    fn allow(&self, text: &str, finding: &Finding<'_>, reason: &str) -> Option<String> {
        let scan = self.scan(text);
        let mut found = scan.findings.iter().flat_map(Finding::parts);
        let found = found.find(|it| it.fingerprint == finding.fingerprint)?;
        let before = Document::new(text, Syntax::of_path(&self.at.path));
        let id = found.pattern.id();
        let comment = format!("{} shield: allow[{id}] {reason}", self.leader);
        let candidates = places(&before, found.location.span, &comment);
        candidates.into_iter().find_map(|edit| {
            let edits = vec![edit];
            let after = text::apply(text, &edits).ok()?;
            let assembly = Assembly {
                fixes: Vec::new(),
                imports: edits.clone(),
                edits,
                after,
            };
            let good = self.holds(&before, &scan, &assembly, found);
            good.then_some(assembly.after)
        })
    }

    /// Whether a comment allows `found` and nothing else, and is nothing but a comment.
    fn holds(
        &self,
        before: &Document<'_>,
        scan: &Scan<'_>,
        assembly: &Assembly,
        found: &Finding<'_>,
    ) -> bool {
        let after = Document::new(&assembly.after, before.syntax);
        let same = match (before.tree(), after.tree()) {
            (Some(_), Some(_)) => same_code(before, &after, assembly),
            (Some(_), None) | (None, Some(_)) => false,
            (None, None) => bindings(before) == bindings(&after),
        };
        if !same {
            return false;
        }
        let shift = Shift::new(&assembly.edits);
        let moved = |it: &Finding<'_>| sight(it, shift.span(it.location.span));
        let here = |it: &Finding<'_>| sight(it, it.location.span);
        let wanted = moved(found);
        let now = self.scan(&assembly.after);
        let mut left: Vec<Sight> = parts(scan).map(moved).filter(|it| *it != wanted).collect();
        let mut kept: Vec<Sight> = parts(&now).map(here).collect();
        left.sort();
        kept.sort();
        left == kept && excused(&now).any(|it| here(it) == wanted)
    }

    /// Where the values are that are found in `text`.
    fn spans(&self, text: &str) -> Vec<Span> {
        let scan = self.scan(text);
        let suppressed = scan.suppressed.iter().map(|it| &it.finding);
        let all = scan.findings.iter().chain(suppressed);
        let values = values(text, all.flat_map(Finding::parts));
        values.into_iter().map(|(span, _)| span).collect()
    }

    fn scan(&self, text: &str) -> Scan<'_> {
        self.detector.scan_text(&Source {
            at: self.at,
            text: Cow::Borrowed(text),
            encoding: Encoding::Utf8,
        })
    }
}

fn sight(finding: &Finding<'_>, span: Span) -> Sight {
    (finding.pattern.id().to_owned(), span)
}

/// Everything that counts.
fn parts<'s>(scan: &'s Scan<'_>) -> impl Iterator<Item = &'s Finding<'s>> {
    scan.findings.iter().flat_map(Finding::parts)
}

/// Everything that comments allow.
fn excused<'s>(scan: &'s Scan<'_>) -> impl Iterator<Item = &'s Finding<'s>> {
    let by_comment = |it: &&'s Suppressed<'_>| match &it.cause {
        Suppression::Comment { .. } => true,
        Suppression::Known { .. } | Suppression::NoSecret(_) => false,
    };
    let all = scan.suppressed.iter().filter(by_comment);
    all.flat_map(|it| it.finding.parts())
}

/// The names and values of a file, in order.
fn bindings<'d>(document: &'d Document<'_>) -> Vec<(&'d str, Option<&'d str>)> {
    let all = document.bindings().iter();
    all.map(|it| (&*it.name, it.value.of(document.text)))
        .collect()
}

/// Where a comment on what is at `span` may stand, the best place first.
///
/// In data, what follows a value on its line may be taken for a part of it.
fn places(document: &Document<'_>, span: Span, comment: &str) -> Vec<Edit> {
    let (text, lines) = (document.text, document.lines());
    let first = lines.line_at(span.start);
    let last = lines.line_at(span.end.max(span.start + 1) - 1);
    let mut edits = Vec::new();
    if document.tree().is_some() {
        let ends = [first, last]
            .into_iter()
            .filter_map(|it| lines.span(text, it));
        edits.extend(ends.map(|it| Edit::insert(it.end, format!("  {comment}"))));
    }
    if let Some(line) = lines.span(text, first)
        && let Some(written) = line.of(text)
    {
        let bare = written.trim_start_matches([' ', '\t']);
        let indent = written.strip_suffix(bare).unwrap_or_default();
        let rest = text.get(line.end..).unwrap_or_default();
        let newline = if rest.starts_with("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        edits.push(Edit::insert(
            line.start,
            format!("{indent}{comment}{newline}"),
        ));
    }
    edits
}
