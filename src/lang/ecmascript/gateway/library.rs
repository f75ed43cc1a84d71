//! Libraries that are given the whole environment, or read it by themselves.

use tree_sitter::Node;

use super::calls::imported_names;
use super::shape::arguments;
use super::shape::keys;
use super::shape::object;
use super::shape::parts;
use super::shape::property;
use super::shape::schema;
use crate::lang::ecmascript::env;
use crate::lang::ecmascript::tree::Walk;
use crate::lang::ecmascript::tree::inner_text;
use crate::lang::ecmascript::tree::is_constant;
use crate::lang::ecmascript::tree::span_of;
use crate::lang::ecmascript::tree::text_of;
use crate::lang::gateway::Gateway;
use crate::lang::gateway::GatewayKind;
use crate::lang::gateway::ImportedName;
use crate::lang::gateway::NestPlace;
use crate::text::Span;

/// Methods of schemas that look at what they are given.
const PARSERS: [&str; 4] = ["parse", "parseAsync", "safeParse", "safeParseAsync"];

/// Every call of such a library.
pub(super) fn calls(root: Node<'_>, text: &str) -> Vec<Gateway> {
    let imported = imported_names(root, text);
    let mut found = Vec::new();
    env::each(root, text, |path, is_env| {
        let call = path.last().filter(|it| it.kind() == "call_expression");
        found.extend(call.and_then(|it| validated(root, *it, &imported, text, is_env)));
    });
    let uses = |module: &str| imported.iter().any(|it| it.module.starts_with(module));
    if uses("convict") || uses("@nestjs/config") || uses("@t3-oss/env") {
        let mut walk = Walk::new(root);
        while let Some(path) = walk.step() {
            let Some(call) = path.last().filter(|it| it.kind() == "call_expression") else {
                continue;
            };
            found.extend(convict(root, *call, &imported, text));
            found.extend(nest(*call, &imported, text));
            found.extend(typed(root, *call, &imported, text));
        }
    }
    found
}

/// What a call calls, as `module.symbol` of an import.
fn called<'i>(
    call: Node<'_>,
    imported: &'i [ImportedName],
    text: &str,
) -> Option<(&'i str, String)> {
    let function = call.child_by_field_name("function")?;
    let written = text_of(function, text);
    let (first, rest) = written.split_once('.').unwrap_or((written, ""));
    let import = imported.iter().find(|it| it.local == first)?;
    let symbol = match (rest, import.symbol.as_str()) {
        ("", own) => own.to_owned(),
        (rest, "" | "default") => rest.to_owned(),
        (rest, own) => format!("{own}.{rest}"),
    };
    Some((&import.module, symbol))
}

/// `schema.parse(process.env)`, `cleanEnv(process.env, {…})`.
fn validated(
    root: Node<'_>,
    call: Node<'_>,
    imported: &[ImportedName],
    text: &str,
    is_env: &env::IsEnv<'_>,
) -> Option<Gateway> {
    let given = arguments(call);
    let environment = *given.first().filter(|it| is_env(**it))?;
    let function = call.child_by_field_name("function")?;
    let envalid = called(call, imported, text)
        .is_some_and(|(module, symbol)| module == "envalid" && symbol == "cleanEnv");
    let declared = if envalid {
        object(root, *given.get(1)?, text)?
    } else {
        let method = function.child_by_field_name("property")?;
        if !PARSERS.contains(&text_of(method, text)) || given.len() != 1 {
            return None;
        }
        schema(root, function.child_by_field_name("object")?, text)?
    };
    Some(Gateway {
        kind: GatewayKind::Schema {
            environment: span_of(environment),
        },
        name: String::new(),
        span: span_of(call),
        declared: named(declared, text),
    })
}

/// The properties of an object as variables.
fn named(object: Node<'_>, text: &str) -> Vec<(String, Span)> {
    let keys = keys(object, text).into_iter();
    keys.map(|(name, at)| (name.to_owned(), span_of(at)))
        .collect()
}

/// `convict({…})` without a second argument.
fn convict(
    root: Node<'_>,
    call: Node<'_>,
    imported: &[ImportedName],
    text: &str,
) -> Option<Gateway> {
    let (module, symbol) = called(call, imported, text)?;
    let given = arguments(call);
    let [only] = *given else {
        return None;
    };
    if module != "convict" || symbol != "default" {
        return None;
    }
    let schema = object(root, only, text)?;
    let mut declared = Vec::new();
    let mut walk = Walk::new(schema);
    while let Some(path) = walk.step() {
        let Some(pair) = path.last().filter(|it| it.kind() == "pair") else {
            continue;
        };
        let part = |field| pair.child_by_field_name(field);
        if let (Some(key), Some(value)) = (part("key"), part("value"))
            && text_of(key, text) == "env"
            && is_constant(value)
        {
            declared.push((inner_text(value, text).to_owned(), span_of(*pair)));
        }
    }
    Some(Gateway {
        kind: GatewayKind::Convict {
            end: only.end_byte(),
        },
        name: String::new(),
        span: span_of(call),
        declared,
    })
}

/// `ConfigModule.forRoot(…)`.
fn nest(call: Node<'_>, imported: &[ImportedName], text: &str) -> Option<Gateway> {
    let (module, symbol) = called(call, imported, text)?;
    if module != "@nestjs/config" || symbol != "ConfigModule.forRoot" {
        return None;
    }
    let given = arguments(call);
    let (place, is_global) = match *given {
        [] => {
            let list = call.child_by_field_name("arguments")?;
            (NestPlace::Arguments(list.start_byte() + 1), false)
        }
        [options] if options.kind() == "object" => {
            let place = match property(options, "load", text) {
                None => NestPlace::Options(options.start_byte() + 1),
                Some(list) if list.kind() == "array" => sources(list),
                Some(_) => return None,
            };
            let global = property(options, "isGlobal", text);
            (place, global.is_some_and(|it| text_of(it, text) == "true"))
        }
        _ => return None,
    };
    Some(Gateway {
        kind: GatewayKind::Nest { place, is_global },
        name: "ConfigService".to_owned(),
        span: span_of(call),
        declared: Vec::new(),
    })
}

/// Where a list can be given one more element.
fn sources(list: Node<'_>) -> NestPlace {
    match parts(list).last() {
        Some(element) => NestPlace::Sources(element.end_byte(), true),
        None => NestPlace::Sources(list.start_byte() + 1, false),
    }
}

/// `createEnv({ server: {…}, … })`.
fn typed(root: Node<'_>, call: Node<'_>, imported: &[ImportedName], text: &str) -> Option<Gateway> {
    let (module, symbol) = called(call, imported, text)?;
    if !module.starts_with("@t3-oss/env") || symbol != "createEnv" {
        return None;
    }
    let options = object(root, *arguments(call).first()?, text)?;
    let server = object(root, property(options, "server", text)?, text)?;
    Some(Gateway {
        kind: GatewayKind::Typed,
        name: String::new(),
        span: span_of(call),
        declared: named(server, text),
    })
}
