//! What shield seals, the wrappers open, and the other way round.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::provision;
use shield::provision::Address;
use shield::provision::LocalStore;
use shield::seal::Identity;
use shield::seal::private;
use shield::secret::Deposit;
use shield::secret::Secret;
use shield::secret::SecretName;
use tempfile::TempDir;

use crate::node;
use crate::python;
use crate::tool;

/// The tests across languages.
pub(crate) fn trials() -> Vec<Trial> {
    let (python, node) = (python::VERSION.as_deref(), node::VERSION.as_deref());
    vec![
        tool::trial("interop/python-reads-rust", "python3", python, || {
            let project = Project::new()?;
            let code = "import json, sys\n\
                from shield_secrets import get_secret\n\
                print(json.dumps({it: get_secret(it) for it in sys.argv[1:]}))\n";
            let mut command = python::python(&python::interpreter()?);
            project.reads(command.args(["-c", code]))
        }),
        tool::trial("interop/node-reads-rust", "node", node, || {
            let mut wrappers = node::compiled()?;
            wrappers.push(node::source().join("javascript/shield-secrets.mjs"));
            wrappers.push(node::source().join("javascript/shield-secrets.cjs"));
            wrappers.push(node::source().join("javascript/stores/shield-secrets.cjs"));
            for wrapper in wrappers {
                let project = Project::new()?;
                let code = "import(process.env.WRAPPER).then(({ getSecret }) => {\n\
                    const names = process.argv.slice(1);\n\
                    const pairs = names.map((it) => [it, getSecret(it)]);\n\
                    console.log(JSON.stringify(Object.fromEntries(pairs)));\n\
                    });";
                let mut command = Command::new("node");
                command
                    .args(["--eval", code, "--"])
                    .env("WRAPPER", file_url(&wrapper))
                    .current_dir(node::packages()?);
                project.reads(&mut command)?;
            }
            Ok(())
        }),
        tool::trial("interop/rust-reads-python", "python3", python, || {
            let project = Project::new()?;
            let code = "import pyrage, sys\n\
                reader = pyrage.x25519.Recipient.from_str(sys.argv[1])\n\
                plain = sys.argv[2].encode()\n\
                print(pyrage.encrypt(plain, [reader], armored=True).decode())\n";
            let mut command = python::python(&python::interpreter()?);
            project.is_read(command.args(["-c", code]))
        }),
        tool::trial("interop/rust-reads-node", "node", node, || {
            let project = Project::new()?;
            let code = "import('age-encryption').then(async (age) => {\n\
                const encrypter = new age.Encrypter();\n\
                encrypter.addRecipient(process.argv[1]);\n\
                console.log(age.armor.encode(await encrypter.encrypt(process.argv[2])));\n\
                });";
            let mut command = Command::new("node");
            command
                .args(["--eval", code, "--"])
                .current_dir(node::packages()?);
            project.is_read(&mut command)
        }),
    ]
}

/// A project, and a user whose identity is not in it.
struct Project {
    folder: TempDir,
    key: PathBuf,
    identity: Identity,
}

impl Project {
    /// A project without a store.
    fn new() -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        let key = folder.path().join("home/identity.txt");
        let (identity, _) = Identity::load_or_make(&key)?;
        Ok(Self {
            folder,
            key,
            identity,
        })
    }

    /// The store of the project.
    fn store(&self) -> LocalStore<'_> {
        LocalStore::new(self.folder.path(), &self.identity)
    }

    /// Stores values of every kind; `command`, called with their names, prints them as JSON.
    fn reads(&self, command: &mut Command) -> Result<(), Failed> {
        let values = values();
        let store = self.store();
        for (name, value) in &values {
            let name = SecretName::of(name).ok_or("no name")?;
            let value = Secret::new(value.clone());
            let labels = Vec::new();
            let at = Address::of_name(&name);
            let deposit = Deposit {
                name,
                value,
                labels,
            };
            provision::put(&deposit, &store, &at, None)?;
        }
        let [file, _] = store.paths();
        command
            .args(values.keys())
            .env_remove("ENVIRONMENT")
            .env_remove("DJANGO_ENV")
            .env_remove("NODE_ENV")
            .env_remove("SECRETS_BACKEND")
            .env("SECRETS_STORE", file)
            .env("SECRETS_IDENTITY_FILE", &self.key);
        let read: BTreeMap<String, String> = serde_json::from_str(&tool::run(command)?)?;
        assert_eq!(read, values);
        Ok(())
    }

    /// `command`, called with a recipient and a text, prints the text sealed.
    fn is_read(&self, command: &mut Command) -> Result<(), Failed> {
        let store = self.store();
        let [file, _] = store.paths();
        private::make_folder(file.parent().ok_or("no folder")?)?;
        let recipient = self.identity.recipient().to_string();
        let content =
            r#"{"schema": 1, "environment": "development", "secrets": {"a": "rosebüd\n"}}"#;
        let sealed = tool::run(command.args([&recipient, content]))?;
        private::replace(&file, sealed.as_bytes())?;
        let name = SecretName::of("a").ok_or("no name")?;
        let value = Secret::new("rosebüd\n".to_owned());
        assert_eq!(store.get(&name)?, Some(value.clone()));
        let labels = Vec::new();
        let at = Address::of_name(&name);
        let deposit = Deposit {
            name,
            value,
            labels,
        };
        provision::put(&deposit, &store, &at, None)?;
        Ok(())
    }
}

/// Values that something on the way could change.
fn values() -> BTreeMap<String, String> {
    [
        ("plain", "rosebud-1941".to_owned()),
        ("empty", String::new()),
        ("digits", "0123456789".to_owned()),
        ("json", "{\"a\": [1, null, \"\\u0000\"]}".to_owned()),
        ("lines", " one\r\ntwo\n\n\ttab ".to_owned()),
        ("letters", "ä ☃ 😀 \u{feff} \u{2028} \\ \" '".to_owned()),
        ("control", "\u{1}\u{1b}\u{7f}".to_owned()),
        ("database/url", "x".repeat(64 * 1024)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// `path` as an address that Node imports.
fn file_url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    format!("file:///{}", path.trim_start_matches('/'))
}
