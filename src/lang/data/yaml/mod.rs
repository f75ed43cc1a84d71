//! YAML by its indentation.
//!
//! No tree is made: a stack of the keys that enclose a line is all that bindings need.

mod scalars;

use camino::Utf8Path;

use super::flow::Dialect;
use super::flow::Flow;
use super::{names, shell};
use crate::lang::Context;
use crate::lang::Format;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::Escape;
use crate::lang::cursor::Reach;
use crate::lang::cursor::trim;
use crate::lang::gather::Gather;
use crate::lang::gather::Pair;
use crate::text::Span;

/// Keys whose values are commands of a shell.
const SCRIPT_KEYS: [&str; 16] = [
    "after_script",
    "args",
    "bash",
    "before_script",
    "cmd",
    "command",
    "commands",
    "content",
    "deploy",
    "entrypoint",
    "inline",
    "install",
    "run",
    "script",
    "shell",
    "user_data",
];

/// How many keys can enclose a line; further ones are passed over.
const DEEPEST: usize = 256;

pub(super) fn read<'t>(cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    let mut reader = Reader {
        cursor,
        gather,
        keys: Vec::new(),
        levels: Vec::new(),
    };
    while !reader.cursor.is_done() {
        reader.line();
    }
}

/// A mapping that is open; the key is in [`Reader::keys`] at the same place.
#[derive(Debug)]
struct Level {
    indent: usize,
    pair: Pair,
}

struct Reader<'g, 't> {
    cursor: Cursor<'t>,
    gather: &'g mut Gather<'t>,
    keys: Vec<Span>,
    levels: Vec<Level>,
}

impl Reader<'_, '_> {
    /// Reads a line, and what belongs to its value.
    fn line(&mut self) {
        let start = self.cursor.at();
        self.cursor.skip_blanks();
        let mut column = self.cursor.at() - start;
        // The column that lines of the same value lie behind.
        let mut outer = None;
        while self.is_item() {
            self.leave(column);
            outer = Some(column);
            self.cursor.skip(1);
            self.cursor.skip_blanks();
            column = self.cursor.at() - start;
        }
        let template = self.cursor.looks_at("{{") || self.cursor.looks_at("{%");
        match self.cursor.peek() {
            None | Some(b'#' | b'%' | b'\n' | b'\r') => {}
            _ if template => {}
            _ if column == 0 && (self.cursor.looks_at("---") || self.cursor.looks_at("...")) => {
                self.leave_all();
            }
            _ => {
                if let Some(key) = self.take_key() {
                    self.enter(column, key);
                    self.value(Some(key), column);
                } else {
                    self.value(None, outer.unwrap_or(column));
                }
            }
        }
        self.cursor.take_line();
    }

    /// Whether an item of a list begins here.
    fn is_item(&self) -> bool {
        self.cursor.peek() == Some(b'-')
            && matches!(
                self.cursor.peek_at(1),
                None | Some(b' ' | b'\t' | b'\n' | b'\r')
            )
    }

    /// Leaves the mappings that lie behind `column`.
    fn leave(&mut self, column: usize) {
        while self.levels.last().is_some_and(|it| it.indent > column) {
            self.levels.pop();
            self.keys.pop();
        }
    }

    fn leave_all(&mut self) {
        self.levels.clear();
        self.keys.clear();
    }

    /// Makes `key` the innermost key.
    fn enter(&mut self, column: usize, key: Span) {
        self.leave(column);
        if self.levels.last().is_some_and(|it| it.indent == column) {
            self.keys.pop();
            self.keys.push(key);
        } else if self.levels.len() < DEEPEST {
            self.keys.push(key);
            self.levels.push(Level {
                indent: column,
                pair: Pair::new(Context::Entry),
            });
        }
    }

    /// The key, if a key and its colon come next; goes behind the colon.
    fn take_key(&mut self) -> Option<Span> {
        let mut ahead = self.cursor;
        let key = match ahead.peek()? {
            b'"' => ahead.take_quoted(Escape::Backslash, Reach::Line)?,
            b'\'' => ahead.take_quoted(Escape::Doubled, Reach::Line)?,
            b'{' | b'[' | b'|' | b'>' | b'`' | b'@' => return None,
            _ => {
                let start = ahead.at();
                while !ends_key(&ahead) {
                    ahead.skip(1);
                    ahead.take_while(|it| !matches!(it, b':' | b'#' | b'\n' | b'\r'));
                }
                trim(ahead.text(), Span::new(start, ahead.at()))
            }
        };
        ahead.skip_blanks();
        (ahead.peek() == Some(b':') && ends_key(&ahead)).then(|| {
            ahead.skip(1);
            self.cursor = ahead;
            key
        })
    }

    /// Reads a value: that of `key`, or an item of a list. Its further lines lie behind `column`.
    fn value(&mut self, key: Option<Span>, column: usize) {
        self.cursor.skip_blanks();
        while let Some(b'!' | b'&') = self.cursor.peek() {
            self.cursor.take_while(|it| !it.is_ascii_whitespace());
            self.cursor.skip_blanks();
        }
        let template = self.cursor.looks_at("{{") || self.cursor.looks_at("{%");
        match self.cursor.peek() {
            None | Some(b'\n' | b'\r' | b'#' | b'*') => {}
            Some(b'|' | b'>') => self.block(key, column),
            Some(b'{' | b'[') if !template => {
                let indent = column + usize::from(key.is_some());
                let dialect = Dialect::Yaml { indent };
                let end = Flow::new(self.cursor, self.gather, dialect, &self.keys).read_one();
                self.cursor.go_to(end);
            }
            Some(b'"' | b'\'') => {
                if let Some(value) = self.take_quoted(column) {
                    self.scalar(key, value);
                }
            }
            Some(_) => {
                let value = self.take_plain();
                self.scalar(key, value);
            }
        }
    }

    /// Binds a value of one line, or an item of a list.
    fn scalar(&mut self, key: Option<Span>, value: Span) {
        if key.is_some() {
            self.entry(value);
        }
        if self.is_script() {
            shell::read(Cursor::within(self.gather.text(), value), self.gather);
        } else if key.is_none() {
            self.gather.assignment(value, &self.keys);
        }
    }

    fn entry(&mut self, value: Span) {
        if let (Some(level), Some((key, around))) = (self.levels.last_mut(), self.keys.split_last())
        {
            self.gather.entry(&mut level.pair, *key, around, value);
        }
    }

    /// Whether the innermost key holds commands.
    fn is_script(&self) -> bool {
        let key = self.keys.last().and_then(|it| it.of(self.gather.text()));
        key.is_some_and(|it| SCRIPT_KEYS.contains(&it))
    }

    /// What a text over lines is written in, by its key: a script, or the name of a file.
    ///
    /// Not YAML again, which would nest without bound.
    fn format_of(&self, key: Option<Span>) -> Option<Format> {
        if self.is_script() {
            return Some(Format::Shell);
        }
        let name = key.and_then(|it| self.gather.name(it))?;
        names::format_of(Utf8Path::new(name)).filter(|it| *it != Format::Yaml)
    }
}

/// Whether a plain key ends here: before a colon that a blank follows, a comment, or the line.
fn ends_key(cursor: &Cursor<'_>) -> bool {
    match cursor.peek() {
        None | Some(b'\n' | b'\r') => true,
        Some(b':') => cursor.peek_at(1).is_none_or(|it| it.is_ascii_whitespace()),
        Some(b'#') => cursor.before().is_none_or(|it| it.is_ascii_whitespace()),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::Format;
    use crate::lang::data::samples::shown;

    fn read(text: &str) -> Vec<String> {
        shown(Format::Yaml, text)
    }

    #[test]
    fn indentation_encloses() {
        let text = "a:\n  b: one\n  c:\n    d: two # x\n  e: three\nf: four\n---\ng: five\n";
        let expected = [
            "a/b = one",
            "a/c/d = two",
            "a/e = three",
            "f = four",
            "g = five",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn quotes_tags_and_anchors_do_not_belong_to_the_value() {
        let text =
            "a: 'o''ne' # x\n\"b c\": \"t\\\"wo\"\nd: !!str &x three\ne: *x\nf: &y\n  g: four\n";
        let expected = ["a = o''ne", "b c = t\\\"wo", "d = three", "f/g = four"];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn what_is_filled_in_later_is_kept_as_it_is() {
        let text = "{{- if .x }}\na: {{ .Values.b }}\nc: ${D}\ne: \"{{ f }}\"\n{% raw %}\n";
        assert_eq!(
            read(text),
            ["a = {{ .Values.b }}", "c = ${D}", "e = {{ f }}"]
        );
    }

    #[test]
    fn a_default_is_bound_to_its_variable() {
        let text = "a: ${B:-one}\nc: ${D:two}\n";
        assert_eq!(
            read(text),
            ["a = ${B:-one}", "B = one", "c = ${D:two}", "D = two"]
        );
    }

    #[test]
    fn a_pair_of_name_and_value_is_one_binding() {
        let text =
            "env:\n- name: A\n  value: one\n- value: two\n  name: B\n- name: C\n  valueFrom: x\n";
        let expected = [
            "env/name = A",
            "env/A = one",
            "env/B = two",
            "env/name = B",
            "env/name = C",
            "env/valueFrom = x",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn items_that_assign_are_bound() {
        let text = "environment:\n  - A=one\n  - \"B=two three\"\n  - C\nports:\n  - 80:80\n";
        assert_eq!(
            read(text),
            ["environment/A = one", "environment/B = two three"]
        );
    }

    #[test]
    fn a_block_is_one_value() {
        let text = "a: |-\n  -----BEGIN\n  abc: d\n\n  -----END\n\nb: >\n  x\n  y\nc: z";
        let expected = [
            "a = -----BEGIN\n  abc: d\n\n  -----END",
            "b = x\n  y",
            "c = z",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn scripts_and_files_in_blocks_are_read() {
        let text = "steps:\n  - run: |\n      export A=one\n      curl -u u:two x\n  - script:\n    - B=three\ndata:\n  app.properties: |\n    c.d=four\n  e: f\n";
        let expected = [
            "A = one",
            "password = two",
            "B = three",
            "c/d = four",
            "data/e = f",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn brackets_are_read() {
        let text =
            "a: {b: one, c: 'two', d: [{e: http://x:1/#y}]}\nf: [\n  \"G=three\",\n]\nh: four\n";
        let expected = [
            "a/b = one",
            "a/c = two",
            "a/d/e = http://x:1/#y",
            "f/G = three",
            "h = four",
        ];
        assert_eq!(read(text), expected);
        assert_eq!(read("{\"a\": {\n\"b\": \"one\"\n}}\n"), ["a/b = one"]);
    }

    #[test]
    fn a_bracket_or_quote_that_stays_open_ends_with_its_value() {
        let text = "a: [x\nb: one\nc: 'two\nd: three\n";
        assert_eq!(read(text), ["b = one", "d = three"]);
    }

    #[test]
    fn a_text_in_quotes_may_span_lines() {
        assert_eq!(
            read("a:\n  b: \"x\n\n    y\"\n  c: z\n"),
            ["a/b = x\n\n    y", "a/c = z"]
        );
    }

    #[test]
    fn keys_may_hold_signs() {
        let text = "a:b: one\n\"c: d\": two\n? e\n: f\nhttp://x: three\nno colon\n";
        let expected = ["a:b = one", "c: d = two", "http://x = three"];
        let shown = read(text);
        assert!(
            expected.iter().all(|it| shown.contains(&(*it).to_owned())),
            "{shown:?}"
        );
    }

    #[test]
    fn depth_is_survived() {
        let deep: String = (0..2_000).map(|it| " ".repeat(it) + "a:\n").collect();
        assert_eq!(read(&format!("{deep}b: one\n")), ["b = one"]);
    }
}
