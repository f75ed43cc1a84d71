//! Calls of Vault's API, tried again where that helps.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;
use ureq::tls::Certificate;
use ureq::tls::PemItem;
use ureq::tls::RootCerts;
use ureq::tls::TlsConfig;
use ureq::tls::parse_pem;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::STORE;
use super::login::Kept;
use super::login::LOOKUP;
use super::login::ran_out;
use super::login::unknown;
use super::settings;
use super::settings::VaultSettings;
use super::settings::unusable;
use crate::provision::ProvisionError;
use crate::secret::Secret;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(5);

/// How long a call may take with all its attempts.
const CALL: Duration = Duration::from_secs(15);

/// How often a call is tried.
const ATTEMPTS: u32 = 5;

/// The longest first pause between attempts; each after it is twice as long.
const PAUSE: Duration = Duration::from_millis(300);

/// The most bytes of an answer: Vault keeps less in one secret.
const LARGEST: u64 = 16 * 1024 * 1024;

/// An answer: its status and its body, `null` when it has none.
pub(super) struct Answer {
    /// The status of HTTP.
    pub(super) status: u16,
    /// The body.
    pub(super) body: Value,
}

/// What Vault is asked for.
pub(super) struct Asked<'a> {
    /// `GET`, `POST` or `DELETE`.
    pub(super) method: &'static str,
    /// Behind `/v1/`, encoded.
    pub(super) path: &'a str,
    /// The body, wiped afterwards.
    pub(super) body: Option<Zeroizing<Vec<u8>>>,
}

/// One Vault, and who asks it.
pub(super) struct Client {
    agent: Agent,
    settings: VaultSettings,
    /// The token of the last login.
    pub(super) token: Mutex<Option<Kept>>,
}

impl Client {
    /// A client; nothing is asked yet.
    pub(super) fn new(settings: VaultSettings) -> Result<Self, ProvisionError> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // A token is not sent where an answer says.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ATTEMPT));
        if settings::is_loopback(&settings.address) {
            config = config.proxy(None);
        } else {
            let roots = roots(settings.certificates.as_deref())?;
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        Ok(Self {
            agent: config.build().new_agent(),
            settings,
            token: Mutex::new(None),
        })
    }

    /// What was set.
    pub(super) fn settings(&self) -> &VaultSettings {
        &self.settings
    }

    /// Asks as whoever is logged in, and logs in again when Vault does not know the token.
    pub(super) fn ask(&self, asked: &Asked<'_>) -> Result<Answer, ProvisionError> {
        let token = self.login()?;
        let answer = self.send(asked, Some(&token))?;
        if asked.path == LOOKUP && answer.status == 200 {
            let told = answer.body.get("data").unwrap_or(&Value::Null);
            self.note(&token, told);
        }
        if answer.status != 403 || self.knows(&token)? {
            return Ok(answer);
        }
        let was_over = self.forget();
        let renewed = self.login()?;
        if renewed != token {
            let again = self.send(asked, Some(&renewed))?;
            if again.status != 403 || self.knows(&renewed)? {
                return Ok(again);
            }
        }
        Err(if was_over {
            ran_out()
        } else {
            unknown("its token is not valid, or not any more")
        })
    }

    /// Whether Vault knows a token: a refusal is a policy's then.
    fn knows(&self, token: &Secret) -> Result<bool, ProvisionError> {
        let asked = Asked {
            method: "GET",
            path: LOOKUP,
            body: None,
        };
        Ok(self.send(&asked, Some(token))?.status != 403)
    }

    /// Sends a call until it is answered, or it has been tried often enough.
    pub(super) fn send(
        &self,
        asked: &Asked<'_>,
        token: Option<&Secret>,
    ) -> Result<Answer, ProvisionError> {
        let start = Instant::now();
        let mut pause = PAUSE;
        let mut tried = 1;
        loop {
            let failure = match self.try_once(asked, token) {
                Ok(answer) => match passing(&answer) {
                    Some(failure) => failure,
                    None => return Ok(answer),
                },
                Err(error) => unavailable(reason(&error)),
            };
            if tried == ATTEMPTS || start.elapsed() + pause > CALL || is_sealed(&failure) {
                return Err(failure);
            }
            thread::sleep(jittered(pause));
            pause *= 2;
            tried += 1;
        }
    }

    /// Sends a call once.
    fn try_once(&self, asked: &Asked<'_>, token: Option<&Secret>) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder()
            .method(asked.method)
            .uri(format!("{}/v1/{}", self.settings.address, asked.path))
            .header("X-Vault-Request", "true")
            .header("Content-Type", "application/json");
        if !self.settings.namespace.is_empty() {
            request = request.header("X-Vault-Namespace", &self.settings.namespace);
        }
        if let Some(token) = token {
            request = request.header("X-Vault-Token", exposed(token));
        }
        let mut response = match &asked.body {
            Some(body) => self.agent.run(request.body(&**body)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        let body = response.body_mut().with_config().limit(LARGEST);
        let body = Zeroizing::new(body.read_to_vec()?);
        Ok(Answer {
            status: response.status().as_u16(),
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        })
    }
}

/// The failure in an answer that may be another one when it is asked for again.
fn passing(answer: &Answer) -> Option<ProvisionError> {
    Some(match answer.status {
        429 => ProvisionError::Throttled { store: STORE },
        503 if said(answer, "sealed") => unavailable(SEALED),
        // Written elsewhere, and not here yet.
        412 => unavailable("it is behind its leader"),
        300..=399 => unavailable("it sends elsewhere: set VAULT_ADDR to its active server"),
        status @ (472 | 473 | 500..=599) => unavailable(&format!("it answers {status}")),
        _ => return None,
    })
}

/// Why nothing helps but a person.
const SEALED: &str = "it is sealed: `vault operator unseal` opens it";

/// Whether trying again is of no use.
fn is_sealed(failure: &ProvisionError) -> bool {
    matches!(failure, ProvisionError::Unavailable { reason, .. } if reason == SEALED)
}

/// Whether the errors in an answer have a word.
pub(super) fn said(answer: &Answer, word: &str) -> bool {
    let errors = answer.body.get("errors").and_then(Value::as_array);
    let mut errors = errors.into_iter().flatten().filter_map(Value::as_str);
    errors.any(|it| it.contains(word))
}

/// Why there was no answer; what the client says may have addresses with tokens in it.
fn reason(error: &ureq::Error) -> &'static str {
    let is_of_tls = matches!(
        error,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_)
    );
    let is_untrusted = matches!(
        error,
        ureq::Error::Io(it) if it.kind() == io::ErrorKind::InvalidData
    );
    if is_of_tls || is_untrusted {
        "its certificate is not trusted (VAULT_CACERT names another authority)"
    } else if matches!(error, ureq::Error::Timeout(_)) {
        "it took too long"
    } else if matches!(error, ureq::Error::HostNotFound) {
        "its host has no address"
    } else {
        "it cannot be reached, or has hung up"
    }
}

/// A pause of half to all of `longest`, so that those who failed together do not come back so.
fn jittered(longest: Duration) -> Duration {
    let word = Uuid::new_v4();
    let part = u32::from(word.as_bytes().last().copied().unwrap_or_default());
    longest / 2 + longest * part / 510
}

/// The certificates that are trusted.
fn roots(file: Option<&Path>) -> Result<RootCerts, ProvisionError> {
    let Some(path) = file else {
        let found = rustls_native_certs::load_native_certs().certs;
        let own: Vec<_> = found
            .iter()
            .map(|it| Certificate::from_der(it).to_owned())
            .collect();
        // Where the system has none, those of Mozilla.
        return Ok(if own.is_empty() {
            RootCerts::WebPki
        } else {
            RootCerts::new_with_certs(&own)
        });
    };
    let wrong = || unusable("the file of VAULT_CACERT has no certificates", "it is PEM");
    let text = fs::read(path).map_err(|_unreadable| wrong())?;
    let found: Vec<_> = parse_pem(&text)
        .filter_map(|it| match it {
            Ok(PemItem::Certificate(it)) => Some(it),
            Ok(_) | Err(_) => None,
        })
        .collect();
    if found.is_empty() {
        return Err(wrong());
    }
    Ok(RootCerts::new_with_certs(&found))
}

/// The error for a Vault that gives no answer.
pub(super) fn unavailable(reason: &str) -> ProvisionError {
    ProvisionError::Unavailable {
        store: STORE,
        reason: reason.to_owned(),
    }
}

/// The value as it is sent.
#[expect(
    clippy::disallowed_methods,
    reason = "tokens and proofs are sent to Vault, and nowhere else"
)]
pub(super) fn exposed(value: &Secret) -> &str {
    value.expose()
}
