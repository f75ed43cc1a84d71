//! Texts that are no markup, whatever is in them.

use crate::report::words;

/// Characters that mean something in Markdown or HTML.
const SIGNS: &str = "\\`*_{}[]#+!|~@$";

/// A text on one line, to be read as it is written.
pub(in crate::report) fn prose(text: &str) -> String {
    let plain = words::plain(text);
    let mut escaped = String::with_capacity(plain.len() + 8);
    for it in plain.chars() {
        match it {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            _ => {
                if SIGNS.contains(it) {
                    escaped.push('\\');
                }
                escaped.push(it);
            }
        }
    }
    escaped
}

/// A text on one line between tags, where Markdown is not read.
pub(in crate::report) fn html(text: &str) -> String {
    let plain = words::plain(text);
    let plain = plain.replace('&', "&amp;");
    plain.replace('<', "&lt;").replace('>', "&gt;")
}

/// A text on one line, as code; also in a table.
pub(in crate::report) fn code(text: &str) -> String {
    let plain = words::plain(text);
    let ticks = "`".repeat(longest(&plain) + 1);
    // Else a tick at either end would belong to the quotes.
    let blank = if plain.contains('`') { " " } else { "" };
    let cell = plain.replace('|', "\\|");
    format!("{ticks}{blank}{cell}{blank}{ticks}")
}

/// Lines of code, as a block.
pub(in crate::report) fn fenced(text: &str) -> String {
    let ticks = "`".repeat((longest(text) + 1).max(3));
    let lines: Vec<_> = text.lines().map(words::plain).collect();
    format!("{ticks}text\n{}\n{ticks}", lines.join("\n"))
}

/// How many ticks there are in a row at most.
fn longest(text: &str) -> usize {
    let runs = text.split(|it| it != '`');
    runs.map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_read_as_they_are() {
        assert_eq!(prose("a *b* <i>"), "a \\*b\\* &lt;i&gt;");
        assert_eq!(prose("a\nb"), "a\u{fffd}b");
    }

    #[test]
    fn code_keeps_its_ticks() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("`a``"), "``` `a`` ```");
        assert_eq!(fenced("a\n```\n"), "````text\na\n```\n````");
    }
}
