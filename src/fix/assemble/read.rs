//! The calls in the places of reads.

use super::Hand;
use crate::fix::draft::{Form, Piece};
use crate::lang::ReadDefault;
use crate::lang::ReadForm;
use crate::text::Edit;
use crate::text::Span;

impl Hand<'_> {
    /// A read that does what it did before.
    pub(super) fn read(&self, piece: &Piece, form: ReadForm, env: &str) -> Option<Vec<Edit>> {
        let template = self.home.template;
        match form {
            ReadForm::Subscript { key } => self.subscript(piece, key, env),
            ReadForm::Call {
                callee,
                key,
                default,
            } => {
                let mut edits = self.called(piece, callee, key);
                match default {
                    ReadDefault::Absent => {
                        let absent = format!(", {}{}{env}", template.default, template.absent);
                        edits.push(Edit::insert(key.end, absent));
                    }
                    ReadDefault::Positional(value) => {
                        edits.push(Edit::insert(value.start, template.default));
                        edits.push(Edit::insert(value.end, env));
                    }
                    ReadDefault::Keyword(value) => edits.push(Edit::insert(value.end, env)),
                }
                edits.retain(|it| !it.span.is_empty() || !it.content.is_empty());
                Some(edits)
            }
            // The test before it has shown that there is a value.
            ReadForm::Guarded => self.strict(piece, form, env),
            ReadForm::Member => {
                let quote = self.document.quote();
                let call = format!(
                    "{}({quote}{}{quote}, {}{env}){}",
                    self.callee,
                    piece.name,
                    template.absent,
                    self.sure(piece)
                );
                Some(vec![Edit::replace(piece.span, call)])
            }
            ReadForm::Destructured { .. } => self.destructured(piece, form, env),
            // All keys of a pattern are taken out together.
            ReadForm::Picked { .. } => None,
            ReadForm::Presence { .. } => self.presence(piece, form, env),
        }
    }

    /// `const { X: name = "d" } = process.env`: a declaration of the one name.
    fn destructured(&self, piece: &Piece, form: ReadForm, env: &str) -> Option<Vec<Edit>> {
        let ReadForm::Destructured {
            local,
            default,
            declarator,
        } = form
        else {
            return None;
        };
        let quote = self.document.quote();
        let head = format!(" = {}({quote}{}{quote}, ", self.callee, piece.name);
        let before = Span::new(declarator.start, local.start);
        let mut edits = vec![Edit::replace(before, "")];
        if let Some(value) = default {
            let between = Span::new(local.end, value.start);
            let after = Span::new(value.end, declarator.end);
            edits.push(Edit::replace(between, head));
            edits.push(Edit::replace(after, format!("{env})")));
        } else {
            let after = Span::new(local.end, declarator.end);
            let (absent, sure) = (self.home.template.absent, self.sure(piece));
            edits.push(Edit::replace(after, format!("{head}{absent}{env}){sure}")));
        }
        Some(edits)
    }

    /// `"X" in os.environ`: the call, and the question whether there is something.
    fn presence(&self, piece: &Piece, form: ReadForm, env: &str) -> Option<Vec<Edit>> {
        let ReadForm::Presence { key, negated } = form else {
            return None;
        };
        let [there, missing] = self.home.template.presence;
        let question = if negated { missing } else { there };
        let template = self.home.template;
        let call = format!(
            "{}({}, {}{}{env}) {question}",
            self.callee,
            self.name(piece, key),
            template.default,
            template.absent,
        );
        Some(vec![Edit::replace(piece.span, call)])
    }

    /// A call that asks the wrapper, and asks it for the name.
    fn called(&self, piece: &Piece, callee: Span, key: Span) -> Vec<Edit> {
        vec![
            Edit::replace(callee, self.callee),
            Edit::replace(key, self.name(piece, key)),
        ]
    }

    /// A read without its default: what is missing is an error.
    pub(super) fn strict(&self, piece: &Piece, form: ReadForm, env: &str) -> Option<Vec<Edit>> {
        match form {
            ReadForm::Call {
                callee,
                key,
                default,
            } => {
                let mut edits = self.called(piece, callee, key);
                let end = match default {
                    ReadDefault::Absent => key.end,
                    ReadDefault::Positional(value) | ReadDefault::Keyword(value) => value.end,
                };
                edits.push(Edit::replace(Span::new(key.end, end), env));
                edits.retain(|it| !it.span.is_empty() || !it.content.is_empty());
                // What follows the call, `or "d"`, goes.
                let closing = Span::new(end, piece.span.end)
                    .of(self.document.text)?
                    .find(')')?;
                let rest = Span::new(end + closing + 1, piece.span.end);
                if !rest.is_empty() {
                    edits.push(Edit::replace(rest, ""));
                }
                Some(edits)
            }
            ReadForm::Member | ReadForm::Guarded => {
                let quote = self.document.quote();
                let call = format!("{}({quote}{}{quote}{env})", self.callee, piece.name);
                Some(vec![Edit::replace(piece.span, call)])
            }
            ReadForm::Subscript { .. }
            | ReadForm::Destructured { .. }
            | ReadForm::Picked { .. }
            | ReadForm::Presence { .. } => None,
        }
    }

    /// `os.environ["X"]`: the brackets become those of a call.
    fn subscript(&self, piece: &Piece, key: Span, env: &str) -> Option<Vec<Edit>> {
        let head = Span::new(piece.span.start, key.start).of(self.document.text)?;
        let bracket = head.find('[')?;
        let object = head.get(..bracket)?.trim_end().len();
        let start = piece.span.start;
        let closing = Span::new(piece.span.end.checked_sub(1)?, piece.span.end);
        if closing.of(self.document.text) != Some("]") {
            return None;
        }
        let mut edits = vec![
            Edit::replace(Span::new(start, start + object), self.callee),
            Edit::replace(Span::new(start + bracket, start + bracket + 1), "("),
            Edit::replace(key, self.name(piece, key) + env),
            Edit::replace(closing, ")"),
        ];
        edits.sort_by_key(|it| it.span);
        Some(edits)
    }

    /// What follows a call in the place of a read that the types say is always a text.
    pub(super) fn sure(&self, piece: &Piece) -> &'static str {
        let variable = piece.variable().unwrap_or_default();
        let rest = self
            .document
            .text
            .get(piece.span.end..)
            .unwrap_or("")
            .trim_start();
        let is_compared = rest.starts_with("!=");
        let handled = ["??", "||", "!"].iter().any(|it| rest.starts_with(it));
        if self.home.texts.contains(variable) && (is_compared || !handled) {
            "!"
        } else {
            ""
        }
    }

    /// The name of the secret, in the quotes of the `key` that it replaces.
    fn name(&self, piece: &Piece, key: Span) -> String {
        let written = key.of(self.document.text).unwrap_or_default();
        let own = written.chars().find(|it| matches!(it, '\'' | '"'));
        let quote = own.unwrap_or_else(|| self.document.quote());
        format!("{quote}{}{quote}", piece.name)
    }

    /// The arguments for a variable that does not follow from the name, and for a plain text, each
    /// with the comma before it.
    pub(super) fn env(&self, piece: &Piece, variable: &str) -> String {
        if piece.name.variable() == variable {
            return self.plain(piece);
        }
        let key = match &piece.form {
            Form::Read(
                ReadForm::Subscript { key }
                | ReadForm::Call { key, .. }
                | ReadForm::Presence { key, .. },
                _,
            )
            | Form::Strict(ReadForm::Subscript { key } | ReadForm::Call { key, .. }, _) => {
                key.of(self.document.text).unwrap_or_default()
            }
            Form::Literal
            | Form::Field(_)
            | Form::Passage(_)
            | Form::Read(..)
            | Form::Strict(..) => "",
        };
        let own = key.chars().find(|it| matches!(it, '\'' | '"'));
        let quote = own.unwrap_or_else(|| self.document.quote());
        let variable = self.home.template.variable(variable, quote);
        format!(", {variable}{}", self.plain(piece))
    }

    /// The argument for a plain text, with the comma before it, where it takes one.
    pub(super) fn plain(&self, piece: &Piece) -> String {
        let read = piece.read();
        let is_asked = matches!(read, Some(ReadForm::Presence { .. }));
        let before = self.document.text.get(..piece.span.start).unwrap_or("");
        let copied = before.strip_suffix("str(");
        let is_word = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.');
        // What `str` and an f-string make of a text is a plain one.
        let is_copied = copied.is_some_and(|it| !it.ends_with(is_word)) || before.ends_with('{');
        if self.home.is_plain && !is_asked && !is_copied {
            format!(", {}", self.home.template.plain)
        } else {
            String::new()
        }
    }
}
