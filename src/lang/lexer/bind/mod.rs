//! From tokens to bindings.

mod arguments;
mod targets;

use super::calls;
use super::token::{Kind, Token};
use crate::lang::Context;
use crate::lang::Dialect;
use crate::lang::gather::Gather;
use crate::text::Span;

/// How many tokens are remembered at least.
const MEMORY: usize = 64;

/// How many tokens a type or a callee has at most.
const LOOKBACK: usize = 12;

/// The function of PowerShell that makes a secret of a text.
const SECURE_STRING: &str = "ConvertTo-SecureString";

/// How many open brackets are remembered.
const DEEPEST: usize = 256;

/// What a text is bound to.
#[derive(Debug, Clone, Copy)]
struct Target {
    name: Span,
    /// The object, or the function called.
    around: Option<Span>,
    context: Context,
}

impl Target {
    /// A key of a map.
    fn entry(name: Span) -> Self {
        Self::of(name, Context::Entry)
    }

    fn of(name: Span, context: Context) -> Self {
        Self {
            name,
            around: None,
            context,
        }
    }
}

/// Finds out what texts in quotes are bound to.
pub(super) struct Binder<'g, 't> {
    dialect: Dialect,
    gather: &'g mut Gather<'t>,
    /// The last tokens.
    tokens: Vec<Token>,
    /// The open brackets, with what is called for a parenthesis.
    open: Vec<(u8, Option<Span>)>,
    /// How many brackets are open that are not remembered.
    ignored: usize,
}

impl<'g, 't> Binder<'g, 't> {
    pub(super) fn new(dialect: Dialect, gather: &'g mut Gather<'t>) -> Self {
        Self {
            dialect,
            gather,
            tokens: Vec::with_capacity(2 * MEMORY),
            open: Vec::new(),
            ignored: 0,
        }
    }

    /// Takes notice of the next token.
    pub(super) fn take(&mut self, token: Token) {
        match token.kind {
            Kind::Text => self.text(token.span),
            Kind::Word => self.word(token.span),
            Kind::Open => self.open(token.span),
            Kind::Close => {
                if self.ignored > 0 {
                    self.ignored -= 1;
                } else {
                    self.open.pop();
                }
            }
            Kind::Symbol
            | Kind::Assign
            | Kind::Colon
            | Kind::Arrow
            | Kind::Compare
            | Kind::Fallback
            | Kind::Dot
            | Kind::Comma
            | Kind::Dash
            | Kind::Line
            | Kind::Sign => {}
        }
        if self.tokens.len() == 2 * MEMORY {
            self.tokens.drain(..MEMORY);
        }
        self.tokens.push(token);
    }

    fn open(&mut self, bracket: Span) {
        if self.open.len() >= DEEPEST {
            self.ignored += 1;
            return;
        }
        let byte = self.str(bracket).bytes().next().unwrap_or_default();
        let callee = self.tokens.last().filter(|it| it.kind == Kind::Word);
        let callee = callee.map(|it| it.span);
        // What is too long for a name is none.
        let callee = callee.filter(|it| it.len() <= 128 && !calls::is_keyword(self.str(*it)));
        self.open.push((byte, callee));
    }

    fn str(&self, span: Span) -> &'t str {
        span.of(self.gather.text()).unwrap_or_default()
    }

    /// The token `back` tokens before the one that is being taken; 1 is the last.
    fn back(&self, back: usize) -> Option<Token> {
        let at = self.tokens.len().checked_sub(back)?;
        self.tokens.get(at).copied()
    }

    fn kind(&self, back: usize) -> Option<Kind> {
        self.back(back).map(|it| it.kind)
    }

    /// The word `back` tokens before.
    fn word_at(&self, back: usize) -> Option<Span> {
        let token = self.back(back).filter(|it| it.kind == Kind::Word)?;
        Some(token.span)
    }

    /// What is called where the innermost bracket is a parenthesis.
    fn call(&self) -> Option<Span> {
        self.call_outside(0)
    }

    /// The same for the bracket outside of the `levels` innermost ones.
    fn call_outside(&self, levels: usize) -> Option<Span> {
        let (bracket, callee) = self.open.iter().rev().nth(levels)?;
        callee.filter(|_| *bracket == b'(')
    }

    fn text(&mut self, value: Span) {
        let lines = self
            .tokens
            .iter()
            .rev()
            .take_while(|it| it.kind == Kind::Line);
        // A text on the next line belongs to what stands at the end of this one.
        let last = lines.count() + 1;
        let Some(token) = self.back(last) else {
            return;
        };
        let target = match token.kind {
            Kind::Assign => self.assigned(last),
            Kind::Colon => self.keyed(last),
            Kind::Arrow => self.key(last + 1).map(Target::entry),
            Kind::Compare => self.compared(last + 1),
            Kind::Fallback => self.fallen_back(last),
            Kind::Open => self.called(last),
            Kind::Word if last == 1 && self.identifies(token.span) => return self.password(value),
            Kind::Comma if self.is_account(last) => return self.password(value),
            Kind::Comma => self.paired(last),
            // `unwrap_or_else(|_| "x")`.
            Kind::Sign if self.str(token.span) == "|" => {
                let callee = self.call().map(|it| self.str(it));
                let falls_back = callee.is_some_and(calls::is_fallback);
                falls_back.then(|| self.fallen_back(last)).flatten()
            }
            Kind::Word if last == 1 => self.beside(token.span),
            Kind::Word
            | Kind::Text
            | Kind::Symbol
            | Kind::Dot
            | Kind::Close
            | Kind::Dash
            | Kind::Line
            | Kind::Sign => None,
        };
        match target {
            Some(target) => self.bind(target, value),
            // Annotations of Spring have their defaults in the text.
            None => self.gather.bind_default(value),
        }
    }

    /// Binds a password whose place says what it is.
    fn password(&mut self, value: Span) {
        self.gather.bind("password", &[], value, Context::Argument);
    }

    fn bind(&mut self, target: Target, value: Span) {
        let name = self.str(target.name);
        // Signs that mark variables are no part of the name, nor is the drive of PowerShell.
        let name = name.trim_start_matches(['$', '@', '%']);
        let name = name.rsplit(':').next().unwrap_or(name);
        let around = target.around.map(|it| {
            let sign = usize::from(self.str(it).starts_with('$'));
            Span::new(it.start + sign, it.end)
        });
        let value = self.without_escaped_quotes(value);
        let around = around.as_slice();
        self.gather.bind(name, around, value, target.context);
    }

    /// What lies between escaped quotes: `"\"x\""` is code that a build writes.
    fn without_escaped_quotes(&self, value: Span) -> Span {
        let text = self.str(value);
        let is_quoted = text.len() >= 4 && text.starts_with("\\\"") && text.ends_with("\\\"");
        if is_quoted {
            Span::new(value.start + 2, value.end - 2)
        } else {
            value
        }
    }

    /// A name that a key can be: a word, a symbol, a text that is one word.
    fn key(&self, back: usize) -> Option<Span> {
        let token = self.back(back)?;
        let fits = match token.kind {
            Kind::Word | Kind::Symbol => true,
            Kind::Text => {
                let text = self.str(token.span);
                !text.is_empty() && !text.contains(char::is_whitespace)
            }
            Kind::Assign
            | Kind::Colon
            | Kind::Arrow
            | Kind::Compare
            | Kind::Fallback
            | Kind::Dot
            | Kind::Comma
            | Kind::Open
            | Kind::Close
            | Kind::Dash
            | Kind::Line
            | Kind::Sign => false,
        };
        fits.then_some(token.span)
    }

    /// What a word says that stands right before a text.
    fn beside(&self, word: Span) -> Option<Target> {
        let text = self.str(word);
        let is = |it: Dialect| self.dialect == it;
        let before = self.word_at(2).map(|it| self.str(it));
        if is(Dialect::C) && before == Some("define") {
            Some(Target::of(word, Context::Variable))
        } else if is(Dialect::PowerShell) && text.eq_ignore_ascii_case(SECURE_STRING) {
            self.secured(1)
        } else if is(Dialect::PowerShell) && self.is_secured(3) {
            self.secured(3)
        } else if is(Dialect::Perl) && matches!(text, "eq" | "ne") {
            self.compared(2)
        } else if is(Dialect::Kotlin) && text == "to" {
            self.key(2).map(Target::entry)
        } else if text == "or" {
            self.fallen_back(1)
        } else {
            let is_option = is(Dialect::PowerShell) && self.kind(2) == Some(Kind::Dash);
            let has_bare_calls = is(Dialect::Groovy) || is(Dialect::Sql);
            let is_argument = is_option || (has_bare_calls && !calls::is_keyword(text));
            is_argument.then(|| Target::of(word, Context::Argument))
        }
    }

    /// Whether the function that makes secrets is `back` tokens before.
    fn is_secured(&self, back: usize) -> bool {
        let word = self.word_at(back).map(|it| self.str(it));
        word.is_some_and(|it| it.eq_ignore_ascii_case(SECURE_STRING))
    }

    /// What a secret is for that is made by the function `back` tokens before.
    fn secured(&self, back: usize) -> Option<Target> {
        let before = self.kind(back + 1)?;
        if before == Kind::Assign {
            return self.assigned(back + 1);
        }
        let option = self.word_at(back + 2).filter(|_| before == Kind::Open);
        let name = option.or_else(|| self.word_at(back))?;
        Some(Target::of(name, Context::Argument))
    }

    /// Whether `IDENTIFIED BY` of SQL ends with `word`.
    fn identifies(&self, word: Span) -> bool {
        self.dialect == Dialect::Sql
            && self.str(word).eq_ignore_ascii_case("by")
            && (2..LOOKBACK)
                .filter_map(|back| self.word_at(back))
                .any(|it| self.str(it).eq_ignore_ascii_case("identified"))
    }

    /// The other side of a comparison that begins with a text: `"x" == password`.
    fn word(&mut self, word: Span) {
        let mut back = 1;
        while self.kind(back) == Some(Kind::Dot) && self.word_at(back + 1).is_some() {
            back += 2;
        }
        if self.kind(back) != Some(Kind::Compare) {
            return;
        }
        let text = self.back(back + 1).filter(|it| it.kind == Kind::Text);
        if let Some(text) = text {
            let target = Target::of(word, Context::Comparison);
            self.bind(target, text.span);
        }
    }
}
