//! What a pattern file says about a finding: plain words, of which the build script knows, too.

use serde::{Deserialize, Serialize};

/// A degree, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Low,
    /// Worth a ticket.
    Medium,
    /// Worth stopping a build.
    High,
    /// Worth waking somebody.
    Critical,
}

impl Level {
    /// The word for it in files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Who is hurt when a secret is misused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One machine or one developer.
    Local,
    /// One service and its data.
    Service,
    /// Everything the organization runs or publishes.
    Organization,
    /// The people the organization serves.
    Customers,
}

/// How an attacker comes to see or use a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AttackVector {
    /// Reading the source code or its history.
    SourceRead,
    /// Unpacking what a build produced.
    BuildArtifact,
    /// Reading the log of a build or a service.
    BuildLog,
    /// Installing a published package.
    PublishedPackage,
    /// Reading the environment of a process or the list of processes.
    ProcessEnvironment,
    /// Loading what a browser is served.
    ClientSide,
    /// Reading a configuration file on a machine or in an image.
    ConfigurationFile,
    /// Using an old value that nothing rotates or audits.
    StaleCredential,
}

/// What a pattern says about the secrets it finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RiskAssessment {
    /// The harm done when the secret is used.
    pub impact: Level,
    /// How easily it is used once seen.
    pub exploitability: Level,
    /// Who is hurt.
    pub affected_scope: Scope,
    /// How an attacker comes to see it.
    pub attack_vectors: Vec<AttackVector>,
    /// Words to group findings by.
    pub labels: Vec<String>,
}
