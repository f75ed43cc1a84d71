//! Command line, settings file and defaults, merged into the options of every stage.

mod error;
mod file;
mod overview;
mod pyproject;

pub use error::SettingsError;
pub use file::{are_in_pyproject, file_in};
pub use overview::Flags;
pub use overview::Setting;
pub use overview::overview;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;
use etcetera::BaseStrategy as _;

use crate::fix;
use crate::fix::Applicability;
use crate::fix::Choices;
use crate::fix::MakeExample;
use crate::fix::Reach;
use crate::fix::TidyImports;
use crate::fix::Wishes;
use crate::fix::WriteGuide;
use crate::manifest;
use crate::notice::Notice;
use crate::pattern;
use crate::report;
use crate::report::Charset;
use crate::report::Color;
use crate::report::Format;
use crate::report::Intent;
use crate::report::ShowDiff;
use crate::report::ShowSuppressed;
use crate::report::Style;
use crate::risk::Level;
use crate::secret::StoreKind;
use crate::source;
use crate::source::Archives;
use crate::source::IgnoreFiles;
use crate::source::Selection;
use crate::source::Shard;

/// The name of the settings file.
pub const FILE_NAME: &str = "shield.yaml";

/// The width of a report where no terminal tells another.
const WIDTH: usize = 100;

/// What was asked for on the command line.
#[derive(Debug, Clone)]
pub struct Request {
    /// Files and folders to scan; the current folder when empty.
    pub paths: Vec<PathBuf>,
    /// Which of their contents is scanned.
    pub selection: Selection,
    /// Which part of the texts; all of them when absent.
    pub shard: Option<Shard>,
    /// Which findings are known.
    pub known: Known,
    /// The form of the report.
    pub format: Format,
    /// Where the report goes; standard output when absent.
    pub output: Option<PathBuf>,
    /// From which level on findings fail the run.
    pub fail_on: Option<FailOn>,
    /// From which level on findings are listed.
    pub level: Option<Level>,
    /// Folders of the user's own pattern files.
    pub patterns: Vec<Utf8PathBuf>,
    /// Whether ignore files count.
    pub ignore_files: IgnoreFiles,
    /// Whether archives are looked into.
    pub archives: Archives,
    /// Whether what earlier runs know of files counts.
    pub cache: UseCache,
    /// Whether suppressed findings are told.
    pub suppressed: ShowSuppressed,
    /// What becomes of the plan.
    pub mode: Mode,
    /// The least a fix must be for it to be written.
    pub least: Applicability,
    /// What changes beside the code.
    pub beside: Beside,
    /// What was decided about single findings.
    pub choices: Choices,
    /// Whether files may change that git does not have as they are.
    pub uncommitted: Uncommitted,
    /// Where the values go.
    pub target: Target,
    /// Whether the report may have colours.
    pub color: Color,
    /// What the report is drawn with.
    pub charset: Charset,
}

impl Request {
    /// A request for all that is found below `paths`, and nothing else.
    #[must_use]
    pub fn plain(paths: Vec<PathBuf>) -> Self {
        Self {
            paths,
            selection: Selection::Files,
            shard: None,
            known: Known::default(),
            format: Format::Human,
            output: None,
            fail_on: None,
            level: None,
            patterns: Vec::new(),
            ignore_files: IgnoreFiles::Respect,
            archives: Archives::Skip,
            cache: UseCache::Yes,
            suppressed: ShowSuppressed::No,
            mode: Mode::Report,
            least: Applicability::Safe,
            beside: Beside::default(),
            choices: Choices::default(),
            uncommitted: Uncommitted::Leave,
            target: Target::Local,
            color: Color::Off,
            charset: Charset::Ascii,
        }
    }
}

/// What changes beside the code, as far as the command line says, or the settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beside {
    /// Which files beside the code may change.
    pub reach: Option<Reach>,
    /// Whether an example of settings is made where there is none.
    pub example: MakeExample,
    /// When the guide is written.
    pub guide: Option<WriteGuide>,
    /// What becomes of imports that fixes leave without a use.
    pub tidy: TidyImports,
    /// The store that the code can be told to read.
    pub backend: Option<StoreKind>,
}

impl Beside {
    /// The same with what the settings file says, where the command line says nothing.
    fn wishes(self, file: Self) -> Wishes {
        Wishes {
            reach: self.reach.or(file.reach).unwrap_or_default(),
            example: self.example,
            guide: self.guide.or(file.guide).unwrap_or_default(),
            tidy: self.tidy,
            backend: self.backend.or(file.backend).unwrap_or_default(),
        }
    }
}

/// Whether what earlier runs know of files counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseCache {
    /// Files without findings are not scanned again while they stay as they are.
    Yes,
    /// Every file is scanned, and nothing is kept.
    No,
}

/// Which findings are known, and let be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Known {
    /// Those of the baseline of the project, if it has one.
    #[default]
    Project,
    /// Those of this baseline.
    File(PathBuf),
    /// None.
    Nothing,
}

/// What becomes of the plan of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// There is none: what is found is told.
    Find,
    /// It is told.
    Report,
    /// Its diff is shown.
    Diff,
    /// It is carried out.
    Fix,
    /// A person goes through it, and what is left of it is carried out.
    Review,
}

impl Mode {
    /// Whether files are changed.
    #[must_use]
    pub fn writes(self) -> bool {
        match self {
            Self::Fix | Self::Review => true,
            Self::Find | Self::Report | Self::Diff => false,
        }
    }
}

/// Whether a fix may change files that git has neither committed nor staged as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncommitted {
    /// It leaves them.
    Leave,
    /// It changes them like others.
    Change,
}

/// Where the values go that leave the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Into the local store.
    Local,
    /// Into the store of an environment of the manifest.
    Environment {
        /// The kind that was asked for.
        store: StoreKind,
        /// The environment; the only one of the manifest when absent.
        name: Option<String>,
    },
}

/// From which level on findings fail a run.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Any finding.
    Low,
    /// Medium and worse.
    Medium,
    /// High and worse.
    High,
    /// Critical only.
    Critical,
    /// No finding.
    Never,
}

impl FailOn {
    /// The least level that fails a run.
    #[must_use]
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Low => Some(Level::Low),
            Self::Medium => Some(Level::Medium),
            Self::High => Some(Level::High),
            Self::Critical => Some(Level::Critical),
            Self::Never => None,
        }
    }
}

/// The options of every stage.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which texts to read.
    pub sources: source::Options,
    /// Which of their contents.
    pub selection: Selection,
    /// Which part of them; all when absent.
    pub shard: Option<Shard>,
    /// Which findings are known.
    pub known: Known,
    /// Which patterns to run.
    pub patterns: pattern::Options,
    /// What may be planned.
    pub fix: fix::Options,
    /// How to write the report.
    pub report: report::Options,
    /// Where the report goes; standard output when absent.
    pub output: Option<PathBuf>,
    /// From which level on findings fail the run.
    pub fail_on: FailOn,
    /// What becomes of the plan.
    pub mode: Mode,
    /// Whether files may change that git does not have as they are.
    pub uncommitted: Uncommitted,
    /// Where the values go.
    pub target: Target,
    /// Where things are.
    pub places: Places,
    /// What reading the settings has survived.
    pub notices: Vec<Notice>,
    /// The folder of what is known of files; nothing when it shall not count.
    pub cache: Option<PathBuf>,
}

/// Where things are that do not lie below the paths that are scanned.
#[derive(Debug, Clone)]
pub struct Places {
    /// The root of the project: the nearest folder with `.git`, `shield.yaml` or
    /// `shield.secrets.yaml` in it.
    pub root: PathBuf,
    /// The user's age identity.
    pub identity: PathBuf,
    /// The folder of journals.
    pub state: PathBuf,
    /// The folder of caches.
    pub cache: PathBuf,
}

impl Places {
    /// Finds them for the project that `path` lies in.
    ///
    /// # Errors
    ///
    /// Fails when the user has no home folder.
    pub fn find(path: &Path) -> Result<Self, SettingsError> {
        let strategy =
            etcetera::choose_base_strategy().map_err(|it| SettingsError::NoHome(Box::new(it)))?;
        let state = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
        Ok(Self {
            root: project_root(path),
            identity: strategy.config_dir().join("shield").join("identity.txt"),
            state: state.join("shield"),
            cache: strategy.cache_dir().join("shield"),
        })
    }
}

impl Settings {
    /// Whether there is a plan: nothing else than files on a disk can be changed.
    #[must_use]
    pub fn plans(&self) -> bool {
        self.mode != Mode::Find && self.selection.is_on_disk()
    }

    /// Merges a request with the settings of the project and the defaults.
    ///
    /// # Errors
    ///
    /// Fails when the settings file is wrong.
    pub fn merge(request: Request) -> Result<Self, SettingsError> {
        if request.mode.writes() && !request.selection.is_on_disk() {
            return Err(SettingsError::NotOnDisk);
        }
        let first = request.paths.first();
        let places = Places::find(first.map_or(Path::new("."), |it| it))?;
        let paths = paths(&request, &places.root);
        let file = file::SettingsFile::load(&places.root, &request.selection)?;
        let fail_on = request.fail_on.or(file.fail_on).unwrap_or(FailOn::High);
        // Whoever fails over a finding sees it.
        let all = (fail_on == FailOn::Low).then_some(Level::Low);
        let level = request.level.or(file.level).or(all);
        let report = report_options(&request, level);
        let folders = [file.pattern_folders, request.patterns].concat();
        Ok(Self {
            sources: source::Options {
                paths,
                ignore_files: request.ignore_files,
                exclude: file.exclude,
                max_file_size: file.max_file_size.unwrap_or(source::MAX_FILE_SIZE),
                archives: request.archives,
            },
            selection: request.selection,
            shard: request.shard,
            known: request.known,
            patterns: pattern::Options {
                folders,
                disabled: file.disable,
                ..pattern::Options::default()
            },
            fix: fix::Options {
                least: request.least,
                root: places.root.clone(),
                wishes: request.beside.wishes(file.beside),
                choices: request.choices,
                taken: BTreeSet::new(),
                uncommitted: BTreeSet::new(),
            },
            report,
            output: request.output,
            fail_on,
            mode: request.mode,
            target: request.target,
            uncommitted: request.uncommitted,
            cache: (request.cache == UseCache::Yes).then(|| places.cache.clone()),
            places,
            notices: file.notices,
        })
    }
}

/// The nearest folder at or above `path` with `.git`, `shield.yaml` or `shield.secrets.yaml` in
/// it; without one, the folder that `path` is or lies in.
fn project_root(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let resolved = absolute.canonicalize().unwrap_or(absolute);
    let folder = if resolved.is_dir() {
        resolved.as_path()
    } else {
        resolved.parent().unwrap_or(&resolved)
    };
    let marks = [".git", FILE_NAME, manifest::FILE_NAME];
    let marked = |it: &&Path| marks.iter().any(|mark| it.join(mark).exists());
    let root = folder.ancestors().find(marked).unwrap_or(folder);
    root.to_path_buf()
}

/// How the report is written.
fn report_options(request: &Request, level: Option<Level>) -> report::Options {
    let color = match request.output {
        Some(_) => Color::Off,
        None => request.color,
    };
    report::Options {
        format: request.format,
        suppressed: request.suppressed,
        level,
        diff: match request.mode {
            Mode::Diff => ShowDiff::Yes,
            Mode::Find | Mode::Report | Mode::Fix | Mode::Review => ShowDiff::No,
        },
        intent: match request.mode {
            Mode::Fix | Mode::Review => Intent::Apply,
            Mode::Find | Mode::Report | Mode::Diff => Intent::Tell,
        },
        shard: request.shard,
        style: Style {
            color,
            charset: request.charset,
            width: width(),
        },
    }
}

/// The paths to scan, of those that were asked for.
fn paths(request: &Request, root: &Path) -> Vec<PathBuf> {
    match request.selection {
        _ if !request.paths.is_empty() => request.paths.clone(),
        Selection::Files => vec![PathBuf::from(".")],
        // A change is one thing, wherever in the project one stands.
        Selection::Staged | Selection::Since(_) | Selection::Range(_) | Selection::History(_) => {
            vec![up_to(root)]
        }
    }
}

/// The way from the current folder up to `root`.
fn up_to(root: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|it| it.canonicalize());
    let below = here.as_deref().map(|it| it.strip_prefix(root));
    match below {
        Ok(Ok(below)) if below.as_os_str().is_empty() => PathBuf::from("."),
        Ok(Ok(below)) => below.iter().map(|_| "..").collect(),
        Ok(Err(_)) | Err(_) => root.to_path_buf(),
    }
}

/// How many columns a report may have.
fn width() -> usize {
    #[expect(clippy::disallowed_methods, reason = "settings read the environment")]
    let columns = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    columns
        .or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
        .unwrap_or(WIDTH)
        .clamp(40, 160)
}
