//! One part of several, so that machines can share a scan.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::fs;
use std::str::FromStr;

use super::SourceRef;

/// More parts are a mistake.
const MOST: usize = 100_000;

/// One part of several: `2/4` is the second of four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which, counted from one.
    number: usize,
    /// Of how many.
    of: usize,
}

/// What is no part of several.
#[derive(Debug, thiserror::Error)]
#[error("write it as 2/4: the second of four parts, at most {MOST}")]
pub struct ShardError;

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let written = text.split_once('/').ok_or(ShardError)?;
        let count = |it: &str| {
            it.parse::<usize>()
                .ok()
                .filter(|it| (1..=MOST).contains(it))
        };
        let shard = count(written.0).zip(count(written.1));
        let shard = shard.filter(|(number, of)| number <= of);
        shard
            .map(|(number, of)| Self { number, of })
            .ok_or(ShardError)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl Shard {
    /// Which part, counted from one.
    #[must_use]
    pub fn number(self) -> usize {
        self.number
    }

    /// How many parts there are.
    #[must_use]
    pub fn of_all(self) -> usize {
        self.of
    }

    /// The sources of this part, in their order.
    ///
    /// Every source lies in one part, the same on every machine with the same files; parts have about
    /// as many bytes. What git keeps counts as its files.
    #[must_use]
    pub fn of(self, sources: Vec<SourceRef>) -> Vec<SourceRef> {
        let sizes = sources.iter().map(|it| {
            let size = fs::metadata(&it.file).map_or(0, |it| it.len());
            // Opening a file takes time, too.
            size.saturating_add(1024)
        });
        let parts = divide(&sizes.collect::<Vec<_>>(), self.of);
        let own = sources.into_iter().zip(parts);
        own.filter(|(_, part)| part + 1 == self.number)
            .map(|it| it.0)
            .collect()
    }
}

/// The part of each of some sizes: the largest first, each goes where there is least.
fn divide(sizes: &[u64], parts: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    let size = |it: usize| sizes.get(it).copied().unwrap_or(0);
    order.sort_by_key(|it| (Reverse(size(*it)), *it));
    let mut load: BinaryHeap<Reverse<(u64, usize)>> =
        (0..parts).map(|it| Reverse((0, it))).collect();
    let mut chosen = vec![0; sizes.len()];
    for place in order {
        let Some(Reverse((bytes, part))) = load.pop() else {
            break;
        };
        if let Some(it) = chosen.get_mut(place) {
            *it = part;
        }
        load.push(Reverse((bytes.saturating_add(size(place)), part)));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_written_as_its_number_of_how_many() {
        let shard = Shard::from_str("2/4").unwrap();
        assert_eq!((shard.number, shard.of), (2, 4));
        assert_eq!(shard.to_string(), "2/4");
        for wrong in [
            "", "2", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1/100001",
        ] {
            assert!(Shard::from_str(wrong).is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn parts_have_about_as_many_bytes(
            sizes in proptest::collection::vec(0_u64..1000, 0..200),
            parts in 1_usize..9,
        ) {
            let chosen = divide(&sizes, parts);
            let mut load = vec![0; parts];
            for (size, part) in sizes.iter().zip(&chosen) {
                load[*part] += size;
            }
            let (least, most) = (load.iter().min().unwrap(), load.iter().max().unwrap());
            proptest::prop_assert!(most - least <= sizes.iter().copied().max().unwrap_or(0));
        }
    }
}
