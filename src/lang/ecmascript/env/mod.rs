//! Reads of environment variables.

mod alias;
mod guard;
mod pattern;
mod proof;
mod survey;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use memchr::memmem;
use tree_sitter::Node;

use super::surroundings;
use super::tree::Errors;
use super::tree::Walk;
use crate::lang::EnvRead;
use crate::lang::Language;
use crate::lang::Obstacle;
use crate::lang::ReadForm;
use crate::lang::Standing;
use crate::text::Span;

use alias::Declarations;
use alias::Names;
use alias::Thing;
use proof::Proofs;
use survey::Survey;

/// Every read of an environment variable by a name written in the code, in order.
pub(in crate::lang) fn env_reads(root: Node<'_>, text: &str) -> Vec<EnvRead> {
    if !mentions_env(text) {
        return Vec::new();
    }
    let survey = Survey::of(root, text);
    let hostile = surroundings::obstacle(root, text);
    let errors = Errors::of(root, Span::new(0, text.len()));
    let narrowed = narrowed(root, text, &survey);
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
        } else if narrowed.lost.contains(variable) {
            Standing::Barred(Obstacle::Narrowing)
        } else if tested.contains(variable) {
            Standing::Caution(Obstacle::PresenceGate)
        } else {
            Standing::Free
        };
        if narrowed.guarded.contains(&read.expression) {
            read.form = ReadForm::Guarded;
        }
    }
    reads.sort_by_key(|it| it.expression);
    reads
}

/// Tells whether an expression stands for the environment, at the place of a walk.
pub(super) type IsEnv<'a> = dyn Fn(Node<'_>) -> bool + 'a;

/// Shows `visit` every node of a file with the path to it, and tells it which expressions stand
/// for the environment there.
pub(super) fn each<'t>(root: Node<'t>, text: &str, mut visit: impl FnMut(&[Node<'t>], &IsEnv<'_>)) {
    if !mentions_env(text) {
        return;
    }
    let declarations = Declarations::collect(root, text);
    let mut names = Names::new(&declarations, text);
    let mut walk = Walk::new(root);
    while let Some(path) = walk.step() {
        names.follow(path);
        visit(path, &|it| names.thing(it) == Some(Thing::Env));
    }
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

/// What narrowing does to the reads of a file.
#[derive(Debug, Default)]
struct Narrowed {
    /// The reads that are reached only where the variable is set, and whose type says so.
    guarded: BTreeSet<Span>,
    /// The variables with a read whose type may be narrowed by something that is not understood.
    lost: BTreeSet<String>,
}

/// Which reads have a narrowed type; none without types.
fn narrowed(root: Node<'_>, text: &str, survey: &Survey) -> Narrowed {
    let mut result = Narrowed::default();
    if *root.language() == Language::JavaScript.grammar() {
        return result;
    }
    let mut places: BTreeMap<&str, Vec<guard::Place>> = BTreeMap::new();
    let mut reads: BTreeMap<Span, &str> = BTreeMap::new();
    for seen in &survey.reads {
        if let Some(place) = seen.place {
            let variable = seen.read.variable.as_str();
            places.entry(variable).or_default().push(place);
            reads.insert(place.span, variable);
        }
    }
    for it in places.values_mut() {
        *it = guard::narrowed(it);
    }
    places.retain(|_, it| !it.is_empty());
    if places.is_empty() {
        return result;
    }
    let proofs = Proofs::collect(root, text, &reads);
    for (variable, narrowed) in places {
        let shown = |it: &guard::Place| proofs.show(variable, it.span, it.function);
        if narrowed.iter().all(shown) {
            result.guarded.extend(narrowed.iter().map(|it| it.span));
        } else {
            result.lost.insert(variable.to_owned());
        }
    }
    result
}

#[cfg(test)]
mod tests;
