//! A project whose commands are killed, and what it and its store have in the end.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use libtest_mimic::Failed;
use serde_json::Value;
use serde_json::json;
use shield::manifest::Days;
use shield::manifest::Manifest;
use shield::provision::About;
use shield::provision::Address;
use shield::provision::MANAGED_BY;
use shield::provision::Presence;
use shield::provision::Token;
use shield::provision::Version;
use shield::secret::Secret;
use shield::secret::SecretName;
use shield::secret::StoreKind;
use walkdir::WalkDir;

use crate::bench::Bench;
use crate::bench::CANARY;
use crate::bench::TOKEN;
use crate::bench::same;
use crate::bench::value;
use crate::servers::Double;

/// The signal of `kill -9`.
const KILLED: i32 = 9;

/// The secrets of a project, and what becomes of each.
const SECRETS: [&str; 5] = ["created", "replaced", "adopted", "described", "restored"];

const APPLY: &str = "provision apply --yes --from-env-file values.env --update replaced \
                     --adopt adopted --restore restored";

const ROTATE: &str = "provision rotate replaced --from-stdin";

const ROLLBACK: &str = "provision rollback";

const FIX: &str = "scan . --fix --environment staging --provision";

/// What is written in the code.
const CODE: [(&str, &str); 2] = [("app-token", "a"), ("db-password", "b")];

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Apply,
    Rotate,
    Rollback,
    Fix,
}

/// Where a run is killed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blow {
    pub(crate) call: u64,
    pub(crate) moment: &'static str,
}

/// A project, and what its store has.
pub(crate) struct Scene {
    bench: Bench,
    folder: tempfile::TempDir,
    manifest: Manifest,
    /// The versions of what was there before.
    first: Vec<(&'static str, Version)>,
}

impl Scene {
    /// A project of that name, with a store that has something else than is wanted.
    pub(crate) fn new(
        kind: StoreKind,
        double: &Double,
        name: &str,
        way: Way,
    ) -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        let app = format!("crash-{name}");
        let region = if kind == StoreKind::Aws {
            ", region: eu-central-1"
        } else {
            ""
        };
        let word = kind.word();
        let mut text = format!(
            "schema: 1\napp: {app}\nenvironments:\n  staging: {{ backend: {word}{region} }}\n"
        );
        text += "secrets:\n";
        if way != Way::Fix {
            let entry = |it| format!("  - {{ name: {it}, description: signs the links }}\n");
            text.extend(SECRETS.map(entry));
        }
        let values = SECRETS.map(|it| format!("{}={CANARY}-new\n", it.to_uppercase()));
        let root = folder.path().join("project");
        fs::create_dir(&root)?;
        put(&root.join("shield.yaml"), "schema: 1\n")?;
        put(&root.join("shield.secrets.yaml"), &text)?;
        put(&root.join("values.env"), &values.concat())?;
        let mut scene = Self {
            bench: Bench::new(kind, double, name)?,
            manifest: Manifest::parse("shield.secrets.yaml", &text)?,
            folder,
            first: Vec::new(),
        };
        if way == Way::Fix {
            fs::remove_file(root.join("values.env"))?;
            put(&root.join("app.py"), &code())?;
        } else {
            scene.fill()?;
        }
        if way == Way::Rollback {
            scene.shield(APPLY, "")?;
        }
        Ok(scene)
    }

    /// Makes what is there before.
    fn fill(&mut self) -> Result<(), Failed> {
        for name in &SECRETS[1..] {
            let at = self.at(name)?;
            let before = self.before(name);
            let store = &self.bench.store;
            let made = store.create(&at, &value("old"), &before, &Token::random())?;
            if *name == "restored" {
                store.remove(&at, Days(30))?;
            }
            self.first.push((name, made));
        }
        Ok(())
    }

    /// What is known of a secret before.
    fn before(&self, name: &str) -> About {
        let mut about = self.after("");
        match name {
            "adopted" => about.tags = [("team".to_owned(), "web".to_owned())].into(),
            "described" => "signs something".clone_into(&mut about.description),
            _ => {}
        }
        about
    }

    /// What is known of a secret afterwards.
    fn after(&self, name: &str) -> About {
        let mut tags = vec![
            MANAGED_BY,
            ("App", &self.manifest.app),
            ("Environment", "staging"),
            ("Sensitivity", "high"),
        ];
        if name == "adopted" {
            tags.push(("team", "web"));
        }
        let text = |(key, it): (&str, &str)| (key.to_owned(), it.to_owned());
        About {
            description: "signs the links".to_owned(),
            tags: tags.into_iter().map(text).collect(),
            ..About::default()
        }
    }

    pub(crate) fn at(&self, name: &str) -> Result<Address, Failed> {
        let name = SecretName::of(name).ok_or("no name")?;
        let path = self.manifest.path_of("staging", &name);
        Ok(Address { name, path })
    }

    /// Does what is to be done, to its end.
    pub(crate) fn go(&self, way: Way) -> Result<(), Failed> {
        let codes: &[i32] = match way {
            Way::Apply | Way::Rotate | Way::Rollback => &[0],
            // What was in the code is to be rotated.
            Way::Fix => &[0, 1],
        };
        let ran = self.shield(&self.words(way), given(way))?;
        if ran.status.code().is_some_and(|it| codes.contains(&it)) {
            return Ok(());
        }
        Err(format!("{}: {}", ran.status, said(&ran)).into())
    }

    /// Does it again, where that is to change nothing.
    pub(crate) fn go_once_more(&self, way: Way) -> Result<(), Failed> {
        match way {
            Way::Apply | Way::Fix => self.go(way),
            Way::Rotate => Ok(()),
            Way::Rollback => {
                let ran = self.shield(ROLLBACK, "")?;
                same(&said(&ran).contains("there is no run to undo"), &true)
            }
        }
    }

    /// Does it until it is killed; tells whether it was.
    pub(crate) fn killed(&self, way: Way, blow: Blow) -> Result<bool, Failed> {
        let Some(double) = &self.bench.double else {
            return Ok(false);
        };
        let file = self.pid_file();
        let stop = json!({ "call": blow.call, "moment": blow.moment, "pid_file": file });
        double.tell(&json!({ "kind": Value::Null, "fault": 0, "times": 0, "stop": stop }))?;
        let ran = self.shield(&self.words(way), given(way))?;
        double.fail(None, None)?;
        Ok(ran.status.signal() == Some(KILLED))
    }

    /// Brings a run that had begun to change files to an end, which comes first.
    pub(crate) fn recover(&self) -> Result<(), Failed> {
        let recovered = self.shield("recover", "")?;
        same(&recovered.status.code(), &Some(0))
    }

    /// Writes its manifest, for this app and store, with these lines behind that of the environment.
    pub(crate) fn say(&self, more: &str) -> Result<(), Failed> {
        let app = &self.manifest.app;
        let word = self.bench.store.kind().word();
        let text = format!(
            "schema: 1\napp: {app} # ours\nenvironments:\n  staging:\n    backend: {word}\n{more}"
        );
        Ok(put(&self.manifest_file(), &text)?)
    }

    pub(crate) fn manifest_file(&self) -> PathBuf {
        self.folder.path().join("project/shield.secrets.yaml")
    }

    /// What the store tells of a secret.
    pub(crate) fn held(&self, name: &str) -> Result<shield::provision::Held, Failed> {
        self.bench.held(&self.at(name)?)
    }

    /// Takes a secret out of the store.
    pub(crate) fn remove(&self, name: &str) -> Result<(), Failed> {
        Ok(self.bench.store.remove(&self.at(name)?, Days(30))?)
    }

    fn words(&self, way: Way) -> String {
        let word = self.bench.store.kind().word();
        match way {
            Way::Apply => APPLY.to_owned(),
            Way::Rotate => ROTATE.to_owned(),
            Way::Rollback => ROLLBACK.to_owned(),
            Way::Fix => format!("{FIX} {word}"),
        }
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.path().join("pid")
    }

    /// Runs `shield`, which writes its number down first; nothing that it says has a value in it.
    pub(crate) fn shield(&self, words: &str, input: &str) -> Result<Output, Failed> {
        let home = self.folder.path().join("home");
        let mut command = Command::new("sh");
        command
            .args(["-c", r#"echo $$ > "$0" && exec "$@""#])
            .arg(self.pid_file())
            .arg(env!("CARGO_BIN_EXE_shield"))
            .args(words.split_whitespace())
            .current_dir(self.folder.path().join("project"))
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_STATE_HOME", home.join("state"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let (StoreKind::Vault, Some(double)) = (self.bench.store.kind(), &self.bench.double) {
            command
                .env("VAULT_ADDR", &double.address)
                .env(TOKEN.0, TOKEN.1);
        }
        let mut child = command.spawn()?;
        if let Some(mut pipe) = child.stdin.take() {
            // Who reads nothing may be gone before it is written.
            pipe.write_all(input.as_bytes()).ok();
        }
        let ran = child.wait_with_output()?;
        same(&said(&ran).contains(CANARY), &false)?;
        Ok(ran)
    }

    /// Everything as it is to be in the end, whatever came in between.
    pub(crate) fn check(&self, way: Way) -> Result<(), Failed> {
        self.search(way)?;
        match way {
            Way::Apply => self.applied(),
            Way::Rotate => self.rotated(),
            Way::Rollback => self.undone(),
            Way::Fix => self.fixed(),
        }
    }

    fn applied(&self) -> Result<(), Failed> {
        for name in SECRETS {
            let is_new = matches!(name, "created" | "replaced");
            self.is(name, if is_new { "new" } else { "old" }, &self.after(name))?;
        }
        self.is_replaced_once()
    }

    fn rotated(&self) -> Result<(), Failed> {
        self.is("replaced", "newer", &self.after(""))?;
        self.is_replaced_once()
    }

    fn undone(&self) -> Result<(), Failed> {
        for name in ["created", "restored"] {
            let there = self.bench.store.look(&self.at(name)?)?;
            same(&there, &Presence::Removed)?;
        }
        for name in ["replaced", "adopted", "described"] {
            self.is(name, "old", &self.before(name))?;
        }
        Ok(())
    }

    /// Each value is still in the code, or in the store already.
    pub(crate) fn is_nothing_lost(&self) -> Result<(), Failed> {
        let text = fs::read_to_string(self.folder.path().join("project/app.py"))?;
        for (name, part) in CODE {
            let stored = self.bench.store.read(&self.at(name)?)?;
            let is_kept = text.contains(&random(part)) || stored == Some(literal(part));
            same(&is_kept, &true)?;
        }
        Ok(())
    }

    /// The code has no value any more, and the store has each.
    fn fixed(&self) -> Result<(), Failed> {
        let text = fs::read_to_string(self.folder.path().join("project/app.py"))?;
        same(&text.contains("get_secret"), &true)?;
        for (name, part) in CODE {
            let at = self.at(name)?;
            same(&self.bench.store.read(&at)?, &Some(literal(part)))?;
            same(&self.bench.held(&at)?.previous, &None)?;
        }
        Ok(())
    }

    fn is(&self, name: &str, text: &str, about: &About) -> Result<(), Failed> {
        let at = self.at(name)?;
        let held = self.bench.held(&at)?;
        let told = |it: Failed| Failed::from(format!("{name}: {}", it.message().unwrap_or("")));
        same(&held.about, about).map_err(told)?;
        let read = self.bench.store.read(&at)?;
        same(&(read == Some(value(text))), &true).map_err(told)
    }

    /// The value before is the first one: there is none in between.
    fn is_replaced_once(&self) -> Result<(), Failed> {
        let first = self.first.iter().find(|(it, _)| *it == "replaced");
        let held = self.bench.held(&self.at("replaced")?)?;
        same(&held.previous.as_ref(), &first.map(|(_, it)| it))
    }

    /// No file but those that have had it from the beginning has a value in it.
    pub(crate) fn search(&self, way: Way) -> Result<(), Failed> {
        for entry in WalkDir::new(self.folder.path()) {
            let entry = entry?;
            if !entry.file_type().is_file() || entry.file_name() == "values.env" {
                continue;
            }
            let text = String::from_utf8_lossy(&fs::read(entry.path())?).into_owned();
            let in_code = way == Way::Fix && CODE.iter().any(|(_, it)| text.contains(&random(it)));
            if text.contains(CANARY) || in_code {
                return Err(format!("a value in {}", entry.path().display()).into());
            }
        }
        Ok(())
    }
}

/// What goes to standard input.
fn given(way: Way) -> &'static str {
    match way {
        Way::Rotate => concat!("plum-harbor", "-canary-newer"),
        Way::Apply | Way::Rollback | Way::Fix => "",
    }
}

/// A program with values in it.
fn code() -> String {
    let lines = CODE.map(|(name, text)| {
        let variable = name.to_uppercase().replace('-', "_");
        format!("{variable} = \"{}\"\n", random(text))
    });
    lines.concat()
}

/// A value that looks like one.
fn random(text: &str) -> String {
    format!("q7{text}Zk2mVx9{text}Rw4TnLb8{text}Yc")
}

fn literal(text: &str) -> Secret {
    Secret::new(random(text))
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    File::create(path)?.write_all(text.as_bytes())
}

/// All that a run has said.
pub(crate) fn said(ran: &Output) -> String {
    let all = [ran.stdout.clone(), ran.stderr.clone()].concat();
    String::from_utf8_lossy(&all).into_owned()
}
