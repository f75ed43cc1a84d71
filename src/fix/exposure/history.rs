//! Whether the history of a project has a value: looked at here, never printed, never an argument.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use aho_corasick::AhoCorasick;

use super::{Exposure, Gap, History};
use crate::fix::FixPlan;
use crate::secret::Secret;
use crate::secret::SecretName;
use crate::source::git::Blob;
use crate::source::git::GitError;
use crate::source::git::Moment;
use crate::source::git::Repository;

/// How long a history is looked at.
const TIME: Duration = Duration::from_secs(15);

/// Lines of values that are shorter occur by accident.
const SHORTEST: usize = 6;

/// Tells `exposures`, the secrets that leave the code with `plan`, whether the history has them.
///
/// A history that is too long is looked at in part: what is in the last commit is found in any
/// case.
pub fn trace(exposures: &mut [Exposure<'_>], plan: &FixPlan, root: &Path) {
    if exposures.is_empty() {
        return;
    }
    let needles = Needles::new(exposures, plan);
    let mut search = Search {
        needles: &needles,
        first: BTreeMap::new(),
    };
    let repository = Repository::find(root, TIME);
    let complete = repository
        .as_ref()
        .map_err(|it| *it)
        .and_then(|repository| {
            search.last_commit(repository, plan, root)?;
            search.whole(repository)?;
            repository.is_shallow()
        });
    let gap = match complete {
        Ok(false) => None,
        Ok(true) => Some(Gap::Shallow),
        Err(GitError::Late) => Some(Gap::TooLong),
        Err(GitError::Missing | GitError::Refused) => Some(Gap::NoRepository),
    };
    for (number, exposure) in exposures.iter_mut().enumerate() {
        exposure.history = match (search.first.get(&number), gap) {
            (Some(first), _) => committed(first.as_ref(), repository.as_ref().ok()),
            (None, _) if !needles.known.contains(&number) => History::Unknown(Gap::TooShort),
            (None, Some(gap)) => History::Unknown(gap),
            (None, None) => History::Uncommitted,
        };
    }
}

/// What is told of a value whose first commit is known, if it is.
fn committed(first: Option<&Moment>, repository: Option<&Repository<'_>>) -> History {
    let day = first.and_then(|it| jiff::Timestamp::from_second(it.time).ok());
    let branches = first.and_then(|it| repository?.branches(it).ok());
    History::Committed {
        first_seen: day.map(|it| it.strftime("%Y-%m-%d").to_string()),
        branches: branches.unwrap_or(0),
    }
}

/// What is looked for.
struct Needles {
    finder: Option<AhoCorasick>,
    /// For each text that is looked for, whose it is, by place in the list of exposures.
    owners: Vec<usize>,
    /// Those that can be looked for.
    known: BTreeSet<usize>,
}

impl Needles {
    #[expect(
        clippy::disallowed_methods,
        reason = "what is looked for in the history is the value"
    )]
    fn new(exposures: &[Exposure<'_>], plan: &FixPlan) -> Self {
        let values: BTreeMap<&SecretName, &Secret> = plan
            .deposits
            .iter()
            .map(|it| (&it.name, &it.value))
            .collect();
        let (mut texts, mut owners) = (Vec::new(), Vec::new());
        for (number, exposure) in exposures.iter().enumerate() {
            let value = values.get(&exposure.name).map_or("", |it| it.expose());
            // A line of its own is written alike wherever line endings are escapes.
            let lines = value.lines().map(str::trim);
            let longest = lines.max_by_key(|it| it.len()).unwrap_or_default();
            if longest.len() < SHORTEST {
                continue;
            }
            let escaped = longest.replace('\\', "\\\\");
            let double = escaped.replace('"', "\\\"");
            let single = escaped.replace('\'', "\\'");
            let mut forms = vec![longest.to_owned(), escaped, double, single];
            forms.sort();
            forms.dedup();
            owners.extend(forms.iter().map(|_| number));
            texts.extend(forms.into_iter().map(Secret::new));
        }
        let known = owners.iter().copied().collect();
        let finder = AhoCorasick::new(texts.iter().map(Secret::expose)).ok();
        Self {
            finder: finder.filter(|_| !owners.is_empty()),
            owners,
            known,
        }
    }

    /// Whose values are in `content`, as words of their own.
    fn owners_in(&self, content: &[u8]) -> BTreeSet<usize> {
        let Some(finder) = &self.finder else {
            return BTreeSet::new();
        };
        let is_part = |at: Option<usize>| {
            let byte = at.and_then(|it| content.get(it));
            byte.is_some_and(u8::is_ascii_alphanumeric)
        };
        finder
            .find_overlapping_iter(content)
            .filter(|it| !is_part(it.start().checked_sub(1)) && !is_part(Some(it.end())))
            .filter_map(|it| self.owners.get(it.pattern().as_usize()).copied())
            .collect()
    }
}

/// What has been found so far.
struct Search<'n> {
    needles: &'n Needles,
    /// Who was found, and in which commit first, if that is known.
    first: BTreeMap<usize, Option<Moment>>,
}

impl Search<'_> {
    /// Looks at the files of `plan` as the last commit has them.
    fn last_commit(
        &mut self,
        repository: &Repository<'_>,
        plan: &FixPlan,
        root: &Path,
    ) -> Result<(), GitError> {
        let root = root.canonicalize().or(Err(GitError::Refused))?;
        let mut reader = repository.reader()?;
        let mut content = Vec::new();
        for file in &plan.files {
            let below = file.file.strip_prefix(&root).ok().and_then(Path::to_str);
            let Some(below) = below else {
                continue;
            };
            if reader.read(&format!("HEAD:./{below}"), &mut content)? {
                for owner in self.needles.owners_in(&content) {
                    self.first.insert(owner, None);
                }
            }
        }
        Ok(())
    }

    /// Looks at everything, the oldest first, until every value was found.
    fn whole(&mut self, repository: &Repository<'_>) -> Result<(), GitError> {
        let commits = repository.commits()?;
        let blobs = repository.blobs(&commits)?;
        let mut left = self.needles.known.clone();
        let mut reader = repository.reader()?;
        let mut content = Vec::new();
        for Blob { id, commit } in &blobs {
            if left.is_empty() {
                break;
            }
            if !reader.read(id, &mut content)? {
                continue;
            }
            for owner in self.needles.owners_in(&content) {
                if left.remove(&owner) {
                    self.first.insert(owner, commits.get(*commit).cloned());
                }
            }
        }
        Ok(())
    }
}
