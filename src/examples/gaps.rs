//! What a pattern file lacks that a built-in one must have.

use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;

use super::Case;
use super::Kind;
use crate::lang::Family;
use crate::lang::Language;
use crate::pattern::Matcher;
use crate::pattern::Pattern;
use crate::yaml::Script;

/// The keys of a pattern file in the order of a reader's questions, and whether a built-in file
/// must have them.
const KEYS: [(&str, bool); 18] = [
    ("schema", true),
    ("id", true),
    ("formerly", false),
    ("aliases", false),
    ("title", true),
    ("status", true),
    ("severity", true),
    ("confidence", true),
    ("summary", true),
    ("files", false),
    ("detect", true),
    ("together", false),
    ("risk_assessment", true),
    ("fix", false),
    ("remediation", true),
    ("rotation", false),
    ("references", true),
    ("examples", true),
];

/// Something that a pattern file lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Gap {
    /// A key is not there.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A key stands behind one that comes later.
    #[error("`{0}` belongs before `{1}`")]
    Order(String, String),
    /// A key is there, or need not be, but what it should say is not.
    #[error("`{0}` says nothing")]
    Empty(&'static str),
    /// A title is not a noun phrase.
    #[error("`title` is a noun phrase and ends without a full stop")]
    Title,
    /// A text does not end as a sentence does.
    #[error("`{0}` ends without a full stop")]
    Sentence(&'static str),
    /// No example is written in a language that a query is for.
    #[error("no match is written in {}", language(*.0))]
    Unshown(Family),
    /// No point would look at an example.
    #[error("match {0} holds none of the words that the pattern is looked for by")]
    NoNeedle(usize),
}

/// Everything that the file of `pattern` lacks, in the order in which its keys are written.
#[must_use]
pub fn gaps(pattern: &Pattern) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let keys = Script::new(pattern.id(), pattern.text(), "").parse();
    let Keys(keys) = keys.unwrap_or_default();
    let place = |key: &str| KEYS.iter().position(|(it, _)| *it == key);
    for pair in keys.windows(2) {
        if let [one, two] = pair
            && place(one) > place(two)
        {
            gaps.push(Gap::Order(two.clone(), one.clone()));
        }
    }
    let needed = KEYS.iter().filter(|(_, needed)| *needed);
    let missing = needed.filter(|(key, _)| !keys.iter().any(|it| it == key));
    gaps.extend(missing.map(|(key, _)| Gap::Missing(key)));
    let is_there = |what: &str| {
        let key = what.split('.').next().unwrap_or(what);
        keys.iter().any(|it| it == key) || key == "rotation"
    };
    gaps.extend(texts(pattern).into_iter().filter(|it| match it {
        Gap::Empty(what) | Gap::Sentence(what) => is_there(what),
        Gap::Missing(_) | Gap::Order(..) | Gap::Title | Gap::Unshown(_) | Gap::NoNeedle(_) => true,
    }));
    gaps.extend(unshown(pattern));
    gaps.extend(without_needle(pattern));
    gaps
}

/// What is there and says too little.
fn texts(pattern: &Pattern) -> Vec<Gap> {
    let title = pattern.file.title.trim();
    let mut gaps = Vec::new();
    if title.is_empty() || title.ends_with('.') {
        gaps.push(Gap::Title);
    }
    for (what, text) in [
        ("summary", pattern.file.summary.as_str()),
        ("remediation", pattern.remediation()),
    ] {
        if text.trim().is_empty() {
            gaps.push(Gap::Empty(what));
        } else if !text.trim().ends_with('.') {
            gaps.push(Gap::Sentence(what));
        }
    }
    let (references, examples) = (pattern.references(), pattern.examples());
    let empty = [
        (
            "risk_assessment.attack_vectors",
            pattern.risk.attack_vectors.is_empty(),
        ),
        ("risk_assessment.labels", pattern.risk.labels.is_empty()),
        ("rotation.steps", pattern.rotation().steps.is_empty()),
        ("references.cwe", references.cwe.is_empty()),
        ("references.owasp", references.owasp.is_empty()),
        ("examples.match", examples.matches.is_empty()),
        ("examples.no_match", examples.no_match.is_empty()),
    ];
    let empty = empty.into_iter().filter(|(_, is_empty)| *is_empty);
    gaps.extend(empty.map(|(what, _)| Gap::Empty(what)));
    gaps
}

/// The families of languages that a query is for and no example is written in.
fn unshown(pattern: &Pattern) -> Vec<Gap> {
    let matches = &pattern.examples().matches;
    let is_shown = |family: Family| {
        matches.iter().any(|it| {
            let language = Language::of_path(it.path.as_str().into());
            language.map(Language::family) == Some(family)
        })
    };
    let mut gaps: Vec<Gap> = Vec::new();
    for point in &pattern.points {
        let shapes = match &point.matcher {
            Matcher::Query { shapes, .. } => shapes.as_slice(),
            Matcher::Absence { anchor, .. } => anchor.as_slice(),
            Matcher::Literal { .. }
            | Matcher::Assignment { .. }
            | Matcher::EnvRead { .. }
            | Matcher::Argument { .. } => &[],
        };
        for (family, _) in shapes {
            let gap = Gap::Unshown(*family);
            if !is_shown(*family) && !gaps.contains(&gap) {
                gaps.push(gap);
            }
        }
    }
    gaps
}

/// The matches that hold no needle: the prefilter hides them.
fn without_needle(pattern: &Pattern) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for (example, number) in pattern.examples().matches.iter().zip(1..) {
        let case = Case {
            pattern,
            kind: Kind::Match(example),
            number,
        };
        let text = case.code().to_ascii_lowercase();
        let mut needles = pattern.points.iter().flat_map(|it| &it.needles);
        if !needles.any(|it| memchr::memmem::find(text.as_bytes(), &it.bytes).is_some()) {
            gaps.push(Gap::NoNeedle(number));
        }
    }
    gaps
}

/// What a family of languages is called.
fn language(family: Family) -> &'static str {
    match family {
        Family::Python => "Python",
        Family::EcmaScript => "JavaScript or TypeScript",
    }
}

/// The keys of a mapping, in the order in which they are written.
#[derive(Debug, Default)]
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Keys;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some(key) = map.next_key()? {
                    keys.push(key);
                    map.next_value::<IgnoredAny>()?;
                }
                Ok(Keys(keys))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Options;
    use crate::pattern::PatternSet;

    /// What the only pattern of this text lacks.
    fn of(text: &str) -> Vec<String> {
        let options = Options {
            inline: vec![("acme.yaml".to_owned(), text.to_owned())],
            ..Options::default()
        };
        let patterns = PatternSet::all(&options).unwrap();
        let pattern = patterns.find("acme/key").unwrap();
        gaps(pattern).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn five_keys_are_enough_to_run_and_too_few_to_be_complete() {
        let text = "schema: 1\nid: acme/key\nseverity: low\ntitle: Key of Acme.\n\
                    detect:\n  - env_read: { name: acme }\n";
        insta::assert_snapshot!(of(text).join("\n"), @"
        `title` belongs before `severity`
        `status` is missing
        `confidence` is missing
        `summary` is missing
        `risk_assessment` is missing
        `remediation` is missing
        `references` is missing
        `examples` is missing
        `title` is a noun phrase and ends without a full stop
        `rotation.steps` says nothing
        ");
    }

    #[test]
    fn what_a_key_should_say_is_missed() {
        let text = "schema: 1\nid: acme/key\ntitle: Key of Acme\nstatus: stable\nseverity: low\n\
                    confidence: low\nsummary: A key\n\
                    detect:\n  - literal: { regex: 'acme_(?<secret>[0-9]{40})' }\n\
                    risk_assessment:\n  impact: low\n  exploitability: low\n  \
                    affected_scope: local\n  attack_vectors: []\n  labels: []\n\
                    remediation: ''\nrotation: { steps: [Make a new one.] }\nreferences: {}\n\
                    examples:\n  match:\n    - { in: a.py, code: 'acme' }\n";
        insta::assert_snapshot!(of(text).join("\n"), @"
        `summary` ends without a full stop
        `remediation` says nothing
        `risk_assessment.attack_vectors` says nothing
        `risk_assessment.labels` says nothing
        `references.cwe` says nothing
        `references.owasp` says nothing
        `examples.no_match` says nothing
        match 1 holds none of the words that the pattern is looked for by
        ");
    }

    #[test]
    fn a_query_is_shown_in_each_language_that_it_is_for() {
        let text = "schema: 1\nid: acme/key\ntitle: Key of Acme\nseverity: low\n\
                    detect:\n  - query:\n      keywords: [acme]\n      shapes:\n        \
                    python: '(string) @secret'\n        ecmascript: '(string) @secret'\n\
                    examples:\n  match:\n    - { in: a.py, code: 'acme' }\n";
        let gaps = of(text);
        let last = gaps.last().unwrap();
        assert_eq!(last, "no match is written in JavaScript or TypeScript");
    }
}
