//! `shield: allow` comments.
//!
//! `shield: allow` behind the code allows every finding on its line; alone on a line it allows
//! those on the next. `shield: allow[id, id] reason` allows only findings of these patterns.

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

/// Why the finding of `pattern` at `span` does not count, if a comment says so.
pub(super) fn allowed(
    document: &Document<'_>,
    pattern: &Pattern,
    span: Span,
) -> Option<Suppression> {
    let lines = document.lines();
    let first = lines.line_at(span.start);
    let last = lines.line_at(span.end.max(span.start + 1) - 1);
    let same = [first, last].into_iter().find_map(|it| {
        let comment = Comment::on(document, it)?;
        (comment.target == Target::SameLine && comment.names(pattern)).then_some(comment)
    });
    let before = || {
        let comment = Comment::on(document, first.checked_sub(1)?)?;
        (comment.target == Target::NextLine && comment.names(pattern)).then_some(comment)
    };
    let comment = same.or_else(before)?;
    Some(Suppression::Comment {
        reason: comment.reason,
    })
}

/// An allow-comment.
#[derive(Debug, PartialEq, Eq)]
struct Comment {
    target: Target,
    ids: Vec<String>,
    reason: Option<String>,
}

/// The line whose findings a comment allows.
#[derive(Debug, PartialEq, Eq)]
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
        let called = |it: &String| {
            it == pattern.id()
                || pattern.file.formerly.contains(it)
                || pattern.file.aliases.contains(it)
        };
        self.ids.is_empty() || self.ids.iter().any(called)
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
