//! Commands that change a store, or the manifest: `apply`, `rollback`, `import`.

use miette::Diagnostic;
use miette::IntoDiagnostic as _;

use super::answer;
use super::args;
use super::args::Place;
use super::desk::Desk;
use super::look;
use super::steps;
use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::cli::terminal;
use crate::cli::terminal::say;
use crate::manifest;
use crate::manifest::Founding;
use crate::manifest::NewSecret;
use crate::provision;
use crate::provision::Effect;
use crate::provision::Exposed;
use crate::provision::Journals;
use crate::provision::Made;
use crate::provision::Plan;
use crate::provision::ProvisionError;
use crate::provision::Run;
use crate::provision::Sources;
use crate::provision::Store;
use crate::risk::Level;
use crate::seal::Identity;
use crate::seal::private;
use crate::secret::SecretName;
use crate::settings::Places;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error, Diagnostic)]
enum Refusal {
    /// There is nobody to ask.
    #[error("this changes {environment}, and there is no terminal to ask on")]
    #[diagnostic(code(shield::provision::confirm), help("{help}"))]
    Unasked {
        /// The environment.
        environment: String,
        /// How to say it beforehand.
        help: String,
    },
    /// There is nothing to undo.
    #[error("there is no run to undo")]
    #[diagnostic(code(shield::provision::no_run))]
    NoRun,
    /// There is no value to go back to.
    #[error("{0} has no value before the current one")]
    #[diagnostic(code(shield::provision::no_previous))]
    NoPrevious(SecretName),
}

/// Carries out a plan: one from a file, or a new one.
pub(super) fn apply(args: &args::Apply) -> Result<Exit, Trouble> {
    let mut desk = Desk::open(&args.place)?;
    let reviewed = args.plan.as_deref().map(answer::read_plan).transpose()?;
    if let (Some(plan), None) = (&reviewed, &args.place.environment) {
        desk.environment = desk.manifest.environment(&plan.environment)?.clone();
    }
    (desk.identity, _) = Identity::load_or_make(&desk.places.identity)?;
    let store = desk.store()?;
    let (plan, sources) = match &reviewed {
        None => look::made(&desk, &*store, &args.values, &args.wishes)?,
        Some(reviewed) => {
            let wishes = args::Wishes {
                update: reviewed.wishes.update.iter().cloned().collect(),
                adopt: reviewed.wishes.adopt.iter().cloned().collect(),
                restore: reviewed.wishes.restore.iter().cloned().collect(),
            };
            look::made(&desk, &*store, &args.values, &wishes)?
        }
    };
    look::unscheduled(&desk, &plan);
    if let Some(reviewed) = &reviewed {
        answer::held_to(&plan, reviewed)?;
    }
    let blocked = plan.blocked().next().is_some();
    if plan.changes().next().is_none() {
        answer::plan(&plan, args::TableFormat::Text).into_diagnostic()?;
        say("Nothing is to be changed.");
        if let Some(stopped) = desk.journals().stopped(&plan)? {
            provision::settle(&plan, &desk.manifest, &*store, &sources, &stopped)?;
            stopped.close()?;
            say(&format!("The run {} is at its end.", stopped.run));
        }
        return Ok(if blocked { Exit::Undone } else { Exit::Clean });
    }
    if !args.yes {
        answer::plan(&plan, args::TableFormat::Text).into_diagnostic()?;
        if !agreed(&desk)? {
            say("Nothing was changed.");
            return Ok(Exit::Undone);
        }
    }
    carry_out((&desk, &*store), &plan, &sources).map(|it| {
        if it == Exit::Clean && blocked {
            Exit::Undone
        } else {
            it
        }
    })
}

/// Whether a person agrees to the plan that was shown.
fn agreed(desk: &Desk) -> Result<bool, Trouble> {
    let environment = &desk.environment.name;
    if !terminal::is_there() {
        return Err(Refusal::Unasked {
            environment: environment.clone(),
            help: "say --yes once the plan is as it should be".to_owned(),
        }
        .into());
    }
    let question = format!("Make these changes in {environment}?");
    let asked = dialoguer::Confirm::new()
        .with_prompt(question)
        .default(false);
    asked.interact().into_diagnostic()
}

/// Makes the changes, and tells each.
pub(super) fn carry_out(
    (desk, store): (&Desk, &dyn Store),
    plan: &Plan,
    sources: &Sources,
) -> Result<Exit, Trouble> {
    if let Some(concern) = store.concern() {
        say(&format!("warning  {concern}"));
    }
    let journal = desk.journals().begin(plan)?;
    let run = journal.run.clone();
    let effects = provision::apply(plan, &desk.manifest, store, sources, &journal)?;
    let mut failure = None;
    for effect in effects {
        let Effect {
            name,
            action,
            result,
        } = effect;
        match result {
            Ok(Made::Done) => say(&format!("{:15}  {name}", action.word())),
            Ok(Made::Unchanged) => say(&format!("{:15}  {name}", "unchanged")),
            Ok(Made::NotBegun) => say(&format!("{:15}  {name}", "not begun")),
            Err(error) => {
                say(&format!("{:15}  {name}", "failed"));
                failure.get_or_insert(error);
            }
        }
    }
    if let Some(error) = failure {
        say("What was done stays; run the same command again to go on.");
        return Err(error.into());
    }
    say(&format!("\nUndo it with: shield provision rollback {run}"));
    Ok(Exit::Clean)
}

/// Undoes a run, or makes the value before the current one current again.
pub(super) fn rollback(args: &args::Rollback) -> Result<Exit, Trouble> {
    if let Some(name) = &args.name {
        return back(&Desk::open_to_write(&args.place)?, name, args);
    }
    let places = Places::find(&args.place.project)?;
    let journals = Journals::new(&places.state, &places.root);
    if args.list {
        answer::runs(&journals.runs()?).into_diagnostic()?;
        return Ok(Exit::Clean);
    }
    let run = if let Some(name) = &args.run {
        journals.run(name)?
    } else {
        let mut all = journals.runs()?.into_iter();
        let last = all.find(|it| !it.undone && !it.steps.is_empty());
        last.ok_or(Refusal::NoRun)?
    };
    // The run says which environment is meant.
    let place = Place {
        environment: Some(run.head.environment.clone()),
        project: args.place.project.clone(),
    };
    undo(&Desk::open_to_write(&place)?, &run, args)
}

/// Undoes a run.
fn undo(desk: &Desk, run: &Run, args: &args::Rollback) -> Result<Exit, Trouble> {
    confirm(desk, args)?;
    let store = desk.store()?;
    provision::guard(&desk.environment, &store.whereabouts()?)?;
    let journal = desk.journals().reopen(run)?;
    let later = desk.journals().runs()?;
    let undone = provision::undo(
        (run, &later),
        &desk.environment,
        &*store,
        &exposed(desk, args)?,
        &journal,
    )?;
    let mut exit = Exit::Clean;
    let mut gone = Vec::new();
    for step in undone {
        match step.result {
            Ok(what) => {
                say(&format!("{}  {what}", step.at.name));
                let made = run.steps.iter().filter(|it| it.0.at == step.at);
                gone.extend(made.filter_map(|it| Some((step.at.name.clone(), it.1.clone()?))));
            }
            Err(error) => {
                exit = Exit::Undone;
                say(&format!("{}  left: {error}", step.at.name));
            }
        }
    }
    steps::withdraw(desk, &gone)?;
    Ok(exit)
}

/// Makes the value before the current one of `name` current again.
fn back(desk: &Desk, name: &SecretName, args: &args::Rollback) -> Result<Exit, Trouble> {
    let exposed = exposed(desk, args)?;
    if let Exposed::Refuse(names) = &exposed
        && names.contains(name)
    {
        return Err(ProvisionError::Exposed(name.clone()).into());
    }
    let unlisted = || ProvisionError::Unlisted(name.clone());
    let entry = desk.manifest.secret(name).ok_or_else(unlisted)?;
    let store = desk.store()?;
    let environment = &desk.environment;
    let at = provision::Address {
        name: entry.name.clone(),
        path: desk.manifest.path_of(&environment.name, name),
    };
    let provision::Presence::Present(held) = store.look(&at)? else {
        return Err(Refusal::NoPrevious(name.clone()).into());
    };
    let (Some(from), Some(to)) = (held.version, held.previous) else {
        return Err(Refusal::NoPrevious(name.clone()).into());
    };
    store.revert(&at, &from, &to, &provision::Token::random())?;
    steps::withdraw(desk, &[(name.clone(), from)])?;
    say(&format!("{name}: the value before is current again"));
    Ok(Exit::Clean)
}

/// Which values may not be used again.
fn exposed(desk: &Desk, args: &args::Rollback) -> Result<Exposed, Trouble> {
    Ok(if args.accept_exposed {
        Exposed::Accept
    } else {
        Exposed::Refuse(desk.exposed()?)
    })
}

/// Has the name of a protected environment typed.
fn confirm(desk: &Desk, args: &args::Rollback) -> Result<(), Trouble> {
    let environment = &desk.environment;
    if !environment.protect || args.confirm.as_ref() == Some(&environment.name) {
        return Ok(());
    }
    let refused = || Refusal::Unasked {
        environment: environment.name.clone(),
        help: format!("say --confirm {}", environment.name),
    };
    if args.confirm.is_some() || !terminal::is_there() {
        return Err(refused().into());
    }
    let question = format!("Type {} to undo the run there", environment.name);
    let asked = dialoguer::Input::<String>::new().with_prompt(question);
    let typed = asked.allow_empty(true).interact_text().into_diagnostic()?;
    if typed == environment.name {
        Ok(())
    } else {
        Err(refused().into())
    }
}

/// Adds what the store has to the manifest.
pub(super) fn import(place: &Place) -> Result<Exit, Trouble> {
    let desk = Desk::open(place)?;
    let store = desk.store()?;
    let prefix = desk.manifest.prefix(&desk.environment.name);
    let mut fresh = Vec::new();
    for path in look::extra(&desk, &*store)? {
        let below = path.trim_start_matches('/');
        let below = below
            .strip_prefix(prefix.trim_start_matches('/'))
            .unwrap_or(below);
        let Some(name) = SecretName::of(below).filter(|it| it.as_str() == below) else {
            say(&format!("left     {path}: code cannot call a secret that"));
            continue;
        };
        fresh.push(NewSecret {
            name,
            variable: None,
            description: String::new(),
            sensitivity: Level::High,
        });
    }
    let path = desk.places.root.join(manifest::FILE_NAME);
    let text = private::read(&path, u64::MAX, private::Readers::Anybody)?;
    let text = text.as_ref().map(|it| it.as_str());
    let founding = Founding {
        app: desk.manifest.app.clone(),
        store: desk.environment.store,
    };
    match manifest::add(text, &founding, &fresh)? {
        None => say("The manifest has everything that the store has."),
        Some(text) => {
            answer::replace(&path, &text)?;
            for secret in &fresh {
                say(&format!("added    {}", secret.name));
            }
        }
    }
    Ok(Exit::Clean)
}
