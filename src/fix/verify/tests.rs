//! Each step of the verification is shown a result that only this step can refuse.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use camino::Utf8PathBuf;

use super::*;
use crate::fix::assemble::assemble;
use crate::fix::draft::Form;
use crate::fix::template::{Flavor, Template};
use crate::fix::tidy::Tidy;
use crate::lang::ModuleKind;
use crate::pattern;
use crate::pattern::PatternSet;
use crate::risk::FileClass;
use crate::source::MAX_FILE_SIZE;
use crate::source::Origin;
use crate::text;

/// The patterns of the golden cases.
static PATTERNS: LazyLock<PatternSet> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fixes/patterns");
    let mut options = pattern::Options::default();
    let builtin = PatternSet::load(&options).unwrap();
    options.disabled = builtin.iter().map(|it| it.id().to_owned()).collect();
    options.folders = vec![Utf8PathBuf::try_from(folder).unwrap()];
    PatternSet::load(&options).unwrap()
});

/// Two reads, and a line that has nothing to do with them.
pub(in crate::fix) const TWO: &str =
    "import os\n\nK = os.environ[\"K_SECRET\"]\nJ = os.environ[\"J_SECRET\"]\nx = \"1\" + \"2\"\n";

/// Shows `work` everything that is drafted for `before`, and what results are measured by.
pub(in crate::fix) fn drafted<R>(
    before: &str,
    work: impl FnOnce(&Bench<'_, '_>, &Document<'_>, Vec<Draft>) -> R,
) -> R {
    let detector = Detector::new(&PATTERNS, MAX_FILE_SIZE);
    let at = SourceRef {
        path: "app.py".into(),
        file: PathBuf::from("/p/app.py"),
        class: FileClass::Code,
        archives: Vec::new(),
        origin: Origin::File,
    };
    let home = Home {
        template: Template::of(Flavor::Python),
        folder: PathBuf::from("/p"),
        module: "shield_secrets".to_owned(),
        beside: Vec::new(),
        kind: ModuleKind::Unknown,
        tidy: Tidy::Leave,
        texts: BTreeSet::new(),
        is_plain: false,
        listing: None,
    };
    let document = Document::new(before, Syntax::of_path(&at.path));
    let findings = detector.scan_document(&document, &at).findings;
    let all: Vec<&Finding<'_>> = findings.iter().collect();
    let least = Applicability::Safe;
    let drafts = draft::draft(&document, &all, least, None).made;
    let bench = Bench {
        detector: &detector,
        at: &at,
        home: &home,
        least,
        findings: &findings,
        refused: &BTreeSet::new(),
    };
    work(&bench, &document, drafts)
}

/// The same draft with its call in the place of `content`, a string and more in [`TWO`]: what no
/// drafter should come up with, and what can be put together all the same.
pub(in crate::fix) fn misplaced(draft: &Draft, content: &str) -> Draft {
    let start = TWO.find(content).unwrap();
    let place = Span::new(start, start + content.len());
    let mut wrong = draft.clone();
    wrong.sites = vec![place];
    for piece in &mut wrong.pieces {
        piece.span = place;
        piece.form = Form::Literal;
    }
    wrong
}

/// A verdict about the fix of `before`, of which only the first `made` findings are fixed, after
/// `spoil` has had its way with the result.
fn verdict(before: &str, made: usize, spoil: impl Fn(&mut Assembly)) -> Verdict {
    drafted(before, |bench, document, drafts| {
        let (made, left) = drafts.split_at(made);
        let made: Vec<&Draft> = made.iter().collect();
        // What was drafted and is left has no draft, as far as the step knows.
        let refused = left.iter().flat_map(|it| it.findings.clone()).collect();
        let mut assembly = assemble(document, bench.home, &made).unwrap();
        spoil(&mut assembly);
        assembly.edits.sort_by_key(|it| it.span);
        assembly.after = text::apply(before, &assembly.edits).unwrap();
        let bench = Bench {
            refused: &refused,
            ..*bench
        };
        verify(&bench, document, &made, &assembly)
    })
}

const READ: &str = "import os\n\nK = os.environ[\"K_SECRET\"]\nx = 1\n";

/// Writes something else in the place of the read of [`READ`].
fn instead(assembly: &mut Assembly, content: &str) {
    let start = READ.find("os.environ").unwrap();
    let end = READ.find("\nx").unwrap();
    assembly.edits.retain(|it| it.span.start < start);
    let edit = Edit::replace(Span::new(start, end), content);
    assembly.edits.push(edit);
}

#[test]
fn what_was_meant_is_good() {
    assert_eq!(verdict(READ, 1, |_| {}), Verdict::Good);
}

#[test]
fn an_error_of_syntax_is_bad() {
    let broken = |it: &mut Assembly| instead(it, "get_secret(\"k-secret\" 1)");
    assert_eq!(verdict(READ, 1, broken), Verdict::Bad);
}

#[test]
fn a_change_next_to_the_fix_is_bad() {
    let end = READ.len();
    let other = |it: &mut Assembly| {
        let edit = Edit::replace(Span::new(end - 2, end - 1), "2");
        it.edits.push(edit);
    };
    assert_eq!(verdict(READ, 1, other), Verdict::Bad);
}

#[test]
fn a_call_of_something_else_is_blamed() {
    let other = |it: &mut Assembly| instead(it, "get_other(\"k-secret\")");
    assert_eq!(verdict(READ, 1, other), Verdict::Blame(vec![0]));
}

#[test]
fn an_import_after_the_call_is_blamed() {
    let end = READ.len();
    let late = |it: &mut Assembly| {
        for import in it.imports.iter_mut().chain(&mut it.edits) {
            if import.content.contains("import") {
                import.span = Span::new(end, end);
            }
        }
    };
    assert_eq!(verdict(READ, 1, late), Verdict::Blame(vec![0]));
}

#[test]
fn a_new_finding_is_blamed() {
    let marked = |it: &mut Assembly| instead(it, "get_secret(\"k\", default=\"rosebud_1941kane\")");
    assert_eq!(verdict(READ, 1, marked), Verdict::Blame(vec![0]));
}

#[test]
fn a_result_with_more_to_do_is_bad() {
    let two = "import os\n\nK = os.environ[\"K_SECRET\"]\nJ = os.environ[\"J_SECRET\"]\n";
    assert_eq!(verdict(two, 1, |_| {}), Verdict::Bad);
    assert_eq!(verdict(two, 2, |_| {}), Verdict::Good);
}

#[test]
fn a_function_around_the_call_that_is_not_imported_is_blamed() {
    let address = "import os\n\nU = f\"postgres://app:s3lemon@{h}/d\"\n";
    let bare = |it: &mut Assembly| {
        for import in it.imports.iter_mut().chain(&mut it.edits) {
            import.content = import.content.replace("urllib.parse", "html");
        }
    };
    assert_eq!(verdict(address, 1, |_| {}), Verdict::Good);
    assert_eq!(verdict(address, 1, bare), Verdict::Blame(vec![0]));
}
