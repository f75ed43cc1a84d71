//! Names of objects.

use std::fmt;

/// The most bytes that an id has: those of SHA-256.
const LONGEST: usize = 32;

/// The id of an object, of either kind of hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    bytes: [u8; LONGEST],
    length: u8,
}

impl ObjectId {
    /// Reads the digits of an id; `None` for anything else, and for the id that stands for nothing.
    #[must_use]
    pub fn of(digits: &[u8]) -> Option<Self> {
        let (pairs, rest) = digits.as_chunks::<2>();
        if !rest.is_empty() || !matches!(pairs.len(), 20 | LONGEST) {
            return None;
        }
        let mut bytes = [0; LONGEST];
        for (to, [high, low]) in bytes.iter_mut().zip(pairs) {
            let digit = |it: u8| char::from(it).to_digit(16);
            *to = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
        }
        let length = u8::try_from(pairs.len()).ok()?;
        bytes
            .iter()
            .any(|it| *it != 0)
            .then_some(Self { bytes, length })
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.bytes.iter().take(usize::from(self.length));
        bytes.try_for_each(|it| write!(f, "{it:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_it_was_read() {
        for digits in ["0a".repeat(20), "f1".repeat(32)] {
            assert_eq!(ObjectId::of(digits.as_bytes()).unwrap().to_string(), digits);
        }
    }

    #[test]
    fn what_is_no_id_is_none() {
        for digits in [
            "",
            "0",
            "xy",
            &"0".repeat(40),
            &"1".repeat(41),
            &"g".repeat(40),
        ] {
            assert_eq!(ObjectId::of(digits.as_bytes()), None, "{digits}");
        }
    }
}
