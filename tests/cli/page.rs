//! The page of a report, in a browser.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::project::Project;

/// A file name that would be markup, were it not escaped.
const HOSTILE: &str = "<img src=x onerror=document.title='taken'>.py";

/// The names that Chromium goes by.
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The page as it is once its script has run, and what the browser says of it; nothing where there
/// is no browser.
fn opened(page: &Path) -> Option<(String, String)> {
    let profile = tempfile::tempdir().unwrap();
    let output = BROWSERS.into_iter().find_map(|browser| {
        Command::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
            .args(["--enable-logging=stderr", "--log-level=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("file://{}", page.display()))
            .output()
            .ok()
    })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some((text(&output.stdout), text(&output.stderr)))
}

#[expect(clippy::print_stderr, reason = "a test says what it leaves out")]
fn skipped() {
    eprintln!("skipped: there is no Chromium here");
}

#[test]
fn a_browser_shows_a_page_and_runs_nothing_of_what_was_found() {
    let project = Project::new()
        .with(HOSTILE, "password = \"rosebud-1941-canary\"\n")
        .with("app.py", "API_TOKEN = \"rosebud-1941-canary\"\n");
    let ran = project.shield(["scan", "--format", "html", "--output", "report.html"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    let page = project.read("report.html");
    assert!(!page.contains("rosebud"), "{page}");
    let Some((seen, said)) = opened(&project.root().join("report.html")) else {
        return skipped();
    };
    assert!(seen.contains("<title>shield: 2 findings</title>"), "{seen}");
    assert!(seen.contains(">All 2 shown</span>"), "{said}");
    assert!(!seen.contains("<img"), "{seen}");
    let complaints = ["Refused", "violates", "CONSOLE"];
    assert!(!complaints.iter().any(|it| said.contains(it)), "{said}");
}
