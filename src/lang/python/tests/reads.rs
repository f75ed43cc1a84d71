use super::super::env_reads;
use super::parse;
use crate::lang::EnvRead;
use crate::lang::Obstacle;
use crate::lang::ReadDefault;
use crate::lang::ReadForm;
use crate::lang::Standing;

fn reads(text: &str) -> Vec<EnvRead> {
    env_reads(parse(text).root_node(), text)
}

/// The reads in short: `NAME form default`, with what stands against a call.
fn short(text: &str) -> Vec<String> {
    reads(text).iter().map(|it| describe(it, text)).collect()
}

fn describe(read: &EnvRead, text: &str) -> String {
    let of = |span: crate::text::Span| span.of(text).unwrap();
    let form = match read.form {
        ReadForm::Subscript { key } => format!("subscript {}", of(key)),
        ReadForm::Call {
            callee,
            key,
            default,
        } => {
            let default = match default {
                ReadDefault::Absent => String::new(),
                ReadDefault::Positional(it) => format!(", {}", of(it)),
                ReadDefault::Keyword(it) => format!(", default={}", of(it)),
            };
            format!("{}({}{default})", of(callee), of(key))
        }
        ReadForm::Presence { key, negated } => {
            let kind = if negated { "absence" } else { "presence" };
            format!("{kind} {}", of(key))
        }
        ReadForm::Member
        | ReadForm::Guarded
        | ReadForm::Picked { .. }
        | ReadForm::Destructured { .. } => panic!("not of Python"),
    };
    let standing = match read.standing {
        Standing::Free => String::new(),
        Standing::Caution(it) | Standing::Barred(it) => format!(" [{}]", it.code()),
    };
    let fallback = read.fallback.map_or_else(String::new, |it| {
        format!(" or {} in {}", of(it.literal), of(it.expression))
    });
    format!("{}: {form}{fallback}{standing}", read.variable)
}

#[test]
fn every_way_to_read_is_a_read() {
    let table = [
        ("os.environ['A_KEY']", "A_KEY: subscript 'A_KEY'"),
        ("K = os.environ.get(\"A\")", "A: os.environ.get(\"A\")"),
        ("K = os.getenv('A')", "A: os.getenv('A')"),
        ("os.environ.get('A', '')", "A: os.environ.get('A', '')"),
        ("os.environ.get('A', None)", "A: os.environ.get('A', None)"),
        (
            "os.getenv('A', default='x')",
            "A: os.getenv('A', default='x')",
        ),
        ("os.environ.get('A',)", "A: os.environ.get('A')"),
        ("os.environ.get('A', d)", "A: os.environ.get('A', d)"),
        ("x = os.environ . get ( 'A' )", "A: os.environ . get('A')"),
        (
            "os.environ.get(\n  'A',\n  '', # dev\n)",
            "A: os.environ.get('A', '')",
        ),
        ("os.environ['A'].encode()", "A: subscript 'A'"),
        ("f\"a{os.environ['A']}\"", "A: subscript 'A'"),
        (
            "{'P': os.environ.get('A', '')}",
            "A: os.environ.get('A', '')",
        ),
        ("f(p=os.environ['A'])", "A: subscript 'A'"),
        (
            "def f(t=os.environ.get('A')): pass",
            "A: os.environ.get('A')",
        ),
        ("if t := os.getenv('A'): pass", "A: os.getenv('A')"),
        (
            "class C:\n  P = os.environ.get('A')",
            "A: os.environ.get('A')",
        ),
        (
            "P: Final[str] = os.getenv('A', '')  # noqa",
            "A: os.getenv('A', '')",
        ),
        (
            "os.environ.get('CYPRESS_umami')",
            "CYPRESS_umami: os.environ.get('CYPRESS_umami')",
        ),
        ("lambda: os.environ['A']", "A: subscript 'A'"),
        ("@d(os.environ['A'])\ndef f(): pass", "A: subscript 'A'"),
        ("x[os.environ['A']] = 1", "A: subscript 'A'"),
        ("é = os.environ['A']", "A: subscript 'A'"),
    ];
    for (text, expected) in table {
        assert_eq!(short(text), [expected], "{text}");
        let expression = reads(text)[0].expression.of(text).unwrap();
        assert!(text.contains(expression), "{text}");
    }
}

#[test]
fn what_is_written_in_one_expression_is_read_in_order() {
    assert_eq!(
        short("os.environ.get('A', os.environ.get('B', 'd'))"),
        [
            "A: os.environ.get('A', os.environ.get('B', 'd'))",
            "B: os.environ.get('B', 'd')"
        ]
    );
    assert_eq!(
        short("a, b = os.environ['A'], os.environ['B']"),
        ["A: subscript 'A'", "B: subscript 'B'"]
    );
}

#[test]
fn names_are_followed_to_their_imports() {
    let table = [
        ("from os import environ\nenviron['A']", 1),
        ("from os import environ as e\ne['A']; e.get('B')", 2),
        ("from os import getenv as ge\nge('A')", 1),
        ("from os import (\n  path,\n  getenv as ge,\n)\nge('A')", 1),
        ("import os as _os\n_os.environ.get('A'); _os.getenv('B')", 2),
        ("import sys, os as o\no.getenv('A')", 1),
        ("import os.path\nos.getenv('A')", 1),
        ("import os\nos.getenv('A')\ndel os", 1),
        ("from .base import *\nos.environ['A']", 1),
        ("from os import *\nenviron['A']", 1),
        (
            "def f():\n  from os import environ as e\n  return e['A']",
            1,
        ),
        ("def f():\n  from os import environ as e\ne['A']", 0),
        ("def f():\n  global os\n  import os\nos.environ['A']", 1),
        (
            "try:\n  import os\nexcept E:\n  import os\nos.environ['A']",
            1,
        ),
        // Nothing says that these are the environment.
        ("environ['A']; getenv('B')", 0),
        ("from other import environ\nenviron['A']", 0),
        ("import other as os\nos.environ['A']", 0),
        ("from . import os\nos.environ['A']", 0),
    ];
    for (text, expected) in table {
        assert_eq!(short(text).len(), expected, "{text}");
    }
}

#[test]
fn a_shadowed_name_is_not_the_environment() {
    for shadow in [
        "def f(os): return os.environ['A']",
        "def f(x, *, os=None): return os.environ['A']",
        "def f(os: M = 1): return os.environ['A']",
        "def f(*os): return os.environ['A']",
        "def f(**os): return os.environ['A']",
        "def f(*os: int): return os.environ['A']",
        "lambda os: os.environ['A']",
        "def f():\n  x = os.environ['A']\n  os = 1",
        "def f():\n  for os in x: os.environ['A']",
        "def f():\n  with x as os: os.environ['A']",
        "def f():\n  with x as (a, os): os.environ['A']",
        "def f():\n  a, (os, b) = x\n  os.environ['A']",
        "def f():\n  [a, *os] = x\n  os.environ['A']",
        "def f():\n  try: pass\n  except E as os: os.environ['A']",
        "def f():\n  def os(): pass\n  os.environ['A']",
        "def f():\n  class os: pass\n  os.environ['A']",
        "def f():\n  if (os := x): os.environ['A']",
        "def f():\n  del os\n  os.environ['A']",
        "def f():\n  os += 1\n  os.environ['A']",
        "def f():\n  match x:\n    case os: os.environ['A']",
        "def f():\n  match x:\n    case [1, *os]: os.environ['A']",
        "def f():\n  match x:\n    case C(a=os): os.environ['A']",
        "def f():\n  match x:\n    case {'k': 1} as os: os.environ['A']",
        "[os.environ['A'] for os in x]",
        "{k: os.environ['A'] for k, os in x}",
        "[(os := x) for a in b]\nos.environ['A']",
        "class C:\n  os = 1\n  x = os.environ['A']",
        "def f(os):\n  def g():\n    return os.environ['A']",
        "def os(): pass\nos.environ['A']",
        "def f():\n  global os\n  os = 1\nos.environ['A']",
        "for os in x: pass\nos.environ['A']",
    ] {
        let text = format!("import os\n{shadow}\n");
        assert_eq!(short(&text), [""; 0], "{text}");
    }
}

#[test]
fn a_name_bound_elsewhere_shadows_nothing() {
    for beside in [
        "def f(os): pass\nos.environ['A']",
        "def f(x=os.environ['A'], os=1): pass",
        "def f(os) -> os.environ['A']: pass",
        "class C:\n  os = 1\n  def f(self): return os.environ['A']",
        "[x for os in os.environ['A']]",
        "[x for x in y if os.environ['A']]",
        "lambda os=os.environ['A']: os",
        "def f():\n  os.x = 1\n  return os.environ['A']",
        "f(os=1)\nos.environ['A']",
        "@os.environ['A']\ndef f(os): pass",
        "match x:\n  case os.y: os.environ['A']",
        "def f():\n  global os\n  return os.environ['A']",
        "def f(os):\n  def g():\n    global os\n    return os.environ['A']",
    ] {
        let text = format!("import os\n{beside}\n");
        assert_eq!(short(&text).len(), 1, "{text}");
    }
}

#[test]
fn what_has_no_name_in_the_code_is_not_a_read() {
    for text in [
        "os.environ[name]",
        "{k: os.environ[k] for k in KEYS}",
        "subprocess.run(c, env={**os.environ, 'PGPASSWORD': p})",
        "os.environ.get(f'{a}_KEY')",
        "os.environ.get('A' + b)",
        "os.environ.get()",
        "os.environ.get(*args)",
        "os.environ.copy()",
        "dict(os.environ)",
        "env = os.environ",
        "os.environb[b'A']",
        "os.environ['A':'B']",
        "os.environ[b'A']",
        "x.os.environ['A']",
        "config('JWT_SECRET', cast=Secret)",
        "class S(BaseSettings):\n  SECRET_KEY: str",
        "dj_database_url.config(default='postgres://u:p@localhost/d')",
        "# os.environ['A']",
        "'os.environ[\"A\"]'",
        "for k in os.environ: pass",
    ] {
        assert_eq!(short(text), [""; 0], "{text}");
    }
}

#[test]
fn a_variable_that_the_file_writes_is_not_replaced() {
    for write in [
        "os.environ['A'] = v",
        "os.environ['A'] += v",
        "os.environ['A']: str = v",
        "x, os.environ['A'] = v",
        "x = os.environ['A'] = v",
        "for os.environ['A'] in v: pass",
        "with v as os.environ['A']: pass",
        "del os.environ['A']",
        "del x, os.environ['A']",
        "os.environ.pop('A')",
        "os.environ.pop('A', None)",
        "os.environ.setdefault('A', v)",
        "os.putenv('A', v)",
        "os.unsetenv('A')",
        "os.environ.update({'A': v})",
        "os.environ.update(A=v)",
        "os.environ |= {'A': v}",
        "os.environ |= dict(A=v)",
    ] {
        let text = format!("x = os.environ['A']\n{write}\ny = os.environ['B']");
        assert_eq!(
            short(&text),
            ["A: subscript 'A' [write-in-file]", "B: subscript 'B'"],
            "{text}"
        );
    }
}

#[test]
fn a_write_whose_value_is_used_is_a_read_too() {
    assert_eq!(
        short("x = os.environ.pop('A', '')"),
        ["A: os.environ.pop('A', '') [write-in-file]"]
    );
    assert_eq!(
        short("os.environ.setdefault('C', R) if R else os.environ.get('C')"),
        [
            "C: os.environ.setdefault('C', R) [write-in-file]",
            "C: os.environ.get('C') [write-in-file]"
        ]
    );
}

#[test]
fn a_variable_that_is_looked_for_is_not_replaced_by_halves() {
    for (test, kind) in [
        ("'A' in os.environ", "presence"),
        ("'A' not in os.environ", "absence"),
        ("'A' in os.environ.keys()", "presence"),
    ] {
        let text = format!("if {test}: x = os.environ['A']");
        assert_eq!(
            short(&text),
            [
                format!("A: {kind} 'A' [presence-gate]"),
                "A: subscript 'A' [presence-gate]".to_owned()
            ],
            "{text}"
        );
    }
}

#[test]
fn a_read_that_is_represented_is_not_replaced() {
    for text in [
        "f\"{os.environ['A']!r}\"",
        "f\"{os.environ['A']!r:>9}\"",
        "f\"{os.environ['A']=}\"",
        "repr(os.environ['A'])",
        "'%r' % os.environ['A']",
        "'{!r}'.format(os.environ['A'])",
    ] {
        assert_eq!(
            short(text),
            ["A: subscript 'A' [unsupported-form]"],
            "{text}"
        );
    }
    for text in ["f\"{os.environ['A']!s}\"", "'%s' % os.environ['A']"] {
        assert_eq!(short(text), ["A: subscript 'A'"], "{text}");
    }
}

#[test]
fn a_literal_behind_or_is_the_fallback() {
    let table = [
        (
            "os.environ.get('A') or 'd'",
            "'d' in os.environ.get('A') or 'd'",
        ),
        (
            "(os.environ.get('A')) or 'd'",
            "'d' in (os.environ.get('A')) or 'd'",
        ),
        ("os.getenv('A') or ('a' 'b')", ""),
        (
            "os.getenv('A') or 'a' 'b'",
            "'a' 'b' in os.getenv('A') or 'a' 'b'",
        ),
        ("os.environ.get('A').replace('a', 'b') or \\\n 'd'", ""),
        ("os.environ.get('A') or f'{d}'", ""),
        ("os.environ.get('A') or d", ""),
        ("os.environ.get('A') and 'd'", ""),
        ("x or os.environ.get('A') or 'd'", ""),
    ];
    for (text, expected) in table {
        let fallback = reads(text)[0].fallback;
        let found = fallback.map_or_else(String::new, |it| {
            let (literal, whole) = (it.literal.of(text), it.expression.of(text));
            format!("{} in {}", literal.unwrap(), whole.unwrap())
        });
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn what_needs_a_constant_or_cannot_be_kept_is_barred() {
    let table = [
        ("x: os.environ['A'] = 1", Obstacle::ConstantRequired),
        ("f\"{os.environ['A']=}\"", Obstacle::UnsupportedForm),
        ("os.environ.get('A', *d)", Obstacle::UnsupportedForm),
        ("os.environ.get('A', d, e)", Obstacle::UnsupportedForm),
        ("os.getenv(key='A')", Obstacle::UnsupportedForm),
        ("os.environ.get('A', other=1)", Obstacle::UnsupportedForm),
        ("print os.environ['A']", Obstacle::UnsupportedForm),
    ];
    for (text, obstacle) in table {
        let reads = reads(text);
        assert_eq!(reads[0].standing, Standing::Barred(obstacle), "{text}");
    }
}

#[test]
fn a_syntax_error_counts_only_where_it_is() {
    let near = Standing::Barred(Obstacle::ErrorNodeNear);
    let table = [
        ("x = = 1\n\nK = os.environ['A']", Standing::Free),
        ("def f(:\n    pass\n\nK = os.environ['A']\n", Standing::Free),
        ("K = os.environ['A']\n\nx = = 1\n", Standing::Free),
        ("K = = os.environ['A']", near),
        ("K = f(os.environ['A'] b)", near),
        ("x = (\nK = os.environ['A']", near),
    ];
    for (text, standing) in table {
        assert_eq!(reads(text)[0].standing, standing, "{text}");
    }
}

#[test]
fn nothing_overflows_and_nothing_is_quadratic() {
    let deep = 20_000;
    for text in [
        format!("{}os.environ['A']{}", "(".repeat(deep), ")".repeat(deep)),
        format!("x = {}1", "os.environ['A'] + ".repeat(deep)),
        format!("x = {}1", "os.environ.get('A', ".repeat(deep)),
        "import os\n".repeat(deep),
        "def f(os): os.environ['A']\n".repeat(deep / 4),
        format!("x = {}1", "lambda os: os.environ['A'] or ".repeat(deep / 4)),
        format!("(((\n{}", "os.environ['A'] = = ".repeat(deep / 4)),
    ] {
        reads(&text);
    }
}
