//! Settings in `[tool.shield]` of `pyproject.toml`, for projects that keep theirs there.

use std::path::Path;
use std::sync::Arc;

use camino::Utf8PathBuf;
use miette::NamedSource;
use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as Unknown;
use toml_edit::Document;
use toml_edit::Item;
use toml_edit::TableLike;

use super::SettingsError;
use super::file::SCHEMA;
use super::file::SettingsFile;
use super::file::line;
use super::file::pattern_folder;
use crate::fix::Reach;
use crate::text::Span;

/// The name of the file.
pub(super) const FILE_NAME: &str = "pyproject.toml";

/// The table of the settings, as errors call it.
const TABLE: &str = "[tool.shield]";

/// The advice where nothing better is known.
const HELP: &str = "[tool.shield] may hold schema, patterns, disable, exclude, max_file_size, \
                    fail_on, level, code_only, guide and backend; see docs/settings.md";

/// Whether a file may hold settings. Files that never speak of shield are not parsed: how they
/// are broken is none of its business.
pub(super) fn speaks(content: &[u8]) -> bool {
    content.windows(6).any(|it| it == b"shield")
}

/// Reads the settings in `text`, the file in `root` that errors call `shown`; none without a
/// table of them.
pub(super) fn load(
    root: &Path,
    shown: &str,
    text: &str,
) -> Result<Option<SettingsFile>, SettingsError> {
    let text = text.trim_start_matches('\u{feff}');
    let page = Page { root, shown, text };
    let document = Document::parse(text).map_err(|it| {
        let span = it.span().map(|it| Span::new(it.start, it.end));
        page.mistake(span, it.message().to_owned())
    })?;
    let tool = document.get("tool").and_then(Item::as_table_like);
    let Some(item) = tool.and_then(|it| it.get("shield")) else {
        return Ok(None);
    };
    let Some(table) = item.as_table_like() else {
        return Err(page.wrong(item, "a table"));
    };
    page.read(item, table).map(Some)
}

/// The file that is read.
struct Page<'t> {
    root: &'t Path,
    shown: &'t str,
    text: &'t str,
}

impl Page<'_> {
    /// The settings in a table.
    fn read(&self, whole: &Item, table: &dyn TableLike) -> Result<SettingsFile, SettingsError> {
        let mut file = SettingsFile::default();
        if !table.contains_key("schema") {
            return Err(self.mistake(place(whole), format!("{TABLE} lacks `schema`")));
        }
        file.name = FILE_NAME;
        for (key, item) in table.iter() {
            let start = table.key(key).and_then(toml_edit::Key::span);
            let start = start.map_or(0, |it| it.start);
            file.lines.insert(key.to_owned(), line(self.text, start));
            match key {
                "schema" if item.as_integer() == Some(i64::from(SCHEMA)) => {}
                "schema" => {
                    let message = format!("this program reads `schema = {SCHEMA}`");
                    return Err(self.mistake(place(item), message));
                }
                "patterns" => file.pattern_folders = self.each(item, |it| self.folder(it))?,
                "disable" => file.disable = self.each(item, |it| self.string(it))?,
                "exclude" => file.exclude = self.each(item, |it| self.string(it))?,
                "max_file_size" => file.max_file_size = Some(self.size(item)?),
                "fail_on" => file.fail_on = Some(self.name(item)?),
                "level" => file.level = Some(self.name(item)?),
                "code_only" => file.beside.reach = self.flag(item)?.then_some(Reach::CodeOnly),
                "guide" => file.beside.guide = Some(self.name(item)?),
                "backend" => file.beside.backend = Some(self.name(item)?),
                unknown => {
                    let span = table.key(unknown).and_then(toml_edit::Key::span);
                    let span = span.map(|it| Span::new(it.start, it.end));
                    let message = format!("unknown field `{unknown}`");
                    return Err(self.mistake(span, message));
                }
            }
        }
        Ok(file)
    }

    /// Every entry of an array, as `read` takes it.
    fn each<T>(
        &self,
        item: &Item,
        read: impl Fn(&Item) -> Result<T, SettingsError>,
    ) -> Result<Vec<T>, SettingsError> {
        let Some(array) = item.as_array() else {
            return Err(self.wrong(item, "an array of strings"));
        };
        array
            .iter()
            .map(|it| read(&Item::Value(it.clone())))
            .collect()
    }

    /// A text.
    fn string(&self, item: &Item) -> Result<String, SettingsError> {
        match item.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(self.wrong(item, "a string")),
        }
    }

    /// A folder of patterns.
    fn folder(&self, item: &Item) -> Result<Utf8PathBuf, SettingsError> {
        let named = self.string(item)?;
        pattern_folder(self.root, &named).ok_or_else(|| {
            let message = format!("there is no such folder next to {FILE_NAME}");
            self.mistake(place(item), message)
        })
    }

    /// A number of bytes.
    fn size(&self, item: &Item) -> Result<u64, SettingsError> {
        let number = item.as_integer().and_then(|it| u64::try_from(it).ok());
        number.ok_or_else(|| self.wrong(item, "a number of bytes"))
    }

    /// Yes or no.
    fn flag(&self, item: &Item) -> Result<bool, SettingsError> {
        item.as_bool()
            .ok_or_else(|| self.wrong(item, "`true` or `false`"))
    }

    /// One of a few names.
    fn name<'i, T: Deserialize<'i>>(&self, item: &'i Item) -> Result<T, SettingsError> {
        let Some(name) = item.as_str() else {
            return Err(self.wrong(item, "a string"));
        };
        T::deserialize(name.into_deserializer())
            .map_err(|it: Unknown| self.mistake(place(item), it.to_string()))
    }

    /// An error over a value of a wrong type.
    fn wrong(&self, item: &Item, wanted: &str) -> SettingsError {
        let message = format!("expected {wanted}, found {}", item.type_name());
        self.mistake(place(item), message)
    }

    /// An error that points at `span`, or at the start where no place is known.
    fn mistake(&self, span: Option<Span>, message: String) -> SettingsError {
        let span = span.unwrap_or(Span::new(0, 0));
        let source = NamedSource::new(self.shown, self.text.to_owned()).with_language("toml");
        SettingsError::Pyproject {
            message,
            help: HELP,
            source_code: Arc::new(source),
            span: (span.start, span.len()).into(),
        }
    }
}

/// Where a value stands.
fn place(item: &Item) -> Option<Span> {
    item.span().map(|it| Span::new(it.start, it.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::FailOn;

    fn read(text: &str) -> Result<Option<SettingsFile>, SettingsError> {
        load(Path::new("."), FILE_NAME, text)
    }

    /// The part of the text that the error points at, and what it says.
    fn error(text: &str) -> (String, String) {
        match read(text) {
            Err(SettingsError::Pyproject { message, span, .. }) => {
                let end = span.offset() + span.len();
                let part = text.get(span.offset()..end).unwrap();
                (part.to_owned(), message)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_field_is_read() {
        let text = "[tool.shield]\nschema = 1\ndisable = ['a/b']\nexclude = ['*.snap']\n\
                    max_file_size = 7\nfail_on = 'low'\nlevel = 'high'\ncode_only = true\n\
                    guide = 'never'\nbackend = 'vault'\n";
        let file = read(text).unwrap().unwrap();
        assert_eq!(file.disable, ["a/b"]);
        assert_eq!(file.exclude, ["*.snap"]);
        assert_eq!(file.max_file_size, Some(7));
        assert_eq!(file.fail_on, Some(FailOn::Low));
        assert_eq!(file.level, Some(crate::risk::Level::High));
        assert_eq!(file.beside.reach, Some(Reach::CodeOnly));
        assert_eq!(file.beside.guide, Some(crate::fix::WriteGuide::Never));
        assert_eq!(file.beside.backend, Some(crate::secret::StoreKind::Vault));
    }

    #[test]
    fn a_file_without_the_table_says_nothing() {
        assert!(
            read("[project]\nname = 'shield-maker'\n")
                .unwrap()
                .is_none()
        );
        assert!(read("tool = 'shield'\n").unwrap().is_none());
    }

    #[test]
    fn a_broken_file_counts_only_where_it_speaks_of_shield() {
        assert!(!speaks(b"[project\n\xff"));
        assert!(speaks(b"[tool.shield\n"));
        assert!(read("[tool.shield\n").is_err());
    }

    #[test]
    fn errors_point_at_what_is_wrong() {
        let after = |it: &str| error(&format!("[tool.shield]\nschema = 1\n{it}\n"));
        assert_eq!(after("exlude = []").0, "exlude");
        assert_eq!(after("fail_on = 'loud'").0, "'loud'");
        assert!(after("fail_on = 'loud'").1.contains("`critical`"));
        assert_eq!(after("exclude = ['a', 3]").0, "3");
        assert_eq!(after("max_file_size = -1").0, "-1");
        assert_eq!(after("code_only = 'yes'").0, "'yes'");
        assert_eq!(after("patterns = ['no-such-folder']").0, "'no-such-folder'");
        assert_eq!(error("[tool.shield]\nschema = 9\n").0, "9");
        assert!(error("[tool.shield]\n").1.contains("schema"));
        assert_eq!(error("tool.shield = 1\n").0, "1");
    }

    #[test]
    fn a_deep_file_is_refused_and_not_followed() {
        let deep = "[".repeat(100_000);
        assert!(read(&format!("tool.shield.exclude = {deep}\n")).is_err());
        let keys = "a.".repeat(100_000);
        assert!(read(&format!("tool.shield.{keys}b = 1\n")).is_err());
    }
}
