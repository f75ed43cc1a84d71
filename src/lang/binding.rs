//! A name and what is bound to it.

use crate::text::Span;

/// A name and the literal bound to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The name as written, without quotes and without what it is a part of.
    pub name: String,
    /// What encloses the name, outermost first: targets, keys, classes, the function called.
    pub path: Vec<String>,
    /// The value as written, between its quotes.
    pub value: Span,
    /// How the two are bound.
    pub context: Context,
}

/// How a name and a literal are bound to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// An assignment or declaration.
    Variable,
    /// A field of a class or an attribute of an object.
    Attribute,
    /// A pair of a dictionary, an object or a data file.
    Entry,
    /// A keyword argument, or an attribute of an element.
    Argument,
    /// The default of a parameter.
    Parameter,
    /// The other side of a comparison.
    Comparison,
    /// The default of a read from the environment, bound to the variable's name.
    EnvDefault,
    /// What stands after `or`, `||` or `??`, bound to the target of the whole.
    Fallback,
}
