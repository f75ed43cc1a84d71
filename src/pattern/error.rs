//! What can be wrong with a pattern file, with the place in it.

use std::io;
use std::sync::Arc;

use camino::Utf8PathBuf;
use miette::{Diagnostic, NamedSource, SourceSpan};

use crate::yaml::Mistake;

/// Why there are no patterns to run.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum PatternError {
    /// The file is not a pattern file.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Invalid(#[from] Mistake),
    /// Two patterns go by the same name.
    #[error("`{id}` is the name of two patterns: {first} has it too")]
    #[diagnostic(
        code(shield::pattern::duplicate),
        help("an id, a former id and an alias each belong to one pattern alone")
    )]
    Duplicate {
        /// The id, former id or alias.
        id: String,
        /// The file that has it too.
        first: String,
        /// The file that comes second.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
        /// The id of the second.
        #[label("here")]
        span: SourceSpan,
    },
    /// The folder of patterns is not there.
    #[error("{path} is not a folder of patterns")]
    #[diagnostic(
        code(shield::pattern::folder),
        help("give the path of a folder that exists; pattern files in it end in .yaml")
    )]
    NoFolder {
        /// The path given.
        path: Utf8PathBuf,
    },
    /// A file or folder cannot be read.
    #[error("{path} cannot be read")]
    #[diagnostic(code(shield::pattern::unreadable))]
    Unreadable {
        /// The file or folder.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A file is too large to be a pattern file.
    #[error("{path} has more than {limit} bytes, which is too much for a pattern file")]
    #[diagnostic(
        code(shield::pattern::too_large),
        help("a pattern file holds one pattern; is this one?")
    )]
    TooLarge {
        /// The file.
        path: Utf8PathBuf,
        /// The most a pattern file may have.
        limit: u64,
    },
    /// A file is not text.
    #[error("{path} is not UTF-8: byte {offset} does not belong to a character")]
    #[diagnostic(
        code(shield::pattern::not_utf8),
        help("save the file with the encoding UTF-8")
    )]
    NotUtf8 {
        /// The file.
        path: Utf8PathBuf,
        /// The first byte that is wrong.
        offset: usize,
    },
    /// A pattern is switched on or off that does not exist.
    #[error("there is no pattern `{id}`")]
    #[diagnostic(code(shield::pattern::unknown), help("{help}"))]
    Unknown {
        /// The id, former id or alias given.
        id: String,
        /// What was perhaps meant.
        help: String,
    },
}
