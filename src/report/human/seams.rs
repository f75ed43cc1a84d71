//! Where secrets pass through one place already, and the edit that is proposed there.

use std::collections::BTreeSet;
use std::io;

use super::diff;
use super::look::Look;
use crate::fix::FixPlan;
use crate::fix::Seam;
use crate::report::ShowDiff;
use crate::report::words;

/// So many variables are named; the others are counted.
const NAMED: usize = 6;

/// Writes a few lines for each seam, and its diff where diffs are shown.
pub(super) fn write(
    plan: &FixPlan,
    show: ShowDiff,
    look: &Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if plan.seams.is_empty() {
        return Ok(());
    }
    let heading = "secrets that pass through one place, where one edit serves all code";
    writeln!(out, "{}:", look.title(heading))?;
    for seam in &plan.seams {
        let place = format!("{}:{}", seam.path, seam.start.line);
        let place = look.link(&words::plain(&place));
        writeln!(out, "  {place}  {}", words::plain(&what(seam)))?;
        writeln!(out, "    reads {}", words::plain(&variables(seam)))?;
        match (&seam.proposal, show) {
            (None, _) => {}
            (Some(proposal), ShowDiff::No) => {
                let title = words::plain(&proposal.title);
                writeln!(out, "    by hand: {title}; --diff shows how")?;
            }
            (Some(proposal), ShowDiff::Yes) => {
                let title = words::plain(&proposal.title);
                writeln!(out, "    by hand: {title}\n")?;
                let texts = (&*proposal.masked_before, &*proposal.masked_after);
                diff::write_file(&seam.path, texts, look, out)?;
                for wrapper in &proposal.wrappers {
                    let path = words::plain(wrapper.as_str());
                    writeln!(out, "{}", look.added(format!("new file: {path}")))?;
                }
                writeln!(out)?;
            }
        }
    }
    writeln!(out)
}

/// What a seam is, in words.
fn what(seam: &Seam) -> String {
    let code = seam.kind.code();
    if seam.name.is_empty() {
        code.to_owned()
    } else {
        format!("`{}` ({code})", words::cut(&seam.name))
    }
}

/// The variables that pass, each once.
fn variables(seam: &Seam) -> String {
    let all: BTreeSet<&str> = seam.sites.iter().map(|it| it.variable.as_str()).collect();
    let named: Vec<_> = all.iter().take(NAMED).map(|it| words::cut(it)).collect();
    let rest = all.len() - named.len();
    let more = match rest {
        0 => String::new(),
        rest => format!(" and {} more", words::grouped(rest)),
    };
    named.join(", ") + &more
}
