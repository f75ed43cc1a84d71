//! From a pattern file to a pattern.

mod kind;
mod part;
#[cfg(test)]
mod tests;
mod together;

use std::iter;

use self::kind::Way;
use super::packed::Known;
use super::packed::Packed;
use super::syntax::{self, PatternFile, Placed};
use super::tail::Tail;
use super::{Pattern, PatternError, Point};
use crate::risk::AttackVector;
use crate::risk::Level;
use crate::risk::RiskAssessment;
use crate::risk::Scope;
use crate::yaml::Script;

/// How far a file is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Its expressions and queries are compiled when they are first used; tests compile all.
    BuiltIn,
    /// Everything is compiled at once, so that mistakes come to light.
    Foreign,
}

/// Reads and compiles the pattern file of a user.
pub(super) fn compile(script: &Script) -> Result<Pattern, PatternError> {
    let trust = Trust::Foreign;
    let mut file: PatternFile = script.parse()?;
    let prose = Box::new(file.take_prose());
    let text = script.text().to_owned();
    let tail = Tail::Read { text, prose };
    Compiler { script, trust }.pattern(file, vec![], tail)
}

/// Compiles a built-in pattern file, of which the expressions are known; `script` has no text.
pub(super) fn unpack(script: &Script, packed: Packed, tail: Tail) -> Result<Pattern, PatternError> {
    let trust = Trust::BuiltIn;
    Compiler { script, trust }.pattern(packed.file, packed.known, tail)
}

struct Compiler<'s> {
    script: &'s Script,
    trust: Trust,
}

impl Compiler<'_> {
    /// Compiles a file; `known` is what is known of its expressions, point by point.
    fn pattern(
        &self,
        file: PatternFile,
        known: Vec<Known>,
        tail: Tail,
    ) -> Result<Pattern, PatternError> {
        self.head(&file)?;
        let known = known
            .into_iter()
            .map(Some)
            .chain(iter::repeat_with(|| None));
        let points = file
            .detect
            .iter()
            .zip(known)
            .map(|(it, known)| self.point(it, &file, known))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Pattern {
            together: self.together(&file)?,
            include: self.globs(&file.files.include)?,
            exclude: self.globs(&file.files.exclude)?,
            risk: file
                .risk_assessment
                .clone()
                .unwrap_or_else(|| risk_of(file.severity)),
            points,
            file,
            tail,
        })
    }

    /// Checks what does not belong to one point.
    fn head(&self, file: &PatternFile) -> Result<(), PatternError> {
        if file.schema.value != syntax::SCHEMA {
            return Err(self.script.mistake_at(
                &file.schema,
                format!("the format {} is not known", file.schema.value),
                format!("this version of shield reads `schema: {}`", syntax::SCHEMA),
            ));
        }
        if !file.id.value.split('/').all(is_name) {
            return Err(self.script.mistake_at(
                &file.id,
                "this cannot be an id",
                "an id has lower-case letters, digits and `-`, in parts joined by `/`: \
                 `acme/deploy-token`",
            ));
        }
        if file.detect.is_empty() {
            return Err(self.script.mistake_at(
                &file.id,
                "the pattern has no detection point",
                "list at least one point under `detect`",
            ));
        }
        for (index, point) in file.detect.iter().enumerate() {
            let others = file.detect.iter().take(index);
            if file.detect.len() > 1 && point.value.point.is_none() {
                return Err(self.script.mistake_at(
                    point,
                    "the point has no name",
                    "where there are several points, each has a `point:` of its own",
                ));
            }
            if others
                .map(|it| &it.value.point)
                .any(|it| *it == point.value.point)
            {
                return Err(self.script.mistake_at(
                    point,
                    "the point has the name of another one",
                    "the name of a point is a part of its id; choose a name of its own",
                ));
            }
        }
        Ok(())
    }

    fn point(
        &self,
        written: &Placed<syntax::Point>,
        file: &PatternFile,
        known: Option<Known>,
    ) -> Result<Point, PatternError> {
        let point = &written.value;
        if let Some(name) = point.point.as_ref().filter(|it| !is_name(it)) {
            return Err(self.script.mistake_at(
                written,
                format!("`{name}` cannot be the name of a point"),
                "a name has lower-case letters, digits and `-`",
            ));
        }
        let way = self.kind(written, known)?;
        Ok(Point {
            name: point.point.clone(),
            description: point.description.clone(),
            severity: point.severity.unwrap_or(file.severity),
            confidence: point.confidence.unwrap_or(file.confidence).into(),
            only_together: point.only_together || point.public,
            public: point.public,
            matcher: way.matcher,
            checks: way.checks,
            needles: way.needles,
            include: self.globs(&point.include)?,
        })
    }

    /// Compiles the one kind of detection that a point has.
    fn kind(
        &self,
        written: &Placed<syntax::Point>,
        known: Option<Known>,
    ) -> Result<Way, PatternError> {
        let point = &written.value;
        let kinds = [
            point.literal.is_some(),
            point.assignment.is_some(),
            point.env_read.is_some(),
            point.argument.is_some(),
            point.query.is_some(),
            point.absence.is_some(),
        ];
        let given = kinds.iter().filter(|it| **it).count();
        if given == 1 {
            if let Some(it) = &point.literal {
                return self.literal(it, known);
            }
            if let Some(it) = &point.assignment {
                return self.assignment(it, known);
            }
            if let Some(it) = &point.env_read {
                return self.env_read(it, known);
            }
            if let Some(it) = &point.argument {
                return self.argument(it, written);
            }
            if let Some(it) = &point.query {
                return self.query(it, written);
            }
            if let Some(it) = &point.absence {
                return self.absence(it, written);
            }
        }
        let message = if given == 0 {
            "the point does not say how to find anything"
        } else {
            "the point has more than one way to find something"
        };
        Err(self.script.mistake_at(
            written,
            message,
            "a point has exactly one of `literal`, `assignment`, `env_read`, `argument`, `query` and \
             `absence`",
        ))
    }
}

/// Whether `text` can be a part of an id: lower-case letters, digits and `-`.
pub(super) fn is_name(text: &str) -> bool {
    let allowed = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    !text.is_empty() && text.chars().all(allowed) && !text.starts_with('-')
}

/// What is assumed of a pattern that does not say what its findings mean.
fn risk_of(severity: Level) -> RiskAssessment {
    RiskAssessment {
        impact: severity,
        exploitability: Level::Medium,
        affected_scope: Scope::Service,
        attack_vectors: vec![AttackVector::SourceRead],
        labels: Vec::new(),
    }
}
