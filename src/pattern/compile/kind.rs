//! The ways of detection: what each needs, and the needles it is found by.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use regex_syntax::hir::{Hir, HirKind};

use super::{Compiler, Trust};
use crate::lang::Family;
use crate::pattern::CallShape;
use crate::pattern::Check;
use crate::pattern::Expression;
use crate::pattern::Matcher;
use crate::pattern::Needle;
use crate::pattern::Outline;
use crate::pattern::PatternError;
use crate::pattern::SEE_DOCS;
use crate::pattern::needle;
use crate::pattern::needle::LEAST;
use crate::pattern::needle::Words;
use crate::pattern::packed::Known;
use crate::pattern::query;
use crate::pattern::syntax;
use crate::pattern::syntax::LanguageFamily;
use crate::pattern::syntax::Placed;

/// The group that holds the value.
const SECRET: &str = "secret";

/// A way of detection, ready to run.
pub(super) struct Way {
    pub(super) matcher: Matcher,
    pub(super) checks: Vec<Check>,
    pub(super) needles: Vec<Needle>,
}

/// Captures, each with what its text must look like.
type Conditions = Vec<(String, Expression)>;

impl Compiler<'_> {
    pub(super) fn literal(
        &self,
        literal: &syntax::Literal,
        known: Option<Known>,
    ) -> Result<Way, PatternError> {
        let (regex, known) = match known {
            Some(known) => (Expression::new(&literal.regex.value), known),
            None => self.searched(literal)?,
        };
        let matcher = Matcher::Literal {
            regex: regex.holding(known.words),
            outline: known.outline,
            roles: literal.roles.clone(),
        };
        Ok(Way {
            matcher,
            checks: self.checks(&literal.checks)?,
            needles: known.needles,
        })
    }

    pub(super) fn assignment(
        &self,
        assignment: &syntax::Assignment,
        known: Option<Known>,
    ) -> Result<Way, PatternError> {
        let (name, needles) = self.name(&assignment.name, known)?;
        let matcher = Matcher::Assignment {
            name,
            except: self.optional(assignment.except.as_ref())?,
            value: self.optional(assignment.regex.as_ref())?,
            mentions: assignment.mentions,
        };
        Ok(Way {
            matcher,
            checks: self.checks(&assignment.checks)?,
            needles,
        })
    }

    pub(super) fn env_read(
        &self,
        read: &syntax::EnvRead,
        known: Option<Known>,
    ) -> Result<Way, PatternError> {
        let (name, needles) = self.name(&read.name, known)?;
        let family = |it: &LanguageFamily| match it {
            LanguageFamily::Python => Family::Python,
            LanguageFamily::Ecmascript => Family::EcmaScript,
        };
        let matcher = Matcher::EnvRead {
            name,
            except: self.optional(read.except.as_ref())?,
            families: read.languages.iter().map(family).collect(),
        };
        Ok(Way {
            matcher,
            checks: Vec::new(),
            needles,
        })
    }

    pub(super) fn argument(
        &self,
        argument: &syntax::Argument,
        point: &Placed<syntax::Point>,
    ) -> Result<Way, PatternError> {
        let mut calls = Vec::with_capacity(argument.calls.len());
        let mut words = BTreeSet::new();
        for written in &argument.calls {
            let call = CallShape::parse(&written.value).ok_or_else(|| -> PatternError {
                self.script.mistake_at(
                    written,
                    "this is no call",
                    "write the function and what it takes, with one `@` for the value: \
                     `Driver.connect(_, _, @)`",
                )
            })?;
            words.extend(CallShape::words(&written.value));
            calls.push(call);
        }
        if calls.is_empty() {
            return Err(self
                .script
                .mistake_at(point, "the point has no calls", SEE_DOCS));
        }
        let needles = if !argument.keywords.is_empty() {
            self.keywords(&argument.keywords)?
        } else if words.iter().all(|it| it.len() >= LEAST) {
            words.iter().map(|it| Needle::keyword(it)).collect()
        } else {
            return Err(self.script.mistake_at(
                point,
                "the name of a function is too short to be looked for",
                "nearly every text holds it; give `keywords`, of which a text must hold one",
            ));
        };
        Ok(Way {
            matcher: Matcher::Argument {
                calls,
                apart: !argument.keywords.is_empty(),
            },
            checks: self.checks(&argument.checks)?,
            needles,
        })
    }

    pub(super) fn query(
        &self,
        query: &syntax::Query,
        point: &Placed<syntax::Point>,
    ) -> Result<Way, PatternError> {
        if self.trust == Trust::Foreign {
            query::verify_query(self.script, query)?;
        }
        let matcher = Matcher::Query {
            shapes: query::shapes(&query.shapes),
            conditions: self.conditions(&query.conditions)?,
        };
        let needles = self.required_keywords(&query.keywords, point)?;
        Ok(Way {
            matcher,
            checks: self.checks(&query.checks)?,
            needles,
        })
    }

    pub(super) fn absence(
        &self,
        absence: &syntax::Absence,
        point: &Placed<syntax::Point>,
    ) -> Result<Way, PatternError> {
        if self.trust == Trust::Foreign {
            query::verify_absence(self.script, absence)?;
        }
        let matcher = Matcher::Absence {
            anchor: query::shapes(&absence.anchor),
            require: query::shapes(&absence.require),
            conditions: self.conditions(&absence.conditions)?,
        };
        Ok(Way {
            matcher,
            checks: Vec::new(),
            needles: self.required_keywords(&absence.keywords, point)?,
        })
    }

    fn conditions(
        &self,
        written: &BTreeMap<String, Placed<String>>,
    ) -> Result<Conditions, PatternError> {
        let compiled = written
            .iter()
            .map(|(capture, it)| Ok((capture.clone(), self.opaque(it)?)));
        compiled.collect()
    }

    fn keywords(&self, written: &[Placed<String>]) -> Result<Vec<Needle>, PatternError> {
        let keyword = |it: &Placed<String>| {
            if it.value.len() < LEAST {
                return Err(self.script.mistake_at(
                    it,
                    "the keyword is too short",
                    "nearly every text holds it; three bytes are the least, four or more are good",
                ));
            }
            Ok(Needle::keyword(&it.value))
        };
        written.iter().map(keyword).collect()
    }

    fn required_keywords(
        &self,
        written: &[Placed<String>],
        point: &Placed<syntax::Point>,
    ) -> Result<Vec<Needle>, PatternError> {
        if written.is_empty() {
            return Err(self.script.mistake_at(
                point,
                "a point with a query needs keywords",
                "without words that a text must hold every file would have to be parsed",
            ));
        }
        self.keywords(written)
    }

    /// Compiles an expression for values, with what is to be known of it.
    fn searched(&self, literal: &syntax::Literal) -> Result<(Expression, Known), PatternError> {
        let (regex, hir) = self.expression(&literal.regex)?;
        if !has_group(&hir, SECRET) {
            return Err(self.script.mistake_at(
                &literal.regex,
                "the expression needs a group named `secret`",
                "put the value between `(?<secret>` and `)`",
            ));
        }
        let keywords = self.keywords(&literal.keywords)?;
        let needles = needle::of_value(&hir, keywords).ok_or_else(|| -> PatternError {
            self.script.mistake_at(
                &literal.regex,
                "every text would have to be searched for this expression",
                "it has no part of three fixed characters or more; give `keywords`, of which \
                 every text that is searched must hold one",
            )
        })?;
        let known = Known {
            needles,
            words: Words::of(&hir),
            outline: Outline::of(&hir),
        };
        Ok((regex, known))
    }

    /// Compiles an expression for names, with its needles, unless those are known.
    fn name(
        &self,
        written: &Placed<String>,
        known: Option<Known>,
    ) -> Result<(Expression, Vec<Needle>), PatternError> {
        if let Some(known) = known {
            let expression = Expression::new(&written.value);
            return Ok((expression.holding(known.words), known.needles));
        }
        let (expression, hir) = self.expression(written)?;
        let needles = needle::of_name(&hir).ok_or_else(|| -> PatternError {
            self.script.mistake_at(
                written,
                "every name would have to be compared with this expression",
                "each name it matches must hold a fixed part of three characters or more",
            )
        })?;
        Ok((expression.holding(Words::of_name(&hir)), needles))
    }
}

/// Whether an expression has a group of this name.
fn has_group(hir: &Hir, name: &str) -> bool {
    let mut rest = vec![hir];
    while let Some(part) = rest.pop() {
        if let HirKind::Capture(it) = part.kind()
            && it.name.as_deref() == Some(name)
        {
            return true;
        }
        rest.extend(part.kind().subs());
    }
    false
}
