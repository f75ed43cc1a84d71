//! The TypeScript wrapper and the JavaScript that is made of it: types, style, tests.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::secret::StoreKind;

use crate::project::Project;
use crate::python;
use crate::tool;

/// What Node says about its version.
pub(crate) static VERSION: LazyLock<Option<String>> = LazyLock::new(|| tool::version("node"));

/// The forms that JavaScript comes in, below `fix_templates/typescript`.
const FORMS: [&str; 4] = [
    "javascript/shield-secrets.mjs",
    "javascript/shield-secrets.cjs",
    "javascript/stores/shield-secrets.mjs",
    "javascript/stores/shield-secrets.cjs",
];

/// The tests of the wrapper; the last three take servers, and one a certificate.
const TESTS: [&str; 9] = [
    "vectors",
    "wrapper",
    "policy",
    "leaks",
    "tls",
    "stores",
    "aws",
    "vault",
    "vault-real",
];

/// Projects that get a wrapper: the file that reads a secret, and what kind of modules there are.
const GENERATED: [(&str, &str); 3] = [
    ("app.ts", "module"),
    ("app.js", "module"),
    ("app.js", "commonjs"),
];

/// The tests of the TypeScript wrapper.
pub(crate) fn trials() -> Vec<Trial> {
    let version = VERSION.as_deref();
    let mut trials = vec![
        tool::trial("node/types", "node", version, types),
        tool::trial("node/style", "node", version, style),
        tool::trial("node/javascript-in-sync", "node", version, in_sync),
        tool::trial("node/tests", "node", version, tests),
        Trial::test("node/lock-file-names-no-registry", lock_file),
        // Minutes: `cargo test --test templates -- --ignored node/defects`.
        Trial::test("node/defects", defects).with_ignored_flag(true),
    ];
    for backend in [StoreKind::Local, StoreKind::Aws, StoreKind::Vault] {
        for (file, kind) in GENERATED {
            let name = format!("node/generated/{}-{file}-{kind}", backend.word());
            trials.push(tool::trial(&name, "node", version, move || {
                generated(backend, file, kind)
            }));
        }
    }
    trials
}

/// The folder with the packages of the tests.
pub(crate) fn packages() -> Result<PathBuf, Failed> {
    let source = source();
    let about = fs::read_to_string(source.join("package.json"))?;
    let lock = fs::read_to_string(source.join("package-lock.json"))?;
    let version = VERSION.as_deref().unwrap_or_default();
    tool::once("node", &format!("{version}\n{about}{lock}"), |folder| {
        for name in ["package.json", "package-lock.json"] {
            fs::copy(source.join(name), folder.join(name))?;
        }
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let mut install = Command::new(npm);
        install
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(folder);
        tool::run(&mut install).map(drop)
    })
}

/// Where a file goes, and where it lies.
type Placed = (PathBuf, PathBuf);

/// Both kinds of modules that the compiler makes of the wrapper.
pub(crate) fn compiled() -> Result<Vec<PathBuf>, Failed> {
    let packages = packages()?;
    let mut compiled = Vec::new();
    for (form, files) in [("", alone()), ("stores-", stores()?)] {
        let texts: Result<Vec<String>, _> =
            files.iter().map(|it| fs::read_to_string(&it.1)).collect();
        let inputs = texts?.concat();
        for kind in ["module", "commonjs"] {
            let name = format!("node/{form}{kind}");
            let folder = tool::once(&name, &inputs, |folder| {
                let about = format!("{{ \"type\": \"{kind}\" }}\n");
                shield::seal::private::replace(&folder.join("package.json"), about.as_bytes())?;
                fs::create_dir_all(folder.join("shield-secrets"))?;
                let mut tsc = node_module(&packages, "typescript/bin/tsc");
                tsc.args(["--strict", "--types", "node", "--target", "es2022"])
                    .args(["--module", "nodenext"]);
                for (place, file) in &files {
                    fs::copy(file, folder.join(place))?;
                    tsc.arg(folder.join(place));
                }
                tool::run(&mut tsc).map(drop)
            })?;
            compiled.push(folder.join("shield-secrets.js"));
        }
    }
    Ok(compiled)
}

/// The wrapper of a project that reads no store.
fn alone() -> Vec<Placed> {
    let name = "shield-secrets.ts";
    vec![(name.into(), source().join(name))]
}

/// The files of one that reads stores.
fn stores() -> Result<Vec<Placed>, Failed> {
    let source = source().join("source");
    let mut files = vec![(
        PathBuf::from("shield-secrets.ts"),
        source.join("shield-secrets.ts"),
    )];
    for entry in fs::read_dir(source.join("shield-secrets"))? {
        let file = entry?.path();
        files.push((file.strip_prefix(&source)?.to_owned(), file));
    }
    files.sort_unstable();
    Ok(files)
}

/// Where the TypeScript wrapper lies.
pub(crate) fn source() -> PathBuf {
    tool::templates().join("typescript")
}

/// A program that came with a package.
pub(crate) fn node_module(packages: &Path, program: &str) -> Command {
    let mut command = Command::new("node");
    command
        .arg(packages.join("node_modules").join(program))
        .current_dir(packages);
    command
}

/// The wrapper is typed, with the types of Node and without, and calls mean what they should.
fn types() -> Result<(), Failed> {
    compiled()?;
    let mut tsc = node_module(&packages()?, "typescript/bin/tsc");
    tsc.arg("--project")
        .arg(source().join("tests/tsconfig.json"));
    tool::run(&mut tsc).map(drop)
}

/// Everything is formatted.
fn style() -> Result<(), Failed> {
    let mut prettier = node_module(&packages()?, "prettier/bin/prettier.cjs");
    prettier.args(["--check", "."]).current_dir(source());
    tool::run(&mut prettier).map(drop)
}

/// The JavaScript is what the script makes of the TypeScript.
fn in_sync() -> Result<(), Failed> {
    let mut make = Command::new("node");
    make.args(["make-javascript.mjs", "--check"])
        .env("TEMPLATE_MODULES", packages()?)
        .current_dir(source());
    tool::run(&mut make).map(drop)
}

/// The tests of the wrapper pass, for every form it comes in.
fn tests() -> Result<(), Failed> {
    let packages = packages()?;
    let mut wrappers = compiled()?;
    wrappers.extend(FORMS.iter().map(|it| source().join(it)));
    let wrappers: Vec<String> = wrappers
        .iter()
        .map(|it| it.to_string_lossy().into_owned())
        .collect();
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter", "spec"])
        .args(TESTS.map(|it| source().join(format!("tests/{it}.test.mjs"))))
        .env("TEMPLATE_MODULES", &packages)
        .env("TEMPLATE_WRAPPERS", wrappers.join(";"))
        .current_dir(&packages);
    if python::VERSION.is_some() {
        node.env("TEMPLATE_PYTHON", python::interpreter()?);
    }
    tool::run(&mut node).map(drop)
}

/// Whatever was wrong with the samples that the wrapper replaces, a test would see it again.
fn defects() -> Result<(), Failed> {
    let mut mutate = Command::new("node");
    mutate
        .arg("tools/mutate.mjs")
        .env("TEMPLATE_MODULES", packages()?)
        .current_dir(source());
    tool::run(&mut mutate).map(drop)
}

/// What is written into a project passes its own tests, which leave little of it out, and says
/// nothing to a compiler that reads all files.
fn generated(backend: StoreKind, file: &str, kind: &str) -> Result<(), Failed> {
    let packages = packages()?;
    let about = format!("{{ \"type\": \"{kind}\" }}\n");
    let code = "export const key = process.env.API_KEY;\n";
    let code = match kind {
        "commonjs" => "exports.key = process.env.API_KEY;\n",
        _ => code,
    };
    let mut project = Project::of(&[(file, code), ("package.json", &about)])?;
    project.wishes.backend = backend;
    let plan = project.plan()?;
    project.write(&plan)?;
    let modules = project.root.join("node_modules");
    link(&packages.join("node_modules"), &modules)?;
    let mut c8 = node_module(&packages, "c8/bin/c8.js");
    c8.args(["--check-coverage", "--branches", "90", "--temp-directory"])
        .arg(project.root.join("coverage"))
        .args(["--include", "shield-secrets.*"])
        .args(["--include", "shield-secrets/*"])
        .args(["--exclude", "**/check*", "--allowExternal"])
        .args(["node", "--test", "shield-secrets/check.mjs"])
        // Copies without types lie where they are counted.
        .env("TMPDIR", &project.root)
        .current_dir(&project.root);
    tool::run(&mut c8)?;
    let mut tsc = node_module(&packages, "typescript/bin/tsc");
    tsc.args(["--noEmit", "--allowJs", "--checkJs", "--skipLibCheck"])
        .args([
            "--target", "es2022", "--module", "nodenext", "--types", "node",
        ])
        .arg("shield-secrets/check.mjs")
        .current_dir(&project.root);
    tool::run(&mut tsc).map(drop)
}

/// Lets one folder be found at another path.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::symlink(from, to);
    #[cfg(windows)]
    return std::os::windows::fs::symlink_dir(from, to);
}

/// Whoever installs the packages takes them from where they always do.
fn lock_file() -> Result<(), Failed> {
    let lock = fs::read_to_string(source().join("package-lock.json"))?;
    if lock.contains("\"resolved\"") {
        return Err("make it with `npm install --omit-lockfile-registry-resolved`".into());
    }
    Ok(())
}
