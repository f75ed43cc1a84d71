//! `dj_database_url.config`, which reads a variable by itself.

use super::bench::Bench;
use super::bench::name_of;
use crate::text::Edit;
use crate::text::Span;

/// Gives it a default that comes from the wrapper.
pub(super) fn propose(
    bench: &mut Bench<'_>,
    default: Option<Span>,
    end: usize,
    comma: &str,
) -> Option<String> {
    let [variable] = bench.variables else {
        return None;
    };
    let name = bench.quoted(&name_of(variable));
    let callee = bench.wrapper(&[bench.gateway.span])?;
    if let Some(value) = default {
        let head = format!("{callee}({name}, default=");
        bench.edits.push(Edit::insert(value.start, head));
        bench.edits.push(Edit::insert(value.end, ")"));
    } else {
        let argument = format!("{comma}default={callee}({name}, default=None)");
        bench.edits.push(Edit::insert(end, argument));
    }
    Some(format!(
        "let `dj_database_url.config` fall back to what `{callee}` has"
    ))
}
