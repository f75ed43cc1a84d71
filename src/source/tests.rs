use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use super::*;
use crate::notice::NoticeKind;

/// A folder with the given files, each of which holds the given text.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        File::create(file)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
    }
    folder
}

fn options(paths: &[&str]) -> Options {
    Options {
        paths: paths.iter().map(PathBuf::from).collect(),
        ignore_files: IgnoreFiles::Respect,
        exclude: Vec::new(),
        max_file_size: MAX_FILE_SIZE,
        archives: Archives::Skip,
    }
}

/// What is listed when `folder` is the current one.
fn list(folder: &Path, options: &Options) -> Listing {
    walk::enumerate(options, &root::Here::at(folder.to_path_buf())).unwrap()
}

fn paths(folder: &Path, options: &Options) -> Vec<String> {
    let listing = list(folder, options);
    assert_eq!(listing.notices, []);
    listing
        .sources
        .into_iter()
        .map(|it| it.path.into_string())
        .collect()
}

#[test]
fn without_a_path_the_current_folder_is_listed_in_order() {
    let folder = tree(&[
        ("b/z.py", ""),
        ("b.py", ""),
        ("a/b/c.py", ""),
        ("b-a.py", ""),
    ]);
    let expected = ["a/b/c.py", "b-a.py", "b.py", "b/z.py"];
    assert_eq!(paths(folder.path(), &options(&[])), expected);
    assert_eq!(paths(folder.path(), &options(&["."])), expected);
}

#[test]
fn hidden_files_are_scanned_and_what_version_control_keeps_is_not() {
    let folder = tree(&[
        (".env", ""),
        (".github/workflows/ci.yml", ""),
        (".git/config", ""),
        ("sub/.hg/x", ""),
        (".svn/x", ""),
        (".jj/x", ""),
        (".shield/store.age", ""),
    ]);
    let expected = [".env", ".github/workflows/ci.yml"];
    assert_eq!(paths(folder.path(), &options(&["."])), expected);
}

#[test]
fn ignore_files_count_with_and_without_a_repository() {
    let files = [
        (".gitignore", "*.log\n/out\n!keep.log\n"),
        (".ignore", "two.py\n"),
        (".shieldignore", "three.py\n"),
        ("a.log", ""),
        ("keep.log", ""),
        ("out/a.py", ""),
        ("sub/out/a.py", ""),
        ("sub/.gitignore", "inner.py"),
        ("sub/inner.py", ""),
        ("two.py", ""),
        ("three.py", ""),
    ];
    let shown = ["keep.log", "sub/out/a.py"];
    for repository in [false, true] {
        let folder = tree(&files);
        if repository {
            fs::create_dir(folder.path().join(".git")).unwrap();
        }
        let mut listed = paths(folder.path(), &options(&["."]));
        listed.retain(|it| !it.ends_with("ignore"));
        assert_eq!(listed, shown);
    }
    let folder = tree(&files);
    let mut options = options(&["."]);
    options.ignore_files = IgnoreFiles::Disregard;
    assert_eq!(paths(folder.path(), &options).len(), files.len());
}

#[test]
fn ignore_files_above_the_root_count_up_to_that_of_the_repository() {
    let files = [
        (".gitignore", "*"),
        ("repository/.git/config", ""),
        ("repository/.gitignore", "*.log"),
        ("repository/src/a.py", ""),
        ("repository/src/a.log", ""),
    ];
    let folder = tree(&files);
    let mut src = options(&["repository/src"]);
    assert_eq!(paths(folder.path(), &src), ["repository/src/a.py"]);
    src.paths = vec!["src".into()];
    let repository = folder.path().join("repository");
    assert_eq!(paths(&repository, &src), ["src/a.py"]);
}

#[test]
fn without_a_repository_the_ignore_files_of_the_current_folder_count() {
    let files = [
        (".shieldignore", "/src/a.py\n"),
        ("src/a.py", ""),
        ("src/b.py", ""),
    ];
    let folder = tree(&files);
    assert_eq!(paths(folder.path(), &options(&["src"])), ["src/b.py"]);
}

#[test]
fn a_path_asked_for_is_read_even_when_ignored() {
    let folder = tree(&[
        (".gitignore", "secret.py\nout/\n"),
        ("secret.py", ""),
        ("out/a.py", ""),
    ]);
    fs::create_dir(folder.path().join(".git")).unwrap();
    let expected = ["out/a.py", "secret.py"];
    assert_eq!(
        paths(folder.path(), &options(&["secret.py", "out"])),
        expected
    );
}

#[test]
fn each_file_is_listed_once() {
    let folder = tree(&[("src/tests/a.py", ""), ("b.py", "")]);
    let overlapping = options(&["src/tests", "src/tests/a.py", "./src/", ".", "b.py"]);
    assert_eq!(
        paths(folder.path(), &overlapping),
        ["b.py", "src/tests/a.py"]
    );
    let listing = list(folder.path(), &overlapping);
    assert_eq!(listing.sources[1].class, FileClass::Test);
}

#[test]
fn the_class_of_a_file_does_not_depend_on_where_the_folder_lies() {
    let folder = tree(&[
        ("tests/project/app.py", ""),
        ("tests/project/tests/a.py", ""),
    ]);
    let classes = |current: &Path, path: &str| -> Vec<FileClass> {
        let listing = list(current, &options(&[path]));
        listing.sources.iter().map(|it| it.class).collect()
    };
    let expected = [FileClass::Code, FileClass::Test];
    let project = folder.path().join("tests/project");
    assert_eq!(classes(folder.path(), "tests/project"), expected);
    assert_eq!(classes(&project, "."), expected);
    assert_eq!(classes(&project, "tests/a.py"), [FileClass::Test]);
    let elsewhere = project.join("app.py");
    let elsewhere = elsewhere.to_str().unwrap();
    assert_eq!(
        classes(&project.join("tests"), elsewhere),
        [FileClass::Code]
    );
}

#[test]
fn excluded_paths_are_left_out_whether_asked_for_or_met() {
    let folder = tree(&[
        ("a/gen/x.py", ""),
        ("a/x.snap", ""),
        ("a/src/y.py", ""),
        ("a/src/z.py", ""),
    ]);
    let mut options = options(&["a", "a/src/z.py", "a/x.snap"]);
    options.exclude = ["gen/", "*.snap", "/src/y.py"].map(str::to_owned).into();
    assert_eq!(paths(folder.path(), &options), ["a/src/z.py"]);
}

#[test]
fn a_path_that_does_not_exist_is_an_error() {
    let folder = tree(&[("file", "")]);
    let here = root::Here::at(folder.path().to_path_buf());
    for path in ["gone", "file/below"] {
        let error = walk::enumerate(&options(&[path]), &here).unwrap_err();
        assert_eq!(error.to_string(), format!("{path} does not exist"));
    }
}

#[test]
fn files_that_hold_no_text_are_not_listed_unless_asked_for() {
    let folder = tree(&[("logo.png", ""), ("lib.SO", ""), ("a.py", "")]);
    assert_eq!(paths(folder.path(), &options(&["."])), ["a.py"]);
    assert_eq!(paths(folder.path(), &options(&["logo.png"])), ["logo.png"]);
}

#[test]
fn a_broken_line_in_the_ignore_file_for_shield_is_a_notice() {
    let folder = tree(&[(".shieldignore", "a.py\n{b\n"), ("a.py", "")]);
    let listing = list(folder.path(), &options(&["."]));
    assert_eq!(listing.notices.len(), 1);
    assert_eq!(listing.notices[0].path, ".shieldignore");
    assert_eq!(listing.sources.len(), 1);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_followed_only_when_asked_for() {
    use std::os::unix::fs::symlink;
    let folder = tree(&[("real/a.py", "")]);
    let below = |it: &str| folder.path().join(it);
    symlink("real", below("link")).unwrap();
    symlink("real/a.py", below("a.py")).unwrap();
    symlink(".", below("real/loop")).unwrap();
    symlink("nowhere", below("real/dangling")).unwrap();
    symlink("around", below("around")).unwrap();
    assert_eq!(paths(folder.path(), &options(&["."])), ["real/a.py"]);
    assert_eq!(paths(folder.path(), &options(&["link"])), ["link/a.py"]);
    assert_eq!(paths(folder.path(), &options(&["a.py"])), ["a.py"]);
    assert_eq!(
        paths(folder.path(), &options(&["real/loop"])),
        ["real/loop/a.py"]
    );
    let around = list(folder.path(), &options(&["around"]));
    assert_eq!(around.notices[0].path, "around");
}

#[cfg(unix)]
#[test]
fn what_is_not_a_file_is_never_opened() {
    let folder = tree(&[("a.py", "")]);
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(socket).unwrap();
    assert_eq!(paths(folder.path(), &options(&["."])), ["a.py"]);
    for path in ["socket", "/dev/zero"] {
        let listing = list(folder.path(), &options(&[path]));
        let reason = "it is not a regular file".to_owned();
        assert_eq!(listing.notices[0].kind, NoticeKind::Unreadable(reason));
        assert_eq!(listing.sources, []);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_a_notice() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tree(&[("closed/a.py", ""), ("b.py", "")]);
    let closed = folder.path().join("closed");
    let allow = |mode| fs::set_permissions(&closed, fs::Permissions::from_mode(mode)).unwrap();
    allow(0o000);
    // The superuser reads everything.
    if fs::read_dir(&closed).is_err() {
        let listing = list(folder.path(), &options(&["."]));
        assert_eq!(listing.notices[0].path, "closed");
        assert_eq!(listing.sources.len(), 1);
    }
    allow(0o700);
}
