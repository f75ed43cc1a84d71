//! From a pattern file to a pattern.

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

use super::{Options, PatternError, PatternSet};

/// Reads and compiles all patterns.
pub(super) fn load(_options: &Options) -> Result<PatternSet, PatternError> {
    Ok(PatternSet {
        patterns: Vec::new(),
    })
}

/// Compiles an expression that works on bytes, without Unicode classes.
pub(super) fn regex(source: &str) -> Result<Regex, Box<regex_automata::meta::BuildError>> {
    Regex::builder()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .build(source)
        .map_err(Box::new)
}
