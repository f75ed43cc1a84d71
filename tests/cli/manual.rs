//! `shield completions` and `shield man`.

use crate::project::Project;

#[test]
fn every_shell_learns_the_commands() {
    let project = Project::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = project.shield(["completions", shell]);
        assert_eq!(ran.code, 0, "{}", ran.all());
        for told in ["rollback", "unsafe-fixes"] {
            assert!(ran.stdout.contains(told), "{shell}: {told}");
        }
    }
    assert_eq!(project.shield(["completions", "none"]).code, 2);
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let project = Project::new().with("man/.keep", "");
    let whole = project.shield(["man"]);
    assert!(whole.stdout.contains(".TH shield 1"), "{}", whole.all());
    let ran = project.shield(["man", "--out", "man"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    for page in ["shield.1", "shield-scan.1", "shield-report-merge.1"] {
        assert!(
            project.read(&format!("man/{page}")).contains(".TH"),
            "{page}"
        );
    }
    assert_eq!(project.shield(["man", "--out", "none"]).code, 2);
}
