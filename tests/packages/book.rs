//! The documents.

use std::fs;
use std::path::Path;

use libtest_mimic::Failed;

use crate::root;

/// The book has every page, and no link leads nowhere.
pub(crate) fn links() -> Result<(), Failed> {
    let docs = root().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md"))?;
    let mut pages = vec![root().join("README.md"), root().join("SECURITY.md")];
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&docs)? {
        let page = entry?.path();
        if page.extension().is_some_and(|it| it == "md") {
            let name = page.file_name().unwrap_or_default().to_string_lossy();
            if name != "SUMMARY.md" && !summary.contains(&format!("]({name})")) {
                wrong.push(format!("SUMMARY.md lacks {name}"));
            }
            pages.push(page);
        }
    }
    for page in pages {
        let text = fs::read_to_string(&page)?;
        let folder = page.parent().unwrap_or(root());
        for link in text.split("](").skip(1).filter_map(|it| it.split_once(')')) {
            if let Some(broken) = broken(folder, &page, link.0)? {
                wrong.push(format!("{}: {broken}", page.display()));
            }
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n").into())
    }
}

/// A link of `page` that leads nowhere.
fn broken<'l>(folder: &Path, page: &Path, link: &'l str) -> Result<Option<&'l str>, Failed> {
    // Code has brackets and parentheses of its own.
    let is_link = |it: char| it.is_ascii_alphanumeric() || "./_-#".contains(it);
    if !link.chars().all(is_link) || !link.contains(['.', '#']) {
        return Ok(None);
    }
    let (path, heading) = link.split_once('#').unwrap_or((link, ""));
    let file = if path.is_empty() {
        page.to_owned()
    } else {
        folder.join(path)
    };
    if !file.exists() {
        return Ok(Some(link));
    }
    let anchors = || -> Result<Vec<String>, Failed> {
        let text = fs::read_to_string(&file)?;
        let headings = text.lines().filter_map(|it| it.strip_prefix('#'));
        Ok(headings.map(anchor).collect())
    };
    let is_there = heading.is_empty() || anchors()?.iter().any(|it| it == heading);
    Ok((!is_there).then_some(link))
}

/// What a heading is linked by.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|it| it.is_alphanumeric() || " -_".contains(*it));
    kept.map(|it| if it == ' ' { '-' } else { it }).collect()
}
