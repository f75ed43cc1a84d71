//! What `setup.py` says about packages and modules, as far as it says so in plain words.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::setuptools::Packages;
use super::setuptools::Said;

/// An expression that is compiled once.
macro_rules! regex {
    ($text:literal) => {
        LazyLock::new(|| Regex::new($text).ok())
    };
}

type Expression = LazyLock<Option<Regex>>;

static CALL: Expression = regex!(r"(?m)^(?:\w+\.)?setup\s*\(");
static PACKAGES: Expression = regex!(r"\bpackages\s*=\s*");
static MODULES: Expression = regex!(r"\bpy_modules\s*=\s*(\[[^\[\]]*\])");
static MOVED: Expression = regex!(r#"\bpackage_dir\s*=\s*\{\s*["'][^"']"#);
static FINDER: Expression =
    regex!(r"^(?:\w+\.)?find_(?:namespace_)?packages\s*\(((?:[^()]|\([^()]*\))*)\)\s*[,)\n]");
static LIST: Expression = regex!(r"^(\[[^\[\]]*\])\s*[,)\n]");
static INCLUDE: Expression = regex!(r"\binclude\s*=\s*([\[(][^\[\]()]*[\])])");
static EXCLUDE: Expression = regex!(r"\bexclude\s*=\s*([\[(][^\[\]()]*[\])])");
static TEXTS: Expression = regex!(r#"^[\[(]\s*(?:(?:"[^"\\\n]*"|'[^'\\\n]*')\s*,?\s*)*[\])]$"#);
static TEXT: Expression = regex!(r#""([^"]*)"|'([^']*)'"#);

/// Whether the file builds something.
pub(super) fn is_one(text: &str) -> bool {
    is_match(&CALL, text)
}

pub(super) fn said(text: &str) -> Said {
    if is_match(&MOVED, text) {
        return Said {
            packages: Some(Packages::Unknown),
            modules: None,
        };
    }
    let place = PACKAGES.as_ref().and_then(|it| it.find(text));
    let value = place.and_then(|it| text.get(it.end()..));
    Said {
        packages: value.map(|it| packages(it).unwrap_or(Packages::Unknown)),
        modules: captured(&MODULES, text)
            .and_then(texts)
            .map(|it| it.into_iter().collect()),
    }
}

/// What the value of `packages` means.
fn packages(value: &str) -> Option<Packages> {
    if let Some(list) = captured(&LIST, value) {
        let list: BTreeSet<String> = texts(list)?.into_iter().collect();
        return Some(Packages::Listed(list));
    }
    let arguments = captured(&FINDER, value)?;
    let include = match captured(&INCLUDE, arguments) {
        Some(list) => Some(texts(list)?),
        None if arguments.contains("include") => return None,
        None => None,
    };
    let exclude = match captured(&EXCLUDE, arguments) {
        Some(list) => texts(list)?,
        None if arguments.contains("exclude") => return None,
        None => Vec::new(),
    };
    Some(Packages::found(include.as_deref(), &exclude))
}

/// The texts of a list that holds nothing else.
fn texts(list: &str) -> Option<Vec<String>> {
    if !is_match(&TEXTS, list) {
        return None;
    }
    let found = TEXT.as_ref()?.captures_iter(list);
    let texts = found.filter_map(|it| it.get(1).or_else(|| it.get(2)));
    Some(texts.map(|it| it.as_str().to_owned()).collect())
}

fn is_match(expression: &Expression, text: &str) -> bool {
    expression.as_ref().is_some_and(|it| it.is_match(text))
}

fn captured<'t>(expression: &Expression, text: &'t str) -> Option<&'t str> {
    let found = expression.as_ref()?.captures(text)?;
    found.get(1).map(|it| it.as_str())
}
