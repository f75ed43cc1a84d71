//! Who belongs to whom, in a row of parts.

use std::cmp::Reverse;
use std::collections::VecDeque;

/// How far two parts of a row are apart, by their numbers in it, the earlier first; `None` for
/// two that cannot belong together.
pub(super) type Near<'n> = &'n dyn Fn(usize, usize) -> Option<usize>;

/// Makes as many pairs of a row of `count` parts as can be seen at a glance, the nearest of them;
/// no part is in two.
pub(super) fn pairs(count: usize, near: Near<'_>) -> Vec<(usize, usize)> {
    let neighbours = neighbours(count, near);
    // Two ids and then their two secrets are no neighbours, all but the middle ones.
    let queued = queued(count, near);
    if queued.len() > neighbours.len() {
        queued
    } else {
        neighbours
    }
}

/// Pairs of neighbours: as many as there can be, and of these the nearest.
fn neighbours(count: usize, near: Near<'_>) -> Vec<(usize, usize)> {
    let mut best = vec![(0, Reverse(0))];
    let mut paired = Vec::with_capacity(count);
    for later in 0..count {
        let alone = best.last().copied().unwrap_or_default();
        let joined = later.checked_sub(1).and_then(|earlier| {
            let (pairs, Reverse(apart)) = best.get(earlier)?;
            Some((pairs + 1, Reverse(apart + near(earlier, later)?)))
        });
        let joined = joined.filter(|it| *it > alone);
        paired.push(joined.is_some());
        best.push(joined.unwrap_or(alone));
    }
    let mut pairs = Vec::new();
    while let Some(is_paired) = paired.pop() {
        if is_paired && paired.pop().is_some() {
            pairs.push((paired.len(), paired.len() + 1));
        }
    }
    pairs.reverse();
    pairs
}

/// Pairs each with the first before it that is still alone.
fn queued(count: usize, near: Near<'_>) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut queue: VecDeque<usize> = VecDeque::new();
    for later in 0..count {
        let is_like_last = |last: &usize| near(*last, later).is_none();
        if queue.back().is_none_or(is_like_last) {
            queue.push_back(later);
            continue;
        }
        while let Some(earlier) = queue.pop_front() {
            if near(earlier, later).is_some() {
                pairs.push((earlier, later));
                break;
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pairs of a row in which `i` and `s` belong together and anything else is a distance.
    fn of(row: &str) -> Vec<(usize, usize)> {
        let parts: Vec<(usize, char)> = row
            .char_indices()
            .filter(|(_, it)| "is".contains(*it))
            .collect();
        let near = |one: usize, two: usize| {
            let ((from, one), (to, two)) = (parts[one], parts[two]);
            (one != two && to - from < 10).then_some(to - from)
        };
        pairs(parts.len(), &near)
    }

    #[test]
    fn parts_that_alternate_are_paired_from_the_first() {
        assert_eq!(of("i...s.i...s"), [(0, 1), (2, 3)]);
        assert_eq!(of("sisi"), [(0, 1), (2, 3)]);
    }

    #[test]
    fn a_part_too_many_stays_alone_and_is_not_the_nearest() {
        assert_eq!(of("s.......is"), [(1, 2)]);
        assert_eq!(of("si.......s"), [(0, 1)]);
        assert_eq!(of("i.s.i"), [(0, 1)]);
    }

    #[test]
    fn lists_of_both_are_paired_in_order() {
        assert_eq!(of("ii.ss"), [(0, 2), (1, 3)]);
        assert_eq!(of("iiss.......ss"), [(0, 2), (1, 3)]);
    }

    #[test]
    fn what_is_far_apart_is_not_paired() {
        assert_eq!(of("i..........s"), []);
        assert_eq!(of("i..........s.i"), [(1, 2)]);
        assert_eq!(of(""), []);
    }
}
