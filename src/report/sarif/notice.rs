//! What a run survived, as notifications.

use serde_sarif::sarif;

use super::message;
use super::place;
use super::text;
use crate::notice::Notice;
use crate::notice::NoticeKind;

/// The kinds of `notices`, each once, in the order in which they come up.
pub(super) fn descriptors(notices: &[Notice]) -> Vec<sarif::ReportingDescriptor> {
    let mut kinds: Vec<sarif::ReportingDescriptor> = Vec::new();
    for notice in notices {
        if kinds.iter().all(|it| it.id != notice.kind.code()) {
            kinds.push(descriptor(&notice.kind));
        }
    }
    kinds
}

fn descriptor(kind: &NoticeKind) -> sarif::ReportingDescriptor {
    let (name, what, help) = words(kind);
    sarif::ReportingDescriptor::builder()
        .id(kind.code())
        .name(name)
        .short_description(text(what))
        .full_description(text(what))
        .help(text(help))
        .build()
}

/// The name of a kind, what it is, and what can be done about it.
fn words(kind: &NoticeKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        NoticeKind::Unreadable(_) => (
            "UnreadableFile",
            "A file or folder could not be read.",
            "Give shield the right to read it, or exclude it in shield.yaml.",
        ),
        NoticeKind::TooLarge { .. } => (
            "OversizedFile",
            "A file is larger than the limit and was not scanned.",
            "Raise max_file_size in shield.yaml, or exclude the file there.",
        ),
        NoticeKind::NoTree(_) => (
            "FileWithoutTree",
            "A file was scanned without its syntax tree, so what only the tree tells is missing.",
            "Nothing needs to be done where the file was written by a tool; exclude it then.",
        ),
        NoticeKind::CutShort => (
            "FileCutShort",
            "A file took too long and was scanned in part.",
            "Look at the file yourself, or exclude it in shield.yaml.",
        ),
        NoticeKind::TooMany(_) => (
            "FileWithTooMany",
            "A file has more findings than are told one by one.",
            "Look at the file yourself, or exclude it in shield.yaml.",
        ),
        NoticeKind::ArchiveInPart(_) => (
            "ArchiveInPart",
            "Not everything in an archive could be scanned.",
            "Unpack the archive and scan what is in it, or exclude it in shield.yaml.",
        ),
        NoticeKind::LargeFileStorage => (
            "FileInLargeFileStorage",
            "The content of a file lies in Git LFS and was not scanned.",
            "Get the content with `git lfs pull`, and scan the files.",
        ),
        NoticeKind::NotCloned => (
            "FileNotCloned",
            "A clone of the repository does not have the content of a file.",
            "Clone the repository without a filter.",
        ),
        NoticeKind::BaselineExpired(_) => (
            "BaselineExpired",
            "A finding that was let be for a time counts again.",
            "Look at the finding, or give its entry in the baseline a later day.",
        ),
        NoticeKind::Shallow => (
            "ShallowClone",
            "A clone of the repository lacks older commits.",
            "Get them with `git fetch --unshallow`.",
        ),
        NoticeKind::Panicked => (
            "FileThatFailed",
            "A file was not scanned because of a bug in shield.",
            "Please report the bug with the file, if it may be shown.",
        ),
    }
}

/// The notification of a notice.
pub(super) fn of(notice: &Notice) -> sarif::Notification {
    let level = match &notice.kind {
        NoticeKind::Unreadable(_) | NoticeKind::Panicked => "error",
        NoticeKind::TooLarge { .. }
        | NoticeKind::NoTree(_)
        | NoticeKind::CutShort
        | NoticeKind::TooMany(_)
        | NoticeKind::ArchiveInPart(_)
        | NoticeKind::LargeFileStorage
        | NoticeKind::NotCloned
        | NoticeKind::BaselineExpired(_)
        | NoticeKind::Shallow => "warning",
    };
    let descriptor = sarif::ReportingDescriptorReference::builder()
        .id(notice.kind.code())
        .build();
    let at = sarif::PhysicalLocation::builder()
        .artifact_location(place::artifact(&notice.path))
        .build();
    let location = sarif::Location::builder().physical_location(at).build();
    sarif::Notification::builder()
        .message(message(&format!("{}.", notice.kind)))
        .level(level)
        .descriptor(descriptor)
        .locations(vec![location])
        .build()
}
