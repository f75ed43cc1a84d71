use super::super::bindings;
use super::super::env_reads;
use super::parse;
use crate::lang::Binding;
use crate::lang::Context;

/// The bindings in short: `path.path.name context "value"`.
fn short(text: &str) -> Vec<String> {
    let describe = |it: Binding| {
        let mut path = it.path;
        path.push(it.name);
        let context = match it.context {
            Context::Variable => "var",
            Context::Attribute => "attr",
            Context::Entry => "entry",
            Context::Argument => "arg",
            Context::Parameter => "param",
            Context::Comparison => "cmp",
            Context::EnvDefault => "env",
            Context::Fallback => "or",
        };
        let value = it.value.of(text).unwrap();
        format!("{} {context} {value}", path.join("."))
    };
    let tree = parse(text);
    let reads = env_reads(tree.root_node(), text);
    bindings(tree.root_node(), text, &reads)
        .into_iter()
        .map(describe)
        .collect()
}

fn check(table: &[(&str, &[&str])]) {
    for (text, expected) in table {
        assert_eq!(short(text), *expected, "{text}");
    }
}

#[test]
fn assignments_bind_their_targets() {
    check(&[
        ("A = 'x'", &["A var x"]),
        ("A: str = 'x'  # prod", &["A var x"]),
        ("A = B = 'x'", &["A var x", "B var x"]),
        ("u, p = 'app', 'x'", &["u var app", "p var x"]),
        (
            "(u, [p, q]) = 'a', ('b', 'c')",
            &["u var a", "p var b", "q var c"],
        ),
        ("u, p = z = 'a', 'b'", &[]),
        ("u, *p = 'a', 'b'", &[]),
        ("u, p = 'a', *b", &[]),
        ("A = ('x')", &["A var x"]),
        ("A = 'x' if c else 'y'", &["A var x", "A var y"]),
        ("A = b if 'c' else 'y'", &["A var y"]),
        ("A = DEBUG and 'x'", &["A var x"]),
        ("if (a := 'x'): pass", &["a var x"]),
        ("b = (a := 'x')", &["a var x", "b var x"]),
        ("A = await f('x')", &[]),
        ("def f():\n  token = 'x'", &["token var x"]),
        ("A += 'x'", &[]),
        ("A: 'x'", &[]),
        ("'x'", &[]),
    ]);
}

#[test]
fn literals_of_every_spelling_are_bound() {
    check(&[
        ("A = \"x\"", &["A var x"]),
        ("A = b'x'", &["A var x"]),
        ("A = rb'''x\ny'''", &["A var x\ny"]),
        ("A = ('ab'\n     'cd')", &["A var ab'\n     'cd"]),
        ("A = f'x'", &["A var x"]),
        ("A = f'x{y}'", &[]),
        ("A = 'a' f'x{y}'", &[]),
        ("A = ''", &["A var "]),
        ("A = 'x'.encode()", &["A var x"]),
        ("A = 'x' + y", &[]),
        ("A = 'x%s' % y", &[]),
        ("A = '{}'.format(y)", &[]),
        ("A = ','.join(y)", &[]),
        ("f'{f(password=\"x\")}'", &["f.password arg x"]),
    ]);
}

#[test]
fn attributes_and_entries_are_bound_within_what_has_them() {
    check(&[
        ("self.x = 'v'", &["x attr v"]),
        (
            "class C:\n  def f(self):\n    self.x = 'v'",
            &["C.x attr v"],
        ),
        (
            "class C:\n  def f(self):\n    self.db.x = 'v'",
            &["C.db.x attr v"],
        ),
        ("app.secret_key = 'v'", &["app.secret_key attr v"]),
        ("cfg['password'] = 'v'", &["cfg.password entry v"]),
        ("app.config['KEY'] = 'v'", &["app.config.KEY entry v"]),
        (
            "D['default']['PASSWORD'] = 'v'",
            &["D.default.PASSWORD entry v"],
        ),
        ("cfg[password] = 'v'", &[]),
        ("f().x = 'v'", &["x attr v"]),
        ("os.environ['X'] = 'v'", &["os.environ.X entry v"]),
        ("os.environ.setdefault('X', 'v')", &["os.environ.X entry v"]),
        (
            "setattr(app, 'secret_key', 'v')",
            &["app.secret_key attr v"],
        ),
        ("monkeypatch.setenv('X', 'v')", &["monkeypatch.X entry v"]),
    ]);
}

#[test]
fn pairs_are_bound_within_the_targets_and_keys_around_them() {
    check(&[
        (
            "DATABASES = {'default': {'PASSWORD': 'x'}}",
            &["DATABASES.default.PASSWORD entry x"],
        ),
        ("class C:\n  D = {'a': {'b': 'x'}}", &["C.D.a.b entry x"]),
        ("{'password': 'x'}", &["password entry x"]),
        (
            "{CONF_PASSWORD: 'x', c.KEY: 'y'}",
            &["CONF_PASSWORD entry x", "KEY entry y"],
        ),
        ("{'a': ['x'], 'b': [{'c': 'y'}]}", &["b.c entry y"]),
        ("USERS = [{'password': 'x'}]", &["USERS.password entry x"]),
        ("D = dict(password='x')", &["D.password entry x"]),
        (
            "return_({'k': f(password='x')})",
            &["return_.k.f.password arg x"],
        ),
        ("{k: 'x' for k in y}", &["k entry x"]),
        ("{'a' if b else c: 'x'}", &[]),
        ("{1: 'x'}", &[]),
        ("{**a, 'k': 'x'}", &["k entry x"]),
    ]);
}

#[test]
fn keyword_arguments_are_bound_within_the_function_called() {
    check(&[
        ("connect(password='x')", &["connect.password arg x"]),
        ("db.connect('u', password='x')", &["connect.password arg x"]),
        ("c = connect(password='x')", &["c.connect.password arg x"]),
        ("f(g(password='x'))", &["f.g.password arg x"]),
        ("f(a=1).g(token='x')", &["g.token arg x"]),
        (
            "@app.route('/', token='x')\ndef f(): pass",
            &["route.token arg x"],
        ),
        ("class A(B, token='x'): pass", &[]),
        ("f(*a, **b)", &[]),
        ("f(x for x in 'a')", &[]),
    ]);
}

#[test]
fn parameters_and_fields_are_bound_to_their_defaults() {
    check(&[
        ("def f(token='x'): pass", &["token param x"]),
        ("def f(a, *, token: str = 'x'): pass", &["token param x"]),
        (
            "class C:\n  def f(self, token='x'): pass",
            &["token param x"],
        ),
        ("lambda token='x': 1", &["token param x"]),
        ("class C:\n  KEY = 'x'", &["C.KEY attr x"]),
        ("class C:\n  KEY: str = 'x'", &["C.KEY attr x"]),
        ("class C:\n  class D:\n    KEY = 'x'", &["C.D.KEY attr x"]),
        ("class C:\n  if a:\n    KEY = 'x'", &["C.KEY attr x"]),
        ("class C:\n  p: SecretStr = Field('x')", &["C.p attr x"]),
        ("class C:\n  p: str = field(default='x')", &["C.p attr x"]),
        ("class C:\n  def f(self):\n    key = 'x'", &["key var x"]),
        ("p = SecretStr('x')", &["p var x"]),
        ("p = other('x')", &[]),
    ]);
}

#[test]
fn comparisons_bind_each_side_to_the_name_of_the_other() {
    check(&[
        ("token == 'x'", &["token cmp x"]),
        ("'x' != user.password", &["user.password cmp x"]),
        (
            "request.headers['X-Token'] == 'x'",
            &["request.headers.X-Token cmp x"],
        ),
        (
            "request.args.get('token') == 'x'",
            &["request.args.token cmp x"],
        ),
        ("(token) == 'x' == a", &["token cmp x", "a cmp x"]),
        ("hmac.compare_digest(token, 'x')", &["token cmp x"]),
        (
            "match token:\n  case 'x' | 'y': pass\n  case ['z']: pass",
            &["token cmp x", "token cmp y"],
        ),
        ("f() == 'x'", &[]),
        ("'x' == 'y'", &[]),
    ]);
}

#[test]
fn defaults_of_the_environment_are_bound_to_its_variables() {
    check(&[
        ("K = os.environ.get('A', 'x')", &["A env x"]),
        ("K = os.getenv('A', default='x')", &["A env x"]),
        ("from os import getenv as ge\nge('A', 'x')", &["A env x"]),
        (
            "K = os.environ.get('A', os.environ.get('B', 'x'))",
            &["B env x"],
        ),
        ("K = config('A', default='x', cast=str)", &["A env x"]),
        ("K = env('A', 'x')", &["A env x"]),
        ("K = env.str('A', default='x')", &["A env x"]),
        ("K = other('A', 'x')", &[]),
        ("K = f('a', default='x')", &["K.f.default arg x"]),
    ]);
}

#[test]
fn fallbacks_are_bound_to_the_target_of_the_whole() {
    check(&[
        ("K = os.environ.get('A') or 'x'", &["K or x"]),
        (
            "K = os.environ.get('A', 'y') or 'x'",
            &["A env y", "K or x"],
        ),
        ("self.k = k or 'x'", &["k or x"]),
        ("K = a or b or 'x'", &["K or x"]),
        ("f(token=a or 'x')", &["f.token or x"]),
        ("f(os.environ.get('A') or 'x')", &["A or x"]),
        ("f(os.environ['A'] or 'x')", &["A or x"]),
        ("f(a or 'x')", &[]),
    ]);
}

#[test]
fn hostile_texts_are_bound_in_bounds() {
    let many = 20_000;
    let long = "n".repeat(500_000);
    for text in [
        format!("x = {}{}", "{'a': ".repeat(many), "}".repeat(many)),
        format!("x = {}'y'", "a or ".repeat(many)),
        format!("{}'y'", "a = ".repeat(many)),
        format!("x = {{'{long}': {{{}}}}}", "'a': 'b', ".repeat(many / 2)),
        format!("{long} = {}c", "'a' or ".repeat(many / 2)),
        format!("x = {}1{}", "f(".repeat(many), " or 'x')".repeat(many)),
        format!("x = {}", "(a == 'b') == ".repeat(many)),
        format!("{}pass", "lambda x='y': ".repeat(many)),
        "'a' ".repeat(many),
    ] {
        bindings(parse(&text).root_node(), &text, &[]);
    }
}
