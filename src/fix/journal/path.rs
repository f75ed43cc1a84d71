//! Paths in a journal, which need not be text.

use std::ffi::OsString;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A path that need not be text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum PathText {
    Text(String),
    Bytes(Vec<u8>),
}

/// A path in a journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "PathText", into = "PathText")]
pub(in crate::fix) struct JournalPath(pub(in crate::fix) PathBuf);

impl From<JournalPath> for PathText {
    fn from(path: JournalPath) -> Self {
        match path.0.into_os_string().into_string() {
            Ok(text) => Self::Text(text),
            Err(other) => Self::Bytes(other.into_encoded_bytes()),
        }
    }
}

impl TryFrom<PathText> for JournalPath {
    type Error = &'static str;

    fn try_from(text: PathText) -> Result<Self, Self::Error> {
        match text {
            PathText::Text(text) => Ok(Self(text.into())),
            PathText::Bytes(bytes) => os_string(bytes)
                .map(|it| Self(it.into()))
                .ok_or("the path was written on another system"),
        }
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no such names")]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt as _;

    Some(OsString::from_vec(bytes))
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_text_survives() {
        let path = JournalPath(os_string(vec![b'/', 0xff, b'a']).unwrap().into());
        let line = serde_json::to_string(&path).unwrap();
        assert_eq!(serde_json::from_str::<JournalPath>(&line).unwrap(), path);
    }
}
