//! Settings of Spring.

use super::DataKind;
use super::site::Site;

/// Spring fills in variables, and knows a variable for every key.
pub(super) fn advise(site: &Site<'_>) -> (DataKind, String, Option<String>) {
    let variable = variable(site).unwrap_or_else(|| site.variable.clone());
    let text = format!(
        "Let Spring fill in the value from the environment; it stops where {variable} is not set."
    );
    let line = site
        .is_whole()
        .then(|| site.line_with(&format!("${{{variable}}}")));
    (DataKind::Spring, text, line.flatten())
}

/// The variable that Spring itself binds to the key: `SPRING_DATASOURCE_PASSWORD`.
fn variable(site: &Site<'_>) -> Option<String> {
    let binding = site.binding?;
    let mut words: Vec<&str> = binding.path.iter().map(String::as_str).collect();
    words.push(&binding.name);
    let name = words.join("_").replace('.', "_").replace('-', "");
    let plain = name
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'_');
    plain.then(|| name.to_ascii_uppercase())
}
