//! A project of some fifty files, and a plan for all of them with a real store.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use shield::finding::Fingerprint;
use shield::fix;
use shield::fix::Archive;
use shield::fix::Companion;
use shield::fix::ContentHash;
use shield::fix::FileFix;
use shield::fix::Fix;
use shield::fix::FixPlan;
use shield::fix::Requires;
use shield::fix::Wrapper;
use shield::pattern::syntax::Applicability;
use shield::provision;
use shield::provision::Address;
use shield::provision::LocalStore;
use shield::provision::Store as _;
use shield::seal::Identity;
use shield::secret::Deposit;
use shield::secret::Secret;
use shield::secret::SecretName;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::place::{MADE, Result, put};

/// How many files with a value a large project has, and a small one.
pub(crate) const LARGE: usize = 54;
pub(crate) const SMALL: usize = 4;

/// How many values there are at most.
const VALUES: usize = 12;

/// The file beside the project that says how many files with a value there are.
const SIZE: &str = "size";

/// What every value begins with, and what that is in base64 at any offset, in an address and in
/// hexadecimal digits.
const CANARY: &str = "rosebud-1941-";
const DISGUISES: [&str; 5] = [
    "cm9zZWJ1ZC0xOTQxL",
    "yb3NlYnVkLTE5NDEt",
    "Jvc2VidWQtMTk0MS",
    "rosebud%2D1941%2D",
    "726f73656275642d313934312d",
];

/// A file beside the code: name, before, after.
type Beside = (&'static str, Option<&'static str>, &'static str);

/// The files beside the code.
const BESIDE: [Beside; 4] = [
    ("requirements.txt", Some("django\r\n"), "django\r\nage\r\n"),
    (
        "web/package.json",
        Some("{\t\"name\": \"web\"}"),
        "{\t\"name\": \"web\",\n\t\"dependencies\": {}}",
    ),
    (".env.example", Some("PORT=\n"), "PORT=\nKEY=\n"),
    ("docs/secrets/GUIDE.md", None, "# Secrets\n"),
];

/// Those that the code needs.
const NEEDED: [&str; 2] = ["requirements.txt", "web/package.json"];

/// The links of the project, and where they lead.
const LINKS: [(&str, &str); 2] = [("links/cfg.py", "../shop/00.py"), ("gone", "nowhere")];

/// A file with a value.
struct Leaf {
    path: String,
    before: String,
    after: String,
    mode: u32,
    value: usize,
}

/// What is at a path: the target of a link, a file and its mode, or a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Link(PathBuf),
    File(Vec<u8>, u32),
    Folder,
}

impl Node {
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::File(..))
    }
}

pub(crate) type Image = BTreeMap<PathBuf, Node>;

/// The project, and everything that belongs to its user.
pub(crate) struct Forest {
    /// Removed at the end; none in a child process, which does not own the folder.
    _owner: Option<TempDir>,
    pub(crate) folder: PathBuf,
    root: PathBuf,
    state: PathBuf,
    identity: Identity,
    /// How many files with a value there are.
    size: usize,
}

impl Forest {
    /// A new project; in memory where the system has a folder there, for that is fast.
    pub(crate) fn new(size: usize) -> Result<Self> {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
        put(&folder.path().join(SIZE), &size.to_string())?;
        let forest = Self::at(folder.path())?;
        for leaf in forest.leaves() {
            let path = forest.root.join(&leaf.path);
            put(&path, &leaf.before)?;
            fs::set_permissions(path, fs::Permissions::from_mode(leaf.mode))?;
        }
        for (name, before, _) in BESIDE {
            if let Some(before) = before {
                put(&forest.root.join(name), before)?;
            }
        }
        fs::create_dir(forest.root.join("links"))?;
        for (name, target) in LINKS {
            symlink(target, forest.root.join(name))?;
        }
        Ok(Self {
            _owner: Some(folder),
            ..forest
        })
    }

    /// The project that lies in `folder` already.
    pub(crate) fn at(folder: &Path) -> Result<Self> {
        let folder = fs::canonicalize(folder)?;
        let (identity, _) = Identity::load_or_make(&folder.join("user/identity.txt"))?;
        Ok(Self {
            _owner: None,
            root: folder.join("project"),
            state: folder.join("user/state"),
            identity,
            size: fs::read_to_string(folder.join(SIZE))?.parse()?,
            folder,
        })
    }

    pub(crate) fn archive(&self) -> Result<Archive<'_>> {
        Ok(Archive::new(&self.state, &self.root, &self.identity)?)
    }

    /// Whether a run may begin.
    pub(crate) fn ready(&self) -> std::result::Result<(), fix::FixError> {
        fix::ready(&self.state, &self.root)
    }

    /// Begins, stores and writes, as a run does; tells `step` of each value that is stored.
    pub(crate) fn fix(&self, archive: &Archive<'_>, step: &dyn Fn()) -> Result<()> {
        let plan = self.plan()?;
        let store = LocalStore::new(&self.root, &self.identity);
        let journal = fix::begin(&plan, &store.paths(), archive)?;
        store.ready()?;
        for deposit in &plan.deposits {
            let at = Address::of_name(&deposit.name);
            provision::put(deposit, &store, &at, None)?;
            step();
        }
        let written = fix::write(&plan, journal)?;
        assert_eq!(written.rewritten.len(), self.size + 3);
        Ok(())
    }

    /// The files with a value.
    fn leaves(&self) -> impl Iterator<Item = Leaf> {
        let values = self.size.min(VALUES);
        (0..self.size).map(move |number| {
            let path = match number % 4 {
                0 => format!("shop/{number:02}.py"),
                1 => format!("web/{number:02}.ts"),
                2 => format!("deep/er/é{number:02}.py"),
                _ => format!("{number:02}.py"),
            };
            let modes = [0o644, 0o755, 0o444, 0o600, 0o4750];
            let value_of = number % values;
            Leaf {
                path,
                before: format!("# {number}\r\nK = \"{}\"\r\n", value(value_of)),
                after: format!(
                    "# {number}\r\nfrom shield_secrets import get_secret\r\n\
                     K = get_secret(\"key-{value_of}\")\r\n"
                ),
                mode: modes[number % modes.len()],
                value: value_of,
            }
        })
    }

    /// What a run would do.
    pub(crate) fn plan(&self) -> Result<FixPlan> {
        let mut plan = FixPlan::default();
        for leaf in self.leaves() {
            plan.files.push(self.file(&leaf)?);
        }
        for (name, content) in MADE {
            plan.wrappers.push(Wrapper {
                path: name.into(),
                file: self.root.join(name),
                before: None,
                content: content.to_owned().into(),
            });
        }
        for (name, before, after) in BESIDE {
            plan.companions.push(Companion {
                path: name.into(),
                file: self.root.join(name),
                titles: Vec::new(),
                before: before.map(|it| ContentHash::of(it.as_bytes())),
                masked_before: String::new(),
                masked_after: String::new(),
                after: after.to_owned(),
            });
        }
        for number in 0..self.size.min(VALUES) {
            plan.deposits.push(Deposit {
                name: name(number)?,
                value: Secret::new(value(number)),
                labels: Vec::new(),
            });
        }
        Ok(plan)
    }

    fn file(&self, leaf: &Leaf) -> Result<FileFix> {
        Ok(FileFix {
            path: leaf.path.clone().into(),
            file: self.root.join(&leaf.path),
            fixes: vec![Fix {
                findings: vec![Fingerprint::of("p", &leaf.path, None, 0, 0)],
                title: String::new(),
                applicability: Applicability::Safe,
                requires: Requires::Capture,
                edits: Vec::new(),
                secret: name(leaf.value)?,
            }],
            imports: Vec::new(),
            places: fix::places("", &[], &[]),
            masked_before: String::new(),
            masked_after: String::new(),
            masks: Vec::new(),
            allowed: BTreeSet::new(),
            before: ContentHash::of(leaf.before.as_bytes()),
            after: leaf.after.clone(),
        })
    }

    /// Everything below the project but the store.
    pub(crate) fn image(&self) -> Result<Image> {
        let mut image = Image::new();
        for entry in WalkDir::new(&self.root) {
            let entry = entry?;
            let path = entry.path().strip_prefix(&self.root)?.to_owned();
            if path.starts_with(".shield") {
                continue;
            }
            let kind = entry.file_type();
            let node = if kind.is_symlink() {
                Node::Link(fs::read_link(entry.path())?)
            } else if kind.is_file() {
                let mode = entry.metadata()?.permissions().mode();
                Node::File(fs::read(entry.path())?, mode)
            } else {
                Node::Folder
            };
            image.insert(path, node);
        }
        Ok(image)
    }

    /// Whether there is a store.
    pub(crate) fn has_store(&self) -> bool {
        self.root.join(".shield").exists()
    }

    /// Fails unless each file is its pre-image or its post-image, and no value is lost.
    pub(crate) fn check_files(&self) -> Result<()> {
        let store = LocalStore::new(&self.root, &self.identity);
        let needed = MADE.into_iter().chain(
            BESIDE
                .into_iter()
                .filter(|(name, ..)| NEEDED.contains(name))
                .map(|(name, _, after)| (name, after)),
        );
        let mut is_ready = true;
        for (name, content) in needed {
            let now = fs::read_to_string(self.root.join(name)).ok();
            is_ready &= now.as_deref() == Some(content);
        }
        for leaf in self.leaves() {
            let now = fs::read_to_string(self.root.join(&leaf.path))?;
            if now == leaf.after {
                assert!(is_ready, "{} came before what it needs", leaf.path);
                let kept = store.get(&name(leaf.value)?)?;
                assert!(
                    kept == Some(Secret::new(value(leaf.value))),
                    "a value is lost"
                );
            } else {
                assert_eq!(now, leaf.before, "{}", leaf.path);
            }
        }
        for (name, before, after) in BESIDE {
            let now = fs::read_to_string(self.root.join(name)).ok();
            let whole = now.as_deref() == Some(after) || now.as_deref() == before;
            assert!(whole, "{name}: {now:?}");
        }
        for (name, after) in MADE {
            let now = fs::read_to_string(self.root.join(name)).ok();
            assert!(now.is_none_or(|it| it == after), "{name}");
        }
        for (name, target) in LINKS {
            assert_eq!(fs::read_link(self.root.join(name))?, Path::new(target));
        }
        Ok(())
    }

    /// Fails when Python cannot import one of its files, where there is a Python.
    pub(crate) fn check_imports(&self) {
        let files = self.leaves().map(|it| self.root.join(it.path));
        let files = files.filter(|it| it.extension().is_some_and(|it| it == "py"));
        let ran = Command::new("python3")
            .args([
                "-B",
                "-c",
                "import runpy, sys\nfor it in sys.argv[1:]: runpy.run_path(it)",
            ])
            .args(files)
            .env("PYTHONPATH", &self.root)
            .output();
        if let Ok(ran) = ran {
            let told = String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "{told}");
        }
    }

    /// Fails when a value is anywhere but in a pre-image, whatever it is written as.
    pub(crate) fn check_leaks(&self) -> Result<()> {
        let images: BTreeSet<Vec<u8>> = self.leaves().map(|it| it.before.into_bytes()).collect();
        for entry in WalkDir::new(&self.folder) {
            let entry = entry?;
            if !entry.file_type().is_file() {
                continue;
            }
            let content = fs::read(entry.path())?;
            if images.contains(&content) {
                continue;
            }
            for form in [CANARY].iter().chain(&DISGUISES) {
                let found = memchr::memmem::find(&content, form.as_bytes());
                assert!(found.is_none(), "{} shows {form}", entry.path().display());
            }
        }
        Ok(())
    }
}

fn name(number: usize) -> Result<SecretName> {
    Ok(SecretName::of(&format!("key-{number}")).ok_or("no name")?)
}

fn value(number: usize) -> String {
    format!("{CANARY}{number:02}")
}
