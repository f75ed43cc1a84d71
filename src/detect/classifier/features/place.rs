//! What the place tells: the file, and the line around the value.

use super::terms::{Topic, Topics};
use super::{Feature, Features};
use crate::detect::classifier::Form;
use crate::detect::classifier::view::View;
use crate::lang::{Dialect, Format, Language, Syntax};
use crate::risk::FileClass;

/// So much of a path counts, from its end, in bytes.
const PATH: usize = 96;

/// Fills in what the place tells.
pub(super) fn fill(view: &View<'_>, features: &mut Features) {
    let candidate = &view.candidate;
    features.flag(Feature::Mentioned, candidate.form == Form::Mentioned);
    features.flag(Feature::Argument, candidate.form == Form::Argument);
    let class = candidate.class;
    features.flag(Feature::InTest, class == FileClass::Test);
    features.flag(Feature::InDocumentation, class == FileClass::Documentation);
    let copied = matches!(
        class,
        FileClass::Vendored | FileClass::Generated | FileClass::Lockfile
    );
    features.flag(Feature::Copied, copied);
    features.set(Feature::Syntax, f32::from(syntax(candidate.syntax)));
    fill_line(view, features);
    let path = candidate.path.as_str().as_bytes();
    let path = path
        .get(path.len().saturating_sub(PATH)..)
        .unwrap_or_default();
    let topics = Topics::of(path);
    features.flag(Feature::PathExample, topics.has(Topic::Example));
    features.flag(Feature::PathTexts, topics.has(Topic::Texts));
    features.flag(Feature::PathSettings, topics.has(Topic::Settings));
}

/// What the line around the value tells.
fn fill_line(view: &View<'_>, features: &mut Features) {
    let before = view.before.as_bytes();
    let after = view.after.as_bytes();
    let (quote, before): (u8, _) = match before.split_last() {
        Some((b'"', rest)) => (1, rest),
        Some((b'\'', rest)) => (2, rest),
        Some((b'`', rest)) => (3, rest),
        _ => (0, before),
    };
    let after = match after.split_first() {
        Some((b'"' | b'\'' | b'`', rest)) if quote > 0 => rest,
        _ => after,
    };
    features.set(Feature::Quote, f32::from(quote));
    features.set(Feature::Joint, f32::from(joint(before.trim_ascii_end())));
    features.set(Feature::Next, f32::from(next(after.trim_ascii_start())));
    features.count(Feature::BeforeLength, before.len());
    let content = before.trim_ascii_start();
    features.count(Feature::Indentation, before.len() - content.len());
    let opens = |marks: &[&str]| marks.iter().any(|it| content.starts_with(it.as_bytes()));
    let comment = opens(&["//", "#", "*", "/*", "--", "<!--", ";"]) || content.ends_with(b"# ");
    features.flag(Feature::InComment, comment);
    let topics = Topics::of(before);
    features.flag(Feature::AfterRead, topics.has(Topic::Read));
    features.flag(Feature::InAssertion, topics.has(Topic::Assertion));
    features.flag(Feature::InMessage, topics.has(Topic::Message));
    features.flag(Feature::InDeclaration, topics.has(Topic::Declaration));
    let user = topics.has(Topic::User) || Topics::of(after).has(Topic::User);
    features.flag(Feature::BesideUser, user);
}

/// What joins the value to what stands before it.
fn joint(before: &[u8]) -> u8 {
    match before {
        [.., b'=' | b'!', b'='] => 1,
        [.., b'=' | b'-', b'>'] => 2,
        [.., b':', b'='] => 3,
        [.., b'='] => 4,
        [.., b':'] => 5,
        [.., b'('] => 6,
        [.., b','] => 7,
        [.., b'['] => 8,
        [.., b'{'] => 9,
        [.., b'>'] => 10,
        [.., b'|' | b'?' | b'+' | b'.'] => 11,
        [.., b'/'] => 12,
        [] => 13,
        [.., it] if it.is_ascii_alphanumeric() => 14,
        _ => 15,
    }
}

/// What follows the value.
fn next(after: &[u8]) -> u8 {
    match after {
        [] => 0,
        [b',', ..] => 1,
        [b')', ..] => 2,
        [b';', ..] => 3,
        [b'}', ..] => 4,
        [b']', ..] => 5,
        [b'.', ..] => 6,
        [b'+' | b'%' | b'|', ..] => 7,
        [b':', ..] => 8,
        [b'=' | b'!', ..] => 9,
        [b'<', ..] => 10,
        [b'#', ..] | [b'/', b'/', ..] => 11,
        [b'\\', ..] => 12,
        [b'&' | b'@', ..] => 13,
        [it, ..] if it.is_ascii_alphanumeric() => 14,
        _ => 15,
    }
}

/// How the file is read, in groups of what is alike.
fn syntax(syntax: Syntax) -> u8 {
    match syntax {
        Syntax::Plain => 0,
        Syntax::Data(Format::Dotenv) => 1,
        Syntax::Data(Format::Ini | Format::Properties) => 2,
        Syntax::Data(Format::Toml) => 3,
        Syntax::Data(Format::Yaml) => 4,
        Syntax::Data(Format::Json) => 5,
        Syntax::Data(Format::Hcl) => 6,
        Syntax::Data(Format::Xml) => 7,
        Syntax::Data(Format::Dockerfile | Format::Shell) => 8,
        Syntax::Lexed(Dialect::PowerShell | Dialect::Batch) => 9,
        Syntax::Lexed(Dialect::Sql) => 10,
        Syntax::Tree(Language::Python) | Syntax::Lexed(Dialect::Starlark) => 11,
        Syntax::Lexed(
            Dialect::Ruby | Dialect::Perl | Dialect::Lua | Dialect::Hash | Dialect::Elixir,
        ) => 12,
        Syntax::Lexed(Dialect::Php) => 13,
        Syntax::Tree(Language::JavaScript)
        | Syntax::Lexed(Dialect::Script | Dialect::Component) => 14,
        Syntax::Tree(Language::TypeScript | Language::Tsx) => 15,
        Syntax::Lexed(Dialect::Go) => 16,
        Syntax::Lexed(
            Dialect::Java
            | Dialect::Kotlin
            | Dialect::Groovy
            | Dialect::CSharp
            | Dialect::Swift
            | Dialect::Dart
            | Dialect::Basic,
        ) => 17,
        Syntax::Lexed(Dialect::C | Dialect::Rust | Dialect::Other) => 18,
    }
}
