//! Secrets in what is encoded within a text: base64, hexadecimal digits, percent signs, escapes.
//!
//! Only values known by their own looks are searched for there. Nearly all that looks encoded is
//! not, so a stretch is given up at its first bytes unless these are text.

mod coding;
mod manifest;
mod run;

pub(super) use manifest::Manifest;

use std::collections::BTreeMap;

use self::coding::Unit;
use super::candidate::{Scene, Sighting};
use super::classifier::Form;
use super::document::Document;
use super::likely;
use super::likely::Question;
use super::literal;
use super::literal::RawMatch;
use super::names::Names;
use super::prefilter::{Prefilter, Target};
use crate::finding::Coding;
use crate::finding::Likelihood;
use crate::finding::Subject;
use crate::lang::Syntax;
use crate::pattern::Matcher;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::secret::Secret;
use crate::source::SourceRef;
use crate::text::Mapped;
use crate::text::Span;

/// Codings within codings.
const DEEPEST: usize = 3;

/// More is not decoded of one text, in bytes.
const MOST: usize = 2 * 1024 * 1024;

/// More values of one text are not told.
const MANY: usize = 1_000;

/// Fewer hexadecimal digits hold no secret.
const FEWEST_HEX: usize = 40;

/// A value that stands encoded in a text.
#[derive(Debug)]
pub(super) struct Hidden<'p> {
    pattern: &'p Pattern,
    point: &'p Point,
    /// What it stands for, in the text.
    span: Span,
    secret: Secret,
    likelihood: Option<Likelihood>,
    captures: BTreeMap<String, String>,
    codings: Vec<Coding>,
}

/// Finds the values that stand encoded in a text; `plain` are those that do not.
pub(super) fn look<'p>(
    prefilter: &Prefilter<'p>,
    scene: Scene<'_>,
    plain: &[RawMatch<'p>],
) -> Vec<Hidden<'p>> {
    let mut search = Search {
        prefilter,
        names: scene.names,
        at: scene.at,
        left: MOST,
        codings: Vec::new(),
        found: Vec::new(),
    };
    search.within(scene.document.text, &|it| it);
    let mut found = search.found;
    found.retain(|hidden| {
        let same = |it: &RawMatch<'_>| {
            std::ptr::eq(it.pattern, hidden.pattern) && it.span.overlaps(hidden.span)
        };
        !plain.iter().any(same)
    });
    found
}

/// A search in a text and in what is encoded in it.
struct Search<'s, 'p> {
    prefilter: &'s Prefilter<'p>,
    names: &'s Names<'s>,
    at: &'s SourceRef,
    /// How many bytes may still be decoded.
    left: usize,
    /// The codings around the text that is searched.
    codings: Vec<Coding>,
    found: Vec<Hidden<'p>>,
}

impl<'p> Search<'_, 'p> {
    /// Searches what is encoded in `text`; `origin` tells what a part of it stands for in the
    /// document.
    fn within(&mut self, text: &str, origin: &dyn Fn(Span) -> Span) {
        if self.codings.len() >= DEEPEST {
            return;
        }
        self.digits(text, origin);
        let bytes = text.as_bytes();
        let mut from = 0;
        while let Some(run) = run::percents(bytes, from).filter(|_| self.goes_on()) {
            from = run.end;
            self.mapped(Coding::Percent, &coding::percent(text, run), origin);
        }
        from = 0;
        while let Some(run) = run::escapes(bytes, from).filter(|_| self.goes_on()) {
            from = run.end;
            let start = text.floor_char_boundary(run.start);
            let whole = Span::new(start, text.ceil_char_boundary(run.end));
            let mut mapped = Mapped::default();
            mapped.unescape(text, whole);
            self.mapped(Coding::Escapes, &mapped, origin);
        }
    }

    /// Searches the digits of base64 and the hexadecimal ones in `text`.
    fn digits(&mut self, text: &str, origin: &dyn Fn(Span) -> Span) {
        let bytes = text.as_bytes();
        let mut from = 0;
        while let Some(run) = run::digits(bytes, from).filter(|_| self.goes_on()) {
            from = run.end;
            let digits = |it: Span| bytes.get(it.start..it.end).unwrap_or_default();
            if let Some((decoded, unit)) = hex(digits(run)) {
                self.whole(Coding::Hex, unit, &decoded, origin(run));
            } else if coding::base64_unit(digits(run)).is_some() {
                let end = run::lines(bytes, run, coding::LONGEST * 2);
                let whole = Span::new(run.start, end);
                from = end;
                if let Some((decoded, unit)) = coding::base64(digits(whole)) {
                    self.whole(Coding::Base64, unit, &decoded, origin(whole));
                }
            }
        }
    }

    /// Searches a text that stands as a whole for what lies under `span` of the document.
    fn whole(&mut self, coding: Coding, unit: Unit, decoded: &str, span: Span) {
        self.codings.push(coding);
        if unit == Unit::Pair {
            self.codings.push(Coding::Utf16);
        }
        self.decoded(decoded, &|_| span);
        if unit == Unit::Pair {
            self.codings.pop();
        }
        self.codings.pop();
    }

    /// Searches a text whose parts stand for parts of the text around it.
    fn mapped(&mut self, coding: Coding, mapped: &Mapped, origin: &dyn Fn(Span) -> Span) {
        self.codings.push(coding);
        self.decoded(mapped.text(), &|it| origin(mapped.origin(it)));
        self.codings.pop();
    }

    /// Searches a decoded text, and what is encoded in it.
    fn decoded(&mut self, text: &str, origin: &dyn Fn(Span) -> Span) {
        self.left = self.left.saturating_sub(text.len());
        let document = Document::new(text, Syntax::Plain);
        let first = self.found.len();
        let mut windows = literal::Windows::default();
        for (hit, target) in self.prefilter.hits(text) {
            if self.found.len() >= MANY {
                break;
            }
            if let Target::Point(pattern, point, reach) = target
                && literal::may_start(text, (pattern, point, reach), hit)
                && let Some(raw) = literal::verify(text, (pattern, point, reach), hit, &mut windows)
            {
                let hidden = self.hidden(&document, raw, origin);
                self.found.extend(hidden);
            }
        }
        leave_out_lonely(&mut self.found, first);
        self.within(text, origin);
    }

    /// What a match in a decoded text comes to, if it is a secret.
    fn hidden(
        &self,
        document: &Document<'_>,
        raw: RawMatch<'p>,
        origin: &dyn Fn(Span) -> Span,
    ) -> Option<Hidden<'p>> {
        let path = self.at.inner();
        let question = Question {
            scene: Scene {
                document,
                names: self.names,
                at: self.at,
                explain: false,
            },
            name: "",
            value: raw.judged,
            form: Form::Mentioned,
        };
        let refused = raw.doubt.is_some()
            || !raw.pattern.looks_at(path)
            || !raw.point.looks_at(path)
            || likely::improbable(raw.point, question).is_some();
        let value = raw.span.of(document.text).filter(|_| !refused)?;
        Some(Hidden {
            pattern: raw.pattern,
            point: raw.point,
            span: origin(raw.span),
            secret: Secret::new(value.to_owned()),
            likelihood: likely::likelihood(raw.point, question),
            captures: raw.captures,
            codings: self.codings.clone(),
        })
    }

    /// Whether there is time for more.
    fn goes_on(&self) -> bool {
        self.left > 0 && self.found.len() < MANY
    }
}

/// Leaves out, from number `first` on, what nothing is found by alone and stands alone.
///
/// What is decoded together stands together.
fn leave_out_lonely(found: &mut Vec<Hidden<'_>>, first: usize) {
    let new = found.split_off(first);
    let company: Vec<&str> = new
        .iter()
        .filter(|it| !it.point.only_together)
        .map(|it| it.pattern.id())
        .collect();
    let keeps: Vec<bool> = new
        .iter()
        .map(|it| !it.point.only_together || company.contains(&it.pattern.id()))
        .collect();
    let kept = new.into_iter().zip(keeps).filter(|(_, keep)| *keep);
    found.extend(kept.map(|(it, _)| it));
}

/// The text that digits stand for, if they are hexadecimal.
fn hex(digits: &[u8]) -> Option<(String, Unit)> {
    let digits = digits.strip_prefix(b"0x").unwrap_or(digits);
    let long = digits.len() >= FEWEST_HEX;
    let opens = digits.iter().take(8).all(u8::is_ascii_hexdigit);
    (long && opens).then(|| coding::hex(digits)).flatten()
}

impl<'p> Hidden<'p> {
    /// The sighting of it, if it is what its point asks for to its language.
    pub(super) fn sighting(self, document: &Document<'_>) -> Option<Sighting<'p>> {
        let Matcher::Literal { roles, .. } = &self.point.matcher else {
            return None;
        };
        let role = document.role(self.span);
        if !roles.is_empty() && !roles.contains(&role) {
            return None;
        }
        let bound = document.binding_around(self.span);
        Some(Sighting {
            pattern: self.pattern,
            point: self.point,
            also: Vec::new(),
            span: self.span,
            subject: Subject::Value {
                secret: self.secret,
                name: bound.map(|it| it.name.clone()),
                role,
            },
            likelihood: self.likelihood,
            doubt: None,
            captures: self.captures,
            codings: self.codings,
        })
    }
}

#[cfg(test)]
mod tests;
