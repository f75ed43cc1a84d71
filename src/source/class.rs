//! What kind of file a path names.

use camino::Utf8Path;

use crate::risk::FileClass;

/// The class of a file, by its path.
#[must_use]
pub(super) fn of_path(_path: &Utf8Path) -> FileClass {
    FileClass::Code
}
