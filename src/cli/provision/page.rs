//! A table as a page for a browser, with everything it needs in it.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::{Environment, UndefinedBehavior, context};
use sha2::{Digest as _, Sha256};

use super::table::Table;
use crate::report::plain;

/// The name tells the library that what is filled in is no markup.
const NAME: &str = "page.html";

const PAGE: &str = include_str!("page.html");

const STYLE: &str = include_str!("page.css");

/// What a page says around its table.
pub(super) struct Page<'p> {
    pub(super) title: &'p str,
    /// Before the table.
    pub(super) lead: &'p str,
    /// After the table.
    pub(super) notes: &'p [String],
}

/// Writes a table; the page runs nothing and loads nothing, which its content
/// security policy holds a browser to.
pub(super) fn write<const N: usize>(
    page: &Page<'_>,
    table: &Table<N>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let cells = |row: &[String; N]| row.iter().map(|it| plain(it).into_owned()).collect();
    let rows: Vec<Vec<String>> = table.rows.iter().map(cells).collect();
    // What leads the page is not told again below.
    let notes = page.notes.iter().filter(|it| *it != page.lead);
    let notes: Vec<String> = notes.map(|it| plain(it).into_owned()).collect();
    let page = context! {
        style => STYLE,
        style_hash => format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE))),
        title => plain(page.title).into_owned(),
        lead => plain(page.lead).into_owned(),
        notes => notes,
        headings => table.headings.to_vec(),
        rows => rows,
    };
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    let text = engine.render_named_str(NAME, PAGE, page);
    out.write_all(text.map_err(io::Error::other)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_is_no_markup() {
        let hostile = "</td><script>alert(1)</script>";
        let table = Table {
            headings: ["SECRET", "OWNER"],
            rows: vec![["api-key".to_owned(), hostile.to_owned()]],
        };
        let mut out = Vec::new();
        let about = Page {
            title: hostile,
            lead: hostile,
            notes: &[format!("{hostile}!")],
        };
        write(&about, &table, &mut out).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("<th scope=\"row\">api-key</th>"), "{page}");
        let (_, rest) = page.split_once("<style>").unwrap();
        let (style, _) = rest.split_once("</style>").unwrap();
        let hash = STANDARD
            .encode(Sha256::digest(style))
            .replace('/', "&#x2f;");
        assert!(
            page.contains(&format!("style-src 'sha256-{hash}'")),
            "{page}"
        );
    }
}
