//! How bad a finding is, and why.

mod assessment;

pub use assessment::{AttackVector, Level, RiskAssessment, Scope};

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::text::Role;

/// What kind of place a secret was found in, as far as risk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileClass {
    /// Code and configuration that the project runs.
    Code,
    /// Tests and what they read.
    Test,
    /// Prose, examples and templates.
    Documentation,
    /// Somebody else's code, copied in.
    Vendored,
    /// What a tool has written: bundles, minified files.
    Generated,
    /// Versions and checksums of dependencies.
    Lockfile,
}

impl FileClass {
    /// The word for it in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Test => "test",
            Self::Documentation => "documentation",
            Self::Vendored => "vendored",
            Self::Generated => "generated",
            Self::Lockfile => "lockfile",
        }
    }
}

/// What a scan adds to an assessment: how sure it is, and where it looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// How bad the pattern, or the point of it that matched, says the finding is.
    pub severity: Level,
    /// How likely the finding is a real secret; never critical.
    pub confidence: Level,
    /// The class of the file.
    pub class: FileClass,
    /// What the finding is to its language.
    pub role: Role,
}

impl clap::ValueEnum for Level {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Low, Self::Medium, Self::High, Self::Critical]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.as_str()))
    }
}

/// How bad a finding is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// From 0 to 100.
    pub score: u8,
    /// The band the score lies in.
    pub level: Level,
    /// What the score was made of, in the order of making.
    pub factors: Vec<Factor>,
}

/// One multiplication in the making of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// What was weighed.
    pub name: Cow<'static, str>,
    /// What it was found to be.
    pub because: Cow<'static, str>,
    /// What is left of the score, in percent.
    pub percent: u8,
}

/// Weighs what is known: a product of percentages that starts at 100.
///
/// The weights are explained in `docs/risk.md`.
#[must_use]
pub fn assess(assessment: &RiskAssessment, evidence: &Evidence) -> Risk {
    let factors = vec![
        severity(evidence.severity),
        impact(assessment.impact),
        exploitability(assessment.exploitability),
        scope(assessment.affected_scope),
        confidence(evidence.confidence),
        class(evidence.class),
        role(evidence.role),
    ];
    // In thousandths of a percent, so that rounding happens once.
    let product = factors.iter().fold(100_000_u64, |it, factor| {
        it * u64::from(factor.percent) / 100
    });
    let score = u8::try_from(product.div_ceil(1_000)).unwrap_or(100);
    Risk {
        score,
        level: band(score),
        factors,
    }
}

/// The band of a score.
fn band(score: u8) -> Level {
    match score {
        80.. => Level::Critical,
        60..80 => Level::High,
        30..60 => Level::Medium,
        0..30 => Level::Low,
    }
}

// The top of each band: no other factor can make a finding worse than its pattern says.
fn severity(level: Level) -> Factor {
    factor(
        "severity",
        level.as_str(),
        match level {
            Level::Critical => 100,
            Level::High => 79,
            Level::Medium => 59,
            Level::Low => 29,
        },
    )
}

fn impact(level: Level) -> Factor {
    factor(
        "impact",
        level.as_str(),
        match level {
            Level::Critical => 100,
            Level::High => 98,
            Level::Medium => 92,
            Level::Low => 85,
        },
    )
}

fn exploitability(level: Level) -> Factor {
    factor(
        "exploitability",
        level.as_str(),
        match level {
            Level::Critical | Level::High => 100,
            Level::Medium => 96,
            Level::Low => 85,
        },
    )
}

fn scope(scope: Scope) -> Factor {
    let (because, percent) = match scope {
        Scope::Local => ("local", 85),
        Scope::Service => ("service", 97),
        Scope::Organization => ("organization", 100),
        Scope::Customers => ("customers", 100),
    };
    factor("affected scope", because, percent)
}

fn confidence(level: Level) -> Factor {
    factor(
        "confidence",
        level.as_str(),
        match level {
            Level::Critical | Level::High => 100,
            Level::Medium => 92,
            Level::Low => 65,
        },
    )
}

fn class(class: FileClass) -> Factor {
    let (because, percent) = match class {
        FileClass::Code => ("code", 100),
        FileClass::Test => ("test", 35),
        FileClass::Documentation => ("documentation", 35),
        FileClass::Vendored => ("vendored", 60),
        FileClass::Generated => ("generated", 70),
        FileClass::Lockfile => ("lock file", 30),
    };
    factor("file", because, percent)
}

fn role(role: Role) -> Factor {
    let (because, percent) = match role {
        Role::String => ("string", 100),
        Role::Template => ("template", 95),
        Role::Plain => ("plain text", 100),
        Role::Comment => ("comment", 90),
    };
    factor("role", because, percent)
}

fn factor(name: &'static str, because: &'static str, percent: u8) -> Factor {
    Factor {
        name: name.into(),
        because: because.into(),
        percent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assessment(impact: Level, exploitability: Level) -> RiskAssessment {
        RiskAssessment {
            impact,
            exploitability,
            affected_scope: Scope::Service,
            attack_vectors: vec![AttackVector::SourceRead],
            labels: Vec::new(),
        }
    }

    fn level(severity: Level, confidence: Level, class: FileClass) -> Level {
        let evidence = Evidence {
            severity,
            confidence,
            class,
            role: Role::String,
        };
        assess(&assessment(Level::High, Level::High), &evidence).level
    }

    #[test]
    fn a_sure_finding_in_code_is_as_bad_as_its_pattern_says() {
        for severity in [Level::Critical, Level::High, Level::Medium, Level::Low] {
            assert_eq!(level(severity, Level::High, FileClass::Code), severity);
        }
    }

    #[test]
    fn a_password_in_code_stops_a_build_and_one_in_a_test_does_not() {
        assert_eq!(
            level(Level::High, Level::Medium, FileClass::Code),
            Level::High
        );
        assert_eq!(
            level(Level::High, Level::Medium, FileClass::Test),
            Level::Low
        );
    }

    #[test]
    fn in_a_test_only_what_is_critical_elsewhere_is_worth_a_ticket() {
        for class in [FileClass::Test, FileClass::Documentation] {
            for confidence in [Level::Medium, Level::High] {
                assert_eq!(level(Level::Critical, confidence, class), Level::Medium);
                assert_eq!(level(Level::High, confidence, class), Level::Low);
            }
        }
    }

    #[test]
    fn reading_the_environment_does_not_stop_a_build() {
        assert_eq!(
            level(Level::Medium, Level::High, FileClass::Code),
            Level::Medium
        );
    }

    #[test]
    fn every_factor_is_kept() {
        let evidence = Evidence {
            severity: Level::High,
            confidence: Level::Low,
            class: FileClass::Documentation,
            role: Role::Comment,
        };
        let risk = assess(&assessment(Level::High, Level::Medium), &evidence);
        assert_eq!(risk.factors.len(), 7);
        assert!(risk.score < 30, "{}", risk.score);
    }
}
