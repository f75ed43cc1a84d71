//! How AWS replaces a value by itself: when, by which function, and now.

use aws_sdk_secretsmanager::types::RotationRulesType;
use jiff::Timestamp;

use super::AwsStore;
use super::error::Call;
use super::error::code;
use super::state;
use crate::provision::ProvisionError;
use crate::provision::Schedule;
use crate::provision::Token;
use crate::provision::Version;

/// The most days that AWS lets pass.
const MOST: u32 = 1_000;

impl AwsStore {
    /// Sets when a secret is replaced, and by which function; does not replace it yet.
    pub(super) fn schedule(&self, path: &str, schedule: &Schedule) -> Result<(), ProvisionError> {
        let call = Call {
            action: "secretsmanager:RotateSecret",
            path,
        };
        if schedule.every.is_some_and(|it| it > MOST) {
            return Err(call.refused(
                "it is to be replaced too seldom",
                "write `every: 1000d`: AWS lets no more than 1,000 days go by",
            ));
        }
        let rules = schedule.every.map(|it| {
            let rules = RotationRulesType::builder();
            rules.automatically_after_days(i64::from(it)).build()
        });
        let asked = self
            .secrets
            .rotate_secret()
            .secret_id(path)
            .set_rotation_lambda_arn(schedule.function.clone())
            .set_rotation_rules(rules)
            .rotate_immediately(false);
        self.wait(asked.send())
            .map(drop)
            .map_err(|error| call.failed(&error))
    }

    /// Has AWS replace it no more.
    pub(super) fn cancel(&self, path: &str) -> Result<(), ProvisionError> {
        let call = Call {
            action: "secretsmanager:CancelRotateSecret",
            path,
        };
        let asked = self.secrets.cancel_rotate_secret().secret_id(path);
        self.wait(asked.send())
            .map(drop)
            .map_err(|error| call.failed(&error))
    }

    /// When a version was made; nothing where AWS does not tell.
    pub(super) fn made(&self, path: &str, version: &Version) -> Option<Timestamp> {
        let asked = self.secrets.list_secret_version_ids().secret_id(path);
        let told = self.wait(asked.send()).ok()?;
        let mut versions = told.versions().iter();
        let found = versions.find(|it| it.version_id() == Some(&version.0))?;
        Timestamp::from_second(found.created_date()?.secs()).ok()
    }

    /// Has AWS replace it now; the function runs on after this.
    pub(super) fn rotate(&self, path: &str, token: &Token) -> Result<(), ProvisionError> {
        let call = Call {
            action: "secretsmanager:RotateSecret",
            path,
        };
        let told = self.present(path)?;
        if state::has_version(&told, &token.0) {
            return Ok(());
        }
        let asked = self
            .secrets
            .rotate_secret()
            .secret_id(path)
            .client_request_token(&token.0);
        let Err(error) = self.wait(asked.send()) else {
            return Ok(());
        };
        if code(&error) != Some("InvalidRequestException") {
            return Err(call.failed(&error));
        }
        Err(if told.rotation_lambda_arn().is_none() {
            call.refused(
                "no function replaces it",
                "name one below `functions:` of the environment and run `shield provision apply`, \
                 or give it a new value: `shield provision rotate NAME --prompt`",
            )
        } else {
            call.refused(
                "it is being replaced already",
                "`shield provision status` tells when that is done",
            )
        })
    }
}
