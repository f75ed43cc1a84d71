//! Which Vault is meant, and how to log in there.

use std::fmt;
use std::path::PathBuf;

use super::STORE;
use crate::manifest::Environment;
use crate::provision::ProvisionError;
use crate::secret::Secret;

/// The account of a pod, where Kubernetes puts it.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// Which Vault is meant, and how to log in there: what the wrappers take, in their order.
pub struct VaultSettings {
    /// `https://vault.example:8200`, without a slash at the end.
    pub(super) address: String,
    /// The KV store.
    pub(super) mount: String,
    /// The namespace; empty for the root.
    pub(super) namespace: String,
    /// Certificates that are trusted, instead of those of the system.
    pub(super) certificates: Option<PathBuf>,
    /// How to log in.
    pub(super) login: Login,
}

/// How to log in.
pub(super) enum Login {
    /// A token in a file, which an agent keeps fresh.
    File(PathBuf),
    /// A role, and a file that proves that it may be taken on.
    Role {
        /// Part of the path: `approle`.
        way: &'static str,
        /// What the role is called in a login, and the role.
        role: (&'static str, String),
        /// What the proof is called in a login, and where it lies.
        proof: (&'static str, PathBuf),
    },
    /// A token.
    Token(Secret),
}

impl fmt::Debug for VaultSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultSettings")
            .field("address", &self.address)
            .field("mount", &self.mount)
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}

impl VaultSettings {
    /// The settings for `environment`, with those in the environment of this program.
    ///
    /// # Errors
    ///
    /// Fails when they do not go together, or some are missing.
    pub fn load(environment: &Environment) -> Result<Self, ProvisionError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the settings of Vault are in the environment"
        )]
        let variable = |name: &str| std::env::var(name).ok();
        Self::of(environment, &variable)
    }

    /// The settings for `environment`, with the variables that `variable` knows.
    ///
    /// The manifest is part of a project: it may say which Vault is meant, but a token goes only
    /// where the environment says so too.
    ///
    /// # Errors
    ///
    /// Fails when they do not go together, or some are missing.
    pub fn of(
        environment: &Environment,
        variable: &impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ProvisionError> {
        let set = |name: &str| {
            let value = variable(name)?.trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        let address = set("VAULT_ADDR").ok_or_else(|| {
            unusable(
                "VAULT_ADDR is not set",
                "set VAULT_ADDR to the address of your Vault",
            )
        })?;
        let address = address.trim_end_matches('/').to_owned();
        let meant = environment.address.as_deref();
        if meant.is_some_and(|it| it.trim_end_matches('/') != address) {
            return Err(unusable(
                "VAULT_ADDR is another address than that in shield.secrets.yaml",
                "your token goes only where VAULT_ADDR says: set it to the one that is meant",
            ));
        }
        check_address(&address)?;
        let mount = environment.mount.trim_matches('/').to_owned();
        if !is_path(&mount) {
            return Err(unusable(
                "`mount` in shield.secrets.yaml is no path",
                "it is written like `secret` or `teams/web`",
            ));
        }
        let namespace = environment.namespace.clone();
        let namespace = namespace.or_else(|| set("VAULT_NAMESPACE"));
        Ok(Self {
            address,
            mount,
            namespace: namespace.unwrap_or_default(),
            certificates: set("VAULT_CACERT").map(PathBuf::from),
            login: Login::of(&set)?,
        })
    }
}

impl Login {
    /// The first way to log in that the variables name.
    fn of(set: &impl Fn(&str) -> Option<String>) -> Result<Self, ProvisionError> {
        if let Some(file) = set("VAULT_TOKEN_FILE") {
            return Ok(Self::File(PathBuf::from(file)));
        }
        if let Some(role) = set("VAULT_ROLE_ID") {
            let file = set("VAULT_SECRET_ID_FILE").ok_or_else(|| {
                unusable(
                    "VAULT_ROLE_ID is set and VAULT_SECRET_ID_FILE is not",
                    "set VAULT_SECRET_ID_FILE to the file that has the secret id of the role",
                )
            })?;
            return Ok(Self::Role {
                way: "approle",
                role: ("role_id", role),
                proof: ("secret_id", PathBuf::from(file)),
            });
        }
        if let Some(role) = set("VAULT_K8S_ROLE") {
            let file = set("VAULT_K8S_TOKEN").unwrap_or_else(|| ACCOUNT.to_owned());
            return Ok(Self::Role {
                way: "kubernetes",
                role: ("role", role),
                proof: ("jwt", PathBuf::from(file)),
            });
        }
        if let Some(token) = set("VAULT_TOKEN") {
            return Ok(Self::Token(Secret::new(token)));
        }
        // Where `vault login` leaves it.
        let home = set("HOME").or_else(|| set("USERPROFILE"));
        let file = home.map(|it| PathBuf::from(it).join(".vault-token"));
        file.filter(|it| it.is_file())
            .map(Self::File)
            .ok_or_else(|| {
                unusable(
                    "there is no token",
                    "log in (`vault login`), or set VAULT_TOKEN_FILE, VAULT_ROLE_ID or VAULT_TOKEN",
                )
            })
    }
}

/// Refuses addresses where values could be read on the way.
fn check_address(address: &str) -> Result<(), ProvisionError> {
    let wrong = || {
        unusable(
            "VAULT_ADDR is no address of https, nor one on this machine",
            "values and tokens go by https: `https://vault.example:8200`",
        )
    };
    let (scheme, rest) = address.split_once("://").ok_or_else(wrong)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host != rest || host.contains('@') {
        return Err(wrong());
    }
    match scheme {
        "https" => Ok(()),
        "http" if is_loopback(address) => Ok(()),
        _ => Err(wrong()),
    }
}

/// Whether an address is on this machine.
pub(super) fn is_loopback(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |it| it.1);
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let ip = name.parse::<std::net::IpAddr>();
    name == "localhost" || ip.is_ok_and(|it| it.is_loopback())
}

/// Whether a text is a path of which no part leads elsewhere.
pub(super) fn is_path(text: &str) -> bool {
    let is_part = |it: &str| {
        !matches!(it, "" | "." | "..") && it.len() <= 256 && !it.contains(char::is_control)
    };
    text.len() <= 1024 && text.split('/').all(is_part)
}

/// The error for settings that do not do.
pub(super) fn unusable(reason: &str, help: &'static str) -> ProvisionError {
    ProvisionError::Settings {
        store: STORE,
        reason: reason.to_owned(),
        help,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;

    fn settings(place: &str, variables: &[(&str, &str)]) -> Result<VaultSettings, ProvisionError> {
        let text = format!(
            "schema: 1\napp: shop\nenvironments:\n  production:\n    backend: vault\n{place}"
        );
        let variable = |name: &str| {
            let mut found = variables.iter().filter(|it| it.0 == name);
            found.next().map(|it| it.1.to_owned())
        };
        VaultSettings::of(&environment(&text), &variable)
    }

    fn environment(text: &str) -> Environment {
        let manifest = Manifest::parse("shield.secrets.yaml", text).unwrap();
        manifest.environment("production").unwrap().clone()
    }

    #[test]
    fn a_token_goes_only_where_the_environment_says() {
        let token = ("VAULT_TOKEN", "t");
        let place = "    address: https://evil.example\n";
        assert!(settings(place, &[token]).is_err());
        let own = ("VAULT_ADDR", "https://vault.example:8200/");
        assert!(settings(place, &[token, own]).is_err());
        assert!(settings("", &[token]).is_err());
        let found = settings("", &[token, own]).unwrap();
        assert_eq!(found.address, "https://vault.example:8200");
        let same = "    address: https://vault.example:8200\n";
        assert!(settings(same, &[token, own]).is_ok());
    }

    #[test]
    fn an_address_is_safe_on_the_way() {
        for address in [
            "https://vault.example",
            "http://127.0.0.1:8200",
            "http://localhost:8200",
            "http://[::1]:8200",
        ] {
            assert!(check_address(address).is_ok(), "{address}");
        }
        for address in [
            "http://vault.example",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1@evil.example",
            "https://user@vault.example",
            "https://vault.example/v1",
            "vault.example",
            "ftp://127.0.0.1",
        ] {
            assert!(check_address(address).is_err(), "{address}");
        }
    }

    #[test]
    fn the_ways_to_log_in_have_an_order() {
        let address = ("VAULT_ADDR", "https://vault.example");
        let token = ("VAULT_TOKEN", "t");
        let role = ("VAULT_ROLE_ID", "r");
        let proof = ("VAULT_SECRET_ID_FILE", "/run/proof");
        let file = ("VAULT_TOKEN_FILE", "/run/token");
        let login = |more: &[_]| settings("", &[&[address], more].concat()).map(|it| it.login);
        assert!(matches!(login(&[token]), Ok(Login::Token(_))));
        assert!(matches!(
            login(&[token, role, proof]),
            Ok(Login::Role { way: "approle", .. })
        ));
        assert!(login(&[token, role]).is_err());
        assert!(matches!(
            login(&[token, role, proof, file]),
            Ok(Login::File(_))
        ));
        assert!(login(&[]).is_err());
    }

    #[test]
    fn a_path_leads_nowhere_else() {
        assert!(is_path("shop/production/api key"));
        for path in ["", "a//b", "../sys", "a/./b", "a\n"] {
            assert!(!is_path(path), "{path}");
        }
    }
}
