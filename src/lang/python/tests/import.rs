use std::sync::LazyLock;

use super::super::{env_reads, import, reaches_import};
use super::parse;
use crate::lang::Import;
use crate::lang::ImportRequest;
use crate::lang::ModuleKind;
use crate::lang::Obstacle;
use crate::lang::Owner;
use crate::text::Edit;
use crate::text::Span;
use crate::text::apply;

/// What lies beside the wrapper.
static BESIDE: LazyLock<Vec<String>> = LazyLock::new(|| vec!["shop".into(), "tasks".into()]);

pub(super) fn request<'a>(module: &'a str, uses: &'a [Span]) -> ImportRequest<'a> {
    ImportRequest {
        module,
        symbol: "get_secret",
        alias: "_shield_get_secret",
        module_kind: ModuleKind::Unknown,
        uses,
        beside: &BESIDE,
        owner: Owner::Project,
    }
}

/// Imports the wrapper for every read of the environment in `text`.
pub(super) fn import_into(text: &str, module: &str) -> Result<Import, Obstacle> {
    let tree = parse(text);
    let reads = env_reads(tree.root_node(), text);
    let uses: Vec<Span> = reads.iter().map(|it| it.expression).collect();
    assert!(!uses.is_empty(), "{text}");
    import(tree.root_node(), text, &request(module, &uses))
}

/// The text with the import and with calls in the place of the reads.
pub(super) fn fixed_with(text: &str, module: &str) -> String {
    let import = import_into(text, module).expect(text);
    let reads = env_reads(parse(text).root_node(), text);
    let calls = reads.iter().map(|it| {
        let call = format!("{}({:?})", import.callee, it.variable);
        Edit::replace(it.expression, call)
    });
    let edits: Vec<Edit> = calls.chain(import.edits.iter().cloned()).collect();
    let fixed = apply(text, &edits).unwrap();
    let tree = parse(&fixed);
    assert!(
        !tree.root_node().has_error() || parse(text).root_node().has_error(),
        "{fixed}"
    );
    for (start, _) in fixed.match_indices(&format!("{}(\"", import.callee)) {
        let site = Span::new(start, start + import.callee.len() + 5);
        let reached = reaches_import(tree.root_node(), &fixed, site, &request(module, &[]));
        assert!(reached, "{fixed}");
    }
    fixed
}

pub(super) fn check(table: &[(&str, &str)]) {
    for (before, after) in table {
        assert_eq!(fixed_with(before, "shield_secrets"), *after, "{before}");
    }
}
