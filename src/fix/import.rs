//! How a file comes to know the wrapper, and the functions around its calls.

use std::collections::BTreeMap;

use memchr::memmem;

use super::draft::{Draft, Helper};
use super::home::Home;
use crate::detect::Document;
use crate::lang::Import;
use crate::lang::ImportRequest;
use crate::lang::ModuleKind;
use crate::lang::Obstacle;
use crate::lang::Owner;
use crate::text::Edit;
use crate::text::Span;

/// Makes the wrapper known to the file for calls at `uses`.
pub(super) fn wrapper(
    document: &Document<'_>,
    home: &Home,
    uses: &[Span],
) -> Result<Import, Obstacle> {
    imported(document, &request(home, uses))
}

/// Makes something known to the file.
pub(super) fn imported(
    document: &Document<'_>,
    request: &ImportRequest<'_>,
) -> Result<Import, Obstacle> {
    let (language, tree) = document.tree().ok_or(Obstacle::UnsupportedForm)?;
    language.import(tree.root_node(), document.text, request)
}

/// The functions around calls, and where those are.
pub(super) fn helped(drafts: &[&Draft]) -> BTreeMap<Helper, Vec<Span>> {
    let mut helped: BTreeMap<Helper, Vec<Span>> = BTreeMap::new();
    for piece in drafts.iter().flat_map(|it| &it.pieces) {
        if let Some((helper, _)) = piece.helper(piece.span) {
            helped.entry(helper).or_default().push(piece.span);
        }
    }
    helped
}

/// Adds the import of something that comes with the language, or is installed, to others of its
/// kind; two at one place become one edit.
pub(super) fn join(imports: &mut Vec<Edit>, edit: Edit) {
    put_above(imports, edit, 1);
}

/// Adds such an import to those of the wrapper, which an empty line parts from it.
pub(super) fn join_apart(imports: &mut Vec<Edit>, edit: Edit) {
    put_above(imports, edit, 2);
}

/// Puts `edit` above the one at its place, so many line endings apart.
fn put_above(imports: &mut Vec<Edit>, edit: Edit, endings: usize) {
    let same = |it: &&mut Edit| it.span == edit.span && edit.span.is_empty();
    let Some(other) = imports.iter_mut().find(same) else {
        imports.push(edit);
        return;
    };
    let lines = other.content.trim_start_matches(['\r', '\n']);
    let ending = if edit.content.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let first = edit.content.trim_end_matches(['\r', '\n']);
    other.content = format!("{first}{}{lines}", ending.repeat(endings));
}

/// What calls of the wrapper are written with, where it is known to the file already.
pub(super) fn callee(document: &Document<'_>, home: &Home) -> Option<String> {
    // Whatever makes it known names its module.
    memmem::find(document.text.as_bytes(), home.template.module.as_bytes())?;
    let import = wrapper(document, home, &[]).ok()?;
    import.edits.is_empty().then_some(import.callee)
}

/// What is imported into a file.
pub(super) fn request<'r>(home: &'r Home, uses: &'r [Span]) -> ImportRequest<'r> {
    ImportRequest {
        module: &home.module,
        symbol: home.template.symbol,
        alias: home.template.alias,
        module_kind: home.kind,
        uses,
        beside: &home.beside,
        owner: Owner::Project,
    }
}

/// How a function around calls is imported.
pub(super) fn for_helper(helper: Helper, uses: &[Span]) -> ImportRequest<'_> {
    ImportRequest {
        module: helper.module,
        symbol: helper.symbol,
        alias: helper.alias,
        module_kind: ModuleKind::Unknown,
        uses,
        beside: &[],
        owner: Owner::Others,
    }
}
