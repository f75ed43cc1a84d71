use super::*;
use crate::lang::ecmascript::fixture::Parsed;
use crate::lang::ecmascript::fixture::js;
use crate::lang::ecmascript::fixture::parse;
use crate::lang::ecmascript::fixture::ts;

const EVERY: [Language; 3] = [Language::JavaScript, Language::TypeScript, Language::Tsx];

fn reads(parsed: &Parsed) -> Vec<EnvRead> {
    env_reads(parsed.root(), &parsed.text)
}

/// What is read, as written, and how it stands.
fn told(language: Language, text: &str) -> Vec<(String, Standing)> {
    let parsed = parse(language, text);
    reads(&parsed)
        .into_iter()
        .map(|it| (parsed.under(it.expression).to_owned(), it.standing))
        .collect()
}

#[track_caller]
fn free(text: &str, expected: &[&str]) {
    for language in EVERY {
        let expected: Vec<_> = expected
            .iter()
            .map(|it| ((*it).to_owned(), Standing::Free))
            .collect();
        assert_eq!(told(language, text), expected, "{language:?}: {text}");
    }
}

#[track_caller]
fn barred(text: &str, obstacle: Obstacle) {
    for language in EVERY {
        let found = told(language, text);
        let expected = Standing::Barred(obstacle);
        assert!(!found.is_empty(), "{language:?}: {text}");
        assert!(
            found.iter().all(|it| it.1 == expected),
            "{language:?}: {text}: {found:?}"
        );
    }
}

#[track_caller]
fn none(text: &str) {
    for language in EVERY {
        assert_eq!(told(language, text), [], "{language:?}: {text}");
    }
}

#[test]
fn only_the_read_is_the_expression() {
    free(
        "const k = process.env.STRIPE_KEY;",
        &["process.env.STRIPE_KEY"],
    );
    free(
        "const k = process.env.A_TOKEN ?? null;",
        &["process.env.A_TOKEN"],
    );
    free(
        "const k = process.env.A || process.env.B;",
        &["process.env.A", "process.env.B"],
    );
    free(
        "const k = `Bearer ${process.env.A_TOKEN}`;",
        &["process.env.A_TOKEN"],
    );
    free(
        "const k = process.env[\"A_TOKEN\"];",
        &["process.env[\"A_TOKEN\"]"],
    );
    free("const k = process.env?.A_TOKEN;", &["process.env?.A_TOKEN"]);
    free("const k = process?.env?.['A'];", &["process?.env?.['A']"]);
    free(
        "const k = process.env.A_TOKEN?.trim();",
        &["process.env.A_TOKEN"],
    );
    free("const k = !!process.env.A_TOKEN;", &["process.env.A_TOKEN"]);
    free("function f(url = process.env.DB) {}", &["process.env.DB"]);
    free(
        "require('x')(process.env.A, process.env.B)",
        &["process.env.A", "process.env.B"],
    );
    free(
        "f('db', () => ({ password: process.env.P }));",
        &["process.env.P"],
    );
    free(
        "export default { secret: process.env.S };",
        &["process.env.S"],
    );
    free(
        "const k = globalThis.process.env.A;",
        &["globalThis.process.env.A"],
    );
    free("const é = '𝄞', k = process.env.A;", &["process.env.A"]);
}

#[test]
fn assertions_of_types_stay_around_the_read() {
    for text in [
        "process.env.A!",
        "process.env.A as string",
        "<string>process.env.A",
    ] {
        let found = told(Language::TypeScript, text);
        assert_eq!(
            found,
            [("process.env.A".to_owned(), Standing::Free)],
            "{text}"
        );
    }
    for text in [
        "let a: typeof process.env.A;",
        "import type { env } from 'process'; env.A",
        "import { type env } from 'process'; env.A",
    ] {
        assert_eq!(told(Language::TypeScript, text), [], "{text}");
    }
}

#[test]
fn other_names_of_the_environment_are_known() {
    free(
        "import process from 'node:process'; process.env.A",
        &["process.env.A"],
    );
    free(
        "import { env } from \"node:process\"; env.A_TOKEN",
        &["env.A_TOKEN"],
    );
    free("import { env as e } from 'process'; e['A']", &["e['A']"]);
    free("import * as p from 'process'; p.env.A", &["p.env.A"]);
    free("const { env } = process; env.A", &["env.A"]);
    free("const { env: e } = require('process'); e.A", &["e.A"]);
    free("const env = require('node:process').env; env.A", &["env.A"]);
    free("const p = require('process'); p.env.A", &["p.env.A"]);
    free(
        "require(\"process\").env.A",
        &["require(\"process\").env.A"],
    );
    free(
        "function f() { return env.A } const env = process.env;",
        &["env.A"],
    );
    free(
        "function f() { var env = process.env; return env.A }",
        &["env.A"],
    );
    free("const e = process.env; { const f = e; f.A }", &["f.A"]);
    let ambient = "declare const process: { env: any }; process.env.A";
    assert_eq!(told(Language::TypeScript, ambient).len(), 1);
    let required = "import process = require('process'); process.env.A";
    assert_eq!(told(Language::TypeScript, required).len(), 1);
}

#[test]
fn what_only_looks_like_the_environment_is_not() {
    none("function f(process) { return process.env.A; }");
    none("const process = fake(); process.env.A");
    none("import { env } from './env'; env.A");
    none("const { env } = config; env.A");
    none("env.A");
    none("let env = process.env; env = other; env.A");
    none("function f(env = process.env) { return env.A; }");
    none("const env = process.env; function f(env) { return env.A; }");
    none("{ const process = {}; var env = process.env; } env.A");
    none("const require = fake; require('process').env.A");
    none("process.env[key]; Object.keys(process.env); f(process.env)");
    none("process.env[`A_${b}`]; process.env.hasOwnProperty('A')");
    none("import.meta.env.MODE");
    none("a.process.env.A");
    none("const { ...rest } = process.env;");
}

#[test]
fn a_written_variable_is_not_taken_out() {
    let written = Obstacle::WriteInFile;
    barred("process.env.A = x; f(process.env.A);", written);
    barred("f(process.env.A); delete process.env['A'];", written);
    barred("process.env.A ??= 'd'; f(process.env.A);", written);
    barred("process.env.A++; f(process.env.A);", written);
    barred("[process.env.A] = x; f(process.env.A);", written);
    barred("({ a: process.env.A } = x); f(process.env.A);", written);
    barred("process.env[k] = x; f(process.env.A);", written);
    barred("process.env = x; f(process.env.A);", written);
    barred("Object.assign(process.env, x); f(process.env.A);", written);
    free("process.env.B = x; f(process.env.A);", &["process.env.A"]);
    none("process.env.A = x; delete process.env.B;");
}

#[test]
fn code_for_browsers_and_edges_keeps_its_reads() {
    barred("\"use client\";\nf(process.env.A);", Obstacle::ClientCode);
    barred(
        "f(process.env.NEXT_PUBLIC_API_SECRET);",
        Obstacle::PublicPrefix,
    );
    barred("f(import.meta.env.VITE_SECRET);", Obstacle::PublicPrefix);
    barred(
        "const { REACT_APP_A } = process.env;",
        Obstacle::PublicPrefix,
    );
    barred(
        "export const runtime = 'edge'; f(process.env.A);",
        Obstacle::EdgeRuntime,
    );
}

#[test]
fn an_error_bars_the_reads_next_to_it_only() {
    let text = "f(process.env.A);\nf(process.env.B }\nf(x);\n\nf(process.env.C);";
    let found = told(Language::JavaScript, text);
    let near = Standing::Barred(Obstacle::ErrorNodeNear);
    let standings: Vec<_> = found.into_iter().map(|it| it.1).collect();
    assert_eq!(standings, [Standing::Free, near, Standing::Free]);
}

#[test]
fn one_key_is_taken_with_its_declarator() {
    let parsed = js("const { A_TOKEN: t = \"d\" } = process.env;");
    let [read] = &reads(&parsed)[..] else {
        panic!("one read");
    };
    let ReadForm::Destructured {
        local,
        default,
        declarator,
    } = read.form
    else {
        panic!("destructured");
    };
    assert_eq!(read.variable, "A_TOKEN");
    assert_eq!(parsed.under(local), "t");
    assert_eq!(default.map(|it| parsed.under(it)), Some("\"d\""));
    assert_eq!(
        parsed.under(declarator),
        "{ A_TOKEN: t = \"d\" } = process.env"
    );
    assert_eq!(read.standing, Standing::Free);
    free(
        "const { A_TOKEN } = process.env;",
        &["{ A_TOKEN } = process.env"],
    );
}

#[test]
fn several_keys_stay_together() {
    barred(
        "const { A = \"d\", PORT } = process.env;",
        Obstacle::Destructured,
    );
    barred(
        "const { A, ...rest } = process.env;",
        Obstacle::Destructured,
    );
    barred("({ A } = process.env);", Obstacle::Destructured);
    barred("function f({ A } = process.env) {}", Obstacle::Destructured);
    barred(
        "const { A = f() } = process.env;",
        Obstacle::UnsupportedForm,
    );
    barred(
        "const { A: { b } } = process.env;",
        Obstacle::UnsupportedForm,
    );
}

#[test]
fn a_test_for_presence_makes_every_read_a_matter_of_caution() {
    let parsed = js("if ('A' in process.env) f(process.env.A);");
    let caution = Standing::Caution(Obstacle::PresenceGate);
    let [test, read] = &reads(&parsed)[..] else {
        panic!("two reads");
    };
    assert_eq!(parsed.under(test.expression), "'A' in process.env");
    assert!(matches!(test.form, ReadForm::Presence { key, .. } if parsed.under(key) == "'A'"));
    assert_eq!((test.standing, read.standing), (caution, caution));
    barred("a === 'A' in process.env;", Obstacle::UnsupportedForm);
}

#[test]
fn a_literal_after_the_read_is_its_fallback() {
    for (text, whole) in [
        ("const a = process.env.A ?? 'd';", "process.env.A ?? 'd'"),
        (
            "const a = (process.env.A) || (`d`);",
            "(process.env.A) || (`d`)",
        ),
    ] {
        let parsed = ts(text);
        let found = reads(&parsed);
        let fallback = found[0].fallback.unwrap();
        assert_eq!(parsed.under(fallback.expression), whole);
        assert!(["'d'", "`d`"].contains(&parsed.under(fallback.literal)));
    }
    for text in [
        "process.env.A || b",
        "process.env.A && 'd'",
        "'d' || process.env.A",
    ] {
        assert_eq!(reads(&js(text))[0].fallback, None, "{text}");
    }
}

#[test]
fn a_guard_narrows_what_follows_it() {
    let narrowing = Standing::Barred(Obstacle::Narrowing);
    for text in [
        "if (process.env.DB) { return process.env.DB; }",
        "if (!process.env.T) throw e; use(process.env.T);",
        "if (typeof process.env.T !== 'string') throw e; use(process.env.T);",
        "const a = process.env.A ? process.env.A : b;",
        "const a = process.env.A && f(process.env.A);",
        "assert(process.env.A); f(process.env.A);",
        "while (!process.env['A']) {} f(process.env.A);",
    ] {
        let found = told(Language::TypeScript, text);
        assert!(
            found.iter().all(|it| it.1 == narrowing),
            "{text}: {found:?}"
        );
        let untyped = told(Language::JavaScript, text);
        assert!(untyped.iter().all(|it| it.1 == Standing::Free), "{text}");
    }
}

#[test]
fn what_narrows_nothing_leaves_the_reads_free() {
    for text in [
        "const a = process.env.A; const b = process.env.A;",
        "f(process.env.A); if (process.env.A) g();",
        "if (process.env.A) f(process.env.B);",
        "if (process.env.A) f(process.env.A!);",
        "if (process.env.A) f(process.env.A as string);",
        "if (process.env.A) f(`${process.env.A}`);",
        "if (process.env.A === 'a') f(); if (process.env.A === 'b') g();",
        "if (process.env.A) f(() => process.env.A);",
        "const a = process.env.A || 'd'; f(process.env.A);",
        "function f() { if (process.env.A) g(); } h(process.env.A);",
    ] {
        let found = told(Language::TypeScript, text);
        assert!(
            found.iter().all(|it| it.1 == Standing::Free),
            "{text}: {found:?}"
        );
    }
}
