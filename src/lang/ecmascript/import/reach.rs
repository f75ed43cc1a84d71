//! Whether a call reaches what was imported for it.

use tree_sitter::Node;

use super::defers;
use super::known::Form;
use super::known::Found;
use super::known::Load;
use super::known::Module;
use crate::lang::ImportRequest;
use crate::lang::ecmascript::scope::Occurrence;
use crate::lang::ecmascript::scope::Which;
use crate::lang::ecmascript::scope::occurrences;
use crate::lang::ecmascript::tree::operand;
use crate::lang::ecmascript::tree::path_to;
use crate::lang::ecmascript::tree::text_of;
use crate::text::Span;

/// A name that is mentioned so often without being called is not followed: the question is
/// asked for each of many calls.
const NAMED: usize = 256;

/// Whether the call at `site` reaches the symbol of `request`.
pub(in crate::lang) fn reaches_import(
    root: Node<'_>,
    text: &str,
    site: Span,
    request: &ImportRequest<'_>,
) -> bool {
    let path = path_to(root, site);
    let Some((name, form)) = called(&path, text, request.symbol) else {
        return false;
    };
    let named: Vec<Occurrence<'_>> = occurrences(root, text, name, Which::NotCalled)
        .take(NAMED)
        .collect();
    if named.len() == NAMED {
        return false;
    }
    let declared: Vec<&Occurrence<'_>> = named
        .iter()
        .filter(|it| it.declares_in.is_some_and(|it| it.contains(site)))
        .collect();
    let [declared] = &declared[..] else {
        return false;
    };
    let mut module = Module::new(text, request);
    if let Some(statement) = declared.path.get(1) {
        module.look_at(*statement);
    }
    module
        .known
        .iter()
        .any(|it| it.local == name && it.form == form && runs_before(it.found, &path, site))
}

/// The name that the innermost call at the end of `path` starts with, and what it must give
/// access to.
fn called<'s>(path: &[Node<'_>], text: &'s str, symbol: &str) -> Option<(&'s str, Form)> {
    let call = path
        .iter()
        .rev()
        .find(|it| it.kind() == "call_expression")?;
    let function = operand(call.child_by_field_name("function")?);
    if function.kind() == "identifier" {
        return Some((text_of(function, text), Form::Symbol));
    }
    let object = operand(function.child_by_field_name("object")?);
    let property = function.child_by_field_name("property")?;
    let through = object.kind() == "identifier" && text_of(property, text) == symbol;
    through.then(|| (text_of(object, text), Form::Module))
}

/// Whether the module is loaded when the call at `site` runs.
fn runs_before(found: Found<'_>, path: &[Node<'_>], site: Span) -> bool {
    match found.load {
        Load::Import => true,
        Load::Require => {
            path.iter().any(|it| defers(*it)) || found.statement.end_byte() <= site.start
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::lang::ModuleKind;
    use crate::lang::Owner;
    use crate::lang::ecmascript::fixture::parse;

    fn reaches(text: &str) -> bool {
        let parsed = parse(Language::TypeScript, text);
        let request = ImportRequest {
            module: "./shield-secrets",
            symbol: "getSecret",
            alias: "shieldGetSecret",
            module_kind: ModuleKind::Unknown,
            uses: &[],
            beside: &[],
            owner: Owner::Project,
        };
        let site = parsed.span("getSecret('k')");
        reaches_import(parsed.root(), &parsed.text, site, &request)
    }

    #[test]
    fn a_call_reaches_the_import_only_where_nothing_hides_it() {
        let import = "import { getSecret } from './shield-secrets';";
        for (text, expected) in [
            ("IMPORT CALL", true),
            ("CALL; IMPORT", true),
            ("IMPORT function f() { CALL }", true),
            ("IMPORT { let getSecret; } CALL", true),
            ("IMPORT function f(getSecret) { CALL }", false),
            (
                "IMPORT function f() { CALL; if (a) { var getSecret; } }",
                false,
            ),
            ("IMPORT try {} catch (getSecret) { CALL }", false),
            ("IMPORT class getSecret {} CALL", false),
            ("IMPORT const A = class getSecret { a = CALL };", false),
            ("IMPORT for (const getSecret of a) CALL", false),
            ("IMPORT function getSecret() {} CALL", false),
            ("import { getSecret } from './own'; CALL", false),
            (
                "import { own as getSecret } from './shield-secrets'; CALL",
                false,
            ),
            (
                "import type { getSecret } from './shield-secrets'; CALL",
                false,
            ),
            ("import * as getSecret from './shield-secrets'; CALL", false),
            (
                "const { getSecret } = require('./shield-secrets'); CALL",
                true,
            ),
            (
                "CALL; const { getSecret } = require('./shield-secrets');",
                false,
            ),
            (
                "function f() { CALL } const { getSecret } = require('./shield-secrets');",
                true,
            ),
            ("CALL", false),
        ] {
            let text = text.replace("IMPORT", import);
            let text = text.replace("CALL", "getSecret('k')");
            assert_eq!(reaches(&text), expected, "{text}");
        }
    }
}
