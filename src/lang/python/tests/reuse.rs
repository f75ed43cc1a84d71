use super::super::reaches_import;
use super::import::{check, fixed_with, import_into, request};
use super::{find, parse};
use crate::lang::Obstacle;
use crate::text::Span;

#[test]
fn an_import_that_is_there_is_used() {
    check(&[
        (
            "from shield_secrets import get_secret\nK = os.environ['K']\n",
            "from shield_secrets import get_secret\nK = get_secret(\"K\")\n",
        ),
        (
            "from shield_secrets import get_secret as gs\nK = os.environ['K']\n",
            "from shield_secrets import get_secret as gs\nK = gs(\"K\")\n",
        ),
        (
            "import shield_secrets\nK = os.environ['K']\n",
            "import shield_secrets\nK = shield_secrets.get_secret(\"K\")\n",
        ),
        (
            "import shield_secrets as s\nK = os.environ['K']\n",
            "import shield_secrets as s\nK = s.get_secret(\"K\")\n",
        ),
    ]);
    let table = [
        (
            "from app import shield_secrets as s\nK = os.environ['K']\n",
            "from app import shield_secrets as s\nK = s.get_secret(\"K\")\n",
        ),
        (
            "import app.shield_secrets\nimport app.other\nK = os.environ['K']\n",
            "import app.shield_secrets\nimport app.other\nK = app.shield_secrets.get_secret(\"K\")\n",
        ),
        (
            "import app.other\nK = os.environ['K']\n",
            "import app.other\nfrom app.shield_secrets import get_secret\nK = get_secret(\"K\")\n",
        ),
        (
            "from app . shield_secrets import get_secret\nK = os.environ['K']\n",
            "from app . shield_secrets import get_secret\nK = get_secret(\"K\")\n",
        ),
    ];
    for (before, after) in table {
        assert_eq!(fixed_with(before, "app.shield_secrets"), after);
    }
}

#[test]
fn an_import_that_comes_too_late_or_means_something_else_is_not_used() {
    check(&[
        (
            "K = os.environ['K']\nfrom shield_secrets import get_secret\n",
            "from shield_secrets import get_secret\n\nK = get_secret(\"K\")\nfrom shield_secrets import get_secret\n",
        ),
        (
            "from shield_secrets import get_secret as gs\ngs = 1\nK = os.environ['K']\n",
            "from shield_secrets import get_secret as gs, get_secret\ngs = 1\nK = get_secret(\"K\")\n",
        ),
        (
            "import shield_secrets\ndef f(shield_secrets): return os.environ['K']\n",
            "import shield_secrets\nfrom shield_secrets import get_secret\ndef f(shield_secrets): return get_secret(\"K\")\n",
        ),
        (
            "from .shield_secrets import get_secret\nK = os.environ['K']\n",
            "from shield_secrets import get_secret as _shield_get_secret\n\nfrom .shield_secrets import get_secret\nK = _shield_get_secret(\"K\")\n",
        ),
    ]);
}

#[test]
fn an_import_of_other_symbols_is_extended() {
    check(&[
        (
            "from shield_secrets import A\nK = os.environ['K']\n",
            "from shield_secrets import A, get_secret\nK = get_secret(\"K\")\n",
        ),
        (
            "from shield_secrets import A as B  # c\nK = os.environ['K']\n",
            "from shield_secrets import A as B, get_secret  # c\nK = get_secret(\"K\")\n",
        ),
        (
            "from shield_secrets import (A)\nK = os.environ['K']\n",
            "from shield_secrets import (A, get_secret)\nK = get_secret(\"K\")\n",
        ),
        (
            "from shield_secrets import (A, B,)\nK = os.environ['K']\n",
            "from shield_secrets import (A, B, get_secret,)\nK = get_secret(\"K\")\n",
        ),
        (
            "from shield_secrets import (\n    SecretNotFoundError,\n)\nK = os.environ['K']\n",
            "from shield_secrets import (\n    SecretNotFoundError,\n    get_secret,\n)\nK = get_secret(\"K\")\n",
        ),
        (
            "from shield_secrets import (\r\n\tA,\r\n\tB,  # c\r\n)\r\nK = os.environ['K']\r\n",
            "from shield_secrets import (\r\n\tA,\r\n\tB,  # c\r\n\tget_secret,\r\n)\r\nK = get_secret(\"K\")\r\n",
        ),
        (
            "from shield_secrets import (\n    A,\n    B\n)\nK = os.environ['K']\n",
            "from shield_secrets import (\n    A,\n    B,\n    get_secret\n)\nK = get_secret(\"K\")\n",
        ),
        (
            "from shield_secrets import (A,\n                            B)\nK = os.environ['K']\n",
            "from shield_secrets import (A,\n                            B, get_secret)\nK = get_secret(\"K\")\n",
        ),
        (
            "from shield_secrets import A, \\\n    B\nK = os.environ['K']\n",
            "from shield_secrets import A, \\\n    B, get_secret\nK = get_secret(\"K\")\n",
        ),
        (
            "from shield_secrets import A; K = os.environ['K']\n",
            "from shield_secrets import A, get_secret; K = get_secret(\"K\")\n",
        ),
        (
            "from shield_secrets import *\nK = os.environ['K']\n",
            "from shield_secrets import *\nfrom shield_secrets import get_secret\nK = get_secret(\"K\")\n",
        ),
        (
            "def get_secret(): pass\nfrom shield_secrets import A\nK = os.environ['K']\n",
            "def get_secret(): pass\nfrom shield_secrets import A, get_secret as _shield_get_secret\nK = _shield_get_secret(\"K\")\n",
        ),
    ]);
}

#[test]
fn a_name_that_means_something_else_is_left_alone() {
    for other in [
        "def get_secret(x): pass\nK = os.environ['K']\n",
        "get_secret = 1\nK = os.environ['K']\n",
        "K = os.environ['K']\ndef get_secret(x): pass\n",
        "if a:\n  class get_secret: pass\nK = os.environ['K']\n",
        "def f(get_secret): return os.environ['K']\n",
        "def f():\n  get_secret = 1\n  def g(): return os.environ['K']\n",
        "def f():\n  from shield_secrets import get_secret\n  return os.environ['K']\n",
        "x = [os.environ['K'] for get_secret in y]\n",
        "def f():\n  global get_secret\n  get_secret = 1\nK = os.environ['K']\n",
        "try:\n  from shield_secrets import get_secret\nexcept E:\n  get_secret = None\nK = os.environ['K']\n",
        "K = os.environ['K']\nfrom .base import *\n",
        "from .base import *\nx = get_secret('a')\nK = os.environ['K']\n",
    ] {
        let fixed = fixed_with(other, "shield_secrets");
        let import = "from shield_secrets import get_secret as _shield_get_secret\n";
        assert!(fixed.contains(import), "{fixed}");
    }
}

#[test]
fn a_name_that_is_used_elsewhere_is_used() {
    for beside in [
        "def f(get_secret): pass\nK = os.environ['K']\n",
        "class C:\n  get_secret = 1\n  def f(self): return os.environ['K']\n",
        "from .base import *\nK = os.environ['K']\n",
        "client.get_secret('a')\nK = os.environ['K']\n",
        "# get_secret\nK = os.environ['K']\n",
        "f(get_secret=1)\nK = os.environ['K']\n",
    ] {
        let import = import_into(beside, "shield_secrets").expect(beside);
        assert_eq!(import.callee, "get_secret", "{beside}");
        fixed_with(beside, "shield_secrets");
    }
}

#[test]
fn what_cannot_be_imported_is_told() {
    let table = [
        ("'doc'; K = os.environ['K']\n", Obstacle::ImportAfterUse),
        (
            "from __future__ import a; K = os.environ['K']\n",
            Obstacle::ImportAfterUse,
        ),
        (
            "def f(get_secret, _shield_get_secret): return os.environ['K']\n",
            Obstacle::ImportConflict,
        ),
        (
            "print 'x'\nK = os.environ['K']\n",
            Obstacle::UnsupportedForm,
        ),
        (
            "def f():\n  exec x in y\nK = os.environ['K']\n",
            Obstacle::UnsupportedForm,
        ),
    ];
    for (text, obstacle) in table {
        assert_eq!(import_into(text, "shield_secrets"), Err(obstacle), "{text}");
    }
}

#[test]
fn a_call_reaches_the_import_or_it_does_not() {
    let import = "from shield_secrets import get_secret\n";
    let table = [
        (format!("{import}x = get_secret('a')"), true),
        (
            format!("{import}def f():\n  return get_secret('a').encode()"),
            true,
        ),
        (format!("{import}x = get_secret('a') is not None"), true),
        (
            "from shield_secrets import get_secret as g\ng('a')".to_owned(),
            true,
        ),
        (
            "import shield_secrets\nshield_secrets.get_secret('a')".to_owned(),
            true,
        ),
        (
            "import shield_secrets as s\ns.get_secret('a')".to_owned(),
            true,
        ),
        (format!("if a:\n  {import}x = get_secret('a')"), false),
        (format!("x = get_secret('a')\n{import}"), false),
        (
            format!("def f():\n  return get_secret('a')\n{import}"),
            false,
        ),
        (
            format!("{import}get_secret = 1\nx = get_secret('a')"),
            false,
        ),
        (format!("{import}def f(get_secret): get_secret('a')"), false),
        (format!("{import}from a import *\nget_secret('a')"), false),
        (
            "from other import get_secret\nget_secret('a')".to_owned(),
            false,
        ),
        ("import other\nother.get_secret('a')".to_owned(), false),
        (
            "import shield_secrets\nshield_secrets.other('a')".to_owned(),
            false,
        ),
        (
            "import shield_secrets\nx.shield_secrets.get_secret('a')".to_owned(),
            false,
        ),
        ("get_secret('a')".to_owned(), false),
    ];
    for (text, expected) in table {
        assert_eq!(reaches(&text), expected, "{text}");
    }
}

/// Whether the call with the argument `'a'` reaches the wrapper.
fn reaches(text: &str) -> bool {
    let argument = find(text, "('a')");
    let before = Span::new(0, argument.start).of(text).unwrap();
    let start = before.rfind([' ', '\n']).map_or(0, |it| it + 1);
    let site = Span::new(start, argument.end);
    let request = request("shield_secrets", &[]);
    reaches_import(parse(text).root_node(), text, site, &request)
}

#[test]
fn many_calls_are_checked_in_bounded_time() {
    let block = "def f(a, b):\n    c = a + b\n    return c\n\nK = get_secret('k')\n";
    let text = format!(
        "from shield_secrets import get_secret\n{}",
        block.repeat(500)
    );
    let tree = parse(&text);
    let calls = text.match_indices("get_secret('k')");
    for (start, call) in calls {
        let site = Span::new(start, start + call.len());
        assert!(reaches_import(
            tree.root_node(),
            &text,
            site,
            &request("shield_secrets", &[])
        ));
    }
}
