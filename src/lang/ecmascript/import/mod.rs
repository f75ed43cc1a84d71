//! How a file comes to know the wrapper, and whether a call reaches it.

mod extend;
mod known;
mod place;
mod reach;
mod style;

pub(super) use place::is_end_of_line;
pub(in crate::lang) use reach::reaches_import;
pub(super) use style::end as statement_end;
pub(in crate::lang) use style::quote;

use std::cmp::Reverse;

use tree_sitter::Node;

use super::scope::Occurrence;
use super::scope::Which;
use super::scope::occurrences;
use super::surroundings;
use super::tree::Walk;
use super::tree::is_function;
use super::tree::parent;
use super::tree::span_of;
use crate::lang::Import;
use crate::lang::ImportRequest;
use crate::lang::Language;
use crate::lang::ModuleKind;
use crate::lang::Obstacle;
use crate::text::Span;

use known::Form;
use known::Found;
use known::Load;
use known::Module;
use style::Style;

/// Makes the wrapper known to a file.
pub(in crate::lang) fn import(
    root: Node<'_>,
    text: &str,
    request: &ImportRequest<'_>,
) -> Result<Import, Obstacle> {
    if let Some(obstacle) = surroundings::obstacle(root, text) {
        return Err(obstacle);
    }
    let mut module = Module::new(text, request);
    let mut cursor = root.walk();
    for statement in root.named_children(&mut cursor) {
        module.look_at(statement);
    }
    let uses = Uses::of(root, request.uses);
    for form in [Form::Symbol, Form::Module] {
        for known in module.known.iter().filter(|it| it.form == form) {
            let name = Name::of(root, text, known.local);
            if name.globals == 1 && !name.is_hidden(&uses) && uses.follow(known.found) {
                let callee = match form {
                    Form::Symbol => known.local.to_owned(),
                    Form::Module => format!("{}.{}", known.local, request.symbol),
                };
                return Ok(Import {
                    callee,
                    edits: Vec::new(),
                });
            }
        }
    }
    let local = [request.symbol, request.alias]
        .into_iter()
        .find(|it| Name::of(root, text, it).is_free(&uses))
        .ok_or(Obstacle::ImportConflict)?;
    let style = Style::of(root, text);
    let list = module.lists.iter().find(|it| uses.follow(it.found));
    let edits = if let Some(list) = list {
        let name = specifier(request.symbol, local, list.found.load);
        extend::extend(list.node, text, &name, style)
    } else {
        let load = load(root, text, request.module_kind);
        let name = specifier(request.symbol, local, load);
        let line = statement(&name, request.module, load, style);
        vec![match load {
            Load::Import => place::of_import(root, text, &line, (request.module, style)),
            Load::Require => place::of_require(root, text, &line, style, request.uses),
        }]
    };
    Ok(Import {
        callee: local.to_owned(),
        edits,
    })
}

/// What stands in the braces.
fn specifier(symbol: &str, local: &str, load: Load) -> String {
    match load {
        _ if symbol == local => symbol.to_owned(),
        Load::Import => format!("{symbol} as {local}"),
        Load::Require => format!("{symbol}: {local}"),
    }
}

/// A statement that loads a module, without what ends it.
fn statement(name: &str, module: &str, load: Load, style: Style) -> String {
    let quote = style.quote;
    let module: String = module
        .chars()
        .flat_map(|it| {
            let escaped = (it == quote || it == '\\').then_some('\\');
            escaped.into_iter().chain([it])
        })
        .collect();
    match load {
        Load::Import => format!("import {{ {name} }} from {quote}{module}{quote}"),
        Load::Require => format!("const {{ {name} }} = require({quote}{module}{quote})"),
    }
}

/// How a file loads modules.
fn load(root: Node<'_>, text: &str, kind: ModuleKind) -> Load {
    let typed = *root.language() != Language::JavaScript.grammar();
    let mut cursor = root.walk();
    let modern = root
        .named_children(&mut cursor)
        .any(|it| matches!(it.kind(), "import_statement" | "export_statement"));
    let requires = || {
        ["require", "module", "exports"]
            .into_iter()
            .any(|it| occurrences(root, text, it, Which::All).any(|it| it.is_use()))
    };
    match kind {
        ModuleKind::EcmaScript => Load::Import,
        ModuleKind::CommonJs | ModuleKind::Unknown if modern => Load::Import,
        ModuleKind::CommonJs | ModuleKind::Unknown if typed && !requires() => Load::Import,
        ModuleKind::CommonJs | ModuleKind::Unknown => Load::Require,
    }
}

/// Where the wrapper will be called.
struct Uses {
    spans: Vec<Span>,
    /// The start of the first use that runs with the file itself.
    first_direct: Option<usize>,
}

impl Uses {
    fn of(root: Node<'_>, spans: &[Span]) -> Self {
        let mut functions: Vec<Span> = Vec::new();
        let mut walk = Walk::new(root);
        while let Some(path) = walk.step() {
            functions.extend(path.last().filter(|it| defers(**it)).map(|it| span_of(*it)));
        }
        let functions = outermost(functions);
        let first_direct = spans
            .iter()
            .filter(|it| !covers(&functions, **it))
            .map(|it| it.start)
            .min();
        Self {
            spans: spans.to_vec(),
            first_direct,
        }
    }

    /// Whether the module is there when it is used.
    fn follow(&self, found: Found<'_>) -> bool {
        match found.load {
            Load::Import => true,
            Load::Require => self
                .first_direct
                .is_none_or(|it| found.statement.end_byte() <= it),
        }
    }
}

/// Whether what is in `node` runs when that is called.
fn defers(node: Node<'_>) -> bool {
    is_function(node)
        && !matches!(
            node.kind(),
            "class_static_block" | "internal_module" | "module"
        )
}

/// Those of `spans` that are in no other one, in order; none of them overlap in part.
fn outermost(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable_by_key(|it| (it.start, Reverse(it.end)));
    let mut kept: Vec<Span> = Vec::new();
    for span in spans {
        if kept.last().is_none_or(|it| it.end <= span.start) {
            kept.push(span);
        }
    }
    kept
}

/// What a name means in a file.
struct Name {
    /// How many declarations make it known in the whole file.
    globals: usize,
    /// Where it means something else; disjoint and in order.
    hidden: Vec<Span>,
    /// Whether it is used where nothing in the file declares it.
    loose: bool,
}

impl Name {
    fn of(root: Node<'_>, text: &str, name: &str) -> Self {
        let found: Vec<Occurrence<'_>> = occurrences(root, text, name, Which::All).collect();
        let globals = found.iter().filter(|it| it.is_global()).count();
        let scopes = found.iter().filter(|it| !it.is_global());
        let hidden = outermost(scopes.filter_map(|it| it.declares_in).collect());
        let loose = found
            .iter()
            .filter(|it| it.is_use())
            .filter_map(|it| it.path.last())
            .any(|it| !covers(&hidden, span_of(*it)));
        Self {
            globals,
            hidden,
            loose,
        }
    }

    /// Whether a use is where the name means something else.
    fn is_hidden(&self, uses: &Uses) -> bool {
        uses.spans.iter().any(|it| covers(&self.hidden, *it))
    }

    /// Whether the name can be declared for all uses, with no effect on anything else.
    fn is_free(&self, uses: &Uses) -> bool {
        self.globals == 0 && !self.loose && !self.is_hidden(uses)
    }
}

/// Whether one of `spans`, which are disjoint and in order, contains `span`.
fn covers(spans: &[Span], span: Span) -> bool {
    let next = spans.partition_point(|it| it.start <= span.start);
    next.checked_sub(1)
        .and_then(|it| spans.get(it))
        .is_some_and(|it| it.contains(span))
}

impl Occurrence<'_> {
    /// Whether the name is used here, and not only mentioned in the list of another module.
    fn is_use(&self) -> bool {
        let mentioned = parent(&self.path, self.path.len() - 1)
            .is_some_and(|it| matches!(it.kind(), "import_specifier" | "export_specifier"));
        self.declares_in.is_none() && !mentioned
    }
}

#[cfg(test)]
mod tests;
