//! A file that may be rewritten, while it is decided what becomes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::assemble::Assembly;
use super::draft::{Draft, Piece, skipped};
use super::gate::Opened;
use super::home::{Home, Needed};
use super::naming;
use super::seam::Seams;
use super::shown::Secrets;
use super::trial::Trial;
use super::verify::Shift;
use super::{Choices, ContentHash, FileFix, SkipReason, Skipped, places};
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Subject;
use crate::secret::Secret;
use crate::secret::SecretName;
use crate::text::Span;

/// A file that may be rewritten, and what could be done in it.
pub(super) struct Prepared<'o, 'p> {
    pub(super) opened: &'o Opened,
    pub(super) home: Home,
    pub(super) wrapper: Needed,
    /// Everything that is found in it now.
    pub(super) findings: Vec<Finding<'p>>,
    /// Its secrets, and where they are.
    pub(super) values: Vec<(Span, Secret)>,
    /// Where else a secret may be, by the name that it has.
    pub(super) quiet: Vec<Span>,
    pub(super) drafts: Vec<Draft>,
    pub(super) skipped: Vec<Skipped>,
    /// The findings that belong to a seam, and its number.
    pub(super) passing: BTreeMap<Fingerprint, usize>,
    /// The findings that the file itself speaks against.
    pub(super) refused: BTreeSet<Fingerprint>,
    /// What it becomes as far as it alone tells.
    pub(super) trial: Option<Trial>,
}

impl Prepared<'_, '_> {
    /// Leaves to `seams` what belongs to them, and notes which finding belongs to which.
    pub(super) fn leave_to(&mut self, seams: &Seams) {
        for (draft, seam, reason) in seams.take(&self.opened.at.file, &mut self.drafts) {
            self.passing
                .extend(draft.findings.iter().map(|it| (*it, seam)));
            self.skip([draft], reason);
        }
    }

    /// Takes out the drafts that want a name which stands for something else elsewhere.
    pub(super) fn refuse(&mut self, conflicts: &BTreeSet<SecretName>, reason: SkipReason) {
        // A read without a value asks the store for whatever it has.
        let cares = |it: &Piece| reason == SkipReason::NameConflict || it.capture.is_some();
        let clashes = |it: &Piece| conflicts.contains(&it.name) && cares(it);
        let clashes = |it: &mut Draft| it.pieces.iter().any(clashes);
        let lost: Vec<Draft> = self.drafts.extract_if(.., clashes).collect();
        self.skip(lost, reason);
    }

    /// Gives the drafts the names that were chosen for them, and takes out those that are not
    /// to be made.
    pub(super) fn heed(&mut self, choices: &Choices) {
        let all = self.findings.iter().flat_map(Finding::secret_parts);
        let known: BTreeMap<Fingerprint, &Finding<'_>> =
            all.map(|it| (it.fingerprint, it)).collect();
        for draft in &mut self.drafts {
            let last = draft.pieces.len().saturating_sub(1);
            for (number, finding) in draft.findings.iter().enumerate() {
                let chosen = known.get(finding).and_then(|it| choices.name(it));
                // A read and the literal behind it are two findings and one piece.
                let piece = draft.pieces.get_mut(number.min(last));
                if let (Some(chosen), Some(piece)) = (chosen, piece) {
                    piece.name = chosen.clone();
                }
            }
        }
        let unwanted = |it: &mut Draft| {
            let findings = it.findings.iter().filter_map(|it| known.get(it).copied());
            !choices.take(&findings.collect::<Vec<_>>())
        };
        let lost: Vec<Draft> = self.drafts.extract_if(.., unwanted).collect();
        self.skip(lost, SkipReason::LeftOut);
    }

    /// Takes out the drafts whose value the project compares something with.
    pub(super) fn keep(&mut self, sentinels: &BTreeSet<ContentHash>) {
        let is_compared = |draft: &mut Draft| {
            let mut values = draft.pieces.iter().filter_map(|it| it.capture.as_ref());
            values.any(|it| sentinels.contains(&naming::digest(it)))
        };
        let lost: Vec<Draft> = self.drafts.extract_if(.., is_compared).collect();
        self.skip(lost, SkipReason::SentinelCompared);
    }

    /// Its calls, each with the file.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&Path, &Piece)> {
        let pieces = self.drafts.iter().flat_map(|it| &it.pieces);
        pieces.map(|it| (&*self.opened.at.file, it))
    }

    /// Skips the findings of drafts.
    pub(super) fn skip(&mut self, drafts: impl IntoIterator<Item = Draft>, reason: SkipReason) {
        let findings = drafts.into_iter().flat_map(|it| it.findings);
        self.skipped.extend(findings.map(|it| skipped(it, reason)));
    }
}

/// The file with its fixes.
pub(super) fn fixed(
    file: &Prepared<'_, '_>,
    drafts: &[Draft],
    assembly: Assembly,
    secrets: &Secrets,
) -> FileFix {
    let text = &*file.opened.text;
    let gone: BTreeSet<Fingerprint> = drafts.iter().flat_map(|it| it.findings.clone()).collect();
    let shift = Shift::new(&assembly.edits);
    let values = file.findings.iter().flat_map(Finding::parts).filter(|it| {
        matches!(it.subject, Subject::Value { .. }) && !gone.contains(&it.fingerprint)
    });
    let mut kept: Vec<Span> = values.map(|it| shift.span(it.location.span)).collect();
    let mut masks: Vec<Span> = file.values.iter().map(|(it, _)| *it).collect();
    // What is no finding may be a secret all the same.
    let is_edited = |span: Span| assembly.edits.iter().any(|it| it.span.overlaps(span));
    kept.extend(
        file.quiet
            .iter()
            .filter(|it| !is_edited(**it))
            .map(|it| shift.span(*it)),
    );
    masks.extend(&file.quiet);
    FileFix {
        masks: secrets.spans(text, masks.clone()),
        allowed: BTreeSet::new(),
        path: file.opened.at.path.clone(),
        file: file.opened.at.file.clone(),
        places: places(text, &assembly.imports, &assembly.fixes),
        masked_before: secrets.mask(text, masks),
        masked_after: secrets.mask(&assembly.after, kept),
        before: ContentHash::of(text.as_bytes()),
        fixes: assembly.fixes,
        imports: assembly.imports,
        after: assembly.after,
    }
}
