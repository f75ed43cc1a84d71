//! Repetition and runs.

use crate::detect::checks::Run;

/// The rows of a keyboard, forwards.
const ROWS: [&[u8]; 4] = [b"1234567890", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

/// The longest stretches of a text in which each character follows the one before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Runs {
    /// The same character.
    pub(super) same: usize,
    /// The next one of the alphabet or the digits, or the one before.
    pub(super) sequence: usize,
    /// The neighbour of the same row of a keyboard.
    pub(super) keyboard: usize,
}

/// Measures the runs of `text`.
pub(super) fn runs(text: &[u8]) -> Runs {
    if text.is_empty() {
        return Runs::default();
    }
    let [mut same, mut up, mut down, mut keyboard] = [Run::default(); 4];
    for pair in text.windows(2) {
        let &[one, two] = pair else {
            continue;
        };
        let (one, two) = (one.to_ascii_lowercase(), two.to_ascii_lowercase());
        let plain = one.is_ascii_alphanumeric() && two.is_ascii_alphanumeric();
        same.go_on(one == two);
        up.go_on(plain && (two == one.wrapping_add(1) || (one == b'9' && two == b'0')));
        down.go_on(plain && one == two.wrapping_add(1));
        keyboard.go_on(key(one).abs_diff(key(two)) == 1);
    }
    Runs {
        same: same.longest(),
        sequence: up.longest().max(down.longest()),
        keyboard: keyboard.longest(),
    }
}

/// Where a key lies, in numbers that only neighbours have side by side.
fn key(byte: u8) -> u8 {
    KEYS.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The place of each key: sixteen for a row; zero is no key.
static KEYS: [u8; 256] = keys();

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated by the compiler, over tables of this file"
)]
const fn keys() -> [u8; 256] {
    let mut keys = [0; 256];
    let mut row = 0;
    while row < ROWS.len() {
        let mut column = 0;
        while column < ROWS[row].len() {
            keys[ROWS[row][column] as usize] = ((row + 1) * 16 + column) as u8;
            column += 1;
        }
        row += 1;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_measured() {
        let longest = |text: &str| {
            let it = runs(text.as_bytes());
            (it.same, it.sequence, it.keyboard)
        };
        assert_eq!(longest(""), (0, 0, 0));
        assert_eq!(longest("xxxx"), (4, 1, 1));
        assert_eq!(longest("abcd9"), (1, 4, 1));
        assert_eq!(longest("7890"), (1, 4, 4));
        assert_eq!(longest("qwertz"), (1, 1, 5));
        assert_eq!(longest("lkj"), (1, 3, 3));
    }
}
