//! What a fix does to a text, and what it leaves.

use std::fs;

use proptest::prelude::*;
use shield::fix::Applicability;
use shield::fix::FileFix;
use shield::lang::Language;
use shield::text::Edit;
use shield::text::Span;
use tree_sitter::{Parser, Tree};

use crate::generate::holding;
use crate::workshop::{Workshop, fixed};

/// Programs in one project; many at once, for a project takes time.
fn programs() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(holding(), 6)
}

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 100,
        ..ProptestConfig::with_cases(5)
    }
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    let grammar = Language::Python.grammar();
    parser.set_language(&grammar).expect("a grammar");
    parser.parse(text, None).expect("a tree")
}

/// Every edit of a file, by position.
fn edits(file: &FileFix) -> Vec<Edit> {
    let own = file.fixes.iter().flat_map(|it| &it.edits);
    let mut edits: Vec<Edit> = file.imports.iter().chain(own).cloned().collect();
    edits.sort_by_key(|it| it.span);
    edits
}

/// Where the edits are in the text after them.
fn written(edits: &[Edit]) -> Vec<Span> {
    let mut moved = 0_isize;
    let place = |edit: &Edit| {
        let start = edit.span.start.checked_add_signed(moved).expect("a place");
        moved += edit.content.len().cast_signed() - edit.span.len().cast_signed();
        Span::new(start, start + edit.content.len())
    };
    edits.iter().map(place).collect()
}

/// How many errors a tree has.
fn errors(tree: &Tree) -> usize {
    let count = |kind: &str, missing: bool| usize::from(kind == "ERROR" || missing);
    visit(tree, |kind, missing, _| count(kind, missing))
        .into_iter()
        .sum()
}

/// What `look` makes of every node, from the top down; it is told the kind, whether the node is
/// missing, and where it is, with the number of its children.
fn visit<T>(tree: &Tree, look: impl Fn(&str, bool, (Span, u32)) -> T) -> Vec<T> {
    let mut open = vec![tree.root_node()];
    let mut all = Vec::new();
    while let Some(node) = open.pop() {
        let place = (Span::from(node.byte_range()), node.child_count());
        all.push(look(node.kind(), node.is_missing(), place));
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        open.extend(children.into_iter().rev());
    }
    all
}

/// The words of a text with their kinds, without those at `spans`.
fn words(text: &str, spans: &[Span]) -> Vec<(String, String)> {
    let tree = parse(text);
    let is_at = |span: Span| {
        spans
            .iter()
            .any(|it| it.overlaps(span) || it.contains(span))
    };
    let all = visit(&tree, |kind, _, (span, children)| {
        let own = span.of(text).unwrap_or_default();
        let is_word = children == 0 && !span.is_empty() && !is_at(span);
        is_word.then(|| (kind.to_owned(), own.to_owned()))
    });
    all.into_iter().flatten().collect()
}

/// The kinds of the statements of a module, without imports.
fn statements(text: &str) -> Vec<String> {
    let tree = parse(text);
    let root = tree.root_node();
    let mut cursor = root.walk();
    let kinds = root.named_children(&mut cursor).map(|it| it.kind());
    let kinds = kinds.filter(|it| !it.starts_with("import_"));
    kinds.map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn i1_no_fix_brings_an_error_of_syntax(programs in programs()) {
        let workshop = Workshop::of(&programs).unwrap();
        let plan = workshop.plan(&workshop.scan().unwrap(), Applicability::Unsafe);
        for file in &plan.files {
            let before = fs::read_to_string(&file.file).unwrap();
            prop_assert!(errors(&parse(&file.after)) <= errors(&parse(&before)), "{}", file.after);
        }
    }

    #[test]
    fn i2_the_tree_outside_of_edits_stays_as_it_is(programs in programs()) {
        let workshop = Workshop::of(&programs).unwrap();
        let plan = workshop.plan(&workshop.scan().unwrap(), Applicability::Safe);
        prop_assert!(!plan.files.is_empty());
        for file in &plan.files {
            let before = fs::read_to_string(&file.file).unwrap();
            let edits = edits(file);
            let old: Vec<Span> = edits.iter().map(|it| it.span).collect();
            prop_assert_eq!(words(&before, &old), words(&file.after, &written(&edits)));
            prop_assert_eq!(statements(&before), statements(&file.after));
        }
    }

    #[test]
    fn i3_every_byte_outside_of_edits_stays_as_it_is(programs in programs()) {
        let workshop = Workshop::of(&programs).unwrap();
        let plan = workshop.plan(&workshop.scan().unwrap(), Applicability::Unsafe);
        for file in &plan.files {
            let before = fs::read_to_string(&file.file).unwrap();
            let edits = edits(file);
            let (mut rebuilt, mut done) = (String::new(), 0);
            for (edit, place) in edits.iter().zip(written(&edits)) {
                prop_assert_eq!(place.of(&file.after), Some(&*edit.content));
                rebuilt.push_str(Span::new(done, place.start).of(&file.after).unwrap());
                rebuilt.push_str(edit.span.of(&before).unwrap());
                done = place.end;
            }
            rebuilt.push_str(file.after.get(done..).unwrap());
            prop_assert_eq!(rebuilt, before);
        }
    }

    #[test]
    fn i4_and_i5_a_second_run_finds_nothing_to_do_and_nothing_new(programs in programs()) {
        let workshop = Workshop::of(&programs).unwrap();
        let findings = workshop.scan().unwrap();
        let plan = workshop.plan(&findings, Applicability::Safe);
        workshop.write(&plan).unwrap();
        let rest = workshop.scan().unwrap();
        let again = workshop.plan(&rest, Applicability::Safe);
        let texts: Vec<&str> = again.files.iter().map(|it| &*it.after).collect();
        prop_assert_eq!(texts, Vec::<&str>::new());
        prop_assert_eq!(rest.len(), findings.len() - fixed(&plan).len());
    }

    #[test]
    fn i11_to_undo_is_to_have_done_nothing(programs in programs()) {
        let workshop = Workshop::of(&programs).unwrap();
        let before = workshop.image().unwrap();
        let plan = workshop.plan(&workshop.scan().unwrap(), Applicability::Unsafe);
        workshop.write(&plan).unwrap();
        prop_assert!(workshop.image().unwrap() != before);
        workshop.undo().unwrap();
        prop_assert!(workshop.image().unwrap() == before);
    }
}
