//! Values on their way to AWS.

use std::collections::BTreeMap;

use aws_sdk_secretsmanager::types::ReplicaRegionType;
use aws_sdk_secretsmanager::types::Tag;

use super::AwsStore;
use super::LARGEST;
use super::error::Call;
use super::error::code;
use super::is_absent;
use super::state;
use crate::manifest::Days;
use crate::provision::About;
use crate::provision::ProvisionError;
use crate::provision::Token;
use crate::provision::Version;
use crate::secret::Secret;

/// The label of a new version until it becomes current, which is done only when the version that
/// was current still is.
const STAGED: &str = "shield-staged";

/// The days that AWS keeps what was deleted, at the least and at the most.
const RECOVERY: (u32, u32) = (7, 30);

/// The most characters in a name.
const LONGEST_NAME: usize = 512;

impl AwsStore {
    /// Makes a secret, or sees that this token has made it.
    pub(super) fn make(
        &self,
        path: &str,
        value: &Secret,
        about: &About,
        token: &Token,
    ) -> Result<Version, ProvisionError> {
        let call = Call {
            action: "secretsmanager:CreateSecret",
            path,
        };
        check(&call, value)?;
        let copies = copies(&call, about.key.as_deref(), &about.replicas)?;
        let made = self
            .secrets
            .create_secret()
            .name(path)
            .secret_string(exposed(value))
            .client_request_token(&token.0)
            .set_description((!about.description.is_empty()).then(|| about.description.clone()))
            .set_kms_key_id(about.key.clone())
            .set_tags(Some(tags(&about.tags)))
            .set_add_replica_regions((!copies.is_empty()).then_some(copies));
        match self.wait(made.send()) {
            Ok(_) => Ok(Version(token.0.clone())),
            // Either the name is taken, or this has been done already.
            Err(error) if code(&error) == Some("ResourceExistsException") => {
                let told = self.present(path)?;
                if state::has_version(&told, &token.0) {
                    Ok(Version(token.0.clone()))
                } else {
                    Err(call.failed(&error))
                }
            }
            Err(error) => Err(call.failed(&error)),
        }
    }

    /// Puts a value in the place of the one that is `current`, and of no other.
    ///
    /// The new version is stored beside it first; AWS moves the label of the current version only
    /// when it is where it is said to be.
    pub(super) fn put(
        &self,
        path: &str,
        value: &Secret,
        current: &Version,
        token: &Token,
    ) -> Result<Version, ProvisionError> {
        let call = Call {
            action: "secretsmanager:PutSecretValue",
            path,
        };
        check(&call, value)?;
        let new = Version(token.0.clone());
        let found = state::labelled(&self.present(path)?, state::CURRENT);
        if found.as_ref() == Some(&new) {
            return Ok(new);
        }
        if found.unwrap_or_default() != *current {
            return Err(changed(path));
        }
        let put = self
            .secrets
            .put_secret_value()
            .secret_id(path)
            .secret_string(exposed(value))
            .client_request_token(&token.0)
            .version_stages(STAGED);
        match self.wait(put.send()) {
            Ok(_) => {}
            // A write with this token was cut short before its last step.
            Err(error) if code(&error) == Some("ResourceExistsException") => {}
            Err(error) => return Err(call.failed(&error)),
        }
        let told = self.present(path)?;
        // AWS makes the first version of all current by itself.
        if state::labelled(&told, state::CURRENT).as_ref() != Some(&new) {
            self.relabel(path, current, &new)?;
        }
        self.unstage(path, &new)?;
        Ok(new)
    }

    /// Moves the label of the current version from one to another.
    pub(super) fn relabel(
        &self,
        path: &str,
        from: &Version,
        to: &Version,
    ) -> Result<(), ProvisionError> {
        let call = Call {
            action: "secretsmanager:UpdateSecretVersionStage",
            path,
        };
        let moved = self
            .secrets
            .update_secret_version_stage()
            .secret_id(path)
            .version_stage(state::CURRENT)
            .set_remove_from_version_id((!from.0.is_empty()).then(|| from.0.clone()))
            .move_to_version_id(&to.0);
        let Err(error) = self.wait(moved.send()) else {
            return Ok(());
        };
        // Whatever AWS calls it: what counts is which one is current now.
        let found = state::labelled(&self.present(path)?, state::CURRENT);
        match found {
            Some(it) if it == *to => Ok(()),
            Some(it) if it != *from => Err(changed(path)),
            Some(_) | None => Err(call.failed(&error)),
        }
    }

    /// Takes the label off that has marked a version as not yet current.
    fn unstage(&self, path: &str, version: &Version) -> Result<(), ProvisionError> {
        let call = Call {
            action: "secretsmanager:UpdateSecretVersionStage",
            path,
        };
        let moved = self
            .secrets
            .update_secret_version_stage()
            .secret_id(path)
            .version_stage(STAGED)
            .remove_from_version_id(&version.0);
        match self.wait(moved.send()) {
            Ok(_) => Ok(()),
            // Another write has taken the label since: it is none of ours any more.
            Err(error)
                if matches!(
                    code(&error),
                    Some("InvalidParameterException" | "InvalidRequestException")
                ) =>
            {
                Ok(())
            }
            Err(error) => Err(call.failed(&error)),
        }
    }

    /// Marks a secret for deletion, and takes its copies away, without which AWS does not.
    pub(super) fn take_away(&self, path: &str, recovery: Days) -> Result<(), ProvisionError> {
        let Some(told) = self.told(path)? else {
            return Ok(());
        };
        if told.deleted_date().is_some() {
            return Ok(());
        }
        let regions: Vec<String> = state::held(&told).about.replicas;
        if !regions.is_empty() {
            let call = Call {
                action: "secretsmanager:RemoveRegionsFromReplication",
                path,
            };
            let asked = self.secrets.remove_regions_from_replication();
            let asked = asked
                .secret_id(path)
                .set_remove_replica_regions(Some(regions));
            self.wait(asked.send())
                .map_err(|error| call.failed(&error))?;
        }
        let call = Call {
            action: "secretsmanager:DeleteSecret",
            path,
        };
        let (least, most) = RECOVERY;
        let asked = self
            .secrets
            .delete_secret()
            .secret_id(path)
            .recovery_window_in_days(i64::from(recovery.0.clamp(least, most)));
        match self.wait(asked.send()) {
            Ok(_) => Ok(()),
            Err(error) if is_absent(&error) => Ok(()),
            Err(error) => {
                let failed = call.failed(&error);
                if matches!(failed, ProvisionError::Removed { .. }) {
                    Ok(())
                } else {
                    Err(failed)
                }
            }
        }
    }
}

/// Refuses what AWS would, without sending it.
fn check(call: &Call<'_>, value: &Secret) -> Result<(), ProvisionError> {
    let length = exposed(value).len();
    if length == 0 {
        return Err(call.refused("its value is empty", "AWS keeps no empty values"));
    }
    if length > LARGEST {
        return Err(call.refused(
            "its value has more than 65,536 bytes",
            "AWS keeps nothing larger: store it elsewhere, encrypted, and its key here",
        ));
    }
    let of_name = |it: u8| it.is_ascii_alphanumeric() || b"/_+=.@-".contains(&it);
    if call.path.is_empty() || call.path.len() > LONGEST_NAME || !call.path.bytes().all(of_name) {
        return Err(call.refused(
            "its path is none for AWS",
            "AWS takes letters, digits and /_+=.@- of ASCII, 512 at the most",
        ));
    }
    Ok(())
}

/// The labels as AWS takes them.
pub(super) fn tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tag = |(key, value)| Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect()
}

/// The copies as AWS takes them, each with a key that is in its region.
pub(super) fn copies(
    call: &Call<'_>,
    key: Option<&str>,
    regions: &[String],
) -> Result<Vec<ReplicaRegionType>, ProvisionError> {
    let everywhere = |it: &str| it.starts_with("alias/") || it.starts_with("mrk-");
    if !regions.is_empty() && key.is_some_and(|it| !everywhere(it)) {
        return Err(call.refused(
            "its key is in one region, and its copies are in others",
            "give the key as an alias that every region has: `kms_key: alias/…`",
        ));
    }
    let copy = |region: &String| {
        ReplicaRegionType::builder()
            .region(region)
            .set_kms_key_id(key.map(str::to_owned))
            .build()
    };
    Ok(regions.iter().map(copy).collect())
}

/// The error for a version that is not current any more.
fn changed(path: &str) -> ProvisionError {
    ProvisionError::Changed {
        path: path.to_owned(),
    }
}

/// The value as it is sent.
#[expect(
    clippy::disallowed_methods,
    reason = "the client takes values as texts, and shows none in Debug"
)]
fn exposed(value: &Secret) -> &str {
    value.expose()
}
