//! The parts of a pattern: expressions, checks, globs.

use regex_syntax::ast::ErrorKind;
use regex_syntax::hir::Hir;

use super::{Compiler, Trust};
use crate::pattern::Check;
use crate::pattern::Expression;
use crate::pattern::PatternError;
use crate::pattern::SEE_DOCS;
use crate::pattern::globs;
use crate::pattern::globs::Globs;
use crate::pattern::needle;
use crate::pattern::syntax;
use crate::pattern::syntax::Placed;

/// The most entropy a character of eight bits can have.
const MAX_ENTROPY: f64 = 8.0;

/// The advice for what takes more than linear time elsewhere.
const LINEAR: &str = "expressions run in linear time, which leaves no room for look-around and \
                      back-references; say what must not match with `except` or a check `reject`";

/// The advice for what asks for characters where there are bytes.
const BYTES: &str = "expressions work on bytes: `\\w` and `.` mean ASCII, and a class holds no \
                     other characters; write `(?:ä|ö)` for `[äö]`";

impl Compiler<'_> {
    pub(super) fn optional(
        &self,
        written: Option<&Placed<String>>,
    ) -> Result<Option<Expression>, PatternError> {
        written.map(|it| self.opaque(it)).transpose()
    }

    /// An expression of which nothing needs to be known; a trusted one is not even parsed.
    pub(super) fn opaque(&self, written: &Placed<String>) -> Result<Expression, PatternError> {
        match self.trust {
            Trust::BuiltIn => Ok(Expression::new(&written.value)),
            Trust::Foreign => self.expression(written).map(|(it, _)| it),
        }
    }

    pub(super) fn expression(
        &self,
        written: &Placed<String>,
    ) -> Result<(Expression, Hir), PatternError> {
        let hir = needle::parse(&written.value).map_err(|it| self.bad_expression(written, &it))?;
        if hir.properties().minimum_len().is_none() {
            return Err(self.script.mistake_at(
                written,
                "the expression matches nothing",
                "a class in it has no members",
            ));
        }
        let expression = Expression::new(&written.value);
        if self.trust == Trust::Foreign && !expression.is_sound() {
            return Err(self.script.mistake_at(
                written,
                "the expression is too large",
                "repetitions with large counts multiply; make them smaller",
            ));
        }
        Ok((expression, hir))
    }

    fn bad_expression(
        &self,
        written: &Placed<String>,
        error: &regex_syntax::Error,
    ) -> PatternError {
        let (span, message, help) = match error {
            regex_syntax::Error::Parse(it) => {
                let unsupported = matches!(
                    it.kind(),
                    ErrorKind::UnsupportedLookAround | ErrorKind::UnsupportedBackreference
                );
                let help = if unsupported { LINEAR } else { SEE_DOCS };
                (Some(*it.span()), it.kind().to_string(), help)
            }
            regex_syntax::Error::Translate(it) => (Some(*it.span()), it.kind().to_string(), BYTES),
            _ => (None, error.to_string(), SEE_DOCS),
        };
        let place = span.map_or_else(
            || self.script.place(written.referenced),
            |it| {
                let part = it.start.offset..it.end.offset;
                self.script.place_in(written, part)
            },
        );
        self.script
            .mistake(place, format!("the expression is wrong: {message}"), help)
    }

    pub(super) fn checks(
        &self,
        written: &[Placed<syntax::Check>],
    ) -> Result<Vec<Check>, PatternError> {
        written.iter().map(|it| self.check(it)).collect()
    }

    fn check(&self, written: &Placed<syntax::Check>) -> Result<Check, PatternError> {
        Ok(match &written.value {
            syntax::Check::Entropy { min } => Check::Entropy(self.entropy(written, *min)?),
            syntax::Check::Length { min, max } => {
                let (min, max) = (min.unwrap_or(0), max.unwrap_or(usize::MAX));
                if min > max {
                    return Err(self.script.mistake_at(
                        written,
                        "no value has such a length",
                        "`min` is more than `max`",
                    ));
                }
                Check::Length { min, max }
            }
            syntax::Check::Charset(it) => Check::Charset(*it),
            syntax::Check::Checksum(it) => Check::Checksum(*it),
            syntax::Check::NotPlaceholder => Check::NotPlaceholder,
            syntax::Check::Placeholder => Check::Placeholder,
            syntax::Check::Random => Check::Random,
            syntax::Check::Reject(it) => Check::Reject(self.opaque(it)?),
            syntax::Check::Likely { min, name } => Check::Likely {
                percent: self.percent(written, *min)?,
                name: name.clone().unwrap_or_default(),
            },
        })
    }

    /// Hundredths of bits for each character.
    fn entropy(&self, written: &Placed<syntax::Check>, bits: f64) -> Result<u16, PatternError> {
        hundredths(bits, MAX_ENTROPY).ok_or_else(|| {
            self.script.mistake_at(
                written,
                "no value has such an entropy",
                "entropy is counted in bits for each character, from 0 to 8",
            )
        })
    }

    /// Hundredths of a probability.
    fn percent(
        &self,
        written: &Placed<syntax::Check>,
        probability: f64,
    ) -> Result<u16, PatternError> {
        hundredths(probability, 1.0).ok_or_else(|| {
            self.script.mistake_at(
                written,
                "nothing has such a probability",
                "a probability lies between 0 and 1",
            )
        })
    }

    pub(super) fn globs(&self, written: &[Placed<String>]) -> Result<Globs, PatternError> {
        if self.trust == Trust::Foreign {
            for it in written {
                globs::compile(&it.value).map_err(|err| self.bad_glob(it, &err))?;
            }
        }
        Ok(Globs::new(
            written.iter().map(|it| it.value.clone()).collect(),
        ))
    }

    fn bad_glob(&self, written: &Placed<String>, error: &globset::Error) -> PatternError {
        self.script.mistake_at(
            written,
            format!("the glob is wrong: {}", error.kind()),
            "`*` stands for anything but `/`, `**/` for any folders, `{a,b}` for either",
        )
    }
}

/// `number` in hundredths, when it lies between 0 and `most`, which is at most 8.
fn hundredths(number: f64, most: f64) -> Option<u16> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 800"
    )]
    let hundredths = (number * 100.0).round() as u16;
    (0.0..=most).contains(&number).then_some(hundredths)
}
