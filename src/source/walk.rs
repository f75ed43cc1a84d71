//! Files below a folder, with respect for ignore files.

use std::ffi::OsStr;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::exclude::Exclude;
use super::root::{Here, Kind, Root};
use super::{Archives, IgnoreFiles, Listing, Options, SourceError, SourceRef};
use crate::notice::Notice;
use crate::notice::NoticeKind;

/// Folders that are never looked into: what version control and shield itself keep.
const PRIVATE: [&str; 5] = [".git", ".hg", ".jj", ".shield", ".svn"];

/// Files that ignore files are called.
const IGNORE_FILES: [&str; 3] = [".gitignore", ".ignore", SHIELD_IGNORE];

/// The ignore file that only shield reads.
const SHIELD_IGNORE: &str = ".shieldignore";

/// Extensions of archives, in order.
const ARCHIVES: [&str; 33] = [
    "7z", "aab", "aar", "apk", "bz2", "crate", "docx", "ear", "egg", "epub", "gz", "ipa", "jar",
    "nupkg", "odp", "ods", "odt", "pptx", "rar", "tar", "tbz2", "tgz", "txz", "tzst", "vsix",
    "war", "whl", "xlsx", "xpi", "xz", "zip", "zipx", "zst",
];

/// Extensions of files that hold no text, in order; a walk does not open them.
const BINARY: [&str; 87] = [
    "3gp", "7z", "a", "aac", "aar", "ai", "apk", "avi", "avif", "blend", "bmp", "br", "bz2", "cab",
    "class", "cur", "deb", "dex", "dll", "dmg", "doc", "docx", "dylib", "ear", "egg", "eot", "eps",
    "exe", "fbx", "flac", "flv", "gif", "glb", "gz", "heic", "icns", "ico", "ipa", "iso", "jar",
    "jpeg", "jpg", "lib", "lz4", "m4a", "m4v", "mkv", "mo", "mov", "mp3", "mp4", "mpeg", "mpg",
    "msi", "nupkg", "o", "odt", "ogg", "otf", "pdb", "pdf", "png", "ppt", "pptx", "psd", "pyc",
    "pyd", "pyo", "rar", "rlib", "rmeta", "rpm", "so", "tar", "tgz", "tif", "tiff", "ttf", "war",
    "wasm", "wav", "webm", "webp", "woff", "woff2", "xz", "zip",
];

/// Lists the files below the paths of `options`.
pub(super) fn enumerate(options: &Options, here: &Here) -> Result<Listing, SourceError> {
    let exclude = Exclude::new(&options.exclude)?;
    let mut listing = Listing::default();
    for root in roots(&options.paths, here, &mut listing.notices)? {
        match root.kind {
            Kind::Folder => {
                let walker = Walker {
                    root: Arc::new(root),
                    exclude: exclude.clone(),
                    archives: options.archives,
                };
                walker.walk(options.ignore_files, here, &mut listing);
            }
            Kind::File => {
                let source = root.source();
                if !exclude.covers(&source.path) {
                    listing.sources.push(source);
                }
            }
            Kind::Special => listing.notices.push(Notice {
                path: root.source().path,
                kind: NoticeKind::Unreadable("it is not a regular file".to_owned()),
            }),
        }
    }
    if options.paths.len() > 1 {
        // Stable: of several ways to name a file, the one from the outermost folder stays.
        let file =
            |it: &SourceRef, other: &SourceRef| it.file.as_os_str().cmp(other.file.as_os_str());
        listing.sources.sort_by(file);
        listing
            .sources
            .dedup_by(|it, other| it.file.as_os_str() == other.file.as_os_str());
    }
    let path = |it: &SourceRef, other: &SourceRef| it.path.as_str().cmp(other.path.as_str());
    listing.sources.sort_by(path);
    listing.notices.sort();
    listing.notices.dedup();
    Ok(listing)
}

/// The roots of a walk, outer folders before inner ones, and files last.
pub(super) fn roots(
    paths: &[PathBuf],
    here: &Here,
    notices: &mut Vec<Notice>,
) -> Result<Vec<Root>, SourceError> {
    let current = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &current } else { paths };
    let mut roots = Vec::new();
    for path in paths {
        match Root::find(path, here)? {
            Ok(root) => roots.push(root),
            Err(notice) => notices.push(notice),
        }
    }
    roots.sort_by_key(|it| (it.kind != Kind::Folder, it.real.components().count()));
    Ok(roots)
}

/// Walks below one root.
#[derive(Debug, Clone)]
struct Walker {
    root: Arc<Root>,
    exclude: Exclude,
    archives: Archives,
}

impl Walker {
    /// Adds what lies below the root to `listing`, in any order.
    fn walk(&self, ignore_files: IgnoreFiles, here: &Here, listing: &mut Listing) {
        let mut builder = self.builder(ignore_files, here);
        let filter = self.clone();
        builder.filter_entry(move |it| filter.takes(it));
        let (sender, receiver) = mpsc::channel();
        builder.build_parallel().run(|| {
            let sender = sender.clone();
            Box::new(move |entry| {
                let sent = self.visit(entry).is_none_or(|it| sender.send(it).is_ok());
                if sent {
                    WalkState::Continue
                } else {
                    WalkState::Quit
                }
            })
        });
        drop(sender);
        for visited in receiver {
            match visited {
                Ok(source) => listing.sources.push(source),
                Err(notice) => listing.notices.push(notice),
            }
        }
    }

    /// A walk that reads the ignore files it meets.
    ///
    /// Those above the root count inside a repository, up to its root, and in the current folder.
    /// Not further up: a home folder kept in git often ignores everything that lies in it.
    fn builder(&self, ignore_files: IgnoreFiles, here: &Here) -> WalkBuilder {
        let root = &self.root.real;
        let mut builder = WalkBuilder::new(root);
        builder.standard_filters(false).follow_links(false);
        if ignore_files == IgnoreFiles::Disregard {
            return builder;
        }
        let in_repository = root.ancestors().any(|it| it.join(".git").exists());
        builder
            .git_ignore(true)
            .ignore(true)
            .add_custom_ignore_filename(SHIELD_IGNORE)
            .require_git(in_repository)
            .parents(in_repository);
        let current = here.real();
        if !in_repository && root != current && root.starts_with(current) {
            builder.current_dir(current);
            for name in IGNORE_FILES {
                // Its broken lines are told when the walk meets the file itself.
                builder.add_ignore(current.join(name));
            }
        }
        builder
    }

    /// Whether the walk goes on with `entry`.
    fn takes(&self, entry: &DirEntry) -> bool {
        let name = entry.file_name();
        if is_private(name) {
            return false;
        }
        let kind = entry.file_type().map_or(Kind::Special, Kind::of);
        if kind != Kind::Folder && !self.opens(entry.path()) {
            return false;
        }
        self.exclude.is_empty() || !self.excludes(entry.path(), kind)
    }

    /// Whether there may be text in a file, by its extension.
    fn opens(&self, path: &Path) -> bool {
        match self.archives {
            Archives::Skip => !has_binary_extension(path),
            Archives::Open => !has_binary_extension(path) || has_archive_extension(path),
        }
    }

    /// Whether a glob names the path, seen from the current folder or from the root.
    fn excludes(&self, path: &Path, kind: Kind) -> bool {
        self.exclude.names(&self.root.path_of(path), kind)
            || self.exclude.names(&self.root.below(path), kind)
    }

    /// What becomes of one entry: a source, a notice, or nothing.
    fn visit(&self, entry: Result<DirEntry, ignore::Error>) -> Option<Result<SourceRef, Notice>> {
        match entry {
            Ok(entry) => {
                if let Some(notice) = entry.error().and_then(|it| self.broken_ignore_file(it)) {
                    return Some(Err(notice));
                }
                // Symbolic links, pipes, sockets and devices are not files.
                let is_file = entry.file_type().is_some_and(|it| it.is_file());
                is_file.then(|| Ok(self.root.source_below(entry.into_path())))
            }
            Err(error) => Some(Err(self.notice(&error))),
        }
    }

    fn notice(&self, error: &ignore::Error) -> Notice {
        Notice {
            path: self.root.path_of(path_in(error).unwrap_or(&self.root.real)),
            kind: NoticeKind::Unreadable(reason(error)),
        }
    }

    /// A notice for a broken line in an ignore file for shield.
    ///
    /// Other tools read the other ignore files, and git passes over such lines in silence.
    fn broken_ignore_file(&self, error: &ignore::Error) -> Option<Notice> {
        let path = path_in(error)?;
        path.ends_with(SHIELD_IGNORE).then(|| self.notice(error))
    }
}

/// Whether a folder of this name is never looked into.
pub(super) fn is_private(name: &OsStr) -> bool {
    PRIVATE.iter().any(|it| name == OsStr::new(it))
}

/// Whether a file holds no text, by its extension.
pub(super) fn has_binary_extension(path: &Path) -> bool {
    has_extension(path, &BINARY)
}

/// Whether a file is an archive, by its extension.
pub(super) fn has_archive_extension(path: &Path) -> bool {
    has_extension(path, &ARCHIVES)
}

/// Whether the extension of a file is one of `extensions`, which are in order.
fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|it| extensions.binary_search(&&*it.to_ascii_lowercase()).is_ok())
}

/// The path that an error is about.
fn path_in(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithDepth { err, .. } => {
            path_in(err)
        }
        ignore::Error::Partial(errors) => errors.iter().find_map(path_in),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::Io(_)
        | ignore::Error::Glob { .. }
        | ignore::Error::UnrecognizedFileType(_)
        | ignore::Error::InvalidDefinition => None,
    }
}

/// What an error says, without the path.
fn reason(error: &ignore::Error) -> String {
    match error {
        ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } => reason(err),
        ignore::Error::WithLineNumber { line, err } => format!("line {line}: {}", reason(err)),
        ignore::Error::Partial(errors) => {
            let reasons: Vec<String> = errors.iter().map(reason).collect();
            reasons.join("; ")
        }
        ignore::Error::Loop { .. }
        | ignore::Error::Io(_)
        | ignore::Error::Glob { .. }
        | ignore::Error::UnrecognizedFileType(_)
        | ignore::Error::InvalidDefinition => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_searched_in_order() {
        assert!(BINARY.is_sorted());
        assert!(ARCHIVES.is_sorted());
        assert!(has_binary_extension(Path::new("logo.PNG")));
        assert!(!has_binary_extension(Path::new("key.pem")));
        assert!(!has_binary_extension(Path::new("png")));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_utf8_is_shown_with_numbers() {
        use std::os::unix::ffi::OsStrExt as _;
        let folder = tempfile::tempdir().unwrap();
        let name = OsStr::from_bytes(b"caf\xe9.py");
        std::fs::File::create(folder.path().join(name)).unwrap();
        let options = Options {
            paths: Vec::new(),
            ignore_files: IgnoreFiles::Respect,
            exclude: Vec::new(),
            max_file_size: 1,
            archives: Archives::Skip,
        };
        let listing = enumerate(&options, &Here::at(folder.path().to_path_buf())).unwrap();
        let source = listing.sources.first().unwrap();
        assert_eq!(source.path, "caf\\xe9.py");
        assert!(source.file.exists());
    }
}
