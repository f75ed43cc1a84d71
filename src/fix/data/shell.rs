//! Scripts of shells.

use super::DataKind;
use super::site::Site;
use super::site::is_variable;

/// A variable of the environment, without which the script stops.
pub(super) fn advise(site: &Site<'_>) -> (DataKind, String, Option<String>) {
    let variable = &site.variable;
    let text = format!(
        "Let the script stop where {variable} is not set: `: \"${{{variable}:?set {variable}}}\"`. \
         Give it the value through its environment, from a store or from a file that git ignores."
    );
    let name = site
        .page
        .path
        .file_name()
        .unwrap_or("")
        .to_ascii_lowercase();
    let is_script = !matches!(&*name, "makefile" | "gnumakefile" | "justfile");
    let assigned = site.binding.is_some_and(|it| is_variable(&it.name));
    let line = || {
        let value = site.binding?.value;
        let (before, after) = site.around(value)?;
        let (quoted, single) = (before.ends_with('"'), before.ends_with('\''));
        let head = before.trim_end_matches(['"', '\'']);
        let indent = head.len() - head.trim_start().len();
        let words = head.trim_start();
        let plain = [variable.as_str(), &format!("export {variable}")]
            .iter()
            .any(|it| words.strip_suffix('=') == Some(it));
        let rest = after.trim_start_matches(['"', '\'']);
        let whole = rest.is_empty() && (quoted || single) != after.is_empty();
        let indent = " ".repeat(indent);
        let written = format!("{indent}{words}\"${{{variable}:?set {variable}}}\"");
        (plain && whole).then(|| site.fit(written)).flatten()
    };
    let line = (is_script && assigned && site.is_whole()).then(line);
    (DataKind::Shell, text, line.flatten())
}
