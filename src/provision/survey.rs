//! Looking at many secrets, in few calls where the store allows that.

use super::together::together;
use super::{Address, Glimpse, Presence, ProvisionError, Store};

/// What `judge` makes of what `store` has for each of `items`, in their order.
///
/// What may be old counts only where `is_settled`: everything else is looked at again by itself.
///
/// # Errors
///
/// Fails when the store does not tell, or `judge` fails.
pub(super) fn survey<T: Sync, R: Send>(
    store: &dyn Store,
    items: &[(Address, T)],
    judge: impl Fn(&(Address, T), Presence) -> Result<R, ProvisionError> + Sync,
    is_settled: impl Fn(&R) -> bool + Sync,
) -> Result<Vec<R>, ProvisionError> {
    let places: Vec<Address> = items.iter().map(|(at, _)| at.clone()).collect();
    let glimpses = store.glance(&places)?;
    let pairs: Vec<_> = items.iter().zip(glimpses).collect();
    let judged = together(store.width(), &pairs, |(item, glimpse)| {
        match glimpse {
            Glimpse::Sure(presence) => return judge(item, presence.clone()),
            Glimpse::Earlier(presence) => {
                let judged = judge(item, presence.clone())?;
                if is_settled(&judged) {
                    return Ok(judged);
                }
            }
            Glimpse::Unknown => {}
        }
        judge(item, store.look(&item.0)?)
    });
    judged.into_iter().collect()
}
