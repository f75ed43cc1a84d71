//! From settings to clients.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::Region;
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);

/// How long one attempt may take, of which there are at most [`ATTEMPTS`].
const ATTEMPT: Duration = Duration::from_secs(5);

/// How long a call may take with all its attempts.
const CALL: Duration = Duration::from_secs(15);

/// How often a call is tried when AWS does not answer or asks for a pause.
const ATTEMPTS: u32 = 5;

/// The longest first pause between attempts; each after it is twice as long.
const PAUSE: Duration = Duration::from_millis(300);

/// Which AWS is meant, and as whom it is asked.
///
/// Everything else is found where every program for AWS finds it: credentials, profiles, single
/// sign-on and addresses of emulators, in the environment and in `~/.aws`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AwsSettings {
    /// The region; that of the environment or profile when absent.
    pub region: Option<String>,
    /// The ARN of a role to take on.
    pub role: Option<String>,
}

impl AwsSettings {
    /// Whether the region, which becomes part of an address, could be one of AWS.
    ///
    /// The manifest is part of a project, and nothing there may send values elsewhere.
    pub(super) fn has_region_of_aws(&self) -> bool {
        let of_region = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
        let is_one = |it: &str| !it.is_empty() && it.len() <= 32 && it.bytes().all(of_region);
        self.region.as_deref().is_none_or(is_one)
    }
}

/// What every client is made of.
pub(super) async fn connect(settings: &AwsSettings) -> SdkConfig {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(CALL)
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(PAUSE);
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        .retry_config(retries);
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    let config = loader.load().await;
    let Some(role) = &settings.role else {
        return config;
    };
    let provider = AssumeRoleProvider::builder(role)
        .session_name("shield")
        .configure(&config)
        .build()
        .await;
    config
        .into_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_no_part_of_another_address() {
        let settings = |region: &str| AwsSettings {
            region: Some(region.to_owned()),
            role: None,
        };
        assert!(AwsSettings::default().has_region_of_aws());
        assert!(settings("us-gov-west-1").has_region_of_aws());
        for region in ["", "evil.example/", "eu.evil.example#", "eu@evil", "EU"] {
            assert!(!settings(region).has_region_of_aws(), "{region}");
        }
    }
}
