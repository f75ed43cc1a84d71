//! `shield: allow` comments.
//!
//! `shield: allow` behind the code allows every finding on its line; alone on a line it allows
//! those on the next. `shield: allow[id, id] reason` allows only findings of these patterns.

use std::collections::BTreeMap;

use super::document::Document;
use crate::finding::Suppression;
use crate::lang::Syntax;
use crate::pattern::Pattern;
use crate::text::Role;
use crate::text::Span;

/// What opens the comment's message.
const MARKER: &str = "shield: allow";

/// What may follow the marker to say which line is meant.
const NEXT_LINE: &str = "-next-line";

/// What opens a comment in one language or another.
const LEADERS: [&str; 9] = ["#", "//", "/*", "*", "--", "<!--", ";", "%", "REM"];

/// What may close a comment on the same line.
const CLOSERS: [&str; 3] = ["*/", "-->", "%}"];

/// Every allow-comment of a text, by line.
#[derive(Debug)]
pub(super) struct Comments(BTreeMap<usize, Comment>);

impl Comments {
    /// Finds them.
    pub(super) fn of(document: &Document<'_>) -> Self {
        let mut comments = BTreeMap::new();
        let text = document.text.as_bytes();
        let mut done = 0;
        while let Some(rest) = text.get(done..)
            && let Some(at) = memchr::memmem::find(rest, MARKER.as_bytes())
        {
            let line = document.lines().line_at(done + at);
            if let Some(comment) = Comment::on(document, line) {
                comments.insert(line, comment);
            }
            let end = document.lines().span(document.text, line);
            done = end
                .map_or(text.len(), |it| it.end)
                .max(done + at + MARKER.len());
        }
        Self(comments)
    }

    /// Why the finding of `pattern` at `span` does not count, if one of them says so.
    pub(super) fn allow(
        &self,
        document: &Document<'_>,
        pattern: &Pattern,
        span: Span,
    ) -> Option<Suppression> {
        if self.0.is_empty() {
            return None;
        }
        let first = document.lines().line_at(span.start);
        let last = document.lines().line_at(span.end.max(span.start + 1) - 1);
        let at = |line: usize, target: Target| {
            let comment = self.0.get(&line)?;
            (comment.target == target && comment.names(pattern)).then_some(comment)
        };
        let comment = at(first, Target::SameLine)
            .or_else(|| at(last, Target::SameLine))
            .or_else(|| at(first.checked_sub(1)?, Target::NextLine))?;
        Some(Suppression::Comment {
            reason: comment.reason.clone(),
        })
    }
}

/// An allow-comment.
#[derive(Debug, PartialEq, Eq)]
struct Comment {
    target: Target,
    ids: Vec<String>,
    reason: Option<String>,
}

/// The line whose findings a comment allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    SameLine,
    NextLine,
}

impl Comment {
    /// The allow-comment on a line.
    fn on(document: &Document<'_>, line: usize) -> Option<Self> {
        let span = document.lines().span(document.text, line)?;
        let text = span.of(document.text)?;
        let at = memchr::memmem::find(text.as_bytes(), MARKER.as_bytes())?;
        let marker = Span::new(span.start + at, span.start + at + MARKER.len());
        let before = text.get(..at)?.trim();
        if !is_comment(document, marker, before) {
            return None;
        }
        let rest = text.get(at + MARKER.len()..)?;
        let (explicit, rest) = match rest.strip_prefix(NEXT_LINE) {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let (ids, reason) = message(rest)?;
        let alone = LEADERS.contains(&before);
        Some(Self {
            target: if explicit || alone {
                Target::NextLine
            } else {
                Target::SameLine
            },
            ids,
            reason,
        })
    }

    /// Whether it allows findings of `pattern`.
    fn names(&self, pattern: &Pattern) -> bool {
        self.ids.is_empty() || self.ids.iter().any(|it| pattern.is_called(it))
    }
}

/// What a comment says behind its marker: the ids and the reason.
type Message = (Vec<String>, Option<String>);

/// Whether the marker stands in a comment; `before` is what stands before it on its line.
fn is_comment(document: &Document<'_>, marker: Span, before: &str) -> bool {
    match document.syntax {
        Syntax::Tree(_) if document.tree().is_some() => document.role(marker) == Role::Comment,
        Syntax::Tree(_) | Syntax::Data(_) | Syntax::Lexed(_) | Syntax::Plain => {
            LEADERS.iter().any(|it| before.ends_with(it))
        }
    }
}

/// The ids between brackets and the reason after them; `None` when the brackets stay open or
/// the marker goes on as another word.
fn message(rest: &str) -> Option<Message> {
    let (ids, reason) = if let Some(list) = rest.strip_prefix('[') {
        let (ids, reason) = list.split_once(']')?;
        let ids = ids.split(',').map(|it| it.trim().to_owned()).collect();
        (ids, reason)
    } else if rest.starts_with(|it: char| it.is_alphanumeric() || it == '-') {
        return None;
    } else {
        (Vec::new(), rest)
    };
    let mut reason = reason.trim();
    for closer in CLOSERS {
        reason = reason.strip_suffix(closer).unwrap_or(reason).trim_end();
    }
    let reason = reason.trim_start_matches([':', '-', ' ', '\u{2013}', '\u{2014}']);
    Some((ids, (!reason.is_empty()).then(|| reason.to_owned())))
}
