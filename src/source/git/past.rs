//! What commits have brought in.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::thread;

use rayon::iter::ParallelIterator as _;
use rayon::slice::ParallelSlice as _;

use super::GitError;
use super::ObjectId;
use super::Repository;
use super::change;
use super::process::Process;

/// What a commit has brought in, in a list of such; small, for there are millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brought {
    /// The content.
    pub id: ObjectId,
    /// Where it was put: a place in the list of paths.
    pub path: u32,
    /// The commit: a place in the list of commits.
    pub commit: u32,
}

/// What commits have brought in.
#[derive(Debug, Default)]
pub struct Record {
    /// The commits, the oldest first.
    pub commits: Vec<ObjectId>,
    /// The paths, each once.
    pub paths: Vec<PathBuf>,
    /// What was brought in, in no order; one content may be brought in more than once.
    pub brought: Vec<Brought>,
}

/// What one process tells of some of the commits.
struct Part {
    paths: BTreeMap<Vec<u8>, u32>,
    brought: Vec<Brought>,
}

impl Repository<'_> {
    /// What the commits of `range` have brought in, or those that anything leads to: branches here
    /// and of servers, tags, notes and the stash.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn record(&self, range: Option<&str>) -> Result<Record, GitError> {
        let order = ["rev-list", "--date-order", "--reverse"];
        let chosen = match range {
            Some(range) => vec!["--end-of-options", range],
            None => vec!["--all"],
        };
        let listed = self.ask_for(&[&order[..], &chosen].concat())?;
        let commits: Vec<ObjectId> = listed
            .split(|it| *it == b'\n')
            .filter_map(ObjectId::of)
            .collect();
        let size = commits.len().div_ceil(rayon::current_num_threads()).max(1);
        let parts: Vec<Result<Part, GitError>> =
            commits.par_chunks(size).map(|it| self.part(it)).collect();
        let mut record = Record::default();
        let mut known: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        for (number, part) in parts.into_iter().enumerate() {
            let part = part?;
            let before = u32::try_from(number * size).or(Err(GitError::Refused))?;
            let mut places = vec![0; part.paths.len()];
            for (path, place) in part.paths {
                let next = u32::try_from(known.len()).or(Err(GitError::Refused))?;
                let place = usize::try_from(place).unwrap_or(usize::MAX);
                if let Some(to) = places.get_mut(place) {
                    *to = *known.entry(path).or_insert(next);
                }
            }
            record.brought.extend(part.brought.into_iter().map(|it| {
                let place = usize::try_from(it.path).unwrap_or(usize::MAX);
                Brought {
                    path: places.get(place).copied().unwrap_or(0),
                    commit: before + it.commit,
                    ..it
                }
            }));
        }
        let mut paths = vec![PathBuf::new(); known.len()];
        for (path, place) in known {
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            if let (Some(to), Some(path)) = (paths.get_mut(place), change::path_of(&path)) {
                *to = path;
            }
        }
        record.paths = paths;
        record.commits = commits;
        Ok(record)
    }

    /// What some commits have brought in.
    fn part(&self, commits: &[ObjectId]) -> Result<Part, GitError> {
        let question = ["diff-tree", "--stdin", "-r", "-c", "--root", "--raw", "-z"];
        let form = [
            "--no-abbrev",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
        ];
        let mut process = Process::start(self, &[&question[..], &form].concat())?;
        let mut input = process.input.take().ok_or(GitError::Refused)?;
        let mut part = Part {
            paths: BTreeMap::new(),
            brought: Vec::new(),
        };
        thread::scope(|scope| {
            // A pipe holds less than all of it.
            scope.spawn(move || {
                let mut ids = commits.iter();
                ids.try_for_each(|it| input.write_all(format!("{it}\n").as_bytes()))
            });
            part.read(&mut process, commits)
        })?;
        process.finish()?;
        Ok(part)
    }
}

impl Part {
    /// Reads what `process` tells of `commits`, in their order.
    fn read(&mut self, process: &mut Process, commits: &[ObjectId]) -> Result<(), GitError> {
        let mut left = commits.iter().enumerate();
        let mut commit = 0;
        let mut field = Vec::new();
        let mut next = |into: &mut Vec<u8>| {
            into.clear();
            let read = process.output.read_until(0, into);
            into.pop();
            read.unwrap_or(0) > 0
        };
        while next(&mut field) {
            if !field.starts_with(b":") {
                // Commits that bring nothing are not told.
                let id = ObjectId::of(&field);
                let found = left.find(|(_, it)| Some(**it) == id);
                let (number, _) = found.ok_or(GitError::Refused)?;
                commit = u32::try_from(number).or(Err(GitError::Refused))?;
                continue;
            }
            let id = brought(&field);
            if !next(&mut field) {
                break;
            }
            let Some(id) = id else {
                continue;
            };
            let path = if let Some(path) = self.paths.get(&field) {
                *path
            } else {
                let new = u32::try_from(self.paths.len()).or(Err(GitError::Refused))?;
                self.paths.insert(field.clone(), new);
                new
            };
            self.brought.push(Brought { id, path, commit });
        }
        Ok(())
    }
}

/// The content that `:100644 100644 id id M` tells of, with more modes and ids after a merge: the
/// last, unless it is gone or is no file.
fn brought(head: &[u8]) -> Option<ObjectId> {
    let parents = head.iter().take_while(|it| **it == b':').count();
    let mut words = head.get(parents..)?.split(|it| *it == b' ');
    let mode = words.nth(parents)?;
    let id = words.nth(parents)?;
    ObjectId::of(id).filter(|_| change::is_file(mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "94fe0dcbb677243f49812dcbd0a4970844154129";
    const B: &str = "0a0e0dcbb677243f49812dcbd0a4970844154129";
    const NONE: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn a_change_brings_its_last_content() {
        let b = ObjectId::of(B.as_bytes());
        let one = format!(":100644 100755 {A} {B} M");
        assert_eq!(brought(one.as_bytes()), b);
        let merged = format!("::100644 100755 100644 {A} {A} {B} MM");
        assert_eq!(brought(merged.as_bytes()), b);
        for nothing in [
            format!(":100644 000000 {A} {NONE} D"),
            format!(":000000 160000 {NONE} {A} A"),
            format!(":000000 120000 {NONE} {A} A"),
            ":".to_owned(),
        ] {
            assert_eq!(brought(nothing.as_bytes()), None, "{nothing}");
        }
    }
}
