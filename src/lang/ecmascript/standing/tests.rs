use super::*;
use crate::lang::Language;
use crate::lang::ecmascript::fixture::parse;
use crate::lang::ecmascript::literal::literal;

/// The standing of the literal that holds `k9`.
fn standing(language: Language, code: &str) -> Standing {
    let parsed = parse(language, code);
    literal(parsed.root(), &parsed.text, parsed.span("k9"))
        .unwrap()
        .standing
}

#[track_caller]
fn all(languages: &[Language], expected: Standing, codes: &[&str]) {
    for language in languages {
        for code in codes {
            assert_eq!(standing(*language, code), expected, "{language:?}: {code}");
        }
    }
}

const EVERY: [Language; 3] = [Language::JavaScript, Language::TypeScript, Language::Tsx];
const TYPED: [Language; 2] = [Language::TypeScript, Language::Tsx];
const MARKUP: [Language; 2] = [Language::JavaScript, Language::Tsx];

#[test]
fn a_call_may_stand_where_an_expression_is_evaluated() {
    all(
        &EVERY,
        Standing::Free,
        &[
            "const key = 'k9';",
            "const key = ('k9');",
            "export const key = `k9`;",
            "key = 'k9';",
            "module.exports.secret = 'k9';",
            "const o = { cookieSecret: \"k9\" };",
            "const o = { a: [{ 'b-c': 'k9' }] };",
            "connect('k9');",
            "new Client('k9', { a: 1 });",
            "Buffer.from('k9', 'hex');",
            "class A { key = 'k9'; static #b = 1; }",
            "const l = ['k9'];",
            "if (t === 'k9') f();",
            "export default 'k9';",
            "const f = () => 'k9';",
            "function f() { return 'k9'; }",
            "const k = process.env.X || 'k9';",
            "const k = a ? 'k9' : b;",
            "const { k = 'k9' } = o;",
            "k ??= 'k9';",
            "'k9'.trim();",
            "const s = `${f('k9')}`;",
        ],
    );
    all(
        &TYPED,
        Standing::Free,
        &[
            "const key: string = 'k9';",
            "const key = 'k9' as string;",
            "const key = 'k9'!;",
            "class A { private readonly key: string = 'k9'; }",
            "@Entity({ schema: 'k9' }) class A {}",
        ],
    );
}

#[test]
fn the_default_of_a_parameter_asks_for_caution() {
    let caution = Standing::Caution(Obstacle::DefaultParameter);
    all(
        &EVERY,
        caution,
        &[
            "function f(a = 'k9') {}",
            "const f = (a = 'k9') => a;",
            "function f({ a = 'k9' } = {}) {}",
            "function f({ a: [b = 'k9'] }) {}",
            "class A { m(a = 'k9') {} }",
        ],
    );
    let property = "class A { constructor(private a: string = 'k9') {} }";
    all(&TYPED, caution, &[property]);
}

#[test]
fn a_part_of_a_value_stays() {
    all(
        &EVERY,
        Standing::Barred(Obstacle::Concatenated),
        &[
            "const a = 'k9' + b;",
            "const a = b + ('k9');",
            "a += 'k9';",
            "const a = tag`k9`;",
            "const a = 'k9'.concat(b);",
            "const a = b.concat('k9');",
        ],
    );
    let interpolated = Standing::Barred(Obstacle::Interpolated);
    all(&EVERY, interpolated, &["const a = `k9${b}`;"]);
}

#[test]
fn a_constant_stays() {
    let required = Standing::Barred(Obstacle::ConstantRequired);
    all(
        &EVERY,
        required,
        &[
            "switch (a) { case 'k9': f(); }",
            "export const preferredRegion = 'k9';",
        ],
    );
    all(
        &TYPED,
        required,
        &[
            "enum E { K = 'k9' }",
            "enum E { K = 'k9'.length }",
            "enum E { 'k9' = 1 }",
            "const a = 'k9' as const;",
            "const a = { b: ['k9'] } as const;",
            "type T = 'k9';",
            "const a: 'k9' | 'b' = b;",
            "const a: 'a' | 'b' = 'k9';",
            "class A { a: 'a' = 'k9'; }",
            "@Component({ selector: 'k9' }) class A {}",
        ],
    );
    all(
        &[Language::TypeScript],
        required,
        &["const a = <const>'k9';"],
    );
}

#[test]
fn a_name_is_no_value() {
    all(
        &EVERY,
        Standing::Barred(Obstacle::UnsupportedForm),
        &[
            "const o = { 'k9': 1 };",
            "const o = { ['k9']: 1 };",
            "const { 'k9': a } = o;",
            "a['k9'];",
            "'k9' in a;",
            "import 'k9';",
            "import a from 'k9';",
            "import { 'k9' as a } from 'm';",
            "export * from 'k9';",
            "import('k9');",
            "require('k9');",
            "'k9';",
            "process.env.X = 'k9';",
            "process.env['X'] ??= 'k9';",
            "typeof a === 'k9';",
            "function f(){return'k9'}",
            "function f(){throw`k9`}",
        ],
    );
    all(
        &TYPED,
        Standing::Barred(Obstacle::UnsupportedForm),
        &[
            "import a = require('k9');",
            "declare module 'k9' {}",
            "interface A { 'k9': string }",
        ],
    );
}

#[test]
fn what_an_element_holds_is_client_code() {
    all(
        &MARKUP,
        Standing::Barred(Obstacle::ClientCode),
        &[
            "const a = <Maps apiKey=\"k9\" />;",
            "const a = <Maps apiKey={'k9'} />;",
            "const a = <Maps a={{ key: 'k9' }}></Maps>;",
            "const a = <p>{'k9'}</p>;",
        ],
    );
}
