//! Programs of JavaScript and TypeScript that read the environment in every way there is.

use proptest::prelude::*;
use proptest::strategy::BoxedStrategy;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::RngAlgorithm;
use proptest::test_runner::TestRng;
use proptest::test_runner::TestRunner;

/// What stands before the expressions of a program of `CommonJS`: names for the process and its
/// environment, and names that only look like them.
const REQUIRED: [&str; 10] = [
    "const p = process, env = process.env;",
    "const { env } = process;\nconst p = require('process');",
    "const p = require('node:process');\nconst { env } = p;",
    "var p = process;\nvar env = p['env'];",
    "const { env: outer } = process;\nconst env = outer, p = globalThis.process;",
    "const { process: p } = globalThis;\nconst env = (p.env);",
    "const p = { env: { A_SECRET: 'own' } };\nconst env = p.env;",
    "function env() {}\nenv.A_SECRET = 'func';\nconst p = { env };",
    "let env = process.env, p = process;\nenv = { A_SECRET: 'other' };\np = { env };",
    "const p = process;\nconst env = { ...process.env, B_SECRET: 'copy' };",
];

/// What stands before the expressions of a module.
const IMPORTED: [&str; 5] = [
    "import process, { env } from 'node:process';\nconst p = process;",
    "import * as p from 'process';\nimport { env as outer } from 'process';\nconst env = outer;",
    "import p from 'process';\nconst { env } = p;",
    "import { env } from 'node:process';\nimport { default as p } from 'node:process';",
    "import { arch as env } from 'node:process';\nconst p = { env: { A_SECRET: 'own' } };",
];

/// What holds the variables.
const OBJECTS: [&str; 9] = [
    "process.env",
    "process.env",
    "process.env",
    "process?.env",
    "process['env']",
    "globalThis.process.env",
    "(process).env",
    "env",
    "p.env",
];

/// The rest of a read.
const KEYS: [&str; 10] = [
    ".A_SECRET",
    ".B_SECRET",
    "['A_SECRET']",
    "[\"B_SECRET\"]",
    "[`A_SECRET`]",
    "?.A_SECRET",
    "?.['B_SECRET']",
    ".mixed_Case_SECRET",
    ".PORT",
    "[['A', 'SECRET'].join('_')]",
];

/// Expressions with one expression in them.
const UNARY: [&str; 25] = [
    "(#)",
    "!#",
    "typeof #",
    "void (#)",
    "`a${#}b`",
    "[#]",
    "({ k: # })",
    "(#)?.trim()",
    "(#)?.length",
    "(#).length",
    "String(#).toUpperCase()",
    "((a = #) => a)()",
    "((process) => #)({ env: { A_SECRET: 'shade' } })",
    "(() => { const process = { env: { B_SECRET: 'inner' } }; return #; })()",
    "(() => { { const env = {}; void env; } return #; })()",
    "(() => { try { return #; } catch (env) { return typeof env; } })()",
    "(() => { for (const env of [{ A_SECRET: 'loop' }]) return #; })()",
    "(function f(env) { return #; })({ B_SECRET: 'arg' })",
    "(() => { return #; var env, p; })()",
    "new (class { f = #; static s = 1; })().f",
    "(() => { process.env.B_SECRET = 'w'; return #; })()",
    "(() => { delete env.B_SECRET; return #; })()",
    "(() => { const { A_SECRET: a = 'd', PORT } = process.env; return [a, PORT, #]; })()",
    "(() => { const { A_SECRET, B_SECRET: b } = process.env; return [A_SECRET, b, #]; })()",
    "(() => { const { B_SECRET } = env; return [B_SECRET, #]; })()",
];

/// Expressions with two expressions in them.
const BINARY: [&str; 17] = [
    "(# || #)",
    "(# ?? #)",
    "(# && #)",
    "(# + #)",
    "(# === #)",
    "(#, #)",
    "[#, ...(# ?? [])]",
    "({ a: #, [#]: 1 })",
    "Object.assign({}, { a: # }, [#])",
    "(() => { let a = #; a ??= #; return a; })()",
    "(() => { const a = {}; a.b ||= #; return [a, #]; })()",
    "(() => { if (#) { return #; } return 0; })()",
    "(() => { if (!#) return 1; return #; })()",
    "(() => { while (#) { return #; } })()",
    "((a, b = #) => [a, b])(#)",
    "(() => { switch (#) { case #: return 1; default: return 2; } })()",
    "(# ? 'A_SECRET' in process.env : #)",
];

/// A read, or a literal.
fn leaf() -> impl Strategy<Value = String> {
    let read = (
        prop::sample::select(&OBJECTS[..]),
        prop::sample::select(&KEYS[..]),
    );
    prop_oneof![
        6 => read.prop_map(|(object, key)| format!("{object}{key}")),
        1 => prop::sample::select(&["'d'", "null", "undefined", "0"][..]).prop_map(str::to_owned),
    ]
}

/// Puts `parts` into the places of `form`.
fn fill(form: &str, parts: &[String]) -> String {
    let mut parts = parts.iter();
    let mut text = String::new();
    for (number, piece) in form.split('#').enumerate() {
        if number > 0 {
            text.push_str(parts.next().map_or("", |it| it));
        }
        text.push_str(piece);
    }
    text
}

/// An expression.
fn expression() -> BoxedStrategy<String> {
    leaf()
        .prop_recursive(3, 12, 2, |inner| {
            let unary = (prop::sample::select(&UNARY[..]), inner.clone());
            let binary = (prop::sample::select(&BINARY[..]), inner.clone(), inner);
            prop_oneof![
                unary.prop_map(|(form, it)| fill(form, &[it])),
                binary.prop_map(|(form, one, other)| fill(form, &[one, other])),
            ]
        })
        .boxed()
}

/// A program that gives a list of functions, each with one expression to look at.
fn program(heads: &'static [&'static str], export: &'static str) -> impl Strategy<Value = String> {
    let body = prop::collection::vec(expression(), 1..4);
    (prop::sample::select(heads), body).prop_map(move |(head, body)| {
        let body: Vec<String> = body.iter().map(|it| format!("  () => ({it}),\n")).collect();
        format!("{head}\n{export} [\n{}];\n", body.concat())
    })
}

/// `count` programs of `CommonJS` and `count` modules, the same ones for the same `seed`.
pub(crate) fn programs(count: usize, seed: u8) -> (Vec<String>, Vec<String>) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let mut make = |strategy: &BoxedStrategy<String>| -> Vec<String> {
        let trees = (0..count).filter_map(|_| strategy.new_tree(&mut runner).ok());
        trees.map(|it| it.current()).collect()
    };
    let required = make(&program(&REQUIRED, "module.exports =").boxed());
    let imported = make(&program(&IMPORTED, "export default").boxed());
    (required, imported)
}
