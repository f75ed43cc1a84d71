use std::time::{Duration, Instant};

use tree_sitter::{Query, QueryCursor, StreamingIterator as _, Tree};

use super::*;
use crate::detect::document::parse;
use crate::lang::Family;
use crate::lang::Language;
use crate::pattern::Matcher;
use crate::pattern::Options;
use crate::pattern::PatternSet;

const PYTHON: &str = r#"
import os, jwt as j
from . import wrapper
from shield_secrets import get_secret as g
from a.b import (c, d as e)
SECRET_KEY = os.environ["A"] or "x"
TOKEN: str = "b"
config = {"password": "x", f"k": get("y"), "n": {"m": ("user", "pw"), "l": a.b}}
jwt.encode({"a": 1}, "key", algorithm="HS256")
hmac.new(# a comment
    b"key", "msg")
Client("a", # another
    "b", c="d", api_key="e", key=("f", "g"))
a.Client(*args, "x", **kw); Client(); Client("only"); x.y.Client("u", "p")
connect("host", "user", "password")(add(SessionMiddleware, "z", secret_key="k"))
broken(
"#;

const ECMASCRIPT: &str = r#"
import { getSecret, other as o } from "./shield-secrets";
const { getSecret: g, wrapper } = require("shield");
const apiKey = process.env.A || "b", token = f("x"), plain = 1;
jwt.sign({ a: 1 }, "key", /* note */ "other");
new Client("a", "b", "c"); new a.Client({ apiKey: "x", "quoted": "y", nested: { secret: "z" } });
app.use(session({ secret: ["a", "b"], cookie: { secret: 'c' }, [d]: "e" }));
client.login({ ...rest, password: `t` }, { password: "u" });
cookieParser("s"); x.cookieParser("s", "t"); crypto.createHmac("sha256", "key").update(y);
const cfg = { "password": "x", token: a.b, secret: "q" + r };
broken({
"#;

/// The captures of a match, by name.
type Told = Vec<(String, Span)>;

/// The matches in order, each once.
fn sorted(matches: impl Iterator<Item = Told>) -> Vec<Told> {
    let mut all: Vec<Told> = matches
        .map(|mut it| {
            it.sort();
            it
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

/// The matches as tree-sitter finds them.
fn expected(source: &str, grammar: &tree_sitter::Language, text: &str, tree: &Tree) -> Vec<Told> {
    let query = Query::new(grammar, source).unwrap();
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    let mut all = Vec::new();
    while let Some(one) = matches.next() {
        let told = one.captures().iter().map(|it| {
            let name = query.capture_names()[it.index as usize];
            (name.to_owned(), Span::from(it.node.byte_range()))
        });
        all.push(told.collect());
    }
    sorted(all.into_iter())
}

/// The same, as they are found here.
fn found(shape: &Shape, tree: &Tree) -> Vec<Told> {
    let mut clock = Clock::of(Duration::from_mins(1));
    let nodes = Nodes::of(tree, &[shape], &mut clock);
    let matches = shape.matches(&nodes, &mut clock);
    let told = |(number, span): (usize, Span)| (shape.captures[number].clone(), span);
    sorted(
        matches
            .into_iter()
            .map(|it| it.0.into_iter().map(told).collect()),
    )
}

/// Every query of the built-in patterns.
fn sources() -> Vec<(Family, String)> {
    let patterns = PatternSet::all(&Options::default()).unwrap();
    let points = patterns.iter().flat_map(|it| &it.points);
    let shapes = points.flat_map(|it| match &it.matcher {
        Matcher::Query { shapes, .. } => shapes.clone(),
        Matcher::Absence {
            anchor, require, ..
        } => [anchor.clone(), require.clone()].concat(),
        Matcher::Literal { .. }
        | Matcher::Assignment { .. }
        | Matcher::EnvRead { .. }
        | Matcher::Argument { .. } => Vec::new(),
    });
    shapes.collect()
}

/// Expects that a query matches as tree-sitter would have it; tells how often.
fn same(language: Language, source: &str, text: &str) -> usize {
    let grammar = language.grammar();
    let tree = parse(text, language).unwrap();
    let shape = Shape::read(source, &grammar).unwrap();
    let found = found(&shape, &tree);
    assert_eq!(found, expected(source, &grammar, text, &tree), "{source}");
    found.len()
}

#[test]
fn built_in_queries_match_as_tree_sitter_would_have_it() {
    let mut count = 0;
    for (family, source) in sources() {
        count += match family {
            Family::Python => same(Language::Python, &source, PYTHON),
            Family::EcmaScript => [Language::JavaScript, Language::TypeScript, Language::Tsx]
                .map(|it| same(it, &source, ECMASCRIPT))
                .iter()
                .sum(),
        };
    }
    assert!(count > 400, "{count}");
}

#[test]
fn anchors_and_alternatives_mean_what_they_mean_to_tree_sitter() {
    for source in [
        "(argument_list . (_) @a)",
        "(argument_list (_) @a . (string) @b)",
        "(argument_list (string) @a (string) @b)",
        "(argument_list (_) @a (_) @b .)",
        "(argument_list . (string) @a .)",
        "[(call) (pair)] @a",
        "(call function: [(identifier) (attribute)] @a arguments: (_ (string)) @b)",
        "(pair key: (string (string_content) @a @b)) (identifier) @c",
    ] {
        assert!(same(Language::Python, source, PYTHON) > 0, "{source}");
    }
}

#[test]
fn queries_of_other_kinds_are_left_to_tree_sitter() {
    let grammar = Language::Python.grammar();
    for source in [
        "(call)* @a",
        "(call (identifier)? @a)",
        "(call \"(\" @a)",
        "((identifier) @a (#eq? @a \"b\"))",
        "(expression) @a",
        "(ERROR) @a",
        "(MISSING identifier) @a",
        "(call !function) @a",
        "_ @a",
        "(_ (string) @a)",
        "(_ (string) @a)",
        "(identifier) @a.b",
        "(identifier) @a-b",
        "; a comment\n(identifier) @a",
        "(nothing) @a",
        "(call nothing: (identifier)) @a",
        "(call",
    ] {
        assert!(Shape::read(source, &grammar).is_none(), "{source}");
    }
}

#[test]
fn a_search_ends_in_time() {
    let grammar = Language::Python.grammar();
    let text = format!("f({})", "'a', ".repeat(20_000));
    let tree = parse(&text, Language::Python).unwrap();
    let source = "(argument_list (string) @a (string) @b (string) @c (string) @d)";
    let shape = Shape::read(source, &grammar).unwrap();
    let start = Instant::now();
    let mut clock = Clock::of(Duration::from_millis(50));
    let nodes = Nodes::of(&tree, &[&shape], &mut clock);
    drop(shape.matches(&nodes, &mut clock));
    assert!(start.elapsed() < Duration::from_secs(20));
}
