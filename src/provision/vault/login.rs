//! Logging in to Vault, and staying so: a token is renewed before it runs out.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;
use zeroize::Zeroizing;

use super::STORE;
use super::client::Answer;
use super::client::Asked;
use super::client::Client;
use super::client::exposed;
use super::client::unavailable;
use super::lease::Lease;
use super::settings::Login;
use crate::provision::ProvisionError;
use crate::secret::Secret;

/// Where Vault tells of a token.
pub(super) const LOOKUP: &str = "auth/token/lookup-self";

/// Where a token is renewed.
const RENEW: &str = "auth/token/renew-self";

/// The most bytes of a file with a token.
const LARGEST_TOKEN: usize = 64 * 1024;

/// A token that lasts for less may not last for a run.
const SHORT: Duration = Duration::from_mins(10);

/// A token, and how long it lasts as far as that is known.
pub(super) struct Kept {
    token: Secret,
    lease: Option<Lease>,
}

impl Client {
    /// A token that is valid, as far as it is known.
    pub(super) fn login(&self) -> Result<Secret, ProvisionError> {
        // Others wait until it is renewed: one renewal is enough for all.
        let mut kept = self.kept();
        if let Some(it) = &mut *kept {
            self.prolong(it);
            return Ok(it.token.clone());
        }
        let fresh = self.fresh()?;
        let token = fresh.token.clone();
        *kept = Some(fresh);
        Ok(token)
    }

    /// Forgets the token of the last login; tells whether its time was over.
    pub(super) fn forget(&self) -> bool {
        let lease = self.kept().take().and_then(|it| it.lease);
        lease.is_some_and(|it| it.is_over(Instant::now()))
    }

    /// Keeps what Vault has told of the token.
    pub(super) fn note(&self, token: &Secret, told: &Value) {
        if let Some(kept) = &mut *self.kept()
            && kept.token == *token
        {
            kept.lease = Lease::of(told, Instant::now());
        }
    }

    /// Why the token may not last for a long run, if there is a reason.
    pub(super) fn concern(&self) -> Option<String> {
        let kept = self.kept();
        let lease = kept.as_ref()?.lease.as_ref()?;
        let rest = lease.rest(Instant::now());
        let can_log_in = matches!(self.settings().login, Login::Role { .. });
        (!lease.renewable && !can_log_in && rest < SHORT).then(|| {
            format!(
                "the token of {STORE} lasts for {} s yet and cannot be renewed: what is not done \
                 by then is left undone",
                rest.as_secs()
            )
        })
    }

    /// The token that the settings give.
    fn fresh(&self) -> Result<Kept, ProvisionError> {
        let (token, lease) = match &self.settings().login {
            Login::Token(token) => (token.clone(), None),
            Login::File(path) => (line(path)?, None),
            Login::Role { way, role, proof } => self.take_on(way, role, proof)?,
        };
        Ok(Kept { token, lease })
    }

    /// Renews a token whose time is near, or takes the next one where there is one. Where nothing
    /// helps the old one is used until its end.
    fn prolong(&self, kept: &mut Kept) {
        let now = Instant::now();
        let Some(lease) = kept.lease.as_mut().filter(|it| it.is_due(now)) else {
            return;
        };
        if lease.renewable {
            match self.renewed(&kept.token) {
                Ok(Some(renewed)) if renewed.outlasts(lease) => {
                    *lease = renewed;
                    return;
                }
                // It is as old as a token may become, or nobody may renew it.
                Ok(_) => lease.renewable = false,
                // That it is not known now does not make it worse.
                Err(_) => {}
            }
        }
        lease.put_off(now);
        if lease.renewable || matches!(self.settings().login, Login::Token(_)) {
            return;
        }
        if let Ok(mut fresh) = self.fresh()
            && fresh.token != kept.token
        {
            if fresh.lease.is_none() {
                fresh.lease = self.looked_up(&fresh.token);
            }
            *kept = fresh;
        }
    }

    /// How long a token lasts now that it is renewed; nothing when Vault does not renew it.
    fn renewed(&self, token: &Secret) -> Result<Option<Lease>, ProvisionError> {
        let asked = Asked {
            method: "POST",
            path: RENEW,
            body: Some(Zeroizing::new(b"{}".to_vec())),
        };
        let now = Instant::now();
        let answer = self.send(&asked, Some(token))?;
        Ok(granted(&answer).and_then(|told| Lease::of(told, now)))
    }

    /// How long a token lasts, as far as Vault tells.
    fn looked_up(&self, token: &Secret) -> Option<Lease> {
        let asked = Asked {
            method: "GET",
            path: LOOKUP,
            body: None,
        };
        let answer = self.send(&asked, Some(token)).ok()?;
        Lease::of(answer.body.get("data")?, Instant::now())
    }

    /// The token of a role.
    fn take_on(
        &self,
        way: &str,
        (role_key, role): &(&str, String),
        (proof_key, file): &(&str, PathBuf),
    ) -> Result<(Secret, Option<Lease>), ProvisionError> {
        let proof = line(file)?;
        let mut body = json!({});
        if let Some(fields) = body.as_object_mut() {
            fields.insert((*role_key).to_owned(), json!(role));
            fields.insert((*proof_key).to_owned(), json!(exposed(&proof)));
        }
        let path = format!("auth/{way}/login");
        let asked = Asked {
            method: "POST",
            path: &path,
            body: Some(Zeroizing::new(body.to_string().into_bytes())),
        };
        let now = Instant::now();
        let answer = self.send(&asked, None)?;
        // A wrong proof is 400 here.
        if matches!(answer.status, 400 | 401 | 403) {
            return Err(unknown("it does not take the role or its proof"));
        }
        let told = granted(&answer);
        let token = told.and_then(|it| it.get("client_token"));
        let token = token
            .and_then(Value::as_str)
            .ok_or_else(|| unavailable("its answer has no token"))?;
        let lease = told.and_then(|it| Lease::of(it, now));
        Ok((Secret::new(token.to_owned()), lease))
    }

    /// The token of the last login, if there was one.
    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an answer grants, if it does.
fn granted(answer: &Answer) -> Option<&Value> {
    let told = answer.body.get("auth").filter(|it| it.is_object());
    told.filter(|_| answer.status == 200)
}

/// A token out of a file, which has nothing else.
fn line(path: &Path) -> Result<Secret, ProvisionError> {
    let wrong = || unknown("the file with its token or proof cannot be read");
    let text = fs::read_to_string(path).map_err(|_unreadable| wrong())?;
    let text = Zeroizing::new(text);
    let token = text.trim();
    let is_token = !token.is_empty() && token.len() <= LARGEST_TOKEN;
    if !is_token || token.contains(char::is_control) {
        return Err(wrong());
    }
    Ok(Secret::new(token.to_owned()))
}

/// The error for whom Vault does not know.
pub(super) fn unknown(reason: &str) -> ProvisionError {
    ProvisionError::Unauthenticated {
        store: STORE,
        reason: reason.to_owned(),
        help: "log in (`vault login`), or check VAULT_TOKEN_FILE, VAULT_ROLE_ID or VAULT_TOKEN",
    }
}

/// The error for a token whose time was over before the work was done.
pub(super) fn ran_out() -> ProvisionError {
    ProvisionError::Unauthenticated {
        store: STORE,
        reason: "its token has run out, and could not be renewed".to_owned(),
        help: "log in again (`vault login`), or get a token that lasts longer; the same command \
               then goes on where it stopped",
    }
}
