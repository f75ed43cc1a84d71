//! An answer in every form that an inventory has.

use std::io::{self, Write as _};

use serde_json::Value;

use super::args::InventoryFormat;
use super::page;
use super::page::Page;
use super::table::Table;
use super::table::escaped;
use crate::cli::scan::Pipe;
use crate::report::plain;

/// An answer: `N` columns for people, `M` for spreadsheets.
pub(super) struct Sheet<const N: usize, const M: usize> {
    /// What it is about.
    pub(super) title: String,
    /// What a page says before the table.
    pub(super) lead: String,
    /// The table for people.
    pub(super) listed: Table<N>,
    /// The same for a terminal, where the table would be too wide for one.
    pub(super) blocks: Option<String>,
    /// The table for spreadsheets, which has everything.
    pub(super) whole: Table<M>,
    /// The answer for programs.
    pub(super) json: Value,
    /// What a person has to know with it.
    pub(super) notes: Vec<String>,
}

impl<const N: usize, const M: usize> Sheet<N, M> {
    /// Writes the answer to standard output.
    pub(super) fn print(&self, format: InventoryFormat) -> io::Result<()> {
        let mut out = Pipe(io::stdout().lock());
        match format {
            InventoryFormat::Text => {
                match &self.blocks {
                    Some(blocks) => write!(out, "{blocks}")?,
                    None => self.listed.text(&mut out)?,
                }
                self.notes
                    .iter()
                    .try_for_each(|it| write!(out, "\n{}\n", plain(it)))
            }
            InventoryFormat::Markdown => {
                self.listed.markdown(&mut out)?;
                self.notes
                    .iter()
                    .try_for_each(|it| write!(out, "\n{}\n", escaped(it)))
            }
            InventoryFormat::Csv => self.whole.csv(&mut out),
            InventoryFormat::Html => {
                let page = Page {
                    title: &self.title,
                    lead: &self.lead,
                    notes: &self.notes,
                };
                page::write(&page, &self.listed, &mut out)
            }
            InventoryFormat::Json => {
                serde_json::to_writer_pretty(&mut out, &self.json)?;
                writeln!(out)
            }
        }
    }
}
