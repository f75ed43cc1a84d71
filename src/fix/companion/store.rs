//! What there is to know about the store that the code can be told to read.

use std::collections::BTreeSet;

use super::{Fact, Hint, HintKind};
use crate::fix::template::Backend;

/// Tells of every wrapper whether it reads `backend`, and that nothing was made there.
pub(super) fn hints(facts: &[Fact], backend: Backend) -> BTreeSet<Hint> {
    if backend == Backend::Local {
        return BTreeSet::new();
    }
    let hint = |fact: &Fact| {
        let mut adapters = fact.template.adapters.iter();
        let kind = if adapters.any(|it| it.backend == backend) {
            HintKind::NothingProvisioned(backend)
        } else {
            HintKind::NoAdapter(backend)
        };
        Hint {
            path: fact.template.module.into(),
            kind,
        }
    };
    facts.iter().map(hint).collect()
}
