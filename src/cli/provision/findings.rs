//! Values that a report has found, out of the files that it names.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use miette::Diagnostic;

use super::desk::Desk;
use crate::cli::scan::Trouble;
use crate::cli::terminal::say;
use crate::manifest::Entry;
use crate::manifest::Manifest;
use crate::provision::Source;
use crate::report::Saved;
use crate::report::SavedError;
use crate::report::Sought;
use crate::report::plain;
use crate::run;
use crate::secret::Secret;
use crate::secret::SecretName;
use crate::settings::Request;
use crate::settings::Settings;

/// Why the findings of a report give no values.
#[derive(Debug, thiserror::Error, Diagnostic)]
enum FindingsError {
    /// The file has changed since.
    #[error("{place}: the value is not there any more as the report has it")]
    #[diagnostic(
        code(shield::provision::stale_report),
        help("scan again with --format json, and name the new report")
    )]
    Stale {
        /// The file and the line.
        place: String,
    },
    /// One secret would have two values.
    #[error("{name} has one value at {first} and another at {second}")]
    #[diagnostic(
        code(shield::provision::two_values),
        help("give one of them another name in the manifest, or its value with --from-stdin")
    )]
    TwoValues {
        /// The secret.
        name: SecretName,
        /// Where the first value is.
        first: String,
        /// Where the other one is.
        second: String,
    },
}

/// The values that the report at `path` has found and the manifest has a name for; what it has no
/// name for is told.
pub(super) fn source(path: &Path, desk: &Desk) -> Result<Source, Trouble> {
    let shown = plain(&path.display().to_string()).into_owned();
    let unreadable = |error| SavedError::Unreadable {
        name: shown.clone(),
        error,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let found = Saved::read(&shown, &mut file)?.values()?;
    let mut wanted = Vec::new();
    let mut names = Vec::new();
    for mut sought in found {
        match entry(&desk.manifest, &sought) {
            Some(entry) => {
                sought.path = from_root(&sought.path, &desk.places.root);
                names.push(&entry.name);
                wanted.push(sought);
            }
            None => say(&format!(
                "note     {}: the manifest has no secret for it",
                place(&sought)
            )),
        }
    }
    let settings = Settings::merge(Request::plain(vec![desk.places.root.clone()]))?;
    let read = run::reread(&settings, &wanted)?;
    let mut values: BTreeMap<SecretName, (String, Secret)> = BTreeMap::new();
    for ((sought, name), value) in wanted.iter().zip(names).zip(read) {
        let place = place(sought);
        let Some(value) = value else {
            return Err(FindingsError::Stale { place }.into());
        };
        match values.get(name) {
            Some((_, known)) if *known == value => {}
            Some((first, _)) => {
                return Err(FindingsError::TwoValues {
                    name: name.clone(),
                    first: first.clone(),
                    second: place,
                }
                .into());
            }
            None => drop(values.insert(name.clone(), (place, value))),
        }
    }
    Ok(Source::Found(values))
}

/// The secret of the manifest that a value belongs to: the one that a fix would make of it, or the
/// one whose variable or name it is bound to.
fn entry<'m>(manifest: &'m Manifest, sought: &Sought) -> Option<&'m Entry> {
    let known = |name: &SecretName| manifest.secret(name);
    let of_fix = sought.secret.as_ref().and_then(known);
    of_fix.or_else(|| {
        let bound_to = sought.bound_to.as_deref()?;
        let mut all = manifest.secrets.iter();
        let by_variable = all.find(|it| it.variable == bound_to);
        by_variable.or_else(|| SecretName::of(bound_to).as_ref().and_then(known))
    })
}

/// The path from the root of the project: reports name files from where they were made.
fn from_root(path: &str, root: &Path) -> String {
    let here = Path::new(path).canonicalize().ok();
    let below = here.as_deref().and_then(|it| it.strip_prefix(root).ok());
    let below = below.and_then(Path::to_str).map(str::to_owned);
    below.unwrap_or_else(|| path.to_owned())
}

fn place(sought: &Sought) -> String {
    format!("{}:{}", plain(&sought.path), sought.line)
}
