//! What Vault's API is asked, and what its answers mean.

use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;
use zeroize::Zeroizing;

use super::STORE;
use super::VaultStore;
use super::client::Answer;
use super::client::Asked;
use super::client::said;
use super::client::unavailable;
use super::login::LOOKUP;
use super::settings::is_path;
use super::settings::unusable;
use super::state;
use super::state::State;
use crate::provision::About;
use crate::provision::Address;
use crate::provision::ProvisionError;

/// The most folders in folders that a list goes down.
const DEEPEST: usize = 16;

/// The most secrets in a list.
const MOST: usize = 50_000;

impl VaultStore {
    /// What the metadata of a secret says, if there is one.
    pub(super) fn state(&self, at: &Address) -> Result<Option<State>, ProvisionError> {
        self.metadata(&at.path)
    }

    /// What the metadata at a path says.
    fn metadata(&self, path: &str) -> Result<Option<State>, ProvisionError> {
        let place = self.place("metadata", path)?;
        let answer = self.ask("GET", &place, None)?;
        match answer.status {
            200 => answer
                .body
                .get("data")
                .and_then(State::of)
                .map(Some)
                .ok_or_else(|| unavailable("its answer is none")),
            404 if is_nothing(&answer) => Ok(None),
            _ => Err(failed(&answer, "read", &place)),
        }
    }

    /// The fields of a version, while it can be read.
    pub(super) fn fields(
        &self,
        at: &Address,
        version: u64,
    ) -> Result<Option<Value>, ProvisionError> {
        let place = self.place("data", &at.path)?;
        let answer = self.ask("GET", &format!("{place}?version={version}"), None)?;
        fields_of(answer, &place)
    }

    /// The fields of the newest version, if there is a secret.
    pub(super) fn newest(&self, at: &Address) -> Result<Option<Value>, ProvisionError> {
        let place = self.place("data", &at.path)?;
        let answer = self.ask("GET", &place, None)?;
        let told = answer.body.pointer("/data/metadata");
        let destroyed = told.and_then(|it| it.get("destroyed"));
        if answer.status == 404 && destroyed == Some(&json!(false)) {
            return Err(ProvisionError::Removed {
                path: at.path.clone(),
            });
        }
        fields_of(answer, &place)
    }

    /// Writes fields if `number` is the current version, and returns the number of the new one.
    pub(super) fn write(
        &self,
        at: &Address,
        fields: &Value,
        number: u64,
    ) -> Result<Option<u64>, ProvisionError> {
        let place = self.place("data", &at.path)?;
        let body = json!({ "options": { "cas": number }, "data": fields });
        let answer = self.ask("POST", &place, Some(&body))?;
        match answer.status {
            200 => answer
                .body
                .pointer("/data/version")
                .and_then(Value::as_u64)
                .map(Some)
                .ok_or_else(|| unavailable("its answer has no version")),
            400 if said(&answer, "check-and-set") => Ok(None),
            _ => {
                let capability = if number == 0 { "create" } else { "update" };
                Err(failed(&answer, capability, &place))
            }
        }
    }

    /// Writes what is known of a secret beside its value.
    pub(super) fn write_metadata(&self, at: &Address, body: &Value) -> Result<(), ProvisionError> {
        let place = self.place("metadata", &at.path)?;
        self.done("POST", &place, Some(body), "update")
    }

    /// Takes the newest version away.
    pub(super) fn delete(&self, at: &Address) -> Result<(), ProvisionError> {
        let place = self.place("data", &at.path)?;
        self.done("DELETE", &place, None, "delete")
    }

    /// Has a version back.
    pub(super) fn undelete(&self, at: &Address, number: u64) -> Result<(), ProvisionError> {
        let place = self.place("undelete", &at.path)?;
        let body = json!({ "versions": [number] });
        self.done("POST", &place, Some(&body), "update")
    }

    /// What Vault knows of who asks.
    pub(super) fn lookup(&self) -> Result<Value, ProvisionError> {
        let place = LOOKUP;
        let mut answer = self.ask("GET", place, None)?;
        match (answer.status, answer.body.get_mut("data")) {
            (200, Some(data)) => Ok(data.take()),
            _ => Err(failed(&answer, "read", place)),
        }
    }

    /// Checks that the mount is a KV store of version 2.
    pub(super) fn check_mount(&self) -> Result<(), ProvisionError> {
        let mount = encoded(&self.client.settings().mount);
        let place = format!("sys/internal/ui/mounts/{mount}");
        let answer = self.ask("GET", &place, None)?;
        if answer.status != 200 {
            return Err(failed(&answer, "read", &place));
        }
        let told = |at: &str| answer.body.pointer(at).and_then(Value::as_str);
        if told("/data/type") == Some("kv") && told("/data/options/version") == Some("2") {
            return Ok(());
        }
        Err(unusable(
            "its mount is no KV store of version 2",
            "`vault secrets enable -version=2 -path=MOUNT kv` makes one; `mount:` in \
             shield.secrets.yaml names it",
        ))
    }

    /// The paths below a prefix that bear the label of shield.
    pub(super) fn below(&self, prefix: &str) -> Result<Vec<String>, ProvisionError> {
        let wanted = prefix.trim_start_matches('/');
        let folder = wanted.rfind('/').and_then(|it| wanted.get(..=it));
        let mut folders = vec![(folder.unwrap_or_default().to_owned(), 0)];
        let mut found = BTreeSet::new();
        while let Some((parent, depth)) = folders.pop() {
            for key in self.keys(&parent)? {
                let path = format!("{parent}{key}");
                // A folder may be the beginning of the prefix, or begin with it.
                if !path.starts_with(wanted) {
                    continue;
                }
                if !key.ends_with('/') {
                    found.insert(path);
                } else if depth < DEEPEST {
                    folders.push((path, depth + 1));
                }
            }
            if found.len() > MOST {
                return Err(unusable(
                    "it has more than 50,000 secrets there",
                    "give each project a path of its own",
                ));
            }
        }
        let mut own = Vec::new();
        for path in found {
            let state = self.metadata(&path)?;
            let is_live = |it: &State| it.live().is_some() && it.held().about.is_managed();
            if state.is_some_and(|it| is_live(&it)) {
                own.push(format!("/{path}"));
            }
        }
        Ok(own)
    }

    /// What is in a folder; folders end with a slash.
    pub(super) fn keys(&self, folder: &str) -> Result<Vec<String>, ProvisionError> {
        let place = if folder.is_empty() {
            format!("{}/metadata", encoded(&self.client.settings().mount))
        } else {
            self.place("metadata", folder)?
        };
        let answer = self.ask("GET", &format!("{place}?list=true"), None)?;
        match answer.status {
            200 => {
                let keys = answer.body.pointer("/data/keys").and_then(Value::as_array);
                let keys = keys.into_iter().flatten().filter_map(Value::as_str);
                Ok(keys.map(str::to_owned).collect())
            }
            404 if is_nothing(&answer) => Ok(Vec::new()),
            _ => Err(failed(&answer, "list", &place)),
        }
    }

    /// Asks for something that has no answer but that it was done.
    fn done(
        &self,
        method: &'static str,
        place: &str,
        body: Option<&Value>,
        capability: &'static str,
    ) -> Result<(), ProvisionError> {
        let answer = self.ask(method, place, body)?;
        if matches!(answer.status, 200 | 204) {
            Ok(())
        } else {
            Err(failed(&answer, capability, place))
        }
    }

    /// Asks for something.
    fn ask(
        &self,
        method: &'static str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ProvisionError> {
        let body = body.map(|it| Zeroizing::new(it.to_string().into_bytes()));
        self.client.ask(&Asked { method, path, body })
    }

    /// Refuses what Vault would, without sending it.
    pub(super) fn check(&self, at: &Address, about: &About) -> Result<(), ProvisionError> {
        self.place("data", &at.path)?;
        match state::refusal(about) {
            Some(reason) => Err(refused(&at.path, reason, "make it shorter")),
            None => Ok(()),
        }
    }

    /// A path of the API for a path of a secret.
    fn place(&self, action: &str, path: &str) -> Result<String, ProvisionError> {
        let inner = path.trim_matches('/');
        if !is_path(inner) {
            return Err(refused(
                path,
                "its path is none for Vault",
                "it is written like `/shop/production/api-key`, without `..`",
            ));
        }
        let mount = encoded(&self.client.settings().mount);
        Ok(format!("{mount}/{action}/{}", encoded(inner)))
    }
}

/// The fields in an answer.
fn fields_of(mut answer: Answer, place: &str) -> Result<Option<Value>, ProvisionError> {
    match answer.status {
        200 => answer
            .body
            .pointer_mut("/data/data")
            .filter(|it| it.is_object())
            .map(|it| Some(it.take()))
            .ok_or_else(|| unavailable("its answer has no value")),
        404 if is_nothing(&answer) => Ok(None),
        _ => Err(failed(&answer, "read", place)),
    }
}

/// The error for an answer; what it says may repeat what Vault was sent.
fn failed(answer: &Answer, capability: &'static str, place: &str) -> ProvisionError {
    match answer.status {
        403 => ProvisionError::Denied {
            store: STORE,
            action: capability,
            path: place.to_owned(),
        },
        404 if said(answer, "no handler for route") || said(answer, "route entry") => unusable(
            "nothing is mounted there",
            "`mount:` in shield.secrets.yaml names the KV store (`secret`)",
        ),
        404 => ProvisionError::Absent {
            store: STORE,
            path: place.to_owned(),
        },
        413 => refused(place, "it is too large", "Vault keeps about 1 MiB"),
        400 => refused(
            place,
            "it answers 400",
            "check that the mount is a KV store of version 2, and the size of the value",
        ),
        status => unavailable(&format!("it answers {status}")),
    }
}

/// The error for a thing that Vault does not take.
pub(super) fn refused(path: &str, reason: &str, help: &'static str) -> ProvisionError {
    ProvisionError::Refused {
        store: STORE,
        path: path.to_owned(),
        reason: reason.to_owned(),
        help,
    }
}

/// Whether an answer says that there is nothing, and not that it was asked at a wrong place.
fn is_nothing(answer: &Answer) -> bool {
    let errors = answer.body.get("errors").and_then(Value::as_array);
    answer.body.is_object() && errors.is_none_or(Vec::is_empty)
}

/// A path with everything but letters, digits and `-._~/` as percent and number.
fn encoded(path: &str) -> String {
    let mut result = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            result.push(char::from(byte));
        } else {
            result.push('%');
            for nibble in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(nibble), 16).unwrap_or('0');
                result.push(digit.to_ascii_uppercase());
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_encoded_but_for_its_slashes() {
        assert_eq!(encoded("shop/api key"), "shop/api%20key");
        assert_eq!(encoded("a%?#"), "a%25%3F%23");
        assert_eq!(encoded("ü\u{11}"), "%C3%BC%11");
    }
}
