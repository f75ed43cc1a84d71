//! `shield init`.

pub(super) mod args;

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write as _;
use std::path::Path;

use miette::Diagnostic;
use tempfile::NamedTempFile;

use super::Exit;
use super::scan::Trouble;
use super::terminal::say;
use crate::report::plain;
use crate::settings;
use crate::settings::FILE_NAME;
use crate::settings::Places;
use crate::setup;
use crate::setup::Hooks;
use crate::setup::Project;
use crate::setup::pre_commit;
use crate::setup::pre_commit::Listed;
use crate::setup::workflow;
use crate::setup::workflow::Action;

const SETTINGS: &str = include_str!("settings.yaml");

const HOOK: &str = include_str!("hook.sh");

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
    hook(&hand, &project)?;
    if project.github {
        workflow(&hand, &project, args.action.as_ref())?;
    } else if args.action.is_some() {
        say("to do  --action is for projects on GitHub, which this one does not seem to be");
    }
    say("next   `shield scan`, and `shield baseline create` lets be what is found now");
    Ok(Exit::Clean)
}

/// Sees to it that shield runs before a commit.
fn hook(hand: &Hand<'_>, project: &Project) -> Result<(), Unwritable> {
    match &project.hooks {
        Hooks::Own(folder) => hand.make(&folder.join("pre-commit"), HOOK, 0o755)?,
        Hooks::PreCommit => listed(hand)?,
        Hooks::Elsewhere(whose) => say(&plain(&format!(
            "to do  {whose} runs the hooks here: let it run `shield scan --staged` before a commit"
        ))),
        Hooks::Outside => say(
            "to do  the hooks lie outside of this folder: let the one before a commit run \
             `shield scan --staged`",
        ),
        Hooks::None => say("to do  `git init`, then `shield init` again for a hook"),
    }
    Ok(())
}

/// Adds shield to the hooks of pre-commit.
fn listed(hand: &Hand<'_>) -> Result<(), Unwritable> {
    let name = pre_commit::FILE_NAME;
    let path = hand.root.join(name);
    // What a link leads to is not ours to write.
    let kind = fs::symlink_metadata(&path).ok();
    let Some(kind) = kind else {
        hand.make(Path::new(name), &pre_commit::list(), 0o644)?;
        say("to do  `pre-commit install`, once in each clone");
        return Ok(());
    };
    let text = kind.is_file().then(|| setup::text(&path)).flatten();
    if text
        .as_deref()
        .is_some_and(|it| has(pre_commit::listed(it)))
    {
        say(&format!("kept   {name}: it has shield already"));
        return Ok(());
    }
    let Some(added) = text.as_deref().and_then(pre_commit::added) else {
        say(&format!(
            "to do  {name}: add below `repos:`, then `pre-commit install`\n{}",
            pre_commit::entry()
        ));
        return Ok(());
    };
    hand.change(Path::new(name), &added, &pre_commit::entry())?;
    say("to do  `pre-commit install`, once in each clone");
    Ok(())
}

/// Whether a list has shield.
fn has(listed: Listed) -> bool {
    match listed {
        Listed::Installed | Listed::Own => true,
        Listed::No | Listed::Unreadable => false,
    }
}

/// Sees to it that shield runs in pull requests.
fn workflow(hand: &Hand<'_>, project: &Project, action: Option<&Action>) -> Result<(), Unwritable> {
    if let Some(path) = workflow::found(hand.root) {
        let shown = plain(&path.display().to_string()).into_owned();
        say(&format!("kept   {shown}: it runs shield already"));
        return Ok(());
    }
    let Some(action) = action else {
        say(
            "to do  a workflow for pull requests: there are no releases of shield that one could name; \
             `shield init --action OWNER/REPO@COMMIT` writes it for a repository that has shield",
        );
        return Ok(());
    };
    let is_link = |it: &str| hand.root.join(it).is_symlink();
    if [".github", ".github/workflows"].into_iter().any(is_link) {
        say("to do  .github is a link: write the workflow where it leads to");
        return Ok(());
    }
    let text = workflow::text(action, project.branch.as_deref());
    hand.make(Path::new(workflow::FILE), &text, 0o644)
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
        let unwritable = |error| Unwritable {
            path: shown.clone(),
            error,
        };
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(unwritable)?;
        }
        write(&file, text, mode).map_err(unwritable)?;
        say(&format!("made   {shown}"));
        Ok(())
    }

    /// Gives a file that is there a new text, which is the old one with `added` in it.
    fn change(&self, path: &Path, text: &str, added: &str) -> Result<(), Unwritable> {
        let shown = plain(&path.display().to_string()).into_owned();
        if self.dry == Dry::Yes {
            say(&format!("would add to {shown}:\n\n{added}"));
            return Ok(());
        }
        replace(&self.root.join(path), text).map_err(|error| Unwritable {
            path: shown.clone(),
            error,
        })?;
        say(&format!("added  {shown}: the hook of shield"));
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

/// Puts a text in the place of a file, in one step; who may read it stays as it was.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file()
        .set_permissions(fs::metadata(path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
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
