//! How a file is written: quotes, semicolons, line endings.

use tree_sitter::Node;

use crate::lang::ecmascript::tree::Walk;
use crate::lang::ecmascript::tree::parent;
use crate::lang::ecmascript::tree::text_of;

/// What the majority of a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) quote: char,
    /// What ends a statement.
    pub(super) end: &'static str,
    /// What ends a line.
    pub(super) eol: &'static str,
}

impl Style {
    /// Counts.
    pub(super) fn of(root: Node<'_>, text: &str) -> Self {
        let (mut single, mut double) = (0_usize, 0_usize);
        let (mut ended, mut open) = (0_usize, 0_usize);
        let mut walk = Walk::new(root);
        while let Some(path) = walk.step() {
            let around = parent(path, path.len() - 1).map_or("", |it| it.kind());
            let Some(node) = path.last() else {
                continue;
            };
            match node.kind() {
                "string" if node.is_named() && around != "jsx_attribute" => {
                    let first = text_of(*node, text).chars().next();
                    *(if first == Some('\'') {
                        &mut single
                    } else {
                        &mut double
                    }) += 1;
                }
                "expression_statement"
                | "lexical_declaration"
                | "variable_declaration"
                | "import_statement"
                | "return_statement"
                | "throw_statement"
                    if around != "for_statement" =>
                {
                    let ends = end(*node, text) == node.end_byte();
                    let ends = ends && text_of(*node, text).ends_with(';');
                    *(if ends { &mut ended } else { &mut open }) += 1;
                }
                _ => {}
            }
        }
        let lines = text.matches('\n').count();
        let long = text.matches("\r\n").count();
        Self {
            quote: if single > double { '\'' } else { '"' },
            end: if open > ended { "" } else { ";" },
            eol: if long > lines / 2 { "\r\n" } else { "\n" },
        }
    }
}

/// The end of a statement, without a semicolon that protects the start of the next line.
pub(in crate::lang::ecmascript) fn end(statement: Node<'_>, text: &str) -> usize {
    let written = text_of(statement, text);
    let kept = written.strip_suffix(';').map_or("", str::trim_end);
    let apart = written
        .get(kept.len()..)
        .is_some_and(|it| !kept.is_empty() && it.contains('\n'));
    if apart {
        statement.start_byte() + kept.len()
    } else {
        statement.end_byte()
    }
}

/// The quote that most string literals of a file open with.
pub(in crate::lang) fn quote(root: Node<'_>, text: &str) -> char {
    Style::of(root, text).quote
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::ecmascript::fixture::js;

    fn style(text: &str) -> (char, &str, &str) {
        let parsed = js(text);
        let style = Style::of(parsed.root(), text);
        (style.quote, style.end, style.eol)
    }

    #[test]
    fn the_majority_decides() {
        assert_eq!(style("f('a')\ng('b')\nh(\"c\");\n"), ('\'', "", "\n"));
        assert_eq!(style("f('a')\n;[1].b()\nc();"), ('\'', "", "\n"));
        assert_eq!(style("f('a');\r\ng(\"b\", \"c\");\r\n"), ('"', ";", "\r\n"));
        assert_eq!(
            style("a = <B c=\"d\" e=\"f\">{'g'}</B>;"),
            ('\'', ";", "\n")
        );
        assert_eq!(style("for (let i = 0; i; i++) f()\ng()"), ('"', "", "\n"));
    }

    #[test]
    fn an_empty_file_has_double_quotes_semicolons_and_line_feeds() {
        assert_eq!(style(""), ('"', ";", "\n"));
    }
}
