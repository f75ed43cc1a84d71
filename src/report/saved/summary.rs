//! The numbers of parts, put together.

use serde_json::{Map, Value};

use super::Saved;
use super::SavedError;
use super::list::Gathered;

/// Keys whose numbers are told where they are not zero, in the order of the words.
const COUNTED: [&str; 2] = ["causes", "refused"];

/// The numbers of all parts, less what more than one of them has counted.
pub(super) fn sum(
    parts: &mut [Saved],
    findings: &Gathered,
    suppressed: &Gathered,
) -> Result<Map<String, Value>, SavedError> {
    let mut all = Map::new();
    for part in parts {
        let Some(Value::Object(summary)) = part.report.get_mut("summary").map(Value::take) else {
            return Err(part.lacks("summary"));
        };
        add(&mut all, summary);
    }
    for finding in &findings.dropped {
        less(&mut all, &["findings"]);
        less(&mut all, &["levels", text(finding, &["level"])]);
        let applicability = text(finding, &["fix", "applicability"]);
        less(&mut all, &["fixable", applicability]);
        match text(finding, &["skipped", "code"]) {
            "withheld" => {
                let held = text(finding, &["skipped", "suggestion", "applicability"]);
                let held = if held.is_empty() { "unsafe" } else { held };
                less(&mut all, &["withheld", held]);
            }
            code => less(&mut all, &["refused", code]),
        }
    }
    for excused in &suppressed.dropped {
        less(&mut all, &["suppressed"]);
        less(&mut all, &["causes", text(excused, &["cause"])]);
    }
    for key in COUNTED {
        if let Some(Value::Object(counts)) = all.get_mut(key) {
            counts.retain(|_, it| it.as_u64() != Some(0));
            counts.sort_keys();
        }
    }
    Ok(all)
}

/// Adds numbers to those of the same name.
fn add(all: &mut Map<String, Value>, part: Map<String, Value>) {
    for (key, value) in part {
        match (all.get_mut(&key), value) {
            (Some(Value::Object(sums)), Value::Object(numbers)) => add(sums, numbers),
            (Some(sum), value) => {
                let (one, other) = (sum.as_u64(), value.as_u64());
                *sum = one.unwrap_or(0).saturating_add(other.unwrap_or(0)).into();
            }
            (None, value) => drop(all.insert(key, value)),
        }
    }
}

/// Takes one away from a number, if it is there.
fn less(all: &mut Map<String, Value>, keys: &[&str]) {
    let Some((last, outer)) = keys.split_last() else {
        return;
    };
    let mut map = Some(all);
    for key in outer {
        map = map.and_then(|it| it.get_mut(*key)?.as_object_mut());
    }
    if let Some(number) = map.and_then(|it| it.get_mut(*last))
        && let Some(count) = number.as_u64()
    {
        *number = count.saturating_sub(1).into();
    }
}

/// A text within a value; empty where it is not there.
fn text<'v>(value: &'v Value, keys: &[&str]) -> &'v str {
    let inner = keys.iter().try_fold(value, |it, key| it.get(key));
    inner.and_then(Value::as_str).unwrap_or_default()
}
