use super::*;
use crate::lang::Language;
use crate::lang::ecmascript::env_reads;
use crate::lang::ecmascript::fixture::parse;

const EVERY: [Language; 3] = [Language::JavaScript, Language::TypeScript, Language::Tsx];
const TYPED: [Language; 2] = [Language::TypeScript, Language::Tsx];
const MARKUP: [Language; 2] = [Language::JavaScript, Language::Tsx];

/// Every binding as `path/name = value`, with its context.
fn told(language: Language, text: &str) -> Vec<(String, Context)> {
    let parsed = parse(language, text);
    let reads = env_reads(parsed.root(), text);
    bindings(parsed.root(), text, &reads)
        .into_iter()
        .map(|it| {
            let mut names = it.path;
            names.push(it.name);
            let value = parsed.under(it.value);
            (format!("{} = {value}", names.join("/")), it.context)
        })
        .collect()
}

#[track_caller]
fn all(languages: &[Language], context: Context, cases: &[(&str, &str)]) {
    for language in languages {
        for (text, expected) in cases {
            let expected = [((*expected).to_owned(), context)];
            assert_eq!(told(*language, text), expected, "{language:?}: {text}");
        }
    }
}

#[test]
fn a_declaration_or_an_assignment_binds_a_variable() {
    all(
        &EVERY,
        Context::Variable,
        &[
            ("const key = 'k9';", "key = k9"),
            ("export let key = \"k9\";", "key = k9"),
            ("var a = 1, key = `k9`;", "key = k9"),
            ("key = 'k9';", "key = k9"),
            ("const a = key = ('k9');", "key = k9"),
            ("const key = Buffer.from('k9', 'hex');", "key = k9"),
            ("const key = Buffer.from('k9', x).toString();", "key = k9"),
            ("const pem = 'a\\nb'.replace(/x/g, y);", "pem = a\\nb"),
            ("const key = String.raw`k9`;", "key = k9"),
            ("const key = a && 'k9';", "key = k9"),
            ("const { key = 'k9' } = o;", "key = k9"),
            ("const { key: k = 'k9' } = o;", "key = k9"),
            ("const [key = 'k9'] = o;", "key = k9"),
        ],
    );
    all(
        &TYPED,
        Context::Variable,
        &[
            ("const key: string = 'k9';", "key = k9"),
            ("const key = 'k9' as string;", "key = k9"),
            ("const key = 'k9'!;", "key = k9"),
            ("const key = 'k9' satisfies string;", "key = k9"),
        ],
    );
}

#[test]
fn a_member_or_a_field_is_an_attribute() {
    all(
        &EVERY,
        Context::Attribute,
        &[
            ("a.b.password = 'k9';", "a/b/password = k9"),
            (
                "module.exports.secret = 'k9';",
                "module/exports/secret = k9",
            ),
            ("this.token = 'k9';", "token = k9"),
            ("this.#token = 'k9';", "token = k9"),
            ("process.env.TOKEN = 'k9';", "process/env/TOKEN = k9"),
            ("class A { key = 'k9'; }", "A/key = k9"),
            ("class A { static #key = 'k9'; }", "A/key = k9"),
        ],
    );
    all(
        &TYPED,
        Context::Attribute,
        &[
            (
                "class A { private readonly key: string = 'k9'; }",
                "A/key = k9",
            ),
            ("enum E { KEY = 'k9' }", "E/KEY = k9"),
        ],
    );
}

#[test]
fn a_pair_is_an_entry_below_what_encloses_it() {
    all(
        &EVERY,
        Context::Entry,
        &[
            (
                "const config = { db: { password: 'k9' } };",
                "config/db/password = k9",
            ),
            (
                "module.exports = { 'x-api-key': 'k9' };",
                "module/exports/x-api-key = k9",
            ),
            ("const o = { ['key']: `k9` };", "o/key = k9"),
            ("config['password'] = 'k9';", "config/password = k9"),
            (
                "createPool({ password: 'k9' });",
                "createPool/password = k9",
            ),
            (
                "const p = db.pool({ password: 'k9' });",
                "p/pool/password = k9",
            ),
            (
                "new Client({ auth: { token: 'k9' } });",
                "Client/auth/token = k9",
            ),
            ("f('db', () => ({ password: 'k9' }));", "f/password = k9"),
            ("const users = [{ password: 'k9' }];", "users/password = k9"),
            ("class A { o = { key: 'k9' }; }", "A/o/key = k9"),
            ("export default { key: 'k9' };", "key = k9"),
            ("return_({ ...{ key: 'k9' } });", "return_/key = k9"),
        ],
    );
    let typed = ("const o = { key: 'k9' } as Config;", "o/key = k9");
    all(&TYPED, Context::Entry, &[typed]);
}

#[test]
fn the_default_of_a_parameter_is_bound_to_it() {
    all(
        &EVERY,
        Context::Parameter,
        &[
            ("function f(key = 'k9') {}", "key = k9"),
            ("const f = ({ key = 'k9' }) => 1;", "key = k9"),
            ("function f({ key: k = 'k9' } = {}) {}", "key = k9"),
        ],
    );
    let property = (
        "class A { constructor(private key: string = 'k9') {} }",
        "key = k9",
    );
    all(&TYPED, Context::Parameter, &[property]);
}

#[test]
fn an_attribute_of_an_element_is_an_argument() {
    all(
        &MARKUP,
        Context::Argument,
        &[
            ("const a = <Maps apiKey=\"k9\" />;", "Maps/apiKey = k9"),
            ("const a = <Maps apiKey={'k9'}></Maps>;", "Maps/apiKey = k9"),
        ],
    );
    let object = ("const a = <Maps o={{ key: 'k9' }} />;", "Maps/o/key = k9");
    all(&MARKUP, Context::Entry, &[object]);
}

#[test]
fn a_comparison_binds_to_its_other_side() {
    all(
        &EVERY,
        Context::Comparison,
        &[
            ("if (token === 'k9') f();", "token = k9"),
            (
                "if ('k9' != req.body.password) f();",
                "req/body/password = k9",
            ),
            (
                "if (req.headers['x-api-key'] == 'k9') f();",
                "req/headers/x-api-key = k9",
            ),
            ("switch (token) { case 'k9': f(); }", "token = k9"),
        ],
    );
}

#[test]
fn what_stands_in_for_a_variable_is_bound_to_the_variable() {
    all(
        &EVERY,
        Context::EnvDefault,
        &[
            ("const secret = process.env.X || 'k9';", "X = k9"),
            ("f({ secret: (process.env.X) ?? 'k9' });", "X = k9"),
            (
                "const s = process.env.X || process.env.Y || 'k9';",
                "Y = k9",
            ),
            ("const { X = 'k9' } = process.env;", "X = k9"),
            ("const { X: x = 'k9', Y } = process.env;", "X = k9"),
            ("import { env } from 'process'; f(env.X ?? 'k9');", "X = k9"),
        ],
    );
}

#[test]
fn what_stands_in_for_anything_else_is_bound_to_the_target() {
    all(
        &EVERY,
        Context::Fallback,
        &[
            ("const secret = config.x || 'k9';", "secret = k9"),
            ("const o = { secret: a ?? 'k9' };", "o/secret = k9"),
            ("a.secret ||= 'k9';", "a/secret = k9"),
            ("function f(secret = a || 'k9') {}", "secret = k9"),
        ],
    );
}

#[test]
fn a_literal_without_a_name_is_bound_to_nothing() {
    for language in EVERY {
        for text in [
            "f('k9'); new A('k9');",
            "export default 'k9';",
            "const a = ['k9'];",
            "const a = 'k9' + b;",
            "const a = `k9${b}`;",
            "const a = 'k9'.split(',');",
            "const o = { [key]: 'k9' };",
            "if (typeof a === 'k9') f();",
            "import 'k9';",
        ] {
            assert_eq!(told(language, text), [], "{language:?}: {text}");
        }
    }
}

#[test]
fn a_deep_object_keeps_its_nearest_names() {
    let text = format!("const o = {}1", "{ a: 'k9', b: ".repeat(3_000));
    let parsed = parse(Language::JavaScript, &text);
    let found = bindings(parsed.root(), &text, &[]);
    assert!(found.iter().all(|it| it.path.len() <= 16));
}
