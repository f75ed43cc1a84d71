//! What would change, as far as other forms of a report tell it.

use std::collections::{BTreeMap, BTreeSet};

use super::position;
use super::syntax::{Change, Fixed, Part, Plan, Shown, Skipped, Suggestion};
use crate::finding::Fingerprint;
use crate::fix::ContentHash;
use crate::fix::FileFix;
use crate::fix::Fix;
use crate::fix::FixPlan;
use crate::fix::Proposal;
use crate::fix::Requires;
use crate::fix::Seam;
use crate::fix::SeamKind;
use crate::fix::SeamSite;
use crate::report::Kept;
use crate::secret::SecretName;
use crate::text::Edit;
use crate::text::Position;
use crate::text::Span;

/// Where edits start and end.
type Places = BTreeMap<usize, Position>;

/// A plan in the making.
pub(super) struct Reader {
    plan: FixPlan,
    files: BTreeMap<String, FileFix>,
    kept: Vec<Kept>,
}

impl Reader {
    /// Reads what the plan says beside single findings; none where it says what cannot be.
    pub(super) fn new(plan: Plan) -> Option<Self> {
        let mut reader = Self {
            plan: FixPlan::default(),
            files: BTreeMap::new(),
            kept: Vec::new(),
        };
        for changed in plan.files {
            let mut places = Places::new();
            let imports = edits(changed.imports, &mut places)?;
            let file = reader.file(&changed.path);
            file.imports = imports;
            file.places.extend(places);
        }
        for told in plan.seams {
            reader.plan.seams.push(seam(told)?);
        }
        Some(reader)
    }

    /// Reads what becomes of a finding.
    pub(super) fn finding(&mut self, of: Fingerprint, part: &mut Part) -> Option<()> {
        if let Some(fixed) = part.fix.take() {
            self.fixed(of, &part.path, fixed)?;
        }
        if let Some(skipped) = part.skipped.take() {
            let kept = self.skipped(of, skipped)?;
            self.kept.push(kept);
        }
        Some(())
    }

    /// The whole.
    pub(super) fn done(mut self) -> (FixPlan, Vec<Kept>) {
        self.plan.files = self.files.into_values().collect();
        (self.plan, self.kept)
    }

    fn file(&mut self, path: &str) -> &mut FileFix {
        self.files
            .entry(path.to_owned())
            .or_insert_with(|| FileFix {
                path: path.into(),
                file: path.into(),
                fixes: Vec::new(),
                imports: Vec::new(),
                places: BTreeMap::new(),
                masked_before: String::new(),
                masked_after: String::new(),
                masks: Vec::new(),
                allowed: BTreeSet::new(),
                before: ContentHash::of(b""),
                after: String::new(),
            })
    }

    fn fixed(&mut self, of: Fingerprint, path: &str, told: Fixed) -> Option<()> {
        let mut places = Places::new();
        let mut fix = suggested(of, told.suggestion)?;
        fix.edits = edits(told.edits, &mut places)?;
        fix.requires = if told.stores_value {
            Requires::Capture
        } else {
            Requires::Nothing
        };
        let file = self.file(path);
        file.fixes.push(fix);
        file.places.extend(places);
        Some(())
    }

    fn skipped(&self, finding: Fingerprint, told: Skipped) -> Option<Kept> {
        let suggestion = match told.suggestion {
            Some(it) => Some(suggested(finding, it)?),
            None => None,
        };
        let seam = told.seam.and_then(|at| {
            let seams = self.plan.seams.iter();
            let start = position(at.start);
            seams
                .clone()
                .position(|it| it.path == *at.path && Some(it.start) == start)
        });
        Some(Kept {
            finding,
            code: told.code,
            message: told.message,
            suggestion,
            advice: told.advice.map(|it| (it.text, it.line)),
            seam,
        })
    }
}

/// A fix without its edits.
fn suggested(of: Fingerprint, told: Suggestion) -> Option<Fix> {
    Some(Fix {
        findings: vec![of],
        title: told.title,
        applicability: told.applicability,
        requires: Requires::Nothing,
        edits: Vec::new(),
        secret: SecretName::of(&told.secret)?,
    })
}

/// The edits of a file; `places` is told where they are.
fn edits(told: Vec<Change>, places: &mut Places) -> Option<Vec<Edit>> {
    let edit = |it: Change| {
        let [start, end] = it.span;
        for (offset, place) in [(start, it.start), (end, it.end)] {
            if let Some(place) = place {
                places.insert(offset, position(place)?);
            }
        }
        (start <= end).then(|| Edit::replace(Span::new(start, end), it.insert))
    };
    told.into_iter().map(edit).collect()
}

fn seam(told: Shown) -> Option<Seam> {
    let kinds = SeamKind::ALL.into_iter();
    let mut sites = Vec::new();
    for read in told.reads {
        sites.push(SeamSite {
            variable: read.variable,
            secret: SecretName::of(&read.secret)?,
            path: read.path.into(),
            start: position(read.start)?,
        });
    }
    let proposal = match told.proposal {
        None => None,
        Some(proposal) => {
            let mut places = Places::new();
            Some(Proposal {
                title: proposal.title,
                edits: edits(proposal.edits, &mut places)?,
                places,
                masked_before: String::new(),
                masked_after: String::new(),
                after: String::new(),
                wrappers: proposal.wrappers.into_iter().map(Into::into).collect(),
            })
        }
    };
    Some(Seam {
        kind: kinds.clone().find(|it| it.code() == told.kind)?,
        name: told.name,
        path: told.path.into(),
        start: position(told.start)?,
        sites,
        proposal,
    })
}
