//! From drafts to the text of a file: edits, imports, the result.

mod read;

use std::collections::BTreeMap;

use super::draft::{Draft, ENCODE, Form, Helper, LAMBDA, PASSAGE_END, Piece};
use super::home::Home;
use super::import;
use super::pattern::{Pick, take_out};
use super::tidy;
use super::{Fix, Requires};
use crate::detect::Document;
use crate::lang::Obstacle;
use crate::lang::ReadForm;
use crate::text;
use crate::text::Edit;
use crate::text::Span;

/// A file with its fixes applied, in memory.
#[derive(Debug)]
pub(super) struct Assembly {
    /// One for each draft, in their order.
    pub(super) fixes: Vec<Fix>,
    pub(super) imports: Vec<Edit>,
    /// All edits, by position.
    pub(super) edits: Vec<Edit>,
    pub(super) after: String,
}

/// Why the drafts of a file cannot be put together.
#[derive(Debug)]
pub(super) enum Failure {
    /// The wrapper cannot be imported for them.
    Import(Obstacle),
    /// There are no edits for them, or none that fit together.
    Edits,
}

/// Puts `drafts` together to a new text of `document`.
pub(super) fn assemble(
    document: &Document<'_>,
    home: &Home,
    drafts: &[&Draft],
) -> Result<Assembly, Failure> {
    let uses: Vec<Span> = drafts
        .iter()
        .flat_map(|it| &it.pieces)
        .map(|it| it.span)
        .collect();
    let import = import::wrapper(document, home, &uses).map_err(Failure::Import)?;
    let mut imports = import.edits;
    let mut helpers = BTreeMap::new();
    let mut others = Vec::new();
    for (helper, places) in import::helped(drafts) {
        let request = import::for_helper(helper, &places);
        let known = import::imported(document, &request).map_err(Failure::Import)?;
        helpers.insert(helper, known.callee);
        for edit in known.edits {
            import::join(&mut others, edit);
        }
    }
    for edit in others {
        import::join_apart(&mut imports, edit);
    }
    let hand = Hand {
        document,
        home,
        callee: &import.callee,
        helpers,
    };
    let fixes: Option<Vec<Fix>> = drafts.iter().map(|it| hand.fix(it)).collect();
    let fixes = fixes.ok_or(Failure::Edits)?;
    tidy::add(document, home, &mut imports, &fixes).map_err(Failure::Import)?;
    let mut edits = imports.clone();
    edits.extend(fixes.iter().flat_map(|it| it.edits.iter().cloned()));
    edits.sort_by_key(|it| it.span);
    let after = text::apply(document.text, &edits).or(Err(Failure::Edits))?;
    Ok(Assembly {
        fixes,
        imports,
        edits,
        after,
    })
}

/// Writes the calls of one file.
struct Hand<'h> {
    document: &'h Document<'h>,
    home: &'h Home,
    /// What calls are written with.
    callee: &'h str,
    /// What calls of other functions are written with.
    helpers: BTreeMap<Helper, String>,
}

impl Hand<'_> {
    fn fix(&self, draft: &Draft) -> Option<Fix> {
        let mut edits = Vec::new();
        let mut patterns: BTreeMap<Span, Vec<Pick>> = BTreeMap::new();
        for piece in &draft.pieces {
            match self.pick(piece) {
                Some(pick) => patterns.entry(pick.statement).or_default().push(pick),
                None => edits.extend(self.piece(piece)?),
            }
        }
        for picks in patterns.values() {
            edits.extend(take_out(
                self.document.text,
                self.document.env_reads(),
                picks,
            )?);
        }
        edits.sort_by_key(|it| it.span);
        let first = draft.pieces.first()?;
        let captures = draft.pieces.iter().any(|it| it.capture.is_some());
        let title = match first.form {
            Form::Literal | Form::Field(_) | Form::Passage(_) => format!(
                "move the value to `{}` and read it through `{}`",
                first.name, self.home.template.symbol
            ),
            Form::Read(..) | Form::Strict(..) => format!(
                "read `{}` through `{}`",
                first.name, self.home.template.symbol
            ),
        };
        Some(Fix {
            findings: draft.findings.clone(),
            title,
            applicability: draft.applicability,
            requires: if captures {
                Requires::Capture
            } else {
                Requires::Nothing
            },
            edits,
            secret: first.name.clone(),
        })
    }

    /// What a key of a pattern with others is declared as.
    fn pick(&self, piece: &Piece) -> Option<Pick> {
        let Form::Read(form, variable) = &piece.form else {
            return None;
        };
        let ReadForm::Picked {
            local,
            default,
            part,
            declarator,
            statement,
        } = *form
        else {
            return None;
        };
        let default = default.and_then(|it| it.of(self.document.text));
        let quote = self.document.quote();
        let call = format!(
            "{}({quote}{}{quote}, {}{})",
            self.callee,
            piece.name,
            default.unwrap_or(self.home.template.absent),
            self.env(piece, variable)
        );
        Some(Pick {
            local,
            part,
            declarator,
            statement,
            call,
        })
    }

    /// The edits that make a call of one expression.
    fn piece(&self, piece: &Piece) -> Option<Vec<Edit>> {
        match &piece.form {
            Form::Literal => self.literal(piece),
            Form::Field(_) => self.field(piece),
            Form::Passage(quote) => self.passage(piece, *quote),
            Form::Read(form, variable) => self.read(piece, *form, &self.env(piece, variable)),
            Form::Strict(form, variable) => self.strict(piece, *form, &self.env(piece, variable)),
        }
    }

    fn literal(&self, piece: &Piece) -> Option<Vec<Edit>> {
        let call = self.call(piece)?;
        Some(vec![Edit::replace(piece.span, call)])
    }

    /// The default of a field, made for each object.
    fn field(&self, piece: &Piece) -> Option<Vec<Edit>> {
        let (helper, _) = piece.helper(piece.span)?;
        let maker = self.helpers.get(&helper)?;
        let call = self.call(piece)?;
        let call = format!("{maker}(default_factory={LAMBDA}{call})");
        Some(vec![Edit::replace(piece.span, call)])
    }

    /// A part of an address, in the encoding of addresses.
    fn passage(&self, piece: &Piece, quote: char) -> Option<Vec<Edit>> {
        let (helper, _) = piece.helper(piece.span)?;
        let encoder = self.helpers.get(&helper)?;
        let call = format!("{}({quote}{}{quote})", self.callee, piece.name);
        let part = format!("{{{encoder}({call}{PASSAGE_END}{quote}{quote})}}");
        Some(vec![Edit::replace(piece.span, part)])
    }

    /// The call in the place of a literal.
    fn call(&self, piece: &Piece) -> Option<String> {
        let written = piece.span.of(self.document.text)?;
        let prefix: &str = written.split(['\'', '"', '`']).next()?;
        let quote = match written.chars().find(|it| matches!(it, '\'' | '"' | '`'))? {
            '`' => self.document.quote(),
            own => own,
        };
        let call = format!("{}({quote}{}{quote}", self.callee, piece.name);
        Some(if prefix.contains(['b', 'B']) {
            format!("{call}){ENCODE}")
        } else {
            format!("{call}{})", self.plain(piece))
        })
    }
}
