//! `Env` of `django-environ` gets an environment that knows secrets by name.

use super::bench::Bench;
use crate::text::Edit;
use crate::text::Span;

/// Puts the stored secrets behind the environment.
pub(super) fn propose(bench: &mut Bench<'_>, end: usize) -> Option<String> {
    let at = Span::new(end.checked_sub(1)?, end);
    let callee = bench.wrapper(&[at])?;
    let chain = bench.import("collections", "ChainMap", at)?;
    let class = bench.class("StoredSecrets", "SecretsByVariable");
    let (list, object) = (bench.constant(), bench.gateway.name.clone());
    let (listed, dash, score) = (bench.listed("    "), bench.quoted("-"), bench.quoted("_"));
    let code = format!(
        "\n\n{list} = {{\n{listed}}}\n\n\n\
         class {class}(dict):\n    \
         \"\"\"Secrets that the environment does not have, by variable.\"\"\"\n\n    \
         def __missing__(self, variable):\n        \
         if variable not in {list}:\n            \
         raise KeyError(variable)\n        \
         return {callee}(variable.lower().replace({score}, {dash}), env=variable)\n\n\n\
         {object}.ENVIRON = {chain}({object}.ENVIRON, {class}())"
    );
    bench.edits.push(Edit::insert(end, code));
    Some(format!(
        "let `{object}` ask `{callee}` for secrets that the environment does not have"
    ))
}
