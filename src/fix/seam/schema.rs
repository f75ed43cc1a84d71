//! A schema that the whole environment is checked by.

use super::bench::Bench;
use super::bench::name_of;
use crate::text::Edit;
use crate::text::Span;

/// So many secrets are written on one line.
const ON_ONE_LINE: usize = 1;

/// Gives it the environment with the secrets that the wrapper has.
pub(super) fn propose(bench: &mut Bench<'_>, environment: Span) -> Option<String> {
    let callee = bench.wrapper(&[environment])?;
    let written = with_secrets(bench, environment, &callee)?;
    bench.edits.push(Edit::replace(environment, written));
    Some(format!("let the schema see what `{callee}` has"))
}

/// `{ ...process.env, A_SECRET: getSecret("a-secret", undefined) }`, in the place of
/// `environment`.
fn with_secrets(bench: &Bench<'_>, environment: Span, callee: &str) -> Option<String> {
    let before = environment.of(bench.document.text)?;
    Some(object(bench, before, environment.start, callee))
}

/// An object with all that `before` has, and the secrets.
pub(super) fn object(bench: &Bench<'_>, before: &str, at: usize, callee: &str) -> String {
    let entries: Vec<String> = bench
        .variables
        .iter()
        .map(|it| entry(bench, it, callee))
        .collect();
    if entries.len() <= ON_ONE_LINE {
        return format!("{{ ...{before}, {} }}", entries.join(", "));
    }
    let outer = bench.indent(at);
    let inner = format!("\n{outer}  ");
    let entries = entries.join(&format!(",{inner}"));
    format!("{{{inner}...{before},{inner}{entries},\n{outer}}}")
}

/// `A_SECRET: getSecret("a-secret", undefined)`.
pub(super) fn entry(bench: &Bench<'_>, variable: &str, callee: &str) -> String {
    let name = bench.quoted(&name_of(variable));
    format!("{variable}: {callee}({name}, undefined)")
}
