use std::fs;
use std::io::Write as _;

use super::Shipped::{No, Unknown, Yes};
use super::*;

/// A file or what it starts with, what it says, and what becomes of two packages.
type Row = (&'static str, &'static str, Shipped, Shipped);

const TOML: &str = "pyproject.toml";
const CFG: &str = "setup.cfg";
const SCRIPT: &str = "setup.py";

/// A project of these files, and what is built of it.
fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Option<Distribution>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = fs::File::create(path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
    let distribution = Distribution::of(folder.path());
    (folder, distribution)
}

/// Whether a package goes along, by its path below the project and its name.
fn has(files: &[(&str, &str)], path: &str, name: &str) -> Shipped {
    let (folder, distribution) = project(files);
    let part = Part {
        path: folder.path().join(path),
        name: name.to_owned(),
    };
    distribution.unwrap().has_package(&part)
}

const SETUPTOOLS: &str = "[build-system]\nbuild-backend = 'setuptools.build_meta'\n";

#[test]
fn a_project_that_nobody_builds_is_no_distribution() {
    for files in [
        [("pyproject.toml", "[project]\nname = 'x'\n")].as_slice(),
        &[("pyproject.toml", "[tool.ruff]\n")],
        &[(
            "pyproject.toml",
            "[build-system]\n[tool.poetry]\npackage-mode = false\n",
        )],
        &[(
            "pyproject.toml",
            "[build-system]\n[tool.uv]\npackage = false\n",
        )],
        &[("setup.cfg", "[flake8]\n")],
        &[("setup.py", "def setup(): pass\n")],
        &[],
    ] {
        assert!(project(files).1.is_none(), "{files:?}");
    }
    for files in [
        [(
            "pyproject.toml",
            "[build-system]\n[tool.setuptools]\npackages = ['x']\n",
        )],
        [(
            "setup.cfg",
            "[metadata]\nname = x\n\n[options]\npackages = find:\n",
        )],
        [(
            "setup.py",
            "import setuptools\nsetuptools.setup(packages=['x'])\n",
        )],
    ] {
        assert!(project(&files).1.is_some(), "{files:?}");
    }
}

/// Whether Setuptools takes `wrap` along, and `shop.wrap`, for what a file says.
const LISTED: [Row; 17] = [
    (
        TOML,
        "[tool.setuptools]\npackages = ['shop', 'shop.wrap']\n",
        No,
        Yes,
    ),
    (TOML, "[tool.setuptools]\npackages = ['shop']\n", No, No),
    (
        TOML,
        "[tool.setuptools.packages.find]\ninclude = ['shop*']\n",
        No,
        Yes,
    ),
    (
        TOML,
        "[tool.setuptools.packages.find]\ninclude = ['shop']\n",
        No,
        No,
    ),
    (
        TOML,
        "[tool.setuptools.packages.find]\nexclude = ['shop.*']\n",
        Yes,
        No,
    ),
    (
        TOML,
        "[tool.setuptools]\npackages = ['shop']\npackage-dir = {shop = 'lib'}\n",
        Unknown,
        Unknown,
    ),
    (TOML, "[tool.setuptools]\npy-modules = ['app']\n", No, No),
    (CFG, "[options]\npackages =\n  shop\n  shop.wrap\n", No, Yes),
    (
        CFG,
        "[options]\npackages = shop\npackage_dir =\n  shop = lib\n",
        Unknown,
        Unknown,
    ),
    (
        CFG,
        "[options]\npackages = find:\n[options.packages.find]\ninclude=shop,shop.*\n",
        No,
        Yes,
    ),
    (SCRIPT, "setup(packages=find_packages())\n", Yes, Yes),
    (
        SCRIPT,
        "setup(packages=find_packages(include=['shop', 'shop.*']))\n",
        No,
        Yes,
    ),
    (
        SCRIPT,
        "setup(packages=find_packages('.', exclude=('shop.wrap',)),)\n",
        Yes,
        No,
    ),
    (SCRIPT, "setup(packages=['shop'],)\n", No, No),
    (
        SCRIPT,
        "setup(packages=['shop'] + more)\n",
        Unknown,
        Unknown,
    ),
    (
        SCRIPT,
        "setup(packages=find_packages() + ['x'])\n",
        Unknown,
        Unknown,
    ),
    (
        SCRIPT,
        "setup(packages=find_packages(include=NAMES))\n",
        Unknown,
        Unknown,
    ),
];

#[test]
fn setuptools_takes_along_what_is_listed_or_found() {
    for (file, text, outside, inside) in LISTED {
        let text = if file == TOML {
            format!("{SETUPTOOLS}{text}")
        } else {
            text.to_owned()
        };
        let files = [(file, &*text)];
        assert_eq!(has(&files, "wrap", "wrap"), outside, "{text}");
        assert_eq!(has(&files, "shop/wrap", "shop.wrap"), inside, "{text}");
    }
}

#[test]
fn setuptools_takes_the_only_package_where_nothing_is_said() {
    let manifest = ("pyproject.toml", SETUPTOOLS);
    let shop = ("shop/__init__.py", "");
    let alone = [
        manifest,
        shop,
        ("tests/a.py", ""),
        ("venv/a.py", ""),
        ("x-y/a.py", ""),
    ];
    assert_eq!(has(&alone, "shop/wrap", "shop.wrap"), Yes);
    assert_eq!(has(&alone, "tests/wrap", "tests.wrap"), No);
    let source = [manifest, ("src/shop/a.py", ""), ("more/a.py", "")];
    assert_eq!(has(&source, "src/wrap", "wrap"), Yes);
    assert_eq!(has(&source, "wrap", "wrap"), No);
    // Of several, it takes none and stops.
    assert!(project(&[manifest, shop, ("more/x.html", "")]).1.is_none());
    assert!(project(&[manifest, ("a.py", ""), ("b.py", "")]).1.is_none());
    assert!(
        project(&[manifest, ("a.py", ""), ("setup.py", "")])
            .1
            .is_some()
    );
}

const HATCH: &str =
    "[build-system]\nbuild-backend = 'hatchling.build'\n[project]\nname = 'My-Shop'\n";
const POETRY_CORE: &str =
    "[build-system]\nrequires = ['poetry-core']\n[tool.poetry]\nname = 'my-shop'\n";
const FLIT: &str =
    "[build-system]\nbuild-backend = 'flit_core.buildapi'\n[project]\nname = 'my_shop'\n";
const UV: &str = "[build-system]\nbuild-backend = 'uv_build'\n[project]\nname = 'my-shop'\n";
const PDM: &str = "[build-system]\nbuild-backend = 'pdm.backend'\n[project]\nname = 'my-shop'\n";
const MESON: &str = "[build-system]\nbuild-backend = 'mesonpy'\n";

/// Whether others take `wrap` along, and `my_shop.wrap`, for what `pyproject.toml` says besides.
const OTHERS: [Row; 16] = [
    (HATCH, "", No, Yes),
    (
        HATCH,
        "[tool.hatch.build.targets.wheel]\npackages = ['my_shop']\n",
        No,
        Yes,
    ),
    (
        HATCH,
        "[tool.hatch.build]\ninclude = ['my_shop/**/*.py']\n",
        No,
        Yes,
    ),
    (
        HATCH,
        "[tool.hatch.build]\ninclude = ['my_shop/a.py']\n",
        No,
        No,
    ),
    (HATCH, "[tool.hatch.build]\nexclude = ['wrap']\n", No, No),
    (POETRY_CORE, "", No, Yes),
    (
        POETRY_CORE,
        "packages = [{ include = 'my_shop' }]\n",
        No,
        Yes,
    ),
    (
        POETRY_CORE,
        "packages = [{ include = 'my_shop/**/*.py' }, { include = 'wrap' }]\n",
        Yes,
        Yes,
    ),
    (
        POETRY_CORE,
        "packages = [{ include = 'my_shop', from = 'lib' }]\n",
        No,
        No,
    ),
    (FLIT, "", No, Yes),
    (FLIT, "[tool.flit.module]\nname = 'wrap'\n", Yes, No),
    (UV, "", No, Yes),
    (
        UV,
        "[tool.uv.build-backend]\nmodule-name = ['wrap']\n",
        Yes,
        No,
    ),
    (PDM, "", Yes, Yes),
    (PDM, "[tool.pdm.build]\nincludes = ['my_shop']\n", No, Yes),
    (MESON, "", Unknown, Unknown),
];

#[test]
fn others_take_along_what_lies_in_the_package_of_the_project() {
    for (text, more, outside, inside) in OTHERS {
        let text = format!("{text}{more}");
        let files = [(TOML, &*text)];
        assert_eq!(has(&files, "wrap", "wrap"), outside, "{text}");
        assert_eq!(
            has(&files, "my_shop/wrap", "my_shop.wrap"),
            inside,
            "{text}"
        );
    }
}

#[test]
fn a_module_without_a_package_goes_along_when_it_is_named() {
    let module = |text: &str| {
        let text = format!("{SETUPTOOLS}{text}");
        let (folder, distribution) = project(&[("pyproject.toml", &text), ("app.py", "")]);
        let part = Part {
            path: folder.path().join("app.py"),
            name: "app".to_owned(),
        };
        distribution.unwrap().has_module(&part)
    };
    assert_eq!(module(""), Shipped::Never);
    let named = "[tool.setuptools]\npy-modules = ['app']\n";
    assert_eq!(module(named), Yes);
    let other = "[tool.setuptools]\npackages = ['shop']\n";
    assert_eq!(module(other), No);
}

#[test]
fn only_a_list_in_the_manifest_itself_can_be_added_to() {
    let listing = |files: &[(&str, &str)]| {
        let (folder, distribution) = project(files);
        let part = Part {
            path: folder.path().join("shop/wrap"),
            name: "shop.wrap".to_owned(),
        };
        distribution.unwrap().listing(&part).map(|it| it.package)
    };
    let list = format!("{SETUPTOOLS}[tool.setuptools]\npackages = ['shop']\n");
    let found = listing(&[("pyproject.toml", &list)]);
    assert_eq!(found.as_deref(), Some("shop.wrap"));
    assert_eq!(listing(&[("setup.py", "setup(packages=['shop'])\n")]), None);
    let alone = [("pyproject.toml", SETUPTOOLS), ("shop/__init__.py", "")];
    assert_eq!(listing(&alone), None);
}
