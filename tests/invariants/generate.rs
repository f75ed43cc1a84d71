//! Programs in Python that read secrets and hold some.

use proptest::prelude::*;
use proptest::sample::select;

/// Ways to open a file.
const HEADS: [&str; 9] = [
    "import os\n",
    "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n\"\"\"Doc.\"\"\"\nimport os\n",
    "from __future__ import annotations\nimport os\n",
    "\"doc\"\n\"not doc\"\nimport os\n",
    "import os, json\nimport os as _os\n",
    "import json; import os\n",
    "try:\n    import json\nexcept ImportError:\n    json = None\nimport os\n",
    "import os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shield_secrets import get_secret\n",
    "# licence\n\nimport os\n\n\ndef get_secret(x):\n    return x\n",
];

/// Reads of `A_SECRET`, which are there or are not.
const READS: [&str; 22] = [
    r#"os.environ["A_SECRET"]"#,
    "os.environ['A_SECRET']",
    r#"os.environ.get("A_SECRET")"#,
    r#"os.getenv("A_SECRET")"#,
    r#"os.environ.get("A_SECRET", None)"#,
    r#"os.environ.get("A_SECRET", "")"#,
    r#"os.getenv("A_SECRET", default="d")"#,
    r#"os.environ.get("A_SECRET", "d")"#,
    r#"os.environ.get("A_SECRET") or "d""#,
    r#"(os.environ.get("A_SECRET") or os.getenv("B_SECRET"))"#,
    r#"os.environ.get("A_SECRET", os.environ.get("B_SECRET"))"#,
    r#"os.environ.get("A_SECRET", os.environ.get("B_SECRET", "d"))"#,
    r#"f"x{os.environ['A_SECRET']}y""#,
    r#"f"{os.environ.get('A_SECRET', '')!r:>5}""#,
    r#"os.environ["A_SECRET"].encode().decode()"#,
    r#"os.environ . get ( "A_SECRET", "d" ,)"#,
    "os.environ.get(\n        \"A_SECRET\",\n        \"\",  # dev\n    )",
    "os.environ.get('A_SECRET', '').replace(\n  'a', 'b')",
    r#"os.environ.get("mixed_Case_SECRET")"#,
    r#"[k for k in [os.getenv("A_SECRET")] if k]"#,
    r#"{"k": os.environ.get("A_SECRET"), **{"j": os.getenv("B_SECRET")}}"#,
    r#"(lambda t=os.environ.get("A_SECRET"): t)()"#,
];

/// Ways to use a read: `@` is the read, `#` a number of its own.
const USES: [&str; 14] = [
    "v# = @\n",
    "v#: object = @  # noqa\n",
    "a#, v# = 1, @\n",
    "v# = w# = (@)\n",
    "if True:\n    v# = @\n",
    "if True:\n\tv# = @\n",
    "class C#:\n    v = @\nv# = C#.v\n",
    "def f#(os_=os):\n    return @\nv# = f#()\n",
    "def f#():\n    global v#\n    v# = @\nf#()\n",
    "if (v# := @):\n    pass\n",
    "try:\n    v# = @\nexcept KeyError:\n    v# = 'missing'\n",
    "async def f#():\n    return @\ntry:\n    f#().send(None)\nexcept StopIteration as it:\n    v# = it.value\n",
    "@dict\ndef f#():\n    pass\n",
    "match [@]:\n    case [v#]:\n        pass\n",
];

/// What is left alone, or is no read at all.
const OTHERS: [&str; 8] = [
    "def g#(os):\n    return os.environ['A_SECRET']\n",
    "é# = 'ü'; b# = 1\n",
    "\x0c\nx# = 1\n",
    "y# = 'os.environ[\"A_SECRET\"]'\n",
    "z# = f\"\"\"{1}\n\"\"\" 'a' \"b\"\n",
    "t# = os.environ.get('PORT', '5432')\n",
    "os.environ['OTHER_SECRET'] = 'x'\nu# = os.environ['OTHER_SECRET']\n",
    "s# = [os.path for os.path in []]\n",
];

/// Literals that are taken out: `#` is a number of their own.
const LITERALS: [&str; 9] = [
    "A#_TOKEN = \"rosebud-#\"\n",
    "A#_TOKEN: str = 'rosebud-#'  # prod\n",
    "class L#:\n    a#_token = r\"rosebud-#\"\n",
    "D# = {\"d#_token\": \"rosebud-#\"}\n",
    "B#_TOKEN = b\"rosebud-#\"\n",
    "C#_TOKEN = (\"rose\"\n           \"bud-#\")\n",
    "E#_TOKEN = \"\"\"rosebud\n-#\"\"\"\n",
    "F#_TOKEN = F = \"rosebud-#\"\n",
    "f = dict; f(g#_token=\"rosebud-#\")\n",
];

/// Statements numbered and put together to a program.
fn program(statements: &'static [&'static [&'static str]]) -> impl Strategy<Value = String> {
    let lines = select(statements).prop_flat_map(select);
    let lines = prop::collection::vec((lines, select(&READS[..])), 1..6);
    let form = (any::<bool>(), select(&["\n", "\n", "\r\n"][..]));
    (select(&HEADS[..]), lines, form).prop_map(|(head, lines, (is_open, ending))| {
        let mut text = head.to_owned();
        for (number, (statement, read)) in lines.iter().enumerate() {
            let own = statement.replace('#', &number.to_string());
            // Comments have the sign of numbers, too.
            let own = own.replace(&format!("  {number} "), "  # ");
            let own = own.replace("@dict", "\u{1}").replace('@', read);
            text.push_str(&own.replace('\u{1}', "@dict"));
        }
        if is_open {
            text.truncate(text.trim_end().len());
        }
        text.replace('\n', ending)
    })
}

/// A program that reads secrets and can run.
pub(crate) fn reading() -> impl Strategy<Value = String> {
    program(&[&USES, &USES, &OTHERS])
}

/// A program that reads secrets and holds some.
pub(crate) fn holding() -> impl Strategy<Value = String> {
    program(&[&USES, &OTHERS, &LITERALS])
}
