//! How long a token lasts.

use std::time::Duration;
use std::time::Instant;

use serde_json::Value;

/// The shortest pause before something is tried again that did not help.
const PAUSE: Duration = Duration::from_secs(1);

/// What an end may differ by: Vault tells whole seconds.
const SLACK: Duration = Duration::from_secs(1);

/// How long a token lasts, and when something is to be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lease {
    /// When it is over.
    end: Instant,
    /// When it is to be renewed: after two thirds of its life, as the wrappers do it.
    due: Instant,
    /// Whether Vault renews it.
    pub(super) renewable: bool,
}

impl Lease {
    /// What Vault tells of a token: in what it has logged in or renewed, or when it was asked; nothing for a
    /// token that lasts for ever.
    pub(super) fn of(told: &Value, now: Instant) -> Option<Self> {
        let life = told.get("lease_duration").or_else(|| told.get("ttl"))?;
        let life = Duration::try_from_secs_f64(life.as_f64()?).ok()?;
        if life.is_zero() {
            return None;
        }
        Some(Self {
            end: now.checked_add(life)?,
            due: now.checked_add(life * 2 / 3)?,
            renewable: told.get("renewable") == Some(&Value::Bool(true)),
        })
    }

    /// Whether it is time to renew it.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        now >= self.due
    }

    /// Whether it is over, or could be by now.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        now + SLACK >= self.end
    }

    /// For how long it lasts yet.
    pub(super) fn rest(&self, now: Instant) -> Duration {
        self.end.saturating_duration_since(now)
    }

    /// Whether it ends later than `other`, by more than Vault's rounding.
    pub(super) fn outlasts(&self, other: &Self) -> bool {
        self.end > other.end + SLACK
    }

    /// Does nothing about it for a third of the time that is left.
    pub(super) fn put_off(&mut self, now: Instant) {
        self.due = now + (self.rest(now) / 3).max(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_token_is_renewed_after_two_thirds_of_its_life() {
        let now = Instant::now();
        let told = json!({ "ttl": 30, "renewable": true });
        let lease = Lease::of(&told, now).unwrap();
        assert!(lease.renewable && !lease.is_due(now + 19 * SECOND));
        assert!(lease.is_due(now + 20 * SECOND) && !lease.is_over(now + 28 * SECOND));
        assert!(lease.is_over(now + 30 * SECOND));
        assert_eq!(lease.rest(now + 40 * SECOND), Duration::ZERO);
    }

    #[test]
    fn what_did_not_help_is_tried_ever_more_often_and_not_all_the_time() {
        let now = Instant::now();
        let mut lease = Lease::of(&json!({ "lease_duration": 30.0 }), now).unwrap();
        assert!(!lease.renewable);
        lease.put_off(now + 21 * SECOND);
        assert!(!lease.is_due(now + 23 * SECOND) && lease.is_due(now + 24 * SECOND));
        lease.put_off(now + 30 * SECOND);
        assert!(!lease.is_due(now + 30 * SECOND) && lease.is_due(now + 31 * SECOND));
    }

    #[test]
    fn a_token_without_end_has_no_lease() {
        let now = Instant::now();
        for told in [
            json!({ "ttl": 0 }),
            json!({}),
            json!({ "ttl": "long" }),
            json!({ "ttl": -1 }),
        ] {
            assert_eq!(Lease::of(&told, now), None, "{told}");
        }
    }

    #[test]
    fn a_lease_that_is_no_longer_than_before_is_no_renewal() {
        let now = Instant::now();
        let lease = |seconds: u64, at| Lease::of(&json!({ "ttl": seconds }), at).unwrap();
        assert!(!lease(10, now + 20 * SECOND).outlasts(&lease(30, now)));
        assert!(lease(30, now + 20 * SECOND).outlasts(&lease(30, now)));
    }
}
