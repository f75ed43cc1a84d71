//! Decodes string literals as Python does, with Python as the judge.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use shield::lang::Language;
use shield::secret::Secret;
use shield::text::Span;
use tree_sitter::Parser;

/// How many literals are tried.
const TRIES: usize = 100_000;

/// What literals are put together from.
const PIECES: [&str; 41] = [
    "a",
    "Z",
    "0",
    "8",
    " ",
    "é",
    "𝄞",
    "{",
    "}",
    "'",
    "\"",
    "\\",
    "\\\\",
    "\\'",
    "\\\"",
    "\\n",
    "\\r",
    "\\t",
    "\\a",
    "\\b",
    "\\f",
    "\\v",
    "\\0",
    "\\7",
    "\\18",
    "\\101",
    "\\377",
    "\\x41",
    "\\xe9",
    "\\xff",
    "\\x4",
    "\\u00e9",
    "\\u12",
    "\\U0001f600",
    "\\U00110000",
    "\\ud83d",
    "\\d",
    "\\N",
    "\n",
    "\r\n",
    "\\\n",
];

const PREFIXES: [&str; 10] = ["", "", "", "r", "R", "u", "b", "B", "rb", "bR"];

const QUOTES: [&str; 4] = ["'", "\"", "'''", "\"\"\""];

/// Reads literals in hexadecimal, one a line, and writes their values so, or `-`.
const JUDGE: &str = "
import ast, sys
for line in sys.stdin:
    try:
        value = ast.literal_eval('(' + bytes.fromhex(line).decode() + ')')
        value = value if isinstance(value, bytes) else value.encode()
        value.decode()
        print('=' + value.hex())
    except (SyntaxError, ValueError):
        print('-')
";

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let index = self.below(choices.len());
        choices.get(index).copied().unwrap_or_default()
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }

    fn literal(&mut self) -> String {
        let mut literal = String::new();
        let prefix = self.of(&PREFIXES);
        for part in 0..=self.below(3) {
            let quotes = self.of(&QUOTES);
            // Bytes go with bytes alone; once in a while it is tried otherwise.
            let stray = self.below(20) == 0;
            let own = if stray { self.of(&PREFIXES) } else { prefix };
            let gap = if part == 0 { "" } else { " " };
            literal.extend([gap, own, quotes]);
            for _ in 0..self.below(8) {
                literal.push_str(self.of(&PIECES));
            }
            literal.push_str(quotes);
        }
        literal
    }
}

#[test]
fn i16_every_value_is_what_python_says() -> Result<(), Box<dyn Error>> {
    let mut chance = Chance(0x5EED);
    let literals: Vec<String> = (0..TRIES).map(|_| chance.literal()).collect();
    let Some(verdicts) = judge(&literals)? else {
        return Ok(());
    };
    let mut told = 0;
    let mut parser = Parser::new();
    parser.set_language(&Language::Python.grammar())?;
    for (literal, verdict) in literals.iter().zip(verdicts.lines()) {
        let value = value(literal, &mut parser)?;
        if let Some(value) = &value {
            let expected = Secret::new(String::from_utf8(from_hex(
                verdict.trim_start_matches('='),
            ))?);
            assert!(verdict.starts_with('='), "{literal:?} is not a literal");
            assert!(*value == expected, "{literal:?} has another value");
            told += 1;
        } else {
            let given_up = literal.contains("\\N");
            assert!(verdict == "-" || given_up, "{literal:?} has a value");
        }
    }
    assert!(
        told > TRIES / 5,
        "only {told} of {TRIES} literals have a value"
    );
    Ok(())
}

/// The value of a text that is one literal; none when it is not, or the value is not text.
fn value(literal: &str, parser: &mut Parser) -> Result<Option<Secret>, Box<dyn Error>> {
    let text = format!("K = ({literal})\n");
    let tree = parser.parse(&text, None).ok_or("no tree")?;
    let root = tree.root_node();
    if root.has_error() {
        return Ok(None);
    }
    let whole = Span::new("K = (".len(), text.len() - ")\n".len());
    let found = Language::Python.literal(root, &text, whole);
    Ok(found.filter(|it| it.outer == whole).and_then(|it| it.value))
}

/// What Python says about `literals`, a line for each; `None` where there is no Python.
fn judge(literals: &[String]) -> Result<Option<String>, Box<dyn Error>> {
    let python = Command::new("python3")
        .args(["-W", "ignore", "-c", JUDGE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        return Ok(None);
    };
    let mut lines = String::new();
    for literal in literals {
        for byte in literal.bytes() {
            write!(lines, "{byte:02x}")?;
        }
        lines.push('\n');
    }
    let mut stdin = python.stdin.take().ok_or("no standard input")?;
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = python.wait_with_output()?;
    writer.join().map_err(|_panic| "the writer panicked")??;
    Ok(Some(String::from_utf8(output.stdout)?))
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|it| it.to_digit(16)).collect();
    let byte = |pair: &[u32]| pair.iter().fold(0, |byte, digit| byte * 16 + digit);
    digits
        .chunks(2)
        .filter_map(|it| u8::try_from(byte(it)).ok())
        .collect()
}
