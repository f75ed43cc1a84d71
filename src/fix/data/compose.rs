//! Compose files.

use super::DataKind;
use super::site::Site;
use super::site::is_variable;
use crate::text::Span;

/// Images that hold data behind a password.
const DATABASES: [&str; 16] = [
    "clickhouse",
    "cockroach",
    "couchdb",
    "elasticsearch",
    "influxdb",
    "keycloak",
    "mariadb",
    "minio",
    "mongo",
    "mssql",
    "mysql",
    "neo4j",
    "postg",
    "rabbitmq",
    "redis",
    "timescale",
];

/// A variable without a default, so that nothing starts without it.
pub(super) fn advise(site: &Site<'_>) -> (DataKind, String, Option<String>) {
    let variable = &site.variable;
    let together = format!(
        "Use one variable for the password of the database and within every address that has it: \
         `${{{variable}:?set {variable}}}`. A database keeps the password it was made with, so \
         change it there first. Set {variable} in an `.env` file beside this one that git ignores."
    );
    if is_shared(site) {
        return (DataKind::ComposeDatabase, together, None);
    }
    let text = format!(
        "Let compose fill in the value, and stop where there is none. Set {variable} in the \
         environment that compose runs in, or in an `.env` file beside this one that git ignores."
    );
    let line = is_own(site).then(|| site.line_with(&format!("${{{variable}:?set {variable}}}")));
    (DataKind::Compose, text, line.flatten())
}

/// Whether the value is a whole entry of `environment` of a service, written in a block.
fn is_own(site: &Site<'_>) -> bool {
    let Some(binding) = site.binding else {
        return false;
    };
    let in_block = site.around(binding.value).is_some_and(|(before, _)| {
        let key = before.trim_start();
        !key.contains(['{', '[', '&', '*']) && (key.contains(':') || key.contains('='))
    });
    let placed = matches!(&*binding.path, [services, _, environment]
        if services == "services" && environment == "environment");
    site.is_whole() && placed && in_block && is_variable(&binding.name)
}

/// Whether the value is that of a database, or stands in the file more than once.
fn is_shared(site: &Site<'_>) -> bool {
    let text = site.page.text;
    let value = site.span.of(text).unwrap_or("");
    let again = !value.is_empty() && text.matches(value).nth(1).is_some();
    // An address that holds the password of another entry.
    let mut others = site.page.spans.iter().filter(|it| !it.overlaps(site.span));
    let holds = others.any(|it| {
        let other = it.of(text).unwrap_or("");
        !other.is_empty() && value.contains(other)
    });
    again || holds || service(site).is_some_and(|it| is_database(it.of(text).unwrap_or("")))
}

/// Whether a service runs an image of a database.
fn is_database(service: &str) -> bool {
    let mut lines = service.lines().map(str::trim_start);
    let image = lines.find_map(|it| it.strip_prefix("image:"));
    image.is_some_and(|it| DATABASES.iter().any(|name| it.contains(name)))
}

/// The lines of the service that holds the value.
fn service(site: &Site<'_>) -> Option<Span> {
    let [services, name, ..] = &*site.binding?.path else {
        return None;
    };
    if services != "services" {
        return None;
    }
    let text = site.page.text;
    let before = text.get(..site.span.start)?;
    let head = |line: &str| {
        let key = line.trim().trim_matches(['"', '\'']);
        key.strip_suffix(':').map(|it| it.trim_matches(['"', '\''])) == Some(name.as_str())
    };
    let mut start = 0;
    let mut found = None;
    for line in before.split_inclusive('\n') {
        if head(line) {
            let indent = line.len() - line.trim_start().len();
            found = Some((start, start + line.len(), indent));
        }
        start += line.len();
    }
    let (first, mut end, indent) = found?;
    for line in text.get(end..)?.split_inclusive('\n') {
        let depth = line.len() - line.trim_start().len();
        if !line.trim().is_empty() && depth <= indent {
            break;
        }
        end += line.len();
    }
    Some(Span::new(first, end))
}
