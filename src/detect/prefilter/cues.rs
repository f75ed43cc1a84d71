//! The words by which texts are searched for the names of secrets.

use foldhash::HashMap;

use super::Finder;
use crate::pattern::Matcher;
use crate::pattern::Point;

/// Words of which a name must hold one.
type Choice<'p> = Vec<&'p [u8]>;

/// For each of `points`, the words of which a text must hold one for a name that it is for.
///
/// A name of a credential tells whose it is and what it is: `acme_api_key`. A text is searched for
/// the second, since few words say that for all issuers; names are looked at for the first once
/// they are found.
pub(super) fn cues<'p>(points: &[&'p Point]) -> Vec<Choice<'p>> {
    let choices: Vec<Vec<Choice<'p>>> = points.iter().map(|it| choices(it)).collect();
    let mut shared: HashMap<&[u8], usize> = HashMap::default();
    for word in choices.iter().flatten().flatten() {
        *shared.entry(word).or_default() += 1;
    }
    let share = |choice: &Choice<'_>| {
        let words = choice.iter().map(|it| shared.get(it));
        words.min().flatten().copied()
    };
    let best = |it: Vec<Choice<'p>>| it.into_iter().max_by_key(share);
    choices
        .into_iter()
        .map(|it| best(it).unwrap_or_default())
        .collect()
}

/// The choices of words that could be looked for, each of them enough.
fn choices(point: &Point) -> Vec<Choice<'_>> {
    let mut choices: Vec<Choice<'_>> = vec![needles(point)];
    if let Matcher::Assignment { name, .. } = &point.matcher {
        let can_be_found = |it: &Choice<'_>| it.iter().all(|it| it.len() >= Finder::LEAST);
        choices.extend(name.choices().filter(can_be_found));
    }
    choices
}

/// The needles of a point.
fn needles(point: &Point) -> Choice<'_> {
    point.needles.iter().map(|it| &*it.bytes).collect()
}
