//! Tests of reading and compiling a pattern file.

use miette::Diagnostic as _;

use super::*;
use crate::pattern::Matcher;
use crate::pattern::Reach;
use crate::pattern::script;
use crate::yaml::Mistake;

const TOKEN: &str = "\
schema: 1
id: acme/tökën
title: A token
severity: high
detect:
  - literal:
      regex: 'acme_(?<secret>[0-9a-f]{32})'
";

fn token() -> String {
    TOKEN.replace("tökën", "token")
}

fn of(text: &str) -> Result<Pattern, PatternError> {
    compile(&script("acme.yaml", text))
}

/// What is wrong with the text, where, and what to do about it.
fn wrong(text: &str) -> (String, String, String) {
    let error = of(text).unwrap_err();
    let help = error.help().map(|it| it.to_string()).unwrap_or_default();
    let PatternError::Invalid(Mistake { message, span, .. }) = error else {
        panic!("{error}");
    };
    let place = text.get(span.offset()..span.offset() + span.len());
    (message, place.unwrap().to_owned(), help)
}

fn with(from: &str, to: &str) -> (String, String, String) {
    assert!(token().contains(from));
    wrong(&token().replace(from, to))
}

#[test]
fn five_fields_make_a_pattern() {
    let pattern = of(&token()).unwrap();
    assert_eq!(pattern.id(), "acme/token");
    assert_eq!(pattern.risk.impact, Level::High);
    let point = pattern.points.first().unwrap();
    assert!(matches!(point.matcher, Matcher::Literal { .. }));
    assert_eq!(point.needles.first().unwrap().bytes, b"acme_");
    assert_eq!(point.needles.first().unwrap().reach, Reach::Exactly(0));
}

#[test]
fn a_field_that_does_not_exist_is_an_error() {
    let (message, place, help) = with("title:", "titel:");
    assert_eq!(message, "there is no field `titel` here");
    assert_eq!(place, "titel");
    assert_eq!(help, "did you mean `title`?");
}

#[test]
fn a_word_that_is_not_known_is_an_error() {
    let (message, place, help) = with("high", "hihg");
    assert_eq!(message, "`hihg` is not known here");
    assert_eq!(place, "hihg");
    assert_eq!(help, "did you mean `high`?");
}

#[test]
fn a_value_of_the_wrong_type_is_an_error() {
    assert_eq!(
        with("schema: 1", "schema: one").0,
        "a number is expected here"
    );
    let (message, place, _) = with("A token", "[A, token]");
    assert_eq!(message, "a text is expected here");
    assert_eq!(place, "[");
    let list = with("  - literal:\n      regex: ", "  literal: ");
    assert_eq!(list.0, "a list is expected here");
}

#[test]
fn a_field_that_is_missing_is_an_error() {
    assert_eq!(
        with("title: A token\n", "").0,
        "the field `title` is missing"
    );
}

#[test]
fn a_field_that_is_given_twice_is_an_error() {
    let (message, ..) = with("severity: high", "severity: high\nseverity: low");
    assert_eq!(message, "`severity` is given twice");
}

#[test]
fn text_that_is_not_yaml_is_an_error_with_a_place() {
    let text = token().replace("title: A token", "title: *ünknown");
    let error = of(&text).unwrap_err();
    let PatternError::Invalid(Mistake { message, span, .. }) = error else {
        panic!("{error}");
    };
    assert!(message.ends_with("alias references unknown anchor"));
    assert_eq!(span.offset(), text.find("*ünknown").unwrap());
    assert!(of("").is_err());
    assert!(of("a: [").is_err());
    assert!(of(&format!("{}---\n{}", token(), token())).is_err());
}

#[test]
fn another_format_is_an_error() {
    let (message, place, help) = with("schema: 1", "schema: 2");
    assert_eq!(message, "the format 2 is not known");
    assert_eq!(place, "2");
    assert_eq!(help, "this version of shield reads `schema: 1`");
}

#[test]
fn an_id_has_few_characters() {
    assert_eq!(wrong(TOKEN).0, "this cannot be an id");
    assert_eq!(with("acme/token", "Acme/token").1, "Acme/token");
    assert_eq!(with("acme/token", "../token").1, "../token");
}

#[test]
fn an_error_in_an_expression_points_into_it() {
    let (message, place, _) = with("[0-9a-f]{32}", "[0-9a-f]{32,8}");
    assert!(message.starts_with("the expression is wrong: invalid repetition"));
    assert_eq!(place, "{32,8}");
    let quoted = with("'acme_", "'it''s_[z-a]acme_");
    assert_eq!(quoted.1, "z-a");
    let block = wrong(
        &token()
            .replace("regex: 'acme_", "regex: |\n        é(acme_")
            .replace(")'", ")"),
    );
    assert_eq!(block.1, "(");
}

#[test]
fn look_around_and_back_references_are_told_to_take_too_long() {
    for (part, wanted) in [("(?=x)", "(?="), ("(?<!x)", "(?<!"), ("(a)\\1", "\\1")] {
        let (_, place, help) = with("acme_", part);
        assert_eq!(place, wanted);
        assert!(help.contains("linear time"), "{help}");
    }
}

#[test]
fn an_expression_without_the_group_is_an_error() {
    let (message, place, help) = with("<secret>", "<secre>");
    assert_eq!(message, "the expression needs a group named `secret`");
    assert!(place.starts_with("'acme_"));
    assert!(help.contains("(?<secret>"));
}

#[test]
fn an_expression_too_large_to_run_is_an_error() {
    let (message, ..) = with("{32}", "{1000}{1000}{1000}");
    assert_eq!(message, "the expression is too large");
}

#[test]
fn an_expression_that_every_text_must_be_searched_for_needs_keywords() {
    let (message, ..) = with("acme_", "");
    assert!(message.starts_with("every text would have to be searched"));
    let keywords = "keywords: [acme]\n      regex: '";
    let pattern = of(&token().replace("regex: 'acme_", keywords)).unwrap();
    let needles = &pattern.points.first().unwrap().needles;
    assert_eq!(needles.first().unwrap().bytes, b"acme");
    assert_eq!(needles.first().unwrap().reach, Reach::Within(256));
    let short = with("regex: 'acme_", "keywords: [ac]\n      regex: '");
    assert_eq!((&*short.0, &*short.1), ("the keyword is too short", "ac"));
}

#[test]
fn a_point_has_exactly_one_way_to_find_something() {
    let none = with(
        "literal:\n      regex: 'acme_(?<secret>[0-9a-f]{32})'",
        "point: a",
    );
    assert_eq!(none.0, "the point does not say how to find anything");
    let two = with(
        "  - literal:",
        "  - env_read: { name: token }\n    literal:",
    );
    assert_eq!(two.0, "the point has more than one way to find something");
}

#[test]
fn several_points_have_names_of_their_own() {
    let text = token() + "  - env_read: { name: token }\n";
    assert_eq!(wrong(&text).0, "the point has no name");
    let named = token().replace("  - literal:", "  - point: a\n    literal:")
        + "  - point: a\n    env_read: { name: token }\n";
    assert_eq!(wrong(&named).0, "the point has the name of another one");
}

#[test]
fn a_glob_that_is_wrong_is_an_error() {
    let (message, place, _) = with("detect:", "files: { exclude: ['a/{b'] }\ndetect:");
    assert!(message.starts_with("the glob is wrong"));
    assert_eq!(place, "'a/{b'");
}

#[test]
fn a_star_stays_in_its_folder() {
    let files = "files: { include: ['**/config/*.py'] }\ndetect:";
    let pattern = of(&token().replace("detect:", files)).unwrap();
    assert!(pattern.looks_at("config/a.py".into()));
    assert!(pattern.looks_at("app/config/a.py".into()));
    assert!(!pattern.looks_at("app/config/old/a.py".into()));
}

#[test]
fn repeated_anchors_do_not_fill_the_memory() {
    let long = "x".repeat(100_000);
    let many = "*a, ".repeat(100_000);
    assert!(of(&format!("title: &a {long}\naliases: [{many}]")).is_err());
    let mut bomb = "a0: &a0 [x, x, x]\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        let line = ["a", &level.to_string(), ": &a", &level.to_string()].concat();
        let alias = format!("*a{below}");
        bomb += &[&line, " [", &[&*alias; 3].join(", "), "]\n"].concat();
    }
    assert!(
        of(&format!(
            "references: {{ compliance: {{ x: [] }} }}\n{bomb}"
        ))
        .is_err()
    );
    assert!(of(&format!("detect: {}", "[".repeat(100_000))).is_err());
    assert!(of(&format!("detect: {}", "{a: ".repeat(100_000))).is_err());
}

const PAIR: &str = "\
schema: 1
id: acme/key
title: A key
severity: high
detect:
  - point: id
    literal:
      regex: '(?<secret>acmeid_[0-9]{4})'
  - point: secret
    only_together: true
    literal:
      regex: '(?<secret>acmesecret_[0-9]{4})'
  - point: account
    public: true
    literal:
      regex: '(?<secret>acmeaccount_[0-9]{4})'
  - point: variable
    env_read: { name: acme_key }
together:
  - main: [secret]
    with: [id, account]
";

#[test]
fn points_that_belong_together_are_named() {
    let pattern = of(PAIR).unwrap();
    let group = pattern.together.first().unwrap();
    assert_eq!((group.main.len(), group.with.len()), (1, 2));
    assert_eq!(group.within, 10);
    assert!(pattern.points[1].only_together && !pattern.points[1].public);
    assert!(pattern.points[2].only_together && pattern.points[2].public);
}

#[test]
fn what_cannot_belong_together_is_pointed_at() {
    let wrong_with = |from: &str, to: &str| {
        assert!(PAIR.contains(from));
        let (message, place, _) = wrong(&PAIR.replace(from, to));
        (message, place)
    };
    for (from, to, message, place) in [
        (
            "[secret]",
            "[secrte]",
            "there is no point `secrte`",
            "secrte",
        ),
        (
            "[id, account]",
            "[secret]",
            "`secret` has another place under `together`",
            "secret",
        ),
        (
            "[secret]",
            "[account]",
            "the main part of a credential is a secret, and this point is `public`",
            "account",
        ),
        (
            "[id, account]",
            "[variable]",
            "this point does not find a value",
            "variable",
        ),
        (
            "account]\n",
            "account]\n    within: 101\n",
            "101 lines are too far apart",
            "101",
        ),
    ] {
        let found = wrong_with(from, to);
        assert_eq!(found, (message.to_owned(), place.to_owned()));
    }
    let message = |to: &str| wrong_with("[id, account]", to).0;
    assert_eq!(
        message("[]"),
        "a credential of one part is nothing to put together"
    );
    assert_eq!(
        message("[id]"),
        "the point finds nothing: it is `public` and belongs to no other"
    );
}

#[test]
fn a_class_of_characters_that_are_not_ascii_is_an_error_wherever_it_stands() {
    let value = "regex: 'acme_(?<secret>[0-9a-f]{32})'";
    for (expression, wrong_part) in [
        ("^[äöü]+$", "ä"),
        (r"\p{Greek}", r"\p{Greek}"),
        ("[^é]x", "é"),
    ] {
        let rejected = format!("{value}\n      checks:\n        - reject: '{expression}'");
        let (message, place, help) = with(value, &rejected);
        assert!(
            message.starts_with("the expression is wrong: "),
            "{message}"
        );
        assert_eq!(place, wrong_part);
        assert!(help.contains("`(?:ä|ö)` for `[äö]`"), "{help}");
    }
    let names = "  - assignment:\n      name: 'acme_token'\n      except: 'ö[ä-ü]'";
    let literal = format!("  - literal:\n      {value}");
    assert_eq!(with(&literal, names).1, "ä");
    let spelled = format!("{value}\n      checks:\n        - reject: '^(?:ä|ö)'");
    assert!(of(&token().replace(value, &spelled)).is_ok());
}
