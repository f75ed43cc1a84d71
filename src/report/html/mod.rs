//! One page for a browser, with everything it needs in it.
//!
//! The page loads nothing and runs nothing but its own script, which its content security policy
//! holds a browser to. It can be read without the script, too.

mod card;
mod chart;
mod group;
mod page;
mod prose;

use std::cmp::Reverse;
use std::io;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};

use self::page::Page;
use super::{Options, Report, Reporter};
use crate::finding::Finding;

/// The name tells the library that what is filled in is no markup.
const NAME: &str = "page.html";

const PAGE: &str = include_str!("page.html");

/// How many findings are listed; browsers become slow beyond.
const LISTED: usize = 5_000;

/// Writes a page, the worst findings first.
pub(super) struct Html<'o>(pub(super) &'o Options);

impl Reporter for Html<'_> {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let mut findings: Vec<&Finding<'_>> = report.findings.iter().collect();
        findings.retain(|it| self.0.lists(it));
        findings.sort_by_key(|it| Reverse(it.risk.score));
        findings.truncate(LISTED);
        let page = Page::of(report, &findings, self.0);
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()
            .map_err(io::Error::other)?;
        let mut environment = Environment::new();
        environment.set_syntax(syntax);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let text = environment
            .render_named_str(NAME, PAGE, Value::from(Serde(page)))
            .map_err(io::Error::other)?;
        out.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::Digest as _;
    use sha2::Sha256;

    use super::*;
    use crate::finding::Introduction;
    use crate::finding::Presence;
    use crate::finding::Subject;
    use crate::report::Format;
    use crate::report::fixture::{Fixture, everything, finding, options, spot, value};
    use crate::source::git::Commit;

    fn written(fixture: &Fixture) -> String {
        fixture.written(&options(Format::Html))
    }

    /// What stands between two texts.
    fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
        let (_, rest) = text.split_once(before).unwrap();
        rest.split_once(after).unwrap().0
    }

    #[test]
    fn a_browser_runs_the_script_of_the_page_and_no_other() {
        let page = written(&everything());
        let policy = between(&page, "Content-Security-Policy\" content=\"", "\">");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        for (directive, tag) in [("style-src", "style"), ("script-src", "script")] {
            let text = between(&page, &format!("<{tag}>"), &format!("</{tag}>"));
            let hash = STANDARD.encode(Sha256::digest(text));
            // The library writes a slash as an entity.
            let policy = policy.replace("&#x2f;", "/").replace("&#x27;", "'");
            let rule = format!("{directive} 'sha256-{hash}'");
            assert!(policy.contains(&rule), "{rule}: {policy}");
            assert_eq!(page.matches(&format!("<{tag}")).count(), 1);
        }
        for inline in [" style=", " onclick=", " src=", "<link", "@import", "url("] {
            assert!(!page.contains(inline), "{inline}");
        }
    }

    #[test]
    fn what_was_found_is_no_markup() {
        let mut fixture = everything();
        let hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ style }}";
        let text = format!("{hostile}\n{hostile} key = 'one' {hostile}\n</code></pre>");
        let path = format!("{hostile}/b.py");
        let at = spot(&path, &text, "one");
        let mut found = finding("example/token", &at, value(Some(hostile)));
        found.introduction = Some(Introduction {
            commit: Commit {
                id: hostile.to_owned(),
                author: hostile.to_owned(),
                email: hostile.to_owned(),
                date: "2024-02-03T04:05:06Z".to_owned(),
            },
            presence: Presence::Past,
        });
        fixture.findings = vec![found];
        fixture.notices[0].path = hostile.into();
        let page = written(&fixture);
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert!(!page.contains("<img"), "{page}");
        assert!(page.contains("&lt;img src=x onerror=alert(2)&gt;"));
        assert!(!page.contains("\"'>"), "an attribute can be left");
    }

    #[test]
    fn a_finding_is_told_with_its_code_its_factors_and_what_to_do() {
        let page = written(&everything());
        for told in [
            "<mark>********</mark>",
            "<th scope=\"row\">severity</th>",
            "client.py:2",
            "Rotation",
            "rotation pending",
            "permission denied",
        ] {
            assert!(page.contains(told), "{told}");
        }
        // Nobody was asked for the history.
        assert!(!page.contains("Risk over time"));
    }

    #[test]
    fn the_history_is_drawn() {
        let mut fixture = everything();
        let dates = ["2021-03-01", "2022-06-15", "2022-06-15", "2024-01-31"];
        for (found, date) in fixture.findings.iter_mut().zip(dates) {
            found.introduction = Some(Introduction {
                commit: Commit {
                    id: "0123456789012345678901234567890123456789".to_owned(),
                    author: "Ada".to_owned(),
                    email: "ada@example.com".to_owned(),
                    date: format!("{date}T04:05:06Z"),
                },
                presence: Presence::Past,
            });
        }
        let page = written(&fixture);
        assert!(page.contains("Risk over time"));
        assert!(page.contains("<th scope=\"row\">2022</th>"), "{page}");
        assert!(page.contains("class=\"area"));
    }

    #[test]
    fn nothing_found_is_a_page_too() {
        let mut fixture = everything();
        fixture.findings.clear();
        let page = written(&fixture);
        assert!(page.contains("No secrets found"), "{page}");
    }

    #[test]
    fn a_page_lists_the_worst_and_says_that_there_are_more() {
        let mut fixture = everything();
        let read = |it: &Finding<'_>| matches!(it.subject, Subject::EnvRead { .. });
        let low = fixture.findings.iter().find(|it| read(it)).unwrap().clone();
        fixture.findings.extend(vec![low; LISTED]);
        let page = written(&fixture);
        assert_eq!(page.matches("<details class=\"finding").count(), LISTED);
        assert!(
            page.contains("4 findings of less weight are not listed."),
            "{page}"
        );
        assert!(page.contains("<details class=\"finding critical"));
    }
}
