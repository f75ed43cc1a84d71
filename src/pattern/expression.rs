//! Regular expressions, compiled when they are first used and no further than they are used.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::captures::Captures;
use regex_automata::util::pool::Pool;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use super::needle::Words;

/// In longer texts words are looked for before an expression, in bytes.
const SHORT: usize = 512;

/// After so many looks for the words an expression is compiled, since looking costs more.
const MANY: u32 = 256;

/// Larger expressions are not compiled, in bytes.
const LARGEST: usize = 10 * 1024 * 1024;

/// A regular expression that is compiled when it is first used.
///
/// It works on bytes: classes such as `\w` mean ASCII, `.` may match a part of a character.
#[derive(Debug)]
pub struct Expression {
    source: String,
    /// What every match holds.
    words: Words,
    /// How often it was looked for.
    looks: AtomicU32,
    /// Tells whether there is a match, which is all that most texts are asked.
    test: OnceLock<Option<Box<Test>>>,
    /// Tells what the groups of a match are.
    groups: OnceLock<Option<Box<PikeVM>>>,
}

impl Expression {
    /// An expression that is known to be well-formed.
    pub(super) fn new(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            words: Words::default(),
            looks: AtomicU32::new(0),
            test: OnceLock::new(),
            groups: OnceLock::new(),
        }
    }

    /// The same, of which it is known that every match holds `words`.
    pub(super) fn holding(self, words: Words) -> Self {
        Self { words, ..self }
    }

    /// The expression as it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Choices of words in lower case: every match holds one word of each, in any case.
    pub(crate) fn choices(&self) -> impl Iterator<Item = Vec<&[u8]>> {
        self.words.choices().map(Iterator::collect)
    }

    /// Whether it can be compiled; [`super::PatternSet::load`] excludes those of a user that are
    /// too large, and a test the others.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.test().is_some()
    }

    /// Whether it matches anywhere in `text`.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let input = Input::new(text).earliest(true);
        let end = self.test_for(&input).and_then(|it| it.end(&input));
        end.is_some()
    }

    /// The groups of its first match.
    #[must_use]
    pub fn captures(&self, input: &Input<'_>) -> Option<Captures> {
        let end = self.test_for(input)?.end(input)?;
        let groups = self.groups.get_or_init(|| {
            let nfa = compile(&self.source, WhichCaptures::All)?;
            PikeVM::new_from_nfa(nfa).ok().map(Box::new)
        });
        let groups = groups.as_ref()?;
        let mut captures = groups.create_captures();
        let input = input.clone().range(input.start()..end);
        groups.search(&mut groups.create_cache(), &input, &mut captures);
        captures.is_match().then_some(captures)
    }

    /// The test of `input`, which is not made for a text without the words, nor run all through a long
    /// one.
    fn test_for(&self, input: &Input<'_>) -> Option<&Test> {
        let is_long = input.get_anchored() == Anchored::No && input.get_span().len() > SHORT;
        let is_new = || self.looks.fetch_add(1, Ordering::Relaxed) < MANY;
        if is_long || (self.test.get().is_none() && is_new()) {
            let text = input.haystack().get(input.get_range())?;
            if !self.words.are_in(text) {
                return None;
            }
        }
        self.test()
    }

    fn test(&self) -> Option<&Test> {
        let test = self.test.get_or_init(|| Test::new(&self.source));
        test.as_deref()
    }
}

/// Makes what a search writes down.
type NewCache = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// An automaton that tells where a match ends, and knows nothing else of it.
struct Test {
    automaton: DFA,
    caches: Pool<Cache, NewCache>,
}

impl fmt::Debug for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Test").finish_non_exhaustive()
    }
}

impl Test {
    fn new(source: &str) -> Option<Box<Self>> {
        let automaton = DFA::builder()
            .configure(DFA::config().skip_cache_capacity_check(true))
            .build_from_nfa(compile(source, WhichCaptures::None)?)
            .ok()?;
        let maker = automaton.clone();
        let new: NewCache = Box::new(move || maker.create_cache());
        Some(Box::new(Self {
            automaton,
            caches: Pool::new(new),
        }))
    }

    /// The end of the first match.
    fn end(&self, input: &Input<'_>) -> Option<usize> {
        let found = self.automaton.try_search_fwd(&mut self.caches.get(), input);
        // It gives up on nothing: no byte makes it quit, and it may use its memory over again.
        found.ok().flatten().map(|it| it.offset())
    }
}

/// Compiles an expression that works on bytes; `None` when it is too large.
fn compile(source: &str, groups: WhichCaptures) -> Option<thompson::NFA> {
    let bytes = syntax::Config::new().unicode(false).utf8(false);
    let config = thompson::Config::new()
        .utf8(false)
        .nfa_size_limit(Some(LARGEST))
        .which_captures(groups);
    let mut compiler = thompson::Compiler::new();
    compiler.syntax(bytes).configure(config);
    compiler.build(source).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::needle;

    #[test]
    fn groups_are_those_of_the_first_match() {
        let expression = Expression::new(r"\b(?<secret>a+)(?<rest>b?)");
        let text = "xa aab ab";
        let group = |input: Input<'_>, name| {
            let captures = expression.captures(&input)?;
            captures.get_group_by_name(name).map(|it| it.range())
        };
        assert_eq!(group(Input::new(text), "secret"), Some(3..5));
        assert_eq!(group(Input::new(text), "rest"), Some(5..6));
        let anchored = Input::new(text).range(7..).anchored(Anchored::Yes);
        assert_eq!(group(anchored.clone(), "secret"), Some(7..8));
        assert_eq!(group(anchored.range(8..), "secret"), None);
        assert!(expression.is_match("see a"));
        assert!(!expression.is_match("see ba"));
    }

    #[test]
    fn a_text_without_the_words_is_not_worth_an_automaton() {
        let source = "acme[a-z]*(?:key|token)";
        let hir = needle::parse(source).unwrap();
        let expression = Expression::new(source).holding(Words::of(&hir));
        assert!(!expression.is_match("acme"));
        assert!(!expression.is_match("token"));
        assert!(expression.test.get().is_none());
        assert!(!expression.is_match("acme token"));
        assert!(expression.is_match("acmetoken"));
        assert!(!expression.is_match("acme"));
    }

    #[test]
    fn words_are_not_looked_for_over_and_over() {
        let source = "acme[a-z]*(?:key|token)";
        let hir = needle::parse(source).unwrap();
        let expression = Expression::new(source).holding(Words::of(&hir));
        for _ in 0..=MANY {
            assert!(!expression.is_match("acme"));
        }
        assert!(expression.test.get().is_some());
    }

    #[test]
    fn what_is_too_large_is_not_sound() {
        assert!(Expression::new("(?:a|b){3}").is_sound());
        assert!(!Expression::new(r"(?:\w{1000}){1000}").is_sound());
    }
}
