//! Reads of the environment, as far as they bind literals.

use super::{EnvRead, ReadDefault, ReadForm};
use crate::text::Span;

/// A read of the environment.
#[derive(Clone, Copy)]
pub(super) struct Read<'s> {
    pub(super) expression: Span,
    pub(super) variable: &'s str,
    pub(super) default: Option<Span>,
}

/// The reads of the environment, by position.
pub(super) fn reads<'s>(all: &[EnvRead], text: &'s str) -> Vec<Read<'s>> {
    let mut reads: Vec<Read<'s>> = all.iter().filter_map(|it| read(it, text)).collect();
    reads.sort_by_key(|it| it.expression);
    reads
}

fn read<'s>(read: &EnvRead, text: &'s str) -> Option<Read<'s>> {
    let (key, default) = match read.form {
        ReadForm::Subscript { key } => (key, ReadDefault::Absent),
        ReadForm::Call { key, default, .. } => (key, default),
        ReadForm::Member
        | ReadForm::Guarded
        | ReadForm::Destructured { .. }
        | ReadForm::Picked { .. }
        | ReadForm::Presence { .. } => {
            return None;
        }
    };
    let quoted = key.of(text)?.trim_start_matches(char::is_alphabetic);
    Some(Read {
        expression: read.expression,
        variable: quoted.trim_matches(['"', '\'']),
        default: match default {
            ReadDefault::Absent => None,
            ReadDefault::Positional(value) | ReadDefault::Keyword(value) => Some(value),
        },
    })
}
