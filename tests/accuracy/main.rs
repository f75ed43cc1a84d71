//! Scans the labelled snippets of `fixtures/accuracy`, tells precision and recall, and holds what
//! was reached: a snippet that was right stays right.
//!
//! `SHIELD_ACCEPT=1 cargo test --test accuracy` writes `fixtures/accuracy/ratchet.yaml` anew.
//! `docs/accuracy.md` says how to read the figures.

mod corpus;
mod judge;
mod ratchet;
mod table;

use std::collections::BTreeSet;
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::corpus::Snippet;
use crate::judge::Judged;
use crate::ratchet::Ratchet;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What became of every snippet, once the first test has asked for it.
static JUDGED: OnceLock<std::result::Result<Vec<Judged>, String>> = OnceLock::new();

/// How many failures are shown in full.
const MAX_SHOWN: usize = 40;

fn main() -> Result<ExitCode> {
    let arguments = Arguments::from_args();
    let snippets: &'static [Snippet] = corpus::read(&folder())?.leak();
    if is_accepting() {
        let judged = judge::all(snippets)?;
        ratchet::write(&folder(), &judged)?;
        table::print(&judged, &mut io::stdout().lock())?;
        return Ok(ExitCode::SUCCESS);
    }
    let ratchet: &'static Ratchet = Box::leak(Box::new(Ratchet::read(&folder())?));
    let mut trials = vec![
        Trial::test("files of the corpus hold no secret as they lie", || {
            Ok(judge::finds_nothing(&folder())?)
        }),
        Trial::test("every label of the corpus is sound", move || {
            one_failure(snippets.iter().filter_map(Snippet::mistake).collect())
        }),
        Trial::test("the ratchet lists snippets that exist", move || {
            one_failure(ratchet.strangers(snippets))
        }),
        Trial::test("precision and recall have not fallen", move || {
            one_failure(ratchet.losses(judged(snippets)?))
        }),
    ];
    let files: BTreeSet<&str> = snippets.iter().map(|it| it.file.as_str()).collect();
    for file in files {
        let name = format!("{file} is judged as the ratchet says");
        let run = move || {
            let own = judged(snippets)?
                .iter()
                .filter(|it| it.snippet.file == file);
            one_failure(own.filter_map(|it| ratchet.change(it)).collect())
        };
        trials.push(Trial::test(name, run));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(Ok(judged)) = JUDGED.get() {
        table::print(judged, &mut io::stdout().lock())?;
    }
    Ok(conclusion.exit_code())
}

/// Where the corpus lies.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/accuracy")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the variable is for whoever runs the tests, no setting of the program"
)]
fn is_accepting() -> bool {
    std::env::var_os("SHIELD_ACCEPT").is_some()
}

/// Every snippet scanned, the first time it is asked for.
fn judged(snippets: &'static [Snippet]) -> std::result::Result<&'static [Judged], Failed> {
    let judged = JUDGED.get_or_init(|| judge::all(snippets).map_err(|it| it.to_string()));
    judged.as_deref().map_err(Failed::from)
}

/// All failures as one.
fn one_failure(mut failures: Vec<String>) -> std::result::Result<(), Failed> {
    if failures.is_empty() {
        return Ok(());
    }
    let more = failures.len().saturating_sub(MAX_SHOWN);
    failures.truncate(MAX_SHOWN);
    if more > 0 {
        failures.push(format!("and {more} more"));
    }
    Err(failures.join("\n").into())
}
