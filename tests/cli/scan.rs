//! `shield scan`: what is found, what is told, how it ends.

use crate::project::Project;
use crate::snapshot;

/// A script with a token that has a right checksum.
const SCRIPT: &str = "\
#!/bin/sh
TOKEN=ghp_NotARealToken<|>JustAnExample00011gfy10
curl -H \"Authorization: token $TOKEN\" https://api.example.org
";

#[test]
fn a_token_is_found_told_and_ends_the_run_with_one() {
    let project = Project::new().with("deploy.sh", SCRIPT);
    snapshot!(project.shield(["scan"]));
}

#[test]
fn a_clean_project_ends_with_zero() {
    let project = Project::new().with("deploy.sh", "echo hello\n");
    snapshot!(project.shield(["scan"]));
}

#[test]
fn never_is_a_level_to_fail_on() {
    let project = Project::new().with("deploy.sh", SCRIPT);
    assert_eq!(project.shield(["scan", "--fail-on", "never"]).code, 0);
}

#[test]
fn an_allow_comment_with_a_reason_suppresses_and_can_be_shown() {
    let allowed = SCRIPT.replace("gfy10\n", "gfy10  # shield: allow no such token\n");
    let project = Project::new().with("deploy.sh", &allowed);
    let ran = project.shield(["scan", "--show-suppressed"]);
    snapshot!(ran);
}

#[test]
fn an_allow_comment_on_the_line_before_suppresses() {
    let comment = "# shield: allow[github/personal-access-token] no such token\nTOKEN";
    let project = Project::new().with(
        "deploy.sh",
        &SCRIPT.replace("TOKEN=", &format!("{comment}=")),
    );
    let ran = project.shield(["scan"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
}

#[test]
fn an_allow_comment_for_another_pattern_suppresses_nothing() {
    let comment = "# shield: allow[npm/access-token]\nTOKEN";
    let project = Project::new().with(
        "deploy.sh",
        &SCRIPT.replace("TOKEN=", &format!("{comment}=")),
    );
    assert_eq!(project.shield(["scan"]).code, 1);
}

#[test]
fn an_allow_comment_at_the_bottom_does_not_silence_the_file() {
    let project = Project::new().with("deploy.sh", &format!("{SCRIPT}# shield: allow\n"));
    assert_eq!(project.shield(["scan"]).code, 1);
}

#[test]
fn the_order_does_not_depend_on_the_number_of_threads() {
    let mut project = Project::new();
    for number in 0..40 {
        project = project.with(&format!("{}/deploy-{number}.sh", number % 7), SCRIPT);
    }
    let run = |threads: &str| {
        let mut command = project.command();
        command.env("RAYON_NUM_THREADS", threads);
        command.args(["scan", "--format", "sarif"]);
        project.ran(command.output().unwrap()).stdout
    };
    assert_eq!(run("1"), run("8"));
}

#[test]
fn the_report_goes_to_a_file() {
    let project = Project::new().with("deploy.sh", SCRIPT);
    let ran = project.shield(["scan", "--format", "json", "--output", "report.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(project.read("report.json").starts_with('{'));
}

#[test]
fn ignored_files_are_scanned_when_asked_for() {
    let project = Project::new()
        .with("deploy.sh", SCRIPT)
        .with(".gitignore", "deploy.sh\n");
    assert_eq!(project.shield(["scan"]).code, 0);
    assert_eq!(project.shield(["scan", "--no-ignore"]).code, 1);
    assert_eq!(project.shield(["scan", "deploy.sh"]).code, 1);
}

#[test]
fn every_encoding_is_read() {
    let script = SCRIPT.replace("<|>", "");
    let utf16: Vec<u8> = format!("\u{feff}{script}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let unmarked: Vec<u8> = script.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let latin1 = [b"# caf\xe9\n".as_slice(), script.as_bytes()].concat();
    let bom = ["\u{feff}".as_bytes(), script.as_bytes()].concat();
    let crlf = script.replace('\n', "\r\n").into_bytes();
    for bytes in [utf16, unmarked, latin1, bom, crlf] {
        let project = Project::new().with_bytes("deploy.sh", &bytes);
        let ran = project.shield(["scan"]);
        assert_eq!(ran.code, 1, "{}", ran.all());
    }
}

#[test]
fn a_binary_file_is_passed_over() {
    let project = Project::new().with_bytes("a.out", format!("\0\0{SCRIPT}").as_bytes());
    assert_eq!(project.shield(["scan"]).code, 0);
}

#[test]
fn a_file_too_large_for_a_tree_is_scanned_without_it() {
    let filler = "# nothing to see here\n".repeat(60_000);
    let code = format!("{filler}DB_PASSWORD = \"rosebud-1941\"\n"); // shield: allow made up
    let project = Project::new().with("settings.py", &code);
    let ran = project.shield(["scan"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(
        ran.stdout.contains("without its syntax tree"),
        "{}",
        ran.all()
    );
}
