//! What is known of a secret beside its value, set in AWS.

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;

use super::AwsStore;
use super::error::Call;
use super::state;
use super::write;
use crate::provision::About;
use crate::provision::MANAGED_BY;
use crate::provision::ProvisionError;

/// The labels that shield sets, and may take away again.
const OWN: [&str; 5] = [MANAGED_BY.0, "App", "Environment", "Owner", "Sensitivity"];

impl AwsStore {
    /// Sets what differs from `about`, and nothing else.
    pub(super) fn set(&self, path: &str, about: &About) -> Result<(), ProvisionError> {
        let told = self.present(path)?;
        let has = state::held(&told).about;
        self.set_texts(path, &told, about)?;
        let mut missing = about.tags.clone();
        missing.retain(|key, value| has.tags.get(key) != Some(value));
        if !missing.is_empty() {
            let call = Call {
                action: "secretsmanager:TagResource",
                path,
            };
            let asked = self.secrets.tag_resource().secret_id(path);
            self.wait(asked.set_tags(Some(write::tags(&missing))).send())
                .map_err(|error| call.failed(&error))?;
        }
        let is_extra = |it: &&str| has.tags.contains_key(*it) && !about.tags.contains_key(*it);
        let extra: Vec<String> = OWN
            .into_iter()
            .filter(|it| is_extra(it))
            .map(str::to_owned)
            .collect();
        if !extra.is_empty() {
            let call = Call {
                action: "secretsmanager:UntagResource",
                path,
            };
            let asked = self.secrets.untag_resource().secret_id(path);
            self.wait(asked.set_tag_keys(Some(extra)).send())
                .map_err(|error| call.failed(&error))?;
        }
        self.copy(path, &has, about)?;
        if has.schedule == about.schedule {
            return Ok(());
        }
        match &about.schedule {
            Some(schedule) => self.schedule(path, schedule),
            None => self.cancel(path),
        }
    }

    /// Sets the description and the key.
    fn set_texts(
        &self,
        path: &str,
        told: &DescribeSecretOutput,
        about: &About,
    ) -> Result<(), ProvisionError> {
        let has = state::held(told).about;
        let description = (has.description != about.description).then(|| about.description.clone());
        let key = about.key.clone().filter(|it| !has.has_key(it));
        if description.is_none() && key.is_none() {
            return Ok(());
        }
        let call = Call {
            action: "secretsmanager:UpdateSecret",
            path,
        };
        let asked = self.secrets.update_secret().secret_id(path);
        self.wait(
            asked
                .set_description(description)
                .set_kms_key_id(key)
                .send(),
        )
        .map(drop)
        .map_err(|error| call.failed(&error))
    }

    /// Makes the copies that are missing.
    fn copy(&self, path: &str, has: &About, about: &About) -> Result<(), ProvisionError> {
        let mut missing = about.replicas.clone();
        missing.retain(|it| !has.replicas.contains(it));
        if missing.is_empty() {
            return Ok(());
        }
        let call = Call {
            action: "secretsmanager:ReplicateSecretToRegions",
            path,
        };
        let copies = write::copies(&call, about.key.as_deref(), &missing)?;
        let asked = self.secrets.replicate_secret_to_regions().secret_id(path);
        self.wait(asked.set_add_replica_regions(Some(copies)).send())
            .map(drop)
            .map_err(|error| call.failed(&error))
    }
}
