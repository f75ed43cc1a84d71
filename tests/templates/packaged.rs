//! What is built of a fixed project has the wrapper, and works where it is installed.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use serde_json::Value;

use crate::node;
use crate::project::Project;
use crate::python;
use crate::tool;

/// Code that reads a secret.
const READS: &str = "import os\n\nKEY = os.environ[\"NOTES_API_KEY\"]\n";

/// A module that is installed.
const PLAIN: &str = "ONE = 1\n";

/// A project of Python: its name, the module that reads the secret, and its files.
type Kind = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const KINDS: [Kind; 10] = [
    (
        "setuptools-list",
        "notes.config",
        &[
            (
                "pyproject.toml",
                concat!(
                    "[build-system]\nrequires = [\"setuptools\"]\n\n",
                    "[project]\nname = \"notes\"\nversion = \"1.0\"\n\n",
                    "[tool.setuptools]\npackages = [\"notes\"]\n"
                ),
            ),
            ("notes/__init__.py", PLAIN),
            ("notes/config.py", READS),
        ],
    ),
    (
        "setuptools-alone",
        "notes.app.config",
        &[
            (
                "pyproject.toml",
                concat!(
                    "[build-system]\nrequires = [\"setuptools\"]\n",
                    "build-backend = \"setuptools.build_meta\"\n\n",
                    "[project]\nname = \"notes\"\nversion = \"1.0\"\n"
                ),
            ),
            ("notes/__init__.py", PLAIN),
            ("notes/app/__init__.py", "from notes import ONE\n"),
            ("notes/app/config.py", READS),
        ],
    ),
    (
        "setuptools-source",
        "notes.config",
        &[
            (
                "pyproject.toml",
                concat!(
                    "[build-system]\nrequires = [\"setuptools\"]\n",
                    "build-backend = \"setuptools.build_meta\"\n\n",
                    "[project]\nname = \"notes\"\nversion = \"1.0\"\n"
                ),
            ),
            ("src/notes/__init__.py", PLAIN),
            ("src/notes/config.py", READS),
        ],
    ),
    (
        "setuptools-found",
        "notes.config",
        &[
            (
                "pyproject.toml",
                concat!(
                    "[build-system]\nrequires = [\"setuptools\"]\n\n",
                    "[project]\nname = \"notes\"\nversion = \"1.0\"\n\n",
                    "[tool.setuptools.packages.find]\ninclude = [\"notes*\"]\n"
                ),
            ),
            ("notes/__init__.py", PLAIN),
            ("notes/config.py", READS),
        ],
    ),
    (
        "setup-py",
        "notes.config",
        &[
            (
                "setup.py",
                concat!(
                    "from setuptools import find_packages, setup\n\n",
                    "setup(\n    name=\"notes\",\n    version=\"1.0\",\n",
                    "    packages=find_packages(exclude=(\"tests\", \"tests.*\")),\n)\n"
                ),
            ),
            ("notes/__init__.py", PLAIN),
            ("notes/config.py", READS),
        ],
    ),
    (
        "hatchling",
        "notes.config",
        &[
            (
                "pyproject.toml",
                concat!(
                    "[build-system]\nrequires = [\"hatchling\"]\n",
                    "build-backend = \"hatchling.build\"\n\n",
                    "[project]\nname = \"notes\"\nversion = \"1.0\"\n"
                ),
            ),
            ("src/notes/__init__.py", PLAIN),
            ("src/notes/config.py", READS),
        ],
    ),
    (
        "poetry-core",
        "notes.config",
        &[
            (
                "pyproject.toml",
                concat!(
                    "[build-system]\nrequires = [\"poetry-core\"]\n",
                    "build-backend = \"poetry.core.masonry.api\"\n\n",
                    "[tool.poetry]\nname = \"my-notes\"\nversion = \"1.0\"\n",
                    "description = \"Notes.\"\nauthors = []\n",
                    "packages = [{ include = \"notes\", from = \"lib\" }]\n"
                ),
            ),
            ("lib/notes/__init__.py", PLAIN),
            ("lib/notes/config.py", READS),
        ],
    ),
    (
        "flit",
        "notes.config",
        &[
            (
                "pyproject.toml",
                concat!(
                    "[build-system]\nrequires = [\"flit_core\"]\n",
                    "build-backend = \"flit_core.buildapi\"\n\n",
                    "[project]\nname = \"notes\"\nversion = \"1.0\"\n",
                    "description = \"Notes.\"\n"
                ),
            ),
            ("notes/__init__.py", PLAIN),
            ("notes/config.py", READS),
        ],
    ),
    (
        "pdm-backend",
        "notes.config",
        &[
            (
                "pyproject.toml",
                concat!(
                    "[build-system]\nrequires = [\"pdm-backend\"]\n",
                    "build-backend = \"pdm.backend\"\n\n",
                    "[project]\nname = \"notes\"\nversion = \"1.0\"\n"
                ),
            ),
            ("notes/__init__.py", PLAIN),
            ("notes/config.py", READS),
        ],
    ),
    (
        "uv-build",
        "notes.config",
        &[
            (
                "pyproject.toml",
                concat!(
                    "[build-system]\nrequires = [\"uv_build\"]\n",
                    "build-backend = \"uv_build\"\n\n",
                    "[project]\nname = \"notes\"\nversion = \"1.0\"\n"
                ),
            ),
            ("src/notes/__init__.py", PLAIN),
            ("src/notes/config.py", READS),
        ],
    ),
];

/// One test for each kind of project.
pub(crate) fn trials() -> Vec<Trial> {
    let version = python::VERSION.as_deref();
    let mut trials = Vec::new();
    for kind in KINDS {
        let name = format!("python/packaged/{}", kind.0);
        trials.push(tool::trial(&name, "python3", version, move || wheel(&kind)));
    }
    let node = node::VERSION.as_deref();
    trials.push(tool::trial("node/packaged", "node", node, package));
    trials
}

/// A wheel of the fixed project, installed elsewhere, reads the secret.
fn wheel((_, module, files): &Kind) -> Result<(), Failed> {
    let version = python::VERSION
        .as_deref()
        .ok_or("python3 is not installed")?;
    let requirements = tool::templates().with_file_name("tests/templates/packaged.txt");
    let interpreter = tool::environment("packaged", ("python3", version), &requirements)?;
    let project = Project::of(files)?;
    let plan = project.plan()?;
    if plan.files.len() != 1 {
        return Err(format!("{} files fixed", plan.files.len()).into());
    }
    project.write(&plan)?;
    let wheels = project.folder.path().join("wheels");
    let installed = project.folder.path().join("installed");
    let pip = |arguments: &[&str]| {
        let mut command = Command::new(&interpreter);
        command.args(["-m", "pip", "--quiet", "--disable-pip-version-check"]);
        // What is built needs the programs of the environment, and no others.
        command.env("PATH", interpreter.parent().unwrap_or(Path::new("")));
        let (what, more) = arguments.split_at(1);
        command
            .args(what)
            .args(["--no-deps", "--no-index"])
            .args(more);
        command
    };
    let mut build = pip(&["wheel", "--no-build-isolation", "--no-cache-dir"]);
    build.arg("--wheel-dir").arg(&wheels).arg(&project.root);
    tool::run(&mut build)?;
    let mut install = pip(&["install", "--target"]);
    tool::run(install.arg(&installed).arg(only(&wheels)?))?;
    let program = format!("import {module} as it; print(it.KEY, it.__file__)");
    let mut import = Command::new(&interpreter);
    import.args(["-c", &program]).current_dir(&wheels);
    import.env("PYTHONPATH", &installed);
    let said = tool::run(import.env("NOTES_API_KEY", "from outside"))?;
    let place = fs::canonicalize(&installed)?;
    if said.starts_with("from outside ") && said.contains(&*place.to_string_lossy()) {
        Ok(())
    } else {
        Err(said.into())
    }
}

/// The only file of a folder.
fn only(folder: &Path) -> Result<PathBuf, Failed> {
    let mut entries = fs::read_dir(folder)?;
    let first = entries.next().ok_or("no wheel")??;
    match entries.next() {
        Some(_) => Err("several wheels".into()),
        None => Ok(first.path()),
    }
}

/// What npm packs of a fixed project has the wrapper.
fn package() -> Result<(), Failed> {
    let manifest = concat!(
        "{\n  \"name\": \"notes\",\n  \"version\": \"1.0.0\",\n",
        "  \"main\": \"lib/index.js\",\n  \"files\": [\"lib\"]\n}\n"
    );
    let code = "exports.key = process.env.NOTES_API_KEY;\n";
    let project = Project::of(&[
        ("package.json", manifest),
        (
            "lib/index.js",
            "module.exports = require('./api/config');\n",
        ),
        ("lib/api/config.js", code),
        ("README.md", "# Notes\n"),
    ])?;
    let plan = project.plan()?;
    project.write(&plan)?;
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut pack = Command::new(npm);
    pack.args(["pack", "--dry-run", "--json", "--offline"]);
    let said = tool::run(pack.current_dir(&project.root))?;
    let mut packed = Vec::new();
    paths(&serde_json::from_str(&said)?, &mut packed);
    let wanted = ["lib/api/config.js", "lib/shield-secrets.js"];
    if plan.files.len() != 1 || !wanted.iter().all(|it| packed.iter().any(|own| own == it)) {
        return Err(format!("{} files fixed, packed: {packed:?}", plan.files.len()).into());
    }
    let mut load = Command::new("node");
    load.args(["-e", "console.log(require('./lib').key)"]);
    load.current_dir(&project.root)
        .env("NOTES_API_KEY", "from outside");
    match tool::run(&mut load)?.trim() {
        "from outside" => Ok(()),
        other => Err(other.into()),
    }
}

/// Every path in what npm says, whatever its version puts around them.
fn paths(said: &Value, found: &mut Vec<String>) {
    if let Some(path) = said.get("path").and_then(Value::as_str) {
        found.push(path.to_owned());
    }
    for inner in said.as_array().into_iter().flatten() {
        paths(inner, found);
    }
    for inner in said.as_object().into_iter().flat_map(|it| it.values()) {
        paths(inner, found);
    }
}
