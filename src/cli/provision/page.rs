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

/// Writes the table of an environment; the page runs nothing and loads nothing, which its content
/// security policy holds a browser to.
pub(super) fn write<const N: usize>(
    environment: &str,
    table: &Table<N>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let cells = |row: &[String; N]| row.iter().map(|it| plain(it).into_owned()).collect();
    let rows: Vec<Vec<String>> = table.rows.iter().map(cells).collect();
    let page = context! {
        style => STYLE,
        style_hash => format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE))),
        environment => plain(environment).into_owned(),
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
        write(hostile, &table, &mut out).unwrap();
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
