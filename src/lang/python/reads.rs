//! Reads of environment variables.

use std::collections::HashSet;

use tree_sitter::Node;

use super::environ::{Environment, Site, Use, key};
use super::string::{is_string, plain, spelled};
use super::trail::{Trail, Walk};
use super::{EnvRead, Fallback, Obstacle, ReadDefault, ReadForm, Standing};
use super::{is_field, parts, span, text_of, trouble};

pub(in crate::lang) fn env_reads(root: Node<'_>, text: &str) -> Vec<EnvRead> {
    let Some(environment) = Environment::of(root, text) else {
        return Vec::new();
    };
    let mut survey = Survey {
        text,
        environment,
        reads: Vec::new(),
        written: HashSet::new(),
        tested: HashSet::new(),
    };
    let mut walk = Walk::new(root);
    loop {
        survey.look_at(walk.trail());
        if !walk.enter() {
            break;
        }
    }
    survey.judge()
}

/// What a file does with its environment.
struct Survey<'s> {
    text: &'s str,
    environment: Environment<'s>,
    reads: Vec<EnvRead>,
    /// The variables that the file writes.
    written: HashSet<&'s str>,
    /// The variables that the file looks for.
    tested: HashSet<&'s str>,
}

impl<'s> Survey<'s> {
    /// Notes what the node at the end of `trail` does.
    fn look_at(&mut self, trail: &Trail<'_>) -> Option<()> {
        let node = *trail.nodes().last()?;
        match node.kind() {
            "subscript" => self.subscript(node, trail),
            "call" => self.call(node, trail),
            "comparison_operator" => self.test(node, trail),
            "augmented_assignment" => self.merge(node, trail),
            _ => None,
        }
    }

    fn subscript(&mut self, node: Node<'_>, trail: &Trail<'_>) -> Option<()> {
        let mapping = node.child_by_field_name("value")?;
        if !self.environment.is_mapping(mapping, Site::end_of(trail)) {
            return None;
        }
        let [_, key] = *parts(node) else {
            return None;
        };
        let variable = spelled(key, self.text)?;
        if is_target(trail.nodes()) {
            self.written.insert(variable);
        } else {
            let form = ReadForm::Subscript { key: span(key) };
            self.add(variable, form, trail);
        }
        Some(())
    }

    fn call(&mut self, node: Node<'_>, trail: &Trail<'_>) -> Option<()> {
        let how = self.environment.use_of(node, Site::end_of(trail))?;
        if how == Use::Update {
            self.update(node);
            return None;
        }
        let (key, variable) = key(node, self.text).or_else(|| self.keyword_key(node))?;
        let ignored = trail.nodes().iter().rev().nth(1)?.kind() == "expression_statement";
        if how != Use::Read {
            self.written.insert(variable);
        }
        if how == Use::Write || how == Use::Take && ignored {
            return None;
        }
        let arguments = parts(node.child_by_field_name("arguments")?);
        let default = self.default_of(&arguments);
        let form = ReadForm::Call {
            callee: span(node.child_by_field_name("function")?),
            key: span(key),
            default: default.unwrap_or(ReadDefault::Absent),
        };
        self.add(variable, form, trail);
        if default.is_none()
            && let Some(read) = self.reads.last_mut()
        {
            read.standing = Standing::Barred(Obstacle::UnsupportedForm);
        }
        Some(())
    }

    /// The default among the arguments of a read; `None` when they are not the usual ones.
    fn default_of(&self, arguments: &[Node<'_>]) -> Option<ReadDefault> {
        match *arguments {
            [key] if is_string(key) => Some(ReadDefault::Absent),
            [key, default] if is_string(key) => match default.kind() {
                "keyword_argument" => {
                    let name = default.child_by_field_name("name")?;
                    let value = default.child_by_field_name("value")?;
                    (text_of(name, self.text) == "default")
                        .then(|| ReadDefault::Keyword(span(value)))
                }
                "list_splat" | "dictionary_splat" => None,
                _ => Some(ReadDefault::Positional(span(default))),
            },
            _ => None,
        }
    }

    /// The key of a read that is written as `key="X"`.
    fn keyword_key<'t>(&self, call: Node<'t>) -> Option<(Node<'t>, &'s str)> {
        let arguments = parts(call.child_by_field_name("arguments")?);
        let value = arguments.into_iter().find_map(|it| {
            let name = it.child_by_field_name("name")?;
            let named = it.kind() == "keyword_argument" && text_of(name, self.text) == "key";
            named.then(|| it.child_by_field_name("value")).flatten()
        })?;
        Some((value, spelled(value, self.text)?))
    }

    /// Notes what `os.environ |= {"X": …}` writes.
    fn merge(&mut self, node: Node<'_>, trail: &Trail<'_>) -> Option<()> {
        let mapping = node.child_by_field_name("left")?;
        if self.environment.is_mapping(mapping, Site::end_of(trail)) {
            let more = node.child_by_field_name("right")?;
            match more.kind() {
                "call" => self.update(more),
                _ => self.write(&[more]),
            }
        }
        Some(())
    }

    /// Notes what `os.environ.update({"X": …}, Y=…)` writes.
    fn update(&mut self, call: Node<'_>) {
        let arguments = call
            .child_by_field_name("arguments")
            .map_or_else(Vec::new, parts);
        self.write(&arguments);
    }

    /// Notes the keys of what is put into the environment.
    fn write(&mut self, arguments: &[Node<'_>]) {
        for argument in arguments.iter().copied() {
            let text = self.text;
            if argument.kind() == "keyword_argument" {
                let name = argument.child_by_field_name("name");
                self.written.extend(name.map(|it| text_of(it, text)));
            }
            if argument.kind() == "dictionary" {
                let keys = parts(argument)
                    .into_iter()
                    .filter_map(|it| it.child_by_field_name("key"));
                self.written.extend(keys.filter_map(|it| spelled(it, text)));
            }
        }
    }

    /// Notes a test whether a variable is set.
    fn test(&mut self, node: Node<'_>, trail: &Trail<'_>) -> Option<()> {
        let [key, mapping] = *parts(node) else {
            return None;
        };
        let operator = node.child_by_field_name("operators")?.kind();
        if operator != "in" && operator != "not in" {
            return None;
        }
        let variable = spelled(key, self.text)?;
        let is_mapping = self.environment.is_mapping(mapping, Site::end_of(trail))
            || self.is_keys(mapping, trail);
        if is_mapping {
            self.tested.insert(variable);
            let form = ReadForm::Presence {
                key: span(key),
                negated: operator == "not in",
            };
            self.add(variable, form, trail);
            // A remark between the two would be lost.
            if text_of(node, self.text).contains('#')
                && let Some(read) = self.reads.last_mut()
            {
                read.standing = Standing::Barred(Obstacle::UnsupportedForm);
            }
        }
        Some(())
    }

    /// Whether `node` is `os.environ.keys()`.
    fn is_keys(&self, node: Node<'_>, trail: &Trail<'_>) -> bool {
        let object = || {
            let function = node.child_by_field_name("function")?;
            let attribute = function.child_by_field_name("attribute")?;
            let keys = text_of(attribute, self.text) == "keys";
            keys.then(|| function.child_by_field_name("object"))
                .flatten()
        };
        object().is_some_and(|it| self.environment.is_mapping(it, Site::end_of(trail)))
    }

    fn add(&mut self, variable: &str, form: ReadForm, trail: &Trail<'_>) {
        let path = trail.nodes();
        let node = path.last();
        self.reads.push(EnvRead {
            variable: variable.to_owned(),
            expression: node.map_or_else(|| (0..0).into(), |it| span(*it)),
            form,
            fallback: fallback(path, self.text),
            standing: standing(path, self.text),
        });
    }

    /// The reads, with what the rest of the file does to their variables.
    fn judge(self) -> Vec<EnvRead> {
        let mut reads = self.reads;
        for read in &mut reads {
            if read.standing != Standing::Free {
                continue;
            }
            if self.written.contains(&*read.variable) {
                read.standing = Standing::Barred(Obstacle::WriteInFile);
            } else if self.tested.contains(&*read.variable) {
                read.standing = Standing::Caution(Obstacle::PresenceGate);
            }
        }
        reads
    }
}

/// Whether the node at the end of `path` is assigned to or deleted.
fn is_target(path: &[Node<'_>]) -> bool {
    for pair in path.windows(2).rev() {
        let [parent, child] = *pair else {
            return false;
        };
        match parent.kind() {
            "pattern_list"
            | "tuple_pattern"
            | "list_pattern"
            | "list_splat_pattern"
            | "expression_list"
            | "tuple"
            | "list"
            | "parenthesized_expression" => {}
            "delete_statement" | "as_pattern_target" => return true,
            "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => {
                return is_field(parent, "left", child);
            }
            _ => return false,
        }
    }
    false
}

/// The string that a read at the end of `path` falls back to.
fn fallback(path: &[Node<'_>], text: &str) -> Option<Fallback> {
    let mut outwards = path.windows(2).rev();
    let pair = outwards.find(|it| {
        it.first()
            .is_some_and(|it| it.kind() != "parenthesized_expression")
    })?;
    let [parent, child] = *pair else {
        return None;
    };
    let or = parent.kind() == "boolean_operator"
        && parent.child_by_field_name("operator")?.kind() == "or"
        && is_field(parent, "left", child);
    let literal = parent.child_by_field_name("right").filter(|_| or)?;
    plain(literal, text)?;
    Some(Fallback {
        expression: span(parent),
        literal: span(literal),
    })
}

/// Whether a call may stand where `path` ends.
fn standing(path: &[Node<'_>], text: &str) -> Standing {
    if trouble::is_near(path, text) {
        return Standing::Barred(Obstacle::ErrorNodeNear);
    }
    for node in path.iter().rev().skip(1) {
        let obstacle = match node.kind() {
            "type" => Obstacle::ConstantRequired,
            "print_statement" | "exec_statement" => Obstacle::UnsupportedForm,
            // `f"{x=}"` shows its source text.
            "interpolation" if shows_itself(*node) => Obstacle::UnsupportedForm,
            "interpolation" | "call" | "binary_operator" if represents(*node, text) => {
                Obstacle::UnsupportedForm
            }
            kind if kind.ends_with("_statement") => return Standing::Free,
            _ => continue,
        };
        return Standing::Barred(obstacle);
    }
    Standing::Free
}

/// Whether an interpolation is written with `=`.
fn shows_itself(interpolation: Node<'_>) -> bool {
    let mut cursor = interpolation.walk();
    interpolation
        .children(&mut cursor)
        .any(|it| it.kind() == "=")
}

/// Whether a node tells a string from what the wrapper returns, which is a kind of string that
/// keeps its value out of `repr`.
fn represents(node: Node<'_>, text: &str) -> bool {
    let field = |name| {
        let field = node.child_by_field_name(name);
        field.map_or("", |it| text_of(it, text))
    };
    match node.kind() {
        "interpolation" => matches!(field("type_conversion"), "!r" | "!a"),
        "call" => {
            let function = field("function");
            matches!(function, "repr" | "ascii" | "type")
                || function.ends_with(".format") && function.contains("!r")
        }
        _ => field("operator") == "%" && field("left").contains("%r"),
    }
}
