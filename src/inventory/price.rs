//! What a store asks for: prices with the day they held and where they are told.

use std::fs::File;
use std::io;
use std::io::Read as _;
use std::path::Path;

use miette::Diagnostic;
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::yaml::Mistake;
use crate::yaml::Script;

/// The prices that are known without a file of one's own.
const BUILT_IN: &str = include_str!("prices.yaml");

/// What errors call them.
const NAME: &str = "src/inventory/prices.yaml";

/// The version of the form that this program reads.
const SCHEMA: u32 = 1;

/// The most bytes that a file of prices may have.
const LIMIT: u64 = 64 * 1024;

/// The highest price that is believed.
const HIGHEST: f64 = 1_000_000.0;

/// The advice where nothing better is known.
const HELP: &str = "a file of prices holds schema, date, source, currency and prices; see \
                    docs/inventory.md";

/// Why a file of prices is of no use.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum PricesError {
    /// The file cannot be read.
    #[error("{path}: the prices cannot be read")]
    #[diagnostic(
        code(shield::inventory::unreadable_prices),
        help("leave --prices out to reckon with the prices that shield knows")
    )]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// It is longer than any list of prices.
    #[error("{path} is longer than {LIMIT} bytes: no file of prices is")]
    #[diagnostic(code(shield::inventory::long_prices), help("{HELP}"))]
    TooLarge {
        /// The file.
        path: String,
    },
    /// Something in it is wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Wrong(#[from] Mistake),
}

/// What a store asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Prices {
    /// The day on which they were put down: `2026-11-23`.
    pub date: String,
    /// Where they are told.
    pub source: String,
    /// What they are in: `USD`.
    pub currency: String,
    /// A secret for a month; a copy counts as one.
    pub secret_month: f64,
    /// Ten thousand calls of the store.
    pub calls_10000: f64,
    /// Ten thousand calls of the service that has the key.
    pub kms_calls_10000: f64,
}

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Syntax {
    schema: Spanned<u32>,
    date: Spanned<String>,
    source: Spanned<String>,
    currency: Spanned<String>,
    prices: List,
}

/// The prices as they are written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    secret_month: Spanned<f64>,
    calls_10000: Spanned<f64>,
    kms_calls_10000: Spanned<f64>,
}

impl Prices {
    /// The prices that this program knows.
    ///
    /// # Errors
    ///
    /// Does not fail: a test reads them.
    pub fn built_in() -> Result<Self, PricesError> {
        Self::parse(NAME, BUILT_IN)
    }

    /// The prices in a file.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be read, or something in it is wrong.
    pub fn load(path: &Path) -> Result<Self, PricesError> {
        let shown = path.display().to_string();
        let unreadable = |error| PricesError::Unreadable {
            path: shown.clone(),
            error,
        };
        let mut text = String::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(LIMIT + 1)
            .read_to_string(&mut text)
            .map_err(unreadable)?;
        if text.len() as u64 > LIMIT {
            return Err(PricesError::TooLarge { path: shown });
        }
        Self::parse(&shown, &text)
    }

    /// Reads the text of a file of prices, which errors call `shown`.
    fn parse(shown: &str, text: &str) -> Result<Self, PricesError> {
        let script = Script::new(shown, text, HELP);
        let syntax: Syntax = script.parse()?;
        if syntax.schema.value != SCHEMA {
            let message = format!("this program reads `schema: {SCHEMA}`");
            return Err(script.mistake_at(&syntax.schema, message, HELP));
        }
        let day = &syntax.date;
        if day.value.parse::<jiff::civil::Date>().is_err() || day.value.len() != 10 {
            let help = "say on which day the prices held: `date: 2026-11-23`";
            return Err(script.mistake_at(day, "this is no day", help));
        }
        if !is_line(&syntax.source.value) {
            let help = "say where the prices are told: an address, or the name of a contract";
            return Err(script.mistake_at(&syntax.source, "this names no source", help));
        }
        let currency = &syntax.currency.value;
        if currency.len() != 3 || !currency.bytes().all(|it| it.is_ascii_uppercase()) {
            let help = "it is three capital letters, like USD or EUR";
            return Err(script.mistake_at(&syntax.currency, "this is no currency", help));
        }
        let price = |it: &Spanned<f64>| {
            if (0.0..=HIGHEST).contains(&it.value) {
                return Ok(it.value);
            }
            let help = "it is a number from 0 to 1,000,000";
            Err(script.mistake_at::<_, PricesError>(it, "this is no price", help))
        };
        Ok(Self {
            secret_month: price(&syntax.prices.secret_month)?,
            calls_10000: price(&syntax.prices.calls_10000)?,
            kms_calls_10000: price(&syntax.prices.kms_calls_10000)?,
            date: syntax.date.value,
            source: syntax.source.value,
            currency: syntax.currency.value,
        })
    }
}

/// Whether a text is one line with something on it.
fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= 512 && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prices_of_the_program_can_be_read() {
        let prices = Prices::built_in().unwrap();
        assert!(prices.source.starts_with("https://"));
        assert!(prices.secret_month > prices.calls_10000);
    }

    #[test]
    fn what_is_no_price_is_refused_where_it_stands() {
        for (from, to, message) in [
            ("schema: 1", "schema: 2", "this program reads `schema: 1`"),
            ("2026-11-23\n", "november\n", "this is no day"),
            ("date: 2026-11-23", "date: 2026-13-23", "this is no day"),
            ("currency: USD", "currency: dollars", "this is no currency"),
            (
                "https://aws.amazon.com/secrets-manager/pricing/",
                "''",
                "this names no source",
            ),
            ("0.40", "-0.40", "this is no price"),
            ("0.05", ".inf", "this is no price"),
            ("0.05", ".nan", "this is no price"),
        ] {
            let text = BUILT_IN.replace(from, to);
            assert_ne!(text, BUILT_IN, "{from}");
            match Prices::parse("own.yaml", &text) {
                Err(PricesError::Wrong(mistake)) => assert_eq!(mistake.message, message),
                other => panic!("{to}: {other:?}"),
            }
        }
        for (from, to) in [
            ("0.05", "cheap"),
            ("calls_10000", "calls"),
            ("prices:", "list:"),
        ] {
            assert!(
                Prices::parse("own.yaml", &BUILT_IN.replace(from, to)).is_err(),
                "{to}"
            );
        }
    }
}
