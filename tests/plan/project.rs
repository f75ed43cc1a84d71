//! A project in a temporary folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use shield::detect::Detector;
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

use crate::ground;
pub(crate) use crate::ground::Result;

/// A project in a temporary folder, and the patterns of the fixtures.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) folder: TempDir,
    /// What is wished for besides the fixes.
    pub(crate) wishes: Wishes,
    identity: Identity,
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
        Ok(Self {
            root,
            wishes: Wishes::default(),
            folder,
            identity: Identity::generate(),
            patterns: ground::patterns()?,
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
        ground::sources(&self.root)
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

    /// What there is to fix once the file at `path` has been changed after the scan.
    pub(crate) fn plan_late(&self, path: &str, content: &str) -> Result<FixPlan> {
        let sources = self.sources()?;
        let (choices, least) = (Choices::default(), Applicability::Safe);
        let mut changed = Ok(());
        let plan = self.plan_between(&sources, &choices, least, || {
            changed = put(&self.root.join(path), content);
        });
        changed.map(|()| plan)
    }

    fn plan_with(&self, sources: &[SourceRef], choices: &Choices, least: Applicability) -> FixPlan {
        self.plan_between(sources, choices, least, || {})
    }

    fn plan_between(
        &self,
        sources: &[SourceRef],
        choices: &Choices,
        least: Applicability,
        between: impl FnOnce(),
    ) -> FixPlan {
        let detector = Detector::new(&self.patterns, source::MAX_FILE_SIZE);
        let scan = |it| detector.scan(it, &mut Vec::new()).findings;
        let findings: Vec<_> = sources.iter().flat_map(scan).collect();
        between();
        let options = fix::Options {
            least,
            root: self.root.clone(),
            wishes: self.wishes,
            choices: choices.clone(),
            taken: BTreeSet::new(),
            uncommitted: BTreeSet::new(),
        };
        fix::plan(&findings, &detector, &options)
    }

    /// Carries out `plan`, without a store.
    pub(crate) fn write(&self, plan: &FixPlan) -> Result<()> {
        let archive = self.archive()?;
        fix::write(plan, fix::begin(plan, &[], &archive)?)?;
        Ok(())
    }

    /// Undoes what was carried out.
    pub(crate) fn undo(&self) -> Result<()> {
        fix::rollback(None, &self.archive()?)?;
        Ok(())
    }

    fn archive(&self) -> Result<Archive<'_>> {
        let state = self.folder.path().join("state");
        Ok(Archive::new(&state, &self.root, &self.identity)?)
    }
}

/// The reason codes of what a plan leaves.
pub(crate) fn reasons(plan: &FixPlan) -> Vec<&'static str> {
    plan.skipped.iter().map(|it| it.reason.code()).collect()
}

/// Writes a file and makes the folders above it.
pub(crate) fn put(path: &Path, content: &str) -> Result<()> {
    ground::put(path, content.as_bytes())
}
