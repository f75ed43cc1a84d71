//! Calls in any language, and which of their arguments are literals.

mod frame;

use self::frame::{Ended, Frame, Opened, Shape};
use super::calls;
use super::token::{Kind, Token};
use crate::lang::Call;
use crate::lang::Dialect;
use crate::text::Span;

/// How many open brackets are remembered.
const DEEPEST: usize = 256;

/// How many names of `a.b.c` are remembered: the last ones.
const LONGEST_PATH: usize = 3;

/// Something that is called by a longer name is none of interest, in bytes.
const LONGEST_NAME: usize = 128;

/// Finds calls, token by token.
pub(super) struct Caller<'t, 'w> {
    dialect: Dialect,
    text: &'t str,
    /// Whether somebody wants to know what a function of this name is given.
    wanted: &'w dyn Fn(&str) -> bool,
    /// The brackets that are open.
    open: Vec<Frame>,
    /// How many brackets are open that are not remembered.
    ignored: usize,
    /// The name that ends with the last token, with what it is reached through.
    path: Vec<Span>,
    /// The last token, and the one before.
    last: [Option<Token>; 2],
    /// Whether a line has ended since.
    is_new_line: bool,
    found: Vec<Call>,
}

impl<'t, 'w> Caller<'t, 'w> {
    pub(super) fn new(dialect: Dialect, text: &'t str, wanted: &'w dyn Fn(&str) -> bool) -> Self {
        Self {
            dialect,
            text,
            wanted,
            open: Vec::new(),
            ignored: 0,
            path: Vec::new(),
            last: [None; 2],
            is_new_line: false,
            found: Vec::new(),
        }
    }

    /// Takes notice of the next token.
    pub(super) fn take(&mut self, token: Token) {
        match token.kind {
            Kind::Open => self.open(token),
            Kind::Close => self.close(token),
            Kind::Comma => {
                if let Some(frame) = self.open.last_mut() {
                    frame.end();
                }
            }
            Kind::Line => self.line(),
            Kind::Text
            | Kind::Word
            | Kind::Symbol
            | Kind::Assign
            | Kind::Colon
            | Kind::Arrow
            | Kind::Compare
            | Kind::Fallback
            | Kind::Dot
            | Kind::Dash
            | Kind::Sign => self.plain(token),
        }
        self.follow(token);
        self.is_new_line = token.kind == Kind::Line;
        if !self.is_new_line {
            self.last = [Some(token), self.last[0]];
        }
    }

    /// The calls, in the order in which they end.
    pub(super) fn finish(mut self) -> Vec<Call> {
        self.end_bare();
        self.found
    }

    fn str(&self, span: Span) -> &'t str {
        span.of(self.text).unwrap_or_default()
    }

    fn plain(&mut self, token: Token) {
        if self.opens_bare(token) {
            let function = std::mem::take(&mut self.path);
            self.open.push(Frame::new(function, Opened::Bare));
        }
        let sign = self.str(token.span);
        if let Some(frame) = self.open.last_mut() {
            frame.take(token, sign);
        }
    }

    /// Whether a call without brackets begins: a name, a blank, and something else.
    fn opens_bare(&self, token: Token) -> bool {
        let has_them = self.dialect.calls_without_brackets();
        let begins = matches!(token.kind, Kind::Text | Kind::Word | Kind::Symbol);
        let Some(name) = self.path.last().filter(|_| has_them && begins) else {
            return false;
        };
        let follows = self.last[0].is_some_and(|it| it.kind == Kind::Word && it.span == *name);
        follows && !self.is_new_line && self.open.len() < DEEPEST && (self.wanted)(self.str(*name))
    }

    fn open(&mut self, token: Token) {
        if self.open.len() >= DEEPEST {
            self.ignored += 1;
            return;
        }
        let is_call = self.str(token.span) == "("
            && self.last[0].is_some_and(|it| it.kind == Kind::Word)
            && self.path.last().is_some_and(|it| it.len() <= LONGEST_NAME);
        let function = if is_call {
            std::mem::take(&mut self.path)
        } else {
            Vec::new()
        };
        let name = function.last().map(|it| self.str(*it));
        let kind = if name.is_some_and(self.wanted) {
            Opened::Call
        } else {
            Opened::Bracket
        };
        if let Some(outer) = self.open.last_mut() {
            outer.reach(token.span);
        }
        self.open.push(Frame::new(function, kind));
    }

    fn close(&mut self, token: Token) {
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        self.end_bare();
        let Some(ended) = self.pop() else {
            return;
        };
        let callee = ended.function.map(|it| self.str(it));
        let Some(outer) = self.open.last_mut() else {
            return;
        };
        outer.reach(token.span);
        let converts = callee.is_some_and(calls::is_conversion);
        let makes_value = converts || callee.is_some_and(calls::is_wrapper);
        outer.shape = match outer.shape {
            // `[]byte(`.
            Shape::Empty if callee.is_none() && ended.count == 0 => Shape::Empty,
            Shape::Name if makes_value => ended.first.map_or(Shape::Other, Shape::Literal),
            Shape::Member(literal) if converts => Shape::Literal(literal),
            Shape::Empty | Shape::Name | Shape::Literal(_) | Shape::Member(_) | Shape::Other => {
                Shape::Other
            }
        };
    }

    /// Ends what was opened last.
    fn pop(&mut self) -> Option<Ended> {
        let mut frame = self.open.pop()?;
        frame.end();
        let ended = Ended {
            function: frame.function.last().copied(),
            first: frame.first,
            count: frame.count,
        };
        if frame.kind != Opened::Bracket {
            self.found.push(Call {
                function: frame.function,
                arguments: frame.arguments,
            });
        }
        Some(ended)
    }

    /// Ends the calls without brackets that were opened last.
    fn end_bare(&mut self) {
        while self.open.last().is_some_and(|it| it.kind == Opened::Bare) {
            self.pop();
        }
    }

    /// A call without brackets ends with its line, unless that ends with a comma.
    fn line(&mut self) {
        let goes_on = self.last[0].is_some_and(|it| it.kind == Kind::Comma);
        if !goes_on {
            self.end_bare();
        }
    }

    /// Keeps the path of the name that ends here.
    fn follow(&mut self, token: Token) {
        match token.kind {
            Kind::Word => {
                let [last, before] = self.last;
                let is_member = last.is_some_and(|it| self.joins(it));
                let known = before.is_some_and(|it| it.kind == Kind::Word);
                if !is_member {
                    self.path.clear();
                } else if !known {
                    self.path.clear();
                    self.path
                        .push(Span::new(token.span.start, token.span.start));
                } else if self.path.len() >= LONGEST_PATH {
                    self.path.remove(0);
                }
                self.path.push(token.span);
            }
            Kind::Dot | Kind::Line => {}
            Kind::Colon if self.dialect == Dialect::Lua => {}
            Kind::Text
            | Kind::Symbol
            | Kind::Assign
            | Kind::Colon
            | Kind::Arrow
            | Kind::Compare
            | Kind::Fallback
            | Kind::Comma
            | Kind::Open
            | Kind::Close
            | Kind::Dash
            | Kind::Sign => self.path.clear(),
        }
    }

    /// Whether what follows the token is a member of what is before it.
    fn joins(&self, token: Token) -> bool {
        token.kind == Kind::Dot || (token.kind == Kind::Colon && self.dialect == Dialect::Lua)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Argument;
    use crate::lang::lexer::calls_in;

    /// `a.b(_; "literal")`, one for each call.
    fn read(dialect: Dialect, text: &str) -> Vec<String> {
        let name = |it: &Span| it.of(text).unwrap().to_owned();
        let argument = |it: &Argument| match it.literal {
            Some(literal) => format!("{:?}", name(&literal)),
            None => "_".to_owned(),
        };
        let shown = |it: Call| {
            let function: Vec<String> = it.function.iter().map(name).collect();
            let arguments: Vec<String> = it.arguments.iter().map(argument).collect();
            format!("{}({})", function.join("."), arguments.join("; "))
        };
        let wanted = |it: &str| it.starts_with('f');
        let calls = calls_in(dialect, text, &wanted);
        calls.into_iter().map(shown).collect()
    }

    #[test]
    fn arguments_are_told_apart() {
        let text = "a.b.f(c, \"one\", g(\"x\", \"y\"), d + \"z\", \"two\"\n);";
        assert_eq!(
            read(Dialect::Java, text),
            ["a.b.f(_; \"one\"; _; _; \"two\")"]
        );
    }

    #[test]
    fn values_made_of_a_literal_are_literals() {
        let go = "a.f([]byte(\"one\"), []string{\"x\"}, &b)";
        assert_eq!(read(Dialect::Go, go), ["a.f(\"one\"; _; _)"]);
        let java = "f(\"one\".getBytes(UTF_8), new String(\"two\"), g.h(\"x\"))";
        assert_eq!(read(Dialect::Java, java), ["f(\"one\"; \"two\"; _)"]);
        let rust = "f(b\"one\", Some(\"two\"), \"three\".to_string(), \"x\".len())";
        assert_eq!(
            read(Dialect::Rust, rust),
            ["f(\"one\"; \"two\"; \"three\"; _)"]
        );
        assert_eq!(
            read(Dialect::Swift, "f(a: \"one\", b: Data(\"two\".utf8))"),
            ["f(\"one\"; \"two\")"]
        );
    }

    #[test]
    fn a_text_that_is_a_part_of_something_is_no_literal() {
        assert_eq!(
            read(Dialect::Java, "f(\"a\" + b); f(a ? \"b\" : \"c\");"),
            ["f(_)", "f(_)"]
        );
        assert_eq!(read(Dialect::Starlark, "f(a=\"b\")"), ["f(_)"]);
    }

    #[test]
    fn functions_are_reached_in_many_ways() {
        assert_eq!(
            read(Dialect::Php, "new \\f('a'); $b->f('c'); D::f('e');"),
            ["f(\"a\")", "$b.f(\"c\")", "D.f(\"e\")"]
        );
        assert_eq!(read(Dialect::Lua, "red:f(\"a\")"), ["red.f(\"a\")"]);
        assert_eq!(
            read(Dialect::Java, "a()\n  .f(\"b\"); c.d.e.f(\"g\")"),
            [".f(\"b\")", "d.e.f(\"g\")"]
        );
    }

    #[test]
    fn some_languages_call_without_brackets() {
        let text = "a.f b, 'one',\n  'two'\nf 'three'\nf\nc = f ? 'd' : 'e'";
        assert_eq!(
            read(Dialect::Ruby, text),
            ["a.f(_; \"one\"; \"two\")", "f(\"three\")"]
        );
        assert_eq!(read(Dialect::Go, "f b, \"c\""), [""; 0]);
    }

    #[test]
    fn depth_is_survived() {
        let text = "f(".repeat(100_000) + "\"a\"" + &")".repeat(100_000) + "; f(\"b\")";
        assert_eq!(read(Dialect::Java, &text).last().unwrap(), "f(\"b\")");
    }
}
