//! Many values at once, as a person leaves them in an editor.

use std::collections::BTreeMap;

use super::content::Content;
use super::store::today;
use super::{Changed, LocalStore};
use crate::provision::About;
use crate::provision::MANAGED_BY;
use crate::provision::ProvisionError;
use crate::provision::Token;
use crate::provision::Version;
use crate::secret::Secret;
use crate::secret::SecretName;

/// What was in a store when somebody began to edit it.
#[derive(Debug)]
pub struct Page {
    versions: BTreeMap<String, Version>,
    /// The values by name.
    pub values: BTreeMap<String, Secret>,
}

/// What became of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// It is new.
    Added,
    /// It has another value.
    Replaced,
}

impl LocalStore<'_> {
    /// Everything in the store; nothing when there is none.
    ///
    /// # Errors
    ///
    /// Fails when the store cannot be read or opened.
    pub fn page(&self) -> Result<Page, ProvisionError> {
        let content = self.load()?.unwrap_or_else(Content::empty);
        let mut page = Page {
            versions: BTreeMap::new(),
            values: BTreeMap::new(),
        };
        for name in content.names() {
            if let (Some(version), Some(value)) = (content.version(&name), content.get(&name)) {
                page.values.insert(name.clone(), value.clone());
                page.versions.insert(name, version);
            }
        }
        Ok(page)
    }

    /// Stores `values` where they are not those of `before`: all of them, or none where somebody else
    /// has changed one of them meanwhile. Tells the names that changed.
    ///
    /// # Errors
    ///
    /// Fails when the store has another version of a value than `before`, cannot be written, or does
    /// not read back what was written.
    pub fn edit(
        &self,
        before: &Page,
        values: &BTreeMap<SecretName, Secret>,
    ) -> Result<BTreeMap<SecretName, Edited>, ProvisionError> {
        let known = |name: &SecretName| before.values.get(name.as_str());
        let fresh = values.iter().filter(|(name, it)| known(name) != Some(it));
        let fresh: Vec<_> = fresh.collect();
        let mut edited = BTreeMap::new();
        if fresh.is_empty() {
            return Ok(edited);
        }
        self.change(|content| {
            for (name, value) in &fresh {
                let was = before.versions.get(name.as_str());
                let now = content.version(name.as_str());
                let removed = content.record(name.as_str());
                let removed = removed.is_some_and(|it| it.removed.is_some());
                if now.as_ref() != was || removed {
                    let path = name.to_string();
                    return Err(ProvisionError::Changed { path });
                }
                content.set(name.as_str(), value, Version(Token::random().0), today());
                let what = if was.is_some() {
                    Edited::Replaced
                } else {
                    content.describe(name.as_str(), &ours());
                    Edited::Added
                };
                edited.insert((*name).clone(), what);
            }
            Ok(Changed::Yes)
        })?;
        let after = self.page()?;
        for (name, value) in fresh {
            if after.values.get(name.as_str()) != Some(value) {
                return Err(ProvisionError::Unverified(name.clone()));
            }
        }
        Ok(edited)
    }
}

/// The label of what shield looks after.
fn ours() -> About {
    let (key, by) = MANAGED_BY;
    About {
        tags: [(key.to_owned(), by.to_owned())].into(),
        ..About::default()
    }
}
