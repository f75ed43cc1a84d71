//! `shield scan`.

use std::fs::File;
use std::io::{self, ErrorKind, Write};

use super::Exit;
use super::args;
use super::review::Person;
use super::tell;
use super::terminal;
use super::terminal::Bar;
use super::terminal::say;
use crate::fix::Applicability;
use crate::fix::Choices;
use crate::fix::MakeExample;
use crate::fix::Reach;
use crate::fix::TidyImports;
use crate::report::ShowSuppressed;
use crate::run;
use crate::run::{Applied, Outcome, RunError};
use crate::secret::StoreKind;
use crate::settings::Beside;
use crate::settings::Known;
use crate::settings::Mode;
use crate::settings::Request;
use crate::settings::Settings;
use crate::settings::Target;
use crate::settings::Uncommitted;
use crate::settings::UseCache;
use crate::source::Archives;
use crate::source::IgnoreFiles;
use crate::source::Selection;

/// An error that ends the program.
pub(super) type Trouble = miette::Report;

/// Scans, reports, and fixes if asked to.
pub(super) fn run(args: args::Scan) -> Result<Exit, Trouble> {
    let settings = Settings::merge(request(args))?;
    let bar = Bar::new();
    let outcome = match &settings.output {
        None => to_stdout(&settings, &bar),
        Some(path) => {
            let unwritable = |error| RunError::Report {
                path: Some(path.clone()),
                error,
            };
            let mut file = File::create(path).map_err(unwritable)?;
            run::scan(&settings, &bar, &Person, &mut file)
        }
    };
    let outcome = outcome?;
    tell::uncommitted(&outcome.uncommitted, &settings.places);
    if let Some(applied) = &outcome.applied {
        tell::applied(applied, &settings.places);
    }
    let exit = exit(&outcome, &settings);
    if exit == Exit::Findings && settings.selection == Selection::Staged {
        say(REFUSED);
    }
    Ok(exit)
}

/// What can be done where a commit is refused.
const REFUSED: &str = "\
The commit would bring these in. Take them out with `shield fix` and `git add`, or, where one is no
secret, write the comment `shield: allow REASON` next to it, or let it be with `shield baseline
update --only PATH:LINE --reason REASON` and `git add .shield`.";

/// What `shield fix` has to say is what `shield scan --fix` has to say.
impl From<args::Fix> for args::Scan {
    fn from(args: args::Fix) -> Self {
        Self {
            search: args.search,
            repair: args::Repair {
                diff: args.diff,
                fix: true,
                no_plan: false,
                shard: None,
                interactive: args.review,
                choice: args.choice,
            },
        }
    }
}

/// What they ask for beside the code.
fn beside(choice: &args::Choice) -> Beside {
    let asked = &choice.beside;
    Beside {
        reach: asked.code_only.then_some(Reach::CodeOnly),
        example: if asked.create_env_example {
            MakeExample::Yes
        } else {
            MakeExample::No
        },
        guide: asked.guide,
        backend: asked.provision.or(asked.backend),
        tidy: if choice.tidy_imports {
            TidyImports::Yes
        } else {
            TidyImports::No
        },
    }
}

/// Where the values go.
fn target(asked: args::Beside) -> Target {
    match asked.provision {
        None | Some(StoreKind::Local) => Target::Local,
        Some(store) => Target::Environment {
            store,
            name: asked.environment,
        },
    }
}

/// Which findings are known.
fn known(asked: args::Known) -> Known {
    match asked.baseline {
        Some(path) => Known::File(path),
        None if asked.no_baseline => Known::Nothing,
        None => Known::Project,
    }
}

/// Which content is scanned.
fn selection(asked: args::Change) -> Selection {
    if asked.staged {
        Selection::Staged
    } else if let Some(revision) = asked.since {
        Selection::Since(revision)
    } else if let Some(range) = asked.range {
        Selection::Range(range)
    } else if let Some(range) = asked.history {
        history(range)
    } else {
        Selection::Files
    }
}

/// All that was ever committed, or only by the commits of a range.
pub(super) fn history(range: String) -> Selection {
    Selection::History(Some(range).filter(|it| !it.is_empty()))
}

/// What the arguments ask for.
fn request(args: args::Scan) -> Request {
    let args::Scan { search, repair } = args;
    let (scope, choice) = (search.scope, repair.choice);
    Request {
        mode: match (repair.diff, repair.fix, repair.interactive) {
            (true, _, _) => Mode::Diff,
            (false, true, true) => Mode::Review,
            (false, true, false) => Mode::Fix,
            (false, false, _) if repair.no_plan || repair.shard.is_some() => Mode::Find,
            (false, false, _) => Mode::Report,
        },
        least: if choice.unsafe_fixes {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        },
        beside: beside(&choice),
        choices: Choices {
            only: choice.only,
            skip: choice.skip,
            allow: choice.allow,
            names: choice.name,
        },
        target: target(choice.beside),
        uncommitted: if choice.allow_dirty {
            Uncommitted::Change
        } else {
            Uncommitted::Leave
        },
        ignore_files: if scope.no_ignore {
            IgnoreFiles::Disregard
        } else {
            IgnoreFiles::Respect
        },
        archives: if scope.archives {
            Archives::Open
        } else {
            Archives::Skip
        },
        cache: if scope.no_cache {
            UseCache::No
        } else {
            UseCache::Yes
        },
        suppressed: if scope.show_suppressed {
            ShowSuppressed::Yes
        } else {
            ShowSuppressed::No
        },
        color: terminal::color(&io::stdout()),
        charset: terminal::charset(),
        paths: search.paths,
        selection: selection(search.change),
        shard: repair.shard,
        known: known(search.known),
        format: search.format,
        output: search.output,
        fail_on: search.fail_on,
        level: search.level,
        patterns: search.patterns,
    }
}

/// Runs with the report on standard output; a reader who has seen enough is no trouble.
fn to_stdout(settings: &Settings, bar: &Bar) -> Result<Outcome, RunError> {
    run::scan(settings, bar, &Person, &mut Pipe(io::stdout().lock()))
}

/// A stream whose reader may leave.
pub(super) struct Pipe<W>(pub(super) W);

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self.0.write(buf) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(buf.len()),
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}

/// How the run ends.
fn exit(outcome: &Outcome, settings: &Settings) -> Exit {
    let reached = settings
        .fail_on
        .level()
        .is_some_and(|it| outcome.worst.is_some_and(|worst| worst >= it));
    let undone = |it: &Applied| !it.written.skipped.is_empty();
    let left = outcome.conflicts || !outcome.uncommitted.is_empty();
    if left || outcome.applied.as_ref().is_some_and(undone) {
        Exit::Undone
    } else if reached {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
