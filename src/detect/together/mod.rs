//! Parts of one credential that stand near each other are one finding.

mod pair;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Scan;
use super::candidate::Sighting;
use super::document::Document;
use crate::finding::Finding;
use crate::finding::Subject;
use crate::finding::Suppressed;
use crate::finding::Suppression;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::pattern::Together;
use crate::risk;
use crate::risk::Evidence;
use crate::risk::Level;
use crate::text::Role;
use crate::text::Span;

/// A line counts for so many bytes at most: in minified code not everything is near.
const LINE: usize = 200;

/// What a point finds, to a group of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The secret.
    Main,
    /// What belongs to it.
    With,
}

impl Part {
    /// What `point` finds, if it is one of `group`.
    fn of(point: &Point, group: &Together) -> Option<Self> {
        let name = point.name.as_ref()?;
        if group.main.contains(name) {
            Some(Self::Main)
        } else {
            group.with.contains(name).then_some(Self::With)
        }
    }
}

/// Where a part is, and its first and last line.
#[derive(Debug, Clone, Copy)]
struct Place {
    span: Span,
    lines: (usize, usize),
}

impl Place {
    /// How far `later` is behind it, in bytes, if that is near enough.
    fn gap(&self, later: &Self, group: &Together) -> Option<usize> {
        let bytes = later.span.start.checked_sub(self.span.end)?;
        let lines = later.lines.0.saturating_sub(self.lines.1);
        (lines <= group.within && bytes / LINE <= group.within).then_some(bytes)
    }
}

/// The numbers of what each pattern with several parts has found.
fn by_pattern<'p>(found: impl Iterator<Item = &'p Pattern>) -> Vec<(&'p Pattern, Vec<usize>)> {
    let mut in_parts: Vec<(&Pattern, usize)> = found
        .zip(0..)
        .filter(|(it, _)| !it.together.is_empty())
        .collect();
    in_parts.sort_by_key(|(it, number)| (it.id(), *number));
    in_parts
        .chunk_by(|(one, _), (two, _)| one.id() == two.id())
        .filter_map(|own| {
            let numbers = own.iter().map(|(_, number)| *number);
            Some((own.first()?.0, numbers.collect()))
        })
        .collect()
}

/// Leaves out what nothing is found by alone, where no other part is near.
pub(super) fn leave_out_lonely(document: &Document<'_>, sightings: &mut Vec<Sighting<'_>>) {
    if !sightings.iter().any(|it| it.point.only_together) {
        return;
    }
    // Not before: few texts need to have their lines counted.
    let lines = document.lines();
    let mut kept: Vec<bool> = sightings.iter().map(|it| !it.point.only_together).collect();
    for (pattern, numbers) in by_pattern(sightings.iter().map(|it| it.pattern)) {
        for group in &pattern.together {
            let parts = numbers.iter().filter_map(|number| {
                // What is told for its own sake alone is no company.
                let it = sightings.get(*number).filter(|it| it.doubt.is_none())?;
                let place = Place {
                    span: it.span,
                    lines: (lines.line_at(it.span.start), lines.line_at(it.span.end)),
                };
                Some((*number, Part::of(it.point, group)?, place))
            });
            let parts: Vec<(usize, Part, Place)> = parts.collect();
            let [main, with] = [Part::Main, Part::With].map(|kind| {
                let alike = parts.iter().filter(|(_, it, _)| *it == kind);
                Row::new(alike.map(|(_, _, it)| *it).collect())
            });
            for (number, part, place) in &parts {
                let others = match part {
                    Part::Main => &with,
                    Part::With => &main,
                };
                if let Some(it) = kept.get_mut(*number) {
                    *it |= others.has_near(place, group);
                }
            }
        }
    }
    let mut kept = kept.into_iter();
    sightings.retain(|_| kept.next().unwrap_or(true));
}

/// Places that may overlap, in two orders.
struct Row {
    by_start: Vec<Place>,
    by_end: Vec<Place>,
}

impl Row {
    fn new(places: Vec<Place>) -> Self {
        let mut row = Self {
            by_start: places.clone(),
            by_end: places,
        };
        row.by_start.sort_by_key(|it| it.span.start);
        row.by_end.sort_by_key(|it| it.span.end);
        row
    }

    /// Whether one of the places is near `place`, before or behind it.
    fn has_near(&self, place: &Place, group: &Together) -> bool {
        let before = self
            .by_end
            .partition_point(|it| it.span.end <= place.span.start);
        let behind = self
            .by_start
            .partition_point(|it| it.span.start < place.span.end);
        let before = before.checked_sub(1).and_then(|it| self.by_end.get(it));
        before.is_some_and(|it| it.gap(place, group).is_some())
            || (self.by_start.get(behind)).is_some_and(|it| place.gap(it, group).is_some())
    }
}

/// A finding, and why it does not count, if it does not.
struct Entry<'p> {
    finding: Finding<'p>,
    cause: Option<Suppression>,
}

impl Entry<'_> {
    fn place(&self) -> Place {
        let at = &self.finding.location;
        Place {
            span: at.span,
            lines: (at.start.line, at.end.line),
        }
    }

    /// Whether a comment allows it.
    fn is_allowed(&self) -> bool {
        matches!(self.cause, Some(Suppression::Comment { .. }))
    }

    /// Whether it can be the main part of `other`.
    ///
    /// A comment on the main part speaks for the whole credential, one on another part for that
    /// part alone.
    fn can_have(&self, other: &Self) -> bool {
        let agree = self.is_allowed() == other.is_allowed();
        let count = |it: &Self| it.cause.is_none() || it.is_allowed();
        count(self) && count(other) && (agree || self.is_allowed())
    }
}

/// Puts the parts of a credential into one finding, at the place of the secret.
pub(super) fn join(scan: &mut Scan<'_>) {
    let set_aside = scan.suppressed.iter().map(|it| &it.finding);
    let mut all = scan.findings.iter().chain(set_aside);
    if all.all(|it| it.pattern.together.is_empty()) {
        return;
    }
    let mut entries: Vec<Entry<'_>> = Vec::new();
    entries.extend(scan.findings.drain(..).map(|finding| Entry {
        finding,
        cause: None,
    }));
    entries.extend(scan.suppressed.drain(..).map(|it| Entry {
        finding: it.finding,
        cause: Some(it.cause),
    }));
    entries.sort_by_key(|it| {
        let at = it.finding.location.span;
        (at.start, Reverse(at.end), it.finding.pattern.id())
    });
    let owners = owners(&entries);
    for entry in gather(entries, &owners) {
        match entry.cause {
            None => scan.findings.push(entry.finding),
            Some(cause) => scan.suppressed.push(Suppressed {
                finding: entry.finding,
                cause,
            }),
        }
    }
}

/// The main part of each entry that belongs to one, by number.
fn owners(entries: &[Entry<'_>]) -> BTreeMap<usize, usize> {
    let mut owners = BTreeMap::new();
    for (pattern, numbers) in by_pattern(entries.iter().map(|it| it.finding.pattern)) {
        for group in &pattern.together {
            for name in &group.with {
                let row: Vec<(usize, Part, &Entry<'_>)> = numbers
                    .iter()
                    .filter_map(|number| {
                        let entry = entries.get(*number)?;
                        let part = Part::of(entry.finding.point, group)?;
                        let is_wanted = part == Part::Main
                            || (entry.finding.point.name.as_ref() == Some(name)
                                && !owners.contains_key(number));
                        is_wanted.then_some((*number, part, entry))
                    })
                    .collect();
                let near = |earlier: usize, later: usize| {
                    let (one, two) = (row.get(earlier)?, row.get(later)?);
                    let fit = match (one.1, two.1) {
                        (Part::Main, Part::With) => one.2.can_have(two.2),
                        (Part::With, Part::Main) => two.2.can_have(one.2),
                        (Part::Main, Part::Main) | (Part::With, Part::With) => false,
                    };
                    let gap = || one.2.place().gap(&two.2.place(), group);
                    if fit { gap() } else { None }
                };
                for (one, two) in pair::pairs(row.len(), &near) {
                    if let (Some(one), Some(two)) = (row.get(one), row.get(two)) {
                        let (main, with) = match one.1 {
                            Part::Main => (one.0, two.0),
                            Part::With => (two.0, one.0),
                        };
                        owners.insert(with, main);
                    }
                }
            }
        }
    }
    owners
}

/// Puts each entry that has an owner into it; leaves out what is no secret and has none.
fn gather<'p>(entries: Vec<Entry<'p>>, owners: &BTreeMap<usize, usize>) -> Vec<Entry<'p>> {
    let mut parts: BTreeMap<usize, Vec<Finding<'p>>> = BTreeMap::new();
    let mut mains = Vec::new();
    for (number, entry) in entries.into_iter().enumerate() {
        match owners.get(&number) {
            Some(owner) => parts.entry(*owner).or_default().push(entry.finding),
            None if entry.finding.point.public => {}
            None => mains.push((number, entry)),
        }
    }
    for (number, entry) in &mut mains {
        if let Some(parts) = parts.remove(number) {
            complete(&mut entry.finding, parts);
        }
    }
    mains.into_iter().map(|(_, it)| it).collect()
}

/// Makes one finding of the main part and the others: of all that the pattern finds, this is the
/// surest.
fn complete<'p>(main: &mut Finding<'p>, parts: Vec<Finding<'p>>) {
    let pattern = main.pattern;
    let role = match &main.subject {
        Subject::Value { role, .. } => *role,
        Subject::EnvRead { .. } | Subject::Absence => Role::Plain,
    };
    main.confidence = Level::High;
    let evidence = Evidence {
        severity: main.point.severity.max(pattern.file.severity),
        confidence: main.confidence,
        class: main.location.class,
        role,
    };
    main.risk = risk::assess(&pattern.risk, &evidence);
    // The model has looked at the value alone.
    main.likelihood = (main.likelihood.take()).filter(|it| it.level() == Level::High);
    main.related = parts;
}
