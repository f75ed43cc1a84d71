//! `.npmrc`.

use super::DataKind;
use super::site::Site;

/// npm fills in variables.
pub(super) fn advise(site: &Site<'_>) -> (DataKind, String, Option<String>) {
    let named = site
        .binding
        .is_some_and(|it| it.name.ends_with("_authToken"));
    let variable = if named { "NPM_TOKEN" } else { &site.variable };
    let text = format!(
        "Let npm fill in the value from {variable}; where it is not set, npm says so. What is only \
         yours belongs in `~/.npmrc`."
    );
    let line = site
        .is_whole()
        .then(|| site.line_with(&format!("${{{variable}}}")));
    (DataKind::Npm, text, line.flatten())
}
