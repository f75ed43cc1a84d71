//! Objects that are asked for a variable, a default and a cast: decouple and Starlette.
//!
//! The value from the store goes in as the default: the environment and the file keep their say,
//! and casts apply to it.

use super::bench::Bench;
use crate::text::Edit;
use crate::text::Span;

/// `config` of decouple becomes an object of the project.
pub(super) fn decouple(bench: &mut Bench<'_>, import: Span, after: usize) -> Option<String> {
    let at = Span::new(after, after + 1);
    let callee = bench.wrapper(&[at])?;
    let class = bench.class("SecretsConfig", "StoredSecretsConfig");
    bench
        .edits
        .push(Edit::replace(import, "AutoConfig, undefined"));
    let object = bench.gateway.name.clone();
    let method = method(
        bench,
        &callee,
        "__call__(self, option, default=undefined, cast=undefined)",
        ("option", "__call__(option, default=default, cast=cast)"),
    );
    let list = list(bench);
    let code =
        format!("\n{list}\n\n\nclass {class}(AutoConfig):\n{method}\n\n\n{object} = {class}()\n");
    bench.edits.push(Edit::insert(after, code));
    Some(format!(
        "let `{object}` ask `{callee}` for secrets that neither the environment nor a file has"
    ))
}

/// `Config` of Starlette becomes a class of the project.
pub(super) fn starlette(bench: &mut Bench<'_>, base: Span, start: usize) -> Option<String> {
    let written = base.of(bench.document.text)?.to_owned();
    let callee = bench.wrapper(&[base])?;
    let undefined = bench.import("starlette.config", "undefined", base)?;
    let class = bench.class("SecretsConfig", "StoredSecretsConfig");
    let method = method(
        bench,
        &callee,
        &format!("get(self, key, cast=None, default={undefined})"),
        ("key", "get(key, cast, default)"),
    );
    let list = list(bench);
    let code = format!("{list}\n\n\nclass {class}({written}):\n{method}\n\n\n");
    bench.edits.push(Edit::insert(start, code));
    bench.edits.push(Edit::replace(base, class));
    let object = &bench.gateway.name;
    Some(format!(
        "let `{object}` ask `{callee}` for secrets that neither the environment nor a file has"
    ))
}

/// The constant with the variables that are secrets.
fn list(bench: &Bench<'_>) -> String {
    format!("{} = {{\n{}}}", bench.constant(), bench.listed("    "))
}

/// The method that makes a stored value the default: `head`, the parameter with the variable, and
/// the call of the method above.
fn method(bench: &Bench<'_>, callee: &str, head: &str, inner: (&str, &str)) -> String {
    let (key, above) = inner;
    let (list, dash, score) = (bench.constant(), bench.quoted("-"), bench.quoted("_"));
    format!(
        "    \"\"\"Knows secrets by name that are found nowhere else.\"\"\"\n\n    \
         def {head}:\n        \
         if {key} in {list}:\n            \
         name = {key}.lower().replace({score}, {dash})\n            \
         stored = {callee}(name, default=None, env={key})\n            \
         default = default if stored is None else stored\n        \
         return super().{above}"
    )
}
