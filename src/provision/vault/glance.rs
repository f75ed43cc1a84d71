//! Many secrets, by their folders: what is in none is not there.

use std::collections::BTreeMap;
use std::collections::HashSet;

use super::VaultStore;
use super::WIDTH;
use crate::provision::Address;
use crate::provision::Glimpse;
use crate::provision::Presence;
use crate::provision::ProvisionError;
use crate::provision::together::together;

/// How many secrets a folder has at the least for it to be listed.
const MANY: usize = 3;

impl VaultStore {
    /// What the folders of `places` tell: who may not list them looks at each secret.
    pub(super) fn glimpses(&self, places: &[Address]) -> Result<Vec<Glimpse>, ProvisionError> {
        let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
        for at in places {
            *folders.entry(split(at).0).or_default() += 1;
        }
        let folders = folders.into_iter().filter(|(_, many)| *many >= MANY);
        let folders: Vec<&str> = folders.map(|(folder, _)| folder).collect();
        let lists = together(WIDTH, &folders, |folder| match self.keys(folder) {
            Ok(keys) => Ok(Some(keys.into_iter().collect::<HashSet<_>>())),
            Err(ProvisionError::Denied { .. }) => Ok(None),
            Err(error) => Err(error),
        });
        let lists: Vec<Option<HashSet<String>>> = lists.into_iter().collect::<Result<_, _>>()?;
        let lists: BTreeMap<&str, HashSet<String>> = folders
            .into_iter()
            .zip(lists)
            .filter_map(|(folder, keys)| Some((folder, keys?)))
            .collect();
        let glimpse = |at: &Address| {
            let (folder, key) = split(at);
            match lists.get(folder) {
                Some(keys) if !keys.contains(key) => Glimpse::Sure(Presence::Absent),
                Some(_) | None => Glimpse::Unknown,
            }
        };
        Ok(places.iter().map(glimpse).collect())
    }
}

/// The folder of a secret, and what it is called there.
fn split(at: &Address) -> (&str, &str) {
    let path = at.path.trim_matches('/');
    path.rsplit_once('/').unwrap_or(("", path))
}
