//! What names mean where the wrapper is used.

use tree_sitter::Node;

use super::{Bound, ImportRequest, Names, What};
use super::{Trail, is_field, mentions_of, parts, text_of};
use crate::text::Span;

/// A file, what it is to import, and the places that will use it.
pub(super) struct Scene<'t, 's> {
    root: Node<'t>,
    text: &'s str,
    request: &'s ImportRequest<'s>,
    uses: &'s [Span],
    /// Where the first statement of the module starts that has a use in it.
    pub(super) limit: usize,
    /// Where `from … import *` is written.
    stars: Vec<usize>,
}

/// What a name that is looked for means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sought {
    /// The symbol itself.
    Symbol,
    /// The module, by a name of its own or by its first part.
    Module,
}

/// What is known of a name at all uses.
struct Verdict {
    /// Nothing else has the name, at any use or in the module.
    clear: bool,
    /// Where the last import ends that gives the name its meaning before the first use.
    known: Option<usize>,
}

impl<'t, 's> Scene<'t, 's> {
    pub(super) fn new(
        root: Node<'t>,
        text: &'s str,
        request: &'s ImportRequest<'s>,
        uses: &'s [Span],
    ) -> Self {
        let first = uses.iter().map(|it| it.start).min();
        let limit = first.map_or(text.len(), |first| {
            let mut cursor = root.walk();
            cursor.goto_first_child_for_byte(first);
            cursor.node().start_byte().min(first)
        });
        let stars = mentions_of(text, "import").filter(|it| {
            let after = text.get(it.end..).unwrap_or("");
            after.trim_start_matches([' ', '\t']).starts_with('*')
                && Trail::to(root, *it)
                    .nodes()
                    .iter()
                    .any(|it| it.kind() == "import_from_statement")
        });
        Self {
            stars: stars.map(|it| it.start).collect(),
            root,
            text,
            request,
            uses,
            limit,
        }
    }

    /// The way in which the file can call the symbol already, if it can.
    pub(super) fn known(&self) -> Option<String> {
        let statements = self.imports();
        let symbol = statements.iter().find_map(|it| self.symbol_in(*it));
        symbol.or_else(|| statements.iter().find_map(|it| self.module_in(*it)))
    }

    /// The statement of the module that imports other symbols from the same place.
    pub(super) fn extensible(&self) -> Option<Node<'t>> {
        self.imports().into_iter().find(|statement| {
            let module = statement.child_by_field_name("module_name");
            let same = module.is_some_and(|it| self.is_module(text_of(it, self.text)));
            let named = statement.child_by_field_name("name").is_some();
            same && named && !statement.has_error()
        })
    }

    /// Whether `name` can be given to the symbol by an import at `offset`.
    pub(super) fn is_free(&self, name: &str, offset: usize) -> bool {
        // What a star brings is not known; it is the symbol as likely as it is something else,
        // unless the file already calls it.
        let starred = !name.starts_with('_')
            && (self.stars.iter().any(|it| *it > offset)
                || !self.stars.is_empty() && mentions_of(self.text, name).next().is_some());
        !starred
            && self
                .verdict(name, Sought::Symbol)
                .is_some_and(|it| it.clear)
    }

    /// Whether what is called, at the only use, is the symbol.
    pub(super) fn reaches(&self, callee: Node<'_>) -> bool {
        let name = text_of(callee, self.text);
        if callee.kind() == "identifier" {
            return self.is_known(name, Sought::Symbol);
        }
        let Some((module, symbol)) = name.rsplit_once('.') else {
            return false;
        };
        symbol == self.request.symbol
            && (module == self.request.module || !module.contains('.'))
            && self.is_known(head(module), Sought::Module)
    }

    /// The plain imports of the module before the first use.
    fn imports(&self) -> Vec<Node<'t>> {
        let mut cursor = self.root.walk();
        let mut found = Vec::new();
        let mut more = cursor.goto_first_child();
        while more && cursor.node().end_byte() <= self.limit {
            if cursor.node().kind().starts_with("import_") {
                found.push(cursor.node());
            }
            more = cursor.goto_next_sibling();
        }
        found
    }

    /// The name under which `statement` imports the symbol, when it can be used.
    fn symbol_in(&self, statement: Node<'_>) -> Option<String> {
        let module = statement.child_by_field_name("module_name")?;
        if !self.is_module(text_of(module, self.text)) {
            return None;
        }
        let mut names = imported(statement, self.text);
        names
            .find(|it| it.name == self.request.symbol && self.is_known(it.local, Sought::Symbol))
            .map(|it| it.local.to_owned())
    }

    /// The symbol by way of the module, when `statement` imports that.
    fn module_in(&self, statement: Node<'_>) -> Option<String> {
        let wanted = self.request.module;
        let from = statement.child_by_field_name("module_name");
        let package = from.map(|it| text_of(it, self.text));
        let found = imported(statement, self.text).find_map(|it| {
            let whole = match package {
                Some(package) => wanted.strip_prefix(package)?.strip_prefix('.')? == it.name,
                None => wanted == it.name,
            };
            whole.then_some(it.local)
        })?;
        let callee = format!("{found}.{}", self.request.symbol);
        self.is_known(head(found), Sought::Module).then_some(callee)
    }

    /// Whether every use finds `name`, and finds the right thing.
    fn is_known(&self, name: &str, sought: Sought) -> bool {
        let verdict = self.verdict(name, sought).filter(|it| it.clear);
        verdict
            .and_then(|it| it.known)
            .is_some_and(|known| name.starts_with('_') || self.stars.iter().all(|it| *it < known))
    }

    /// What `name` means at the uses; `None` when it cannot be told.
    fn verdict(&self, name: &str, sought: Sought) -> Option<Verdict> {
        let names = Names::of(self.root, self.text, name)?;
        let of_module = names.of_module();
        let fits = |it: &&Bound<'_>| self.fits(&it.what, sought);
        let clear = of_module.iter().all(fits)
            && !(self.uses.iter()).any(|it| names.is_hidden(Trail::to(self.root, *it).scopes()));
        let known = of_module
            .iter()
            .filter(|it| it.top_level && it.place.end <= self.limit)
            .filter(|it| self.gives(&it.what, sought));
        Some(Verdict {
            clear,
            known: known.map(|it| it.place.end).max(),
        })
    }

    /// Whether a name that is bound to `what` may mean what is sought.
    fn fits(&self, what: &What<'_>, sought: Sought) -> bool {
        match what {
            // Each `import a.b` binds `a`, and none takes it away from the others.
            What::Package(module) => {
                sought == Sought::Module && head(module) == head(self.request.module)
            }
            What::Module(_) | What::Symbol(..) => self.gives(what, sought),
            What::Nothing | What::Other | What::Global | What::Nonlocal => false,
        }
    }

    /// Whether an import of `what` gives a name the meaning that is sought.
    fn gives(&self, what: &What<'_>, sought: Sought) -> bool {
        match (sought, what) {
            (Sought::Symbol, What::Symbol(module, name)) => {
                self.is_module(module) && *name == self.request.symbol
            }
            (Sought::Module, What::Package(module) | What::Module(module)) => {
                self.is_module(module)
            }
            (Sought::Module, What::Symbol(package, name)) => {
                let rest = self.request.module.strip_prefix(package);
                rest.and_then(|it| it.strip_prefix('.')) == Some(*name)
            }
            (Sought::Symbol, What::Package(_) | What::Module(_))
            | (_, What::Nothing | What::Other | What::Global | What::Nonlocal) => false,
        }
    }

    /// Whether `written` is the module, whatever blanks it is written with.
    fn is_module(&self, written: &str) -> bool {
        let letters = written
            .chars()
            .filter(|it| !it.is_whitespace() && *it != '\\');
        letters.eq(self.request.module.chars())
    }
}

/// A name that an import brings.
struct Imported<'s> {
    name: &'s str,
    local: &'s str,
}

/// The names that an import brings, without stars.
fn imported<'a>(statement: Node<'a>, text: &'a str) -> impl Iterator<Item = Imported<'a>> {
    let names = parts(statement)
        .into_iter()
        .filter(move |it| !is_field(statement, "module_name", *it));
    names.filter_map(|it| match it.kind() {
        "dotted_name" => Some(Imported {
            name: text_of(it, text),
            local: text_of(it, text),
        }),
        "aliased_import" => Some(Imported {
            name: text_of(it.child_by_field_name("name")?, text),
            local: text_of(it.child_by_field_name("alias")?, text),
        }),
        _ => None,
    })
}

/// The first part of a dotted name.
pub(super) fn head(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
