//! What becomes of a wrapper that is there already.

use std::collections::BTreeSet;
use std::fs;

use shield::fix::FixPlan;
use shield::fix::template::Flavor;
use shield::fix::template::Template;
use shield::fix::template::TemplateFile;
use shield::secret::StoreKind;

use crate::project::{Project, Result, put, reasons};

const CODE: &str = "import os\n\nKEY = os.environ[\"API_KEY\"]\n";

/// The files of the Python wrapper.
fn files() -> &'static [TemplateFile] {
    Template::of(Flavor::Python).files
}

/// What another shield would have written for `file`: the same with one more line.
fn other(file: &TemplateFile) -> String {
    let body: &'static str = Box::leak(format!("{}# More.\n", file.body).into_boxed_str());
    let other = TemplateFile { body, ..*file };
    other.content().to_owned()
}

/// A project with the wrapper of another shield.
fn project() -> Result<Project> {
    let project = Project::of(&[("app.py", CODE)])?;
    for file in files() {
        put(&project.root.join(file.path), &other(file))?;
    }
    Ok(project)
}

/// The wrapper's files that a plan writes, and whether each is replaced.
fn written(plan: &FixPlan) -> Vec<(String, bool)> {
    let all = plan.wrappers.iter();
    all.map(|it| (it.path.to_string(), it.before.is_some()))
        .collect()
}

/// What is told besides the code.
fn told(plan: &FixPlan) -> Vec<String> {
    let hints = plan.hints.iter();
    hints
        .map(|it| format!("{} {}", it.path, it.kind.code()))
        .collect()
}

#[test]
fn a_wrapper_that_nobody_has_changed_is_replaced_and_comes_back() {
    let project = project().unwrap();
    let plan = project.plan().unwrap();
    let all: Vec<_> = files()
        .iter()
        .map(|it| (it.path.to_owned(), true))
        .collect();
    assert_eq!(written(&plan), all);
    project.write(&plan).unwrap();
    for file in files() {
        let path = project.root.join(file.path);
        assert_eq!(fs::read_to_string(path).unwrap(), file.content());
    }
    project.undo().unwrap();
    for file in files() {
        let path = project.root.join(file.path);
        assert_eq!(fs::read_to_string(path).unwrap(), other(file));
    }
    assert_eq!(
        fs::read_to_string(project.root.join("app.py")).unwrap(),
        CODE
    );
}

#[test]
fn a_wrapper_that_somebody_has_changed_stays_as_a_whole_and_is_told() {
    let project = project().unwrap();
    let core = project.root.join("shield_secrets/_core.py");
    let own = fs::read_to_string(&core)
        .unwrap()
        .replace("import os", "import os  # mine");
    put(&core, &own).unwrap();
    let plan = project.plan().unwrap();
    assert_eq!(plan.files.len(), 1);
    assert_eq!(written(&plan), []);
    assert_eq!(told(&plan), ["shield_secrets/_core.py wrapper-changed"]);
    fs::remove_file(project.root.join("shield_secrets/_local.py")).unwrap();
    let again = project.plan().unwrap();
    assert_eq!(
        written(&again),
        [("shield_secrets/_local.py".to_owned(), false)]
    );
}

#[test]
fn a_file_that_is_no_wrapper_is_never_replaced() {
    let project = project().unwrap();
    put(&project.root.join("shield_secrets/_core.py"), "x = 1\n").unwrap();
    let plan = project.plan().unwrap();
    assert_eq!(written(&plan), []);
    assert!(reasons(&plan).contains(&"module-collision"));
}

#[test]
fn the_wrapper_of_this_shield_stays_without_a_word() {
    let project = Project::of(&[("app.py", CODE)]).unwrap();
    for file in files() {
        let path = project.root.join(file.path);
        put(&path, &file.content().replace('\n', "\r\n")).unwrap();
    }
    let plan = project.plan().unwrap();
    assert_eq!((written(&plan), told(&plan)), (Vec::new(), Vec::new()));
    assert_eq!(plan.files.len(), 1);
}

#[test]
fn a_wrapper_without_a_store_learns_to_read_one_and_keeps_it() {
    let mut project = Project::of(&[("app.py", CODE), ("other.py", "")]).unwrap();
    let first = project.plan().unwrap();
    assert_eq!(first.wrappers.len(), files().len());
    project.write(&first).unwrap();
    put(&project.root.join("other.py"), CODE).unwrap();
    project.wishes.backend = StoreKind::Aws;
    let plan = project.plan().unwrap();
    let adapters = Template::of(Flavor::Python).adapters.iter();
    let own = adapters.filter(|it| it.backend == StoreKind::Aws);
    let added: Vec<_> = own.flat_map(|it| it.files).collect();
    let wanted: BTreeSet<_> = added.iter().map(|it| (it.path.to_owned(), false)).collect();
    assert_eq!(BTreeSet::from_iter(written(&plan)), wanted);
    project.write(&plan).unwrap();
    // An older file of the adapter is replaced, whatever is wished for later.
    let old = added.first().unwrap();
    put(&project.root.join(old.path), &other(old)).unwrap();
    put(&project.root.join("more.py"), CODE).unwrap();
    project.wishes.backend = StoreKind::Local;
    let later = project.plan().unwrap();
    assert_eq!(written(&later), [(old.path.to_owned(), true)]);
}
