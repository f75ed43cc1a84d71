//! Versions of a lock file: what an earlier one had, and promised nothing, is not looked at again.
//!
//! Such a file has tens of thousands of lines, of which a version changes a few. What a needle
//! promises is decided by what stands around it. So a line that an earlier version had, with the
//! same lines around it, promises nothing where nothing in that version did. As soon as a version
//! promises anything, it and those after it are scanned whole: findings are the same either way.

use std::collections::HashSet;
use std::hash::BuildHasher as _;
use std::hash::RandomState;

use camino::Utf8PathBuf;

use super::Detector;
use super::Scan;
use super::candidate::Scene;
use super::decode;
use super::document::Document;
use super::guarded;
use super::names::Names;
use super::survey;
use crate::lang::Syntax;
use crate::risk::FileClass;
use crate::source;
use crate::source::Source;
use crate::source::SourceRef;

/// How many lines on each side of a line are its surroundings: longer than a key of 4,096 bits.
const AROUND: usize = 64;

/// What the place of one line counts for in the print of its surroundings; odd, so that none is lost.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// What is known of the versions of one file.
#[derive(Debug, Default)]
pub struct Versions {
    path: Utf8PathBuf,
    /// Prints of lines with their surroundings.
    known: HashSet<u64>,
    /// Whether a version has promised something.
    promising: bool,
    hasher: RandomState,
}

impl Versions {
    /// Forgets what is known, unless it is of the file with this path.
    fn turn_to(&mut self, at: &SourceRef) {
        if self.path != at.path {
            self.path.clone_from(&at.path);
            self.known.clear();
            self.promising = false;
        }
    }

    /// A print of every line with its surroundings.
    fn prints(&self, lines: &[&str]) -> Vec<u64> {
        let line = |it: &&str| self.hasher.hash_one(it);
        let edge = || std::iter::repeat_n(0, AROUND);
        let lines = edge().chain(lines.iter().map(line)).chain(edge());
        let lines: Vec<u64> = lines.collect();
        // What the line that leaves the surroundings has counted for.
        let oldest = (0..=2 * AROUND).fold(1_u64, |it, _| it.wrapping_mul(STEP));
        let mut print = 0_u64;
        let mut prints = Vec::with_capacity(lines.len());
        for (number, hash) in lines.iter().enumerate() {
            print = print.wrapping_mul(STEP).wrapping_add(*hash);
            let left = number.checked_sub(2 * AROUND + 1);
            if let Some(gone) = left.and_then(|it| lines.get(it)) {
                print = print.wrapping_sub(gone.wrapping_mul(oldest));
            }
            if number >= 2 * AROUND {
                prints.push(print);
            }
        }
        prints
    }

    /// The lines that are not known, with what surrounds them.
    fn rest(&self, lines: &[&str], prints: &[u64]) -> String {
        let mut rest = String::new();
        let mut done = 0;
        for (number, print) in prints.iter().enumerate() {
            if self.known.contains(print) {
                continue;
            }
            let start = number.saturating_sub(AROUND).max(done);
            let end = (number + AROUND + 1).min(lines.len());
            if start > done {
                rest.push('\n');
            }
            rest.extend(lines.get(start..end).unwrap_or_default().iter().copied());
            done = done.max(end);
        }
        rest
    }
}

impl<'p> Detector<'p> {
    /// Like [`Self::scan`], for versions of a file that come one after the other.
    #[must_use]
    pub fn scan_version(
        &self,
        at: &SourceRef,
        buffer: &mut Vec<u8>,
        versions: &mut Versions,
    ) -> Scan<'p> {
        versions.turn_to(at);
        let is_data = match Syntax::of_path(at.inner()) {
            Syntax::Data(_) | Syntax::Plain => at.class == FileClass::Lockfile,
            Syntax::Tree(_) | Syntax::Lexed(_) => false,
        };
        if !is_data || versions.promising || self.explain || !at.archives.is_empty() {
            return self.scan(at, buffer);
        }
        guarded(at, || match source::load(at, self.max_file_size, buffer) {
            Ok(Some(source)) => self.scan_rest(&source, versions),
            Ok(None) => Scan::default(),
            Err(notice) => Scan {
                notices: vec![notice],
                ..Scan::default()
            },
        })
    }

    /// Scans a version, unless nothing is to be expected of it.
    fn scan_rest(&self, source: &Source<'_>, versions: &mut Versions) -> Scan<'p> {
        let lines: Vec<&str> = source.text.split_inclusive('\n').collect();
        let prints = versions.prints(&lines);
        let rest = versions.rest(&lines, &prints);
        if self.promises(&rest, source.at) {
            versions.promising = true;
            return self.scan_text(source);
        }
        versions.known.extend(prints);
        Scan {
            files: 1,
            bytes: source.text.len() as u64,
            ..Scan::default()
        }
    }

    /// Whether anything may be found in a text.
    fn promises(&self, text: &str, at: &SourceRef) -> bool {
        let document = &Document::new(text, Syntax::of_path(at.inner()));
        let scene = Scene {
            document,
            names: &Names::new(&self.prefilter, &self.memos),
            at,
            explain: false,
        };
        let survey = survey::survey((&self.prefilter, &self.calls), scene);
        !survey.is_empty_but_for_code() || !decode::look(&self.prefilter, scene, &[]).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::fmt::Write as _;

    use super::*;
    use crate::pattern;
    use crate::pattern::PatternSet;
    use crate::source::Encoding;
    use crate::source::Origin;

    const TOKEN: &str = concat!("ghp_NotARealToken", "JustAnExample00011gfy10");

    /// A lock file with so many packages.
    fn lock(packages: usize) -> String {
        let mut text = String::from("{\n  \"packages\": {\n");
        for number in 0..packages {
            let line = "    \"p{n}\": {\n      \"version\": \"1.{n}.0\"\n    },\n";
            text.push_str(&line.replace("{n}", &number.to_string()));
        }
        text.push_str("  }\n}\n");
        text
    }

    fn at(path: &str) -> SourceRef {
        SourceRef {
            path: path.into(),
            file: path.into(),
            class: FileClass::Lockfile,
            archives: Vec::new(),
            origin: Origin::File,
        }
    }

    /// How much of each version is looked at, in lines, and how much is found in it.
    fn scanned(texts: &[String]) -> Vec<(usize, usize)> {
        let patterns = PatternSet::load(&pattern::Options::default()).unwrap();
        let detector = Detector::new(&patterns, 1 << 20);
        let at = at("package-lock.json");
        let mut versions = Versions::default();
        let scan = |text: &String| {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let rest = versions.rest(&lines, &versions.prints(&lines));
            let source = Source {
                at: &at,
                text: Cow::Borrowed(text),
                encoding: Encoding::Utf8,
            };
            let whole = detector.scan_text(&source);
            let scan = if versions.promising {
                detector.scan_text(&source)
            } else {
                detector.scan_rest(&source, &mut versions)
            };
            let places = |told: &Scan<'_>| -> Vec<(usize, String)> {
                let findings = told.findings.iter();
                findings
                    .map(|it| (it.location.span.start, it.pattern.id().to_owned()))
                    .collect()
            };
            assert_eq!(places(&scan), places(&whole));
            assert_eq!((scan.files, scan.bytes), (whole.files, whole.bytes));
            (rest.lines().count(), scan.findings.len())
        };
        texts.iter().map(scan).collect()
    }

    #[test]
    fn only_what_is_new_in_a_version_is_looked_at() {
        let first = lock(1_000);
        let bumped = first.replace("\"1.500.0\"", "\"2.0.0\"");
        let lines = first.lines().count();
        let all = scanned(&[first.clone(), bumped.clone(), first.clone(), bumped]);
        // Its own, theirs, and an empty line before what is not the start.
        let surroundings = 4 * AROUND + 2;
        assert_eq!(all, [(lines, 0), (surroundings, 0), (0, 0), (0, 0)]);
        let shorter = scanned(&[first, lock(990)]);
        assert!(shorter[1].0 < 6 * AROUND, "{shorter:?}");
    }

    #[test]
    fn what_a_version_brings_is_found_in_it_and_in_those_after_it() {
        let first = lock(1_000);
        let mut secret = String::new();
        write!(secret, "\"1.0.0\", \"resolved\": \"{TOKEN}\"").unwrap();
        let with = first.replace("\"1.700.0\"", &secret);
        let then = with.replace("\"1.3.0\"", "\"1.3.1\"");
        let all = scanned(&[first.clone(), with, then, first]);
        let found: Vec<usize> = all.iter().map(|it| it.1).collect();
        assert_eq!(found, [0, 1, 1, 0]);
    }

    #[test]
    fn lines_that_come_together_anew_are_looked_at() {
        let token = TOKEN.split_at(8);
        let before = lock(200);
        let apart = before.replace("1.50.0", token.0);
        let joined = apart.replace(
            &format!("{}\"", token.0),
            &format!("{}{}\"", token.0, token.1),
        );
        let found: Vec<usize> = scanned(&[apart, joined]).iter().map(|it| it.1).collect();
        assert_eq!(found, [0, 1]);
    }

    #[test]
    fn another_file_starts_anew() {
        let mut versions = Versions::default();
        versions.turn_to(&at("a.lock"));
        versions.known.insert(1);
        versions.promising = true;
        versions.turn_to(&at("a.lock"));
        assert!(versions.promising && versions.known.contains(&1));
        versions.turn_to(&at("b.lock"));
        assert!(!versions.promising && versions.known.is_empty());
    }
}
