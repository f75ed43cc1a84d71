//! Workflows and actions of GitHub.

use super::DataKind;
use super::site::Site;

/// A secret of the repository.
pub(super) fn advise(site: &Site<'_>) -> (DataKind, String, Option<String>) {
    let variable = &site.variable;
    let name = site.page.path.file_name().unwrap_or("");
    if name.starts_with("action.") {
        let text = format!(
            "An action has no secrets of its own: make it an input, and let the workflow that \
             calls it pass `${{{{ secrets.{variable} }}}}`."
        );
        return (DataKind::Workflow, text, None);
    }
    let text = format!(
        "Store the value with `gh secret set {variable}`, or in the settings of the repository, \
         and refer to it."
    );
    // In a script the value would become part of the text of the script.
    let assigned = site.binding.is_some_and(|it| {
        let inner = it.path.last().map_or("", String::as_str);
        matches!(inner, "env" | "with" | "secrets" | "credentials")
    });
    let reference = format!("${{{{ secrets.{variable} }}}}");
    let line = (assigned && site.is_whole()).then(|| site.line_with(&reference));
    (DataKind::Workflow, text, line.flatten())
}
