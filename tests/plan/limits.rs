//! Links, places outside, and large files.

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use shield::risk::FileClass;
use shield::source::Origin;
use shield::source::SourceRef;

use crate::project::{Project, put, reasons};

const CODE: &str = "import os\n\nK = os.environ[\"K_SECRET\"]\n";

/// A source that was named by its path, which may be a link.
fn source(project: &Project, path: &str) -> SourceRef {
    SourceRef {
        path: path.into(),
        file: project.root.join(path),
        class: FileClass::Code,
        archives: Vec::new(),
        origin: Origin::File,
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_its_target_is_rewritten() {
    let project = Project::of(&[("real/app.py", CODE)]).unwrap();
    let link = project.root.join("app.py");
    std::os::unix::fs::symlink("real/app.py", &link).unwrap();
    let sources = [source(&project, "app.py"), source(&project, "real/app.py")];
    let plan = project.plan_of(&sources);
    assert_eq!(plan.files.len(), 1);
    assert_eq!(reasons(&plan), ["overlap"]);
    project.write(&plan).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let text = fs::read_to_string(project.root.join("real/app.py")).unwrap();
    assert!(text.contains("get_secret(\"k-secret\")"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_link_that_leaves_the_project_is_refused() {
    let project = Project::of(&[("a.txt", "")]).unwrap();
    let outside = project.root.with_file_name("outside.py");
    put(&outside, CODE).unwrap();
    std::os::unix::fs::symlink(&outside, project.root.join("app.py")).unwrap();
    let plan = project.plan_of(&[source(&project, "app.py")]);
    assert_eq!(reasons(&plan), ["outside-repo"]);
    assert!(plan.files.is_empty());
}

#[cfg(unix)]
#[test]
fn a_wrapper_never_lands_behind_a_link_that_leaves_the_project() {
    let code = "const k = process.env.A_TOKEN;\nuse(k);\n";
    let project = Project::of(&[("package.json", "{}"), ("app.js", code)]).unwrap();
    let outside = project.root.with_file_name("outside");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, project.root.join("src")).unwrap();
    let plan = project.plan_of(&[source(&project, "app.js")]);
    let wrapper = project.root.join("shield-secrets.js");
    assert!(plan.wrappers.iter().any(|it| it.file == wrapper));
    std::os::unix::fs::symlink("nowhere", &wrapper).unwrap();
    let again = project.plan_of(&[source(&project, "app.js")]);
    assert_eq!(reasons(&again), ["module-collision"]);
}

#[cfg(unix)]
#[test]
fn a_file_with_several_names_is_refused() {
    let project = Project::of(&[("app.py", CODE)]).unwrap();
    let other = project.root.with_file_name("other.py");
    fs::hard_link(project.root.join("app.py"), other).unwrap();
    let plan = project.plan().unwrap();
    assert_eq!(reasons(&plan), ["hard-link"]);
}

#[test]
fn a_wrapper_that_is_there_is_not_made_again() {
    let project = Project::of(&[("app.py", CODE)]).unwrap();
    let plan = project.plan().unwrap();
    project.write(&plan).unwrap();
    put(&project.root.join("more.py"), CODE).unwrap();
    let more = project.plan().unwrap();
    assert_eq!((more.files.len(), more.wrappers.len()), (1, 0));
}

#[test]
fn a_wrapper_changed_by_a_person_stays_as_long_as_it_can_be_called() {
    let project = Project::of(&[("app.py", CODE)]).unwrap();
    project.write(&project.plan().unwrap()).unwrap();
    put(&project.root.join("more.py"), CODE).unwrap();
    let module = project.root.join("shield_secrets/__init__.py");
    let text = fs::read_to_string(&module).unwrap();
    put(&module, &format!("{text}\nMINE = 1\n")).unwrap();
    let plan = project.plan().unwrap();
    assert_eq!((plan.files.len(), plan.wrappers.len()), (1, 0));
    put(&module, "get_secret = print\n").unwrap();
    assert!(reasons(&project.plan().unwrap()).contains(&"module-collision"));
}

#[test]
fn a_finding_that_has_gone_since_the_scan_is_told() {
    let project = Project::of(&[("app.py", CODE)]).unwrap();
    let plan = project.plan_late("app.py", "import os\n").unwrap();
    assert_eq!(reasons(&plan), ["changed-since-scan"]);
    assert!(plan.files.is_empty());
}

#[test]
fn a_file_in_another_encoding_is_refused() {
    let project = Project::of(&[]).unwrap();
    let units = CODE.encode_utf16().flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(units).collect();
    crate::ground::put(&project.root.join("app.py"), &bytes).unwrap();
    let plan = project.plan().unwrap();
    assert_eq!(reasons(&plan), ["not-utf8"]);
}

#[test]
fn a_module_that_hides_the_wrapper_is_refused() {
    let project = Project::of(&[("app.py", CODE), ("shield_secrets.py", "x = 1\n")]).unwrap();
    assert_eq!(reasons(&project.plan().unwrap()), ["module-collision"]);
}

#[test]
fn a_wrapper_with_a_read_of_its_own_is_not_rewritten() {
    let project = Project::of(&[("app.py", CODE)]).unwrap();
    project.write(&project.plan().unwrap()).unwrap();
    let module = project.root.join("shield_secrets/__init__.py");
    let text = fs::read_to_string(&module).unwrap();
    let read = "MINE = os.environ[\"MINE_SECRET\"]\n";
    put(&module, &format!("{text}\nimport os\n{read}")).unwrap();
    let plan = project.plan().unwrap();
    assert!(reasons(&plan).contains(&"generated-file"));
    assert!(plan.files.is_empty());
}

#[test]
fn many_findings_in_a_large_file_take_linear_time() {
    let time = |count: usize| -> Duration {
        let mut text = String::from("import os\n\n");
        for number in 0..count {
            let read = format!("K{number} = os.environ[\"K{number}_SECRET\"]\n");
            let _ = write!(text, "{read}{}", "x = [1, 2, 3]\n".repeat(19));
        }
        let project = Project::of(&[("app.py", &text)]).unwrap();
        let start = Instant::now();
        let plan = project.plan().unwrap();
        assert_eq!(plan.files[0].fixes.len(), count);
        start.elapsed()
    };
    // A machine may be busy with something else once, and not each time.
    let is_linear = || time(500) < time(125) * 12;
    assert!((0..4).any(|_| is_linear()));
}
