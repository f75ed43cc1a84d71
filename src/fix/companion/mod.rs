//! Files beside the code that change with it: examples of settings, manifests, the guide.
//!
//! They are part of the plan as the code is: shown before they are written, kept in the journal,
//! put back with the run. An editor here only ever adds, and holds what it made to what it meant
//! by reading both again; where that cannot be, the plan has a hint instead of an edit.

mod compose;
mod dependency;
mod example;
mod fact;
mod guide;
mod ignored;
mod image;
mod manifest;
mod package_json;
mod packages;
mod page;
mod pyproject;
mod requirements;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;

use super::shown::Secrets;
use super::{ContentHash, FixPlan, Options};
use crate::detect::Detector;
use crate::secret::StoreKind;

pub(super) use fact::{Fact, Need};
use page::Pages;

/// What is wished for besides the fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wishes {
    /// Which files beside the code may change.
    pub reach: Reach,
    /// Whether an example of settings is made where there is none.
    pub example: MakeExample,
    /// When the guide is written.
    pub guide: WriteGuide,
    /// What becomes of imports that fixes leave without a use.
    pub tidy: TidyImports,
    /// The store that the code can be told to read.
    pub backend: StoreKind,
}

/// What becomes of imports of the environment that fixes leave without a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TidyImports {
    /// They go, where no other file can need them.
    Yes,
    /// They stay, unless the file would not compile with them.
    #[default]
    No,
}

/// Which files beside the code may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// All that are known.
    #[default]
    All,
    /// None.
    CodeOnly,
}

/// Whether an example of settings is made where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MakeExample {
    /// It is made.
    Yes,
    /// It is not; those that are there are added to.
    #[default]
    No,
}

/// When the guide is written.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    clap::ValueEnum,
    serde::Deserialize,
    serde::Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum WriteGuide {
    /// When values were stored: from then on a checkout needs something that it did not before.
    #[default]
    WhenStored,
    /// With every fix.
    Always,
    /// Never.
    Never,
}

/// A file beside the code that changes with it, or is made.
#[derive(Debug, Clone)]
pub struct Companion {
    /// The file, as reports name it.
    pub path: Utf8PathBuf,
    /// Where it is.
    pub file: PathBuf,
    /// What is done, each in the imperative: "name `STRIPE_KEY`".
    pub titles: Vec<String>,
    /// The hash of what is there now; absent when the file is made.
    pub before: Option<ContentHash>,
    /// The file before, masked: what reporters show.
    pub masked_before: String,
    /// The file after, masked.
    pub masked_after: String,
    /// The file after.
    pub after: String,
}

/// What a person should know or do, since no edit does it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hint {
    /// The file that it is about, as reports name it.
    pub path: Utf8PathBuf,
    /// What there is to know.
    pub kind: HintKind,
}

impl Hint {
    /// The wrapper at `path` is somebody's own by now.
    pub(super) fn changed_wrapper(path: Utf8PathBuf) -> Self {
        Self {
            path,
            kind: HintKind::WrapperChanged,
        }
    }

    /// The file at `path` was part of the wrapper once.
    pub(super) fn left_over(path: Utf8PathBuf) -> Self {
        Self {
            path,
            kind: HintKind::WrapperLeftOver,
        }
    }
}

/// What a person should know or do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum HintKind {
    /// The file cannot be added to.
    #[error("{reason}, so it stays as it is; add by hand: {}", .lines.join(", "))]
    ByHand {
        /// Why.
        reason: Unedited,
        /// What belongs into it.
        lines: Vec<String>,
    },
    /// What a tool has worked out from a manifest lacks the new dependency.
    #[error("it does not have the new dependency yet: run `{command}`")]
    Lock {
        /// The command that makes it again.
        command: &'static str,
    },
    /// A tool has made the file from one that was added to.
    #[error("a tool made it from {from}: have it made again")]
    MakeAgain {
        /// The file it is made from, as reports name it.
        from: String,
    },
    /// Settings with values are in the repository.
    #[error(
        "git tracks it, so everybody who has the repository has its values; nothing is ever \
             written to it"
    )]
    TrackedSettings,
    /// A person has changed the wrapper, and this shield would write another one.
    #[error(
        "it was changed by hand, so it stays, and is not what this shield would write; delete it \
             to have it made anew"
    )]
    WrapperChanged,
    /// An older shield wrote it, and the wrapper of this one does without.
    #[error("an older shield wrote it, and nothing needs it any more: delete it")]
    WrapperLeftOver,
    /// The store is not shared with anybody.
    #[error("git ignores it, so the values stay on this machine; let it be committed")]
    StoreIgnored,
    /// The code can read a store now, and nobody has put anything there.
    #[error(
        "it reads {} once SECRETS_BACKEND is `{}`; nothing was made there, so put the secrets \
             there first: `shield provision plan` tells what is missing",
        .0.title(), .0.word()
    )]
    NothingProvisioned(StoreKind),
}

impl HintKind {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ByHand { .. } => "by-hand",
            Self::Lock { .. } => "lock",
            Self::MakeAgain { .. } => "make-again",
            Self::TrackedSettings => "tracked-settings",
            Self::WrapperChanged => "wrapper-changed",
            Self::WrapperLeftOver => "wrapper-left-over",
            Self::StoreIgnored => "store-ignored",
            Self::NothingProvisioned(_) => "nothing-provisioned",
        }
    }
}

/// Why a file beside the code stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Unedited {
    /// It is a link, has several names, or is something else than a file.
    #[error("it is a link, or has several names")]
    NotPlain,
    /// It is too large, or not UTF-8.
    #[error("it is too large, or not UTF-8")]
    Unreadable,
    /// The run changes it already.
    #[error("the run changes it already")]
    Taken,
    /// Git has it neither committed nor staged as it is now.
    #[error("git does not have it as it is now")]
    Uncommitted,
    /// A tool has written it, from a file that is not there.
    #[error("a tool has written it")]
    Generated,
    /// Every package in it needs a hash.
    #[error("every package in it needs a hash")]
    Hashed,
    /// Something else decides what the project depends on.
    #[error("its dependencies are dynamic")]
    Dynamic,
    /// Pipenv adds to it and its lock at once.
    #[error("pipenv writes it")]
    Pipfile,
    /// The variables are shared through an anchor.
    #[error("the environment is shared through an anchor")]
    Shared,
    /// The variables stand in braces or brackets.
    #[error("the environment is written on one line")]
    Flow,
    /// The variables come from a file.
    #[error("the environment comes from a file")]
    EnvFile,
    /// No variables are set.
    #[error("no environment is set there")]
    NoEnvironment,
    /// It copies the code by name, and the wrapper has another.
    #[error("it names what it copies")]
    Copies,
    /// Several services, or none for certain, run the code.
    #[error("it is not certain that the service runs the code")]
    Unsure,
    /// A person has written it, or changed what shield wrote.
    #[error("it is yours")]
    Yours,
    /// It is written in a way that is not added to.
    #[error("it is written in a way that is not added to")]
    Form,
}

/// Plans what changes beside the code, for a plan whose code is settled.
pub(super) fn add(
    plan: &mut FixPlan,
    facts: &[Fact],
    options: &Options,
    (root, detector, secrets): (&Path, &Detector<'_>, &Secrets),
) {
    let wishes = options.wishes;
    let hints = store::hints(facts, wishes.backend);
    if wishes.reach == Reach::CodeOnly || facts.is_empty() {
        plan.hints = hints.into_iter().collect();
        return;
    }
    let mut desk = Desk {
        root,
        facts,
        wishes,
        pages: Pages::new(
            plan.files.iter().map(|it| it.file.clone()).collect(),
            options.uncommitted.clone(),
        ),
        hints,
    };
    packages::add(&mut desk);
    dependency::add(&mut desk);
    compose::add(&mut desk);
    image::add(&mut desk);
    example::add(&mut desk);
    manifest::add(&mut desk);
    ignored::add(&mut desk);
    guide::add(&mut desk);
    plan.companions = desk.pages.finish(detector, secrets);
    desk.hints.extend(std::mem::take(&mut plan.hints));
    plan.hints = desk.hints.into_iter().collect();
}

/// What the editors work on.
struct Desk<'a> {
    /// The project, without links in its path.
    root: &'a Path,
    facts: &'a [Fact],
    wishes: Wishes,
    pages: Pages,
    hints: BTreeSet<Hint>,
}

impl Desk<'_> {
    /// Tells what a person should do with a file.
    fn hint(&mut self, path: Utf8PathBuf, kind: HintKind) {
        self.hints.insert(Hint { path, kind });
    }
}

/// The facts by the file that `place` finds for each; those without one are left out.
fn by_place(
    facts: &[Fact],
    place: impl Fn(&Fact) -> Option<PathBuf>,
) -> BTreeMap<PathBuf, Vec<&Fact>> {
    let mut places: BTreeMap<PathBuf, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        if let Some(at) = place(fact) {
            places.entry(at).or_default().push(fact);
        }
    }
    places
}
