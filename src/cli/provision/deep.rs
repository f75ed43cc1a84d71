//! `shield provision verify --deep`: what a program would get.

use super::args;
use super::desk::Desk;
use super::look;
use super::steps;
use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::cli::terminal::say;
use crate::provision;
use crate::provision::Address;
use crate::provision::Depth;
use crate::provision::Fault;
use crate::provision::Module;
use crate::provision::ProbeError;
use crate::provision::Surroundings;
use crate::provision::Verdict;
use crate::provision::Way;

/// Reads every secret through the modules of the project, and tells what programs would not get.
pub(super) fn verify(args: &args::Verify) -> Result<Exit, Trouble> {
    let desk = Desk::open(&args.place)?;
    let root = &desk.places.root;
    let modules = Module::find(root);
    if modules.is_empty() {
        let root = root.display().to_string();
        return Err(ProbeError::NoModule { root }.into());
    }
    let role = args.as_role.as_deref();
    let role = role.map(|it| provision::credentials(&desk.environment, it));
    let credentials = role.transpose()?.unwrap_or_default();
    let way = if args.from_env {
        Way::Variables
    } else {
        Way::Store
    };
    let mut verdicts = match way {
        // What shield itself sees is asked as who runs it: a program needs to read, and no more.
        Way::Store => look::verdicts(&desk, &*desk.store()?, Depth::Metadata)?,
        Way::Variables => unseen(&desk),
    };
    let surroundings = Surroundings {
        manifest: &desk.manifest,
        environment: &desk.environment,
        way,
        root,
        identity: &desk.places.identity,
        credentials: &credentials,
    };
    for module in &modules {
        let reading = provision::probe(module, &surroundings)?;
        let good = reading.faults.iter().filter(|it| it.is_empty()).count();
        say(&format!(
            "{good} of {} read through {} by {}, SECRETS_BACKEND={}",
            reading.faults.len(),
            reading.module,
            reading.interpreter,
            surroundings.backend(),
        ));
        for (verdict, faults) in verdicts.iter_mut().zip(reading.faults) {
            add(verdict, faults);
        }
    }
    if way == Way::Store {
        steps::note_read(&desk, &mut verdicts)?;
    }
    look::judged(&desk, &verdicts, args.format)
}

/// The secrets of the manifest, of which nothing is known yet.
fn unseen(desk: &Desk) -> Vec<Verdict> {
    let (manifest, environment) = (&desk.manifest, &desk.environment.name);
    let verdict = |entry: &crate::manifest::Entry| Verdict {
        at: Address {
            name: entry.name.clone(),
            path: manifest.path_of(environment, &entry.name),
        },
        held: None,
        faults: Vec::new(),
        due: None,
        standing: None,
    };
    manifest.secrets.iter().map(verdict).collect()
}

/// Adds what is not known yet.
fn add(verdict: &mut Verdict, faults: Vec<Fault>) {
    // A secret that is not there, or has no value, is missing to a program, too.
    let gone = [Fault::Missing, Fault::Removed, Fault::Empty];
    let is_gone = verdict.faults.iter().any(|it| gone.contains(it));
    for fault in faults {
        let is_known = verdict.faults.contains(&fault) || (is_gone && gone.contains(&fault));
        if !is_known {
            verdict.faults.push(fault);
        }
    }
}
