//! Reports that were written as JSON, and are used again.

mod error;
mod list;
mod merge;
mod plan;
mod read;
mod sought;
mod summary;

pub use error::SavedError;
pub use merge::{Merged, merge};
pub use read::Reading;
pub use sought::Sought;

use std::io;
use std::io::Read;

use serde_json::{Map, Value};

use super::json::SCHEMA;
use crate::risk::Level;

/// The most bytes a report may have.
const LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// A report that was written as JSON.
#[derive(Debug)]
pub struct Saved {
    /// What it is called where it is complained about.
    name: String,
    report: Map<String, Value>,
}

impl Saved {
    /// Reads a report that is called `name`.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be read, or is no report that this program knows.
    pub fn read(name: &str, from: &mut dyn Read) -> Result<Self, SavedError> {
        let mut text = String::new();
        let read = from.take(LIMIT + 1).read_to_string(&mut text);
        read.map_err(|error| SavedError::Unreadable {
            name: name.to_owned(),
            error,
        })?;
        if text.len() as u64 > LIMIT {
            return Err(SavedError::TooLarge {
                name: name.to_owned(),
                limit: LIMIT,
            });
        }
        // Windows writes it before what it redirects.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let report: Value = serde_json::from_str(text).map_err(|error| SavedError::NoJson {
            name: name.to_owned(),
            line: error.line(),
            column: error.column(),
        })?;
        let Value::Object(report) = report else {
            return Err(SavedError::NoReport {
                name: name.to_owned(),
                key: "schema".to_owned(),
            });
        };
        let saved = Self {
            name: name.to_owned(),
            report,
        };
        let found = saved.report.get("schema").and_then(Value::as_u64);
        let found = found.ok_or_else(|| saved.lacks("schema"))?;
        let known = u64::from(SCHEMA);
        if found != known {
            let name = name.to_owned();
            return Err(SavedError::Version { name, found, known });
        }
        Ok(saved)
    }

    /// Writes it as it would have been written first.
    ///
    /// # Errors
    ///
    /// Fails when `out` cannot be written.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        serde_json::to_writer_pretty(&mut out, &self.report)?;
        io::Write::write_all(&mut out, b"\n")?;
        io::Write::flush(&mut out)
    }

    /// The worst level of what it tells and what waits to be rotated.
    #[must_use]
    pub fn worst(&self) -> Option<Level> {
        let lists = ["findings", "pending"].map(|it| self.report.get(it));
        let items = lists.into_iter().flatten().filter_map(Value::as_array);
        let levels = items.flatten().filter_map(|it| it.get("level"));
        let levels = levels.filter_map(|it| serde_json::from_value(it.clone()).ok());
        levels.max()
    }

    /// The list of that name, which is taken out.
    fn take(&mut self, key: &str) -> Result<Vec<Value>, SavedError> {
        match self.report.get_mut(key).map(Value::take) {
            Some(Value::Array(list)) => Ok(list),
            Some(_) | None => Err(self.lacks(key)),
        }
    }

    /// That it has no `key`.
    fn lacks(&self, key: &str) -> SavedError {
        SavedError::NoReport {
            name: self.name.clone(),
            key: key.to_owned(),
        }
    }
}
