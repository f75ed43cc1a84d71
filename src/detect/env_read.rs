//! Secrets read from the environment.

use crate::lang::EnvRead;
use crate::lang::Family;
use crate::pattern::Matcher;
use crate::pattern::Point;

/// Whether `read` is one that `point` wants.
pub(super) fn matches(point: &Point, family: Family, read: &EnvRead) -> bool {
    wants(point, family, &read.variable)
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
