//! Controls of standards that the work of shield supports, and how a project is, as far as that
//! belongs to them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::risk::Level;
use crate::yaml::Mistake;
use crate::yaml::Script;

/// The controls that this program knows.
const BUILT_IN: &str = include_str!("controls.yaml");

/// What errors call them.
const NAME: &str = "src/inventory/controls.yaml";

/// The version of the form that this program reads.
const SCHEMA: u32 = 1;

/// The advice for a list that cannot be read: it is a part of the program.
const HELP: &str = "please report it";

/// The controls that are supported.
#[derive(Debug)]
pub struct Controls {
    /// The day on which the list was last gone through.
    pub date: String,
    /// The controls, in the order of the list.
    pub all: Vec<Control>,
}

/// A control that is supported.
#[derive(Debug)]
pub struct Control {
    /// The standard that asks for it.
    pub standard: String,
    /// What the standard calls it.
    pub name: String,
    /// What shield does for it.
    pub supports: String,
    /// What shows that.
    pub evidence: Vec<Evidence>,
    /// What of a project belongs to it.
    facts: Vec<Fact>,
}

/// What shows how a project is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it tells.
    pub report: String,
    /// The command that gives it.
    pub command: String,
}

/// How a project is, as far as controls ask.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What a scan of its files has found.
    pub findings: Findings,
    /// How many values were in the code and are not replaced.
    pub exposed: usize,
    /// How many secrets there are.
    pub secrets: usize,
    /// How many of them have no rotation.
    pub unscheduled: usize,
    /// How many have no owner.
    pub unowned: usize,
    /// What the store tells; nothing when it did not answer.
    pub overdue: Option<Overdue>,
    /// What encrypts them.
    pub key: String,
    /// How many roles are named that may read.
    pub readers: usize,
}

/// What a scan has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Findings {
    /// How many findings are open.
    pub open: usize,
    /// The worst of them.
    pub worst: Option<Level>,
    /// How many were let be, by comments or the baseline.
    pub suppressed: usize,
}

/// What only the store tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// How many secrets should have been replaced before.
    pub overdue: usize,
    /// How many are not kept as the manifest says.
    pub differing: usize,
}

/// What of a project belongs to a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fact {
    Findings,
    Exposed,
    Overdue,
    Unscheduled,
    Unowned,
    Key,
    Readers,
    Differing,
}

/// The list as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Syntax {
    schema: Spanned<u32>,
    date: String,
    evidence: BTreeMap<String, Evidence>,
    controls: Vec<Item>,
}

/// A control as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    standard: String,
    control: String,
    supports: String,
    evidence: Vec<Spanned<String>>,
    facts: Vec<Fact>,
}

impl Controls {
    /// The controls that this program knows.
    ///
    /// # Errors
    ///
    /// Does not fail: a test reads them.
    pub fn built_in() -> Result<Self, Mistake> {
        let script = Script::new(NAME, BUILT_IN, HELP);
        let syntax: Syntax = script.parse()?;
        if syntax.schema.value != SCHEMA {
            let message = format!("this program reads `schema: {SCHEMA}`");
            return Err(script.mistake_at(&syntax.schema, message, HELP));
        }
        let named = |name: &Spanned<String>| {
            let found = syntax.evidence.get(&name.value).cloned();
            found.ok_or_else(|| script.mistake_at(name, "there is no such evidence", HELP))
        };
        let control = |it: Item| {
            Ok(Control {
                standard: it.standard,
                name: it.control,
                supports: it.supports,
                evidence: it.evidence.iter().map(named).collect::<Result<_, _>>()?,
                facts: it.facts,
            })
        };
        let all: Result<_, Mistake> = syntax.controls.into_iter().map(control).collect();
        Ok(Self {
            date: syntax.date,
            all: all?,
        })
    }
}

impl Control {
    /// How the project is, as far as that belongs to the control: one line for each fact.
    #[must_use]
    pub fn state(&self, facts: &Facts) -> Vec<String> {
        self.facts.iter().map(|it| facts.told(*it)).collect()
    }
}

impl Facts {
    /// A fact in words.
    fn told(&self, fact: Fact) -> String {
        let of_store = |what: &str, told: fn(Overdue) -> String| {
            let unknown = || format!("{what}: not known, the store did not answer");
            self.overdue.map_or_else(unknown, told)
        };
        match fact {
            Fact::Findings => self.findings.told(),
            Fact::Exposed => match self.exposed {
                0 => "no value that was in the code waits to be replaced".to_owned(),
                1 => "1 value that was in the code waits to be replaced".to_owned(),
                many => format!("{many} values that were in the code wait to be replaced"),
            },
            Fact::Overdue => of_store("overdue rotations", |it| match it.overdue {
                0 => "no rotation is overdue".to_owned(),
                1 => "1 rotation is overdue".to_owned(),
                many => format!("{many} rotations are overdue"),
            }),
            Fact::Differing => of_store("differences of the store", |it| match it.differing {
                0 => "the store is as the manifest says".to_owned(),
                1 => "1 secret is not kept as the manifest says".to_owned(),
                many => format!("{many} secrets are not kept as the manifest says"),
            }),
            Fact::Unscheduled => self.without(self.unscheduled, "rotation"),
            Fact::Unowned => self.without(self.unowned, "owner"),
            Fact::Key => format!("encrypted with {}", self.key),
            Fact::Readers => match self.readers {
                0 => "no role that may read is named".to_owned(),
                1 => "1 role that may read is named".to_owned(),
                many => format!("{many} roles that may read are named"),
            },
        }
    }

    /// How many secrets lack something.
    fn without(&self, number: usize, what: &str) -> String {
        let verb = if number == 1 { "has" } else { "have" };
        format!("{number} of {} secrets {verb} no {what}", self.secrets)
    }
}

impl Findings {
    fn told(self) -> String {
        let plural = if self.open == 1 { "" } else { "s" };
        let worst = self.worst.map(|it| format!(", the worst {}", it.as_str()));
        let suppressed = match self.suppressed {
            0 => String::new(),
            many => format!("; {many} let be"),
        };
        let open = self.open;
        format!(
            "{open} open finding{plural}{}{suppressed}",
            worst.unwrap_or_default()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Facts = Facts {
        findings: Findings {
            open: 0,
            worst: None,
            suppressed: 0,
        },
        exposed: 0,
        secrets: 3,
        unscheduled: 0,
        unowned: 0,
        overdue: None,
        key: String::new(),
        readers: 1,
    };

    #[test]
    fn every_control_has_evidence_and_claims_nothing() {
        let controls = Controls::built_in().unwrap();
        assert!(controls.date.parse::<jiff::civil::Date>().is_ok());
        for control in &controls.all {
            assert!(!control.evidence.is_empty(), "{}", control.name);
            let words = control.supports.to_lowercase();
            for claim in [
                "complian",
                "certif",
                "ensure",
                "guarantee",
                "meets",
                "fulfil",
            ] {
                assert!(!words.contains(claim), "{words}");
            }
        }
        let mut names: Vec<_> = controls
            .all
            .iter()
            .map(|it| (&it.standard, &it.name))
            .collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), controls.all.len());
    }

    #[test]
    fn a_store_that_does_not_answer_is_no_good_news() {
        assert!(GOOD.told(Fact::Overdue).contains("not known"));
        assert!(GOOD.told(Fact::Differing).contains("not known"));
        let told = Facts {
            overdue: Some(Overdue {
                overdue: 2,
                differing: 1,
            }),
            ..GOOD
        };
        assert_eq!(told.told(Fact::Overdue), "2 rotations are overdue");
        assert_eq!(
            told.told(Fact::Differing),
            "1 secret is not kept as the manifest says"
        );
    }

    #[test]
    fn findings_are_counted_in_words() {
        let findings = Findings {
            open: 1,
            worst: Some(Level::High),
            suppressed: 2,
        };
        assert_eq!(findings.told(), "1 open finding, the worst high; 2 let be");
        assert_eq!(GOOD.findings.told(), "0 open findings");
    }
}
