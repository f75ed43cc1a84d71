//! Points that find parts of one credential.

/// Points that find parts of one credential: an id and its secret, a name and its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// The names of points that find the secret, which is what is told.
    pub main: Vec<String>,
    /// The names of points that find what belongs to it; of each, one value.
    pub with: Vec<String>,
    /// How many lines there may be from one to the other.
    pub within: usize,
}
