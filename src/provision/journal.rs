//! What a run is about to do and has done, written down before and after each call; no values.
//!
//! A journal is a file of JSON lines that belongs to the user alone. Whatever was begun has the
//! token of its call in it, so a run that was killed goes on with the same one.

use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

use super::{About, Action, Address, Plan, ProvisionError, Step, Token, Version, Whereabouts};
use crate::seal::private;
use crate::seal::private::Readers;
use crate::secret::SecretName;
use crate::secret::StoreKind;

/// The version of the records.
const SCHEMA: u32 = 1;

/// The most that a journal may have: tens of thousands of steps.
const LIMIT: u64 = 64 * 1024 * 1024;

/// A line of a journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Record {
    /// A run begins.
    Open(Head),
    /// A call is about to be made.
    Begin(Begun),
    /// A call was made.
    Done {
        name: String,
        version: Option<Version>,
    },
    /// Everything was done.
    Closed {},
    /// A step was undone.
    Undone {
        name: String,
        /// The version that was brought back, and what the store calls it now.
        back: Option<(Version, Version)>,
    },
}

/// What a run is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    schema: u32,
    /// What the run is called.
    pub run: String,
    /// When it began, in UTC.
    pub started: String,
    /// The environment, in full.
    pub environment: String,
    /// The kind of its store.
    pub store: StoreKind,
    /// Where the store is.
    pub at: Whereabouts,
}

/// A call that was made, or was about to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// The secret.
    pub at: Address,
    /// What is done.
    pub action: Action,
    /// The word by which the store knows the call.
    pub token: Token,
    /// The version before.
    pub before: Option<Version>,
    /// What the store knew of it before.
    pub about: Option<About>,
}

/// A run, as far as its journal tells.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it is about.
    pub head: Head,
    /// The calls, in order, and the version each has made if it is known to be done.
    pub steps: Vec<(Begun, Option<Version>)>,
    /// Whether all was done.
    pub closed: bool,
    /// Whether all was undone.
    pub undone: bool,
    /// Versions that were brought back: of which secret, which one, and what it is called now.
    pub back: Vec<(String, Version, Version)>,
}

/// The journals of a project.
#[derive(Debug, Clone)]
pub struct Journals {
    folder: PathBuf,
}

/// The journal of a run that goes on.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: Mutex<File>,
    /// What the run is called.
    pub run: String,
    /// Calls that an earlier part of the run has begun, and what it has noted of their end.
    begun: BTreeMap<SecretName, (Begun, Option<Version>)>,
}

impl Journals {
    /// Those of the project whose root is `root`, below the folder `state` of the user.
    #[must_use]
    pub fn new(state: &Path, root: &Path) -> Self {
        let real = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        let digest = Sha256::digest(real.as_os_str().as_encoded_bytes());
        let start = digest.first_chunk().copied().unwrap_or_default();
        let project = format!("{:016x}", u64::from_be_bytes(start));
        Self {
            folder: state.join("provision").join(project),
        }
    }

    /// The runs, the newest first.
    ///
    /// # Errors
    ///
    /// Fails when a journal cannot be read.
    pub fn runs(&self) -> Result<Vec<Run>, ProvisionError> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Ok(Vec::new());
        };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|it| it.ok().map(|it| it.path()))
            .filter(|it| it.extension().is_some_and(|it| it == "jsonl"))
            .collect();
        paths.sort();
        paths
            .iter()
            .rev()
            .filter_map(|it| run(it).transpose())
            .collect()
    }

    /// The run of that name.
    ///
    /// # Errors
    ///
    /// Fails when there is none, or its journal cannot be read.
    pub fn run(&self, name: &str) -> Result<Run, ProvisionError> {
        let found = self.runs()?.into_iter().find(|it| it.head.run == name);
        found.ok_or_else(|| ProvisionError::NoRun(name.to_owned()))
    }

    /// The last run in the place of `plan`, if it was stopped.
    ///
    /// # Errors
    ///
    /// Fails when the journal cannot be written.
    pub fn stopped(&self, plan: &Plan) -> Result<Option<Journal>, ProvisionError> {
        let same = |it: &Run| it.head.environment == plan.environment && it.head.at == plan.at;
        let last = self.runs()?.into_iter().find(same);
        let Some(run) = last.filter(|it| !it.closed && !it.undone) else {
            return Ok(None);
        };
        let begun = run.steps.into_iter();
        let begun = begun.map(|it| (it.0.at.name.clone(), it));
        self.open(run.head.run, begun.collect()).map(Some)
    }

    /// Begins the run of `plan`, or goes on with one that was stopped in the same environment.
    ///
    /// # Errors
    ///
    /// Fails when the journal cannot be written.
    pub fn begin(&self, plan: &Plan) -> Result<Journal, ProvisionError> {
        private::make_folder(&self.folder)?;
        if let Some(stopped) = self.stopped(plan)? {
            return Ok(stopped);
        }
        let now = jiff::Timestamp::now();
        let unique: String = Token::random().0.chars().take(8).collect();
        let run = format!("{}-{unique}", now.strftime("%Y%m%dT%H%M%S%6f"));
        private::create(&self.path_of(&run), b"")?;
        let journal = self.open(run.clone(), BTreeMap::new())?;
        journal.write(&Record::Open(Head {
            schema: SCHEMA,
            run,
            started: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            environment: plan.environment.clone(),
            store: plan.store,
            at: plan.at.clone(),
        }))?;
        Ok(journal)
    }

    /// Goes on with the journal of `run`, to note what is undone.
    ///
    /// # Errors
    ///
    /// Fails when the journal cannot be written.
    pub fn reopen(&self, run: &Run) -> Result<Journal, ProvisionError> {
        self.open(run.head.run.clone(), BTreeMap::new())
    }

    fn path_of(&self, run: &str) -> PathBuf {
        self.folder.join(format!("{run}.jsonl"))
    }

    fn open(
        &self,
        run: String,
        begun: BTreeMap<SecretName, (Begun, Option<Version>)>,
    ) -> Result<Journal, ProvisionError> {
        let path = self.path_of(&run);
        let failed = |error: &std::io::Error| unusable(&path, error);
        // What was cut short is no line, and must not become part of the next one.
        let text = private::read(&path, LIMIT, Readers::Nobody)?;
        let whole = text.map_or(0, |it| it.rfind('\n').map_or(0, |end| end + 1));
        let file = OpenOptions::new()
            .append(true)
            .open(&path)
            .map_err(|it| failed(&it))?;
        file.set_len(whole as u64).map_err(|it| failed(&it))?;
        Ok(Journal {
            path,
            file: Mutex::new(file),
            run,
            begun,
        })
    }
}

impl Journal {
    /// What is done for `step`: a secret that was half made when the run was stopped is made.
    pub(super) fn goes_on(&self, step: &Step) -> Action {
        let begun = self.open_calls().find(|it| it.at == step.at);
        let is_half = step.action == Action::AddVersion && step.seen.is_none();
        begun
            .filter(|it| is_half && it.action == Action::Create)
            .map_or(step.action, |it| it.action)
    }

    /// The token for a call: the one it had when the run was stopped, or a new one.
    pub(super) fn token(&self, at: &Address, action: Action) -> Token {
        let known = self.begun.get(&at.name);
        known
            .filter(|(it, _)| it.action == action && it.at == *at)
            .map_or_else(Token::random, |(it, _)| it.token.clone())
    }

    /// The calls that an earlier part of the run has begun, and of which it is not known whether
    /// they have made a version.
    pub(super) fn open_calls(&self) -> impl Iterator<Item = &Begun> {
        let open = self.begun.values().filter(|(_, made)| made.is_none());
        open.map(|(it, _)| it)
            .filter(|it| matches!(it.action, Action::Create | Action::AddVersion))
    }

    /// Notes that a call is about to be made.
    pub(super) fn begin(&self, begun: Begun) -> Result<(), ProvisionError> {
        self.write(&Record::Begin(begun))
    }

    /// Notes that a call was made.
    pub(super) fn done(
        &self,
        name: &SecretName,
        version: Option<Version>,
    ) -> Result<(), ProvisionError> {
        let name = name.to_string();
        self.write(&Record::Done { name, version })
    }

    /// Notes that all was done.
    ///
    /// # Errors
    ///
    /// Fails when the journal cannot be written.
    pub fn close(&self) -> Result<(), ProvisionError> {
        self.write(&Record::Closed {})
    }

    /// Notes that a step was undone.
    pub(super) fn undone(
        &self,
        name: &SecretName,
        back: Option<(Version, Version)>,
    ) -> Result<(), ProvisionError> {
        let name = name.to_string();
        self.write(&Record::Undone { name, back })
    }

    /// Writes a line that survives a loss of power.
    fn write(&self, record: &Record) -> Result<(), ProvisionError> {
        let failed = |error: &dyn std::fmt::Display| unusable(&self.path, error);
        let mut line = serde_json::to_vec(record).map_err(|it| failed(&it))?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&line)
            .and_then(|()| file.sync_data())
            .map_err(|it| failed(&it))
    }
}

/// The journal at `path` is of no use.
fn unusable(path: &Path, why: &dyn std::fmt::Display) -> ProvisionError {
    ProvisionError::Journal {
        path: path.to_owned(),
        what: format!("cannot be used: {why}"),
    }
}

/// Reads a journal; nothing when its run was stopped before it began.
fn run(path: &Path) -> Result<Option<Run>, ProvisionError> {
    let Some(text) = private::read(path, LIMIT, Readers::Nobody)? else {
        return Ok(None);
    };
    let mut run: Option<Run> = None;
    let mut undone = 0;
    // The last line may have been cut short when the run was killed.
    let whole = text.rsplit_once('\n').map_or("", |(it, _)| it);
    for (number, line) in whole.lines().enumerate() {
        let record: Record = serde_json::from_str(line).map_err(|_damaged| {
            let what = format!("is damaged in line {}", number + 1);
            let path = path.to_owned();
            ProvisionError::Journal { path, what }
        })?;
        match (record, &mut run) {
            (Record::Open(head), None) => {
                run = Some(Run {
                    head,
                    steps: Vec::new(),
                    closed: false,
                    undone: false,
                    back: Vec::new(),
                });
            }
            (Record::Begin(begun), Some(run)) => {
                run.steps
                    .retain(|(it, _)| it.at != begun.at || it.token != begun.token);
                run.steps.push((begun, None));
            }
            (Record::Done { name, version }, Some(run)) => {
                let mut steps = run.steps.iter_mut().rev();
                if let Some((_, made)) = steps.find(|(it, _)| it.at.name.as_str() == name) {
                    *made = version;
                }
            }
            (Record::Closed {}, Some(run)) => run.closed = true,
            (Record::Undone { name, back }, Some(run)) => {
                run.back.extend(back.map(|(was, is)| (name, was, is)));
                undone += 1;
                run.undone = undone >= run.steps.len();
            }
            (Record::Open(_), Some(_)) | (_, None) => {
                let what = "does not begin with a run".to_owned();
                let path = path.to_owned();
                return Err(ProvisionError::Journal { path, what });
            }
        }
    }
    Ok(run)
}
