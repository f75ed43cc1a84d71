//! Words that tell something wherever they stand, found in one pass over a text.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// What words are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// Secrets.
    Credential,
    /// Tests and examples.
    Test,
    /// What everybody may know.
    Public,
    /// Reads of the environment.
    Read,
    /// Assertions of tests.
    Assertion,
    /// Accounts.
    User,
    /// What people read.
    Message,
    /// Declarations.
    Declaration,
    /// Places of examples.
    Example,
    /// Places of texts for people.
    Texts,
    /// Places of settings.
    Settings,
}

/// The words of each topic; some belong to several.
const TERMS: &[(Topic, &[&str])] = &[
    (
        Topic::Credential,
        &[
            "passw", "pass", "pwd", "secret", "token", "key", "auth", "cred",
        ],
    ),
    (
        Topic::Test,
        &[
            "test", "example", "sample", "dummy", "fake", "mock", "foo", "bar", "demo", "your",
            "some", "my", "default",
        ],
    ),
    (Topic::Public, &["pub"]),
    (
        Topic::Read,
        &[
            "environ",
            "getenv",
            "process.env",
            "env[",
            "env(",
            "env.get",
            "env.fetch",
        ],
    ),
    (
        Topic::Assertion,
        &["assert", "expect", "should", "equal", ".to_be", "==="],
    ),
    (
        Topic::User,
        &["user", "login", "email", "account", "admin", "root"],
    ),
    (
        Topic::Message,
        &[
            "error",
            "message",
            "raise",
            "throw",
            "print",
            "log.",
            "logger",
            "title",
            "label",
            "help",
            "describe(",
            "it(",
            "desc",
        ],
    ),
    (
        Topic::Declaration,
        &[
            "type",
            "import",
            "require(",
            "include",
            "class ",
            "interface",
            "columns",
            "field",
            "getby",
            "queryselector",
            "foreign",
            "primary",
            "name=",
        ],
    ),
    (
        Topic::Example,
        &["example", "sample", "demo", "tutorial", "template", "doc"],
    ),
    (
        Topic::Texts,
        &["locale", "i18n", "lang", "translat", "messages", "strings"],
    ),
    (
        Topic::Settings,
        &[
            "config",
            "settings",
            ".env",
            "conf",
            "compose",
            "secret",
            "credential",
            "properties",
        ],
    ),
];

/// The topics that a text touches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Topics(u16);

impl Topics {
    /// The topics of the words in `text`, in any case of letters.
    pub(super) fn of(text: &[u8]) -> Self {
        let Some(finder) = FINDER.as_ref() else {
            return Self::default();
        };
        let mut topics = 0;
        for found in finder.words.find_overlapping_iter(text) {
            let of_word = finder.topics.get(found.pattern().as_usize());
            topics |= of_word.copied().unwrap_or_default();
        }
        Self(topics)
    }

    /// Whether a word of `topic` is among them.
    pub(super) fn has(self, topic: Topic) -> bool {
        self.0 & bit(topic) != 0
    }
}

/// Finds all words at once.
struct Finder {
    words: AhoCorasick,
    topics: Vec<u16>,
}

static FINDER: LazyLock<Option<Finder>> = LazyLock::new(|| {
    let of_topic = |(topic, words): &(Topic, &'static [&'static str])| {
        let bit = bit(*topic);
        words.iter().map(move |it| (*it, bit)).collect::<Vec<_>>()
    };
    let (words, topics): (Vec<&str>, Vec<u16>) = TERMS.iter().flat_map(of_topic).unzip();
    let mut builder = AhoCorasick::builder();
    builder
        .ascii_case_insensitive(true)
        .prefilter(false)
        .kind(Some(AhoCorasickKind::DFA));
    let words = builder.build(words).ok()?;
    Some(Finder { words, topics })
});

fn bit(topic: Topic) -> u16 {
    1 << topic as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_told_by_words_inside_each_other() {
        let topics = Topics::of(b"os.ENVIRON['x'] == secret_examples");
        for topic in [
            Topic::Read,
            Topic::Credential,
            Topic::Settings,
            Topic::Test,
            Topic::Example,
        ] {
            assert!(topics.has(topic), "{topic:?}");
        }
        assert!(!topics.has(Topic::User));
        assert_eq!(Topics::of(b""), Topics::default());
    }
}
