//! Which drafts of a file can be applied together, once all other files are known.

use std::collections::BTreeMap;

use super::SkipReason;
use super::assemble::{Assembly, Failure, assemble};
use super::blame::{MAX_TRIALS, blame, importless};
use super::draft::Draft;
use super::trial::Trial;
use super::verify::{Bench, Verdict, verify};
use crate::detect::Document;

/// Drafts of one file that were applied together, or could not be.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// What the file becomes, and the drafts that make it so; nothing when none is left.
    pub(super) done: Option<(Assembly, Vec<Draft>)>,
    /// The drafts that were given up, and why.
    pub(super) refused: Vec<(Draft, SkipReason)>,
}

/// Applies `drafts` to `document`, and gives up those at fault until the result is what was meant.
pub(super) fn settle(
    bench: &Bench<'_, '_>,
    document: &Document<'_>,
    mut drafts: Vec<Draft>,
) -> Settled {
    let mut settled = Settled::default();
    while !drafts.is_empty() {
        let all: Vec<&Draft> = drafts.iter().collect();
        let blamed = match assemble(document, bench.home, &all) {
            Ok(assembly) => match verify(bench, document, &all, &assembly) {
                Verdict::Good => {
                    settled.done = Some((assembly, drafts));
                    return settled;
                }
                Verdict::Blame(numbers) => blame(numbers, SkipReason::Unverified),
                Verdict::Bad => try_alone(bench, document, &all),
            },
            Err(Failure::Import(obstacle)) => importless(bench.home, document, &all, obstacle),
            Err(Failure::Edits) => try_alone(bench, document, &all),
        };
        for (number, draft) in std::mem::take(&mut drafts).into_iter().enumerate() {
            match blamed.get(&number) {
                Some(reason) => settled.refused.push((draft, *reason)),
                None => drafts.push(draft),
            }
        }
    }
    settled
}

/// The drafts that do not even work alone; all of them when each does.
fn try_alone(
    bench: &Bench<'_, '_>,
    document: &Document<'_>,
    drafts: &[&Draft],
) -> BTreeMap<usize, SkipReason> {
    let all = blame(0..drafts.len(), SkipReason::Unverified);
    if drafts.len() > MAX_TRIALS {
        return all;
    }
    let works = |draft: &&Draft| Trial::run(bench, document, &[*draft]).is_some();
    let bad = drafts.iter().enumerate().filter(|(_, it)| !works(it));
    let bad: Vec<usize> = bad.map(|(number, _)| number).collect();
    if bad.is_empty() {
        all
    } else {
        blame(bad, SkipReason::Unverified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::verify::tests::{TWO, drafted, misplaced};

    #[test]
    fn a_draft_that_breaks_the_file_is_given_up_and_the_other_is_kept() {
        drafted(TWO, |bench, document, drafts| {
            let [good, other] = <[Draft; 2]>::try_from(drafts).unwrap();
            let wrong = misplaced(&other, "= \"1\"");
            assert!(assemble(document, bench.home, &[&good, &wrong]).is_ok());
            let settled = settle(bench, document, vec![good.clone(), wrong]);
            let reasons: Vec<SkipReason> = settled.refused.iter().map(|it| it.1).collect();
            assert_eq!(reasons, [SkipReason::Unverified]);
            let (assembly, kept) = settled.done.unwrap();
            assert_eq!(kept.len(), 1);
            assert!(assembly.after.contains("K = get_secret(\"k-secret\")"));
            assert!(assembly.after.contains("\nx = \"1\" + \"2\"\n"));
        });
    }

    #[test]
    fn a_file_stays_when_no_draft_of_it_is_right() {
        drafted(TWO, |bench, document, drafts| {
            let wrong = drafts.iter().zip(["= \"1\"", "+ \"2\""]);
            let wrong = wrong.map(|(it, place)| misplaced(it, place)).collect();
            let settled = settle(bench, document, wrong);
            assert!(settled.done.is_none());
            assert_eq!(settled.refused.len(), 2);
        });
    }
}
