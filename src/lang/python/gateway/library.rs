//! Objects of libraries that read the environment: decouple, starlette, django-environ, and
//! `dj_database_url`.

use tree_sitter::Node;

use super::assigned_call;
use super::calls::imported_names;
use super::calls::keyed_calls;
use super::end_of_line;
use super::statements;
use crate::lang::gateway::Gateway;
use crate::lang::gateway::GatewayKind;
use crate::lang::gateway::ImportedName;
use crate::lang::python::parts;
use crate::lang::python::span;
use crate::lang::python::string::spelled;
use crate::lang::python::text_of;
use crate::lang::python::trail::Walk;
use crate::text::Span;

/// Every such object of the module.
pub(super) fn readers(root: Node<'_>, text: &str) -> Vec<Gateway> {
    let imported = imported_names(root, text);
    let mut found: Vec<Gateway> = decouple(root, text).into_iter().collect();
    for statement in statements(root) {
        if let Some((name, call)) = assigned_call(statement, text) {
            found.extend(made(statement, name, call, &imported, text));
        }
    }
    if imported.iter().any(|it| it.module == "dj_database_url") {
        let mut walk = Walk::new(root);
        loop {
            found.extend(database_url(walk.node(), &imported, text));
            if !walk.enter() {
                break;
            }
        }
    }
    found
}

/// `from decouple import config`.
fn decouple(root: Node<'_>, text: &str) -> Option<Gateway> {
    let statements = statements(root);
    let (statement, import, local) = statements.iter().find_map(|it| {
        let module = it.child_by_field_name("module_name")?;
        let from = it.kind() == "import_from_statement" && text_of(module, text) == "decouple";
        let names = parts(*it).into_iter().filter(|it| *it != module && from);
        let mut names = names.filter_map(|name| match name.kind() {
            "dotted_name" => (text_of(name, text) == "config").then_some((name, name)),
            "aliased_import" => {
                let original = name.child_by_field_name("name")?;
                let alias = name.child_by_field_name("alias")?;
                (text_of(original, text) == "config").then_some((name, alias))
            }
            _ => None,
        });
        names.next().map(|(import, local)| (*it, import, local))
    })?;
    let name = text_of(local, text);
    let first = keyed_calls(root, text, &[name]).first()?.span.start;
    let imports = statements.iter().take_while(|it| it.end_byte() < first);
    let last = imports
        .filter(|it| it.kind().starts_with("import") || it.kind().starts_with("future_import"))
        .last()?;
    Some(Gateway {
        kind: GatewayKind::Decouple {
            import: span(import),
            after: next_line(text, last.end_byte())?,
        },
        name: name.to_owned(),
        span: span(statement),
        declared: Vec::new(),
    })
}

/// `config = Config(…)` of starlette, `env = environ.Env(…)`.
fn made(
    statement: Node<'_>,
    name: &str,
    call: Node<'_>,
    imported: &[ImportedName],
    text: &str,
) -> Option<Gateway> {
    let class = call.child_by_field_name("function")?;
    let written = text_of(class, text);
    let is = |it: &&ImportedName| it.local == written;
    let kind = match imported.iter().find(is) {
        Some(it) if it.module == "starlette.config" && it.symbol == "Config" => {
            GatewayKind::Starlette {
                class: span(class),
                start: statement.start_byte(),
            }
        }
        Some(it) if it.module == "environ" && it.symbol == "Env" => environ(statement, text)?,
        Some(_) => return None,
        None => {
            let module = written.strip_suffix(".Env")?;
            let mut modules = imported.iter().filter(|it| it.symbol.is_empty());
            modules.find(|it| it.local == module && it.module == "environ")?;
            environ(statement, text)?
        }
    };
    Some(Gateway {
        kind,
        name: name.to_owned(),
        span: span(statement),
        declared: Vec::new(),
    })
}

/// An object of django-environ, unless the file gives it another environment already.
fn environ(statement: Node<'_>, text: &str) -> Option<GatewayKind> {
    let end = end_of_line(text, statement.end_byte())?;
    (!text.contains(".ENVIRON")).then_some(GatewayKind::Environ { end })
}

/// The start of the line after the one that holds `offset`.
fn next_line(text: &str, offset: usize) -> Option<usize> {
    let end = end_of_line(text, offset)?;
    let rest = text.get(end..)?;
    let ending = if rest.starts_with("\r\n") { 2 } else { 1 };
    (!rest.is_empty()).then_some(end + ending)
}

/// `dj_database_url.config(…)`, which reads `DATABASE_URL` by itself.
fn database_url(call: Node<'_>, imported: &[ImportedName], text: &str) -> Option<Gateway> {
    let function = call
        .child_by_field_name("function")
        .filter(|_| call.kind() == "call")?;
    let written = text_of(function, text);
    let own = |it: &ImportedName| {
        it.module == "dj_database_url"
            && (it.symbol == "config" && it.local == written
                || it.symbol.is_empty()
                    && written.strip_suffix(".config") == Some(it.local.as_str()))
    };
    imported.iter().find(|it| own(it))?;
    let list = call.child_by_field_name("arguments")?;
    let arguments = parts(list);
    let mut variable = "DATABASE_URL";
    let mut default: Option<Span> = None;
    for (index, argument) in arguments.iter().enumerate() {
        let (name, value) = match argument.kind() {
            "keyword_argument" => (
                text_of(argument.child_by_field_name("name")?, text),
                argument.child_by_field_name("value")?,
            ),
            "list_splat" | "dictionary_splat" => return None,
            _ => (*["env", "default"].get(index).unwrap_or(&""), *argument),
        };
        match name {
            "env" if text_of(value, text).ends_with(".DEFAULT_ENV") => {}
            "env" => variable = spelled(value, text)?,
            "default" => default = Some(span(value)),
            _ => {}
        }
    }
    let closing = list.end_byte().checked_sub(1)?;
    let end = arguments.last().map_or(closing, Node::end_byte);
    Some(Gateway {
        kind: GatewayKind::DatabaseUrl {
            default,
            end,
            comma: if arguments.is_empty() { "" } else { ", " },
        },
        name: String::new(),
        span: span(call),
        declared: vec![(variable.to_owned(), span(call))],
    })
}
