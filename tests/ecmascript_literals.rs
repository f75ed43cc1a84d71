//! Compares what shield takes literals for with what Node makes of them.

#![expect(
    clippy::indexing_slicing,
    reason = "a test that indexes past the end fails where it stands"
)]

use std::error::Error;
use std::io::Write as _;
use std::process::Command;
use std::process::Stdio;

use serde_json::Value;
use shield::lang::Language;
use shield::lang::Literal;
use shield::lang::Obstacle;
use shield::lang::Standing;
use shield::secret::Secret;
use shield::text::Span;
use tree_sitter::Parser;

/// How many literals are made.
const COUNT: usize = 3_000;

/// What literals are made of.
const PARTS: [&str; 46] = [
    "a",
    "Z",
    "0",
    "7",
    " ",
    "é",
    "𝄞",
    "\u{2028}",
    "\u{7f}",
    "{",
    "}",
    "$",
    "-",
    "'",
    "\"",
    "`",
    "\\n",
    "\\r",
    "\\t",
    "\\b",
    "\\f",
    "\\v",
    "\\0",
    "\\\\",
    "\\'",
    "\\\"",
    "\\`",
    "\\$",
    "\\a",
    "\\x41",
    "\\xe9",
    "\\u0041",
    "\\u00e9",
    "\\u{1f600}",
    "\\u{0041}",
    "\\ud83d",
    "\\ude00",
    "\\u{d83d}",
    "\\\n",
    "\\\r\n",
    "\\\u{2029}",
    "\n",
    "\r\n",
    "\\1",
    "\\8",
    "\\x4",
];

/// Evaluates each literal that it reads, and writes what kind of value it has, and the value.
const ORACLE: &str = "
    const literals = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
    const told = literals.map((it) => {
        let value;
        try { value = (0, eval)('(' + it + ')'); } catch { return ['error', '']; }
        return value.isWellFormed() ? ['text', value] : ['half', ''];
    });
    process.stdout.write(JSON.stringify(told));
";

/// A small generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }
}

/// Literals with anything in them that does not end them.
fn literals() -> Vec<String> {
    let mut numbers = Numbers(7);
    (0..COUNT)
        .map(|_| {
            let quote = ["'", "\"", "`"][numbers.below(3)];
            let length = numbers.below(8);
            let inside: String = (0..length)
                .map(|_| PARTS[numbers.below(PARTS.len())])
                .filter(|it| *it != quote && (quote == "`" || !matches!(*it, "\n" | "\r\n")))
                .collect();
            format!("{quote}{}{quote}", inside.replace("${", "$ {"))
        })
        .collect()
}

/// What Node says of each literal; nothing without Node.
fn oracle(literals: &[String]) -> Result<Option<Value>, Box<dyn Error>> {
    let started = Command::new("node")
        .args(["-e", ORACLE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut node) = started else {
        return Ok(None);
    };
    let mut input = node.stdin.take().ok_or("no standard input")?;
    input.write_all(serde_json::to_string(literals)?.as_bytes())?;
    drop(input);
    let output = node.wait_with_output()?;
    if !output.status.success() {
        return Err("node failed".into());
    }
    Ok(Some(serde_json::from_slice(&output.stdout)?))
}

/// What shield says of a literal, where it sees one.
fn read(literal: &str) -> Result<Option<Literal>, Box<dyn Error>> {
    let language = Language::JavaScript;
    let text = format!("x = {literal}");
    let mut parser = Parser::new();
    parser.set_language(&language.grammar())?;
    let tree = parser.parse(&text, None).ok_or("parsing was cancelled")?;
    let span = Span::new(4, text.len());
    let found = language.literal(tree.root_node(), &text, span);
    Ok(found.filter(|it| it.outer == span))
}

/// Whether an escape of a literal is older than the language that is decoded.
fn is_old(literal: &str) -> bool {
    let escapes = literal.replace("\\\\", "");
    (0..10).any(|it| escapes.contains(&format!("\\{it}")))
}

#[test]
#[expect(clippy::print_stderr, reason = "a check that did not run is told")]
fn a_literal_is_decoded_as_node_decodes_it() -> Result<(), Box<dyn Error>> {
    let literals = literals();
    let Some(answer) = oracle(&literals)? else {
        eprintln!("node is not installed: no literal was compared");
        return Ok(());
    };
    let answers = answer.as_array().ok_or("an array")?;
    assert_eq!(answers.len(), literals.len());
    let mut compared = 0;
    for (literal, told) in literals.iter().zip(answers) {
        let (kind, value) = (told[0].as_str(), told[1].as_str());
        let found = read(literal)?;
        match (kind, value) {
            (Some("text"), Some(value)) => {
                let found = found.ok_or_else(|| format!("not seen: {literal}"))?;
                let same = found.value == Some(Secret::new(value.to_owned()));
                assert!(
                    same || (found.value.is_none() && is_old(literal)),
                    "{literal}"
                );
                compared += usize::from(same);
            }
            (Some("half"), _) => {
                let found = found.ok_or_else(|| format!("not seen: {literal}"))?;
                assert_eq!(found.value, None, "{literal}");
                let barred = Standing::Barred(Obstacle::NonUtf8Value);
                assert!(found.standing == barred || is_old(literal), "{literal}");
            }
            _ => assert!(found.is_none_or(|it| it.value.is_none()), "{literal}"),
        }
    }
    assert!(
        compared > COUNT / 2,
        "only {compared} literals were compared"
    );
    Ok(())
}
