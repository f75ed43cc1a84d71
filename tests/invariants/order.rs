//! What may not depend on order, on threads, and on how much is allowed.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rayon::ThreadPoolBuilder;
use shield::finding::Finding;
use shield::finding::Fingerprint;
use shield::fix::Applicability;

use crate::generate::holding;
use crate::workshop::{Workshop, fixed, gist};

/// So many programs, the same in every run.
fn programs(count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let all = prop::collection::vec(holding(), count);
    all.new_tree(&mut runner).expect("programs").current()
}

#[test]
fn i12_the_order_of_findings_does_not_matter() {
    let workshop = Workshop::of(&programs(12)).unwrap();
    let findings = workshop.scan().unwrap();
    let expected = gist(&workshop.plan(&findings, Applicability::Unsafe));
    let mut state = 0x5EED_usize;
    for _ in 0..4 {
        let mut shuffled = findings.clone();
        for index in (1..shuffled.len()).rev() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            shuffled.swap(index, (state >> 33) % (index + 1));
        }
        let plan = workshop.plan(&shuffled, Applicability::Unsafe);
        assert_eq!(gist(&plan), expected);
    }
}

#[test]
fn i13_the_number_of_threads_does_not_matter() {
    let workshop = Workshop::of(&programs(12)).unwrap();
    let results = [1, 2, 7].map(|threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        pool.install(|| {
            let findings = workshop.scan().unwrap();
            let order: Vec<Fingerprint> = findings.iter().map(|it| it.fingerprint).collect();
            (
                order,
                gist(&workshop.plan(&findings, Applicability::Unsafe)),
            )
        })
    });
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0], results[2]);
}

#[test]
fn i14_what_is_refused_is_not_done_when_more_is_allowed() {
    let workshop = Workshop::of(&programs(24)).unwrap();
    let findings = workshop.scan().unwrap();
    let safe = workshop.plan(&findings, Applicability::Safe);
    let all = workshop.plan(&findings, Applicability::Unsafe);
    let held_back = safe
        .skipped
        .iter()
        .filter(|it| it.reason.code() == "withheld");
    let mut offered: BTreeSet<Fingerprint> = held_back.map(|it| it.finding).collect();
    offered.extend(fixed(&safe));
    let done: BTreeSet<Fingerprint> = fixed(&all).into_iter().collect();
    assert!(!offered.is_empty());
    assert!(done.is_subset(&offered));
}

#[test]
fn i15_every_finding_is_fixed_or_told_with_a_reason() {
    let workshop = Workshop::of(&programs(24)).unwrap();
    let findings = workshop.scan().unwrap();
    let all = findings.iter().flat_map(Finding::secret_parts);
    let mut expected: Vec<Fingerprint> = all.map(|it| it.fingerprint).collect();
    expected.sort();
    for least in [Applicability::Safe, Applicability::Unsafe] {
        let plan = workshop.plan(&findings, least);
        let mut told = fixed(&plan);
        told.extend(plan.skipped.iter().map(|it| it.finding));
        told.sort();
        assert_eq!(told, expected);
        assert!(plan.skipped.iter().all(|it| !it.reason.code().is_empty()));
    }
}
