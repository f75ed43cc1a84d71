use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

use crate::detect::Detector;
use crate::finding::Coding;
use crate::finding::Finding;
use crate::pattern;
use crate::pattern::PatternSet;
use crate::risk::FileClass;
use crate::source;
use crate::source::Encoding;
use crate::source::Origin;
use crate::source::Source;
use crate::source::SourceRef;

/// A token with a right checksum that nobody has issued.
const TOKEN: &str = concat!("ghp_NotARealToken", "JustAnExample00011gfy10");

/// The findings in a text of this name, each as `pattern name codings text`.
fn found(path: &str, text: &str) -> Vec<String> {
    scan(path, text, |it| {
        let at = &it.location;
        let codings = at.layers.codings.iter();
        let codings: Vec<&str> = codings.map(|coding| coding.as_str()).collect();
        let span = at.span.of(text).unwrap();
        let pattern = it.pattern.id().split('/').next().unwrap();
        format!("{pattern} [{}] {span}", codings.join(" "))
    })
}

fn scan<T>(path: &str, text: &str, tell: impl Fn(&Finding<'_>) -> T) -> Vec<T> {
    let patterns = PatternSet::load(&pattern::Options::default()).unwrap();
    let detector = Detector::new(&patterns, source::MAX_FILE_SIZE);
    let at = SourceRef {
        path: path.into(),
        file: path.into(),
        class: FileClass::Code,
        archives: Vec::new(),
        origin: Origin::File,
    };
    let scan = detector.scan_text(&Source {
        at: &at,
        text: Cow::Borrowed(text),
        encoding: Encoding::Utf8,
    });
    assert!(
        scan.findings
            .iter()
            .all(|it| !it.excerpt.text.contains(TOKEN))
    );
    scan.findings.iter().map(tell).collect()
}

fn base64(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

fn hex(text: &str) -> String {
    let digit = |it: u8| char::from_digit(u32::from(it), 16).unwrap();
    let digits = |it: u8| [digit(it >> 4), digit(it & 15)];
    text.bytes().flat_map(digits).collect()
}

#[test]
fn a_token_is_found_in_base64_hex_and_both() {
    let config = format!("{{\"auth\": \"{TOKEN}\", \"host\": \"github.com\"}}");
    let once = base64(&config);
    let digits = once.trim_end_matches('=');
    assert_eq!(
        found("a.txt", &format!("setting: {once}\n")),
        [format!("github [base64] {digits}")]
    );
    let safe = BASE64_URL_SAFE_NO_PAD.encode(&config);
    assert_eq!(
        found("a.py", &format!("setting = '{safe}'\n")),
        [format!("github [base64] {safe}")]
    );
    let twice = base64(&once);
    assert_eq!(
        found("a.txt", &format!("x {twice} y")),
        [format!(
            "github [base64 base64] {}",
            twice.trim_end_matches('=')
        )]
    );
    let both = hex(&once);
    assert_eq!(
        found("a.txt", &format!("x 0x{both} y")),
        [format!("github [hex base64] 0x{both}")]
    );
}

#[test]
fn a_token_is_found_in_base64_of_several_lines() {
    let long = format!(
        "# {}\n{TOKEN}\n{}\n",
        "words ".repeat(40),
        "more ".repeat(40)
    );
    let encoded = base64(&long);
    let mut text = String::from("blob: |\n");
    for line in encoded.as_bytes().chunks(76) {
        text.push_str("    ");
        text.push_str(std::str::from_utf8(line).unwrap());
        text.push('\n');
    }
    text.push_str("other: 1\n");
    let found = found("a.yaml", &text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("github [base64] "));
}

#[test]
fn a_script_of_powershell_is_found() {
    let script: Vec<u8> = format!("$env:GH = '{TOKEN}'")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let encoded = BASE64_STANDARD.encode(script);
    let digits = encoded.trim_end_matches('=');
    assert_eq!(
        found("a.bat", &format!("powershell -enc {encoded}\r\n")),
        [format!("github [base64 utf-16] {digits}")]
    );
}

#[test]
fn what_is_hidden_by_signs_is_found_where_it_stands() {
    let escaped = TOKEN.replace('_', "\\u005f");
    assert_eq!(
        found("a.json", &format!("{{\"a\": \"x\\n{escaped}\"}}")),
        [format!("github [escapes] {escaped}")]
    );
    let percent = TOKEN.replace('_', "%5F");
    assert_eq!(
        found("a.txt", &format!("GET /x?a%3D1%26token={percent}&b\n")),
        [format!("github [percent] {percent}")]
    );
    let address = "\"url\": \"postgres:\\/\\/app:rosebud-1941@db.internal\\/shop\"";
    let all = found("a.json", &format!("{{{address}}}"));
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].contains("[escapes]"), "{all:?}");
}

#[test]
fn what_stands_there_as_it_is_is_found_once() {
    let text = format!("note = 'https:\\/\\/x.org \\u0041 {TOKEN} %41%42%43'\n");
    assert_eq!(found("a.py", &text), [format!("github [] {TOKEN}")]);
}

#[test]
fn a_suppression_counts_for_what_is_encoded_too() {
    let encoded = base64(&format!("token {TOKEN} of nobody"));
    let text = format!("x = '{encoded}'  # shield: allow made up\n");
    assert_eq!(found("a.py", &text), [""; 0]);
}

#[test]
fn the_data_of_a_secret_is_judged_by_what_it_stands_for() {
    let manifest = |kind: &str, password: &str| {
        let password = base64(password);
        format!(
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  mode: plain\n---\nkind: {kind}\n\
             metadata:\n  name: db\ntype: Opaque\ndata:\n  password: {password}\n"
        )
    };
    let codings = |text: &str| scan("a.yaml", text, |it| it.location.layers.codings.clone());
    assert_eq!(
        codings(&manifest("Secret", "rosebud-1941")),
        [[Coding::Base64]]
    );
    assert_eq!(codings(&manifest("Secret", "<your-password>")), [[]; 0]);
    let json = format!(
        "{{\"kind\": \"Secret\", \"data\": {{\"password\": \"{}\"}}}}",
        base64("rosebud-1941")
    );
    let all = scan("a.json", &json, |it| it.location.layers.codings.clone());
    assert_eq!(all, [[Coding::Base64]]);
}

#[test]
fn hostile_texts_take_no_time_to_speak_of() {
    let deep = (0..12).fold(TOKEN.to_owned(), |it, _| base64(&format!("{it} ")));
    assert_eq!(found("a.txt", &deep), [""; 0]);
    let line = base64(&"text, and noise\u{0}".repeat(3));
    let lines = format!("{line}\n").repeat(20_000);
    assert_eq!(found("a.txt", &lines), [""; 0]);
    for part in [
        "%41",
        "\\u0041",
        "%41 ",
        "\\u0041\"",
        "QUJD",
        "41",
        "\\x41é",
    ] {
        assert_eq!(found("a.txt", &part.repeat(200_000)), [""; 0]);
    }
}
