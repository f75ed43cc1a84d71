//! What the types of a program say of its environment.

/// What a type says of an environment variable, where that is more than "a text or nothing".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum EnvType {
    /// It is always a text.
    Text(String),
    /// It is something else than a text: one of several words, another type.
    Other(String),
    /// The type is made of others, so any variable may have any type.
    Unknown,
}
