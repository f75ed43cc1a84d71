//! Which expressions are the environment, under whatever names the file has given it.

use tree_sitter::Node;

use super::names::{Bound, Names, What, is_imported, mentions_of};
use super::string::spelled;
use super::trail::{Scope, Trail};
use super::{parts, text_of};

/// More names than this for one thing are not followed.
const MAX_ALIASES: usize = 8;

/// The names that a file has for `os`, `os.environ` and `os.getenv`.
pub(super) struct Environment<'s> {
    text: &'s str,
    aliases: Vec<Alias<'s>>,
}

/// A name, and what it is bound to in the whole file.
struct Alias<'s> {
    name: &'s str,
    names: Names<'s>,
}

/// What a name or an expression stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Os,
    Environ,
    Getenv,
}

/// Where an expression stands: at a depth of a trail.
#[derive(Clone, Copy)]
pub(super) struct Site<'a, 't> {
    trail: &'a Trail<'t>,
    depth: usize,
}

impl<'a, 't> Site<'a, 't> {
    pub(super) fn new(trail: &'a Trail<'t>, depth: usize) -> Self {
        Self { trail, depth }
    }

    pub(super) fn end_of(trail: &'a Trail<'t>) -> Self {
        Self::new(trail, trail.nodes().len().saturating_sub(1))
    }

    fn scopes(self) -> impl Iterator<Item = Scope> + 'a {
        self.trail.scopes_at(self.depth)
    }
}

/// How a call uses the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// `os.environ.get`, `os.getenv`.
    Read,
    /// `os.environ.pop`, `os.environ.setdefault`: reads and writes.
    Take,
    /// `os.putenv`, `os.unsetenv`.
    Write,
    /// `os.environ.update`.
    Update,
}

impl<'s> Environment<'s> {
    /// Finds the names; `None` when the file has nothing to do with the environment.
    pub(super) fn of(root: Node<'_>, text: &'s str) -> Option<Self> {
        if !["environ", "getenv", "putenv"]
            .iter()
            .any(|it| memchr::memmem::find(text.as_bytes(), it.as_bytes()).is_some())
        {
            return None;
        }
        let mut known = vec!["os"];
        for mention in mentions_of(text, "os") {
            let before = text.get(..mention.start).unwrap_or("").trim_end();
            if is_imported(before) {
                for node in Trail::to(root, mention).nodes() {
                    imported(*node, text, &mut known);
                }
            }
        }
        known.sort_unstable();
        known.dedup();
        known.truncate(MAX_ALIASES);
        let aliases = known
            .into_iter()
            .filter_map(|name| Names::of(root, text, name).map(|names| Alias { name, names }));
        Some(Self {
            text,
            aliases: aliases.collect(),
        })
    }

    /// Whether `node`, at `site`, is the mapping `os.environ`.
    pub(super) fn is_mapping(&self, node: Node<'_>, site: Site<'_, '_>) -> bool {
        self.meaning(node, site) == Some(Meaning::Environ)
    }

    /// How a call, at `site`, uses the environment, if it does.
    pub(super) fn use_of(&self, call: Node<'_>, site: Site<'_, '_>) -> Option<Use> {
        let function = call.child_by_field_name("function")?;
        if self.meaning(function, site) == Some(Meaning::Getenv) {
            return Some(Use::Read);
        }
        if function.kind() != "attribute" {
            return None;
        }
        let called = text_of(function.child_by_field_name("attribute")?, self.text);
        let object = function.child_by_field_name("object")?;
        match called {
            "get" | "pop" | "setdefault" | "update" if self.is_mapping(object, site) => {
                Some(match called {
                    "get" => Use::Read,
                    "update" => Use::Update,
                    _ => Use::Take,
                })
            }
            "putenv" | "unsetenv" if self.meaning(object, site) == Some(Meaning::Os) => {
                Some(Use::Write)
            }
            _ => None,
        }
    }

    /// What a name or an attribute stands for.
    fn meaning(&self, node: Node<'_>, site: Site<'_, '_>) -> Option<Meaning> {
        match node.kind() {
            "identifier" => self.named(text_of(node, self.text), site),
            "attribute" => {
                let attribute = node.child_by_field_name("attribute")?;
                let meaning = meaning_of(text_of(attribute, self.text))?;
                let object = node.child_by_field_name("object")?;
                let os = object.kind() == "identifier"
                    && self.named(text_of(object, self.text), site) == Some(Meaning::Os);
                os.then_some(meaning)
            }
            _ => None,
        }
    }

    /// What `name` stands for at `site`.
    fn named(&self, name: &str, site: Site<'_, '_>) -> Option<Meaning> {
        let alias = self.aliases.iter().find(|it| it.name == name)?;
        let mut reached = alias.names.reached(site.scopes());
        let some = !reached.is_empty();
        // A module often cleans up behind itself; until then, the name means what it meant.
        reached.retain(|it| it.what != What::Nothing);
        let Some((first, others)) = reached.split_first() else {
            if some {
                return None;
            }
            // From a star import, or from an import that the text at hand does not show.
            return match name {
                "os" => Some(Meaning::Os),
                _ => meaning_of(name),
            };
        };
        let meaning = bound_meaning(first)?;
        let alike = others.iter().all(|it| bound_meaning(it) == Some(meaning));
        alike.then_some(meaning)
    }
}

/// Adds the names that an import gives to `os` and what is in it.
fn imported<'s>(node: Node<'_>, text: &'s str, known: &mut Vec<&'s str>) {
    let module = node.child_by_field_name("module_name");
    let from_os = module.is_some_and(|it| text_of(it, text) == "os");
    if node.kind() != "import_statement" && !from_os {
        return;
    }
    for name in parts(node).into_iter().filter(|it| Some(*it) != module) {
        match name.kind() {
            "wildcard_import" => known.extend(["environ", "getenv"]),
            "dotted_name" if from_os => known.push(text_of(name, text)),
            "aliased_import" => {
                let original = name.child_by_field_name("name");
                let alias = name.child_by_field_name("alias");
                if from_os || original.is_some_and(|it| text_of(it, text) == "os") {
                    known.extend(alias.map(|it| text_of(it, text)));
                }
            }
            _ => {}
        }
    }
}

fn meaning_of(name: &str) -> Option<Meaning> {
    match name {
        "environ" => Some(Meaning::Environ),
        "getenv" => Some(Meaning::Getenv),
        _ => None,
    }
}

fn bound_meaning(bound: &Bound<'_>) -> Option<Meaning> {
    match bound.what {
        What::Package(module) if module == "os" || module.starts_with("os.") => Some(Meaning::Os),
        What::Module("os") => Some(Meaning::Os),
        What::Symbol("os", name) => meaning_of(name),
        What::Package(_)
        | What::Module(_)
        | What::Symbol(..)
        | What::Nothing
        | What::Other
        | What::Global
        | What::Nonlocal => None,
    }
}

/// Whether a function of this name may use the environment; cheap, and right when it says no.
pub(super) fn may_use(function: &str, text: &str) -> bool {
    match function {
        "get" | "getenv" | "pop" | "setdefault" | "update" | "putenv" | "unsetenv" => true,
        _ => mentions_of(text, "getenv").any(|it| {
            let after = text.get(it.end..).unwrap_or("");
            after
                .trim_start_matches([' ', '\t', '\\', '\r', '\n'])
                .starts_with("as")
        }),
    }
}

/// The first argument of a call, when it is a name written between quotes.
pub(super) fn key<'s, 't>(call: Node<'t>, text: &'s str) -> Option<(Node<'t>, &'s str)> {
    let first = *parts(call.child_by_field_name("arguments")?).first()?;
    Some((first, spelled(first, text)?))
}
