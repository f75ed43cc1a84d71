//! Calls, and what their arguments are bound to.

use tree_sitter::Node;

use super::slot::{Paths, Slot, Slots, dotted};
use super::{Around, Survey};
use super::{Context, is_string, last_name, parts, span, spelled, text_of};

/// A call whose arguments are looked at.
struct Site<'a, 't, 's> {
    /// The last name of what is called.
    name: &'s str,
    /// What the call is bound to.
    slots: &'a Slots<'s>,
    /// What encloses the call.
    outer: Around,
    /// What encloses its arguments.
    inner: Around,
    /// The argument that is a default, and what it is bound to.
    default: Option<(Node<'t>, Slot<'s>)>,
    /// The argument that is given to a name between quotes.
    entry: Option<(Node<'t>, Slot<'s>)>,
}

impl<'t, 's> Survey<'t, 's> {
    pub(super) fn call(&mut self, node: Node<'t>, slots: &Slots<'s>, around: Around) {
        let Some(function) = node.child_by_field_name("function") else {
            return;
        };
        self.function(function, slots, around);
        let Some(list) = node.child_by_field_name("arguments") else {
            return;
        };
        if list.kind() != "argument_list" {
            return self.push(list, Slots::default(), around);
        }
        let name = last_name(function, self.text).unwrap_or("");
        let arguments = parts(list);
        if name == "compare_digest"
            && let [left, right] = *arguments
        {
            self.compare(left, right, around);
        }
        let outer = self.within(slots, around);
        let site = Site {
            name,
            slots,
            outer,
            inner: Around {
                path: self.paths.push(outer.path, name),
                ..outer
            },
            default: self.default_of(node, name, &arguments),
            entry: self.entry(function, name, &arguments, around),
        };
        for (index, argument) in arguments.into_iter().enumerate() {
            let bound = self.argument(&site, index, argument);
            self.push(value_of(argument), bound, site.inner);
        }
    }

    /// What the argument at `index` is bound to.
    fn argument(&self, site: &Site<'_, 't, 's>, index: usize, argument: Node<'t>) -> Slots<'s> {
        let known = [site.default, site.entry].into_iter().flatten();
        for (value, slot) in known {
            if value == value_of(argument) {
                return Slots::of([slot]);
            }
        }
        if argument.kind() != "keyword_argument" {
            let wrapped = index == 0 && site.default.is_none() && is_transparent(site.name);
            return if wrapped {
                site.slots.clone()
            } else {
                Slots::default()
            };
        }
        let is_default = self.is_called(argument, "default");
        if is_default && is_field_maker(site.name) && !site.slots.is_empty() {
            return site.slots.clone();
        }
        match site.name {
            "dict" => self.slot(argument, site.outer.path, Context::Entry),
            _ => self.slot(argument, site.inner.path, Context::Argument),
        }
    }

    /// Whether a keyword argument has this name.
    fn is_called(&self, argument: Node<'_>, name: &str) -> bool {
        let own = argument.child_by_field_name("name");
        own.is_some_and(|it| text_of(it, self.text) == name)
    }

    /// Looks at what is called; a method that changes little is called on the value itself.
    fn function(&mut self, function: Node<'t>, slots: &Slots<'s>, around: Around) {
        let object = function.child_by_field_name("object");
        let method = function.child_by_field_name("attribute");
        let small = method.is_some_and(|it| {
            matches!(
                text_of(it, self.text),
                "encode" | "decode" | "strip" | "lstrip" | "rstrip" | "lower" | "upper"
            )
        });
        match object {
            Some(object) if small => self.push(object, slots.clone(), around),
            Some(object) => self.push(object, Slots::default(), around),
            None => self.push(function, Slots::default(), around),
        }
    }

    /// The default of a call that reads a setting, and the name of the setting.
    ///
    /// Beside the environment itself these are the helpers that most projects have, known by
    /// the name of the setting: it is written like that of a variable.
    fn default_of(
        &self,
        call: Node<'t>,
        name: &str,
        arguments: &[Node<'t>],
    ) -> Option<(Node<'t>, Slot<'s>)> {
        let bound = |value, setting| {
            let slot = Slot {
                name: setting,
                path: Paths::EMPTY,
                context: Context::EnvDefault,
            };
            Some((value, slot))
        };
        if let Some(read) = self.read_at(span(call)) {
            let mut values = arguments.iter().map(|it| value_of(*it));
            let value = values.find(|it| Some(span(*it)) == read.default)?;
            return bound(value, read.variable);
        }
        let setting = spelled(*arguments.first()?, self.text).filter(|it| is_variable(it))?;
        let keyword = arguments
            .iter()
            .find(|it| it.kind() == "keyword_argument" && self.is_called(**it, "default"));
        if let Some(keyword) = keyword {
            return bound(value_of(*keyword), setting);
        }
        let helper = matches!(name, "env" | "config" | "getenv" | "get_env");
        let second = arguments.get(1).filter(|it| helper && is_string(**it))?;
        bound(*second, setting)
    }

    /// The value that `setattr`, `setdefault` and their like give to a name between quotes.
    fn entry(
        &mut self,
        function: Node<'t>,
        name: &str,
        arguments: &[Node<'t>],
        around: Around,
    ) -> Option<(Node<'t>, Slot<'s>)> {
        let (object, key, value, context) = match (name, arguments) {
            ("setattr", [object, key, value]) => (Some(*object), key, value, Context::Attribute),
            ("setdefault" | "setenv" | "putenv", [key, value]) => {
                let object = function.child_by_field_name("object");
                (object, key, value, Context::Entry)
            }
            _ => return None,
        };
        let key = spelled(*key, self.text)?;
        let object = object.and_then(|it| dotted(it, self.text));
        let path = object.map_or(Paths::EMPTY, |(last, before)| {
            let outer = self.prefixed(Paths::EMPTY, &before, around);
            self.prefixed(outer, &[last], around)
        });
        let slot = Slot {
            name: key,
            path,
            context,
        };
        Some((*value, slot))
    }
}

/// What an argument hands over.
fn value_of(argument: Node<'_>) -> Node<'_> {
    let keyword = Some(argument).filter(|it| it.kind() == "keyword_argument");
    keyword
        .and_then(|it| it.child_by_field_name("value"))
        .unwrap_or(argument)
}

/// Whether the function only wraps its first argument.
fn is_transparent(function: &str) -> bool {
    is_field_maker(function)
        || matches!(
            function,
            "SecretStr" | "SecretBytes" | "Secret" | "str" | "bytes" | "b64decode" | "fromhex"
        )
}

/// Whether the function declares the field of a class, with a default.
fn is_field_maker(function: &str) -> bool {
    matches!(function, "Field" | "field" | "ib" | "attrib")
}

/// Whether `name` is written as environment variables are.
fn is_variable(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_uppercase())
        && name
            .bytes()
            .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
}
