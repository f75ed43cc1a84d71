//! Shells: variables, options with values, and what a few programs are told on their command line.

mod options;

use super::dotenv;
use crate::lang::Context;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::Escape;
use crate::lang::cursor::Reach;
use crate::lang::cursor::is_name;
use crate::lang::cursor::is_word;
use crate::lang::cursor::unquote;
use crate::lang::gather::Gather;
use crate::text::Span;

pub(super) fn read<'t>(cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    let mut reader = Reader {
        cursor,
        gather,
        command: None,
        logs_in: false,
        awaited: Awaited::Nothing,
        heredocs: Vec::new(),
    };
    while reader.step() {}
}

/// What the next word is.
#[derive(Debug, Clone, Copy)]
enum Awaited {
    Nothing,
    /// The value of an option.
    Value(Span),
    /// `user:password`.
    Account,
    /// A password.
    Password,
    /// `Name: value`.
    Header,
    /// A name whose value is the word after it.
    Name,
}

struct Reader<'g, 't> {
    cursor: Cursor<'t>,
    gather: &'g mut Gather<'t>,
    /// The first word of a command.
    command: Option<Span>,
    /// Whether the command is a `login`.
    logs_in: bool,
    awaited: Awaited,
    /// The words that end the texts which begin at the next line.
    heredocs: Vec<Span>,
}

impl Reader<'_, '_> {
    /// Reads one word or sign; `false` at the end.
    fn step(&mut self) -> bool {
        let Some(byte) = self.cursor.peek() else {
            return false;
        };
        match byte {
            b'\\' => self.continuation(),
            b'\n' | b'\r' => self.end_line(),
            b'#' => {
                let start = self.cursor.at();
                self.cursor.skip_line();
                let line = Span::new(start, self.cursor.at());
                dotenv::commented(line, self.gather);
            }
            b'<' if self.cursor.looks_at("<<<") => self.cursor.skip(3),
            b'<' if self.cursor.looks_at("<<") => self.heredoc(),
            b' ' | b'\t' | b'[' | b']' | b',' | b'<' | b'>' => self.cursor.skip(1),
            b';' | b'|' | b'&' | b'(' | b')' | b'`' | b'{' | b'}' => {
                self.cursor.skip(1);
                self.end_command();
            }
            _ => self.word(),
        }
        true
    }

    /// A backslash: the line goes on after it, or it begins a word.
    fn continuation(&mut self) {
        let mut ahead = self.cursor;
        ahead.skip(1);
        ahead.eat("\r");
        if ahead.eat("\n") {
            self.cursor = ahead;
        } else {
            self.word();
        }
    }

    fn end_command(&mut self) {
        self.command = None;
        self.logs_in = false;
        self.awaited = Awaited::Nothing;
    }

    fn end_line(&mut self) {
        self.end_command();
        self.cursor.take_line();
        for end in std::mem::take(&mut self.heredocs) {
            self.heredoc_body(end);
        }
    }

    /// `<<EOF`, `<<-'EOF'`.
    fn heredoc(&mut self) {
        self.cursor.skip(2);
        self.cursor.eat("-");
        self.cursor.skip_blanks();
        self.cursor
            .take_while(|it| matches!(it, b'"' | b'\'' | b'\\'));
        let end = self.cursor.take_while(is_word);
        self.cursor.take_while(|it| matches!(it, b'"' | b'\''));
        if !end.is_empty() {
            self.heredocs.push(end);
        }
    }

    /// The lines up to `end`, often a file that is written: entries are read, and nothing else.
    fn heredoc_body(&mut self, end: Span) {
        let text = self.gather.text();
        let end = end.of(text).unwrap_or_default();
        while !self.cursor.is_done() {
            let line = self.cursor.take_line();
            let content = line.of(text).unwrap_or_default();
            if content.trim() == end {
                return;
            }
            let mut inner = Cursor::within(text, line);
            dotenv::read_line(&mut inner, self.gather);
        }
    }

    fn word(&mut self) {
        let start = self.cursor.at();
        let name = self.cursor.take_while(is_word);
        let is_variable = name.of(self.gather.text()).is_some_and(is_name);
        if is_variable && (self.cursor.eat("=") || self.cursor.eat("+=")) {
            self.assignment(name);
            return;
        }
        if is_variable && self.command.is_none() && self.is_definition() {
            self.cursor
                .take_while(|it| matches!(it, b' ' | b'\t' | b':' | b'?' | b'+' | b'='));
            self.assignment(name);
            return;
        }
        self.take_word();
        // No byte is read twice, even where a word is not one.
        if self.cursor.at() == start {
            self.cursor.skip(1);
        }
        self.take(Span::new(start, self.cursor.at()));
    }

    /// Whether a definition of make goes on here: ` := x`.
    fn is_definition(&self) -> bool {
        let mut ahead = self.cursor;
        ahead.skip_blanks();
        ["= ", ":=", "?=", "::=", "+="]
            .iter()
            .any(|it| ahead.looks_at(it))
    }

    /// The value of a variable, unless a command makes it.
    fn assignment(&mut self, name: Span) {
        if self.cursor.looks_at("$(") || self.cursor.looks_at("`") {
            self.cursor.skip(1);
            self.end_command();
            return;
        }
        let value = if matches!(self.cursor.peek(), Some(b'"' | b'\'')) {
            dotenv::take_value(&mut self.cursor)
        } else {
            let start = self.cursor.at();
            self.take_word();
            Span::new(start, self.cursor.at())
        };
        self.bind(name, value, Context::Variable);
    }

    /// Goes to the end of a word.
    fn take_word(&mut self) {
        while let Some(byte) = self.cursor.peek() {
            match byte {
                b'"' | b'\'' => {
                    let escape = if byte == b'"' {
                        Escape::Backslash
                    } else {
                        Escape::None
                    };
                    self.cursor.take_quoted(escape, Reach::Line);
                    // An item of a list, as Dockerfiles have them.
                    if matches!(self.cursor.peek(), Some(b',' | b']')) {
                        return;
                    }
                }
                b'\\' if matches!(self.cursor.peek_at(1), Some(b'\n' | b'\r')) => return,
                b'\\' => self.cursor.skip(2),
                b'$' if self.cursor.peek_at(1) == Some(b'{') => {
                    self.cursor
                        .take_while(|it| it != b'}' && !it.is_ascii_whitespace());
                    self.cursor.eat("}");
                }
                b' ' | b'\t' | b'\n' | b'\r' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>'
                | b'`' => return,
                _ => self.cursor.skip(1),
            }
        }
    }

    fn bind(&mut self, name: Span, value: Span, context: Context) {
        let name = self.gather.name(name).unwrap_or_default();
        let value = unquote(self.gather.text(), value);
        self.gather.bind(name, &[], value, context);
    }

    /// Takes notice of a word that is not an assignment.
    fn take(&mut self, word: Span) {
        let inner = unquote(self.gather.text(), word);
        let text = inner.of(self.gather.text()).unwrap_or_default();
        let awaited = std::mem::replace(&mut self.awaited, Awaited::Nothing);
        if text.starts_with('-') {
            self.option(inner, text);
            if let Awaited::Name = awaited {
                self.awaited = awaited;
            }
            return;
        }
        match awaited {
            Awaited::Value(name) => self.bind(name, inner, Context::Argument),
            Awaited::Password => self.gather.bind("password", &[], inner, Context::Argument),
            Awaited::Account => self.account(inner, text),
            Awaited::Header => self.header(inner, text),
            Awaited::Name if text.contains('=') => self.gather.assignment(inner, &[]),
            Awaited::Name => self.awaited = Awaited::Value(inner),
            Awaited::Nothing if self.command.is_none() => self.command(word, text),
            Awaited::Nothing if text == "login" => self.logs_in = true,
            Awaited::Nothing if inner != word => self.gather.assignment(inner, &[]),
            Awaited::Nothing => {}
        }
    }

    /// The first word of a command.
    fn command(&mut self, word: Span, text: &str) {
        match text {
            "sudo" | "exec" | "time" | "env" | "command" | "then" | "do" | "else" | "if" | "!"
            | "RUN" | "CMD" | "ENTRYPOINT" => {}
            "set" | "setenv" | "ENV" => {
                self.command = Some(word);
                self.awaited = Awaited::Name;
            }
            _ => self.command = Some(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::Context;
    use crate::lang::Format;
    use crate::lang::data::samples::{contexts, shown};

    fn read(text: &str) -> Vec<String> {
        shown(Format::Shell, text)
    }

    #[test]
    fn variables_are_bound_wherever_they_are_set() {
        let text =
            "A=one\nexport B=\"two x\" C='three' # D is no\nE=four; declare -r F=five && run\n";
        let expected = ["A = one", "B = two x", "C = three", "E = four", "F = five"];
        assert_eq!(read(text), expected);
        assert_eq!(contexts(Format::Shell, "A=one")[0], Context::Variable);
    }

    #[test]
    fn what_a_command_makes_is_no_value() {
        let text = "A=$(curl -u u:one x)\nB=`cat y`\nC=\nD=${E:-two}\n";
        assert_eq!(read(text), ["password = one", "D = ${E:-two}", "E = two"]);
    }

    #[test]
    fn long_options_have_values() {
        let text = "x --password=one --token 'two' --flag --key \"three\" -p four --force";
        assert_eq!(read(text), ["password = one", "token = two", "key = three"]);
    }

    #[test]
    fn a_few_programs_are_known() {
        let text = "curl -u \"u:one\" -H 'X-Key: two' -H \"Authorization: Bearer three\" x\n\
                    sshpass -p four ssh y\n\
                    docker run -p 80:80 x\ndocker login -p six\nmysql -u root -pfive db\n";
        let expected = [
            "password = one",
            "X-Key = two",
            "Authorization = three",
            "password = four",
            "password = six",
            "password = five",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn other_shells_and_make_are_read() {
        let text =
            "set -gx A one\nsetenv B two\nC := three\nD ?= four\ndocker run -e \"E=five x\" y\n";
        let expected = ["A = one", "B = two", "C = three", "D = four", "E = five x"];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn files_that_are_written_are_read() {
        let text = "cat <<-'EOF' >x\nA=one\nit's prose\nEOF\nB=two\n";
        assert_eq!(read(text), ["A = one", "B = two"]);
    }

    #[test]
    fn lines_go_on_after_a_backslash() {
        assert_eq!(
            read("x \\\n  --password one \\\r\n  A=two\n"),
            ["password = one", "A = two"]
        );
    }

    #[test]
    fn a_value_may_span_lines() {
        assert_eq!(
            read("A=\"-----BEGIN\nx\n-----END\"\nB=two"),
            ["A = -----BEGIN\nx\n-----END", "B = two"]
        );
    }

    #[test]
    fn a_quote_that_stays_open_ends_with_its_line() {
        assert_eq!(read("echo don't\nA=one\n"), ["A = one"]);
    }
}
