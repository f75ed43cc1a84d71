use super::super::{literal, quote, role};
use super::{find, parse};
use crate::lang::Literal;
use crate::lang::Obstacle;
use crate::lang::Obstacle::Comment;
use crate::lang::Obstacle::Concatenated;
use crate::lang::Obstacle::ConstantRequired;
use crate::lang::Obstacle::ErrorNodeNear;
use crate::lang::Obstacle::Interpolated;
use crate::lang::Obstacle::UnsupportedForm;
use crate::lang::Standing;
use crate::secret::Secret;
use crate::text::Role;
use crate::text::Span;

/// The literal around the first `k9` of a text.
fn around(text: &str) -> Literal {
    literal(parse(text).root_node(), text, find(text, "k9")).expect(text)
}

/// The value of the only literal of a text, which ends with it.
fn value(text: &str) -> Option<Secret> {
    let inside = Span::new(find(text, "= ").end, text.len());
    literal(parse(text).root_node(), text, inside)?.value
}

fn barred(table: &[(&str, Obstacle)]) {
    for (text, obstacle) in table {
        assert_eq!(around(text).standing, Standing::Barred(*obstacle), "{text}");
    }
}

#[test]
fn a_literal_is_all_its_parts() {
    let table = [
        ("K = 'k9'", "'k9'", "k9"),
        ("K = rb'''k9'''", "rb'''k9'''", "k9"),
        ("K = ('a'\n  'k9')", "'a'\n  'k9'", "a'\n  'k9"),
        ("f('a', 'k9')", "'k9'", "k9"),
        ("f'{d[\"k9\"]}'", "\"k9\"", "k9"),
        ("f'{d}k9'", "f'{d}k9'", "{d}k9"),
    ];
    for (text, outer, inner) in table {
        let literal = around(text);
        assert_eq!(literal.outer.of(text), Some(outer), "{text}");
        assert_eq!(literal.inner.of(text), Some(inner), "{text}");
    }
}

#[test]
fn what_is_not_a_literal_has_none() {
    for text in ["k9 = 1", "# k9", "`k9`", "K = 'k9", "ur'k9'"] {
        let tree = parse(text);
        let found = literal(tree.root_node(), text, find(text, "k9"));
        assert_eq!(found, None, "{text}");
    }
}

#[test]
fn values_are_what_python_makes_of_them() {
    let table = [
        ("K = 'ab'", "ab"),
        ("K = u'ab'", "ab"),
        (
            r"K = 'a\'\\\x41\u00e9\U0001F600\101\0\18'",
            "a'\\A\u{e9}\u{1f600}A\0\u{1}8",
        ),
        (r"K = '\a\b\f\n\r\t\v\d'", "\x07\x08\x0c\n\r\t\x0b\\d"),
        ("K = 'a\\\nb\\\r\nc'", "abc"),
        (r"K = r'a\nb\''", "a\\nb\\'"),
        ("K = '''a\r\nb\nc\rd'''", "a\nb\nc\nd"),
        ("K = r'''a\\\r\nb'''", "a\\\nb"),
        (r"K = b'a\x41\u0041'", "aA\\u0041"),
        (r"K = b'\xc3\xa9'", "\u{e9}"),
        ("K = 'ab' r'\\c' \"d\"", "ab\\cd"),
        ("K = f'a{{b}}c\\x41'", "a{b}cA"),
        ("K = ''", ""),
        ("K = r'''\\\\'''", "\\\\"),
        ("K = '\u{e9}\u{1d11e}'", "\u{e9}\u{1d11e}"),
    ];
    for (text, expected) in table {
        assert!(
            value(text) == Some(Secret::new(expected.to_owned())),
            "{text:?}"
        );
    }
}

#[test]
fn a_value_that_is_not_text_is_not_told() {
    let table = [
        (r"K = b'k9\x00\xff'", Obstacle::NonUtf8Value),
        (r"K = 'k9\ud800'", Obstacle::NonUtf8Value),
        (r"K = 'k9\N{DASH}'", UnsupportedForm),
        (r"K = 'k9\x4'", UnsupportedForm),
        (r"K = 'k9\U00110000'", UnsupportedForm),
        ("K = b'k9\u{e9}'", UnsupportedForm),
        ("K = b'k9' 'a'", UnsupportedForm),
        ("K = f'k9{x}'", Interpolated),
        ("K = 'k9' f'{x}'", Interpolated),
        ("K = t'k9'", Interpolated),
    ];
    for (text, obstacle) in table {
        let literal = around(text);
        assert!(literal.value.is_none(), "{text}");
        assert_eq!(literal.standing, Standing::Barred(obstacle), "{text}");
    }
}

#[test]
fn a_call_may_stand_where_a_value_is_used() {
    for text in [
        "SECRET_KEY = 'k9'",
        "K: str = 'k9'  # prod",
        "class C:\n  K = 'k9'",
        "class C(Base):\n  K: str = 'k9'",
        "D = {'default': {'PASSWORD': 'k9'}}",
        "connect('u', 'k9')",
        "connect(password='k9')",
        "KEY = ('k9'\n       'cd')",
        "URL = 'postgres://app:k9@h/d'", // shield: allow made up
        "KEY = '''-----BEGIN\nk9'''",
        "KEY = r'k9\\n'",
        "if token == 'k9': pass",
        "if token in ('k9', 'b'): pass",
        "A = B = 'k9'",
        "u, p = 'app', 'k9'",
        "self.x = cfg['a'] = 'k9'",
        "K = 'k9' if c else 'd'",
        "K = a or 'k9'",
        "if (a := 'k9'): pass",
        "K = 'k9'.encode()",
        "K = f'k9'",
        "return connect(password='k9')",
        "return {'password': 'k9'}",
        "K = [b + c('k9')]",
        "lambda: 'k9'",
        "yield 'k9'",
        "@d('k9')\ndef f(): pass",
        "def f():\n  for x in ['k9']: pass",
        "class C(Enum):\n  def f(self):\n    x = 'k9'",
        "class C(BaseModel):\n  def f(self, x):\n    x = 'k9'",
        "env['X'] = 'k9'",
        "'k9é' == é",
    ] {
        assert_eq!(around(text).standing, Standing::Free, "{text}");
    }
}

#[test]
fn a_call_changes_when_a_default_is_made() {
    for text in [
        "def f(token='k9'): pass",
        "def f(token: str = 'k9'): pass",
        "def f(token=Secret('k9')): pass",
        "lambda token='k9': 1",
    ] {
        let expected = Standing::Caution(Obstacle::DefaultParameter);
        assert_eq!(around(text).standing, expected, "{text}");
    }
}

#[test]
fn a_declared_field_keeps_one_value() {
    let caution = Standing::Caution(Obstacle::DeclaredField);
    let table = [
        ("@dataclass\nclass C:\n  p: str = 'k9'", caution),
        (
            "@dataclasses.dataclass(frozen=True)\nclass C:\n  p: str = field(default='k9')",
            caution,
        ),
        ("@dataclass\nclass C:\n  p = 'k9'", Standing::Free),
        ("class C(BaseModel):\n  p: str = 'k9'", caution),
        (
            "class C(pydantic.BaseSettings):\n  p: str = Field('k9')",
            caution,
        ),
        (
            "class C(AppSettings):\n  p: SecretStr = SecretStr('k9')",
            caution,
        ),
        ("class C(NamedTuple):\n  p: str = 'k9'", caution),
        (
            "class C(Base[T], GenericModel[T]):\n  p: str = 'k9'",
            caution,
        ),
        ("@attr.s\nclass C:\n  p = attr.ib(default='k9')", caution),
        ("@define\nclass C:\n  p: str = 'k9'", caution),
        ("@define\nclass C:\n  p = 'k9'", Standing::Free),
        ("@other\nclass C:\n  p: str = 'k9'", Standing::Free),
    ];
    for (text, expected) in table {
        assert_eq!(around(text).standing, expected, "{text}");
    }
}

#[test]
fn a_part_of_a_value_is_not_replaced() {
    barred(&[
        ("KEY = 'k9' + suffix", Concatenated),
        ("KEY = a + ('k9' if b else c)", Concatenated),
        ("KEY += 'k9'", Concatenated),
        ("'k9%s' % x", Concatenated),
        ("'k9{}'.format(x)", Concatenated),
        ("'k9'.join(x)", Concatenated),
        ("KEY = ('k9'  # one\n  'b')", Concatenated),
        ("KEY = f'k9{x}'", Interpolated),
    ]);
}

#[test]
fn a_constant_is_not_replaced() {
    barred(&[
        ("match t:\n  case 'k9': pass", ConstantRequired),
        (
            "match t:\n  case {'a': ['k9' | 'b']}: pass",
            ConstantRequired,
        ),
        ("x: Literal['k9'] = y", ConstantRequired),
        ("Mode = typing.Literal['k9', 'b']", ConstantRequired),
        ("def f(x: 'k9'): pass", ConstantRequired),
        ("def f() -> 'k9': pass", ConstantRequired),
        ("type X = 'k9'", ConstantRequired),
        ("class C(Enum):\n  K = 'k9'", ConstantRequired),
        (
            "class C(str, enum.Enum):\n  K = ('k9', 1)",
            ConstantRequired,
        ),
        (
            "class C(models.TextChoices):\n  K = 'k9', _('x')",
            ConstantRequired,
        ),
        ("class C:\n  __slots__ = ('k9',)", ConstantRequired),
        ("__all__ = ['k9']", ConstantRequired),
        ("T = TypeVar('k9')", ConstantRequired),
    ]);
}

#[test]
fn a_remark_is_not_replaced() {
    barred(&[
        ("'''k9'''", Comment),
        ("def f():\n  'k9'", Comment),
        ("class C:\n  'k9'", Comment),
        ("x = 1\n'k9' 'b'", Comment),
        ("x = 1\n('k9')", Comment),
    ]);
}

#[test]
fn a_form_without_a_rewrite_is_not_replaced() {
    barred(&[
        ("{'k9': 1}", UnsupportedForm),
        ("x['k9']", UnsupportedForm),
        ("x['k9'] = 1", UnsupportedForm),
        ("x['a':'k9']", UnsupportedForm),
        ("x[f('k9')] = 1", UnsupportedForm),
        ("f'{x[\"k9\"]}'", UnsupportedForm),
        ("f'{g(\"k9\")}'", UnsupportedForm),
        ("return 'k9'", UnsupportedForm),
        ("return a or ('k9' if b else c)", UnsupportedForm),
        ("x is 'k9'", UnsupportedForm),
        ("print 'k9'", UnsupportedForm),
        ("exec 'k9'", UnsupportedForm),
    ]);
}

#[test]
fn what_belongs_to_the_environment_is_not_replaced() {
    barred(&[
        ("os.environ['A'] = 'k9'", UnsupportedForm),
        ("x = os.environ['A'] = 'k9'", UnsupportedForm),
        ("x, os.environ['A'] = y, 'k9'", UnsupportedForm),
        (
            "from os import environ as e\ne['A'] = 'k9'",
            UnsupportedForm,
        ),
        ("os.environ.setdefault('A', 'k9')", UnsupportedForm),
        ("os.environ.update(A='k9')", UnsupportedForm),
        ("os.environ.update({'A': 'k9'})", UnsupportedForm),
        ("os.putenv('A', 'k9')", UnsupportedForm),
        ("x = os.environ.get('A', 'k9')", UnsupportedForm),
        ("x = os.environ.get('k9')", UnsupportedForm),
        (
            "from os import getenv as ge\nx = ge('A', 'k9')",
            UnsupportedForm,
        ),
        ("x = os.environ.get('A') or 'k9'", UnsupportedForm),
        ("x = os.environ['A'] or 'k9'", UnsupportedForm),
        ("x = os.getenv('A') or b or 'k9'", UnsupportedForm),
        ("'k9' in os.environ", UnsupportedForm),
    ]);
}

#[test]
fn what_is_read_by_halves_is_not_replaced() {
    barred(&[
        ("x = = 'k9'", ErrorNodeNear),
        ("f(a b, 'k9')", ErrorNodeNear),
    ]);
}

#[test]
fn a_syntax_error_elsewhere_does_not_matter() {
    for text in [
        "x = = 1\n\nK = 'k9'",
        "def f(:\n  pass\n\nK = 'k9'\n",
        "K = 'k9'\n\n\nx = = 1\n",
        "if a:\n  K = 'k9'\n  b = 1\n  x = = 1\n",
    ] {
        assert_eq!(around(text).standing, Standing::Free, "{text}");
    }
}

#[test]
fn text_has_a_role() {
    let table = [
        ("x = 'k9'", Role::String),
        ("f('k9')", Role::String),
        ("x = 'a' 'k9'", Role::String),
        ("x = f'k9'", Role::String),
        ("x = f'k9{y}'", Role::Template),
        ("x = f'{y:k9}'", Role::Template),
        ("x = f'{k9}'", Role::Plain),
        ("x = f'{d[\"k9\"]}'", Role::String),
        ("# k9", Role::Comment),
        ("x = 1  # k9", Role::Comment),
        ("'''k9'''\nx = 1", Role::Comment),
        ("def f():\n  'k9'\n  return 1", Role::Comment),
        ("x = 1\n'''y = \"k9\"'''", Role::Comment),
        ("k9 = 1", Role::Plain),
        ("x = k9", Role::Plain),
        ("x = 'a k9 b", Role::Plain),
    ];
    for (text, expected) in table {
        let tree = parse(text);
        assert_eq!(role(tree.root_node(), find(text, "k9")), expected, "{text}");
    }
}

#[test]
fn the_quote_of_the_file_is_that_of_most_strings() {
    let table = [
        ("", '"'),
        ("x = 1", '"'),
        ("'a'; 'b'; \"c\"", '\''),
        ("'a'; \"c\"", '"'),
        ("'''a'''; \"b\"", '"'),
        ("'''a'''; '''b'''", '"'),
        ("f'{x['a']}'; b'b'", '\''),
    ];
    for (text, expected) in table {
        assert_eq!(quote(parse(text).root_node(), text), expected, "{text}");
    }
}

#[test]
fn hostile_texts_have_literals_too() {
    let many = 20_000;
    for text in [
        format!("{}'k9'{}", "(".repeat(many), ")".repeat(many)),
        format!("x = {}'k9'", "a + ".repeat(many)),
        format!("x = 'k9' {}", "'a' ".repeat(many)),
        format!("x = 'k9{}'", "\\x41".repeat(many)),
        format!("x = {}'k9'", "lambda: ".repeat(many)),
    ] {
        let tree = parse(&text);
        literal(tree.root_node(), &text, find(&text, "k9"));
        role(tree.root_node(), find(&text, "k9"));
        quote(tree.root_node(), &text);
    }
}
