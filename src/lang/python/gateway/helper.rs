//! Functions of the project that read the variable they are given the name of.

use std::collections::BTreeMap;

use tree_sitter::Node;

use crate::lang::ReadDefault;
use crate::lang::ReadForm;
use crate::lang::gateway::Gateway;
use crate::lang::gateway::GatewayKind;
use crate::lang::python::environ::Environment;
use crate::lang::python::environ::Site;
use crate::lang::python::environ::Use;
use crate::lang::python::is_field;
use crate::lang::python::parts;
use crate::lang::python::span;
use crate::lang::python::text_of;
use crate::lang::python::trail::Trail;
use crate::lang::python::trail::Walk;
use crate::text::Span;

/// Every such function among the statements of the module.
pub(super) fn helpers(root: Node<'_>, text: &str) -> Vec<Gateway> {
    let Some(environment) = Environment::of(root, text) else {
        return Vec::new();
    };
    let mut found: BTreeMap<Span, Gateway> = BTreeMap::new();
    let mut unfit: Vec<Span> = Vec::new();
    let mut walk = Walk::new(root);
    loop {
        let trail = walk.trail();
        if let Some((key, form)) = read(trail, &environment, text)
            && let Some(function) = function_around(trail, key, text)
        {
            let place = trail.nodes().last().map(|it| span(*it));
            match (form, place) {
                (Some(form), Some(place)) => add(&mut found, &function, form, place, text),
                _ => unfit.push(span(function.statement)),
            }
        }
        if let Some(function) = rebound(trail, text) {
            unfit.push(function);
        }
        if !walk.enter() {
            break;
        }
    }
    found.retain(|_, it| !unfit.contains(&it.span));
    found.into_values().collect()
}

/// A function, and the parameter that a read in it is about.
struct Reader<'t> {
    /// The definition, with its decorators.
    statement: Node<'t>,
    function: Node<'t>,
    key: Node<'t>,
}

fn add(
    found: &mut BTreeMap<Span, Gateway>,
    reader: &Reader<'_>,
    form: ReadForm,
    place: Span,
    text: &str,
) {
    let name = reader.function.child_by_field_name("name");
    let gateway = found
        .entry(span(reader.statement))
        .or_insert_with(|| Gateway {
            kind: GatewayKind::Helper {
                start: reader.statement.start_byte(),
                key: text_of(reader.key, text).to_owned(),
                reads: Vec::new(),
            },
            name: name.map_or("", |it| text_of(it, text)).to_owned(),
            span: span(reader.statement),
            declared: Vec::new(),
        });
    if let GatewayKind::Helper { reads, .. } = &mut gateway.kind {
        reads.push((form, place));
    }
}

/// The read at the end of `trail` of a variable that a name stands for: the name, and how it is
/// read; no form for one that cannot be taken over.
fn read<'t>(
    trail: &Trail<'t>,
    environment: &Environment<'_>,
    text: &str,
) -> Option<(Node<'t>, Option<ReadForm>)> {
    let node = *trail.nodes().last()?;
    let site = Site::end_of(trail);
    match node.kind() {
        "call" => {
            let how = environment.use_of(node, site)?;
            let arguments = parts(node.child_by_field_name("arguments")?);
            let key = *arguments.first().filter(|it| it.kind() == "identifier")?;
            let form = || {
                Some(ReadForm::Call {
                    callee: span(node.child_by_field_name("function")?),
                    key: span(key),
                    default: default_of(arguments.get(1..)?, text)?,
                })
            };
            Some((key, (how == Use::Read).then(form).flatten()))
        }
        "subscript" => {
            let [mapping, key] = *parts(node) else {
                return None;
            };
            let named = key.kind() == "identifier" && environment.is_mapping(mapping, site);
            let around = trail.nodes().iter().rev().nth(1)?;
            let written = is_field(*around, "left", node) || around.kind() == "delete_statement";
            let form = ReadForm::Subscript { key: span(key) };
            named.then_some((key, (!written).then_some(form)))
        }
        "comparison_operator" => {
            let [key, mapping] = *parts(node) else {
                return None;
            };
            let tested = key.kind() == "identifier" && environment.is_mapping(mapping, site);
            tested.then_some((key, None))
        }
        _ => None,
    }
}

/// What a read falls back to, when its other arguments are the usual ones.
fn default_of(arguments: &[Node<'_>], text: &str) -> Option<ReadDefault> {
    match *arguments {
        [] => Some(ReadDefault::Absent),
        [value] => match value.kind() {
            "keyword_argument" => {
                let name = value.child_by_field_name("name")?;
                let given = value.child_by_field_name("value")?;
                (text_of(name, text) == "default").then(|| ReadDefault::Keyword(span(given)))
            }
            "list_splat" | "dictionary_splat" => None,
            _ => Some(ReadDefault::Positional(span(value))),
        },
        _ => None,
    }
}

/// The function of the module around the end of `trail` whose first parameter is `key`.
fn function_around<'t>(trail: &Trail<'t>, key: Node<'t>, text: &str) -> Option<Reader<'t>> {
    let nodes = trail.nodes();
    let inner = |it: &&Node<'_>| matches!(it.kind(), "function_definition" | "lambda");
    let function = *nodes.iter().rev().find(inner)?;
    let statement = *nodes.get(1)?;
    let direct = statement == function
        || statement.kind() == "decorated_definition"
            && is_field(statement, "definition", function);
    let parameters = parts(function.child_by_field_name("parameters")?);
    let parameter = parameters.first()?;
    let name = match parameter.kind() {
        "identifier" => *parameter,
        "typed_parameter" => parameter.named_child(0)?,
        "default_parameter" | "typed_default_parameter" => parameter.child_by_field_name("name")?,
        _ => return None,
    };
    let same = text_of(name, text) == text_of(key, text);
    (direct && function.kind() == "function_definition" && same).then_some(Reader {
        statement,
        function,
        key: name,
    })
}

/// The statement of the module that gives another value to the first parameter of its function.
fn rebound(trail: &Trail<'_>, text: &str) -> Option<Span> {
    let node = *trail.nodes().last()?;
    let target = match node.kind() {
        "assignment" | "augmented_assignment" | "for_statement" => {
            node.child_by_field_name("left")?
        }
        "named_expression" => node.child_by_field_name("name")?,
        _ => return None,
    };
    let named = (target.kind() == "identifier").then_some(target)?;
    function_around(trail, named, text).map(|it| span(it.statement))
}
