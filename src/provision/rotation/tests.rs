use super::*;
use crate::provision::{Address, Held};

fn name() -> SecretName {
    SecretName::of("api-key").unwrap()
}

fn at(minutes: i64) -> Timestamp {
    let begun: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    begun + SignedDuration::from_mins(minutes)
}

fn verdict(version: &str, faults: Vec<Fault>) -> Verdict {
    Verdict {
        at: Address::of_name(&name()),
        held: Some(Box::new(Held {
            version: Some(Version(version.to_owned())),
            ..Held::default()
        })),
        faults,
        due: None,
        standing: None,
    }
}

fn stage(rotations: &Rotations, version: &str, minutes: i64) -> (Option<Stage>, Vec<Fault>) {
    let mut all = [verdict(version, Vec::new())];
    attend(&mut all, rotations, "production", at(minutes));
    let [verdict] = all;
    (verdict.standing, verdict.faults)
}

#[test]
fn a_rotation_goes_step_by_step_and_survives_being_written() {
    let root = tempfile::tempdir().unwrap();
    let again = |it: &Rotations| {
        it.save().unwrap();
        Rotations::load(root.path()).unwrap()
    };
    let mut all = Rotations::load(root.path()).unwrap();
    assert_eq!(stage(&all, "one", 0).0, None);
    all.begin(&name(), "production", at(0));
    let mut all = again(&all);
    assert_eq!(stage(&all, "one", 1).0, Some(Stage::Create));
    all.replaced(&name(), "production", &Version("two".to_owned()), at(2));
    let mut all = again(&all);
    assert_eq!(stage(&all, "two", 3).0, Some(Stage::Verify));
    let wrong = [verdict("two", vec![Fault::Placeholder])];
    assert!(all.verified(&wrong, "production", at(3)).is_empty());
    let old = [verdict("one", Vec::new())];
    assert!(all.verified(&old, "production", at(3)).is_empty());
    let good = [verdict("two", vec![Fault::Exposed])];
    assert!(all.verified(&good, "development", at(3)).is_empty());
    assert_eq!(all.verified(&good, "production", at(3)), [name()]);
    let mut all = again(&all);
    assert_eq!(stage(&all, "two", 4).0, Some(Stage::Wait(at(12))));
    assert_eq!(stage(&all, "two", 12).0, Some(Stage::Revoke));
    assert_eq!(stage(&all, "three", 12).0, Some(Stage::Changed));
    assert!(!all.recorded(&name(), Some("staging"), at(13)));
    assert!(all.recorded(&name(), Some("production"), at(13)));
    let mut all = again(&all);
    assert_eq!(stage(&all, "two", 14).0, None);
    all.begin(&name(), "production", at(20));
    assert_eq!(stage(&all, "two", 21).0, Some(Stage::Create));
}

#[test]
fn what_nobody_goes_on_with_is_told() {
    let root = tempfile::tempdir().unwrap();
    let mut all = Rotations::load(root.path()).unwrap();
    let day = 24 * 60;
    all.begin(&name(), "production", at(0));
    assert_eq!(stage(&all, "one", 7 * day).1, []);
    assert_eq!(stage(&all, "one", 7 * day + 1).1, [Fault::Halted]);
    all.replaced(&name(), "production", &Version("two".to_owned()), at(0));
    assert_eq!(stage(&all, "two", day).1, []);
    assert_eq!(stage(&all, "two", day + 1).1, [Fault::Halted]);
    all.verified(&[verdict("two", Vec::new())], "production", at(day));
    assert_eq!(stage(&all, "two", 8 * day).1, []);
    assert_eq!(stage(&all, "two", 8 * day + 1).1, [Fault::Halted]);
}

#[test]
fn a_damaged_list_is_told() {
    let root = tempfile::tempdir().unwrap();
    let all = Rotations::load(root.path()).unwrap();
    all.save().unwrap();
    private::replace(&all.path, b"\n{}\n").unwrap();
    let error = Rotations::load(root.path()).unwrap_err();
    assert!(error.to_string().contains("line 2"), "{error}");
}

#[test]
fn a_rotation_whose_value_is_gone_is_forgotten_and_an_empty_list_is_no_file() {
    let root = tempfile::tempdir().unwrap();
    let mut all = Rotations::load(root.path()).unwrap();
    let new = Version("two".to_owned());
    all.replaced(&name(), "production", &new, at(0));
    all.save().unwrap();
    let file = root.path().join(FOLDER).join(FILE);
    assert!(file.exists());
    assert!(!all.withdraw(&name(), "production", &Version("one".to_owned())));
    assert!(!all.withdraw(&name(), "staging", &new));
    assert!(all.withdraw(&name(), "production", &new));
    assert!(!all.withdraw(&name(), "production", &new));
    all.save().unwrap();
    assert!(!file.exists());
}
