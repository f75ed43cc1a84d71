//! What values are assigned to.

use tree_sitter::Node;

use super::slot::{PathId, Paths, Slot, Slots, dotted};
use super::{Around, Context, Level, Survey, parts, spelled};

impl<'t, 's> Survey<'t, 's> {
    /// Binds what is assigned to all its targets.
    pub(super) fn assignment(&mut self, node: Node<'t>, around: Around) {
        let mut chain = Vec::new();
        let mut rest = Some(node);
        while let Some(assignment) = rest.filter(|it| it.kind() == "assignment") {
            chain.extend(assignment.child_by_field_name("left"));
            rest = assignment.child_by_field_name("right");
        }
        let mut open = Vec::from_iter(rest.map(|it| (chain, it)));
        while let Some((targets, value)) = open.pop() {
            let named = targets.iter().map(|it| self.target(Some(*it), around));
            let slots = Slots::of(named.flatten());
            if !slots.is_empty() {
                self.push(value, slots, around);
                continue;
            }
            let unpacked = targets.first().and_then(|it| unpack(*it, value));
            match unpacked {
                Some(pairs) => open.extend(pairs.into_iter().rev().map(|it| (vec![it.0], it.1))),
                None => self.push(value, Slots::default(), around),
            }
        }
    }

    /// The slot of a target that is a name, an attribute or an entry.
    pub(super) fn target(&mut self, target: Option<Node<'_>>, around: Around) -> Option<Slot<'s>> {
        let target = target?;
        let context = match target.kind() {
            "identifier" if around.level == Level::Class => Context::Attribute,
            "identifier" => Context::Variable,
            "attribute" => Context::Attribute,
            "subscript" => Context::Entry,
            _ => return None,
        };
        // `config[KEY]` is not an entry named `config`.
        let own = target.child_by_field_name("subscript");
        if own.is_some_and(|it| spelled(it, self.text).is_none()) {
            return None;
        }
        let (name, before) = dotted(target, self.text)?;
        let outer = match around.level {
            Level::Class => around.class,
            Level::Code => Paths::EMPTY,
        };
        let path = self.prefixed(outer, &before, around);
        Some(Slot {
            name,
            path,
            context,
        })
    }

    /// The path of what is looked up through the names `before` it.
    pub(super) fn prefixed(&mut self, outer: PathId, before: &[&'s str], around: Around) -> PathId {
        match before {
            ["self" | "cls", rest @ ..] => self.extended(around.class, rest),
            _ => self.extended(outer, before),
        }
    }

    fn extended(&mut self, outer: PathId, names: &[&'s str]) -> PathId {
        names
            .iter()
            .fold(outer, |path, name| self.paths.push(path, name))
    }
}

/// Which target gets which value, where both are written out.
fn unpack<'t>(target: Node<'t>, value: Node<'t>) -> Option<Vec<(Node<'t>, Node<'t>)>> {
    let many = matches!(
        target.kind(),
        "pattern_list" | "tuple_pattern" | "list_pattern"
    ) && matches!(value.kind(), "expression_list" | "tuple" | "list");
    let (targets, values) = (parts(target), parts(value));
    let splat = |it: &Node<'_>| it.kind().starts_with("list_splat");
    let splats = targets.iter().any(splat) || values.iter().any(splat);
    (many && !splats && targets.len() == values.len())
        .then(|| targets.into_iter().zip(values).collect())
}
