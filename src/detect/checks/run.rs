//! Stretches of characters in which each follows the one before it.

/// The stretches of a text, and the longest of them.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::detect) struct Run {
    /// How many in a row have followed the one before them.
    length: usize,
    best: usize,
}

impl Run {
    /// Takes one more character, which `follows` the one before it or begins anew.
    ///
    /// Without a branch: nobody can guess what comes next in a random value.
    pub(in crate::detect) fn go_on(&mut self, follows: impl Into<usize>) {
        let follows = follows.into();
        self.length = (self.length + follows) * follows;
        self.best = self.best.max(self.length);
    }

    /// The length of the longest stretch of a text that is not empty, in characters.
    pub(in crate::detect) fn longest(self) -> usize {
        self.best + 1
    }
}
