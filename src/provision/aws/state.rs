//! What AWS tells of a secret, in the words of all stores.

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::primitives::DateTime;
use aws_sdk_secretsmanager::types::ReplicationStatusType;
use aws_sdk_secretsmanager::types::RotationRulesType;
use aws_sdk_secretsmanager::types::StatusType;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::provision::About;
use crate::provision::Held;
use crate::provision::Schedule;
use crate::provision::Turning;
use crate::provision::Version;

/// The label of the version that is read.
pub(super) const CURRENT: &str = "AWSCURRENT";

/// What a description of AWS says.
pub(super) fn held(told: &DescribeSecretOutput) -> Held {
    let copies = told.replication_status();
    let region = |it: &ReplicationStatusType| it.region().unwrap_or_default().to_owned();
    let mut replicas: Vec<String> = copies.iter().map(region).collect();
    replicas.sort();
    let lags = |it: &&_| is_behind(it);
    let mut lagging: Vec<String> = copies.iter().filter(lags).map(region).collect();
    lagging.sort();
    let tags = told.tags().iter();
    let tags = tags.filter_map(|it| Some((it.key()?.to_owned(), it.value()?.to_owned())));
    Held {
        version: labelled(told, CURRENT),
        previous: labelled(told, "AWSPREVIOUS"),
        // The label stays on a version that has become current.
        pending: labelled(told, "AWSPENDING")
            .filter(|it| Some(it) != labelled(told, CURRENT).as_ref()),
        pending_since: None,
        about: About {
            description: told.description().unwrap_or_default().to_owned(),
            tags: tags.collect(),
            key: told.kms_key_id().map(str::to_owned),
            replicas,
            schedule: schedule(told),
        },
        changed: told.last_changed_date().and_then(day),
        accessed: told.last_accessed_date().and_then(day),
        rotation: turning(told),
        lagging,
    }
}

/// The version that has a label.
pub(super) fn labelled(told: &DescribeSecretOutput, label: &str) -> Option<Version> {
    let versions = told.version_ids_to_stages()?.iter();
    versions
        .filter(|(_, labels)| labels.iter().any(|it| it == label))
        .map(|(version, _)| Version(version.clone()))
        .min()
}

/// Whether a version of that name has a label at all.
pub(super) fn has_version(told: &DescribeSecretOutput, version: &str) -> bool {
    told.version_ids_to_stages()
        .is_some_and(|it| it.contains_key(version))
}

/// Whether a copy is not as the original is.
fn is_behind(copy: &ReplicationStatusType) -> bool {
    copy.status() != Some(&StatusType::InSync)
}

/// The days between two rotations, as AWS tells them in one of two ways.
fn every(told: &DescribeSecretOutput) -> Option<u32> {
    let rules = told.rotation_rules();
    let days = rules.and_then(RotationRulesType::automatically_after_days);
    let written = rules.and_then(|it| it.schedule_expression()).and_then(rate);
    days.and_then(|it| u32::try_from(it).ok()).or(written)
}

/// Whether AWS replaces the value by itself, and by which function.
fn schedule(told: &DescribeSecretOutput) -> Option<Schedule> {
    (told.rotation_enabled() == Some(true)).then(|| Schedule {
        every: every(told),
        function: told.rotation_lambda_arn().map(str::to_owned),
    })
}

/// When AWS replaces the value by itself.
fn turning(told: &DescribeSecretOutput) -> Option<Turning> {
    if told.rotation_enabled() != Some(true) {
        return None;
    }
    Some(Turning {
        every: every(told),
        last: told.last_rotated_date().and_then(day),
        next: told.next_rotation_date().and_then(day),
    })
}

/// The days of `rate(30 days)`.
fn rate(text: &str) -> Option<u32> {
    let inner = text.strip_prefix("rate(")?.strip_suffix(')')?;
    let (number, unit) = inner.split_once(' ')?;
    unit.starts_with("day").then(|| number.parse().ok())?
}

/// The day of a time, in UTC.
fn day(time: &DateTime) -> Option<String> {
    let time = Timestamp::from_second(time.secs()).ok()?;
    Some(TimeZone::UTC.to_datetime(time).date().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_days_are_read_from_what_aws_tells() {
        let told = DescribeSecretOutput::builder()
            .version_ids_to_stages("one", vec!["AWSPREVIOUS".to_owned()])
            .version_ids_to_stages("two", vec!["AWSCURRENT".to_owned()])
            .version_ids_to_stages("three", vec!["AWSPENDING".to_owned()])
            .last_changed_date(DateTime::from_secs(1_795_305_600))
            .rotation_enabled(true)
            .rotation_rules(
                RotationRulesType::builder()
                    .schedule_expression("rate(30 days)")
                    .build(),
            )
            .build();
        let held = held(&told);
        let version = |it: &str| Some(Version(it.to_owned()));
        assert_eq!(held.version, version("two"));
        assert_eq!(held.previous, version("one"));
        assert_eq!(held.pending, version("three"));
        assert_eq!(held.changed.as_deref(), Some("2026-11-22"));
        assert_eq!(held.rotation.and_then(|it| it.every), Some(30));
        assert!(has_version(&told, "one") && !has_version(&told, "four"));
    }

    #[test]
    fn what_became_current_is_not_pending() {
        let both = vec!["AWSCURRENT".to_owned(), "AWSPENDING".to_owned()];
        let told = DescribeSecretOutput::builder()
            .version_ids_to_stages("one", both)
            .build();
        assert_eq!(held(&told).pending, None);
    }

    #[test]
    fn a_copy_that_is_not_in_sync_lags() {
        let copy = |region: &str, status| {
            ReplicationStatusType::builder()
                .region(region)
                .status(status)
                .build()
        };
        let told = DescribeSecretOutput::builder()
            .replication_status(copy("eu-west-1", StatusType::InSync))
            .replication_status(copy("eu-central-2", StatusType::Failed))
            .build();
        let held = held(&told);
        assert_eq!(held.about.replicas, ["eu-central-2", "eu-west-1"]);
        assert_eq!(held.lagging, ["eu-central-2"]);
    }
}
