//! `shield init`.

pub(super) mod args;
mod look;

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write as _;
use std::path::Path;

use miette::Diagnostic;

use super::Exit;
use super::scan::Trouble;
use super::terminal::say;
use crate::report::plain;
use crate::settings;
use crate::settings::FILE_NAME;
use crate::settings::Places;
use look::Hooks;
use look::Project;

const SETTINGS: &str = include_str!("settings.yaml");

const HOOK: &str = include_str!("hook.sh");

/// What pre-commit is asked for where somebody uses it.
const ENTRY: &str = "\
    - repo: local
      hooks:
        - id: shield
          name: shield (secrets)
          entry: shield scan --staged
          language: system
          pass_filenames: false
          always_run: true";

/// Why a project cannot be set up.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot write {path}: {error}")]
#[diagnostic(
    code(shield::init::unwritable),
    help("make the folder writable, and run `shield init` again")
)]
struct Unwritable {
    path: String,
    error: io::Error,
}

/// Looks at a project, writes what it lacks, and tells what it did.
pub(super) fn run(args: &args::Init) -> Result<Exit, Trouble> {
    let root = Places::find(&args.project)?.root;
    let project = Project::look(&root);
    say(&plain(&format!(
        "{}: {}",
        root.display(),
        project.summary()
    )));
    let hand = Hand {
        root: &root,
        dry: if args.dry_run { Dry::Yes } else { Dry::No },
    };
    if settings::are_in_pyproject(&root)? {
        say("kept   pyproject.toml: its [tool.shield] has the settings");
    } else {
        hand.make(Path::new(FILE_NAME), SETTINGS, 0o644)?;
    }
    match &project.hooks {
        Hooks::Own(folder) => hand.make(&folder.join("pre-commit"), HOOK, 0o755)?,
        Hooks::PreCommit => say(&format!(
            "to do  .pre-commit-config.yaml: add below `repos:`, then `pre-commit install`\n{ENTRY}"
        )),
        Hooks::Elsewhere(whose) => say(&plain(&format!(
            "to do  {whose} runs the hooks here: let it run `shield scan --staged` before a commit"
        ))),
        Hooks::None => say("to do  `git init`, then `shield init` again for a hook"),
    }
    if project.github {
        say("to do  the action for pull requests: docs/github.md of shield has the workflow");
    }
    say("next   `shield scan`, and `shield baseline create` lets be what is found now");
    Ok(Exit::Clean)
}

/// Whether files are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dry {
    Yes,
    No,
}

/// Makes files in a project.
struct Hand<'r> {
    root: &'r Path,
    dry: Dry,
}

impl Hand<'_> {
    /// Makes a file that is not there yet, and tells so.
    fn make(&self, path: &Path, text: &str, mode: u32) -> Result<(), Unwritable> {
        let file = self.root.join(path);
        let shown = file.strip_prefix(self.root).unwrap_or(&file).display();
        let shown = plain(&shown.to_string()).into_owned();
        // A link that leads nowhere is there, too.
        if fs::symlink_metadata(&file).is_ok() {
            say(&format!("kept   {shown}: it is there already"));
            return Ok(());
        }
        if self.dry == Dry::Yes {
            say(&format!("would make {shown}:\n\n{text}"));
            return Ok(());
        }
        write(&file, text, mode).map_err(|error| Unwritable {
            path: shown.clone(),
            error,
        })?;
        say(&format!("made   {shown}"));
        Ok(())
    }
}

/// Writes a file that must not be there.
fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    permit(&file, mode)?;
    file.sync_all()
}

/// Gives a file its mode.
#[cfg(unix)]
fn permit(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// Files have no mode here.
#[cfg(not(unix))]
fn permit(_file: &File, _mode: u32) -> io::Result<()> {
    Ok(())
}
