//! What stands before the sign that binds a text.

use super::{Binder, LOOKBACK, MEMORY, Target};
use crate::lang::Context;
use crate::lang::Dialect;
use crate::lang::lexer::calls;
use crate::lang::lexer::token::Kind;

impl Binder<'_, '_> {
    /// What stands before an `=`, `back` tokens before.
    pub(super) fn assigned(&self, back: usize) -> Option<Target> {
        let several = self.several(back);
        if several > 1 {
            let name = self.word_at(back + 2 * several - 1)?;
            return Some(Target::of(name, Context::Variable));
        }
        match self.back(back + 1)?.kind {
            Kind::Close => self.indexed(back + 1),
            Kind::Sign => self.typed(back + 1),
            Kind::Word => self.typed(back + 1).or_else(|| self.named(back + 1)),
            Kind::Text | Kind::Symbol => self.key(back + 1).map(Target::entry),
            Kind::Assign
            | Kind::Colon
            | Kind::Arrow
            | Kind::Compare
            | Kind::Fallback
            | Kind::Dot
            | Kind::Comma
            | Kind::Open
            | Kind::Dash
            | Kind::Line => None,
        }
    }

    /// A variable or an attribute whose name is `back` tokens before.
    fn named(&self, back: usize) -> Option<Target> {
        let mut name = self.word_at(back)?;
        let first = self.word_at(back + 1);
        // `password string =` of Go, `password As String =` of Basic.
        match (self.dialect, first) {
            (Dialect::Go, Some(first)) if !matches!(self.str(first), "var" | "const") => {
                name = first;
            }
            (Dialect::Basic, Some(first)) if self.str(first).eq_ignore_ascii_case("as") => {
                name = self.word_at(back + 2)?;
            }
            _ => {}
        }
        let receiver = (self.kind(back + 1) == Some(Kind::Dot)).then(|| self.word_at(back + 2));
        let (around, context) = match receiver {
            Some(receiver) => (receiver, Context::Attribute),
            None if self.call().is_some() => (self.call(), Context::Argument),
            None => (None, Context::Variable),
        };
        Some(Target {
            name,
            around,
            context,
        })
    }

    /// The name before a type: `password: String?`.
    fn typed(&self, back: usize) -> Option<Target> {
        let before = matches!(
            self.dialect,
            Dialect::C
                | Dialect::CSharp
                | Dialect::Java
                | Dialect::Go
                | Dialect::Php
                | Dialect::Ruby
                | Dialect::Perl
                | Dialect::Sql
                | Dialect::PowerShell
                | Dialect::Elixir
                | Dialect::Dart
                | Dialect::Groovy
        );
        if before {
            return None;
        }
        for distance in back..back + LOOKBACK {
            match self.kind(distance)? {
                Kind::Colon => {
                    let name = self.word_at(distance + 1)?;
                    let is_label = calls::is_keyword(self.str(name));
                    let context = if self.call().is_some() {
                        Context::Parameter
                    } else {
                        Context::Variable
                    };
                    return (!is_label).then_some(Target {
                        name,
                        around: None,
                        context,
                    });
                }
                Kind::Word | Kind::Dot | Kind::Sign => {}
                Kind::Open | Kind::Close => {
                    let bracket = self.back(distance).map(|it| self.str(it.span));
                    if !matches!(bracket, Some("[" | "]")) {
                        return None;
                    }
                }
                Kind::Text
                | Kind::Symbol
                | Kind::Assign
                | Kind::Arrow
                | Kind::Compare
                | Kind::Fallback
                | Kind::Comma
                | Kind::Dash
                | Kind::Line => return None,
            }
        }
        None
    }

    /// The key in the brackets that end `back` tokens before, or the array before them.
    fn indexed(&self, back: usize) -> Option<Target> {
        if self.kind(back + 1) == Some(Kind::Open) {
            return self.named(back + 2);
        }
        let key = self.key(back + 1)?;
        if self.kind(back + 2) != Some(Kind::Open) {
            return None;
        }
        if self.str(key).starts_with(|it: char| it.is_ascii_digit()) {
            return self.named(back + 3);
        }
        Some(Target::entry(key))
    }

    /// The key before a colon, unless that is a part of `a ? b : c`.
    pub(super) fn keyed(&self, back: usize) -> Option<Target> {
        let name = self.key(back + 1)?;
        let before = self.back(back + 2).map(|it| self.str(it.span));
        if before == Some("?") || calls::is_keyword(self.str(name)) {
            return None;
        }
        Some(Target {
            name,
            around: self.call(),
            context: if self.call().is_some() {
                Context::Argument
            } else {
                Context::Entry
            },
        })
    }

    /// What a text is compared with, which ends `back` tokens before.
    pub(super) fn compared(&self, back: usize) -> Option<Target> {
        let is_indexed =
            self.kind(back) == Some(Kind::Close) && self.kind(back + 2) == Some(Kind::Open);
        let name = if is_indexed {
            self.key(back + 1)
        } else {
            self.word_at(back)
        };
        name.map(|name| Target::of(name, Context::Comparison))
    }

    /// What the whole expression is assigned to, of which a text is the last resort.
    pub(super) fn fallen_back(&self, back: usize) -> Option<Target> {
        for distance in back + 1..back + MEMORY / 2 {
            match self.kind(distance)? {
                Kind::Line => return None,
                Kind::Assign => {
                    let target = self.assigned(distance)?;
                    return Some(Target::of(target.name, Context::Fallback));
                }
                Kind::Arrow | Kind::Colon => {
                    let name = self.key(distance + 1)?;
                    return Some(Target::of(name, Context::Fallback));
                }
                Kind::Word
                | Kind::Text
                | Kind::Symbol
                | Kind::Compare
                | Kind::Fallback
                | Kind::Dot
                | Kind::Comma
                | Kind::Open
                | Kind::Close
                | Kind::Dash
                | Kind::Sign => {}
            }
        }
        None
    }

    /// What a wrapped text is assigned to; the function ends `back` tokens before.
    pub(super) fn wrapped(&self, back: usize) -> Option<Target> {
        // The bracket of the wrapper, and others before it.
        let mut levels = 1_usize;
        for distance in back + 1..back + LOOKBACK {
            let target = match self.kind(distance)? {
                Kind::Assign => self.assigned(distance),
                Kind::Colon => self.keyed(distance),
                Kind::Arrow => self.key(distance + 1).map(Target::entry),
                Kind::Open => {
                    levels += 1;
                    continue;
                }
                Kind::Close => {
                    levels = levels.saturating_sub(1);
                    continue;
                }
                Kind::Word | Kind::Dot | Kind::Sign => continue,
                Kind::Text
                | Kind::Symbol
                | Kind::Compare
                | Kind::Fallback
                | Kind::Comma
                | Kind::Dash
                | Kind::Line => None,
            };
            return target.map(|it| self.outside(it, levels));
        }
        None
    }

    /// The target as it is outside of the `levels` innermost brackets.
    fn outside(&self, target: Target, levels: usize) -> Target {
        if target.context != Context::Argument {
            return target;
        }
        match self.call_outside(levels) {
            Some(callee) => Target {
                around: Some(callee),
                ..target
            },
            None => Target::of(target.name, Context::Variable),
        }
    }
}
