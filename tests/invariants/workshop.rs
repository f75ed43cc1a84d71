//! Projects in temporary folders, and what is planned for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use shield::detect::Detector;
use shield::finding::Finding;
use shield::finding::Fingerprint;
use shield::fix;
use shield::fix::Applicability;
use shield::fix::Archive;
use shield::fix::Choices;
use shield::fix::FixPlan;
use shield::fix::Wishes;
use shield::pattern::PatternSet;
use shield::seal::Identity;
use shield::source;
use shield::source::SourceRef;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::ground;
pub(crate) use crate::ground::Result;

/// Every file of a project by path, with its content and its mode.
pub(crate) type Image = BTreeMap<PathBuf, (Vec<u8>, bool)>;

/// The patterns of the golden cases.
static PATTERNS: LazyLock<PatternSet> =
    LazyLock::new(|| ground::patterns().expect("the patterns of the golden cases"));

static DETECTOR: LazyLock<Detector<'static>> =
    LazyLock::new(|| Detector::new(&PATTERNS, source::MAX_FILE_SIZE));

/// A project in a temporary folder.
pub(crate) struct Workshop {
    pub(crate) root: PathBuf,
    folder: TempDir,
    identity: Identity,
}

impl Workshop {
    /// A project with a file for each program: `p0.py`, `p1.py` and so on.
    pub(crate) fn of(programs: &[String]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("invariants").tempdir()?;
        let root = fs::canonicalize(folder.path())?.join("project");
        for (number, program) in programs.iter().enumerate() {
            let file = root.join(format!("p{number}.py"));
            ground::put(&file, program.as_bytes())?;
        }
        Ok(Self {
            root,
            folder,
            identity: Identity::generate(),
        })
    }

    /// The files of the project, by path.
    pub(crate) fn sources(&self) -> Result<Vec<SourceRef>> {
        ground::sources(&self.root)
    }

    /// What is found in the project.
    pub(crate) fn scan(&self) -> Result<Vec<Finding<'static>>> {
        let sources = self.sources()?;
        Ok(DETECTOR.scan_all(&sources, || {}).findings)
    }

    /// What there is to do about `findings`, when fixes must be at least so good.
    pub(crate) fn plan(&self, findings: &[Finding<'_>], least: Applicability) -> FixPlan {
        let options = fix::Options {
            least,
            root: self.root.clone(),
            wishes: Wishes::default(),
            choices: Choices::default(),
            taken: BTreeSet::new(),
            uncommitted: BTreeSet::new(),
        };
        fix::plan(findings, &DETECTOR, &options)
    }

    /// Carries out `plan`, without a store.
    pub(crate) fn write(&self, plan: &FixPlan) -> Result<()> {
        let archive = self.archive()?;
        let written = fix::write(plan, fix::begin(plan, &[], &archive)?)?;
        match written.skipped.len() {
            0 => Ok(()),
            left => Err(format!("{left} findings were left out").into()),
        }
    }

    /// Undoes what was carried out.
    pub(crate) fn undo(&self) -> Result<()> {
        fix::rollback(None, &self.archive()?)?;
        Ok(())
    }

    /// Where runs are kept.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn archive(&self) -> Result<Archive<'_>> {
        Ok(Archive::new(&self.state(), &self.root, &self.identity)?)
    }

    /// Every file as it is.
    pub(crate) fn image(&self) -> Result<Image> {
        let mut image = Image::new();
        for entry in WalkDir::new(&self.root) {
            let entry = entry?;
            if entry.file_type().is_file() {
                let readonly = entry.metadata()?.permissions().readonly();
                let content = fs::read(entry.path())?;
                image.insert(entry.path().to_owned(), (content, readonly));
            }
        }
        Ok(image)
    }
}

/// The findings that a plan fixes.
pub(crate) fn fixed(plan: &FixPlan) -> Vec<Fingerprint> {
    let fixes = plan.files.iter().flat_map(|it| &it.fixes);
    fixes.flat_map(|it| it.findings.iter().copied()).collect()
}

/// What a plan comes to: every file after it, every refusal and every stored name, in order.
pub(crate) fn gist(plan: &FixPlan) -> Vec<String> {
    let files = plan.files.iter();
    let mut gist: Vec<String> = files
        .map(|it| format!("{} {:?}", it.path, it.after))
        .collect();
    let mut skipped: Vec<String> = plan
        .skipped
        .iter()
        .map(|it| format!("{} {}", it.finding, it.reason.code()))
        .collect();
    skipped.sort();
    gist.extend(skipped);
    gist.extend(plan.deposits.iter().map(|it| it.name.to_string()));
    gist.extend(plan.wrappers.iter().map(|it| it.path.to_string()));
    gist
}
