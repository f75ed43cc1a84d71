//! What tests of fixes stand on: the patterns of the golden cases, and projects on disk.

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use camino::Utf8PathBuf;
use shield::pattern;
use shield::pattern::PatternSet;
use shield::source;
use shield::source::Archives;
use shield::source::IgnoreFiles;
use shield::source::SourceRef;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The patterns of the golden cases, without those that come with the program.
pub(crate) fn patterns() -> Result<PatternSet> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fixes/patterns");
    let mut options = pattern::Options::default();
    let builtin = PatternSet::load(&options)?;
    options.disabled = builtin.iter().map(|it| it.id().to_owned()).collect();
    options.folders = vec![Utf8PathBuf::try_from(folder)?];
    Ok(PatternSet::load(&options)?)
}

/// Everything that lies in the project at `root`, by its path below.
pub(crate) fn sources(root: &Path) -> Result<Vec<SourceRef>> {
    let listing = source::enumerate(&source::Options {
        paths: vec![root.to_owned()],
        ignore_files: IgnoreFiles::Respect,
        exclude: Vec::new(),
        max_file_size: source::MAX_FILE_SIZE,
        archives: Archives::Skip,
    })?;
    let mut sources = listing.sources;
    for at in &mut sources {
        let below = at.file.strip_prefix(root)?.to_owned();
        at.path = Utf8PathBuf::try_from(below)?;
    }
    Ok(sources)
}

/// Writes a file and makes the folders above it.
pub(crate) fn put(path: &Path, content: &[u8]) -> Result<()> {
    fs::create_dir_all(path.parent().ok_or("no folder")?)?;
    fs::File::create(path)?.write_all(content)?;
    Ok(())
}
