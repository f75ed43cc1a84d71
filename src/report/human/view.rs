//! The excerpt of a finding as miette reads it: with the numbers its lines have in the file.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::finding::Finding;
use crate::report::words;
use crate::text::Span;

/// More lines than this are not shown.
const MAX_LINES: usize = 8;

/// Columns that miette needs beside the code.
const GUTTER: usize = 12;

/// Code is not cut below this many characters.
const LEAST: usize = 40;

/// An excerpt, fit for a terminal of a certain width.
#[derive(Debug)]
pub(super) struct View {
    /// What to point at, in bytes of the text.
    pub(super) highlight: Span,
    path: String,
    text: String,
    /// The number of the first line, from zero.
    first_line: usize,
    /// Line and column that the finding starts at, from zero.
    start: (usize, usize),
}

impl View {
    /// Makes the excerpt of `finding` fit for `width` columns.
    pub(super) fn of(finding: &Finding<'_>, width: usize) -> Self {
        let (excerpt, location) = (&finding.excerpt, &finding.location);
        let before = excerpt.text.get(..excerpt.highlight.start).unwrap_or("");
        let line_of_highlight = before.matches('\n').count();
        let mut view = Self {
            highlight: Span::new(0, 0),
            path: words::plain(location.path.as_str()).into_owned(),
            text: String::new(),
            first_line: (location.start.line - 1).saturating_sub(line_of_highlight),
            start: (location.start.line - 1, location.start.char_column - 1),
        };
        // A secret of several lines is masked as one, so the numbers of later lines are lost.
        let lines = if location.start.line == location.end.line {
            MAX_LINES
        } else {
            (line_of_highlight + 1).min(MAX_LINES)
        };
        view.fill(&excerpt.text, excerpt.highlight, lines, width);
        view
    }

    /// Copies up to `lines` lines of `text`, each cut to `width`, and keeps sight of `target`.
    fn fill(&mut self, text: &str, target: Span, lines: usize, width: usize) {
        let room = width.saturating_sub(GUTTER).max(LEAST);
        let mut highlight: Option<Span> = None;
        let mut offset = 0;
        for (index, line) in text.split('\n').take(lines).enumerate() {
            if index > 0 {
                self.text.push('\n');
            }
            let kept = window(line, target.start.checked_sub(offset), room);
            if kept.start > 0 {
                self.text.push_str(words::ELLIPSIS);
            }
            let chars = line.char_indices().skip(kept.start).take(kept.len());
            for (at, c) in chars {
                let from = self.text.len();
                self.text.push(words::plain_char(c));
                if (target.start..target.end).contains(&(offset + at)) {
                    let start = highlight.map_or(from, |it| it.start);
                    highlight = Some(Span::new(start, self.text.len()));
                }
            }
            if line.chars().nth(kept.end).is_some() {
                self.text.push_str(words::ELLIPSIS);
            }
            offset += line.len() + 1;
        }
        self.highlight = highlight.unwrap_or(Span::new(0, 0));
    }
}

/// Which characters of a line are kept: all, or `room` of them, around the byte `focus`.
fn window(line: &str, focus: Option<usize>, room: usize) -> Range<usize> {
    let count = line.chars().count();
    if count <= room {
        return 0..count;
    }
    let focus = focus.filter(|it| *it < line.len()).unwrap_or(0);
    let before = line
        .char_indices()
        .take_while(|(at, _)| *at < focus)
        .count();
    let start = before.saturating_sub(room / 3).min(count - room);
    start..start + room
}

impl SourceCode for View {
    /// The whole text when context is asked for, else the place of the finding.
    ///
    /// miette draws the former and puts the latter above it.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (data, span, (line, column)) = if context_lines_before == 0 {
            let none: &[u8] = &[];
            (none, *span, self.start)
        } else {
            let all = SourceSpan::from((0, self.text.len()));
            (self.text.as_bytes(), all, (self.first_line, 0))
        };
        let count = self.text.split('\n').count();
        let path = self.path.clone();
        let contents = MietteSpanContents::new_named(path, data, span, line, column, count);
        Ok(Box::new(contents))
    }
}
