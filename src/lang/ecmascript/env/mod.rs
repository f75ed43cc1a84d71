//! Reads of environment variables.

mod alias;
mod guard;
mod survey;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use memchr::memmem;
use tree_sitter::Node;

use super::surroundings;
use super::tree::Errors;
use crate::lang::EnvRead;
use crate::lang::Language;
use crate::lang::Obstacle;
use crate::lang::ReadForm;
use crate::lang::Standing;
use crate::text::Span;

use survey::Survey;

/// Every read of an environment variable by a name written in the code, in order.
pub(in crate::lang) fn env_reads(root: Node<'_>, text: &str) -> Vec<EnvRead> {
    if !mentions_env(text) {
        return Vec::new();
    }
    let survey = Survey::of(root, text);
    let hostile = surroundings::obstacle(root, text);
    let errors = Errors::of(root, Span::new(0, text.len()));
    let narrowed = narrowed(root, &survey);
    let tested: BTreeSet<String> = survey
        .reads
        .iter()
        .map(|it| &it.read)
        .filter(|it| matches!(it.form, ReadForm::Presence { .. }))
        .map(|it| it.variable.clone())
        .collect();
    let mut reads: Vec<EnvRead> = survey.reads.into_iter().map(|it| it.read).collect();
    for read in &mut reads {
        let variable = read.variable.as_str();
        let written = survey.writes_any || survey.written.contains(variable);
        read.standing = if surroundings::is_public(variable) {
            Standing::Barred(Obstacle::PublicPrefix)
        } else if let Some(obstacle) = hostile {
            Standing::Barred(obstacle)
        } else if errors.are_near(text, read.expression) {
            Standing::Barred(Obstacle::ErrorNodeNear)
        } else if written {
            Standing::Barred(Obstacle::WriteInFile)
        } else if read.standing != Standing::Free {
            read.standing
        } else if narrowed.contains(variable) {
            Standing::Barred(Obstacle::Narrowing)
        } else if tested.contains(variable) {
            Standing::Caution(Obstacle::PresenceGate)
        } else {
            Standing::Free
        };
    }
    reads.sort_by_key(|it| it.expression);
    reads
}

/// Whether the word `env` stands anywhere in the text.
fn mentions_env(text: &str) -> bool {
    let is_part = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'$');
    let bytes = text.as_bytes();
    memmem::find_iter(bytes, "env").any(|it| {
        let before = it.checked_sub(1).and_then(|it| bytes.get(it));
        !before.is_some_and(is_part) && !bytes.get(it + 3).is_some_and(is_part)
    })
}

/// The variables of which one read narrows the type of another; none without types.
fn narrowed(root: Node<'_>, survey: &Survey) -> BTreeSet<String> {
    if *root.language() == Language::JavaScript.grammar() {
        return BTreeSet::new();
    }
    let mut places: BTreeMap<&str, Vec<guard::Place>> = BTreeMap::new();
    for seen in &survey.reads {
        if let Some(place) = seen.place {
            let variable = seen.read.variable.as_str();
            places.entry(variable).or_default().push(place);
        }
    }
    places
        .into_iter()
        .filter(|(_, it)| guard::narrows(it))
        .map(|(variable, _)| variable.to_owned())
        .collect()
}

#[cfg(test)]
mod tests;
