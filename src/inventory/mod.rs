//! What is told of all secrets of a project together: what they cost, and which controls the work
//! on them supports.
//!
//! Prices and controls are data with a date; what is here reckons, and promises nothing.

mod control;
mod cost;
mod price;

pub use control::{Control, Controls, Evidence, Facts, Findings, Overdue};
pub use cost::{Cost, Usage};
pub use price::{Prices, PricesError};
