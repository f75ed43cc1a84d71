//! `convict`, which reads the environment by itself unless it is given another one.

use super::bench::Bench;
use super::schema;
use crate::text::Edit;
use crate::text::Span;

/// Gives it the environment with the secrets that the wrapper has.
pub(super) fn propose(bench: &mut Bench<'_>, end: usize) -> Option<String> {
    let callee = bench.wrapper(&[Span::new(end.checked_sub(1)?, end)])?;
    let object = schema::object(bench, "process.env", end, &callee);
    let argument = format!(", {{ env: {object} }}");
    bench.edits.push(Edit::insert(end, argument));
    Some(format!("let `convict` see what `{callee}` has"))
}
