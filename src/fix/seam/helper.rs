//! A function of the project that reads the variable it is given the name of.

use super::bench::Bench;
use crate::lang::Family;
use crate::lang::ReadDefault;
use crate::lang::ReadForm;
use crate::text::Edit;
use crate::text::Span;

/// Lists longer than this, in bytes, are put on several lines.
const LONGEST_LINE: usize = 80;

/// Lets the function ask the wrapper, for secrets alone where it reads other things, too.
pub(super) fn propose(
    bench: &mut Bench<'_>,
    start: usize,
    key: &str,
    reads: &[(ReadForm, Span)],
) -> Option<String> {
    let spans: Vec<Span> = reads.iter().map(|(_, span)| *span).collect();
    let callee = bench.wrapper(&spans)?;
    let list = bench.constant();
    if !bench.only_secrets {
        let list = declaration(bench, list);
        bench.edits.push(Edit::insert(start, list));
    }
    for (form, span) in reads {
        let before = span.of(bench.document.text)?;
        let asked = call(bench, *form, *span, key, &callee)?;
        let written = match (bench.only_secrets, bench.language.family()) {
            (true, _) => asked,
            (false, Family::Python) => {
                let outer = bench.indent(span.start);
                format!(
                    "(\n{outer}    {asked}\n{outer}    if {key} in {list}\n{outer}    else {before}\n{outer})"
                )
            }
            (false, Family::EcmaScript) => format!("({list}.has({key}) ? {asked} : {before})"),
        };
        bench.edits.push(Edit::replace(*span, written));
    }
    let name = &bench.gateway.name;
    Some(if bench.only_secrets {
        format!("let `{name}` read through `{callee}`")
    } else {
        format!("let `{name}` read secrets through `{callee}`")
    })
}

/// The constant with the variables that are secrets.
fn declaration(bench: &Bench<'_>, name: &str) -> String {
    match bench.language.family() {
        Family::Python => format!("{name} = {{\n{}}}\n\n\n", bench.listed("    ")),
        Family::EcmaScript => {
            let listed: Vec<String> = bench.variables.iter().map(|it| bench.quoted(it)).collect();
            let line = format!("const {name} = new Set([{}]);", listed.join(", "));
            if line.len() <= LONGEST_LINE {
                format!("{line}\n\n")
            } else {
                format!("const {name} = new Set([\n{}]);\n\n", bench.listed("  "))
            }
        }
    }
}

/// The call of the wrapper that does what a read does.
fn call(bench: &Bench<'_>, form: ReadForm, span: Span, key: &str, callee: &str) -> Option<String> {
    let text = bench.document.text;
    let quote = bench.quote();
    let name = match bench.language.family() {
        Family::Python => {
            format!("{key}.lower().replace({quote}_{quote}, {quote}-{quote})")
        }
        Family::EcmaScript => format!("{key}.toLowerCase().replace(/_/g, {quote}-{quote})"),
    };
    match form {
        ReadForm::Subscript { .. } => Some(format!("{callee}({name}, env={key})")),
        ReadForm::Call { default, .. } => {
            let default = match default {
                ReadDefault::Absent => "None",
                ReadDefault::Positional(value) | ReadDefault::Keyword(value) => {
                    span.contains(value).then(|| value.of(text)).flatten()?
                }
            };
            Some(format!("{callee}({name}, default={default}, env={key})"))
        }
        ReadForm::Member => Some(format!("{callee}({name}, undefined, {{ env: {key} }})")),
        ReadForm::Destructured { .. }
        | ReadForm::Guarded
        | ReadForm::Picked { .. }
        | ReadForm::Presence { .. } => None,
    }
}
