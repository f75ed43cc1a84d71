//! Calls as patterns write them: `DriverManager.getConnection(_, _, @)`.

use crate::lang::Argument;
use crate::lang::Call;
use crate::text::Span;

/// How many arguments a call may be written with; those of a text are not remembered beyond.
const MOST: usize = 8;

/// What is longer than this stands in few texts, in bytes.
const RARE: usize = 3;

/// A call, and where the value stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallShape {
    /// The function behind what it is a member of, as names are compared.
    function: Vec<String>,
    /// The function in both ways of writing it, in lower case.
    spellings: Vec<String>,
    /// Whether it must be a member of something.
    is_member: bool,
    slots: Vec<Slot>,
    /// Whether there may be more arguments.
    has_more: bool,
}

/// What an argument must be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    /// The value: a literal.
    Value,
    /// `_`: anything.
    Any,
    /// `word`: this, as a name or as a text.
    Is(String),
    /// `~word`: something with this in it.
    Holds(String),
}

impl CallShape {
    /// Reads a call as patterns write it; `None` where it is none.
    pub(super) fn parse(written: &str) -> Option<Self> {
        let (path, rest) = written.trim().split_once('(')?;
        let inner = rest.strip_suffix(')')?;
        let is_member = path.starts_with('.');
        let path = path.strip_prefix('.').unwrap_or(path);
        let is_name = |it: &str| {
            !it.is_empty()
                && it
                    .bytes()
                    .all(|it| it.is_ascii_alphanumeric() || it == b'_')
        };
        if !path.split('.').all(is_name) {
            return None;
        }
        let mut words: Vec<&str> = inner.split(',').map(str::trim).collect();
        let has_more = words.pop_if(|it| *it == "...").is_some();
        let slots = words.into_iter().map(Slot::parse);
        let slots: Vec<Slot> = slots.collect::<Option<_>>()?;
        let values = slots.iter().filter(|it| **it == Slot::Value).count();
        (values == 1 && slots.len() <= MOST).then(|| Self {
            function: path.split('.').map(Self::plain).collect(),
            spellings: spellings(path.rsplit('.').next().unwrap_or_default()),
            is_member,
            slots,
            has_more,
        })
    }

    /// The words of which a text with the call holds one: the function in both ways of writing
    /// it, or what it is a member of where that is long enough to be rare.
    pub(super) fn words(written: &str) -> Vec<String> {
        let path = written.split('(').next().unwrap_or_default().trim();
        let mut names = path.rsplit('.');
        let function = names.next().unwrap_or_default();
        let owner = names.next().filter(|it| it.len() > RARE);
        spellings(owner.unwrap_or(function))
    }

    /// The function in both ways of writing it, in lower case.
    #[must_use]
    pub fn spellings(&self) -> &[String] {
        &self.spellings
    }

    /// The name of the function, as [`CallShape::plain`] makes it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.function.last().map_or("", String::as_str)
    }

    /// What the function is a member of, as [`CallShape::plain`] makes it.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.function.iter().rev().nth(1).map(String::as_str)
    }

    /// The word at `span`, when it is no part of a longer one.
    #[must_use]
    pub fn word(text: &str, span: Span) -> Option<&str> {
        let bytes = text.as_bytes();
        let before = span.start.checked_sub(1).and_then(|it| bytes.get(it));
        let is_part = before.is_some_and(|it| is_word(*it))
            || bytes.get(span.end).is_some_and(|it| is_word(*it));
        span.of(text).filter(|_| !is_part)
    }

    /// Where the name of the function ends in `text`, when `word`, one of [`CallShape::words`], is
    /// it or what it is a member of.
    #[must_use]
    pub fn named_at(&self, text: &str, word: Span) -> Option<usize> {
        let written = Self::word(text, word)?;
        if is_same(self.name(), written) {
            return Some(word.end);
        }
        self.owner().filter(|it| is_same(it, written))?;
        let rest = text.get(word.end..)?;
        let joint = rest.find(|it: char| !is_joint(it))?;
        let member = rest.get(joint..).filter(|_| joint > 0)?;
        let end = member.bytes().position(|it| !is_word(it))?;
        is_same(self.name(), member.get(..end)?).then_some(word.end + joint + end)
    }

    /// A name as names are compared: without what tells languages apart.
    #[must_use]
    pub fn plain(name: &str) -> String {
        letters(name).collect()
    }

    /// The value that `call`, a part of `text`, has where this one has its own.
    #[must_use]
    pub fn value(&self, text: &str, call: &Call) -> Option<Span> {
        let mut names = call.function.iter().rev().filter_map(|it| it.of(text));
        let is_function = self
            .function
            .iter()
            .rev()
            .all(|it| names.next().is_some_and(|name| is_same(it, name)));
        let is_member = call.function.len() > 1;
        let is_whole = if self.has_more {
            call.arguments.len() >= self.slots.len()
        } else {
            call.arguments.len() == self.slots.len()
        };
        if !is_function || (self.is_member && !is_member) || !is_whole {
            return None;
        }
        let mut value = None;
        for (slot, argument) in self.slots.iter().zip(&call.arguments) {
            match slot {
                Slot::Value => value = Some(argument.literal?),
                Slot::Any => {}
                Slot::Is(word) if said(text, argument).eq_ignore_ascii_case(word) => {}
                Slot::Holds(word) if said(text, argument).to_ascii_lowercase().contains(word) => {}
                Slot::Is(_) | Slot::Holds(_) => return None,
            }
        }
        value
    }
}

impl Slot {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "" | "~" | "..." => None,
            "@" => Some(Self::Value),
            "_" => Some(Self::Any),
            _ => Some(match word.strip_prefix('~') {
                Some(part) => Self::Holds(part.to_ascii_lowercase()),
                None => Self::Is(word.to_owned()),
            }),
        }
    }
}

/// What an argument says: a literal without its quotes.
fn said<'t>(text: &'t str, argument: &Argument) -> &'t str {
    let span = argument.literal.unwrap_or(argument.whole);
    span.of(text).unwrap_or_default()
}

/// Whether `name` is the one that [`CallShape::plain`] has made `wanted` of.
fn is_same(wanted: &str, name: &str) -> bool {
    letters(name).eq(wanted.chars())
}

/// Whether a name may hold `byte`.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether it may stand between a thing and its member: `.`, `->`, `::`, `?.`, blanks.
fn is_joint(it: char) -> bool {
    it.is_whitespace() || matches!(it, '.' | '-' | '>' | ':' | '?' | '!' | '(' | ')')
}

/// A name in lower case, without the mark of a variable and without what joins its words.
fn letters(name: &str) -> impl Iterator<Item = char> {
    let name = name.trim_start_matches(['$', '@']);
    let joints = name
        .char_indices()
        .filter(|(at, it)| *at == 0 || *it != '_');
    joints.map(|(_, it)| it.to_ascii_lowercase())
}

/// A name in both ways of writing it, in lower case.
fn spellings(name: &str) -> Vec<String> {
    let mut spellings = vec![name.to_ascii_lowercase(), in_snake_case(name)];
    spellings.dedup();
    spellings
}

/// `setBasicAuth` as `set_basic_auth`.
fn in_snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for it in name.chars() {
        if it.is_ascii_uppercase() && after_small {
            snake.push('_');
        }
        after_small = it.is_ascii_lowercase() || it.is_ascii_digit();
        snake.push(it.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::*;
    use crate::lang::Syntax;

    fn found<'t>(path: &str, text: &'t str, shape: &str) -> Vec<&'t str> {
        let shape = CallShape::parse(shape).unwrap();
        let calls = Syntax::of_path(Utf8Path::new(path))
            .calls(text, &|it| shape.name() == CallShape::plain(it));
        let values = calls.iter().filter_map(|it| shape.value(text, it));
        values.filter_map(|it| it.of(text)).collect()
    }

    #[test]
    fn a_value_has_its_place() {
        let text = "a.Open(b, \"one\"); a.Open(\"x\", c); a.Open(b, \"y\", d);";
        assert_eq!(found("a.java", text, "open(_, @)"), ["one"]);
        assert_eq!(found("a.java", text, "open(_, @, ...)"), ["one", "y"]);
    }

    #[test]
    fn languages_write_a_name_in_their_own_way() {
        for (path, text) in [
            ("a.go", "req.SetBasicAuth(u, \"one\")"),
            ("a.rs", "req.set_basic_auth(u, \"one\")"),
            ("a.php", "$req->setBasicAuth($u, 'one');"),
            ("a.rb", "req.set_basic_auth u, 'one'"),
        ] {
            assert_eq!(found(path, text, ".setBasicAuth(_, @)"), ["one"], "{path}");
        }
        assert_eq!(found("a.py", "a._login(b, 'x')", ".login(_, @)"), [""; 0]);
        let words = CallShape::words(".setBasicAuth(_, @)");
        assert_eq!(words, ["setbasicauth", "set_basic_auth"]);
        assert_eq!(CallShape::words("jwt.encode(_, @)"), ["encode"]);
        assert_eq!(CallShape::words("argon.encode(_, @)"), ["argon"]);
    }

    #[test]
    fn what_a_function_is_a_member_of_counts_where_it_is_written() {
        let text = "open(\"one\"); a.open(\"two\"); b().open(\"three\");";
        assert_eq!(found("a.java", text, "a.open(@)"), ["two"]);
        assert_eq!(found("a.java", text, ".open(@)"), ["two", "three"]);
        assert_eq!(found("a.java", text, "open(@)"), ["one", "two", "three"]);
    }

    #[test]
    fn other_arguments_may_have_to_be_something() {
        let text =
            "set(c, OPT_USERPWD, \"one\"); set(c, OPT_URL, \"x\"); set(c, \"my-pass\", \"two\")";
        assert_eq!(found("a.c", text, "set(_, OPT_USERPWD, @)"), ["one"]);
        assert_eq!(found("a.c", text, "set(_, ~PASS, @)"), ["two"]);
    }

    #[test]
    fn a_call_is_known_where_its_words_stand() {
        for (written, text, word, expected) in [
            ("a.logIn(@)", "x.log_in (1)", "log_in", Some("x.log_in")),
            ("a.logIn(@)", "my_log_in(1)", "log_in", None),
            ("a.logIn(@)", "log_ins(1)", "log_in", None),
            (
                "argon.hash(@)",
                "argon->hash(1)",
                "argon",
                Some("argon->hash"),
            ),
            (
                "argon.hash(@)",
                "Argon\n  ::Hash(1)",
                "Argon",
                Some("Argon\n  ::Hash"),
            ),
            ("argon.hash(@)", "argon.hashed(1)", "argon", None),
            ("argon.hash(@)", "argon, hash(1)", "argon", None),
            ("argon.hash(@)", "argonhash(1)", "argon", None),
        ] {
            let shape = CallShape::parse(written).unwrap();
            let start = text.find(word).unwrap();
            let end = shape.named_at(text, Span::new(start, start + word.len()));
            assert_eq!(end.and_then(|it| text.get(..it)), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_call_is_refused() {
        for wrong in [
            "",
            "f",
            "f(",
            "f()",
            "f(_)",
            "f(@, @)",
            "(@)",
            "a..f(@)",
            "f(@,)",
            "f(..., @)",
            "f g(@)",
        ] {
            assert_eq!(CallShape::parse(wrong), None, "{wrong}");
        }
    }
}
