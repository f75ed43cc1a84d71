//! A project in a temporary folder.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;
use shield::detect::Detector;
use shield::finding::Fingerprint;
use shield::fix;
use shield::fix::Applicability;
use shield::fix::Archive;
use shield::fix::Choices;
use shield::fix::FixPlan;
use shield::fix::Wishes;
use shield::pattern;
use shield::pattern::PatternSet;
use shield::seal::Identity;
use shield::source;
use shield::source::Archives;
use shield::source::IgnoreFiles;
use shield::source::SourceRef;
use tempfile::TempDir;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A project in a temporary folder, and the patterns of the fixtures.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) folder: TempDir,
    patterns: PatternSet,
}

impl Project {
    /// A project with these files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("plan").tempdir()?;
        let root = fs::canonicalize(folder.path())?.join("project");
        for (path, content) in files {
            put(&root.join(path), content)?;
        }
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fixes/patterns");
        let mut options = pattern::Options::default();
        let builtin = PatternSet::load(&options)?;
        options.disabled = builtin.iter().map(|it| it.id().to_owned()).collect();
        options.folders = vec![Utf8PathBuf::try_from(fixtures)?];
        Ok(Self {
            root,
            folder,
            patterns: PatternSet::load(&options)?,
        })
    }

    /// What there is to fix in everything that lies in the project.
    pub(crate) fn plan(&self) -> Result<FixPlan> {
        self.plan_chosen(&Choices::default())
    }

    /// The same after some choices.
    pub(crate) fn plan_chosen(&self, choices: &Choices) -> Result<FixPlan> {
        Ok(self.plan_with(&self.sources()?, choices, Applicability::Safe))
    }

    /// What there is to fix in everything, with fixes that are trusted at least so far.
    pub(crate) fn plan_at(&self, least: Applicability) -> Result<FixPlan> {
        Ok(self.plan_with(&self.sources()?, &Choices::default(), least))
    }

    /// Everything that lies in the project.
    fn sources(&self) -> Result<Vec<SourceRef>> {
        let listing = source::enumerate(&source::Options {
            paths: vec![self.root.clone()],
            ignore_files: IgnoreFiles::Respect,
            exclude: Vec::new(),
            max_file_size: source::MAX_FILE_SIZE,
            archives: Archives::Skip,
        })?;
        let mut sources = listing.sources;
        for at in &mut sources {
            let below = at.file.strip_prefix(&self.root)?.to_owned();
            at.path = Utf8PathBuf::try_from(below)?;
        }
        Ok(sources)
    }

    /// The texts of the files with a finding that `plan` leaves for the reason with this code.
    pub(crate) fn texts_with(&self, plan: &FixPlan, code: &str) -> Result<Vec<String>> {
        let skipped = plan.skipped.iter().filter(|it| it.reason.code() == code);
        let kept: BTreeSet<Fingerprint> = skipped.map(|it| it.finding).collect();
        if kept.is_empty() {
            return Ok(Vec::new());
        }
        let detector = Detector::new(&self.patterns, source::MAX_FILE_SIZE);
        let mut texts = Vec::new();
        for at in self.sources()? {
            let found = detector.scan(&at, &mut Vec::new()).findings;
            if found.iter().any(|it| kept.contains(&it.fingerprint)) {
                texts.push(fs::read_to_string(&at.file)?);
            }
        }
        Ok(texts)
    }

    /// What there is to fix in some files.
    pub(crate) fn plan_of(&self, sources: &[SourceRef]) -> FixPlan {
        self.plan_with(sources, &Choices::default(), Applicability::Safe)
    }

    fn plan_with(&self, sources: &[SourceRef], choices: &Choices, least: Applicability) -> FixPlan {
        let detector = Detector::new(&self.patterns, source::MAX_FILE_SIZE);
        let scan = |it| detector.scan(it, &mut Vec::new()).findings;
        let findings: Vec<_> = sources.iter().flat_map(scan).collect();
        let options = fix::Options {
            least,
            root: self.root.clone(),
            wishes: Wishes::default(),
            choices: choices.clone(),
            taken: BTreeSet::new(),
            uncommitted: BTreeSet::new(),
        };
        fix::plan(&findings, &detector, &options)
    }

    /// Carries out `plan`, without a store.
    pub(crate) fn write(&self, plan: &FixPlan) -> Result<()> {
        let identity = Identity::generate();
        let state = self.folder.path().join("state");
        let archive = Archive::new(&state, &self.root, &identity)?;
        fix::write(plan, fix::begin(plan, &[], &archive)?)?;
        Ok(())
    }
}

/// The reason codes of what a plan leaves.
pub(crate) fn reasons(plan: &FixPlan) -> Vec<&'static str> {
    plan.skipped.iter().map(|it| it.reason.code()).collect()
}

/// Writes a file and makes the folders above it.
pub(crate) fn put(path: &Path, content: &str) -> Result<()> {
    fs::create_dir_all(path.parent().ok_or("no folder")?)?;
    fs::File::create(path)?.write_all(content.as_bytes())?;
    Ok(())
}
