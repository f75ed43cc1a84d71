//! Names that values are bound to, and what encloses them.

use std::rc::Rc;

use tree_sitter::Node;

use super::{Context, parts, spelled, text_of};

/// Names longer than this are not bound to, in bytes.
const MAX_NAME: usize = 256;

/// Names longer than this enclose nothing, in bytes.
const MAX_STEP: usize = 64;

/// How many names may enclose another.
const MAX_STEPS: usize = 8;

/// How many names one value may have.
const MAX_SLOTS: usize = 8;

/// A name that a value is about to be bound to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'s> {
    pub(super) name: &'s str,
    pub(super) path: PathId,
    pub(super) context: Context,
}

/// The names that a value is about to be bound to.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots<'s>(Option<Rc<[Slot<'s>]>>);

impl<'s> Slots<'s> {
    /// The slots that have a name of bearable length.
    pub(super) fn of(wanted: impl IntoIterator<Item = Slot<'s>>) -> Self {
        let fit = wanted.into_iter().filter(|it| it.name.len() <= MAX_NAME);
        let slots: Vec<Slot<'s>> = fit.take(MAX_SLOTS).collect();
        Self((!slots.is_empty()).then(|| slots.into()))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Slot<'s>> + '_ {
        self.0.iter().flat_map(|it| it.iter().copied())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The same names, bound in another way.
    pub(super) fn with(&self, context: Context) -> Self {
        Self::of(self.iter().map(|it| Slot { context, ..it }))
    }
}

/// What encloses a name: an index into [`Paths`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathId(usize);

/// Chains of names that enclose each other, as a tree of steps.
pub(super) struct Paths<'s> {
    steps: Vec<Step<'s>>,
}

struct Step<'s> {
    name: &'s str,
    outer: PathId,
    depth: usize,
}

impl<'s> Paths<'s> {
    /// What encloses nothing.
    pub(super) const EMPTY: PathId = PathId(usize::MAX);

    pub(super) fn new() -> Self {
        Self { steps: Vec::new() }
    }

    /// Puts `name` within `outer`; leaves it out when there is too much already.
    pub(super) fn push(&mut self, outer: PathId, name: &'s str) -> PathId {
        let depth = self.steps.get(outer.0).map_or(1, |it| it.depth + 1);
        if depth > MAX_STEPS || name.len() > MAX_STEP {
            return outer;
        }
        self.steps.push(Step { name, outer, depth });
        PathId(self.steps.len() - 1)
    }

    /// The names, outermost first.
    pub(super) fn names(&self, path: PathId) -> Vec<String> {
        let steps = std::iter::successors(self.steps.get(path.0), |it| self.steps.get(it.outer.0));
        let mut names: Vec<String> = steps.map(|it| it.name.to_owned()).collect();
        names.reverse();
        names
    }
}

/// The name of what an expression looks up, and the names before it.
///
/// `os.environ["X"]` is `X` of `os`, `environ`.
pub(super) fn dotted<'s>(expression: Node<'_>, text: &'s str) -> Option<(&'s str, Vec<&'s str>)> {
    let mut names = Vec::new();
    let mut rest = Some(expression);
    while let Some(node) = rest {
        let (name, object) = match node.kind() {
            "identifier" => (Some(text_of(node, text)), None),
            "attribute" => (
                node.child_by_field_name("attribute")
                    .map(|it| text_of(it, text)),
                node.child_by_field_name("object"),
            ),
            "subscript" => {
                let key = node.child_by_field_name("subscript");
                let key = key.and_then(|it| spelled(it, text));
                (key, node.child_by_field_name("value"))
            }
            "call" => looked_up(node, text).unzip(),
            "parenthesized_expression" => {
                rest = node.named_child(0);
                continue;
            }
            _ => (None, None),
        };
        // What has no name itself hides only what comes before it.
        if name.is_none() && names.is_empty() {
            return None;
        }
        names.extend(name);
        rest = object.filter(|_| names.len() <= MAX_STEPS);
    }
    let name = *names.first()?;
    let before = names.into_iter().skip(1).rev();
    Some((name, before.collect()))
}

/// The key and the mapping of `mapping.get("key")`.
fn looked_up<'s, 't>(call: Node<'t>, text: &'s str) -> Option<(&'s str, Node<'t>)> {
    let function = call.child_by_field_name("function")?;
    let method = function.child_by_field_name("attribute")?;
    let object = function.child_by_field_name("object")?;
    let first = *parts(call.child_by_field_name("arguments")?).first()?;
    let key = spelled(first, text)?;
    (text_of(method, text) == "get").then_some((key, object))
}
