//! What there is to know about the store that the code can be told to read.

use std::collections::BTreeSet;

use super::{Fact, Hint, HintKind};
use crate::secret::StoreKind;

/// Tells of every wrapper that it reads `backend`, and that nothing was made there.
pub(super) fn hints(facts: &[Fact], backend: StoreKind) -> BTreeSet<Hint> {
    if backend == StoreKind::Local {
        return BTreeSet::new();
    }
    let hint = |fact: &Fact| Hint {
        path: fact.template.module.into(),
        kind: HintKind::NothingProvisioned(backend),
    };
    facts.iter().map(hint).collect()
}
