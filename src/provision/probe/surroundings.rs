//! The variables that a module is read with: what it needs, and nothing else that is set here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use crate::manifest::Environment;
use crate::manifest::Manifest;
use crate::secret::Secret;
use crate::secret::StoreKind;

/// What every program needs to run and to reach a server.
const ALWAYS: [&str; 28] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "USERPROFILE",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "LD_LIBRARY_PATH",
];

/// Settings of the wrapper that hide what it reads, or are said here.
const HIDING: [&str; 8] = [
    "SECRETS_FALLBACK",
    "SECRETS_AUDIT",
    "SECRETS_METRICS",
    "SECRETS_HARDEN_PROCESS",
    "SECRETS_BACKEND",
    "SECRETS_APP",
    "SECRETS_PATH_TEMPLATE",
    "SECRETS_CACHE_TTL",
];

/// What of AWS is left out where a role is taken on.
const OTHER_WAYS: [&str; 9] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SECRETS_AGENT_URL",
    "AWS_SECRETS_AGENT_TOKEN_FILE",
    "AWS_CREDENTIAL_EXPIRATION",
];

/// Where a module reads, and as whom.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'s> {
    /// The secrets.
    pub manifest: &'s Manifest,
    /// Where they are.
    pub environment: &'s Environment,
    /// Whether they are read from variables and not from the store of the environment.
    pub way: Way,
    /// The root of the project.
    pub root: &'s Path,
    /// The user's age identity.
    pub identity: &'s Path,
    /// What a role of AWS is asked by, by variable.
    pub credentials: &'s [(&'static str, Secret)],
}

/// What a module reads from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The store of the environment.
    Store,
    /// The variables that are set here.
    Variables,
}

impl Surroundings<'_> {
    /// What the backend is called by the module.
    #[must_use]
    pub fn backend(&self) -> &'static str {
        match self.way {
            Way::Store => self.environment.store.word(),
            Way::Variables => "env",
        }
    }

    /// The variables, of those that are set now.
    #[expect(
        clippy::disallowed_methods,
        reason = "the module is asked as the role, whose credentials are variables"
    )]
    pub(super) fn variables(
        &self,
        now: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> BTreeMap<OsString, OsString> {
        let mut variables: BTreeMap<OsString, OsString> = now
            .into_iter()
            .filter(|(name, _)| name.to_str().is_some_and(|it| self.is_needed(it)))
            .collect();
        let (environment, manifest) = (self.environment, self.manifest);
        let mut set = |name: &str, value: OsString| variables.insert(name.into(), value);
        set("ENVIRONMENT", environment.name.clone().into());
        set("SECRETS_BACKEND", self.backend().into());
        set("SECRETS_APP", manifest.app.clone().into());
        set("SECRETS_PATH_TEMPLATE", manifest.template.clone().into());
        set("SECRETS_FALLBACK", "none".into());
        set("SECRETS_AUDIT", "off".into());
        let known = [
            ("AWS_REGION", &environment.region),
            ("VAULT_ADDR", &environment.address),
            ("VAULT_NAMESPACE", &environment.namespace),
        ];
        for (name, value) in known {
            if let Some(value) = value {
                set(name, value.clone().into());
            }
        }
        if self.way == Way::Store {
            match environment.store {
                StoreKind::Vault => {
                    set("VAULT_MOUNT", environment.mount.clone().into());
                }
                StoreKind::Local => {
                    let store = self.root.join(".shield").join("secrets.dev.age");
                    let named = |name: &str, path: &Path| (name.to_owned(), path.to_owned());
                    for (name, path) in [
                        named("SECRETS_STORE", &store),
                        named("SECRETS_IDENTITY_FILE", self.identity),
                    ] {
                        variables.entry(name.into()).or_insert(path.into());
                    }
                }
                StoreKind::Aws => {}
            }
        }
        for (name, value) in self.credentials {
            variables.insert((*name).into(), value.expose().into());
        }
        variables
    }

    /// Whether the module needs the variable.
    fn is_needed(&self, name: &str) -> bool {
        let upper = name.to_ascii_uppercase();
        if ALWAYS.contains(&&*upper) || name.starts_with("LC_") {
            return true;
        }
        if name.starts_with("SECRETS_") {
            return !HIDING.contains(&name);
        }
        match (self.way, self.environment.store) {
            (Way::Store, StoreKind::Aws) => {
                let is_other = !self.credentials.is_empty() && OTHER_WAYS.contains(&name);
                name.starts_with("AWS_") && !is_other
            }
            (Way::Store, StoreKind::Vault) => name.starts_with("VAULT_"),
            (Way::Store, StoreKind::Local) => false,
            (Way::Variables, _) => {
                let own = name.strip_suffix("_FILE").unwrap_or(name);
                let mut entries = self.manifest.secrets.iter();
                entries.any(|it| it.variable == name || it.variable == own)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "schema: 1\napp: shop\nenvironments:\n  \
        development: { backend: local }\n  \
        production: { backend: aws, region: eu-central-1 }\n  \
        staging: { backend: vault }\nsecrets:\n  - name: api-key\n";

    fn names(environment: &str, way: Way, credentials: &[(&'static str, Secret)]) -> Vec<String> {
        let manifest = Manifest::parse("it", MANIFEST).unwrap();
        let surroundings = Surroundings {
            manifest: &manifest,
            environment: manifest.environment(environment).unwrap(),
            way,
            root: Path::new("/project"),
            identity: Path::new("/home/identity.txt"),
            credentials,
        };
        let now = [
            "PATH",
            "AWS_PROFILE",
            "AWS_ENDPOINT_URL",
            "VAULT_TOKEN",
            "API_KEY",
            "API_KEY_FILE",
            "OTHER_KEY",
            "NODE_OPTIONS",
            "PYTHONPATH",
            "SECRETS_FALLBACK",
        ];
        let now = now.map(|it| (OsString::from(it), OsString::from("set")));
        let made = surroundings.variables(now);
        let was_set = made.into_iter().filter(|(_, value)| value == "set");
        was_set
            .map(|(name, _)| name.into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_module_has_the_variables_of_its_store_and_no_others() {
        assert_eq!(names("development", Way::Store, &[]), ["PATH"]);
        assert_eq!(
            names("production", Way::Store, &[]),
            ["AWS_ENDPOINT_URL", "AWS_PROFILE", "PATH"]
        );
        assert_eq!(names("staging", Way::Store, &[]), ["PATH", "VAULT_TOKEN"]);
        assert_eq!(
            names("production", Way::Variables, &[]),
            ["API_KEY", "API_KEY_FILE", "PATH"]
        );
    }

    #[test]
    fn whoever_is_a_role_is_nobody_else() {
        let credentials = [("AWS_SESSION_TOKEN", Secret::new("x".to_owned()))];
        assert_eq!(
            names("production", Way::Store, &credentials),
            ["AWS_ENDPOINT_URL", "PATH"]
        );
    }
}
