//! The findings that somebody lets be.

use std::path::Path;

use super::{Line, count};
use crate::baseline;
use crate::baseline::Baseline;
use crate::baseline::Wanted;
use crate::fix;
use crate::run;
use crate::run::Progress;
use crate::settings::Known;
use crate::settings::Request;
use crate::settings::Settings;

/// What lines are about.
const AREA: &str = "baseline";

/// Nobody is told how far the scan is.
struct Silent;

impl Progress for Silent {
    fn start(&self, _sources: usize) {}
    fn step(&self) {}
    fn finish(&self) {}
}

/// What is to be said of the baseline of the project in `root`.
///
/// Which entries are stale only a scan tells; there is none where there is no baseline.
pub(super) fn look(root: &Path) -> Line {
    let path = baseline::path_in(root);
    let mut list = match Baseline::load(&path, Wanted::Maybe) {
        Ok(list) => list,
        Err(error) => return Line::of(AREA, &error, "restore it from version control"),
    };
    if list.is_empty() {
        return Line::ok(AREA, "none: every finding counts");
    }
    let size = count(list.len(), "finding");
    let today = fix::today();
    let over = list
        .entries()
        .iter()
        .filter(|it| it.note.is_over(&today))
        .count();
    let mut request = Request::plain(vec![root.to_owned()]);
    request.known = Known::Nothing;
    let gone = Settings::merge(request)
        .map_err(|_wrong| ())
        .and_then(|settings| {
            let prune = |scan: &crate::detect::Scan<'_>| list.prune(scan.findings.iter()).len();
            run::survey(&settings, &Silent, prune).map_err(|_stopped| ())
        });
    let Ok(gone) = gone else {
        let told = format!("{size} in it; nobody knows which are stale, since a scan ends early");
        return Line::wrong(AREA, told, "`shield scan` says why");
    };
    if gone > 0 {
        let told = format!("{size} in it, {gone} of them stale: they are found no more");
        let next = "`shield baseline prune`; add --history to keep what the history has";
        return Line::note(AREA, told, next);
    }
    if over > 0 {
        let told = format!("{size} in it, {over} of them expired: they count again");
        return Line::note(
            AREA,
            told,
            "fix them, or `shield baseline update --only PATH:LINE`",
        );
    }
    Line::ok(AREA, format!("{size} in it, none stale"))
}
