//! What a file becomes when its drafts are applied as they stand.

use super::assemble::{Assembly, assemble};
use super::draft::Draft;
use super::verify::{Bench, Verdict, verify};
use crate::detect::Document;
use crate::secret::SecretName;
use crate::text::Span;

/// Drafts that were put together and verified before the other files were known.
///
/// Other files may speak for another name, or against a draft. Mostly they do not, and then this
/// is what the file becomes: it is not parsed again, and no tree is kept until then.
pub(super) struct Trial {
    calls: Vec<(Span, SecretName)>,
    assembly: Assembly,
}

impl Trial {
    /// Applies `drafts` to `document`; nothing when there are none, or the result is not what was
    /// meant.
    pub(super) fn run(
        bench: &Bench<'_, '_>,
        document: &Document<'_>,
        drafts: &[&Draft],
    ) -> Option<Self> {
        if drafts.is_empty() {
            return None;
        }
        let assembly = assemble(document, bench.home, drafts).ok()?;
        let verdict = verify(bench, document, drafts, &assembly);
        (verdict == Verdict::Good).then(|| Self {
            calls: calls(drafts),
            assembly,
        })
    }

    /// The result, when these are still the drafts.
    pub(super) fn of(self, drafts: &[&Draft]) -> Option<Assembly> {
        (self.calls == calls(drafts)).then_some(self.assembly)
    }
}

/// Where the calls go, and what they ask for: all that may change about drafts.
fn calls(drafts: &[&Draft]) -> Vec<(Span, SecretName)> {
    let pieces = drafts.iter().flat_map(|it| &it.pieces);
    pieces.map(|it| (it.span, it.name.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::verify::tests::{TWO, drafted, misplaced};

    #[test]
    fn drafts_that_break_the_file_are_no_result() {
        drafted(TWO, |bench, document, drafts| {
            let all: Vec<&Draft> = drafts.iter().collect();
            assert!(Trial::run(bench, document, &all).is_some());
            for draft in all {
                let wrong = misplaced(draft, "= \"1\"");
                assert!(Trial::run(bench, document, &[&wrong]).is_none());
            }
        });
    }

    #[test]
    fn a_result_is_that_of_the_drafts_it_was_made_of() {
        drafted(TWO, |bench, document, drafts| {
            let all: Vec<&Draft> = drafts.iter().collect();
            let run = || Trial::run(bench, document, &all).unwrap();
            assert!(run().of(&all).is_some());
            assert!(run().of(&all[1..]).is_none());
        });
    }
}
