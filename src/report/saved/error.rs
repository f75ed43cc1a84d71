//! Why a saved report cannot be used.

use miette::Diagnostic;

/// Why a saved report cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum SavedError {
    /// The file cannot be read.
    #[error("cannot read {name}: {error}")]
    #[diagnostic(code(shield::report::unreadable))]
    Unreadable {
        /// The file.
        name: String,
        /// Why.
        error: std::io::Error,
    },
    /// The file is larger than any report is.
    #[error("{name} has more than {limit} bytes")]
    #[diagnostic(code(shield::report::size))]
    TooLarge {
        /// The file.
        name: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The file is no JSON.
    #[error("{name} is no JSON: line {line}, column {column}")]
    #[diagnostic(
        code(shield::report::json),
        help("`shield scan --format json` writes reports")
    )]
    NoJson {
        /// The file.
        name: String,
        /// The line, from one.
        line: usize,
        /// The column, from one.
        column: usize,
    },
    /// The file is something else.
    #[error("{name} is no JSON report of shield: `{key}` is missing, or something else")]
    #[diagnostic(
        code(shield::report::shape),
        help("`shield scan --format json` writes reports")
    )]
    NoReport {
        /// The file.
        name: String,
        /// What is missing.
        key: String,
    },
    /// The file has something that no report has.
    #[error("{name} is no JSON report of shield: {error}")]
    #[diagnostic(
        code(shield::report::malformed),
        help("`shield scan --format json` writes reports")
    )]
    Malformed {
        /// The file.
        name: String,
        /// What it is.
        error: serde_json::Error,
    },
    /// A pattern that found something is not known.
    #[error("{name} has findings of the pattern {id}, which is not known here")]
    #[diagnostic(
        code(shield::report::pattern),
        help("name the folders of patterns that the scan was made with: --patterns DIR")
    )]
    Pattern {
        /// The file.
        name: String,
        /// The id of the pattern.
        id: String,
    },
    /// The report was written by another program than the one that reads it.
    #[error("{name} has version {found} of the format, and this program reads {known}")]
    #[diagnostic(
        code(shield::report::version),
        help("use the version of shield that wrote it")
    )]
    Version {
        /// The file.
        name: String,
        /// The version that it has.
        found: u64,
        /// The version that is read.
        known: u64,
    },
    /// A part of the whole is not there.
    #[error("of {of} parts, {missing} {verb} not among the reports")]
    #[diagnostic(
        code(shield::report::incomplete),
        help("look at the job that should have written it; findings there would go unseen")
    )]
    Incomplete {
        /// How many parts there are.
        of: usize,
        /// The numbers of those that are missing.
        missing: String,
        /// `is` or `are`.
        verb: &'static str,
    },
    /// Two reports are not parts of one.
    #[error("{one} and {other} are not parts of one report: {what}")]
    #[diagnostic(
        code(shield::report::unlike),
        help("merge reports that one version of shield wrote with the same options")
    )]
    Unlike {
        /// A part.
        one: String,
        /// Another part.
        other: String,
        /// What they differ in.
        what: &'static str,
    },
}
