//! YAML with the places of its nodes.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

/// How deep a file may nest.
const MAX_DEPTH: usize = 64;

/// How many nodes a file may have.
const MAX_NODES: usize = 100_000;

/// A node of the first document of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Where it starts and ends, in bytes; the end of a collection is not told.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its anchor, by which other places may use it too; 0 where it has none.
    pub(super) anchor: usize,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar(String, Written),
    Mapping(Form, Vec<(Node, Node)>),
    Sequence(Form, Vec<Node>),
    /// Another node, by its anchor.
    Alias(usize),
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// On a line, with quotes or without.
    Inline,
    /// As a block of lines.
    Block,
}

/// How a collection is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Block,
    Flow,
}

impl Node {
    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text, _) => Some(text),
            Kind::Mapping(..) | Kind::Sequence(..) | Kind::Alias(_) => None,
        }
    }

    /// The members of a mapping.
    pub(super) fn members(&self) -> &[(Self, Self)] {
        match &self.kind {
            Kind::Mapping(_, members) => members,
            Kind::Scalar(..) | Kind::Sequence(..) | Kind::Alias(_) => &[],
        }
    }

    /// The items of a sequence.
    pub(super) fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::Sequence(_, items) => items,
            Kind::Scalar(..) | Kind::Mapping(..) | Kind::Alias(_) => &[],
        }
    }

    /// The member of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let mut members = self.members().iter();
        members
            .find(|(key, _)| key.text() == Some(name))
            .map(|(_, value)| value)
    }
}

impl Node {
    /// The member of that name, to change it.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Kind::Mapping(_, members) = &mut self.kind else {
            return None;
        };
        let mut members = members.iter_mut();
        members
            .find(|(key, _)| key.text() == Some(name))
            .map(|(_, value)| value)
    }
}

/// A collection that is being read.
struct Open {
    node: Node,
    key: Option<Node>,
}

/// The only document of `text`; `None` for what is not YAML, or more than one document.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what else the parser may tell, now or later, is no node"
)]
pub(super) fn parse(text: &str) -> Option<Node> {
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for (number, event) in Parser::new_from_str(text).enumerate() {
        let (event, span) = event.ok()?;
        if number > MAX_NODES || open.len() > MAX_DEPTH {
            return None;
        }
        let place = (span.start.byte_offset()?, span.end.byte_offset()?);
        let leaf = |kind, anchor| Some(node(kind, place, anchor));
        let done = match event {
            Event::Scalar(value, style, anchor, _) => {
                let written = match style {
                    ScalarStyle::Literal | ScalarStyle::Folded => Written::Block,
                    ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                        Written::Inline
                    }
                };
                leaf(Kind::Scalar(value.into_owned(), written), anchor)
            }
            Event::Alias(anchor) => leaf(Kind::Alias(anchor), 0),
            Event::MappingStart(style, anchor, _) => {
                let kind = Kind::Mapping(form(style), Vec::new());
                let node = node(kind, place, anchor);
                open.push(Open { node, key: None });
                None
            }
            Event::SequenceStart(style, anchor, _) => {
                let kind = Kind::Sequence(form(style), Vec::new());
                let node = node(kind, place, anchor);
                open.push(Open { node, key: None });
                None
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop().map(|it| it.node),
            Event::UnresolvedAlias(_) => return None,
            _ => None,
        };
        let Some(done) = done else {
            continue;
        };
        match open.last_mut() {
            Some(above) => above.take(done),
            None if root.is_some() => return None,
            None => root = Some(done),
        }
    }
    root
}

impl Open {
    /// Takes the next node of the collection.
    fn take(&mut self, node: Node) {
        match &mut self.node.kind {
            Kind::Sequence(_, items) => items.push(node),
            Kind::Mapping(_, members) => match self.key.take() {
                Some(key) => members.push((key, node)),
                None => self.key = Some(node),
            },
            Kind::Scalar(..) | Kind::Alias(_) => {}
        }
    }
}

fn node(kind: Kind, (start, end): (usize, usize), anchor: usize) -> Node {
    Node {
        kind,
        start,
        end,
        anchor,
    }
}

fn form(style: StructureStyle) -> Form {
    match style {
        StructureStyle::Block => Form::Block,
        StructureStyle::Flow => Form::Flow,
    }
}

/// The nodes below `root` that have anchors.
pub(super) fn anchors(root: &Node) -> BTreeMap<usize, &Node> {
    let mut anchors = BTreeMap::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.anchor != 0 {
            anchors.insert(node.anchor, node);
        }
        open.extend(node.items());
        open.extend(node.members().iter().flat_map(|(key, value)| [key, value]));
    }
    anchors
}

/// Whether two nodes say the same, wherever they stand.
pub(super) fn is_same(one: &Node, other: &Node) -> bool {
    let mut open = vec![(one, other)];
    while let Some((ours, theirs)) = open.pop() {
        match (&ours.kind, &theirs.kind) {
            (Kind::Scalar(a, x), Kind::Scalar(b, y)) if a == b && x == y => {}
            (Kind::Alias(a), Kind::Alias(b)) if a == b => {}
            (Kind::Sequence(x, a), Kind::Sequence(y, b)) if x == y && a.len() == b.len() => {
                open.extend(a.iter().zip(b));
            }
            (Kind::Mapping(x, a), Kind::Mapping(y, b)) if x == y && a.len() == b.len() => {
                for ((key, value), (other_key, other_value)) in a.iter().zip(b) {
                    open.extend([(key, other_key), (value, other_value)]);
                }
            }
            (Kind::Scalar(..) | Kind::Alias(_) | Kind::Sequence(..) | Kind::Mapping(..), _) => {
                return false;
            }
        }
        if ours.anchor != theirs.anchor {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_in_bytes() {
        let text = "ä: &a\r\n  b: \"ü\" # x\r\nc: [*a, 1]\r\n";
        let root = parse(text).unwrap();
        let b = root.get("ä").unwrap().get("b").unwrap();
        assert_eq!(text.get(b.start..b.end), Some("\"ü\""));
        let anchor = root.get("ä").unwrap().anchor;
        let c = root.get("c").unwrap();
        assert!(anchor != 0);
        assert_eq!(c.items()[0].kind, Kind::Alias(anchor));
        assert!(matches!(c.kind, Kind::Sequence(Form::Flow, _)));
    }

    #[test]
    fn what_is_not_one_document_is_not_read() {
        let deep = "[".repeat(10_000);
        for text in ["a: [", "a: 1\n---\nb: 1\n", "a: *b\n", &deep] {
            assert_eq!(parse(text), None, "{text:.20}");
        }
    }
}
