//! The reports of parts made into that of the whole.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use super::Saved;
use super::SavedError;
use super::list;
use super::list::Gathered;
use super::plan;
use super::summary;
use crate::source::Shard;

/// The report of the whole.
#[derive(Debug)]
pub struct Merged {
    /// The report.
    pub report: Saved,
    /// The names of secrets that more than one part would store: whether their values are the same
    /// only a run over the whole can tell.
    pub shared: Vec<String>,
}

/// Makes the reports of parts into that of the whole, as one run would have written it.
///
/// The parts may be of different files of one tree, whatever the split, and may overlap; what more
/// than one part tells is told once. Numbers of files and bytes are added up. Of
/// shards, none may be missing.
///
/// # Errors
///
/// Fails when a part is no report, a shard is missing, or the parts were written by different versions
/// or with different options.
pub fn merge(mut parts: Vec<Saved>) -> Result<Merged, SavedError> {
    alike(&parts)?;
    complete(&mut parts)?;
    let findings = list::findings(&mut parts, "findings", |it| Some(it))?;
    let explained = parts.iter().any(|it| it.report.contains_key("suppressed"));
    let suppressed = if explained {
        list::findings(&mut parts, "suppressed", |it| it.get("finding"))?
    } else {
        Gathered {
            kept: Vec::new(),
            dropped: Vec::new(),
        }
    };
    let mut sums = summary::sum(&mut parts, &findings, &suppressed)?;
    let notices = list::notices(&mut parts)?;
    let pending = list::once(&mut parts, "pending")?;
    let (plan, shared) = plan::merge(&mut parts)?;
    // What belongs to the project is counted by every part.
    sums.insert("notices".to_owned(), notices.len().into());
    sums.insert("rotation_pending".to_owned(), pending.len().into());
    let mut parts = parts.into_iter();
    let mut report = parts.next().map(|it| it.report).unwrap_or_default();
    let mut put = |key: &str, value: Value| {
        if let Some(slot) = report.get_mut(key) {
            *slot = value;
        }
    };
    put("summary", Value::Object(sums));
    put("findings", Value::Array(findings.kept));
    put("suppressed", Value::Array(suppressed.kept));
    put("notices", Value::Array(notices));
    put("plan", Value::Object(plan));
    put("pending", Value::Array(pending));
    Ok(Merged {
        report: Saved {
            name: "the merged report".to_owned(),
            report,
        },
        shared,
    })
}

/// Checks that one program has written all parts in the same way.
fn alike(parts: &[Saved]) -> Result<(), SavedError> {
    let Some((first, others)) = parts.split_first() else {
        return Ok(());
    };
    for other in others {
        let what = if first.report.get("tool") != other.report.get("tool") {
            "different versions of shield have written them"
        } else if first.report.contains_key("suppressed") != other.report.contains_key("suppressed")
        {
            "only one of them was written with --show-suppressed"
        } else {
            continue;
        };
        return Err(SavedError::Unlike {
            one: first.name.clone(),
            other: other.name.clone(),
            what,
        });
    }
    Ok(())
}

/// Checks that no shard is missing; what they make together is no shard.
fn complete(parts: &mut [Saved]) -> Result<(), SavedError> {
    let mut splits: BTreeMap<usize, (String, BTreeSet<usize>)> = BTreeMap::new();
    for part in parts {
        let Some(shard) = part.report.shift_remove("shard") else {
            continue;
        };
        let shard = shard.as_str().and_then(|it| it.parse::<Shard>().ok());
        let shard = shard.ok_or_else(|| part.lacks("shard"))?;
        let new = || (part.name.clone(), BTreeSet::new());
        let (_, numbers) = splits.entry(shard.of_all()).or_insert_with(new);
        numbers.insert(shard.number());
    }
    let mut names = splits.values().map(|it| it.0.clone());
    if let (Some(one), Some(other)) = (names.next(), names.next()) {
        let what = "they are shards of different numbers of shards";
        return Err(SavedError::Unlike { one, other, what });
    }
    for (of, (_, numbers)) in splits {
        let missing = (1..=of).filter(|it| !numbers.contains(it));
        let missing: Vec<String> = missing.map(|it| it.to_string()).collect();
        if !missing.is_empty() {
            return Err(SavedError::Incomplete {
                of,
                verb: if missing.len() == 1 { "is" } else { "are" },
                missing: missing.join(", "),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::report::ShowSuppressed;
    use crate::report::fixture::{Fixture, everything, options};

    /// A fixture as JSON, with what is suppressed.
    fn written(fixture: &Fixture) -> String {
        let mut options = options(Format::Json);
        options.suppressed = ShowSuppressed::Yes;
        fixture.written(&options)
    }

    fn read(text: &str) -> Saved {
        Saved::read("part.json", &mut text.as_bytes()).unwrap()
    }

    fn merged(parts: &[String]) -> String {
        let all = merge(parts.iter().map(|it| read(it)).collect()).unwrap();
        let mut out = Vec::new();
        all.report.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The fixture with what `keep` says of paths, and nothing that is planned.
    fn part(keep: impl Fn(&str) -> bool) -> Fixture {
        let mut fixture = everything();
        fixture
            .findings
            .sort_by_key(|it| it.location.path.to_string());
        fixture
            .findings
            .retain(|it| keep(it.location.path.as_str()));
        let suppressed = &mut fixture.suppressed;
        suppressed.retain(|it| keep(it.finding.location.path.as_str()));
        fixture.notices.retain(|it| keep(it.path.as_str()));
        fixture.plan = crate::fix::FixPlan::default();
        fixture.exposures.clear();
        fixture
    }

    /// The same text with the files and bytes of `parts` parts.
    fn scanned(text: &str, parts: usize) -> String {
        let one = format!("\"files\": 1288,\n    \"bytes\": {}", 9_400_000);
        let all = format!(
            "\"files\": {},\n    \"bytes\": {}",
            1_288 * parts,
            9_400_000 * parts
        );
        assert!(text.contains(&one), "{text}");
        text.replace(&one, &all)
    }

    #[test]
    fn a_report_alone_stays_as_it_is() {
        let whole = written(&everything());
        assert_eq!(merged(std::slice::from_ref(&whole)), whole);
    }

    #[test]
    fn parts_make_the_whole_byte_by_byte_in_any_order() {
        let whole = written(&part(|_| true));
        let length = |it: &str| it.len() % 3;
        let mut parts: Vec<String> = (0..3)
            .map(|number| written(&part(|it| length(it) == number)))
            .collect();
        let expected = scanned(&whole, 3);
        assert_eq!(merged(&parts), expected);
        parts.reverse();
        assert_eq!(merged(&parts), expected);
    }

    #[test]
    fn what_two_parts_tell_is_told_and_counted_once() {
        let whole = written(&everything());
        let twice = merged(&[whole.clone(), whole.clone()]);
        assert_eq!(twice, scanned(&whole, 2));
    }

    #[test]
    fn parts_of_different_kinds_are_refused() {
        let whole = written(&everything());
        let newer = whole.replace(env!("CARGO_PKG_VERSION"), "99.0.0");
        let bare = everything().written(&options(Format::Json));
        for other in [newer, bare] {
            let error = merge(vec![read(&whole), read(&other)]).unwrap_err();
            assert!(matches!(error, SavedError::Unlike { .. }), "{error}");
        }
    }

    #[test]
    fn what_is_no_report_is_refused() {
        let read = |it: &str| Saved::read("x.json", &mut it.as_bytes());
        let deep = "[".repeat(100_000);
        for text in ["", "{", "[]", "{}", "null", "{\"schema\": \"1\"}", &deep] {
            assert!(read(text).is_err(), "{text}");
        }
        let version = read("{\"schema\": 2}").unwrap_err().to_string();
        assert!(version.contains("version 2"), "{version}");
        for text in [
            "{\"schema\": 1}",
            "{\"schema\": 1, \"findings\": [1]}",
            "{\"schema\": 1, \"findings\": [], \"summary\": 1}",
            "{\"schema\": 1, \"findings\": [], \"summary\": {}, \"notices\": {}}",
        ] {
            assert!(merge(vec![read(text).unwrap()]).is_err(), "{text}");
        }
    }

    #[test]
    fn a_secret_that_two_parts_store_is_named() {
        let whole = written(&everything());
        let all = merge(vec![read(&whole), read(&whole)]).unwrap();
        assert_eq!(all.shared, ["service/token"]);
    }
}
