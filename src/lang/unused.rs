//! Names for the environment that nothing uses any more.

use crate::text::Edit;
use crate::text::Span;

/// A name that a file declares for reads of its environment, and that edits leave without a use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// What takes it out; none where that would take out something else, too.
    pub removal: Option<Edit>,
}

/// More names than this are not looked at in one file.
const MAX_NAMES: usize = 64;

/// The words that edits take out, each once.
pub(super) fn words_of<'s>(text: &'s str, edits: &[Edit]) -> Vec<&'s str> {
    let replaced = edits.iter().filter_map(|it| it.span.of(text));
    let mut words: Vec<&str> = replaced
        .flat_map(|it| it.split(is_between))
        .filter(|it| it.chars().next().is_some_and(|it| !it.is_ascii_digit()))
        .collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(MAX_NAMES);
    words
}

/// Whether the word `name` at `span` is taken out by one of the edits, and not put back.
pub(super) fn is_gone(edits: &[Edit], span: Span, name: &str) -> bool {
    let edit = edits.iter().find(|it| it.span.contains(span));
    edit.is_some_and(|it| !it.content.split(is_between).any(|it| it == name))
}

/// Whether a character stands between words.
fn is_between(c: char) -> bool {
    !c.is_alphanumeric() && c != '_' && c != '$'
}

/// The whole line of a statement; none where something else is on it.
pub(super) fn line_of(text: &str, statement: Span) -> Option<Span> {
    let before = text.get(..statement.start)?;
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let rest = text.get(statement.end..)?;
    let length = rest.find('\n').map_or(rest.len(), |it| it + 1);
    let alone = before.get(start..)?.is_empty() && rest.get(..length)?.trim().is_empty();
    alone.then(|| Span::new(start, statement.end + length))
}

/// One of the parts of a list, with what parts it from the next one, or the one before.
///
/// None where that has a remark or goes over several lines.
pub(super) fn part_of(text: &str, parts: &[Span], which: usize) -> Option<Span> {
    let own = parts.get(which)?;
    let span = match parts.get(which + 1) {
        Some(next) => Span::new(own.start, next.start),
        None => Span::new(parts.get(which.checked_sub(1)?)?.end, own.end),
    };
    let written = span.of(text)?;
    let plain =
        !written.contains(['\n', '#']) && !written.contains("//") && !written.contains("/*");
    plain.then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_whole_or_not_at_all() {
        let of = |text: &str, statement: &str| {
            let start = text.find(statement).unwrap();
            let span = Span::new(start, start + statement.len());
            line_of(text, span).map(|it| it.of(text).unwrap().to_owned())
        };
        assert_eq!(
            of("a\nimport os  \r\nb", "import os").as_deref(),
            Some("import os  \r\n")
        );
        assert_eq!(of("import os", "import os").as_deref(), Some("import os"));
        assert_eq!(of("import os # why\n", "import os"), None);
        assert_eq!(of("a; import os\n", "import os"), None);
    }

    #[test]
    fn a_part_goes_with_one_comma() {
        let text = "{ a, b,  c }";
        let parts = [Span::new(2, 3), Span::new(5, 6), Span::new(9, 10)];
        let of = |which| part_of(text, &parts, which).and_then(|it| it.of(text));
        assert_eq!(
            (of(0), of(1), of(2)),
            (Some("a, "), Some("b,  "), Some(",  c"))
        );
        assert_eq!(part_of("{ a }", &[Span::new(2, 3)], 0), None);
    }

    #[test]
    fn words_that_are_put_back_are_not_gone() {
        let text = "const { A, B } = env;";
        let edits = [Edit::replace(
            Span::new(0, 20),
            "const { B } = env;\nconst A = f();",
        )];
        assert_eq!(words_of(text, &edits), ["A", "B", "const", "env"]);
        let env = Span::new(17, 20);
        assert!(!is_gone(&edits, env, "env"));
        assert!(is_gone(&[Edit::replace(env, "f()")], env, "env"));
    }
}
