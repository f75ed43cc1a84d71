//! Looks at a result before anything is written: is it what was meant, and nothing else?

use std::collections::BTreeSet;

use tree_sitter::{Node, Tree, TreeCursor};

use super::Applicability;
use super::assemble::Assembly;
use super::draft::{self, Draft, Piece};
use super::home::Home;
use super::import::{callee, for_helper, request};
use crate::detect::Detector;
use crate::detect::Document;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Subject;
use crate::lang::ReadForm;
use crate::lang::Syntax;
use crate::source::SourceRef;
use crate::text::Edit;
use crate::text::Span;

/// What a result is measured by.
pub(super) struct Bench<'b, 'p> {
    pub(super) detector: &'b Detector<'p>,
    pub(super) at: &'b SourceRef,
    pub(super) home: &'b Home,
    pub(super) least: Applicability,
    /// Everything that was found in the file before.
    pub(super) findings: &'b [Finding<'p>],
    /// The findings for which there was no draft, for a reason within the file.
    pub(super) refused: &'b BTreeSet<Fingerprint>,
}

/// Whether a result is what was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    /// These drafts are to blame, by their number.
    Blame(Vec<usize>),
    /// Something is wrong, and nobody knows whose fault it is.
    Bad,
}

/// Judges `assembly`, made of `drafts` for the file `before`.
pub(super) fn verify(
    bench: &Bench<'_, '_>,
    before: &Document<'_>,
    drafts: &[&Draft],
    assembly: &Assembly,
) -> Verdict {
    let after = Document::new(&assembly.after, Syntax::of_path(&bench.at.path));
    let (Some((language, tree)), Some((_, old))) = (after.tree(), before.tree()) else {
        return Verdict::Bad;
    };
    let shift = Shift::new(&assembly.edits);
    let left = Half {
        text: before.text,
        tree: old,
    };
    let right = Half {
        text: after.text,
        tree,
    };
    if errors(tree) > errors(old) || !same_outside(&left, &right, drafts, assembly) {
        return Verdict::Bad;
    }
    let root = tree.root_node();
    let uses: Vec<Span> = drafts
        .iter()
        .flat_map(|it| &it.pieces)
        .map(|it| it.call(shift.piece(it), before.text, after.text))
        .collect();
    let wanted = request(bench.home, &uses);
    let lost = |draft: &Draft| {
        let pieces = draft.pieces.iter();
        pieces.clone().any(|it| {
            let written = shift.piece(it);
            let site = it.call(written, before.text, after.text);
            let around = it.helper(written);
            let helped = around.is_none_or(|(helper, outer)| {
                let own = for_helper(helper, std::slice::from_ref(&outer));
                language.reaches_import(root, after.text, outer, &own)
            });
            !helped || !language.reaches_import(root, after.text, site, &wanted)
        })
    };
    let blamed: Vec<usize> = numbers(drafts, lost);
    if !blamed.is_empty() {
        return Verdict::Blame(blamed);
    }
    rescan(bench, &after, drafts, &shift)
}

/// Scans the result: what was fixed is gone, nothing is new, and there is nothing left to do.
fn rescan(
    bench: &Bench<'_, '_>,
    after: &Document<'_>,
    drafts: &[&Draft],
    shift: &Shift,
) -> Verdict {
    let found = bench.detector.scan_document(after, bench.at);
    let fixed: BTreeSet<Fingerprint> = drafts.iter().flat_map(|it| it.findings.clone()).collect();
    let is_left = |it: &&Finding<'_>| !fixed.contains(&it.fingerprint);
    let place = |it: &Finding<'_>| shift.span(it.location.span);
    let before = || bench.findings.iter().flat_map(Finding::secret_parts);
    let kept = || before().filter(is_left);
    let known = Cover::new(kept().map(place).collect());
    let sites = |draft: &Draft| -> BTreeSet<Span> {
        let sites = draft.sites.iter();
        sites.map(|it| shift.span(*it)).collect()
    };
    let edited = Cover::new(drafts.iter().flat_map(|it| sites(it)).collect());
    let surprises = |it: &&Finding<'_>| {
        let span = it.location.span;
        let moved = known.touches(span) && !edited.touches(span);
        !matches!(it.subject, Subject::Absence) && !moved && !known.spans.contains(&span)
    };
    let now = || found.findings.iter().flat_map(Finding::secret_parts);
    let fresh = now().filter(surprises);
    let fresh = Cover::new(fresh.map(|it| it.location.span).collect());
    if !fresh.spans.is_empty() {
        let blamed = numbers(drafts, |it| {
            sites(it).into_iter().any(|it| fresh.touches(it))
        });
        return if blamed.is_empty() {
            Verdict::Bad
        } else {
            Verdict::Blame(blamed)
        };
    }
    let refused = kept().filter(|it| bench.refused.contains(&it.fingerprint));
    let refused = Cover::new(refused.map(place).collect());
    let again: Vec<&Finding<'_>> = now()
        .filter(|it| refused.spans.contains(&it.location.span))
        .collect();
    if again.is_empty() {
        return Verdict::Good;
    }
    let callee = callee(after, bench.home);
    let more = draft::draft(after, &again, bench.least, callee.as_deref());
    if more.made.iter().any(|it| it.applicability >= bench.least) {
        return Verdict::Bad;
    }
    Verdict::Good
}

/// Spans that may overlap, and a quick answer whether one of them is somewhere.
struct Cover {
    spans: BTreeSet<Span>,
    /// Where each span starts, and where those up to it end at last.
    reach: Vec<(usize, usize)>,
}

impl Cover {
    fn new(spans: BTreeSet<Span>) -> Self {
        let mut last = 0;
        let reach = spans.iter().map(|it| {
            last = last.max(it.end);
            (it.start, last)
        });
        Self {
            reach: reach.collect(),
            spans,
        }
    }

    /// Whether one of the spans shares a byte with `span`.
    fn touches(&self, span: Span) -> bool {
        let after = self.reach.partition_point(|(start, _)| *start < span.end);
        let before = after.checked_sub(1).and_then(|it| self.reach.get(it));
        before.is_some_and(|(_, end)| *end > span.start)
    }
}

/// The numbers of the drafts for which `test` holds.
fn numbers(drafts: &[&Draft], test: impl Fn(&Draft) -> bool) -> Vec<usize> {
    let all = drafts.iter().enumerate();
    all.filter(|(_, it)| test(it)).map(|(it, _)| it).collect()
}

/// Where the bytes of a text are after edits.
pub(super) struct Shift {
    /// The end of each edit, and how far what follows it has moved, by position.
    moved: Vec<(usize, isize)>,
}

impl Shift {
    /// `edits` are sorted and do not overlap.
    pub(super) fn new(edits: &[Edit]) -> Self {
        let mut by = 0_isize;
        let moved = edits.iter().map(|it| {
            by += it.content.len().cast_signed() - it.span.len().cast_signed();
            (it.span.end, by)
        });
        Self {
            moved: moved.collect(),
        }
    }

    /// Where a piece is; a call ends where it did, whatever was put behind it.
    fn piece(&self, piece: &Piece) -> Span {
        let span = self.span(piece.span);
        let is_call = matches!(piece.read(), Some(ReadForm::Call { .. }));
        if !is_call {
            return span;
        }
        let own = piece.span.end;
        let before = self.moved.partition_point(|(end, _)| *end < own);
        let by = before.checked_sub(1).and_then(|it| self.moved.get(it));
        let end = own.saturating_add_signed(by.map_or(0, |(_, by)| *by));
        Span::new(span.start, end.max(span.start))
    }

    /// Where a span is whose ends no edit covers.
    pub(super) fn span(&self, span: Span) -> Span {
        Span::new(self.offset(span.start), self.offset(span.end))
    }

    fn offset(&self, offset: usize) -> usize {
        let after = self.moved.partition_point(|(end, _)| *end <= offset);
        let by = after.checked_sub(1).and_then(|it| self.moved.get(it));
        offset.saturating_add_signed(by.map_or(0, |(_, by)| *by))
    }
}

/// How many errors a tree has.
pub(super) fn errors(tree: &Tree) -> usize {
    if !tree.root_node().has_error() {
        return 0;
    }
    let mut walk = Walk::new(tree, Vec::new());
    let mut count = 0;
    while let Some(node) = walk.next_node() {
        count += usize::from(node.is_error() || node.is_missing());
    }
    count
}

/// Whether the edits of `assembly` have added comments to `before` and changed no code.
pub(super) fn same_code(before: &Document<'_>, after: &Document<'_>, assembly: &Assembly) -> bool {
    let (Some((_, old)), Some((_, new))) = (before.tree(), after.tree()) else {
        return false;
    };
    let left = Half {
        text: before.text,
        tree: old,
    };
    let right = Half {
        text: after.text,
        tree: new,
    };
    errors(new) <= errors(old) && same_outside(&left, &right, &[], assembly)
}

/// A text and its tree, before or after.
struct Half<'h> {
    text: &'h str,
    tree: &'h Tree,
}

/// Whether two trees have the same nodes, in the same order and with the same texts, outside of
/// what was edited.
fn same_outside(
    before: &Half<'_>,
    after: &Half<'_>,
    drafts: &[&Draft],
    assembly: &Assembly,
) -> bool {
    let shift = Shift::new(&assembly.edits);
    let mut edited: Vec<Span> = drafts.iter().flat_map(|it| it.sites.clone()).collect();
    let mut written: Vec<Span> = edited.iter().map(|it| shift.span(*it)).collect();
    for import in &assembly.imports {
        let end = shift.offset(import.span.end);
        edited.push(import.span);
        written.push(Span::new(end.saturating_sub(import.content.len()), end));
    }
    let mut left = Walk::new(before.tree, edited);
    let mut right = Walk::new(after.tree, written);
    loop {
        match (left.next_node(), right.next_node()) {
            (None, None) => return true,
            (Some(a), Some(b)) if same((before.text, a), (after.text, b)) => {}
            (_, _) => return false,
        }
    }
}

/// Whether two nodes are of one kind and, when they have no parts, of one text.
fn same((before, a): (&str, Node<'_>), (after, b): (&str, Node<'_>)) -> bool {
    let is_leaf = a.child_count() == 0;
    let text = |node: Node<'_>| Span::from(node.byte_range());
    a.kind_id() == b.kind_id()
        && is_leaf == (b.child_count() == 0)
        && (!is_leaf || text(a).of(before) == text(b).of(after))
}

/// Visits the nodes of a tree from the top down and from left to right, except those inside some
/// spans and those that have no text and miss none.
struct Walk<'t> {
    cursor: TreeCursor<'t>,
    /// The spans, sorted.
    except: Vec<Span>,
    state: State,
}

/// Where a walk goes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// To the node under the cursor.
    Here,
    /// To what the node under the cursor consists of.
    Down,
    /// To what comes after the node under the cursor.
    Along,
    Done,
}

impl<'t> Walk<'t> {
    fn new(tree: &'t Tree, mut except: Vec<Span>) -> Self {
        except.sort_unstable();
        Self {
            cursor: tree.walk(),
            except,
            state: State::Here,
        }
    }

    fn next_node(&mut self) -> Option<Node<'t>> {
        loop {
            match self.state {
                State::Done => return None,
                State::Here => {
                    let node = self.cursor.node();
                    let span = Span::from(node.byte_range());
                    let has_text = !span.is_empty() || node.is_missing();
                    if has_text && !self.is_excepted(span) {
                        self.state = State::Down;
                        return Some(node);
                    }
                    self.state = State::Along;
                }
                State::Down => {
                    self.state = if self.cursor.goto_first_child() {
                        State::Here
                    } else {
                        State::Along
                    };
                }
                State::Along => self.advance(),
            }
        }
    }

    fn advance(&mut self) {
        loop {
            if self.cursor.goto_next_sibling() {
                self.state = State::Here;
                return;
            }
            if !self.cursor.goto_parent() {
                self.state = State::Done;
                return;
            }
        }
    }

    /// Whether a node lies inside one of the spans.
    fn is_excepted(&self, span: Span) -> bool {
        let after = self.except.partition_point(|it| it.start <= span.start);
        let nearest = after.checked_sub(1).and_then(|it| self.except.get(it));
        nearest.is_some_and(|it| it.contains(span))
    }
}

#[cfg(test)]
pub(super) mod tests;
