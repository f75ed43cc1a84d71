//! Bindings in data formats: names and the values written next to them.
//!
//! Each format has a scanner of its own that reads what it can of any text in linear time. The
//! parsers of other crates stop at the first mistake, and some never come back.

mod dockerfile;
mod dotenv;
mod flow;
mod hcl;
mod ini;
mod json;
mod names;
mod properties;
mod shell;
mod toml;
mod xml;
mod yaml;

pub(super) use names::format_of;

use super::cursor::Cursor;
use super::gather::Gather;
use super::{Binding, Format};

/// Every key with a value, in order.
pub(super) fn bindings(format: Format, text: &str) -> Vec<Binding> {
    let mut gather = Gather::new(text);
    read(format, Cursor::new(text), &mut gather);
    gather.finish()
}

/// Reads what `cursor` stands before as `format`.
fn read<'t>(format: Format, cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    match format {
        Format::Dotenv => dotenv::read(cursor, gather),
        Format::Ini => ini::read(cursor, gather),
        Format::Properties => properties::read(cursor, gather),
        Format::Yaml => yaml::read(cursor, gather),
        Format::Json => json::read(cursor, gather),
        Format::Toml => toml::read(cursor, gather),
        Format::Xml => xml::read(cursor, gather),
        Format::Hcl => hcl::read(cursor, gather),
        Format::Dockerfile => dockerfile::read(cursor, gather),
        Format::Shell => shell::read(cursor, gather),
    }
}

#[cfg(test)]
mod samples {
    //! What the tests of the formats share.

    use super::{Format, bindings};
    use crate::lang::Context;

    /// `a/b/name = value`, one for each binding.
    pub(super) fn shown(format: Format, text: &str) -> Vec<String> {
        let shown = |it: crate::lang::Binding| {
            let mut names = it.path;
            names.push(it.name);
            let value = it.value.of(text).unwrap();
            format!("{} = {value}", names.join("/"))
        };
        bindings(format, text).into_iter().map(shown).collect()
    }

    /// The contexts of the bindings.
    pub(super) fn contexts(format: Format, text: &str) -> Vec<Context> {
        bindings(format, text)
            .into_iter()
            .map(|it| it.context)
            .collect()
    }
}
