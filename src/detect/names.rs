//! Which points are for a name.
//!
//! A project uses the same names over and over, so what was found out about one is remembered.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use foldhash::HashMap;
use regex_automata::util::pool::{Pool, PoolGuard};

use super::assignment;
use super::prefilter::Prefilter;
use crate::pattern::Pattern;
use crate::pattern::Point;

/// So many names are remembered at once.
const MOST: usize = 16 * 1024;

/// Longer names are not remembered, in bytes.
const LONGEST: usize = 64;

/// What threads remember of names, each for itself.
pub(super) type Memos = Pool<RefCell<Memo>, New>;

/// Makes an empty memo.
type New = fn() -> RefCell<Memo>;

/// What is remembered of names: the numbers of the points that are for each.
#[derive(Default)]
pub(super) struct Memo(HashMap<Box<str>, Arc<[usize]>>);

/// Names are nobody's business: some hold a secret.
impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memo({} names)", self.0.len())
    }
}

/// The names for which there are points, as one thread knows them.
#[derive(Debug)]
pub(super) struct Names<'a> {
    prefilter: &'a Prefilter<'a>,
    memo: PoolGuard<'a, RefCell<Memo>, New>,
}

impl<'a> Names<'a> {
    /// The names for which `prefilter` has points, with what a thread remembered in `memos`.
    pub(super) fn new(prefilter: &'a Prefilter<'a>, memos: &'a Memos) -> Self {
        Self {
            prefilter,
            memo: memos.get(),
        }
    }

    /// The numbers of the points that are for bindings to `name`, smallest first.
    pub(super) fn points(&self, name: &str) -> Arc<[usize]> {
        if let Some(known) = self.memo.borrow().0.get(name) {
            return Arc::clone(known);
        }
        let found: Arc<[usize]> = self.found(name).into();
        if name.len() <= LONGEST {
            let known = &mut self.memo.borrow_mut().0;
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(name.into(), Arc::clone(&found));
        }
        found
    }

    /// The same, not remembered.
    fn found(&self, name: &str) -> Vec<usize> {
        let mut numbers = self.prefilter.asked(name);
        let fits = |number: usize| self.prefilter.named(number);
        numbers.retain(|it| fits(*it).is_some_and(|(_, it)| assignment::fits(it, name)));
        numbers
    }

    /// Whether `point` is for bindings to `name`.
    pub(super) fn fit(&self, point: &Point, name: &str) -> bool {
        let is_it = |(_, it): (&Pattern, &Point)| std::ptr::eq(it, point);
        let points = self.points(name);
        points
            .iter()
            .any(|it| self.prefilter.named(*it).is_some_and(is_it))
    }
}
