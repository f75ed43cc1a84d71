//! Captured values are in the deposits and nowhere else.

use std::fs;

use shield::fix::template::Flavor;
use shield::fix::template::Template;
use walkdir::WalkDir;

use crate::project::Project;

const VALUE: &str = "rosebud-1941";

#[test]
fn a_captured_value_is_nowhere_after_the_fix() {
    let files = [
        ("a.py", "SECRET_KEY = \"rosebud-1941\"\n"),
        ("b.py", "class C:\n    API_KEY: str = 'rosebud-1941'  # x\n"),
        (
            "c.js",
            "const a = require('a');\na({ cookieSecret: `rosebud-1941` });\n", // shield: allow made up
        ),
        (
            "d.ts",
            "import a from 'a';\nif (a.token === 'rosebud-1941') a();\n", // shield: allow made up
        ),
    ];
    let project = Project::of(&files).unwrap();
    let plan = project.plan().unwrap();
    assert_eq!(plan.files.len(), files.len(), "{:?}", plan.skipped);
    assert!(!format!("{plan:?}").contains(VALUE));
    project.write(&plan).unwrap();
    for entry in WalkDir::new(project.folder.path()) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let content = fs::read(entry.path()).unwrap();
            let text = String::from_utf8_lossy(&content);
            // In base64, as it would be at each of the three offsets.
            for form in [
                VALUE,
                "cm9zZWJ1ZC0xOTQx",
                "Jvc2VidWQtMTk0M",
                "yb3NlYnVkLTE5ND",
            ] {
                assert!(!text.contains(form), "{}", entry.path().display());
            }
        }
    }
}

#[test]
fn a_plan_changes_nothing() {
    let project = Project::of(&[("a.py", "SECRET_KEY = \"rosebud-1941\"\n")]).unwrap();
    let file = project.root.join("a.py");
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    let plan = project.plan().unwrap();
    let files = Template::of(Flavor::Python).files.len();
    assert_eq!(plan.wrappers.len(), files);
    let names = fs::read_dir(&project.root).unwrap().count();
    let after = fs::metadata(&file).unwrap().modified().unwrap();
    assert_eq!((names, after), (1, before));
}
