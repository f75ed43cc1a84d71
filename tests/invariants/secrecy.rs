//! No value is anywhere but where it was and where it is stored.

use std::fs;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use shield::fix::Applicability;
use shield::fix::preview;
use shield::secret::Secret;
use walkdir::WalkDir;

use crate::generate::holding;
use crate::workshop::Workshop;

#[expect(
    clippy::disallowed_methods,
    reason = "the values of the programs are made up"
)]
fn exposed(secret: &Secret) -> &str {
    secret.expose()
}

#[test]
fn i9_no_value_is_shown_nor_left_in_the_code_that_was_fixed() {
    let mut runner = TestRunner::deterministic();
    let all = prop::collection::vec(holding(), 24);
    let programs = all.new_tree(&mut runner).expect("programs").current();
    let workshop = Workshop::of(&programs).unwrap();
    let findings = workshop.scan().unwrap();
    let plan = workshop.plan(&findings, Applicability::Unsafe);
    let values: Vec<&str> = plan.deposits.iter().map(|it| exposed(&it.value)).collect();
    assert!(!values.is_empty());
    let assert_secret = |what: &str, shown: &str| {
        for value in values.iter().filter(|it| it.len() >= 4) {
            assert!(!shown.contains(value), "{what} shows a value");
        }
    };
    for file in &plan.files {
        assert_secret("the file before", &file.masked_before);
        assert_secret("the file after", &file.masked_after);
        for fix in &file.fixes {
            let one = preview(file, fix).expect("the file is as it was");
            assert_secret("a preview", &one.before);
            assert_secret("a preview", &one.after);
        }
    }
    workshop.write(&plan).unwrap();
    // What is kept to undo the run is sealed.
    for entry in WalkDir::new(workshop.state()) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let bytes = fs::read(entry.path()).unwrap();
            assert_secret("the journal", &String::from_utf8_lossy(&bytes));
        }
    }
}
