//! AWS Secrets Manager.
//!
//! Every write bears a token that AWS makes the name of its version, so that a write that is made
//! again is seen to be done. Nothing of what the client of AWS could log is ever turned on: its
//! traces have values in them.

mod connect;
mod describe;
mod error;
mod glance;
mod state;
mod turn;
mod write;

pub use connect::AwsSettings;

use std::fmt;
use std::future::Future;

use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::SdkError;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::operation::list_secrets::ListSecretsOutput;
use aws_sdk_secretsmanager::types::Filter;
use aws_sdk_secretsmanager::types::FilterNameStringType;
use aws_sdk_secretsmanager::types::SecretListEntry;
use tokio::runtime::Builder;
use tokio::runtime::Runtime;

use super::About;
use super::Address;
use super::Credentials;
use super::Glimpse;
use super::MANAGED_BY;
use super::Presence;
use super::ProvisionError;
use super::Store;
use super::Token;
use super::Version;
use super::Whereabouts;
use crate::manifest::Days;
use crate::secret::Secret;
use crate::secret::StoreKind;
use error::Call;

/// What messages call it.
const STORE: &str = "AWS Secrets Manager";

/// How many calls are made at once; AWS takes fifty reads or more a second.
const WIDTH: usize = 8;

/// The most bytes that AWS takes for a value.
const LARGEST: usize = 65_536;

/// AWS Secrets Manager, in one account and region.
pub struct AwsStore {
    runtime: Runtime,
    secrets: Client,
    identity: aws_sdk_sts::Client,
    config: SdkConfig,
}

impl fmt::Debug for AwsStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsStore").finish_non_exhaustive()
    }
}

impl AwsStore {
    /// The store that `settings` mean; nothing is asked of it yet.
    ///
    /// # Errors
    ///
    /// Fails when no region is known, or it is none.
    pub fn open(settings: &AwsSettings) -> Result<Self, ProvisionError> {
        if !settings.has_region_of_aws() {
            let help = "it is written like `eu-central-1`";
            return Err(unusable("its region is none of AWS".to_owned(), help));
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("aws")
            .enable_all()
            .build()
            .map_err(|error| unusable(format!("no thread can be started: {}", error.kind()), ""))?;
        let config = runtime.block_on(connect::connect(settings));
        if config.region().is_none() {
            let help = "name it in shield.secrets.yaml (`region:`), or set AWS_REGION";
            return Err(unusable("no region is set".to_owned(), help));
        }
        Ok(Self {
            runtime,
            secrets: Client::new(&config),
            identity: aws_sdk_sts::Client::new(&config),
            config,
        })
    }

    /// What it is asked by, as the variables that every program for AWS reads.
    ///
    /// # Errors
    ///
    /// Fails when there are no credentials, or the role may not be taken on.
    pub(super) fn credentials(&self) -> Result<Credentials, ProvisionError> {
        // It is taken on here, and what is wrong with that is told as for every other call.
        self.whereabouts()?;
        let none = || unusable("there are no credentials".to_owned(), "log in to AWS first");
        let provider = self.config.credentials_provider().ok_or_else(none)?;
        let found = self.wait(provider.provide_credentials());
        let found = found.map_err(|_unsaid| none())?;
        let secret = |it: &str| Secret::new(it.to_owned());
        let mut all = vec![
            ("AWS_ACCESS_KEY_ID", secret(found.access_key_id())),
            ("AWS_SECRET_ACCESS_KEY", secret(found.secret_access_key())),
        ];
        let token = found.session_token();
        all.extend(token.map(|it| ("AWS_SESSION_TOKEN", secret(it))));
        Ok(all)
    }

    /// Waits for an answer.
    fn wait<F: Future>(&self, answer: F) -> F::Output {
        self.runtime.block_on(answer)
    }

    /// What AWS tells of a secret, if there is one.
    fn told(&self, path: &str) -> Result<Option<DescribeSecretOutput>, ProvisionError> {
        let call = Call {
            action: "secretsmanager:DescribeSecret",
            path,
        };
        match self.wait(self.secrets.describe_secret().secret_id(path).send()) {
            Ok(told) => Ok(Some(told)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(call.failed(&error)),
        }
    }

    /// What AWS tells of a secret that has to be there.
    fn present(&self, path: &str) -> Result<DescribeSecretOutput, ProvisionError> {
        let told = self.told(path)?.ok_or_else(|| ProvisionError::Absent {
            store: STORE,
            path: path.to_owned(),
        })?;
        if told.deleted_date().is_some() {
            return Err(ProvisionError::Removed {
                path: path.to_owned(),
            });
        }
        Ok(told)
    }
}

impl Store for AwsStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Aws
    }

    fn width(&self) -> usize {
        WIDTH
    }

    fn whereabouts(&self) -> Result<Whereabouts, ProvisionError> {
        let call = Call {
            action: "sts:GetCallerIdentity",
            path: "the account",
        };
        let told = self
            .wait(self.identity.get_caller_identity().send())
            .map_err(|error| call.failed(&error))?;
        Ok(Whereabouts {
            account: told.account().map(str::to_owned),
            region: self.config.region().map(ToString::to_string),
            address: None,
            principal: told.arn().map(str::to_owned),
        })
    }

    fn ready(&self) -> Result<(), ProvisionError> {
        self.whereabouts().map(drop)
    }

    fn look(&self, at: &Address) -> Result<Presence, ProvisionError> {
        let told = self.told(&at.path)?;
        let mut presence = told.map_or(Presence::Absent, |it| glance::presence(&it));
        if let Presence::Present(held) = &mut presence
            && let Some(pending) = &held.pending
        {
            held.pending_since = self.made(&at.path, pending);
        }
        Ok(presence)
    }

    fn glance(&self, places: &[Address]) -> Result<Vec<Glimpse>, ProvisionError> {
        self.glimpses(places)
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, ProvisionError> {
        let call = Call {
            action: "secretsmanager:ListSecrets",
            path: prefix,
        };
        let (key, value) = MANAGED_BY;
        let mut asked = self
            .secrets
            .list_secrets()
            .filters(filter(FilterNameStringType::TagKey, key))
            .filters(filter(FilterNameStringType::TagValue, value));
        if !prefix.is_empty() {
            asked = asked.filters(filter(FilterNameStringType::Name, prefix));
        }
        let pages = asked.into_paginator().page_size(100).send();
        let pages: Vec<ListSecretsOutput> = self
            .wait(pages.collect::<Result<_, _>>())
            .map_err(|error| call.failed(&error))?;
        // AWS takes any key and any value for a match, and does not tell case.
        let is_own = |it: &&SecretListEntry| {
            let mut tags = it.tags().iter();
            tags.any(|tag| tag.key() == Some(key) && tag.value() == Some(value))
        };
        let found = pages.iter().flat_map(ListSecretsOutput::secret_list);
        let own = found.filter(is_own).filter_map(|it| it.name());
        let mut paths: Vec<String> = own
            .filter(|it| it.starts_with(prefix))
            .map(str::to_owned)
            .collect();
        paths.sort();
        Ok(paths)
    }

    fn read(&self, at: &Address) -> Result<Option<Secret>, ProvisionError> {
        let call = Call {
            action: "secretsmanager:GetSecretValue",
            path: &at.path,
        };
        let asked = self.secrets.get_secret_value().secret_id(&at.path);
        match self.wait(asked.version_stage(state::CURRENT).send()) {
            Ok(told) => told
                .secret_string
                .map(|it| Some(Secret::new(it)))
                .ok_or_else(|| call.refused("it is binary", "shield looks after texts alone")),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(call.failed(&error)),
        }
    }

    fn create(
        &self,
        at: &Address,
        value: &Secret,
        about: &About,
        token: &Token,
    ) -> Result<Version, ProvisionError> {
        self.make(&at.path, value, about, token)
    }

    fn replace(
        &self,
        at: &Address,
        value: &Secret,
        current: &Version,
        token: &Token,
    ) -> Result<Version, ProvisionError> {
        self.put(&at.path, value, current, token)
    }

    fn describe(&self, at: &Address, about: &About) -> Result<(), ProvisionError> {
        self.set(&at.path, about)
    }

    fn revert(
        &self,
        at: &Address,
        from: &Version,
        to: &Version,
        _token: &Token,
    ) -> Result<Version, ProvisionError> {
        let told = self.present(&at.path)?;
        if state::labelled(&told, state::CURRENT).as_ref() != Some(to) {
            self.relabel(&at.path, from, to)?;
        }
        Ok(to.clone())
    }

    fn turn(&self, at: &Address, token: &Token) -> Result<(), ProvisionError> {
        self.rotate(&at.path, token)
    }

    fn remove(&self, at: &Address, recovery: Days) -> Result<(), ProvisionError> {
        self.take_away(&at.path, recovery)
    }

    fn restore(&self, at: &Address) -> Result<(), ProvisionError> {
        let call = Call {
            action: "secretsmanager:RestoreSecret",
            path: &at.path,
        };
        self.wait(self.secrets.restore_secret().secret_id(&at.path).send())
            .map(drop)
            .map_err(|error| call.failed(&error))
    }
}

/// What a list is narrowed down by.
fn filter(key: FilterNameStringType, value: &str) -> Filter {
    Filter::builder().key(key).values(value).build()
}

/// Whether AWS has said that there is no such secret, or no value of it.
fn is_absent<E, R>(error: &SdkError<E, R>) -> bool
where
    E: aws_sdk_secretsmanager::error::ProvideErrorMetadata,
{
    error::code(error) == Some("ResourceNotFoundException")
}

/// The error for settings that do not do.
fn unusable(reason: String, help: &'static str) -> ProvisionError {
    ProvisionError::Settings {
        store: STORE,
        reason,
        help,
    }
}
