//! Repetition and runs.

/// The rows of a keyboard, forwards.
const ROWS: [&[u8]; 4] = [b"1234567890", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

/// The longest stretches of a text in which each character follows the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    let mut best = Runs {
        same: usize::from(!text.is_empty()),
        sequence: usize::from(!text.is_empty()),
        keyboard: usize::from(!text.is_empty()),
    };
    let (mut same, mut up, mut down, mut keyboard) = (1, 1, 1, 1);
    for pair in text.windows(2) {
        let &[one, two] = pair else {
            continue;
        };
        let (one, two) = (one.to_ascii_lowercase(), two.to_ascii_lowercase());
        let plain = one.is_ascii_alphanumeric() && two.is_ascii_alphanumeric();
        let next = |run: usize, follows: bool| if follows { run + 1 } else { 1 };
        same = next(same, one == two);
        up = next(up, plain && (two == one + 1 || (one, two) == (b'9', b'0')));
        down = next(down, plain && one == two + 1);
        keyboard = next(keyboard, plain && are_neighbours(one, two));
        best.same = best.same.max(same);
        best.sequence = best.sequence.max(up).max(down);
        best.keyboard = best.keyboard.max(keyboard);
    }
    best
}

fn are_neighbours(one: u8, two: u8) -> bool {
    match (key(one), key(two)) {
        (Some((row, one)), Some((other, two))) => row == other && one.abs_diff(two) == 1,
        _ => false,
    }
}

/// Row and column of a key.
fn key(byte: u8) -> Option<(u8, u8)> {
    *KEYS.get(usize::from(byte))?
}

/// Where each character lies.
static KEYS: [Option<(u8, u8)>; 128] = keys();

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated by the compiler, over tables of this file"
)]
const fn keys() -> [Option<(u8, u8)>; 128] {
    let mut keys = [None; 128];
    let mut row = 0;
    while row < ROWS.len() {
        let mut column = 0;
        while column < ROWS[row].len() {
            keys[ROWS[row][column] as usize] = Some((row as u8, column as u8));
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
