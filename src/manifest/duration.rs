//! Spans of days, as people write them.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error as _;

/// A number of days, written `30d`, `4w` or `1y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days(pub u32);

/// The most days there may be: ten years.
const MOST: u32 = 3_653;

impl FromStr for Days {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "expected a number of days such as 30d, 4w or 1y";
        let unit = text.chars().next_back().ok_or(wrong)?;
        let number = text.strip_suffix(unit).ok_or(wrong)?;
        let days = match unit {
            'd' => 1,
            'w' => 7,
            'y' => 365,
            _ => return Err(wrong),
        };
        let number: u32 = number.parse().map_err(|_not| wrong)?;
        let total = number.checked_mul(days).filter(|it| *it <= MOST);
        total
            .filter(|it| *it > 0)
            .map(Self)
            .ok_or("expected a time from one day to ten years")
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d", self.0)
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_days_weeks_and_years() {
        for (text, days) in [("30d", 30), ("4w", 28), ("1y", 365)] {
            assert_eq!(text.parse(), Ok(Days(days)), "{text}");
        }
        for text in [
            "",
            "30",
            "d",
            "0d",
            "-1d",
            "1.5d",
            "30 d",
            "11y",
            "99999999999d",
            "3ä",
        ] {
            assert!(text.parse::<Days>().is_err(), "{text}");
        }
    }
}
