//! A project to write to, and a plan for it.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use shield::finding::Fingerprint;
use shield::fix;
use shield::fix::Archive;
use shield::fix::ContentHash;
use shield::fix::Fate;
use shield::fix::FileFix;
use shield::fix::Fix;
use shield::fix::FixPlan;
use shield::fix::Requires;
use shield::fix::Wrapper;
use shield::fix::Written;
use shield::pattern::syntax::Applicability;
use shield::seal::Identity;
use shield::secret::Deposit;
use shield::secret::Secret;
use shield::secret::SecretName;
use tempfile::TempDir;
use walkdir::WalkDir;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub(crate) const VALUE: &str = "rosebud-1941";

/// A file that is rewritten: name, content before, content after, mode.
type Code = (&'static str, &'static str, &'static str, u32);

/// The files that are rewritten.
pub(crate) const CODE: [Code; 4] = [
    (
        "app.py",
        "\u{feff}KEY = \"rosebud-1941\"\r\nprint(KEY)\r\n",
        "\u{feff}from shield_secrets import get_secret\r\nKEY = get_secret(\"key\")\r\nprint(KEY)\r\n",
        0o644,
    ),
    (
        "run.py",
        "#!/usr/bin/env python3\nP = 'rosebud-1941'",
        "#!/usr/bin/env python3\nfrom shield_secrets import get_secret\nP = get_secret('p')",
        0o755,
    ),
    (
        "web/cfg.py",
        "Q = 'rosebud-1941'\n",
        "Q = get_secret('q')\n",
        0o444,
    ),
    (
        "web/é.py",
        "R = 'rosebud-1941'\n",
        "R = get_secret('r')\n",
        0o600,
    ),
];

/// The files that are made.
pub(crate) const MADE: [(&str, &str); 2] = [
    (
        "shield_secrets/__init__.py",
        "from .core import get_secret\n",
    ),
    ("shield_secrets/core.py", "def get_secret(name): ...\n"),
];

/// A file, or a folder without content.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    path: PathBuf,
    content: Option<Vec<u8>>,
    mode: u32,
}

/// A project, the folder of its runs, and the user's identity.
pub(crate) struct Place {
    /// Removed at the end; none in a child process, which does not own the folder.
    _owner: Option<TempDir>,
    pub(crate) root: PathBuf,
    pub(crate) state: PathBuf,
    pub(crate) identity: Identity,
}

impl Place {
    pub(crate) fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let place = Self::at(folder.path())?;
        for (name, before, _, mode) in CODE {
            put(&place.root.join(name), before)?;
            fs::set_permissions(place.root.join(name), fs::Permissions::from_mode(mode))?;
        }
        Ok(Self {
            _owner: Some(folder),
            ..place
        })
    }

    pub(crate) fn at(folder: &Path) -> Result<Self> {
        let folder = fs::canonicalize(folder)?;
        let (identity, _) = Identity::load_or_make(&folder.join("user/identity.txt"))?;
        Ok(Self {
            _owner: None,
            root: folder.join("project"),
            state: folder.join("user/state"),
            identity,
        })
    }

    pub(crate) fn archive(&self) -> Result<Archive<'_>> {
        Ok(Archive::new(&self.state, &self.root, &self.identity)?)
    }

    /// The journal of the first run.
    pub(crate) fn journal(&self) -> Result<String> {
        let project = fs::read_dir(&self.state)?.next().ok_or("no project")??;
        Ok(fs::read_to_string(project.path().join("1/journal.jsonl"))?)
    }

    /// What the first run has kept of an entry before that was replaced by a recovery, sorted.
    pub(crate) fn last_of(&self, index: usize) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for entry in WalkDir::new(&self.state) {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let (first, rest) = name.split_once('.').unwrap_or_default();
            if first == index.to_string() && rest.split('.').next_back() == Some("last") {
                let sealed = fs::read_to_string(entry.path())?;
                let content = self.identity.open(&sealed)?;
                all.push(String::from_utf8(content.to_vec())?);
            }
        }
        all.sort_unstable();
        Ok(all)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.root.join(".shield/store.age")
    }

    /// Everything below the project.
    pub(crate) fn image(&self) -> Result<Vec<Entry>> {
        let mut image = Vec::new();
        for entry in WalkDir::new(&self.root).sort_by_file_name() {
            let entry = entry?;
            let mode = entry.metadata()?.permissions().mode();
            let content = if entry.file_type().is_file() {
                Some(fs::read(entry.path())?)
            } else {
                None
            };
            image.push(Entry {
                path: entry.path().to_owned(),
                content,
                mode,
            });
        }
        Ok(image)
    }

    pub(crate) fn plan(&self) -> Result<FixPlan> {
        let mut plan = FixPlan::default();
        for (name, before, after, _) in CODE {
            let name_of = SecretName::of(name).ok_or("no name")?;
            plan.files.push(FileFix {
                path: name.into(),
                file: self.root.join(name),
                fixes: vec![Fix {
                    findings: vec![Fingerprint::of("p", name, None, 0, 0)],
                    title: String::new(),
                    applicability: Applicability::Safe,
                    requires: Requires::Capture,
                    edits: Vec::new(),
                    secret: name_of.clone(),
                }],
                imports: Vec::new(),
                places: fix::places("", &[], &[]),
                masked_before: String::new(),
                masked_after: String::new(),
                masks: Vec::new(),
                allowed: BTreeSet::new(),
                before: ContentHash::of(before.as_bytes()),
                after: after.to_owned(),
            });
            plan.deposits.push(Deposit {
                name: name_of,
                value: Secret::new(VALUE.to_owned()),
                labels: Vec::new(),
            });
        }
        for (name, content) in MADE {
            plan.wrappers.push(Wrapper {
                path: name.into(),
                file: self.root.join(name),
                before: None,
                content: content.to_owned().into(),
            });
        }
        Ok(plan)
    }

    /// Whether each file is what it was before, or what it is to be after.
    pub(crate) fn is_whole(&self) -> Result<bool> {
        for (name, before, after, _) in CODE {
            let now = fs::read_to_string(self.root.join(name))?;
            if now != before && now != after {
                return Ok(false);
            }
        }
        let made = |(name, content): &(&str, &str)| {
            fs::read_to_string(self.root.join(name)).map_or(true, |it| it == *content)
        };
        Ok(MADE.iter().all(made))
    }

    /// Begins, stores and writes, as a run does.
    pub(crate) fn fix(&self, archive: &Archive<'_>) -> Result<Written> {
        let plan = self.plan()?;
        let journal = fix::begin(&plan, &[self.store()], archive)?;
        put(&self.store(), "sealed")?;
        Ok(fix::write(&plan, journal)?)
    }
}

/// Writes a file and makes the folders above it.
pub(crate) fn put(path: &Path, content: &str) -> Result<()> {
    fs::create_dir_all(path.parent().ok_or("no folder")?)?;
    fs::File::create(path)?.write_all(content.as_bytes())?;
    Ok(())
}

pub(crate) fn fates(undone: &fix::Undone) -> Vec<(String, Fate)> {
    let name = |it: &Path| it.file_name().map(|it| it.to_string_lossy().into_owned());
    let files = undone.files.iter();
    files
        .map(|it| (name(&it.path).unwrap_or_default(), it.fate))
        .collect()
}

pub(crate) fn temporary_files(place: &Place) -> Vec<PathBuf> {
    let entries = WalkDir::new(&place.root).into_iter().flatten();
    let paths = entries.map(walkdir::DirEntry::into_path);
    paths
        .filter(|it| it.to_string_lossy().contains(".shield-"))
        .collect()
}

pub(crate) fn assert_no_temporary_files(place: &Place) {
    assert_eq!(temporary_files(place), Vec::<PathBuf>::new());
}
