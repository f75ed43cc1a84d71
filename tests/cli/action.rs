//! The scan of the GitHub Action, with the runner's environment.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::project::Ran;
use crate::project::put;
use crate::repository::Repository;
use crate::repository::TOKEN;

/// What a run of the action came to.
struct Job {
    ran: Ran,
    summary: String,
    outputs: String,
    sarif: String,
}

/// A file with a secret, and what stands before it.
fn script(before: &str) -> String {
    format!("{before}TOKEN={TOKEN}\n")
}

/// A repository in which a branch adds a secret beside an old one, as it is checked out for a pull
/// request: merged into its base.
fn pull_request() -> Repository {
    let repository = Repository::new();
    repository.write("old.sh", &script(""));
    repository.commit();
    repository.git(&["checkout", "--quiet", "-b", "feature"]);
    repository.write("new.sh", &script("echo 1\n"));
    repository.commit();
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("other.sh", "echo 2\n");
    repository.commit();
    repository.git(&["merge", "--quiet", "--no-ff", "--message", "x", "feature"]);
    repository
}

/// Runs the action in a repository, with `inputs` of it or of the runner.
fn act(repository: &Repository, inputs: &[(&str, &str)]) -> Job {
    let runner = tempfile::tempdir().unwrap();
    let [summary, outputs] = ["summary.md", "output"].map(|it| runner.path().join(it));
    for file in [&summary, &outputs] {
        put(file, b"");
    }
    let program = repository.command("");
    let mut command = Command::new("bash");
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/action/scan"))
        .current_dir(repository.root())
        .env_clear()
        .envs(
            program
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("SHIELD", program.get_program())
        .env("RUNNER_TEMP", runner.path())
        .env("GITHUB_STEP_SUMMARY", &summary)
        .env("GITHUB_OUTPUT", &outputs)
        .envs(inputs.iter().copied());
    let ran = repository.0.ran(command.output().unwrap());
    let read = |it: &Path| fs::read_to_string(it).unwrap_or_default();
    Job {
        ran,
        summary: read(&summary),
        outputs: read(&outputs),
        sarif: read(&runner.path().join("shield.sarif")),
    }
}

#[test]
fn a_pull_request_answers_for_what_it_adds() {
    let repository = pull_request();
    let job = act(&repository, &[("GITHUB_EVENT_NAME", "pull_request")]);
    assert_eq!(job.ran.code, 0, "{}", job.ran.all());
    assert!(job.outputs.ends_with("exit-code=1\n"), "{}", job.outputs);
    assert!(job.outputs.starts_with("sarif-file="), "{}", job.outputs);
    let annotations: Vec<&str> = job.ran.stdout.lines().collect();
    let [annotation] = *annotations else {
        panic!("{annotations:?}");
    };
    assert!(
        annotation.starts_with("::error file=new.sh,line=2,"),
        "{annotation}"
    );
    assert!(job.summary.contains("`new.sh:2`"), "{}", job.summary);
    assert!(!job.summary.contains("old.sh"), "{}", job.summary);
    assert!(job.sarif.contains("new.sh") && !job.sarif.contains("old.sh"));
    let token = TOKEN.replace("<|>", "");
    for told in [&job.ran.all(), &job.summary, &job.sarif] {
        assert!(!told.contains(&token), "{told}");
    }
}

#[test]
fn elsewhere_everything_is_told() {
    let repository = pull_request();
    let job = act(
        &repository,
        &[("GITHUB_EVENT_NAME", "push"), ("SHIELD_FAIL_ON", "never")],
    );
    assert!(job.outputs.ends_with("exit-code=0\n"), "{}", job.outputs);
    for file in ["new.sh", "old.sh"] {
        assert!(job.summary.contains(file), "{}", job.summary);
    }
    let some = act(&repository, &[("SHIELD_PATHS", "other.sh\nold.sh\n")]);
    assert!(!some.summary.contains("new.sh"), "{}", some.summary);
    assert!(some.summary.contains("old.sh"), "{}", some.summary);
}

#[test]
fn a_checkout_of_one_commit_is_told_and_does_not_pass() {
    let repository = Repository::new();
    repository.write("old.sh", &script(""));
    repository.commit();
    let base = "0123456789012345678901234567890123456789";
    let job = act(
        &repository,
        &[("GITHUB_EVENT_NAME", "pull_request"), ("BASE", base)],
    );
    assert_eq!(job.ran.code, 2, "{}", job.ran.all());
    assert!(
        job.ran.stdout.contains("fetch-depth: 2"),
        "{}",
        job.ran.all()
    );
    let wrong = act(&repository, &[("SHIELD_SCOPE", "some")]);
    assert_eq!(wrong.ran.code, 2, "{}", wrong.ran.all());
}

#[test]
fn other_actions_are_pinned_to_a_commit() {
    let action = include_str!("../../action.yml");
    let uses = action
        .lines()
        .filter_map(|it| it.trim().strip_prefix("uses: "));
    for used in uses.clone() {
        let commit = used.split(['@', ' ']).nth(1).unwrap_or_default();
        let is_commit = commit.len() == 40 && commit.bytes().all(|it| it.is_ascii_hexdigit());
        assert!(is_commit, "{used}");
    }
    assert_eq!(uses.count(), 2);
}
