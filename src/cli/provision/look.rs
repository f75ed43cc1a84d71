//! Commands that look at a store and change nothing: `plan`, `verify`, `status`, `drift`.

use std::collections::BTreeSet;

use miette::IntoDiagnostic as _;

use super::answer;
use super::args;
use super::args::{Place, TableFormat};
use super::desk::Desk;
use super::sources::sources;
use super::steps;
use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::cli::terminal::say;
use crate::provision;
use crate::provision::Depth;
use crate::provision::Fault;
use crate::provision::Plan;
use crate::provision::Rotations;
use crate::provision::Sources;
use crate::provision::Store;
use crate::provision::Wishes;
use crate::secret::SecretName;

/// Tells what would have to be done.
pub(super) fn plan(args: &args::Plan) -> Result<Exit, Trouble> {
    let desk = Desk::open(&args.place)?;
    let store = desk.store()?;
    let (plan, _) = made(&desk, &*store, &args.values, &args.wishes)?;
    if let Some(path) = &args.out {
        answer::write_plan(path, &plan)?;
    }
    answer::plan(&plan, args.format).into_diagnostic()?;
    unscheduled(&desk, &plan);
    Ok(if plan.blocked().next().is_some() {
        Exit::Undone
    } else if plan.changes().next().is_some() {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

/// Tells which secrets the store is meant to replace by itself, and will not.
pub(super) fn unscheduled(desk: &Desk, plan: &Plan) {
    for step in &plan.steps {
        let entry = desk.manifest.secret(&step.at.name);
        let missing =
            entry.and_then(|it| provision::unscheduled(&desk.environment, it, &step.about));
        if let Some(missing) = missing {
            say(&format!("note     {}: {missing}", step.at.name));
        }
    }
}

/// The plan for what the flags say, and where its values come from.
pub(super) fn made(
    desk: &Desk,
    store: &dyn Store,
    values: &args::Values,
    wishes: &args::Wishes,
) -> Result<(Plan, Sources), Trouble> {
    let names = |it: &[SecretName]| it.iter().cloned().collect::<BTreeSet<_>>();
    let wishes = Wishes {
        update: names(&wishes.update),
        adopt: names(&wishes.adopt),
        restore: names(&wishes.restore),
        turn: BTreeSet::new(),
    };
    let lacking = if values.prompt {
        lacking(&planned(desk, store, &Sources::default(), &wishes)?)
    } else {
        BTreeSet::new()
    };
    let sources = sources(values, desk, &|it| lacking.contains(&it.name))?;
    Ok((planned(desk, store, &sources, &wishes)?, sources))
}

/// The secrets that a person is asked for: nobody is asked for a value that is there.
fn lacking(plan: &Plan) -> BTreeSet<SecretName> {
    let steps = plan.steps.iter();
    let without = steps.filter(|it| it.action == provision::Action::NoValue);
    without.map(|it| it.at.name.clone()).collect()
}

fn planned(
    desk: &Desk,
    store: &dyn Store,
    sources: &Sources,
    wishes: &Wishes,
) -> Result<Plan, Trouble> {
    let (manifest, environment) = (&desk.manifest, &desk.environment);
    Ok(provision::plan(
        manifest,
        environment,
        store,
        sources,
        wishes,
    )?)
}

/// Reads every secret, and tells what the code would not get.
pub(super) fn verify(args: &args::Verify) -> Result<Exit, Trouble> {
    let role = args.as_role.as_deref();
    told(&args.place, role, args.format, Depth::Values)
}

/// Tells the age of every secret, and what is wrong with it.
pub(super) fn status(place: &Place, format: TableFormat) -> Result<Exit, Trouble> {
    told(place, None, format, Depth::Metadata)
}

fn told(
    place: &Place,
    role: Option<&str>,
    format: TableFormat,
    depth: Depth,
) -> Result<Exit, Trouble> {
    let desk = Desk::open(place)?;
    let mut verdicts = verdicts(&desk, &*desk.store_as(role)?, depth)?;
    if depth == Depth::Values {
        steps::note_read(&desk, &mut verdicts)?;
    }
    judged(&desk, &verdicts, format)
}

/// Tells what is known of every secret, and whether all of it is good.
pub(super) fn judged(
    desk: &Desk,
    verdicts: &[provision::Verdict],
    format: TableFormat,
) -> Result<Exit, Trouble> {
    answer::verdicts(verdicts, &desk.environment.name, format).into_diagnostic()?;
    let is_wrong = verdicts.iter().any(|it| !it.faults.is_empty());
    Ok(if is_wrong {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

/// What is known of every secret.
pub(super) fn verdicts(
    desk: &Desk,
    store: &dyn Store,
    depth: Depth,
) -> Result<Vec<provision::Verdict>, Trouble> {
    let place = (&desk.manifest, &desk.environment);
    let today = jiff::Zoned::now().date();
    let mut verdicts = provision::verify(place, store, depth, &desk.exposed()?, today)?;
    attend(desk, &mut verdicts)?;
    Ok(verdicts)
}

/// Adds where the rotation of each secret stands.
pub(super) fn attend(desk: &Desk, verdicts: &mut [provision::Verdict]) -> Result<(), Trouble> {
    let rotations = Rotations::load(&desk.places.root)?;
    let now = jiff::Timestamp::now();
    for verdict in &mut *verdicts {
        verdict.faults.retain(|it| *it != Fault::Halted);
    }
    provision::attend(verdicts, &rotations, &desk.environment.name, now);
    Ok(())
}

/// Tells where the store and the manifest differ.
pub(super) fn drift(place: &Place, format: TableFormat) -> Result<Exit, Trouble> {
    let desk = Desk::open(place)?;
    let store = desk.store()?;
    let mut verdicts = verdicts(&desk, &*store, Depth::Metadata)?;
    for verdict in &mut verdicts {
        // Age, exposure and what a person has to do are no differences.
        verdict
            .faults
            .retain(|it| !matches!(it, Fault::Exposed | Fault::Overdue | Fault::Halted));
    }
    let extra = extra(&desk, &*store)?;
    answer::drift(&verdicts, &extra, format).into_diagnostic()?;
    let differs = verdicts.iter().any(|it| !it.faults.is_empty()) || !extra.is_empty();
    if !differs {
        say("The store is as shield.secrets.yaml says.");
    }
    Ok(if differs { Exit::Findings } else { Exit::Clean })
}

/// What the store has below the paths of the environment that the manifest does not name.
pub(super) fn extra(desk: &Desk, store: &dyn Store) -> Result<Vec<String>, Trouble> {
    let (manifest, environment) = (&desk.manifest, &desk.environment.name);
    let known = manifest.secrets.iter().flat_map(|it| {
        let path = manifest.path_of(environment, &it.name);
        [path, it.name.to_string()]
    });
    let known: BTreeSet<String> = known
        .map(|it| it.trim_start_matches('/').to_owned())
        .collect();
    let mut paths = store.list(&manifest.prefix(environment))?;
    paths.retain(|it| !known.contains(it.trim_start_matches('/')));
    Ok(paths)
}
