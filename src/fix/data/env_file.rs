//! `.env` files.

use super::DataKind;
use super::site::Site;

/// Git must not have it; a machine may.
pub(super) fn advise(site: &Site<'_>, kind: DataKind) -> (DataKind, String, Option<String>) {
    let (path, variable) = (site.page.path, &site.variable);
    let text = if kind == DataKind::EnvFileTracked {
        format!(
            "Git has the value, and everyone who has the history. Replace it where it was issued, \
             leave {variable} empty here, and keep values in a file that git ignores: \
             `git rm --cached {path}` and a line in `.gitignore`."
        )
    } else {
        format!(
            "Keep the file out of git; code that asks `get_secret(\"{}\")` needs no line here on \
             the machines of developers.",
            site.secret
        )
    };
    let line = (kind == DataKind::EnvFileTracked).then(|| site.line_with(""));
    (kind, text, line.flatten())
}
