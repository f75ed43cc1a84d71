//! What the code asks for after the fix, secret by secret.

use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;

use crate::fix::distribution::Listing;
use crate::fix::draft::{Form, Piece};
use crate::fix::home::{Home, shown_as};
use crate::fix::template::Template;
use crate::lang::ReadForm;
use crate::secret::SecretName;
use crate::source::SourceRef;

/// One secret that a fixed file asks for.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(super) name: SecretName,
    /// The environment variable that has it.
    pub(super) variable: String,
    pub(super) need: Need,
    /// The file that asks for it.
    pub(super) file: PathBuf,
    /// The file, as reports name it.
    pub(super) path: Utf8PathBuf,
    pub(super) template: &'static Template,
    /// The file or folder of the wrapper that it asks.
    pub(super) wrapper: PathBuf,
    /// What has to name the wrapper.
    pub(super) listing: Option<Listing>,
}

/// What the code does without the variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// It goes on with something else, as it did before.
    Optional,
    /// It reads the store, where the value of the code is now.
    Stored,
    /// It stops, as it did before.
    Required,
}

impl Fact {
    /// What a call of the wrapper asks for.
    ///
    /// None for a variable that no shell could set.
    pub(in crate::fix) fn of(piece: &Piece, at: &SourceRef, home: &Home) -> Option<Self> {
        let variable = match piece.variable() {
            Some(variable) => variable.to_owned(),
            None => piece.name.variable(),
        };
        is_variable(&variable).then(|| Self {
            name: piece.name.clone(),
            variable,
            need: need(piece),
            file: at.file.clone(),
            path: at.path.clone(),
            template: home.template,
            wrapper: home.wrapper(),
            listing: home.listing.clone(),
        })
    }

    /// How reports name another file of the project.
    pub(super) fn shown(&self, other: &Path) -> Utf8PathBuf {
        shown_as(other, &self.file, &self.path)
    }

    /// The call, as a person would look for it: `get_secret("stripe-key")`.
    pub(super) fn call(&self) -> String {
        format!("{}(\"{}\")", self.template.symbol, self.name)
    }
}

fn need(piece: &Piece) -> Need {
    if piece.capture.is_some() {
        return Need::Stored;
    }
    match &piece.form {
        Form::Read(ReadForm::Subscript { .. }, _)
        | Form::Strict(..)
        | Form::Literal
        | Form::Field(_)
        | Form::Passage(_) => Need::Required,
        Form::Read(
            ReadForm::Call { .. }
            | ReadForm::Member
            | ReadForm::Guarded
            | ReadForm::Destructured { .. }
            | ReadForm::Picked { .. }
            | ReadForm::Presence { .. },
            _,
        ) => Need::Optional,
    }
}

/// Whether a shell could set `name`.
pub(super) fn is_variable(name: &str) -> bool {
    let word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    name.starts_with(|it: char| word(it) && !it.is_ascii_digit()) && name.chars().all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_what_a_shell_can_set() {
        assert!(is_variable("A_KEY2") && is_variable("_x"));
        for other in ["", "2A", "A-B", "A B", "A\nB", "Ä", "A=B"] {
            assert!(!is_variable(other), "{other}");
        }
    }
}
