use super::*;
use crate::lang::Owner;
use crate::lang::ecmascript::fixture::Parsed;
use crate::lang::ecmascript::fixture::parse;
use crate::text;

fn request(uses: &[Span], module_kind: ModuleKind) -> ImportRequest<'_> {
    ImportRequest {
        module: "./shield-secrets",
        symbol: "getSecret",
        alias: "shieldGetSecret",
        module_kind,
        uses,
        beside: &[],
        owner: Owner::Project,
    }
}

/// The places of `KEY`, which stands for the expressions to replace.
fn uses(text: &str) -> Vec<Span> {
    text.match_indices("KEY")
        .map(|it| Span::new(it.0, it.0 + it.1.len()))
        .collect()
}

/// The file after the import and the calls, and whether every call then reaches the import.
fn changed(language: Language, before: &str, kind: ModuleKind) -> (String, bool) {
    let parsed = parse(language, before);
    let uses = uses(before);
    let found = import(parsed.root(), before, &request(&uses, kind)).unwrap();
    let call = format!("{}('k')", found.callee);
    let mut edits = found.edits;
    edits.extend(
        uses.iter()
            .map(|it| text::Edit::replace(*it, call.as_str())),
    );
    let after = parse(language, &text::apply(before, &edits).unwrap());
    assert_eq!(
        after.root().has_error(),
        parsed.root().has_error(),
        "{}",
        after.text
    );
    let reached = reaches(&after, &call);
    (after.text, reached)
}

fn reaches(parsed: &Parsed, call: &str) -> bool {
    let request = request(&[], ModuleKind::Unknown);
    parsed.text.match_indices(call).all(|it| {
        let site = Span::new(it.0, it.0 + it.1.len());
        reaches_import(parsed.root(), &parsed.text, site, &request)
    })
}

#[track_caller]
fn becomes(language: Language, kind: ModuleKind, text: &str, expected: &str) {
    let (after, reached) = changed(language, text, kind);
    assert_eq!(after, expected);
    assert!(reached, "{after}");
}

#[track_caller]
fn js(text: &str, expected: &str) {
    becomes(Language::JavaScript, ModuleKind::Unknown, text, expected);
}

#[track_caller]
fn esm(text: &str, expected: &str) {
    becomes(Language::JavaScript, ModuleKind::EcmaScript, text, expected);
}

#[track_caller]
fn ts(text: &str, expected: &str) {
    becomes(Language::TypeScript, ModuleKind::Unknown, text, expected);
    becomes(Language::Tsx, ModuleKind::Unknown, text, expected);
}

#[test]
fn a_file_without_imports_gets_one_and_a_blank_line() {
    ts(
        "const token = KEY;\n",
        "import { getSecret } from \"./shield-secrets\";\n\nconst token = getSecret('k');\n",
    );
    js(
        "const token = KEY;",
        "const { getSecret } = require(\"./shield-secrets\");\n\nconst token = getSecret('k');",
    );
}

#[test]
fn an_import_goes_after_the_last_one() {
    ts(
        "import \"reflect-metadata\";\nimport {\n  a,\n} from \"b\";\n\nf(KEY);\n",
        "import \"reflect-metadata\";\nimport {\n  a,\n} from \"b\";\nimport { getSecret } from \"./shield-secrets\";\n\nf(getSecret('k'));\n",
    );
    js(
        "import a from 'a' // why\nf(KEY)\nimport b from 'b'\ng()\n",
        "import a from 'a' // why\nf(getSecret('k'))\nimport b from 'b'\nimport { getSecret } from './shield-secrets'\ng()\n",
    );
    ts(
        "import type { A } from \"a\";\nf(KEY);\n",
        "import type { A } from \"a\";\nimport { getSecret } from \"./shield-secrets\";\nf(getSecret('k'));\n",
    );
    ts(
        "import a = require(\"a\");\nf(KEY);\n",
        "import a = require(\"a\");\nimport { getSecret } from \"./shield-secrets\";\nf(getSecret('k'));\n",
    );
    js(
        "import a from \"a\"; f(KEY);\n",
        "import a from \"a\";\nimport { getSecret } from \"./shield-secrets\"; f(getSecret('k'));\n",
    );
}

#[test]
fn an_import_goes_before_relative_ones_that_are_sorted_after_it() {
    ts(
        "import a from \"a\";\nimport b from \"../b\";\nimport c from \"./c\";\nimport t from \"./t\";\n\nf(KEY);\n",
        "import a from \"a\";\nimport b from \"../b\";\nimport c from \"./c\";\nimport { getSecret } from \"./shield-secrets\";\nimport t from \"./t\";\n\nf(getSecret('k'));\n",
    );
    js(
        "import t from './t'\nf(KEY)\n",
        "import { getSecret } from './shield-secrets'\nimport t from './t'\nf(getSecret('k'))\n",
    );
    let unsorted = "import t from './t'\nimport a from './a'\nimport b from '../b'\n";
    let side_effect = "import t from './t'\nimport './start'\n";
    let about_one = "// The start.\nimport t from './t'\n";
    let foreign = "import t from './t'\nimport a from 'a'\n";
    for imports in [unsorted, side_effect, about_one, foreign] {
        js(
            &format!("{imports}f(KEY)\n"),
            &format!(
                "{imports}import {{ getSecret }} from './shield-secrets'\nf(getSecret('k'))\n"
            ),
        );
    }
}

#[test]
fn a_require_goes_after_the_leading_ones() {
    js(
        "'use strict'\n\nconst a = require('a')\nconst { b } = require('b').c()\n\nf(KEY)\n",
        "'use strict'\n\nconst a = require('a')\nconst { b } = require('b').c()\nconst { getSecret } = require('./shield-secrets')\n\nf(getSecret('k'))\n",
    );
    js(
        "require(\"dotenv\").config();\nrequire(\"a\")(KEY);\nconst b = require(\"b\");\n",
        "require(\"dotenv\").config();\nconst { getSecret } = require(\"./shield-secrets\");\nrequire(\"a\")(getSecret('k'));\nconst b = require(\"b\");\n",
    );
    js(
        "const a = require(\"a\");\nstart();\nconst b = require(\"b\");\nfunction start() { f(KEY); }\n",
        "const a = require(\"a\");\nconst { getSecret } = require(\"./shield-secrets\");\nstart();\nconst b = require(\"b\");\nfunction start() { f(getSecret('k')); }\n",
    );
}

#[test]
fn what_is_about_the_file_stays_first() {
    ts(
        "#!/usr/bin/env node\n\"use server\";\n// Licence: MIT.\nf(KEY);\n",
        "#!/usr/bin/env node\n\"use server\";\n// Licence: MIT.\nimport { getSecret } from \"./shield-secrets\";\n\nf(getSecret('k'));\n",
    );
    ts(
        "/* About. */\n\n// The key.\nf(KEY);\n",
        "/* About. */\n\nimport { getSecret } from \"./shield-secrets\";\n\n// The key.\nf(getSecret('k'));\n",
    );
    ts(
        "// The key.\nf(KEY);\n",
        "import { getSecret } from \"./shield-secrets\";\n\n// The key.\nf(getSecret('k'));\n",
    );
    ts(
        "// @ts-check\nf(KEY);\n",
        "// @ts-check\nimport { getSecret } from \"./shield-secrets\";\n\nf(getSecret('k'));\n",
    );
    js(
        "\"use strict\"; f(KEY);\n",
        "\"use strict\"; \nconst { getSecret } = require(\"./shield-secrets\");\n\nf(getSecret('k'));\n",
    );
    js(
        "'use strict' // loud\n// The key.\nf(KEY)\n",
        "'use strict' // loud\nconst { getSecret } = require('./shield-secrets')\n\n// The key.\nf(getSecret('k'))\n",
    );
}

#[test]
fn the_bytes_of_the_file_keep_their_ways() {
    ts(
        "\u{feff}f(KEY);\r\n",
        "\u{feff}import { getSecret } from \"./shield-secrets\";\r\n\r\nf(getSecret('k'));\r\n",
    );
    ts(
        "import a from 'a';\r\nf('é', KEY);\r\n",
        "import a from 'a';\r\nimport { getSecret } from './shield-secrets';\r\nf('é', getSecret('k'));\r\n",
    );
}

#[test]
fn a_line_that_could_go_on_is_ended() {
    js(
        "f('a')\ng('b')\n",
        "const { getSecret } = require('./shield-secrets')\n\nf('a')\ng('b')\n",
    );
    js(
        "const a = require('a')\n;[1].map(KEY)\n",
        "const a = require('a')\nconst { getSecret } = require('./shield-secrets')\n;[1].map(getSecret('k'))\n",
    );
    esm(
        "(function () { f('a') })()\nf(KEY)\n",
        "import { getSecret } from './shield-secrets';\n\n(function () { f('a') })()\nf(getSecret('k'))\n",
    );
}

#[test]
fn the_kind_of_module_decides_where_the_syntax_does_not() {
    let text = "f(KEY);\n";
    let import = "import { getSecret } from \"./shield-secrets\";\n\nf(getSecret('k'));\n";
    let require = "const { getSecret } = require(\"./shield-secrets\");\n\nf(getSecret('k'));\n";
    let (js, ts) = (Language::JavaScript, Language::TypeScript);
    becomes(js, ModuleKind::EcmaScript, text, import);
    becomes(js, ModuleKind::CommonJs, text, require);
    becomes(js, ModuleKind::Unknown, text, require);
    becomes(ts, ModuleKind::Unknown, text, import);
    becomes(ts, ModuleKind::CommonJs, text, import);
    let exports = "export const a = KEY;\n";
    becomes(
        js,
        ModuleKind::Unknown,
        exports,
        "import { getSecret } from \"./shield-secrets\";\n\nexport const a = getSecret('k');\n",
    );
    becomes(
        ts,
        ModuleKind::Unknown,
        "const a = require(\"a\");\nf(KEY);\n",
        "const a = require(\"a\");\nconst { getSecret } = require(\"./shield-secrets\");\nf(getSecret('k'));\n",
    );
}

#[test]
fn what_is_imported_already_is_used() {
    for (before, after) in [
        (
            "import { getSecret } from \"./shield-secrets\";\nf(KEY);",
            "import { getSecret } from \"./shield-secrets\";\nf(getSecret('k'));",
        ),
        (
            "import { getSecret as gs } from \"./shield-secrets.js\";\nf(KEY);",
            "import { getSecret as gs } from \"./shield-secrets.js\";\nf(gs('k'));",
        ),
        (
            "import * as s from \"./shield-secrets\";\nf(KEY);",
            "import * as s from \"./shield-secrets\";\nf(s.getSecret('k'));",
        ),
        (
            "const { getSecret: gs } = require(\"./shield-secrets\");\nf(KEY);",
            "const { getSecret: gs } = require(\"./shield-secrets\");\nf(gs('k'));",
        ),
        (
            "const s = require(\"./shield-secrets\");\nf(KEY);",
            "const s = require(\"./shield-secrets\");\nf(s.getSecret('k'));",
        ),
        (
            "const gs = require(\"./shield-secrets\").getSecret;\nf(KEY);",
            "const gs = require(\"./shield-secrets\").getSecret;\nf(gs('k'));",
        ),
    ] {
        js(before, after);
        ts(before, after);
    }
    ts(
        "import s = require(\"./shield-secrets\");\nf(KEY);",
        "import s = require(\"./shield-secrets\");\nf(s.getSecret('k'));",
    );
}

#[test]
fn a_list_of_names_gets_one_more() {
    ts(
        "import { loadSecrets } from \"./shield-secrets\";\nf(KEY);",
        "import { loadSecrets, getSecret } from \"./shield-secrets\";\nf(getSecret('k'));",
    );
    ts(
        "import s, {} from \"./shield-secrets\";\nf(KEY);",
        "import s, { getSecret } from \"./shield-secrets\";\nf(getSecret('k'));",
    );
    ts(
        "import {\n  a,\n  loadSecrets, // why\n} from \"./shield-secrets\";\nf(KEY);",
        "import {\n  a,\n  loadSecrets, // why\n  getSecret,\n} from \"./shield-secrets\";\nf(getSecret('k'));",
    );
    ts(
        "import {\r\n\tloadSecrets // why\r\n} from \"./shield-secrets\";\r\nf(KEY);",
        "import {\r\n\tloadSecrets, // why\r\n\tgetSecret\r\n} from \"./shield-secrets\";\r\nf(getSecret('k'));",
    );
    js(
        "const { loadSecrets, } = require(\"./shield-secrets\");\nf(KEY);",
        "const { loadSecrets, getSecret, } = require(\"./shield-secrets\");\nf(getSecret('k'));",
    );
    ts(
        "import { type SecretName } from \"./shield-secrets\";\nf(KEY);",
        "import { type SecretName, getSecret } from \"./shield-secrets\";\nf(getSecret('k'));",
    );
}

#[test]
fn what_cannot_be_extended_stays() {
    ts(
        "import type { SecretName } from \"./shield-secrets\";\nf(KEY);",
        "import type { SecretName } from \"./shield-secrets\";\nimport { getSecret } from \"./shield-secrets\";\nf(getSecret('k'));",
    );
    js(
        "const { a, ...rest } = require(\"./shield-secrets\");\nf(KEY);",
        "const { a, ...rest } = require(\"./shield-secrets\");\nconst { getSecret } = require(\"./shield-secrets\");\nf(getSecret('k'));",
    );
}

#[test]
fn a_name_that_means_something_else_is_avoided() {
    ts(
        "import { getSecret } from \"./own\";\nf(KEY);",
        "import { getSecret } from \"./own\";\nimport { getSecret as shieldGetSecret } from \"./shield-secrets\";\nf(shieldGetSecret('k'));",
    );
    js(
        "const { getSecret } = require(\"./own\");\nf(KEY);",
        "const { getSecret } = require(\"./own\");\nconst { getSecret: shieldGetSecret } = require(\"./shield-secrets\");\nf(shieldGetSecret('k'));",
    );
    js(
        "function f(getSecret) { return KEY; }",
        "const { getSecret: shieldGetSecret } = require(\"./shield-secrets\");\n\nfunction f(getSecret) { return shieldGetSecret('k'); }",
    );
    js(
        "getSecret(); f(KEY);",
        "const { getSecret: shieldGetSecret } = require(\"./shield-secrets\");\n\ngetSecret(); f(shieldGetSecret('k'));",
    );
    js(
        "import { getSecret } from \"./shield-secrets\";\nfunction f(getSecret) { g(KEY); }",
        "import { getSecret, getSecret as shieldGetSecret } from \"./shield-secrets\";\nfunction f(getSecret) { g(shieldGetSecret('k')); }",
    );
    js(
        "f(KEY);\nconst { getSecret } = require(\"./shield-secrets\");",
        "const { getSecret: shieldGetSecret } = require(\"./shield-secrets\");\n\nf(shieldGetSecret('k'));\nconst { getSecret } = require(\"./shield-secrets\");",
    );
}

#[test]
fn a_name_that_means_something_else_elsewhere_is_no_trouble() {
    js(
        "a.getSecret(); ({ getSecret: 1 }); f(KEY); function g(getSecret) { getSecret(); }",
        "const { getSecret } = require(\"./shield-secrets\");\n\na.getSecret(); ({ getSecret: 1 }); f(getSecret('k')); function g(getSecret) { getSecret(); }",
    );
}

#[test]
fn no_name_or_no_place_is_an_obstacle() {
    for (text, obstacle) in [
        (
            "const getSecret = 1, shieldGetSecret = 2; f(KEY);",
            Obstacle::ImportConflict,
        ),
        ("\"use client\"; f(KEY);", Obstacle::ClientCode),
        (
            "export const runtime = \"edge\"; f(KEY);",
            Obstacle::EdgeRuntime,
        ),
    ] {
        let parsed = parse(Language::TypeScript, text);
        let uses = uses(text);
        let found = import(parsed.root(), text, &request(&uses, ModuleKind::Unknown));
        assert_eq!(found, Err(obstacle), "{text}");
    }
}
