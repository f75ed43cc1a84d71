//! What a person is told of a finding, and what to do about it.

use crate::finding::Finding;
use crate::fix::Applicability;
use crate::report::Intent;
use crate::report::fate::Fate;
use crate::report::words;

/// Why it is believed, what to do, what a fix would do, and what else would have found it, each on
/// a line that no terminal acts on.
pub(super) fn lines(finding: &Finding<'_>, fate: Option<Fate<'_>>, intent: Intent) -> Vec<String> {
    let mut lines: Vec<String> = words::description(finding).into_iter().collect();
    lines.extend(finding.likelihood.as_ref().map(words::likelihood));
    lines.extend(words::introduction(finding));
    let advice = words::first_sentence(finding.pattern.remediation());
    if !advice.is_empty() {
        lines.push(advice);
    }
    lines.extend(fate.into_iter().flat_map(|it| outlook(it, intent)));
    lines.extend(finding.related.iter().map(together));
    if !finding.also.is_empty() {
        let also: Vec<&str> = finding.also.iter().map(|it| it.id()).collect();
        lines.push(format!("also found by {}", also.join(", ")));
    }
    let plain = lines.iter().map(|it| words::plain(it).into_owned());
    plain.collect()
}

/// Where another part of a credential is.
pub(super) fn together(part: &Finding<'_>) -> String {
    let id = part.pattern.point_id(part.point);
    let start = part.location.start;
    format!("together with {id} at {}:{}", start.line, start.char_column)
}

/// What becomes of a finding.
pub(super) fn outlook(fate: Fate<'_>, intent: Intent) -> Vec<String> {
    match fate {
        Fate::Fixed { fix, .. } => {
            let how = match (intent, fix.applicability) {
                (Intent::Apply, _) => "now",
                (Intent::Tell, Applicability::Safe) => "--fix",
                (Intent::Tell, Applicability::Unsafe) => "--fix --unsafe-fixes",
                (Intent::Tell, Applicability::DisplayOnly) => "by hand",
            };
            vec![format!("fix: {} ({how})", fix.title)]
        }
        Fate::Stays(stay) => match stay.suggestion {
            Some(fix) if stay.why.is_withheld() && fix.applicability == Applicability::Unsafe => {
                let how = "--fix --unsafe-fixes; it may change what the code does";
                vec![format!("fix: {} ({how})", fix.title)]
            }
            suggestion => {
                let why = format!("no fix: {} [{}]", stay.why, stay.why.code());
                let seam = stay.seam.map(|it| {
                    let name = if it.name.is_empty() {
                        it.kind.code()
                    } else {
                        &it.name
                    };
                    format!("through: `{name}` at {}:{}", it.path, it.start.line)
                });
                let line = stay.advice.and_then(|it| it.line);
                std::iter::once(why)
                    .chain(suggestion.map(|it| format!("by hand: {}", it.title)))
                    .chain(seam)
                    .chain(stay.advice.map(|it| it.text.to_owned()))
                    .chain(line.map(|it| format!("write: {}", it.trim())))
                    .collect()
            }
        },
    }
}
