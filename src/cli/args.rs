//! The arguments; no logic.

use std::path::PathBuf;

use camino::Utf8PathBuf;
use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(super) use super::baseline::args::Baseline;
pub(super) use super::config::args::Config;
pub(super) use super::doctor::args::Doctor;
pub(super) use super::init::args::Init;
pub(super) use super::provision::args::Inventory;
pub(super) use super::provision::args::Provision;
pub(super) use super::report::args::Report;
pub(super) use super::secrets::args::Secrets;
use crate::fix;
use crate::fix::RunId;
use crate::fix::Selector;
use crate::fix::WriteGuide;
use crate::report::Format;
use crate::risk::Level;
use crate::secret::SecretName;
use crate::secret::StoreKind;
use crate::settings::FailOn;
use crate::source::Shard;

/// Finds secrets in source code, takes them out, puts them where they belong, and can undo it.
#[derive(Debug, Parser)]
#[command(name = "shield", version, about, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 could not \
                        run, 3 a fix was left undone."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Set a project up: settings, a hook that refuses commits with secrets, a workflow.
    ///
    /// What is there already stays as it is.
    Init(Init),
    /// Tell what a project lacks for shield to do its work there, and what to do about it.
    ///
    /// It only looks. Exit code 1 says that something is wrong; what could be better is a note.
    Doctor(Doctor),
    /// Tell which settings are in force, and where each comes from.
    Config(Config),
    /// Find secrets below files and folders, and take them out with --fix.
    Scan(Scan),
    /// Take secrets out of the code: all that can be, what is chosen, or one by one.
    Fix(Fix),
    /// Undo a run of `shield fix`, byte for byte.
    Rollback(Rollback),
    /// Bring a run of `shield scan --fix` that was stopped half-way to an end.
    ///
    /// A run that had written all new content beside the files is finished, any other is undone.
    /// A file that was changed in the meantime by something else stays as it is, and is told.
    Recover(Recover),
    /// Say that secrets which were in the code are replaced by new ones.
    Rotated(Rotated),
    /// Let be what is found now, so that only what is new counts.
    Baseline(Baseline),
    /// Write a JSON report in another form, or make one of several.
    Report(Report),
    /// List, show and test the patterns that secrets are found by.
    Patterns(Patterns),
    /// Let the stores have what shield.secrets.yaml asks for.
    Provision(Provision),
    /// List every secret: where it is kept, when it changed, and where code reads it.
    Inventory(Inventory),
    /// Write what a shell needs to complete commands and options.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Write the manual as a page for `man`.
    Man {
        /// Write a page for each command into this folder.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Look after the local store by hand: store, read, copy, hand over to a command.
    Secrets(Secrets),
}

/// Arguments of `shield scan`.
#[derive(Debug, Group)]
pub(super) struct Scan {
    #[command(flatten)]
    pub(super) search: Search,
    #[command(flatten)]
    pub(super) repair: Repair,
}

/// Arguments of `shield fix`.
#[derive(Debug, Group)]
pub(super) struct Fix {
    #[command(flatten)]
    pub(super) search: Search,
    /// Go through the changes one by one, and decide about each.
    #[arg(long, conflicts_with = "diff")]
    pub(super) review: bool,
    /// Show what would change, with every secret masked; change nothing.
    #[arg(long)]
    pub(super) diff: bool,
    #[command(flatten)]
    pub(super) choice: Choice,
}

/// What is searched, and how it is told.
#[derive(Debug, Group)]
pub(super) struct Search {
    /// Files and folders to scan; the current folder when none is given.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The form of the report.
    #[arg(long, value_enum, default_value = "human")]
    pub(super) format: Format,
    /// Write the report to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// End with exit code 1 when a finding has this level or a higher one [default: high].
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) fail_on: Option<FailOn>,
    /// List only findings of this level or a higher one [default: low; for a person, what is low in
    /// tests, documentation and code from elsewhere is only counted].
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) level: Option<Level>,
    /// Use the pattern files of a folder too; may be given several times.
    #[arg(long, value_name = "DIR")]
    pub(super) patterns: Vec<Utf8PathBuf>,
    #[command(flatten)]
    pub(super) scope: Scope,
    #[command(flatten)]
    pub(super) change: Change,
    #[command(flatten)]
    pub(super) known: Known,
}

/// Which findings are known.
#[derive(Debug, Group)]
pub(super) struct Known {
    /// Leave out what this baseline has [default: .shield/baseline.jsonl, if it is there].
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub(super) baseline: Option<PathBuf>,
    /// Tell what the baseline has, too.
    #[arg(long)]
    pub(super) no_baseline: bool,
}

/// What git is asked for.
#[derive(Debug, Group)]
pub(super) struct Change {
    /// Scan what is staged for the next commit, as git has it, instead of the files on the disk.
    #[arg(long, conflicts_with_all = ["since", "range", "archives"])]
    pub(super) staged: bool,
    /// Tell only what was added since the work left this branch or commit, committed or not.
    #[arg(long, value_name = "REV", conflicts_with = "range")]
    pub(super) since: Option<String>,
    /// Tell only what B has added to A, as git has it; A...B is what B has added since both parted.
    #[arg(long, value_name = "A..B", conflicts_with = "archives")]
    pub(super) range: Option<String>,
    /// Scan all that was ever committed, and tell the first commit of each secret; or only what the
    /// commits of a range have brought in.
    #[arg(
        long,
        value_name = "A..B",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        conflicts_with_all = ["staged", "since", "range", "archives"]
    )]
    pub(super) history: Option<String>,
}

/// What is looked at and told.
#[derive(Debug, Group)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Scope {
    /// Scan files that .gitignore, .ignore and .shieldignore leave out, too.
    #[arg(long)]
    pub(super) no_ignore: bool,
    /// Scan what is in archives, too: zip, jar, whl, tar, gz, xz, zst, Docker images and others.
    #[arg(long)]
    pub(super) archives: bool,
    /// Tell what is left out and why: what comments allow, what is not taken for a secret.
    #[arg(long)]
    pub(super) show_suppressed: bool,
    /// Scan every file, also those that an earlier run has scanned and that are still the same.
    #[arg(long)]
    pub(super) no_cache: bool,
}

/// What becomes of what was found.
#[derive(Debug, Group)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Repair {
    /// Show what --fix would change, with every secret masked; change nothing.
    #[arg(long, conflicts_with = "fix")]
    pub(super) diff: bool,
    /// Store the secrets, and let the code read them through `get_secret`.
    #[arg(long)]
    pub(super) fix: bool,
    /// Plan no fix, and tell only what is found; parts of such a report make exactly the whole.
    #[arg(long, conflicts_with_all = ["diff", "fix"])]
    pub(super) no_plan: bool,
    /// Scan one part of several: --shard 2/4 is the second of four; `shield report merge` makes the
    /// report of the whole. Plans no fix.
    #[arg(
        long,
        value_name = "I/N",
        conflicts_with_all = ["diff", "fix", "history"]
    )]
    pub(super) shard: Option<Shard>,
    /// With --fix, go through the changes one by one, and decide about each.
    #[arg(long, requires = "fix")]
    pub(super) interactive: bool,
    #[command(flatten)]
    pub(super) choice: Choice,
}

/// Which fixes are made, and how.
#[derive(Debug, Group)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Choice {
    /// Include fixes after which the code runs but may behave differently.
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Take out imports such as `import os` that fixes leave without a use.
    #[arg(long)]
    pub(super) tidy_imports: bool,
    /// Fix only this: a fingerprint, a pattern, a path or PATH:LINE; may be given several times.
    #[arg(long, value_name = "WHAT")]
    pub(super) only: Vec<Selector>,
    /// Do not fix this: a fingerprint, a pattern, a path or PATH:LINE; may be given several times.
    #[arg(long, value_name = "WHAT")]
    pub(super) skip: Vec<Selector>,
    /// Let a finding stay, with a comment in the code that says why; may be given several times.
    #[arg(long, value_name = "WHAT=REASON", value_parser = allowed)]
    pub(super) allow: Vec<(Selector, String)>,
    /// Store the value of a finding under this name; may be given several times.
    #[arg(long, value_name = "PATH:LINE=NAME", value_parser = named)]
    pub(super) name: Vec<(Selector, SecretName)>,
    /// Change files, too, that git has neither committed nor staged as they are.
    #[arg(long)]
    pub(super) allow_dirty: bool,
    #[command(flatten)]
    pub(super) beside: Beside,
}

/// What changes beside the code.
#[derive(Debug, Group)]
pub(super) struct Beside {
    /// Change code only: no .env.example, no manifest, no compose file, no .gitignore, no guide.
    #[arg(long)]
    pub(super) code_only: bool,
    /// Make a .env.example where the package has none; one that is there is added to in any case.
    #[arg(long)]
    pub(super) create_env_example: bool,
    /// When to write SECRETS.md, the guide to the secrets of the project [default: when-stored].
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(super) guide: Option<WriteGuide>,
    /// The store that the code can be told to read, beside the environment [default: local].
    ///
    /// The code gets what reads it; nothing is made there, and values still go into the local store.
    #[arg(long, value_enum, value_name = "STORE")]
    pub(super) backend: Option<StoreKind>,
    /// Put the values that leave the code into this store, read them back, and only then change the
    /// code, which gets what reads it.
    #[arg(long, value_enum, value_name = "STORE", conflicts_with = "backend")]
    pub(super) provision: Option<StoreKind>,
    /// With --provision, the environment whose store it is [default: the only one of
    /// shield.secrets.yaml, or development].
    #[arg(long, value_name = "NAME", requires = "provision")]
    pub(super) environment: Option<String>,
}

/// A finding and the reason that lets it stay.
fn allowed(text: &str) -> Result<(Selector, String), &'static str> {
    let (what, reason) = text.split_once('=').ok_or("expected WHAT=REASON")?;
    let reason = fix::reason(reason)?;
    let Ok(what) = what.parse();
    Ok((what, reason))
}

/// The name of a secret.
pub(super) fn secret_name(text: &str) -> Result<SecretName, &'static str> {
    SecretName::of(text).ok_or("a name has letters or digits")
}

/// A finding and the name for its value.
fn named(text: &str) -> Result<(Selector, SecretName), &'static str> {
    let (what, name) = text.rsplit_once('=').ok_or("expected PATH:LINE=NAME")?;
    let name = secret_name(name)?;
    let Ok(what) = what.parse();
    Ok((what, name))
}

/// Arguments of `shield rollback`.
#[derive(Debug, Group)]
pub(super) struct Rollback {
    /// The run to undo, as `shield fix` has named it; the last one when none is given.
    #[arg(value_name = "RUN")]
    pub(super) run: Option<RunId>,
    /// Undo every later run too, the newest first.
    #[arg(long, requires = "run")]
    pub(super) with_later: bool,
    /// List the runs that can be undone, and change nothing.
    #[arg(long, conflicts_with = "run")]
    pub(super) list: bool,
    /// The project whose run it is; the one of the current folder when none is given.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) project: PathBuf,
}

/// Arguments of `shield recover`.
#[derive(Debug, Group)]
pub(super) struct Recover {
    /// Finish the run, or do nothing when it was stopped too early for that.
    #[arg(long, conflicts_with = "undo")]
    pub(super) finish: bool,
    /// Put every file back as it was before the run.
    #[arg(long)]
    pub(super) undo: bool,
    /// The project whose run it is; the one of the current folder when none is given.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) project: PathBuf,
}

/// Arguments of `shield rotated`.
#[derive(Debug, Group)]
pub(super) struct Rotated {
    /// The names of the secrets; without one, those that wait to be replaced are listed.
    #[arg(value_name = "NAME", value_parser = secret_name)]
    pub(super) names: Vec<SecretName>,
    /// The project whose secrets they are; the one of the current folder when none is given.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) project: PathBuf,
}

/// Arguments of `shield patterns`.
#[derive(Debug, Group)]
pub(super) struct Patterns {
    #[command(subcommand)]
    pub(super) command: PatternsCommand,
}

/// What to do with patterns.
#[derive(Debug, Subcommand)]
pub(super) enum PatternsCommand {
    /// List all patterns, one on a line.
    List {
        /// The form of the list.
        #[arg(long, value_enum, default_value = "human")]
        format: ListFormat,
        #[command(flatten)]
        folders: PatternFolders,
    },
    /// Show everything about a pattern.
    Show {
        /// The id of the pattern, a former id or an alias.
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        folders: PatternFolders,
    },
    /// Run the examples that pattern files carry, and tell what the files lack.
    Test {
        /// End with exit code 1 when a file lacks something that a built-in one must have.
        #[arg(long)]
        strict: bool,
        #[command(flatten)]
        folders: PatternFolders,
    },
    /// Write a new pattern file to fill in.
    New {
        /// The id of the pattern, such as `acme/deploy-token`: where the file lies in the folder.
        #[arg(value_name = "ID")]
        id: String,
        /// The folder of patterns; it is made when it is not there.
        #[arg(long, value_name = "DIR", default_value = "patterns")]
        dir: Utf8PathBuf,
    },
    /// Print the JSON schema of pattern files, for editors.
    Schema,
    /// Count what each pattern finds in files and folders, and tell which find nothing.
    Coverage {
        /// Files and folders to look at; the current folder when none is given.
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Look at files that .gitignore, .ignore and .shieldignore leave out, too.
        #[arg(long)]
        no_ignore: bool,
        #[command(flatten)]
        folders: PatternFolders,
    },
}

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For a person at a terminal.
    Human,
    /// For programs; see docs/json.md.
    Json,
}

/// Where patterns come from, beside those that are built in.
#[derive(Debug, Group)]
pub(super) struct PatternFolders {
    /// Use the pattern files of a folder too; may be given several times.
    #[arg(long = "patterns", value_name = "DIR")]
    pub(super) folders: Vec<Utf8PathBuf>,
}
