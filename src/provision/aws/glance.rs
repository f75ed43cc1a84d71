//! Many secrets, by a list: AWS tells a hundred in one call, and may be minutes behind.

use std::collections::HashMap;

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::FilterNameStringType;
use aws_sdk_secretsmanager::types::SecretListEntry;

use super::AwsStore;
use super::error::Call;
use super::filter;
use super::state;
use crate::provision::Address;
use crate::provision::Glimpse;
use crate::provision::Presence;
use crate::provision::ProvisionError;

/// How many secrets a list is asked for at the least: fewer are looked at one by one.
const MANY: usize = 25;

/// How many secrets AWS tells in one call.
const PAGE: i32 = 100;

impl AwsStore {
    /// What a list tells of `places`; nothing where AWS does not let it be asked for.
    pub(super) fn glimpses(&self, places: &[Address]) -> Result<Vec<Glimpse>, ProvisionError> {
        let listed = if places.len() < MANY {
            HashMap::new()
        } else {
            match self.listed(places) {
                // Who may not list may look.
                Err(ProvisionError::Denied { .. }) => HashMap::new(),
                listed => listed?,
            }
        };
        let glimpse = |at: &Address| match listed.get(&at.path) {
            // A list says nothing of copies.
            Some(told) if told.primary_region().is_some() => Glimpse::Unknown,
            Some(told) => Glimpse::Earlier(presence(told)),
            None => Glimpse::Unknown,
        };
        Ok(places.iter().map(glimpse).collect())
    }

    /// The secrets beside `places`, as far as they are found in fewer calls than `places` has.
    fn listed(
        &self,
        places: &[Address],
    ) -> Result<HashMap<String, DescribeSecretOutput>, ProvisionError> {
        let prefix = common(places);
        let call = Call {
            action: "secretsmanager:ListSecrets",
            path: prefix,
        };
        let mut asked = self
            .secrets
            .list_secrets()
            .include_planned_deletion(true)
            .max_results(PAGE);
        if !prefix.is_empty() {
            asked = asked.filters(filter(FilterNameStringType::Name, prefix));
        }
        let mut listed = HashMap::new();
        for _ in 0..places.len() / 5 {
            let page = self.wait(asked.clone().send());
            let page = page.map_err(|error| call.failed(&error))?;
            for entry in page.secret_list.unwrap_or_default() {
                if let Some(name) = entry.name() {
                    listed.insert(name.to_owned(), described(&entry));
                }
            }
            let Some(next) = page.next_token else { break };
            asked = asked.next_token(next);
        }
        Ok(listed)
    }
}

/// What all paths begin with, up to a slash.
fn common(places: &[Address]) -> &str {
    let first = places.first().map_or("", |it| it.path.as_str());
    let length = |it: &Address| {
        let pairs = first.bytes().zip(it.path.bytes());
        pairs.take_while(|(one, other)| one == other).count()
    };
    let length = places.iter().map(length).min().unwrap_or(0);
    // A slash is no part of another character.
    let shared = first.as_bytes().get(..length).unwrap_or_default();
    let slash = shared.iter().rposition(|it| *it == b'/');
    slash.and_then(|it| first.get(..=it)).unwrap_or_default()
}

/// What a description of AWS stands for.
pub(super) fn presence(told: &DescribeSecretOutput) -> Presence {
    if told.deleted_date().is_some() {
        Presence::Removed
    } else {
        Presence::Present(Box::new(state::held(told)))
    }
}

/// What a list tells, as a description tells it.
fn described(entry: &SecretListEntry) -> DescribeSecretOutput {
    DescribeSecretOutput::builder()
        .set_description(entry.description.clone())
        .set_kms_key_id(entry.kms_key_id.clone())
        .set_rotation_enabled(entry.rotation_enabled)
        .set_rotation_lambda_arn(entry.rotation_lambda_arn.clone())
        .set_rotation_rules(entry.rotation_rules.clone())
        .set_last_rotated_date(entry.last_rotated_date)
        .set_last_changed_date(entry.last_changed_date)
        .set_last_accessed_date(entry.last_accessed_date)
        .set_deleted_date(entry.deleted_date)
        .set_next_rotation_date(entry.next_rotation_date)
        .set_tags(entry.tags.clone())
        .set_version_ids_to_stages(entry.secret_versions_to_stages.clone())
        .set_primary_region(entry.primary_region.clone())
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::SecretName;

    #[test]
    fn the_common_part_of_paths_ends_with_a_slash() {
        let places = |paths: &[&str]| -> Vec<Address> {
            let at = |it: &&str| Address {
                name: SecretName::of("a").unwrap(),
                path: (*it).to_owned(),
            };
            paths.iter().map(at).collect()
        };
        assert_eq!(common(&places(&["/shop/p/key", "/shop/p/kex"])), "/shop/p/");
        assert_eq!(common(&places(&["/a/b/ä", "/a/b/ö"])), "/a/b/");
        assert_eq!(common(&places(&["key", "key-b"])), "");
        assert_eq!(common(&places(&["/a/b"])), "/a/");
        assert_eq!(common(&[]), "");
    }
}
