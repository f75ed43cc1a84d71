//! What is remembered of points on the way through one text.

use camino::Utf8Path;
use foldhash::HashMap;

use crate::pattern::Pattern;
use crate::pattern::Point;

/// A text with so many words of a name is better read than guessed at.
const MANY_TRIES: u32 = 2_000;

/// What is remembered of points on the way through one text.
#[derive(Debug)]
pub(super) struct Regards<'a> {
    path: &'a Utf8Path,
    known: HashMap<*const Point, Regard>,
}

/// What is remembered of one point.
#[derive(Debug)]
struct Regard {
    /// Whether it looks at the file.
    looks: bool,
    /// How often it was asked whether what it is for is plausible.
    tries: u32,
    /// Whether all of the text was looked at in vain.
    ruled_out: bool,
}

impl<'a> Regards<'a> {
    /// Nothing is known yet of the file with this path.
    pub(super) fn new(path: &'a Utf8Path) -> Self {
        Self {
            path,
            known: HashMap::default(),
        }
    }

    /// Whether the point looks at the file, and may still find something.
    pub(super) fn counts(&mut self, pattern: &Pattern, point: &Point) -> bool {
        let it = self.of(pattern, point);
        it.looks && !it.ruled_out
    }

    /// Whether asking a point costs more by now than looking; counts as asking.
    pub(super) fn exhausted(&mut self, pattern: &Pattern, point: &Point) -> bool {
        let it = self.of(pattern, point);
        it.tries += 1;
        it.tries > MANY_TRIES
    }

    /// Has all of the text looked at in vain for the point.
    pub(super) fn rule_out(&mut self, pattern: &Pattern, point: &Point) {
        self.of(pattern, point).ruled_out = true;
    }

    fn of(&mut self, pattern: &Pattern, point: &Point) -> &mut Regard {
        let path = self.path;
        let key = std::ptr::from_ref(point);
        self.known.entry(key).or_insert_with(|| Regard {
            looks: pattern.looks_at(path) && point.looks_at(path),
            tries: 0,
            ruled_out: false,
        })
    }
}
