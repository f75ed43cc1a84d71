//! Paths that the user leaves out.

use camino::Utf8Path;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::SourceError;
use super::root::Kind;

/// Globs of paths that are left out, written as in `.gitignore`.
#[derive(Debug, Clone)]
pub(super) struct Exclude(Gitignore);

impl Exclude {
    pub(super) fn new(globs: &[String]) -> Result<Self, SourceError> {
        let mut builder = GitignoreBuilder::new("");
        builder.allow_unclosed_class(false);
        for glob in globs {
            let wrong = |error: &ignore::Error| SourceError::Glob {
                glob: glob.clone(),
                reason: reason(error),
            };
            // In a list of globs there are no comments.
            let line = if glob.starts_with('#') {
                format!("\\{glob}")
            } else {
                glob.clone()
            };
            builder.add_line(None, &line).map_err(|it| wrong(&it))?;
        }
        let all = || globs.join(", ");
        builder.build().map(Self).map_err(|it| SourceError::Glob {
            glob: all(),
            reason: reason(&it),
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a glob names `path` itself.
    pub(super) fn names(&self, path: &Utf8Path, kind: Kind) -> bool {
        let is_folder = kind == Kind::Folder;
        self.0.matched(path.as_std_path(), is_folder).is_ignore()
    }

    /// Whether a glob names the file at `path` or a folder above it.
    pub(super) fn covers(&self, path: &Utf8Path) -> bool {
        !self.is_empty()
            && (self.names(path, Kind::File)
                || path
                    .ancestors()
                    .skip(1)
                    .filter(|it| !it.as_str().is_empty())
                    .any(|it| self.names(it, Kind::Folder)))
    }
}

/// What is wrong, without the glob, which the error names already.
fn reason(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        ignore::Error::WithLineNumber { err, .. }
        | ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. } => reason(err),
        ignore::Error::Partial(_)
        | ignore::Error::Loop { .. }
        | ignore::Error::Io(_)
        | ignore::Error::UnrecognizedFileType(_)
        | ignore::Error::InvalidDefinition => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exclude(globs: &[&str]) -> Exclude {
        let globs: Vec<String> = globs.iter().map(|it| (*it).to_owned()).collect();
        Exclude::new(&globs).unwrap()
    }

    #[test]
    fn a_glob_of_a_folder_covers_what_is_below_it() {
        let exclude = exclude(&["generated/", "/docs/**", "*.snap"]);
        assert!(exclude.covers("src/generated/deep/a.py".into()));
        assert!(exclude.covers("docs/a/b.md".into()));
        assert!(exclude.covers("/abs/x.snap".into()));
        assert!(!exclude.covers("src/docs/b.md".into()));
        assert!(!exclude.covers("src/generated".into()));
    }

    #[test]
    fn a_later_glob_takes_back_an_earlier_one() {
        assert!(!exclude(&["*.md", "!KEYS.md"]).covers("KEYS.md".into()));
    }

    #[test]
    fn a_number_sign_does_not_make_a_comment() {
        assert!(exclude(&["#backup#"]).covers("#backup#".into()));
    }

    #[test]
    fn a_broken_glob_is_an_error_that_names_it() {
        for broken in ["a{b", "a[b"] {
            let error = Exclude::new(&["fine".to_owned(), broken.to_owned()]).unwrap_err();
            assert!(error.to_string().contains(broken), "{error}");
        }
    }
}
