//! `shield inventory --cost`: what the secrets of an environment cost in a month.

use miette::IntoDiagnostic as _;
use serde_json::json;

use super::args;
use super::desk::Desk;
use super::sheet::Sheet;
use super::table::Table;
use crate::cli::Exit;
use crate::cli::scan::Trouble;
use crate::inventory::Cost;
use crate::inventory::Prices;
use crate::inventory::Usage;
use crate::report::grouped;
use crate::secret::StoreKind;

/// Tells what the secrets cost; no store is asked.
pub(super) fn run(args: &args::Inventory) -> Result<Exit, Trouble> {
    let desk = Desk::open(&args.place)?;
    let prices = match &args.usage.prices {
        Some(path) => Prices::load(path)?,
        None => Prices::built_in()?,
    };
    let environment = &desk.environment;
    let own_key = environment.kms_key.as_deref();
    let usage = Usage {
        secrets: desk.manifest.secrets.len() as u64,
        replicas: environment.replicas.len() as u64,
        processes: args.usage.processes,
        ttl: args.usage.ttl,
        own_key: own_key.is_some_and(|it| it != OF_ACCOUNT),
    };
    let estimate = Estimate {
        environment: &environment.name,
        store: environment.store,
        cost: Cost::of(usage, &prices),
        usage,
        prices,
    };
    estimate.sheet().print(args.format).into_diagnostic()?;
    Ok(Exit::Clean)
}

/// The key that every account has, for which nothing is asked.
const OF_ACCOUNT: &str = "alias/aws/secretsmanager";

/// What is reckoned, and with what.
struct Estimate<'e> {
    environment: &'e str,
    store: StoreKind,
    usage: Usage,
    cost: Cost,
    prices: Prices,
}

/// A thing that is paid for.
struct Item {
    name: &'static str,
    /// How much of it.
    count: u64,
    price: f64,
    /// For how much of it the price is.
    unit: u64,
    /// What all of it costs.
    month: f64,
}

impl Estimate<'_> {
    fn sheet(&self) -> Sheet<4, 9> {
        Sheet {
            title: format!("What the secrets of {} cost in a month", self.environment),
            lead: format!("An estimate with the prices of {}.", self.prices.date),
            listed: self.listed(),
            blocks: None,
            whole: self.whole(),
            json: self.json(),
            notes: self.notes(),
        }
    }

    /// What is paid for.
    fn items(&self) -> [Item; 3] {
        let (cost, prices) = (&self.cost, &self.prices);
        [
            Item {
                name: "storage",
                count: cost.kept,
                price: prices.secret_month,
                unit: 1,
                month: cost.storage,
            },
            Item {
                name: "calls",
                count: cost.calls,
                price: prices.calls_10000,
                unit: 10_000,
                month: cost.reads,
            },
            Item {
                name: "kms",
                count: cost.kms_calls,
                price: prices.kms_calls_10000,
                unit: 10_000,
                month: cost.kms,
            },
        ]
    }

    /// The estimate for a person.
    fn listed(&self) -> Table<4> {
        let currency = &self.prices.currency;
        let row = |it: Item| {
            let per = if it.unit == 1 {
                "each".to_owned()
            } else {
                format!("per {}", shown(it.unit))
            };
            [
                it.name.to_owned(),
                shown(it.count),
                format!("{} {currency} {per}", it.price),
                format!("{:.2} {currency}", it.month),
            ]
        };
        let mut rows: Vec<[String; 4]> = self.items().into_iter().map(row).collect();
        rows.push([
            "total".to_owned(),
            String::new(),
            String::new(),
            format!("{:.2} {currency}", self.cost.total()),
        ]);
        Table {
            headings: ["COST", "COUNT", "PRICE", "MONTH"],
            rows,
        }
    }

    /// The estimate for a spreadsheet, which adds up by itself.
    fn whole(&self) -> Table<9> {
        let row = |it: Item| {
            [
                self.environment.to_owned(),
                it.name.to_owned(),
                it.count.to_string(),
                it.price.to_string(),
                it.unit.to_string(),
                format!("{:.4}", it.month),
                self.prices.currency.clone(),
                self.prices.date.clone(),
                self.prices.source.clone(),
            ]
        };
        Table {
            headings: [
                "ENVIRONMENT",
                "COST",
                "COUNT",
                "PRICE",
                "UNIT",
                "MONTH",
                "CURRENCY",
                "PRICES_OF",
                "PRICES_FROM",
            ],
            rows: self.items().into_iter().map(row).collect(),
        }
    }

    /// The estimate for programs; amounts are exact to a hundredth of a cent.
    fn json(&self) -> serde_json::Value {
        let (usage, prices) = (&self.usage, &self.prices);
        let exact = |amount: f64| (amount * 10_000.0).round() / 10_000.0;
        let item = |it: Item| {
            json!({
                "item": it.name,
                "count": it.count,
                "price": it.price,
                "unit": it.unit,
                "month": exact(it.month),
            })
        };
        json!({
            "schema": 1,
            "environment": self.environment,
            "store": self.store.word(),
            "prices": {
                "date": prices.date, "source": prices.source, "currency": prices.currency,
            },
            "usage": {
                "secrets": usage.secrets,
                "replicas": usage.replicas,
                "processes": usage.processes,
                "ttl_seconds": usage.ttl,
                "own_key": usage.own_key,
            },
            "costs": self.items().into_iter().map(item).collect::<Vec<_>>(),
            "month": exact(self.cost.total()),
        })
    }

    /// What the estimate rests on.
    fn notes(&self) -> Vec<String> {
        let (usage, prices) = (&self.usage, &self.prices);
        let count = |number: u64, one: &str, many: &str| {
            format!("{} {}", shown(number), if number == 1 { one } else { many })
        };
        let copies = match usage.replicas {
            0 => String::new(),
            number => format!(", each with {}", count(number, "copy", "copies")),
        };
        let key = if usage.own_key {
            "a key of yours encrypts them, whose own price is not counted"
        } else {
            "the key of the account encrypts them, for which KMS asks nothing"
        };
        let mut notes = vec![format!(
            "An estimate for a month of 30 days: {}{copies}; {} to read all of them, again after \
             {}; {key}.",
            count(usage.secrets, "secret", "secrets"),
            count(usage.processes, "process", "processes"),
            count(usage.ttl, "second", "seconds"),
        )];
        if self.store != StoreKind::Aws {
            notes.push(format!(
                "{} keeps its secrets in {}, which asks for no price by the secret or the call: \
                 this is what they would cost in AWS Secrets Manager.",
                self.environment,
                self.store.title(),
            ));
        }
        notes.push(format!(
            "The prices are those of {}, in {}: {}. Look them up before you rely on them.",
            prices.date, prices.currency, prices.source
        ));
        notes
    }
}

/// `34,560`.
fn shown(count: u64) -> String {
    usize::try_from(count).map_or_else(|_too_many| count.to_string(), grouped)
}
