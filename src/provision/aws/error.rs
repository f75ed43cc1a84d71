//! What AWS says when something is wrong, as one of our errors.
//!
//! Its messages are looked at and not repeated: they may repeat what they were sent.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use aws_sdk_secretsmanager::error::SdkError;

use super::STORE;
use crate::provision::ProvisionError;

/// How to log in.
const LOG_IN: &str = "log in (`aws sso login`), or set AWS_PROFILE, or give this the role that it \
                      should run with";

/// A call that failed, and what it was.
pub(super) struct Call<'c> {
    /// What policies call it.
    pub(super) action: &'static str,
    /// What it was about.
    pub(super) path: &'c str,
}

/// The code in an answer of AWS, if it has answered.
pub(super) fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<&str> {
    error.as_service_error().and_then(|it| it.code())
}

impl Call<'_> {
    /// The error for `error`.
    pub(super) fn failed<E, R>(&self, error: &SdkError<E, R>) -> ProvisionError
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        if let Some(said) = error.as_service_error() {
            return self.said(said.code(), said.message().unwrap_or_default());
        }
        if let Some(cause) = credentials(error) {
            return self.no_credentials(cause);
        }
        let reason = match error {
            SdkError::ConstructionFailure(_) => "the call could not be made",
            SdkError::TimeoutError(_) => "it took too long",
            SdkError::DispatchFailure(it) if it.is_timeout() => "it took too long",
            SdkError::DispatchFailure(_) => "it cannot be reached, or has hung up",
            SdkError::ResponseError(_) | SdkError::ServiceError(_) | _ => {
                "its answer was cut off or is none"
            }
        };
        unavailable(reason)
    }

    /// The error for a code of AWS.
    fn said(&self, code: Option<&str>, message: &str) -> ProvisionError {
        let path = || self.path.to_owned();
        // With the name of the service, in some answers.
        let code = code
            .and_then(|it| it.rsplit('#').next())
            .unwrap_or_default();
        match code {
            "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => {
                ProvisionError::Denied {
                    store: STORE,
                    action: self.denied(message),
                    path: path(),
                }
            }
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "IncompleteSignature"
            | "RequestTimeTooSkewed"
            | "RequestExpired"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException" => ProvisionError::Unauthenticated {
                store: STORE,
                reason: code.to_owned(),
                help: LOG_IN,
            },
            "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "SlowDown" => ProvisionError::Throttled { store: STORE },
            "InternalServiceError" | "InternalFailure" | "ServiceUnavailable" => unavailable(code),
            "ResourceNotFoundException" => ProvisionError::Absent {
                store: STORE,
                path: path(),
            },
            "ResourceExistsException" => ProvisionError::Exists {
                store: STORE,
                path: path(),
            },
            "InvalidRequestException" if message.contains("delet") => {
                ProvisionError::Removed { path: path() }
            }
            "EncryptionFailure" | "DecryptionFailure" => self.refused(
                "its key cannot be used",
                "check that the key of KMS is there and enabled, in this region",
            ),
            "LimitExceededException" => self.refused(
                "a quota is used up",
                "remove secrets or versions that nobody needs, or ask AWS for more",
            ),
            _ if code.is_empty() => unavailable("its answer is none"),
            _ => self.refused(
                &word(code),
                "check the path, the labels, the key and the regions of copies",
            ),
        }
    }

    /// The action that is missing: that of the call, or one that the call needs beside it.
    fn denied(&self, message: &str) -> &'static str {
        if !message.contains("KMS") && !message.contains("kms:") {
            return self.action;
        }
        let reads = matches!(self.action, "secretsmanager:GetSecretValue");
        if reads || message.contains("kms:Decrypt") {
            "kms:Decrypt"
        } else {
            "kms:GenerateDataKey"
        }
    }

    /// The error for a thing that AWS does not take.
    pub(super) fn refused(&self, reason: &str, help: &'static str) -> ProvisionError {
        ProvisionError::Refused {
            store: STORE,
            path: self.path.to_owned(),
            reason: reason.to_owned(),
            help,
        }
    }

    /// The error where there are no credentials to ask with.
    fn no_credentials(&self, error: &CredentialsError) -> ProvisionError {
        let reason = match error {
            CredentialsError::CredentialsNotLoaded(_) => "no credentials were found",
            CredentialsError::ProviderTimedOut(_) => "credentials took too long",
            CredentialsError::InvalidConfiguration(_) => "its settings cannot be read",
            CredentialsError::ProviderError(_) | CredentialsError::Unhandled(_) | _ => {
                let told = DisplayErrorContext(error).to_string();
                if told.contains("AccessDenied") {
                    return ProvisionError::Denied {
                        store: STORE,
                        action: "sts:AssumeRole",
                        path: self.path.to_owned(),
                    };
                }
                "no credentials were given out"
            }
        };
        ProvisionError::Unauthenticated {
            store: STORE,
            reason: reason.to_owned(),
            help: LOG_IN,
        }
    }
}

/// The error for an AWS that gives no answer.
fn unavailable(reason: &str) -> ProvisionError {
    ProvisionError::Unavailable {
        store: STORE,
        reason: reason.to_owned(),
    }
}

/// What AWS calls an error, if that is a word and not something it was sent.
fn word(code: &str) -> String {
    let is_word = code.len() <= 64 && code.bytes().all(|it| it.is_ascii_alphanumeric());
    let shown = if is_word { code } else { "something" };
    format!("AWS says {shown}")
}

/// What was wrong with the credentials, if that was it.
fn credentials<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e CredentialsError> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref() {
            return Some(found);
        }
        next = cause.source();
    }
    None
}
