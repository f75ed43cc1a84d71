//! Codes and sentences of a report, as what they stand for.

use camino::Utf8PathBuf;

use super::syntax::{Excused, Past, Trouble, Waiting};
use crate::finding::Doubt;
use crate::finding::Suppression;
use crate::fix::Entry;
use crate::fix::Gap;
use crate::fix::History;
use crate::notice::Notice;
use crate::notice::NoticeKind;

/// The notice that is told; none for a code or a sentence that is not known.
pub(super) fn notice(told: &Trouble) -> Option<Notice> {
    let message = told.message.as_str();
    let rest = |before: &str| message.strip_prefix(before).map(str::to_owned);
    let within = |before: &str, after: &str| {
        let inner = message.strip_prefix(before)?;
        inner.split_once(after).map(|(inner, _)| inner.to_owned())
    };
    let kind = match &*told.code {
        "unreadable" => NoticeKind::Unreadable(rest("not read: ")?),
        "too-large" => {
            let numbers = within("not scanned: it has ", " (set")?;
            let (size, limit) = numbers.split_once(" bytes, the limit is ")?;
            let (size, limit) = (size.parse().ok()?, limit.parse().ok()?);
            NoticeKind::TooLarge { size, limit }
        }
        "no-tree" => NoticeKind::NoTree(rest("scanned without its syntax tree: ")?),
        "cut-short" => NoticeKind::CutShort,
        "too-many" => {
            let number = within("told in part: it has ", " findings")?;
            NoticeKind::TooMany(number.parse().ok()?)
        }
        "archive-in-part" => NoticeKind::ArchiveInPart(rest("opened in part: ")?),
        "git-lfs" => NoticeKind::LargeFileStorage,
        "not-cloned" => NoticeKind::NotCloned,
        "baseline-expired" => {
            let day = within("its entry in the baseline held until ", ": it counts")?;
            NoticeKind::BaselineExpired(day)
        }
        "shallow" => NoticeKind::Shallow,
        "panicked" => NoticeKind::Panicked,
        _ => return None,
    };
    Some(Notice {
        path: Utf8PathBuf::from(&told.path),
        kind,
    })
}

/// Why a finding does not count; none for a code that is not known.
pub(super) fn cause(told: &Excused) -> Option<Suppression> {
    let reason = told.reason.clone();
    let doubt = match &*told.cause {
        "comment" => return Some(Suppression::Comment { reason }),
        "baseline" => return Some(Suppression::Known { note: reason }),
        "stand-in" => Doubt::StandIn,
        "reference" => Doubt::Reference,
        "prose" => Doubt::Prose,
        "place" => Doubt::Place,
        "identifier" => Doubt::Identifier,
        "keyword" => Doubt::Keyword,
        "published" => Doubt::Published,
        "length" => Doubt::Length,
        "shape" => Doubt::Shape,
        "checksum" => Doubt::Checksum,
        "other-code" => Doubt::OtherCode,
        "unlikely" => {
            let why = reason.unwrap_or_default();
            let why = why.strip_prefix("it is unlikely: ").unwrap_or(&why);
            Doubt::Unlikely(why.to_owned())
        }
        _ => return None,
    };
    Some(Suppression::NoSecret(doubt))
}

/// Whether commits have a value.
pub(super) fn history(told: &Past) -> History {
    match &*told.in_history {
        "yes" => History::Committed {
            first_seen: told.first_seen.clone(),
            branches: told.branches.unwrap_or(0),
        },
        "uncommitted-only" => History::Uncommitted,
        _ => History::Unknown(gap(told).unwrap_or(Gap::NoRepository)),
    }
}

/// Why nobody can tell.
fn gap(told: &Past) -> Option<Gap> {
    let why = told.because.as_deref()?;
    let gaps = [Gap::Shallow, Gap::NoRepository, Gap::TooLong, Gap::TooShort];
    gaps.into_iter().find(|it| it.to_string() == why)
}

/// A secret that waits to be replaced.
pub(super) fn entry(told: Waiting) -> Entry {
    let because = gap(&told.history);
    let Past {
        in_history,
        first_seen,
        branches,
        because: _,
    } = told.history;
    Entry {
        name: told.name,
        state: told.state,
        pattern: told.pattern,
        level: told.level,
        moved: told.moved,
        rotated: None,
        in_history,
        first_seen,
        branches,
        because,
        places: told.places,
        fingerprints: told.fingerprints,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_is_read_as_it_was() {
        let text = || "text".to_owned();
        let kinds = [
            NoticeKind::Unreadable(text()),
            NoticeKind::TooLarge { size: 2, limit: 1 },
            NoticeKind::NoTree(text()),
            NoticeKind::CutShort,
            NoticeKind::TooMany(7),
            NoticeKind::ArchiveInPart(text()),
            NoticeKind::LargeFileStorage,
            NoticeKind::NotCloned,
            NoticeKind::BaselineExpired(text()),
            NoticeKind::Shallow,
            NoticeKind::Panicked,
        ];
        assert_eq!(kinds.each_ref().map(NoticeKind::code), NoticeKind::CODES);
        for kind in kinds {
            let told = Trouble {
                path: "a.py".to_owned(),
                code: kind.code().to_owned(),
                message: kind.to_string(),
            };
            let expected = Notice {
                path: "a.py".into(),
                kind,
            };
            assert_eq!(notice(&told), Some(expected));
        }
    }
}
