//! `shield baseline`.

pub(super) mod args;

use std::io;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::Exit;
use super::scan::{Pipe, Trouble, history};
use super::terminal::{Bar, say};
use crate::baseline;
use crate::baseline::Baseline;
use crate::baseline::BaselineError;
use crate::baseline::Note;
use crate::baseline::Wanted;
use crate::baseline::import;
use crate::finding::Finding;
use crate::fix;
use crate::fix::Selector;
use crate::report::plain;
use crate::run;
use crate::seal::private;
use crate::seal::private::Readers;
use crate::settings::Known;
use crate::settings::Request;
use crate::settings::Settings;
use crate::source;

use args::{Command, Place};

/// Does what is asked for.
pub(super) fn run(args: args::Baseline) -> Result<Exit, Trouble> {
    match args.command {
        Command::Create { place, remark } => create(&place, &remark.note(None)),
        Command::Update {
            place,
            only,
            remark,
        } => update(&place, &only, &remark.note(None)),
        Command::Show { place } => show(&place),
        Command::Prune { place } => prune(&place),
        Command::Import {
            list,
            place,
            remark,
        } => take_over(&list, &place, &remark),
    }
}

/// A baseline, and the project it is for.
struct Desk {
    settings: Settings,
    path: PathBuf,
}

impl Desk {
    fn new(place: &Place) -> Result<Self, Trouble> {
        let mut request = Request::plain(vec![place.project.clone()]);
        request.known = Known::Nothing;
        if let Some(range) = &place.history {
            request.selection = history(range.clone());
        }
        let settings = Settings::merge(request)?;
        let own = baseline::path_in(&settings.places.root);
        Ok(Self {
            path: place.baseline.clone().unwrap_or(own),
            settings,
        })
    }

    fn load(&self, wanted: Wanted) -> Result<Baseline, BaselineError> {
        Baseline::load(&self.path, wanted)
    }

    /// The path of a finding from the root of the project.
    fn identity(&self, finding: &Finding<'_>) -> String {
        let at = &finding.location;
        let (archives, root) = (&at.layers.archives, &self.settings.places.root);
        source::identity((&at.path, &at.file), archives, root).into_owned()
    }

    /// Adds what is found now to `baseline`, and tells how many findings are new to it.
    fn add(
        &self,
        baseline: &mut Baseline,
        only: &[Selector],
        note: &Note,
    ) -> Result<usize, Trouble> {
        let added = run::survey(&self.settings, &Bar::new(), |scan| {
            let wanted = |it: &&Finding<'_>| {
                only.is_empty() || only.iter().any(|selector| selector.names(it))
            };
            let mut added = 0;
            for finding in scan.findings.iter().filter(wanted) {
                if baseline.add(finding, &self.identity(finding), note) {
                    added += 1;
                } else if !only.is_empty() {
                    baseline.annotate(finding, note);
                }
            }
            added
        })?;
        Ok(added)
    }

    fn save(&self, baseline: &Baseline, what: &str) -> Result<Exit, Trouble> {
        baseline.save(&self.path)?;
        let path = shown(&self.path, &self.settings.places.root);
        let number = findings(baseline.len());
        say(&plain(&format!(
            "{what}; {number} in {path}, which belongs into git."
        )));
        Ok(Exit::Clean)
    }
}

fn create(place: &Place, note: &Note) -> Result<Exit, Trouble> {
    let desk = Desk::new(place)?;
    if private::look(&desk.path)?.is_some() {
        return Err(BaselineError::Exists { path: desk.path }.into());
    }
    let mut baseline = Baseline::default();
    desk.add(&mut baseline, &[], note)?;
    desk.save(&baseline, "baseline made")
}

fn update(place: &Place, only: &[Selector], note: &Note) -> Result<Exit, Trouble> {
    let desk = Desk::new(place)?;
    let mut baseline = desk.load(Wanted::Maybe)?;
    let added = desk.add(&mut baseline, only, note)?;
    desk.save(&baseline, &format!("{} added", findings(added)))
}

fn prune(place: &Place) -> Result<Exit, Trouble> {
    let desk = Desk::new(place)?;
    let mut baseline = desk.load(Wanted::Surely)?;
    let gone = run::survey(&desk.settings, &Bar::new(), |scan| {
        baseline.prune(scan.findings.iter())
    })?;
    desk.save(&baseline, &format!("{} taken out", findings(gone.len())))
}

fn show(place: &Place) -> Result<Exit, Trouble> {
    let desk = Desk::new(place)?;
    let baseline = desk.load(Wanted::Surely)?;
    let today = fix::today();
    let mut out = Pipe(io::stdout().lock());
    for entry in baseline.entries() {
        let note = &entry.note;
        let short = entry.fingerprint.get(..12).unwrap_or_default();
        let mut line = format!("{short}  {}  {}", entry.path, entry.pattern);
        for (word, value) in [("", &note.reason), ("owner ", &note.owner)] {
            if let Some(value) = value {
                line = format!("{line}  {word}{value}");
            }
        }
        if let Some(day) = &note.expires {
            let word = if note.is_over(&today) {
                "expired"
            } else {
                "until"
            };
            line = format!("{line}  {word} {day}");
        }
        writeln!(out, "{}", plain(&line)).map_err(unwritten)?;
    }
    Ok(Exit::Clean)
}

fn take_over(list: &Path, place: &Place, remark: &args::Remark) -> Result<Exit, Trouble> {
    let desk = Desk::new(place)?;
    let foreign = |reason: String| BaselineError::Foreign {
        path: list.to_owned(),
        reason,
    };
    let text = private::read(list, baseline::LIMIT, Readers::Anybody)?;
    let text = text.ok_or_else(|| foreign("it is not there".to_owned()))?;
    let known = import::read(&text).map_err(foreign)?;
    let mut baseline = desk.load(Wanted::Maybe)?;
    let mut added = 0;
    let missed = run::recognize(&desk.settings, &known, &mut |finding, reason| {
        let note = remark.clone().note(Some(reason));
        added += usize::from(baseline.add(finding, &desk.identity(finding), &note));
    })?;
    if missed > 0 {
        let number = if missed == 1 {
            "1 entry of the list names".to_owned()
        } else {
            format!("{missed} entries of the list name")
        };
        say(&format!("{number} nothing that shield finds."));
    }
    desk.save(&baseline, &format!("{} added", findings(added)))
}

fn unwritten(error: io::Error) -> run::RunError {
    run::RunError::Report { path: None, error }
}

/// `1 finding`, `2 findings`.
fn findings(number: usize) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} finding{plural}")
}

/// The path from the root of the project, where it lies below.
fn shown(path: &Path, root: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.display().to_string().replace('\\', "/")
}
