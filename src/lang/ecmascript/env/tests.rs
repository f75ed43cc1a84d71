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
fn one_of_several_keys_can_be_taken_out_of_its_statement() {
    let parsed = js("f();\nexport const { A: a = \"d\", PORT = 80 } = process.env; // b\ng();");
    let [read, _] = &reads(&parsed)[..] else {
        panic!("two reads");
    };
    let ReadForm::Picked {
        local,
        default,
        part,
        declarator,
        statement,
    } = read.form
    else {
        panic!("picked");
    };
    let under = |it| parsed.under(it);
    assert_eq!(under(local), "a");
    assert_eq!(default.map(under), Some("\"d\""));
    assert_eq!(under(part), "A: a = \"d\"");
    assert_eq!(
        under(declarator),
        "{ A: a = \"d\", PORT = 80 } = process.env"
    );
    assert!(under(statement).starts_with("export ") && under(statement).ends_with("// b"));
    assert_eq!(read.standing, Standing::Free);
}

#[test]
fn keys_stay_together_where_none_can_be_taken_out() {
    let together = Obstacle::Destructured;
    barred("const { A, ...rest } = process.env;", together);
    barred("const { A, [b]: c } = process.env;", together);
    barred("const { A, B = A } = process.env;", together);
    barred("const { A, B: { c } } = process.env;", together);
    barred("const { A, /* b */ B } = process.env;", together);
    barred("const { A: /* b */ a, B } = process.env;", together);
    barred("const { A, B } = process.env, c = 1;", together);
    barred("for (const { A, B } = process.env;;) {}", together);
    barred("if (a) var { A, B } = process.env;", together);
    barred("({ A } = process.env);", together);
    barred("({ A, B } = process.env);", together);
    barred("function f({ A } = process.env) {}", together);
    barred("function f({ A, B } = process.env) {}", together);
    let typed = "const { A, B }: C = process.env;";
    assert!(
        told(Language::TypeScript, typed)
            .iter()
            .all(|it| it.1 == Standing::Barred(together))
    );
}

#[test]
fn a_default_that_is_no_text_is_no_default_of_the_wrapper() {
    let unsupported = Obstacle::UnsupportedForm;
    barred("const { A = f() } = process.env;", unsupported);
    barred("const { A = 5 } = process.env;", unsupported);
    barred("const { A = b } = process.env;", unsupported);
    barred("const { A: { b } } = process.env;", unsupported);
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

/// The reads that are reached only where their variable is set, by their last line.
#[track_caller]
fn guarded(text: &str, expected: usize) {
    for language in [Language::TypeScript, Language::Tsx] {
        let parsed = parse(language, text);
        let found = reads(&parsed);
        assert!(
            found.iter().all(|it| it.standing == Standing::Free),
            "{text}: {found:?}"
        );
        let guarded = found.iter().filter(|it| it.form == ReadForm::Guarded);
        assert_eq!(guarded.count(), expected, "{text}");
    }
    let untyped = parse(Language::JavaScript, text);
    let found = reads(&untyped);
    assert!(found.iter().all(|it| it.form == ReadForm::Member), "{text}");
}

#[test]
fn a_read_behind_a_guard_is_told_from_the_guard() {
    for (text, count) in [
        ("if (process.env.A) { return process.env.A; }", 1),
        ("if (process.env.A) f(process.env.A); else g();", 1),
        ("if (!process.env.A) g(); else f(process.env.A);", 1),
        ("if (!process.env.A) throw e; use(process.env.A);", 1),
        (
            "if (!process.env.A) { g(); return; } use(process.env.A);",
            1,
        ),
        (
            "if (!(process.env['A'])) { process.exit(1); } use(process.env.A);",
            1,
        ),
        (
            "for (;;) { if (!process.env.A) continue; use(process.env.A); }",
            1,
        ),
        (
            "if (!process.env.A || !process.env.B) throw e; f(process.env.A, process.env.B);",
            2,
        ),
        ("if (process.env.A && b) { f(process.env.A); }", 1),
        (
            "if (process.env.A === undefined) throw e; use(process.env.A);",
            1,
        ),
        ("if (process.env.A == null) throw e; use(process.env.A);", 1),
        ("if (undefined !== process.env.A) use(process.env.A);", 1),
        (
            "if (typeof process.env.A !== 'string') throw e; use(process.env.A);",
            1,
        ),
        (
            "if (typeof process.env.A === 'undefined') throw e; use(process.env.A);",
            1,
        ),
        ("if (process.env.A?.length) use(process.env.A);", 1),
        ("if (process.env.A?.trim() === 'a') use(process.env.A);", 1),
        ("const a = process.env.A ? process.env.A : b;", 1),
        ("const a = !process.env.A ? b : f(process.env.A);", 1),
        ("const a = process.env.A && f(process.env.A);", 1),
        ("const a = !process.env.A || f(process.env.A);", 1),
        ("while (process.env.A) { f(process.env.A); break; }", 1),
        (
            "switch (a) { case 1: if (!process.env.A) break; use(process.env.A); }",
            1,
        ),
        // What may be undefined there stays as it is.
        (
            "if (process.env.A) f(`${process.env.A}`, process.env.A!);",
            0,
        ),
        ("if (process.env.A) f(() => process.env.A);", 0),
    ] {
        guarded(text, count);
    }
}

#[test]
fn a_guard_that_is_not_understood_keeps_the_reads_of_the_variable() {
    let narrowing = Standing::Barred(Obstacle::Narrowing);
    for text in [
        "if (!process.env.A) fail(); use(process.env.A);",
        "if (!process.env.A) use(process.env.A);",
        "if (process.env.A === 'a') use(process.env.A);",
        "if (process.env.A && process.env.A === 'a') use(process.env.A);",
        "if (process.env.A !== null) use(process.env.A);",
        "if (process.env.A == undefined) use(process.env.A);",
        "if (isSet(process.env.A)) use(process.env.A);",
        "if (!process.env.A && b) throw e; use(process.env.A);",
        "if (a) { if (!process.env.A) throw e; } use(process.env.A);",
        "if (a) g(); else if (!process.env.A) throw e; use(process.env.A);",
        "try { if (!process.env.A) throw e; } catch {} use(process.env.A);",
        "switch (process.env.A) { case 'a': use(process.env.A); }",
        "assert(process.env.A); f(process.env.A);",
        "z.ensureSet(process.env.A); f(process.env.A);",
        "while (!process.env['A']) {} f(process.env.A);",
        "do { f(process.env.A); } while (process.env.A); g(process.env.A);",
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
