//! HCL: blocks, attributes, maps, texts over lines.

use super::shell;
use crate::lang::Context;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::is_word;
use crate::lang::cursor::trim;
use crate::lang::gather::Gather;
use crate::lang::gather::Pair;
use crate::text::Span;

/// Blocks within more blocks than this are passed over.
const DEEPEST: usize = 256;

pub(super) fn read<'t>(cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    let mut reader = Reader {
        cursor,
        gather,
        blocks: Vec::new(),
        names: Vec::new(),
        pending: Vec::new(),
        stage: Stage::Name,
        ignored: 0,
    };
    while reader.step() {}
}

/// A block that is open.
#[derive(Debug)]
struct Block {
    /// How many names it adds to [`Reader::names`].
    names: usize,
    pair: Pair,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// A name, or the names of a block.
    Name,
    /// A value.
    Value,
    /// The rest of an expression, which is of no interest.
    Expression,
}

struct Reader<'g, 't> {
    cursor: Cursor<'t>,
    gather: &'g mut Gather<'t>,
    blocks: Vec<Block>,
    names: Vec<Span>,
    /// The names since the last sign.
    pending: Vec<Span>,
    stage: Stage,
    /// How many blocks are open that are passed over.
    ignored: usize,
}

impl Reader<'_, '_> {
    /// Reads one sign, word or text; `false` at the end.
    fn step(&mut self) -> bool {
        let Some(byte) = self.cursor.peek() else {
            return false;
        };
        match byte {
            b'\n' | b',' => {
                self.cursor.skip(1);
                self.forget();
            }
            b'#' => self.cursor.skip_line(),
            b'/' if self.cursor.looks_at("//") => self.cursor.skip_line(),
            b'/' if self.cursor.eat("/*") => {
                self.cursor.take_past("*/");
            }
            b'{' => self.open(),
            b'}' => self.close(),
            b'=' | b':' => self.sign(),
            b'"' => self.quoted(),
            b'<' if self.cursor.looks_at("<<") => self.heredoc(),
            _ if is_word(byte) => {
                let word = self
                    .cursor
                    .take_while(|it| is_word(it) || matches!(it, b'-' | b'.'));
                self.word(word);
            }
            _ => {
                let is_space = byte.is_ascii_whitespace() || matches!(byte, b'(' | b')');
                self.cursor.skip(1);
                if !is_space && self.stage == Stage::Value {
                    self.stage = Stage::Expression;
                }
            }
        }
        true
    }

    fn forget(&mut self) {
        self.pending.clear();
        self.stage = Stage::Name;
    }

    fn word(&mut self, word: Span) {
        match self.stage {
            // A block has a handful of names at most.
            Stage::Name if self.pending.len() < 8 => self.pending.push(word),
            Stage::Name | Stage::Expression => {}
            Stage::Value => self.stage = Stage::Expression,
        }
    }

    fn sign(&mut self) {
        let is_comparison = self.cursor.looks_at("==") || self.cursor.looks_at("=>");
        self.cursor.skip(if is_comparison { 2 } else { 1 });
        if self.stage == Stage::Name && !self.pending.is_empty() && !is_comparison {
            self.stage = Stage::Value;
        }
    }

    fn open(&mut self) {
        self.cursor.skip(1);
        if self.blocks.len() >= DEEPEST {
            self.ignored += 1;
        } else {
            self.blocks.push(Block {
                names: self.pending.len(),
                pair: Pair::new(Context::Entry),
            });
            self.names.append(&mut self.pending);
        }
        self.forget();
    }

    fn close(&mut self) {
        self.cursor.skip(1);
        if self.ignored > 0 {
            self.ignored -= 1;
        } else if let Some(block) = self.blocks.pop() {
            self.names.truncate(self.names.len() - block.names);
        }
        self.forget();
    }

    /// A text in quotes: a value, or the name of a block or an entry.
    fn quoted(&mut self) {
        let Some(text) = self.take_quoted() else {
            return;
        };
        match self.stage {
            Stage::Name => self.word(text),
            Stage::Value => self.bind(text),
            Stage::Expression => {}
        }
    }

    /// A text in quotes, in which `${…}` may hold further texts.
    fn take_quoted(&mut self) -> Option<Span> {
        self.cursor.skip(1);
        let start = self.cursor.at();
        let mut depth = 0_usize;
        loop {
            let byte = self.cursor.peek()?;
            match byte {
                b'\n' => return None,
                b'\\' => self.cursor.skip(1),
                b'$' | b'%' if self.cursor.peek_at(1) == Some(b'{') => {
                    depth += 1;
                    self.cursor.skip(1);
                }
                b'}' => depth = depth.saturating_sub(1),
                b'"' if depth == 0 => {
                    let inner = Span::new(start, self.cursor.at());
                    self.cursor.skip(1);
                    return Some(inner);
                }
                _ => {}
            }
            self.cursor.skip(1);
        }
    }

    /// `<<EOF`, `<<-EOF`: a text over lines.
    fn heredoc(&mut self) {
        let text = self.gather.text();
        self.cursor.skip(2);
        self.cursor.eat("-");
        let end = self.cursor.take_while(is_word);
        self.cursor.take_line();
        if end.is_empty() {
            return self.forget();
        }
        let start = self.cursor.at();
        let mut content = Span::new(start, start);
        while !self.cursor.is_done() {
            let line = self.cursor.take_line();
            if trim(text, line).of(text) == end.of(text) {
                break;
            }
            content.end = line.end;
        }
        let content = trim(text, content);
        shell::read(Cursor::within(text, content), self.gather);
        if self.stage == Stage::Value {
            self.bind(content);
        }
        self.forget();
    }

    fn bind(&mut self, value: Span) {
        self.stage = Stage::Expression;
        let Some(key) = self.pending.pop() else {
            return;
        };
        let text = self.gather.text();
        if let ([.., kind, label], Some("default")) = (&*self.names, key.of(text))
            && kind.of(text) == Some("variable")
        {
            let around = self.names.split_last().map_or(&[][..], |(_, it)| it);
            let name = self.gather.name(*label).unwrap_or_default();
            self.gather.bind(name, around, value, Context::Entry);
            return;
        }
        let mut outside = Pair::new(Context::Entry);
        let pair = self
            .blocks
            .last_mut()
            .map_or(&mut outside, |it| &mut it.pair);
        self.gather.entry(pair, key, &self.names, value);
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::Format;
    use crate::lang::data::samples::shown;

    fn read(text: &str) -> Vec<String> {
        shown(Format::Hcl, text)
    }

    #[test]
    fn blocks_enclose_their_attributes() {
        let text = "a = \"one\" # x\nresource \"t\" \"n\" {\n  b = \"two\"\n  c {\n    d = \"three\"\n  }\n}\n";
        let expected = [
            "a = one",
            "resource/t/n/b = two",
            "resource/t/n/c/d = three",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn the_default_of_a_variable_is_bound_to_the_variable() {
        let text = "variable \"db_password\" {\n  type = string\n  default = \"one\"\n}\n";
        assert_eq!(read(text), ["variable/db_password = one"]);
    }

    #[test]
    fn maps_are_read() {
        let text =
            "a = {\n  b = \"one\", \"c\" = \"two\"\n  d: \"three\"\n}\ne = f({ g = \"four\" })\n";
        assert_eq!(
            read(text),
            ["b = one", "c = two", "d = three", "g = four"].map(|it| if it.starts_with('g') {
                format!("e/{it}")
            } else {
                format!("a/{it}")
            })
        );
    }

    #[test]
    fn a_pair_of_name_and_value_is_one_binding() {
        let text = "env {\n  name = \"A\"\n  value = \"one\"\n}\n";
        assert_eq!(read(text), ["env/name = A", "env/A = one"]);
    }

    #[test]
    fn only_texts_are_values() {
        let text =
            "a = var.b\nc = d ? \"e\" : \"f\"\ng = lookup(h, \"i\")\nj = k == \"l\"\nm = 1\n";
        assert_eq!(read(text), [""; 0]);
    }

    #[test]
    fn what_is_filled_in_later_is_kept_as_it_is() {
        let text = "a = \"x-${f(\"y\")}\"\nb = \"t\\\"wo\"\n";
        assert_eq!(read(text), ["a = x-${f(\"y\")}", "b = t\\\"wo"]);
    }

    #[test]
    fn a_text_may_span_lines() {
        let text = "a = <<-EOF\n  export B=one\n  EOF\nc = \"two\"\n";
        assert_eq!(read(text), ["a = export B=one", "B = one", "c = two"]);
    }

    #[test]
    fn broken_texts_give_what_can_be_read() {
        assert_eq!(read("}}\na = \"one\nb = \"two\"\n/* c"), ["b = two"]);
    }
}
