//! Reads of the environment, as they look before anything is parsed.

use super::document::Document;
use super::env_read;
use super::survey::Wanted;
use crate::lang::Family;
use crate::lang::Syntax;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::text::Span;

/// How far behind the word that reads the environment a name may stand, in bytes.
const NAME_BEHIND: usize = 256;

/// How far before it a name may stand, as in a destructuring, in bytes.
const NAME_BEFORE: usize = 2048;

/// What stands before the name of a module that is imported.
const IMPORTS: [&str; 3] = ["from", "import", "("];

/// The names of variables that stand near a read of the environment.
#[derive(Debug)]
pub(super) struct Reads<'a, 'p> {
    /// The points that know secrets by the variables they are read from.
    readers: &'a [(&'p Pattern, &'p Point)],
    text: &'a str,
    /// What reads it; nothing does where there is no grammar.
    family: Option<Family>,
    /// A read may be anywhere, under another name.
    anywhere: bool,
    /// Where the last word ended that reads the environment, and does not say which variable.
    vague: Option<usize>,
    names: Vec<Name<'p>>,
}

/// A word of a variable's name.
#[derive(Debug)]
struct Name<'p> {
    pattern: &'p Pattern,
    /// Who looks for it.
    point: &'p Point,
    /// Where it was seen last.
    last: usize,
    /// Whether it was ever read, or seen near a read.
    near: bool,
}

/// What stands behind a word that reads the environment.
#[derive(Debug, PartialEq, Eq)]
enum Behind<'t> {
    /// More of the same word: `environment`.
    Word,
    /// The variable: `.get("X"`, `["X"]`, `.X`.
    Variable(&'t str),
    /// Anything else.
    Other,
}

impl<'a, 'p> Reads<'a, 'p> {
    /// None of `document` yet, for `readers`.
    pub(super) fn new(readers: &'a [(&'p Pattern, &'p Point)], document: &'a Document<'_>) -> Self {
        let family = match document.syntax {
            Syntax::Tree(language) => Some(language.family()),
            Syntax::Data(_) | Syntax::Lexed(_) | Syntax::Plain => None,
        };
        Self {
            readers,
            text: document.text,
            family,
            anywhere: false,
            vague: None,
            names: Vec::new(),
        }
    }

    /// A word that reads the environment.
    pub(super) fn read(&mut self, hit: Span) {
        let Some(family) = self.family else {
            return;
        };
        match behind(self.text, hit.end) {
            Behind::Word => {}
            Behind::Variable(name) => {
                for (pattern, point) in self.readers {
                    if env_read::wants(point, family, name) {
                        self.note(Name {
                            pattern,
                            point,
                            last: hit.end,
                            near: true,
                        });
                    }
                }
            }
            Behind::Other => {
                self.vague = Some(hit.end);
                for it in &mut self.names {
                    it.near |= hit.start.saturating_sub(it.last) <= NAME_BEFORE;
                }
            }
        }
    }

    /// A word after which the environment may be read by another name.
    pub(super) fn alias(&mut self, hit: Span) {
        if self.family.is_none() {
            return;
        }
        let word = hit.of(self.text).unwrap_or_default();
        self.anywhere |= if word.starts_with('=') {
            is_taken_whole(self.text, hit.end)
        } else if word.starts_with(['\'', '"']) {
            let before = self.text.get(..hit.start).unwrap_or_default();
            let before = before.trim_end();
            IMPORTS.iter().any(|it| before.ends_with(it))
        } else {
            true
        };
    }

    /// A word of a name that `point` looks for.
    pub(super) fn name(&mut self, pattern: &'p Pattern, point: &'p Point, hit: Span) {
        if self.family.is_none() {
            return;
        }
        let near = self
            .vague
            .is_some_and(|it| hit.start.saturating_sub(it) <= NAME_BEHIND);
        self.note(Name {
            pattern,
            point,
            last: hit.end,
            near,
        });
    }

    /// Notes a name, with what was known of it before.
    fn note(&mut self, name: Name<'p>) {
        let mut known = self.names.iter_mut();
        match known.find(|it| std::ptr::eq(it.point, name.point)) {
            Some(it) => {
                it.last = name.last;
                it.near |= name.near;
            }
            None => self.names.push(name),
        }
    }

    /// The points that may find a read.
    pub(super) fn wanted(self) -> Wanted<'p> {
        let mut wanted = Wanted::default();
        for it in self.names {
            if self.anywhere || it.near {
                wanted.add(it.pattern, it.point);
            }
        }
        wanted
    }
}

/// What stands in `text` behind a word that reads the environment and ends at `at`.
fn behind(text: &str, at: usize) -> Behind<'_> {
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(is_word) {
        return Behind::Word;
    }
    let rest = rest.trim_start().trim_start_matches(['?', '!']);
    if let Some(member) = rest.strip_prefix('.') {
        let (name, more) = word(member.trim_start());
        if let Some(key) = more.trim_start().strip_prefix(['(', '[']) {
            return quoted(key).map_or(Behind::Other, Behind::Variable);
        }
        return if name.is_empty() {
            Behind::Other
        } else {
            Behind::Variable(name)
        };
    }
    let key = rest.strip_prefix(['(', '[']).and_then(quoted);
    key.map_or(Behind::Other, Behind::Variable)
}

/// The text in quotes that `text` begins with, when that is all of an argument.
fn quoted(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text
        .chars()
        .next()
        .filter(|it| matches!(it, '"' | '\'' | '`'))?;
    let (name, rest) = text.get(1..)?.split_once(quote)?;
    let is_name = !name.is_empty() && name.chars().all(is_word);
    let ends = rest.trim_start().starts_with([')', ']', ',']);
    (is_name && ends).then_some(name)
}

/// Whether what ends at `at`, the name of the process, is kept whole or with its environment.
fn is_taken_whole(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(is_word) {
        return false;
    }
    let member = rest.trim_start().trim_start_matches(['?', '!']);
    let Some(member) = member.strip_prefix('.') else {
        return true;
    };
    let (name, more) = word(member.trim_start());
    name == "env" && behind(more, 0) == Behind::Other
}

/// The word that `text` begins with, and what is behind it.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|it| !is_word(it)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or_default()
}

fn is_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_' || it == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_read_where_it_is_written() {
        for (text, expected) in [
            ("environ[\"A\"]", Behind::Variable("A")),
            ("environ.get('A', 1)", Behind::Variable("A")),
            ("environ . pop( 'A')", Behind::Variable("A")),
            ("environ(\"A\")", Behind::Variable("A")),
            ("environ.A_b", Behind::Variable("A_b")),
            ("environ!.A", Behind::Variable("A")),
            ("environ\n  ?.A;", Behind::Variable("A")),
            ("environ[`A`]", Behind::Variable("A")),
            ("environment", Behind::Word),
            ("environ", Behind::Other),
            ("environ)", Behind::Other),
            ("environ[name]", Behind::Other),
            ("environ['A' + b]", Behind::Other),
            ("environ['A\\'s']", Behind::Other),
            ("environ.get(f'A')", Behind::Other),
            ("environ.copy()", Behind::Other),
            ("environ.", Behind::Other),
        ] {
            assert_eq!(behind(text, 7), expected, "{text}");
        }
    }

    #[test]
    fn an_alias_is_the_process_or_its_environment() {
        for (text, expected) in [
            ("process", true),
            ("process;", true),
            ("process.env;", true),
            ("process.env, a", true),
            ("process.env[a]", true),
            ("process.env.A", false),
            ("process.env['A']", false),
            ("process.argv", false),
            ("processes", false),
        ] {
            assert_eq!(is_taken_whole(text, 7), expected, "{text}");
        }
    }
}
