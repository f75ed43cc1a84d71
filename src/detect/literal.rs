//! Secrets known by their own looks.

use std::collections::BTreeMap;

use foldhash::HashMap;
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input};

use super::checks;
use crate::finding::Doubt;
use crate::pattern::Matcher;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::pattern::Reach;
use crate::text::Span;

/// How far a match may reach beyond its needle, in bytes; unbounded expressions end here.
const LONGEST_MATCH: usize = 8 * 1024;

/// A window in which a match must begin reaches so far behind the needle, in bytes.
const AHEAD: usize = 512;

/// The group that holds the password within the value.
const PASSWORD: &str = "password";

/// A value that an expression matched, before its place is looked at.
#[derive(Debug, Clone)]
pub(super) struct RawMatch<'p> {
    pub(super) pattern: &'p Pattern,
    pub(super) point: &'p Point,
    /// The group `secret`.
    pub(super) span: Span,
    /// What the model is asked about: the group `password`, or else the whole value.
    pub(super) judged: Span,
    /// Why it is not wanted, if it is not.
    pub(super) doubt: Option<Doubt>,
    /// The other named groups.
    pub(super) captures: BTreeMap<String, String>,
}

/// How far each point without a fixed place for its needle has been searched.
///
/// Without it, a text full of needles would be searched again for each of them.
#[derive(Debug, Default)]
pub(super) struct Windows(HashMap<*const Point, Window>);

/// How far one point has been searched.
#[derive(Debug, Default, Clone, Copy)]
struct Window {
    /// Needles before this are done.
    searched: usize,
    /// The end of the last value.
    ended: usize,
}

/// Whether a match of `point` may start where the needle at `hit` says, as far as a look at a few
/// bytes tells.
pub(super) fn may_start(
    text: &str,
    (_, point, reach): (&Pattern, &Point, Reach),
    hit: Span,
) -> bool {
    let (Matcher::Literal { outline, .. }, Reach::Exactly(bytes)) = (&point.matcher, reach) else {
        return true;
    };
    let start = hit.start.checked_sub(bytes);
    start.is_some_and(|it| outline.fits(text.as_bytes(), it))
}

/// The value of `point` near the needle at `hit`, if there is one; [`may_start`] says that there may
/// be.
pub(super) fn verify<'p>(
    text: &str,
    (pattern, point, reach): (&'p Pattern, &'p Point, Reach),
    hit: Span,
    windows: &mut Windows,
) -> Option<RawMatch<'p>> {
    let Matcher::Literal { regex, outline, .. } = &point.matcher else {
        return None;
    };
    let key = std::ptr::from_ref(point);
    let end = hit.end.saturating_add(LONGEST_MATCH).min(text.len());
    let (start, end, anchored) = match reach {
        Reach::Exactly(bytes) => {
            let start = hit.start.checked_sub(bytes)?;
            let most = outline.most().unwrap_or(LONGEST_MATCH);
            (start, start.saturating_add(most).min(end), Anchored::Yes)
        }
        Reach::Within(bytes) => {
            let window = windows.0.entry(key).or_default();
            if hit.start < window.searched {
                return None;
            }
            // Of a needle that is a part of the match itself, a short way is enough; the next ones on
            // it are done with this one.
            let is_short = |it: &usize| reach.is_inside() && *it < LONGEST_MATCH;
            let most = outline.most().filter(is_short);
            let ahead = most.map_or(LONGEST_MATCH / 2, |_| AHEAD);
            let end = most.map_or(end, |it| hit.start.saturating_add(it + ahead).min(end));
            window.searched = hit.start.saturating_add(ahead).max(hit.end);
            // Else a value close before would be found again instead of this one.
            let start = hit.start.saturating_sub(bytes).max(window.ended);
            if !outline.may_be_in(text.as_bytes().get(start..end)?) {
                return None;
            }
            (start, end, Anchored::No)
        }
    };
    let input = Input::new(text).range(start..end).anchored(anchored);
    let captures = regex.captures(&input)?;
    let secret = captures.get_group_by_name("secret")?;
    if let (Reach::Within(_), Some(whole)) = (reach, captures.get_match()) {
        let (searched, ended) = (whole.end(), secret.end);
        windows.0.insert(key, Window { searched, ended });
    }
    let span = Span::new(secret.start, secret.end);
    let value = span.of(text)?;
    let password = captures.get_group_by_name(PASSWORD);
    let doubt = |it| checks::doubt(it, None, value);
    Some(RawMatch {
        pattern,
        point,
        span,
        judged: password.map_or(span, |it| Span::new(it.start, it.end)),
        doubt: point.checks.iter().find_map(doubt),
        captures: named(text, &captures),
    })
}

/// The named groups other than `secret`, with what they matched.
fn named(text: &str, captures: &Captures) -> BTreeMap<String, String> {
    let mut groups = BTreeMap::new();
    let info = captures.group_info();
    let Some(pattern) = captures.pattern() else {
        return groups;
    };
    for name in info.pattern_names(pattern).flatten() {
        let span = captures.get_group_by_name(name).map(|it| it.start..it.end);
        if let Some(matched) = span.and_then(|it| text.get(it))
            && name != "secret"
            && name != PASSWORD
        {
            groups.insert(name.to_owned(), matched.to_owned());
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Options;
    use crate::pattern::PatternSet;

    const HASH: &str = "\
schema: 1
id: acme/hash
title: Hash of Acme
severity: high
detect:
  - literal:
      keywords: ['$9$']
      regex: '[$]9[$](?<secret>[a-z]{4})'
";

    #[test]
    fn values_close_to_each_other_are_all_found() {
        let patterns = PatternSet::load(&Options {
            inline: vec![("acme.yaml".to_owned(), HASH.to_owned())],
            ..Options::default()
        })
        .unwrap();
        let pattern = patterns.find("acme/hash").unwrap();
        let text = "$9$abcd $9$efgh $9$ijkl $9$mnop";
        let mut windows = Windows::default();
        let verified = memchr::memmem::find_iter(text.as_bytes(), "$9$").filter_map(|at| {
            let matcher = (pattern, &pattern.points[0], Reach::Within(256));
            verify(text, matcher, Span::new(at, at + 3), &mut windows)
        });
        let found: Vec<&str> = verified.filter_map(|it| it.span.of(text)).collect();
        assert_eq!(found, ["abcd", "efgh", "ijkl", "mnop"]);
    }

    const TOKEN: &str = "\
schema: 1
id: acme/token
title: Token of Acme
severity: high
detect:
  - literal:
      regex: '[a-z]{1,4}_token_(?<secret>[0-9]{8})'
";

    #[test]
    fn a_value_is_found_however_many_needles_stand_before_it() {
        let patterns = PatternSet::load(&Options {
            inline: vec![("acme.yaml".to_owned(), TOKEN.to_owned())],
            ..Options::default()
        })
        .unwrap();
        let pattern = patterns.find("acme/token").unwrap();
        let point = &pattern.points[0];
        let needle = &point.needles[0];
        assert!(needle.reach.is_inside());
        for decoys in [0, 1, 70, 85, 86, 300] {
            let decoys = "_token_".repeat(decoys);
            let text = format!("{decoys} ab_token_00000001 {decoys}cd_token_00000002");
            let mut windows = Windows::default();
            let hits = memchr::memmem::find_iter(text.as_bytes(), &needle.bytes);
            let verified = hits.filter_map(|at| {
                let hit = Span::new(at, at + needle.bytes.len());
                verify(&text, (pattern, point, needle.reach), hit, &mut windows)
            });
            let found: Vec<&str> = verified.filter_map(|it| it.span.of(&text)).collect();
            assert_eq!(found, ["00000001", "00000002"], "{}", decoys.len());
        }
    }
}
