//! Terraform.

use super::DataKind;
use super::site::Site;

/// A variable that is marked as sensitive, or a data source of a store.
pub(super) fn advise(site: &Site<'_>, kind: DataKind) -> (DataKind, String, Option<String>) {
    let name = site.secret.as_str().replace(['-', '/', '.'], "_");
    if kind == DataKind::TerraformValues {
        let own = site.binding.map_or(name, |it| it.name.clone());
        let text = format!(
            "Set `TF_VAR_{own}` in the environment of Terraform instead, keep this file out of \
             git, and mark the variable as `sensitive = true`."
        );
        return (kind, text, None);
    }
    let before = site.around(site.span).map_or("", |(before, _)| before);
    if before.trim_start().starts_with("default") {
        let text = "Take the default away, mark the variable as `sensitive = true`, and give the \
                    value through `TF_VAR_…` or a data source of a store."
            .to_owned();
        return (kind, text, site.fit("  sensitive = true".to_owned()));
    }
    let text = format!(
        "Declare `variable \"{name}\" {{ type = string, sensitive = true }}` on lines of its own \
         and give it through `TF_VAR_{name}`, or read a data source of a store. Either way the \
         state holds the value: keep it in a backend that encrypts it."
    );
    (kind, text, reference(site, &name))
}

/// The line with a reference to the variable, without the quotes of the value.
fn reference(site: &Site<'_>, name: &str) -> Option<String> {
    let value = site.binding.filter(|_| site.is_whole())?.value;
    let (before, after) = site.around(value)?;
    let (before, after) = (before.strip_suffix('"')?, after.strip_prefix('"')?);
    before
        .contains('=')
        .then(|| site.fit(format!("{before}var.{name}{after}")))?
}
