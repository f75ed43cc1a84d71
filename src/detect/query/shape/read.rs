//! Reads queries of the simple kind.

use std::iter::Peekable;
use std::str::Bytes;

use tree_sitter::Language;

use super::{Child, Knot, Shape};

/// Nodes are not nested deeper in a query of the simple kind.
const DEEPEST: usize = 16;

impl Shape {
    /// Reads a query; `None` when it is not of the simple kind, or wrong.
    pub(in crate::detect::query) fn read(source: &str, grammar: &Language) -> Option<Self> {
        let mut reader = Reader {
            rest: source.bytes().peekable(),
            grammar,
            captures: Vec::new(),
        };
        let mut roots = Vec::new();
        while reader.peek().is_some() {
            roots.extend(reader.knots(DEEPEST)?);
        }
        if roots.iter().any(|it| it.kind.is_none()) {
            return None;
        }
        Some(Self {
            roots,
            captures: reader.captures,
        })
    }
}

/// Takes a query from its front.
struct Reader<'r> {
    rest: Peekable<Bytes<'r>>,
    grammar: &'r Language,
    captures: Vec<String>,
}

impl Reader<'_> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        while self.rest.next_if(u8::is_ascii_whitespace).is_some() {}
        self.rest.peek().copied()
    }

    /// Takes the next byte if it is this one.
    fn take(&mut self, byte: u8) -> bool {
        self.peek() == Some(byte) && self.rest.next().is_some()
    }

    /// Takes a name; `None` when there is none.
    fn name(&mut self) -> Option<String> {
        self.peek()?;
        let mut name = String::new();
        while let Some(byte) = self
            .rest
            .next_if(|it| it.is_ascii_alphanumeric() || *it == b'_')
        {
            name.push(char::from(byte));
        }
        (!name.is_empty()).then_some(name)
    }

    /// A node or several to choose from, with their captures.
    fn knots(&mut self, depth: usize) -> Option<Vec<Knot>> {
        let depth = depth.checked_sub(1)?;
        let mut knots = Vec::new();
        if self.take(b'[') {
            while !self.take(b']') {
                knots.extend(self.knots(depth)?);
            }
        } else if self.take(b'(') {
            knots.push(self.knot(depth)?);
        } else {
            return None;
        }
        while self.take(b'@') {
            let name = self.name()?;
            // Names may have more signs than are read here.
            if matches!(self.rest.peek(), Some(b'.' | b'-' | b'?' | b'!')) {
                return None;
            }
            let known = self.captures.iter().position(|it| *it == name);
            let number = known.unwrap_or_else(|| {
                self.captures.push(name);
                self.captures.len() - 1
            });
            for knot in &mut knots {
                knot.captures.push(number);
            }
        }
        Some(knots)
    }

    /// What stands between the parentheses of a node.
    fn knot(&mut self, depth: usize) -> Option<Knot> {
        let name = self.name()?;
        let mut knot = Knot {
            kind: if name == "_" {
                None
            } else {
                Some(self.kind(&name)?)
            },
            children: Vec::new(),
            closed: false,
            captures: Vec::new(),
        };
        loop {
            let next = self.take(b'.');
            if self.take(b')') {
                knot.closed = next;
                return (!next || !knot.children.is_empty()).then_some(knot);
            }
            let mut field = None;
            if self.peek()?.is_ascii_lowercase() {
                field = Some(self.grammar.field_id_for_name(self.name()?)?);
                if !self.take(b':') {
                    return None;
                }
            }
            let knots = self.knots(depth)?;
            knot.children.push(Child { field, next, knots });
        }
    }

    /// The number of a kind of nodes that has one, and no kinds below it.
    fn kind(&self, name: &str) -> Option<u16> {
        let kind = self.grammar.id_for_node_kind(name, true);
        // Errors have the highest number, and what is not known the lowest.
        let simple = !matches!(kind, 0 | u16::MAX)
            && self.grammar.node_kind_is_visible(kind)
            && !self.grammar.node_kind_is_supertype(kind);
        simple.then_some(kind)
    }
}
