//! A class of `pydantic-settings` gets one more source, which is asked last.

use super::bench::Bench;
use super::bench::name_of;
use crate::text::Edit;
use crate::text::Span;

/// The module of the library.
const MODULE: &str = "pydantic_settings";

/// Adds the source at the end of the class.
pub(super) fn propose(bench: &mut Bench<'_>, end: usize, indent: &str) -> Option<String> {
    let at = Span::new(end.checked_sub(1)?, end);
    let callee = bench.wrapper(&[at])?;
    let base = bench.import(MODULE, "BaseSettings", at)?;
    let given = bench.import(MODULE, "InitSettingsSource", at)?;
    let source = bench.import(MODULE, "PydanticBaseSettingsSource", at)?;
    let fields = fields(bench);
    if fields.is_empty() {
        return None;
    }
    let asked: Vec<String> = fields
        .iter()
        .map(|(field, variable)| {
            let name = bench.quoted(&name_of(variable));
            let field = bench.quoted(field);
            format!("\t\t\t{field}: {callee}({name}, default=None),\n")
        })
        .collect();
    let asked = asked.concat();
    let method = format!(
        "\n\n\
         \t@classmethod\n\
         \tdef settings_customise_sources(\n\
         \t\tcls,\n\
         \t\tsettings_cls: type[{base}],\n\
         \t\tinit_settings: {source},\n\
         \t\tenv_settings: {source},\n\
         \t\tdotenv_settings: {source},\n\
         \t\tfile_secret_settings: {source},\n\
         \t) -> tuple[{source}, ...]:\n\
         \t\tasked = {{\n{asked}\t\t}}\n\
         \t\tstored = {{field: value for field, value in asked.items() if value}}\n\
         \t\treturn (\n\
         \t\t\tinit_settings,\n\
         \t\t\tenv_settings,\n\
         \t\t\tdotenv_settings,\n\
         \t\t\tfile_secret_settings,\n\
         \t\t\t{given}(settings_cls, stored),\n\
         \t\t)"
    );
    let method = method.replace('\t', indent);
    bench.edits.push(Edit::insert(end, method));
    let name = &bench.gateway.name;
    Some(format!(
        "let `{name}` ask `{callee}` for secrets that no other source has"
    ))
}

/// The fields that are secrets, and their variables.
fn fields(bench: &Bench<'_>) -> Vec<(String, String)> {
    let declared = bench.gateway.declared.iter();
    let wanted = declared.filter(|(variable, _)| bench.variables.contains(variable));
    wanted
        .filter_map(|(variable, span)| {
            let written = span.of(bench.document.text)?;
            let field = written.split(':').next()?.trim();
            Some((field.to_owned(), variable.clone()))
        })
        .collect()
}
