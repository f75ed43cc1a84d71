//! Wrong input of every kind: a clear message, the right exit code, nothing lost.

use std::fmt::Write as _;
use std::fs;

use crate::project::Project;
use crate::snapshot;

#[test]
fn an_unknown_flag_is_named() {
    snapshot!(Project::new().shield(["scan", "--fxi"]));
}

#[test]
fn a_missing_path_is_named() {
    snapshot!(Project::new().shield(["scan", "no/such/folder"]));
}

#[test]
fn an_empty_folder_is_clean() {
    snapshot!(Project::new().shield(["scan"]));
}

#[test]
fn an_unknown_key_in_the_settings_is_pointed_at() {
    let project = Project::new().with("shield.yaml", "schema: 1\nexlude:\n  - docs/**\n");
    snapshot!(project.shield(["scan"]));
}

#[test]
fn a_wrong_glob_in_the_settings_is_told() {
    let project = Project::new().with("shield.yaml", "schema: 1\nexclude: ['docs/[']\n");
    snapshot!(project.shield(["scan"]));
}

#[test]
fn settings_of_another_version_are_told() {
    let project = Project::new().with("shield.yaml", "schema: 9\n");
    snapshot!(project.shield(["scan"]));
}

#[test]
fn a_folder_of_patterns_that_is_not_there_is_told() {
    let project = Project::new().with("shield.yaml", "schema: 1\npatterns: [rules]\n");
    snapshot!(project.shield(["scan"]));
}

#[test]
fn a_disabled_pattern_that_does_not_exist_is_told() {
    let project = Project::new().with("shield.yaml", "schema: 1\ndisable: [github/tokn]\n");
    assert_eq!(project.shield(["scan"]).code, 2);
}

#[test]
fn settings_in_pyproject_count() {
    let project = Project::new()
        .with(
            "pyproject.toml",
            "[tool.shield]\nschema = 1\nmax_file_size = 100\n",
        )
        .with("big.txt", &"x".repeat(101));
    let ran = project.shield(["scan"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.all().contains("big.txt"), "{}", ran.all());
}

#[test]
fn settings_in_force_are_shown_with_their_lines() {
    let show = |name: &str, text: &str| {
        let ran = Project::new().with(name, text).shield(["config", "show"]);
        assert_eq!(ran.code, 0, "{}", ran.all());
        let words = |it: &str| it.split_whitespace().map(str::to_owned).collect();
        let lines: Vec<Vec<String>> = ran.stdout.lines().map(words).collect();
        lines
    };
    let yaml = show(
        "shield.yaml",
        "schema: 1\n\nfail_on: low\nexclude:\n  - a\n",
    );
    assert!(
        yaml.contains(
            &["fail_on", "\"low\"", "shield.yaml:3"]
                .map(String::from)
                .into()
        )
    );
    assert!(
        yaml.contains(
            &["level", "\"low\"", "shield.yaml:3"]
                .map(String::from)
                .into()
        )
    );
    assert!(
        yaml.contains(
            &["exclude", "[\"a\"]", "shield.yaml:4"]
                .map(String::from)
                .into()
        )
    );
    assert!(yaml.contains(&["code_only", "false", "default"].map(String::from).into()));
    let toml = show(
        "pyproject.toml",
        "[tool.shield]\nschema = 1\nguide = 'never'\n",
    );
    assert!(
        toml.contains(
            &["guide", "\"never\"", "pyproject.toml:3"]
                .map(String::from)
                .into()
        )
    );
}

#[test]
fn settings_in_force_are_shown_for_programs_and_with_flags() {
    let project = Project::new().with("shield.yaml", "schema: 1\nlevel: high\n");
    let flags = ["--fail-on=medium", "--backend=vault", "--code-only"];
    let show = ["config", "show", "--format=json"].into_iter().chain(flags);
    let ran = project.shield(show);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let all: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let setting = |name: &str| {
        let mut all = all.as_array().unwrap().iter();
        let one = all.find(|it| it["name"] == name).unwrap();
        (one["value"].clone(), one["origin"].clone())
    };
    let said = |value: serde_json::Value, origin: &str| (value, origin.into());
    assert_eq!(setting("fail_on"), said("medium".into(), "--fail-on"));
    assert_eq!(setting("level"), said("high".into(), "shield.yaml:2"));
    assert_eq!(setting("backend"), said("vault".into(), "--backend"));
    assert_eq!(setting("code_only"), said(true.into(), "--code-only"));
    assert_eq!(setting("guide"), said("when-stored".into(), "default"));
    // Whoever fails over a finding sees it, and the flag is why.
    let bare = Project::new().shield(["config", "show", "--fail-on=low"]);
    let lines = bare
        .stdout
        .lines()
        .map(|it| it.split_whitespace().collect());
    let lines: Vec<Vec<&str>> = lines.collect();
    assert!(
        lines.contains(&vec!["level", "\"low\"", "--fail-on"]),
        "{}",
        bare.all()
    );
}

#[test]
fn a_file_that_is_not_ours_does_not_end_a_scan() {
    let large = format!("# shield\n{}", "#\n".repeat(600_000));
    let project = Project::new().with("pyproject.toml", &large);
    let ran = project.shield(["scan"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let told = "settings in it do not count";
    assert!(ran.all().contains(told), "{}", ran.all());
    let both = Project::new()
        .with("pyproject.toml/x.txt", "")
        .with("shield.yaml", "schema: 1\n");
    let folder = both.shield(["scan"]);
    assert_eq!(folder.code, 0, "{}", folder.all());
    assert!(folder.all().contains(told), "{}", folder.all());
}

#[test]
fn a_wrong_setting_in_pyproject_is_pointed_at() {
    let text = "[tool.shield]\nschema = 1\nfail_on = 'loud'\n";
    let ran = Project::new().with("pyproject.toml", text).shield(["scan"]);
    assert_eq!(ran.code, 2, "{}", ran.all());
    assert!(ran.stderr.contains("pyproject.toml:3:11"), "{}", ran.all());
}

#[test]
fn settings_in_two_files_are_refused_with_both_names() {
    let project = Project::new()
        .with("shield.yaml", "schema: 1\n")
        .with("pyproject.toml", "[tool.shield]\nschema = 1\n");
    let ran = project.shield(["scan"]);
    assert_eq!(ran.code, 2, "{}", ran.all());
    assert!(ran.stderr.contains("shield.yaml"), "{}", ran.all());
    assert!(ran.stderr.contains("pyproject.toml"), "{}", ran.all());
}

/// A pattern file with one line exchanged for another.
fn pattern(old: &str, new: &str) -> Project {
    let text = "\
schema: 1
id: acme/key
title: Acme key
severity: high
detect:
  - literal:
      regex: '\\b(?<secret>acme_[0-9a-f]{32})\\b'
";
    assert!(text.contains(old));
    Project::new().with("rules/acme/key.yaml", &text.replace(old, new))
}

#[test]
fn a_pattern_of_the_user_runs() {
    let project =
        pattern("acme", "acme").with("a.txt", "acme_0123456789abcdef<|>0123456789abcdef\n");
    let ran = project.shield(["scan", "--patterns", "rules", "a.txt"]);
    snapshot!(ran);
}

#[test]
fn a_pattern_with_a_wrong_type_is_pointed_at() {
    let project = pattern("severity: high", "severity: [high]");
    snapshot!(project.shield(["scan", "--patterns", "rules"]));
}

#[test]
fn a_pattern_with_an_unknown_key_is_pointed_at() {
    let project = pattern("title: Acme key", "tilte: Acme key");
    snapshot!(project.shield(["scan", "--patterns", "rules"]));
}

#[test]
fn a_pattern_with_a_broken_expression_is_pointed_at() {
    let project = pattern("{32})", "{32}");
    snapshot!(project.shield(["scan", "--patterns", "rules"]));
}

#[test]
fn a_pattern_with_look_ahead_is_told_why_not() {
    let project = pattern("(?<secret>acme_", "(?!x)(?<secret>acme_");
    snapshot!(project.shield(["scan", "--patterns", "rules"]));
}

#[test]
fn a_pattern_without_a_secret_group_is_told() {
    let project = pattern("?<secret>", "?<secre>");
    snapshot!(project.shield(["scan", "--patterns", "rules"]));
}

#[test]
fn a_pattern_with_the_id_of_another_is_told() {
    let text = pattern("acme", "acme").read("rules/acme/key.yaml");
    let taken = text.replace("acme/key", "github/personal-access-token");
    let project = Project::new().with("rules/github/personal-access-token.yaml", &taken);
    snapshot!(project.shield(["scan", "--patterns", "rules"]));
}

#[test]
fn a_pattern_file_of_fifty_megabytes_is_not_read() {
    let project = Project::new().with("rules/big.yaml", "");
    let file = fs::File::create(project.root().join("rules/big.yaml")).unwrap();
    file.set_len(50 * 1024 * 1024).unwrap();
    snapshot!(project.shield(["scan", "--patterns", "rules"]));
}

#[test]
fn a_pattern_file_that_is_an_alias_bomb_is_refused() {
    let mut bomb = String::from("a: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(bomb, "b{level}: &a{level} [{aliases}]").unwrap();
    }
    let project = Project::new().with("rules/bomb.yaml", &bomb);
    let ran = project.shield(["scan", "--patterns", "rules"]);
    assert_eq!(ran.code, 2, "{}", ran.all());
}

#[test]
fn a_report_that_cannot_be_written_is_told() {
    let project = Project::new();
    snapshot!(project.shield(["scan", "--output", "no/such/folder/report.json"]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_report_is_told() {
    snapshot!(Project::new().shield(["scan", "--output", "/dev/full"]));
}

#[test]
fn a_file_over_the_limit_is_told_and_the_others_are_scanned() {
    let project = Project::new()
        .with("shield.yaml", "schema: 1\nmax_file_size: 100\n")
        .with("big.txt", &"x".repeat(101));
    snapshot!(project.shield(["scan"]));
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_is_harmless() {
    let project = Project::new().with("a/b.txt", "hello\n");
    std::os::unix::fs::symlink(project.root().join("a"), project.root().join("a/loop")).unwrap();
    let ran = project.shield(["scan"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_scanned_and_shown() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use crate::project::put;

    let project = Project::new();
    let token = concat!("ghp_NotARealToken", "JustAnExample00011gfy10");
    put(
        &project.root().join(OsStr::from_bytes(b"caf\xe9.sh")),
        token.as_bytes(),
    );
    let ran = project.shield(["scan"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains(r"caf\xe9.sh"), "{}", ran.all());
}
