//! What secrets cost in a month.

use super::Prices;

/// The seconds of the month that is reckoned with: thirty days.
const MONTH: u64 = 2_592_000;

/// How secrets are kept and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// How many secrets there are.
    pub secrets: u64,
    /// In how many other regions each has a copy.
    pub replicas: u64,
    /// How many processes read all of them.
    pub processes: u64,
    /// After how many seconds a process reads a secret again; not zero.
    pub ttl: u64,
    /// Whether they are encrypted with a key of one's own.
    pub own_key: bool,
}

/// What secrets cost in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// How many secrets are kept, copies among them.
    pub kept: u64,
    /// How often the store is called.
    pub calls: u64,
    /// How many of the calls ask for the key.
    pub kms_calls: u64,
    /// What keeping them costs.
    pub storage: f64,
    /// What the calls cost.
    pub reads: f64,
    /// What asking for the key costs.
    pub kms: f64,
}

impl Cost {
    /// What `usage` costs: every process is there all month, and reads every secret again as soon
    /// as it is too old.
    #[must_use]
    pub fn of(usage: Usage, prices: &Prices) -> Self {
        let kept = usage
            .secrets
            .saturating_mul(usage.replicas.saturating_add(1));
        let readings = usage.secrets.saturating_mul(usage.processes);
        let calls = readings.saturating_mul(MONTH).div_ceil(usage.ttl.max(1));
        let kms_calls = if usage.own_key { calls } else { 0 };
        Self {
            kept,
            calls,
            kms_calls,
            storage: number(kept) * prices.secret_month,
            reads: number(calls) / 10_000.0 * prices.calls_10000,
            kms: number(kms_calls) / 10_000.0 * prices.kms_calls_10000,
        }
    }

    /// All of it.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.storage + self.reads + self.kms
    }
}

/// A count as a factor.
#[expect(
    clippy::cast_precision_loss,
    reason = "beyond nine quadrillions nobody counts cents"
)]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(amount: f64) -> String {
        format!("{amount:.2}")
    }

    fn usage(processes: u64) -> Usage {
        Usage {
            secrets: 4,
            replicas: 0,
            processes,
            ttl: 300,
            own_key: false,
        }
    }

    #[test]
    fn four_secrets_cost_what_the_model_says() {
        let prices = Prices::built_in().unwrap();
        let one = Cost::of(usage(1), &prices);
        assert_eq!((one.kept, one.calls, one.kms_calls), (4, 34_560, 0));
        assert_eq!(cents(one.reads), "0.17");
        let twelve = Cost::of(usage(12), &prices);
        assert_eq!(twelve.calls, 414_720);
        assert_eq!(cents(twelve.reads), "2.07");
        assert_eq!(cents(twelve.storage), "1.60");
        assert_eq!(cents(twelve.kms), "0.00");
        assert_eq!(cents(twelve.total()), "3.67");
    }

    #[test]
    fn copies_are_kept_and_a_key_of_ones_own_is_asked_for() {
        let prices = Prices::built_in().unwrap();
        let usage = Usage {
            replicas: 2,
            own_key: true,
            ..usage(12)
        };
        let cost = Cost::of(usage, &prices);
        assert_eq!((cost.kept, cost.kms_calls), (12, 414_720));
        assert_eq!(cents(cost.storage), "4.80");
        assert_eq!(cents(cost.kms), "1.24");
    }

    #[test]
    fn no_number_is_too_large() {
        let prices = Prices::built_in().unwrap();
        let usage = Usage {
            secrets: u64::MAX,
            replicas: u64::MAX,
            processes: u64::MAX,
            ttl: 0,
            own_key: true,
        };
        assert!(Cost::of(usage, &prices).total().is_finite());
    }
}
