//! Secrets read from the environment.

use crate::finding::Doubt;
use crate::lang::EnvRead;
use crate::lang::Family;
use crate::pattern::Matcher;
use crate::pattern::Point;
use crate::risk::FileClass;

/// Whether `read` is one that `point` wants.
pub(super) fn matches(point: &Point, family: Family, read: &EnvRead) -> bool {
    wants(point, family, &read.variable)
}

/// Why a read in a file of this class is not told, if it is not: no secret is seen there, and what
/// to do about it is to be done elsewhere.
pub(super) fn doubt(class: FileClass) -> Option<Doubt> {
    match class {
        FileClass::Code | FileClass::Test | FileClass::Documentation => None,
        FileClass::Vendored | FileClass::Generated | FileClass::Lockfile => Some(Doubt::OtherCode),
    }
}

/// Whether `point` wants reads of `variable`.
pub(super) fn wants(point: &Point, family: Family, variable: &str) -> bool {
    let Matcher::EnvRead {
        name,
        except,
        families,
    } = &point.matcher
    else {
        return false;
    };
    (families.is_empty() || families.contains(&family))
        && name.is_match(variable)
        && !except.as_ref().is_some_and(|it| it.is_match(variable))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reads_in_code_of_ones_own_are_told() {
        for class in [FileClass::Code, FileClass::Test, FileClass::Documentation] {
            assert_eq!(doubt(class), None);
        }
        for class in [
            FileClass::Vendored,
            FileClass::Generated,
            FileClass::Lockfile,
        ] {
            assert_eq!(doubt(class), Some(Doubt::OtherCode));
        }
    }
}
