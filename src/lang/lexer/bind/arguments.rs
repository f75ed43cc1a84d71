//! What a call says of its arguments.

use super::{Binder, LOOKBACK, Target};
use crate::lang::Context;
use crate::lang::Dialect;
use crate::lang::lexer::calls::{self, Call};
use crate::lang::lexer::token::Kind;
use crate::text::Span;

impl Binder<'_, '_> {
    /// The name before a comma: of a pair that a function takes, or of the variable that the next
    /// of several values is for.
    pub(super) fn paired(&self, back: usize) -> Option<Target> {
        if let Some(target) = self.next_of_several(back) {
            return Some(target);
        }
        let name = self.key(back + 1)?;
        if self.kind(back + 1) == Some(Kind::Word) {
            return None;
        }
        let callee = match self.kind(back + 2)? {
            Kind::Open => self.word_at(back + 3),
            Kind::Word => self.word_at(back + 2),
            Kind::Comma => self.callee_of_rest(back + 3),
            Kind::Text
            | Kind::Symbol
            | Kind::Assign
            | Kind::Colon
            | Kind::Arrow
            | Kind::Compare
            | Kind::Fallback
            | Kind::Dot
            | Kind::Close
            | Kind::Dash
            | Kind::Line
            | Kind::Sign => None,
        }?;
        let context = match calls::of_pair(self.str(callee))? {
            Call::Write => Context::Argument,
            Call::Read => Context::EnvDefault,
        };
        Some(Target {
            name,
            around: Some(callee),
            context,
        })
    }

    /// The function whose second and third argument are a pair; the first ends `back` tokens
    /// before.
    fn callee_of_rest(&self, back: usize) -> Option<Span> {
        let bare = self.word_at(back + 1);
        bare.or_else(|| self.call())
            .filter(|it| calls::has_pair_behind(self.str(*it)))
    }

    /// The variable for the next of several values: `user, password := "a", "b"`.
    fn next_of_several(&self, back: usize) -> Option<Target> {
        let mut at = back;
        let mut values = 0;
        while self.kind(at) == Some(Kind::Comma) && values < LOOKBACK {
            self.key(at + 1)?;
            values += 1;
            at += 2;
        }
        if self.kind(at) != Some(Kind::Assign) {
            return None;
        }
        let names = self.several(at);
        let back_to_name = names.checked_sub(values + 1)?;
        let name = self.word_at(at + 1 + 2 * back_to_name)?;
        (names > 1).then(|| Target::of(name, Context::Variable))
    }

    /// How many names stand before an `=` that takes several values, `back` tokens before.
    pub(super) fn several(&self, back: usize) -> usize {
        let has_them = matches!(
            self.dialect,
            Dialect::Go | Dialect::Lua | Dialect::Ruby | Dialect::Starlark | Dialect::Hash
        );
        let in_call = self.open.last().is_some_and(|(it, _)| *it == b'(');
        if !has_them || in_call {
            return 0;
        }
        let mut names = 0;
        while names < LOOKBACK && self.word_at(back + 1 + 2 * names).is_some() {
            names += 1;
            if self.kind(back + 2 * names) != Some(Kind::Comma) {
                break;
            }
        }
        names
    }

    /// Whether a comma stands before the password of a user: `SetBasicAuth("admin", …`.
    pub(super) fn is_account(&self, back: usize) -> bool {
        let callee = self.word_at(back + 3);
        self.key(back + 1).is_some()
            && self.kind(back + 2) == Some(Kind::Open)
            && callee.is_some_and(|it| calls::takes_account(self.str(it)))
    }

    /// What a call is for, of which a text is the first argument.
    pub(super) fn called(&self, back: usize) -> Option<Target> {
        let bracket = self.back(back).map(|it| self.str(it.span));
        let is_call = bracket == Some("(");
        let callee = self.word_at(back + 1);
        let name = self.str(callee.unwrap_or(Span::new(0, 0)));
        let is_method = self.kind(back + 2) == Some(Kind::Dot);
        if is_call && matches!(name, "equals" | "equalsIgnoreCase" | "Equals" | "eq") && is_method {
            return self.compared(back + 3);
        }
        // `flag.String("token", "x", "help")`.
        let is_flag = self.dialect == Dialect::Go && is_method && name == "String";
        if calls::is_wrapper(name) && !is_flag {
            return self.wrapped(back + 1);
        }
        if calls::is_fallback(name) {
            return self.fallen_back(back + 1);
        }
        let callee = callee.filter(|_| is_call || self.dialect == Dialect::C)?;
        if let Some(set) = calls::set_by(name) {
            return Some(Target {
                name: Span::new(callee.end - set.len(), callee.end),
                around: Some(callee),
                context: Context::Argument,
            });
        }
        let is_declared = self.dialect == Dialect::C
            && self
                .word_at(back + 2)
                .is_some_and(|it| !calls::is_keyword(self.str(it)));
        let is_function_of_sql = self.dialect == Dialect::Sql;
        let is_option = is_method && calls::of_pair(name).is_none();
        (is_option || is_declared || is_function_of_sql).then_some(Target {
            name: callee,
            around: None,
            context: if is_declared {
                Context::Variable
            } else {
                Context::Argument
            },
        })
    }
}
