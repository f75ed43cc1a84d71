//! Words that people write where a secret belongs, and whether a text is made of them.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// A list of words.
pub(super) type Words = LazyLock<Vec<&'static str>>;

/// The words of a text, in which spaces stand between them.
pub(super) fn list(words: &'static str) -> Vec<&'static str> {
    words.split_whitespace().collect()
}

/// Parts of texts that are looked for together; nothing without memory for them.
pub(super) type Parts = LazyLock<Option<AhoCorasick>>;

/// The words of a text, to be found in any case of letters.
pub(super) fn parts(words: &'static str) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true);
    builder.build(words.split_whitespace()).ok()
}

/// Words that say that a value is to be replaced, or is what everybody has.
static STAND_INS: Words = Words::new(|| {
    list(
        "abc admin administrator asdf bar baz blah change changed changeit changeme changethis \
     default demo dev devel development dummy example fake fixme foo foobar guest hello \
     insecure insert letmein local localhost lorem minioadmin mock mongo my mysql notasecret \
     notsecret pa55word passw0rd p4ssw0rd placeholder postgres postgresql qux qwerty rabbitmq \
     random redacted redis replace replaceme root sample sekret sekrit shh shhh some super tbd \
     temp temporary test tiger tester testing tests tmp todo unsafe unsecure whatever world \
     xxx xyz your yours",
    )
});

/// Words that alone are a poor secret, and beside others are a part of a name.
static WEAK: Words =
    Words::new(|| list("pass passcode passphrase passwd password pwd secret secrets"));

/// Words that names are made of.
static FILLERS: Words = Words::new(|| {
    list(
        "access account an and api app application at auth authentication authorization aws \
     azure backend bad base basic bearer bot by cache ci client code config confirm \
     confirmation consumer cookie credential credentials csrf current data database db \
     deleted denied do email empty encryption enter env error exists expired failed failure \
     field file flask for forgot forgotten found from github gitlab go goes google grant \
     hash header here hidden id in incorrect input invalid is it jwt key keys label login \
     logout long match me mismatch missing must name new node non not oauth of old only or \
     personal please prefix private prod production public put real refresh repeat request \
     required reset response reuse reused safe salt same secure security server service \
     session set short show sign signature signing site slack so staging string stripe \
     strong text that the this to token tokens too type unauthorized update use user \
     username valid value verification verify very web webhook with word wrong xsrf you",
    )
});

/// How many digits may stand between words.
const MAX_DIGITS: usize = 4;

/// Texts longer than this are not taken apart.
const MAX_TEXT: usize = 96;

/// What a text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Make {
    /// Words that names are made of, and nothing else.
    Name,
    /// Words that stand in for a secret, perhaps among those of names.
    StandIn,
}

/// What a piece of a text can be at best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Reading {
    stand_in: bool,
    /// Whether every word is a weak one.
    weak: bool,
}

/// What `text` is made of, when it is made of known words and a few digits.
pub(super) fn make(text: &str) -> Option<Make> {
    if text.len() > MAX_TEXT || !text.is_ascii() {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    let mut whole: Option<Reading> = None;
    for piece in lower.split(|c: char| !c.is_ascii_alphanumeric()) {
        if piece.is_empty() {
            continue;
        }
        let reading = if piece.len() == 1 {
            Reading::LETTER
        } else {
            read(piece)?
        };
        whole = Some(whole.map_or(reading, |it| it.then(reading)));
    }
    let whole = whole?;
    if whole.stand_in || whole.weak {
        return (digits <= MAX_DIGITS || is_sequence(&lower)).then_some(Make::StandIn);
    }
    (digits <= 1).then_some(Make::Name)
}

impl Reading {
    const NOTHING: Self = Self {
        stand_in: false,
        weak: true,
    };

    /// A letter that stands alone.
    const LETTER: Self = Self {
        stand_in: false,
        weak: false,
    };

    fn then(self, next: Self) -> Self {
        Self {
            stand_in: self.stand_in || next.stand_in,
            weak: self.weak && next.weak,
        }
    }
}

/// Takes a piece of lower-case letters and digits apart into words and digits.
///
/// Of several ways, one with a stand-in is preferred.
fn read(piece: &str) -> Option<Reading> {
    let mut best: Vec<Option<Reading>> = vec![None; piece.len() + 1];
    if let Some(first) = best.first_mut() {
        *first = Some(Reading::NOTHING);
    }
    let mut has_word = false;
    for start in 0..piece.len() {
        let Some(before) = best.get(start).copied().flatten() else {
            continue;
        };
        let rest = piece.get(start..).unwrap_or_default();
        for (length, word) in words_at(rest) {
            has_word |= word != Reading::NOTHING || length > 1;
            let reading = Some(before.then(word));
            if let Some(end) = best.get_mut(start + length) {
                *end = (*end).max(reading);
            }
        }
    }
    let last = best.last().copied().flatten();
    last.filter(|_| has_word)
}

/// Every word that `rest` opens with, with its length; one digit counts as a word.
fn words_at(rest: &str) -> impl Iterator<Item = (usize, Reading)> + '_ {
    let first = rest.bytes().next().unwrap_or_default();
    let digit = first.is_ascii_digit().then_some((1, Reading::NOTHING));
    let listed = INDEX.get(usize::from(first)).into_iter().flatten();
    let found = listed.filter(|(word, _)| rest.starts_with(word));
    found
        .map(|(word, reading)| (word.len(), *reading))
        .chain(digit)
}

/// Words that open with the same byte, with what they are.
type Bucket = Vec<(&'static str, Reading)>;

/// All words, by the byte they open with.
static INDEX: LazyLock<Vec<Bucket>> = LazyLock::new(|| {
    let mut index = vec![Bucket::new(); 128];
    for (words, stand_in, weak) in [
        (&STAND_INS, true, false),
        (&WEAK, false, true),
        (&FILLERS, false, false),
    ] {
        for word in words.iter() {
            let first = word.bytes().next().unwrap_or_default();
            if let Some(bucket) = index.get_mut(usize::from(first)) {
                bucket.push((*word, Reading { stand_in, weak }));
            }
        }
    }
    index
});

/// Whether the digits of `text` are 1, 2, 3 and so on.
fn is_sequence(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    digits
        .windows(2)
        .all(|it| matches!(it, [one, two] if *two == one + 1 || (*one, *two) == (b'9', b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_taken_apart() {
        for text in [
            "changeme",
            "change-me",
            "CHANGE_ME",
            "changeme123",
            "mysecretpassword",
            "password",
            "Password1",
            "secret",
            "dev-secret-key",
            "my-super-secret-jwt-key",
            "testpassword",
            "admin",
            "root",
            "insecure-default-key",
            "your-api-key-here",
            "secret123456789",
            "dev-secret-key-change-me-in-production",
            "test1234",
            "notasecret",
            "foobar",
        ] {
            assert_eq!(make(text), Some(Make::StandIn), "{text}");
        }
    }

    #[test]
    fn names_are_taken_apart() {
        for text in [
            "access_token",
            "accessToken",
            "x-api-key",
            "client-secret",
            "new-password",
            "token",
            "incorrectPassword",
            "missingOldPassword",
            "tokenExpired",
        ] {
            assert_eq!(make(text), Some(Make::Name), "{text}");
        }
    }

    #[test]
    fn other_words_are_not_known() {
        for text in [
            "rosebud-1941",
            "hunter2x9",
            "kj3h4k5j",
            "test8472910",
            "",
            "--",
            "12345",
            "ä",
        ] {
            assert_eq!(make(text), None, "{text}");
        }
    }
}
