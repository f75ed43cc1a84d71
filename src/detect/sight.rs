//! From what a survey promises to findings.

use std::collections::BTreeMap;

use super::Scan;
use super::argument::Calls;
use super::assignment;
use super::candidate::{Scene, Sighting};
use super::classifier::Form;
use super::decode::Manifest;
use super::document::Document;
use super::env_read;
use super::likely;
use super::likely::Question;
use super::literal::RawMatch;
use super::masking::Masking;
use super::mention::Mention;
use super::query::{Capture, Queries};
use super::suppress::Comments;
use super::survey::{Survey, Wanted};
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Layers;
use crate::finding::Location;
use crate::finding::Subject;
use crate::finding::Suppressed;
use crate::finding::Suppression;
use crate::pattern::Matcher;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::risk;
use crate::risk::Evidence;
use crate::secret::Secret;
use crate::source::SourceRef;
use crate::text::Excerpt;
use crate::text::Role;
use crate::text::Span;

/// More findings than this in one text are not told one by one.
pub(super) const MANY: usize = 10_000;

/// What a survey came to.
pub(super) struct Sighted<'p> {
    /// What was found, [`MANY`] of each kind at the most.
    pub(super) sightings: Vec<Sighting<'p>>,
    /// Whether there may be more of a kind than that.
    pub(super) more: bool,
}

/// Finds what the survey promises, with the help of the syntax tree.
pub(super) fn sight<'p>(
    (queries, calls): (&Queries<'p>, &Calls<'p>),
    scene: Scene<'_>,
    survey: Survey<'p>,
) -> Sighted<'p> {
    let document = scene.document;
    let mut sightings: Vec<Sighting<'p>> = survey
        .literals
        .into_iter()
        .filter_map(|it| literal(scene, it))
        .take(MANY)
        .collect();
    let mut more = sightings.len() >= MANY;
    if !survey.assignments.is_empty() {
        let enough = sightings.len() + MANY;
        let manifest = Manifest::of(document);
        for binding in document.bindings() {
            if sightings.len() >= enough {
                more = true;
                break;
            }
            if let Some(entry) = manifest.entry(document.text, binding) {
                let points = survey.assignments.iter();
                sightings.extend(points.filter_map(|it| entry.sighting(scene, it)));
                continue;
            }
            for (pattern, point) in survey.assignments.iter() {
                let question = assignment::bound(scene, point, binding);
                sightings.extend(question.and_then(|it| judged((pattern, point), it)));
            }
        }
    }
    let mentions = survey.mentions.into_iter();
    let mentions = mentions.filter_map(|it| mentioned(scene, it));
    let before = sightings.len();
    sightings.extend(mentions.take(MANY));
    more |= sightings.len() - before >= MANY;
    more |= read(scene, &survey.reads, &mut sightings);
    let called = calls.sight(scene, &survey.arguments);
    more |= called.len() >= MANY;
    sightings.extend(called);
    if !survey.queries.is_empty()
        && let Some(tree) = document.tree()
    {
        let found = queries.run(document.text, tree, |it| survey.queries.has(it));
        more |= found.secrets.len() > MANY;
        let secrets = found.secrets.into_iter();
        sightings.extend(secrets.take(MANY).filter_map(|it| pointed_out(scene, it)));
        let absent = |it: Capture<'p>| plain((it.pattern, it.point), it.span, Subject::Absence);
        sightings.extend(found.absences.into_iter().map(absent));
    }
    Sighted { sightings, more }
}

/// Adds the reads of the environment that are `wanted`; whether there are more than [`MANY`].
fn read<'p>(scene: Scene<'_>, wanted: &Wanted<'p>, sightings: &mut Vec<Sighting<'p>>) -> bool {
    let document = scene.document;
    if wanted.is_empty() {
        return false;
    }
    let Some((language, _)) = document.tree() else {
        return false;
    };
    let reads = document.env_reads();
    for read in reads.iter().take(MANY) {
        for (pattern, point) in wanted.iter() {
            if env_read::matches(point, language.family(), read) {
                let subject = Subject::EnvRead {
                    variable: read.variable.clone(),
                };
                let mut sighting = plain((pattern, point), read.expression, subject);
                sighting.doubt = env_read::doubt(scene.at.class);
                if sighting.doubt.is_none() || scene.explain {
                    sightings.push(sighting);
                }
            }
        }
    }
    reads.len() > MANY
}

/// A value under a name, if the model takes it for a secret.
pub(super) fn judged<'p>(
    (pattern, point): (&'p Pattern, &'p Point),
    question: Question<'_>,
) -> Option<Sighting<'p>> {
    let doubt = likely::doubt(point, question);
    if doubt.is_some() && !question.scene.explain {
        return None;
    }
    let name = Some(question.name.to_owned()).filter(|it| !it.is_empty());
    let mut sighting = value(
        question.scene.document,
        (pattern, point),
        question.value,
        name,
    )?;
    sighting.likelihood = likely::likelihood(point, question);
    sighting.doubt = doubt;
    Some(sighting)
}

/// A value known by its looks, if it is what its point asks for to its language.
fn literal<'p>(scene: Scene<'_>, raw: RawMatch<'p>) -> Option<Sighting<'p>> {
    let Matcher::Literal { roles, .. } = &raw.point.matcher else {
        return None;
    };
    let document = scene.document;
    let question = Question {
        scene,
        name: "",
        value: raw.judged,
        form: Form::Mentioned,
    };
    let doubt = raw
        .doubt
        .or_else(|| likely::improbable(raw.point, question));
    if doubt.is_some() && !scene.explain {
        return None;
    }
    // What follows needs a tree, where there is a grammar.
    let role = document.role(raw.span);
    if !roles.is_empty() && !roles.contains(&role) {
        return None;
    }
    let bound = document.binding_around(raw.span);
    let name = bound.map(|it| it.name.clone());
    let mut sighting = value(document, (raw.pattern, raw.point), raw.span, name)?;
    sighting.likelihood = likely::likelihood(raw.point, question);
    sighting.doubt = doubt;
    sighting.captures = raw.captures;
    Some(sighting)
}

/// A value next to a name, where no language binds the one to the other.
fn mentioned<'p>(
    scene: Scene<'_>,
    (pattern, point, mention): (&'p Pattern, &'p Point, Mention),
) -> Option<Sighting<'p>> {
    let document = scene.document;
    let whole = Span::new(mention.name.start, mention.value.end);
    if document.syntax.is_code() && document.role(whole) == Role::Plain {
        return None;
    }
    if document.binds_at(mention.value.start) {
        return None;
    }
    let question = assignment::mentioned(scene, point, mention)?;
    judged((pattern, point), question)
}

/// The literal that a query points out, if it passes the checks of its point.
fn pointed_out<'p>(scene: Scene<'_>, capture: Capture<'p>) -> Option<Sighting<'p>> {
    let document = scene.document;
    let (language, tree) = document.tree()?;
    let literal = language.literal(tree.root_node(), document.text, capture.span)?;
    literal.value.as_ref()?;
    let question = Question {
        scene,
        name: "",
        value: literal.inner,
        form: Form::Argument,
    };
    judged((capture.pattern, capture.point), question)
}

/// A value at `span`; `None` for an empty one.
fn value<'p>(
    document: &Document<'_>,
    (pattern, point): (&'p Pattern, &'p Point),
    span: Span,
    name: Option<String>,
) -> Option<Sighting<'p>> {
    let written = span.of(document.text).filter(|it| !it.is_empty())?;
    let decoded = document.tree().and_then(|(language, tree)| {
        let literal = language.literal(tree.root_node(), document.text, span)?;
        literal.value.filter(|_| literal.inner == span)
    });
    let subject = Subject::Value {
        secret: decoded.unwrap_or_else(|| Secret::new(written.to_owned())),
        name,
        role: document.role(span),
    };
    Some(plain((pattern, point), span, subject))
}

fn plain<'p>(
    (pattern, point): (&'p Pattern, &'p Point),
    span: Span,
    subject: Subject,
) -> Sighting<'p> {
    Sighting {
        pattern,
        point,
        also: Vec::new(),
        span,
        subject,
        likelihood: None,
        doubt: None,
        captures: BTreeMap::new(),
        codings: Vec::new(),
    }
}

/// Turns sightings, sorted by position, into findings, and sets aside those that a comment
/// allows.
///
/// `at` comes with what its text is called in the project; `named` tells the names under which
/// secrets are kept.
pub(super) fn judge<'p>(
    document: &Document<'_>,
    (at, identity): (&SourceRef, &str),
    named: &dyn Fn(&str) -> bool,
    sightings: Vec<Sighting<'p>>,
) -> Scan<'p> {
    let mut scan = Scan::default();
    if sightings.is_empty() {
        return scan;
    }
    let masking = Masking::of(document, named, &sightings);
    let comments = Comments::of(document);
    let mut occurrences = BTreeMap::new();
    for sighting in sightings {
        let doubt = sighting.doubt.clone().map(Suppression::NoSecret);
        let cause = doubt.or_else(|| comments.allow(document, sighting.pattern, sighting.span));
        let sighting = without_secret_name(sighting, &masking);
        let id = sighting.pattern.id();
        let name = sighting.subject.name();
        let trace = Fingerprint::trace(secret(&sighting.subject));
        let count: &mut usize = occurrences
            .entry((id.to_owned(), name.map(str::to_owned), trace))
            .or_default();
        let fingerprint = Fingerprint::of(id, identity, name, trace, *count);
        *count += 1;
        let finding = finding(document, at, sighting, &masking, fingerprint);
        match cause {
            Some(cause) => scan.suppressed.push(Suppressed { finding, cause }),
            None => scan.findings.push(finding),
        }
    }
    scan
}

fn finding<'p>(
    document: &Document<'_>,
    at: &SourceRef,
    sighting: Sighting<'p>,
    masking: &Masking<'_>,
    fingerprint: Fingerprint,
) -> Finding<'p> {
    let span = sighting.span;
    let lines = document.lines();
    let role = match &sighting.subject {
        Subject::Value { role, .. } => *role,
        Subject::EnvRead { .. } | Subject::Absence => Role::Plain,
    };
    let evidence = Evidence {
        severity: sighting.point.severity,
        confidence: sighting.confidence(),
        class: at.class,
        role,
    };
    Finding {
        pattern: sighting.pattern,
        point: sighting.point,
        also: sighting.also,
        location: Location {
            path: at.path.clone(),
            file: at.file.clone(),
            class: at.class,
            span,
            start: lines.position(document.text, span.start),
            end: lines.position(document.text, span.end),
            layers: Layers {
                archives: at.archives.clone(),
                cell: None,
                codings: sighting.codings,
            },
        },
        excerpt: Excerpt::cut(document.text, lines, span, masking.around(span)),
        confidence: evidence.confidence,
        risk: risk::assess(&sighting.pattern.risk, &evidence),
        subject: sighting.subject,
        likelihood: sighting.likelihood,
        captures: sighting.captures,
        fingerprint,
        introduction: None,
        related: Vec::new(),
    }
}

/// Forgets the name of a value when the name is, or holds, a secret of its own.
fn without_secret_name<'p>(mut sighting: Sighting<'p>, masking: &Masking<'_>) -> Sighting<'p> {
    if let Subject::Value { name, .. } = &mut sighting.subject {
        let hidden = name.take_if(|it| masking.tells(it, sighting.span));
        drop(hidden);
    }
    sighting
}

/// The value of a subject that has one.
fn secret(subject: &Subject) -> Option<&Secret> {
    match subject {
        Subject::Value { secret, .. } => Some(secret),
        Subject::EnvRead { .. } | Subject::Absence => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::detect::Detector;
    use crate::notice::NoticeKind;
    use crate::pattern;
    use crate::pattern::PatternSet;
    use crate::risk::FileClass;
    use crate::source::{Origin, Source};

    #[test]
    fn findings_beyond_the_most_are_not_passed_over_in_silence() {
        // Two points find each value, so that half as many findings are left as were sighted.
        let mut text = String::new();
        let mut state = 12_345_u64;
        for _ in 0..=MANY {
            let mut value = String::new();
            while value.len() < 16 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let digit = u32::try_from((state >> 33) % 36).unwrap();
                value.extend(char::from_digit(digit, 36));
            }
            writeln!(text, "APP_SECRET_TOKEN={value}").unwrap();
        }
        let patterns = PatternSet::load(&pattern::Options::default()).unwrap();
        let at = SourceRef {
            path: ".env".into(),
            file: ".env".into(),
            class: FileClass::Code,
            archives: Vec::new(),
            origin: Origin::File,
        };
        let scan = Detector::new(&patterns, 1 << 20).scan_text(&Source {
            at: &at,
            text: text.into(),
            encoding: crate::source::Encoding::Utf8,
        });
        assert!(scan.findings.len() < MANY);
        let kinds: Vec<&NoticeKind> = scan.notices.iter().map(|it| &it.kind).collect();
        assert_eq!(kinds, [&NoticeKind::TooMany(MANY)]);
    }
}
