//! What kind of file a path names.

mod tables;

use camino::Utf8Path;

use self::tables::{ENDINGS, FOLDERS, LOCKFILES, PARTS, PROSE, TEST_FOLDER_ENDINGS};
use crate::risk::FileClass;

/// The class of a file, by the part of its path below the folder that is scanned.
pub(super) fn of_path(path: &Utf8Path) -> FileClass {
    let lower = path.as_str().to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    if LOCKFILES.binary_search(&name).is_ok() {
        return FileClass::Lockfile;
    }
    let by_name = of_name(name, path.file_name().unwrap_or_default());
    folders
        .split('/')
        .filter_map(of_folder)
        .chain(by_name)
        .min_by_key(|it| precedence(*it))
        .unwrap_or(FileClass::Code)
}

/// Which class counts when several parts of a path speak: the one that says most about who wrote
/// the file.
fn precedence(class: FileClass) -> u8 {
    match class {
        FileClass::Lockfile => 0,
        FileClass::Vendored => 1,
        FileClass::Generated => 2,
        FileClass::Test => 3,
        FileClass::Documentation => 4,
        FileClass::Code => 5,
    }
}

/// What a folder's name, in lower case, says.
fn of_folder(name: &str) -> Option<FileClass> {
    if let Ok(at) = FOLDERS.binary_search_by_key(&name, |(it, _)| it) {
        return FOLDERS.get(at).map(|(_, class)| *class);
    }
    let is_test = TEST_FOLDER_ENDINGS.iter().any(|it| name.ends_with(it));
    is_test.then_some(FileClass::Test)
}

/// What a file's name says, given in lower case and as written.
fn of_name(lower: &str, written: &str) -> Option<FileClass> {
    if is_test_name(lower, written) {
        return Some(FileClass::Test);
    }
    if is_hashed_bundle(written) || lower.starts_with("zz_generated") {
        return Some(FileClass::Generated);
    }
    let ending = ENDINGS.iter().find(|(it, _)| lower.ends_with(it));
    let part = || PARTS.iter().find(|(it, _)| lower.contains(it));
    if let Some((_, class)) = ending.or_else(part) {
        return Some(*class);
    }
    let is_prose = PROSE.iter().any(|it| {
        lower
            .strip_prefix(it)
            .is_some_and(|rest| matches!(rest, "" | ".txt" | ".html" | ".org"))
    });
    is_prose.then_some(FileClass::Documentation)
}

/// `test_shop.py`, `conftest.py`, `ShopTest.java`; other forms are in the tables.
fn is_test_name(lower: &str, written: &str) -> bool {
    if lower.starts_with("test_") || matches!(lower, "conftest.py" | "tests.py") {
        return true;
    }
    let Some((stem, extension)) = written.rsplit_once('.') else {
        return false;
    };
    let camel_case = matches!(
        extension,
        "java" | "kt" | "kts" | "cs" | "vb" | "fs" | "scala" | "groovy" | "swift" | "php" | "m"
    );
    camel_case
        && ["Test", "Tests", "Spec", "TestCase", "IT"]
            .iter()
            .any(|it| stem.len() > it.len() && stem.ends_with(it))
}

/// `index-DJcsK9l_.js`, `main.3f2a1b9c.js`: what bundlers name by a hash of the content.
fn is_hashed_bundle(name: &str) -> bool {
    let Some(stem) = [".js", ".mjs", ".css"]
        .iter()
        .find_map(|it| name.strip_suffix(it))
    else {
        return false;
    };
    // The hash of Vite and Rollup is eight characters of Base64, which may hold the `-` too.
    let start = stem.len().saturating_sub(8);
    let vite = stem
        .split_at_checked(start)
        .is_some_and(|(before, hash)| before.ends_with(['-', '.']) && is_mixed(hash));
    vite || stem
        .rsplit(['.', '-'])
        .next()
        .is_some_and(|it| it.len() >= 8 && it.len() < stem.len() && is_hex(it))
}

/// Whether a text looks like random Base64 rather than like a word.
fn is_mixed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |what: fn(&u8) -> bool| bytes.iter().any(what);
    let shouts = |pair: &[u8]| pair.iter().all(u8::is_ascii_uppercase);
    let alphabet = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
    bytes.iter().all(alphabet)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && (has(|it| !it.is_ascii_alphabetic()) || bytes.windows(2).any(shouts))
}

/// Whether a text looks like a hexadecimal hash rather than like a word or a date.
fn is_hex(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 2
        && digits < text.len()
        && text
            .bytes()
            .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_class(class: FileClass, paths: &[&str]) {
        for path in paths {
            assert_eq!(of_path(Utf8Path::new(path)), class, "{path}");
        }
    }

    #[test]
    fn tables_that_are_searched_are_in_order() {
        assert!(LOCKFILES.is_sorted());
        assert!(FOLDERS.is_sorted_by_key(|(it, _)| it));
    }

    #[test]
    fn code_and_configuration_are_code() {
        assert_class(
            FileClass::Code,
            &[
                "app.py",
                ".env",
                ".env.production",
                ".github/workflows/ci.yml",
                "src/latest.py",
                "src/contest.js",
                "src/attestation/verify.go",
                "settings/testing.py",
                "requirements.txt",
                "notes.txt",
                "src/Digest.java",
                "build/deploy.sh",
                "user-settings.js",
                "user-MyHelper.js",
                "report-20240131.js",
                "stack.template.json",
            ],
        );
    }

    #[test]
    fn tests_are_known_by_folder_or_name() {
        assert_class(
            FileClass::Test,
            &[
                "tests/app.py",
                "src/__tests__/app.js",
                "Shop.Tests/Cart.cs",
                "pkg/cart_test.go",
                "test_cart.py",
                "conftest.py",
                "src/cart.test.ts",
                "src/cart.spec.js",
                "spec/cart_spec.rb",
                "src/main/CartTest.java",
                "testdata/key.pem",
                "fixtures/.env",
                "cypress/support/login.js",
                "tests/README.md",
                "docs/tests/a.py",
            ],
        );
    }

    #[test]
    fn prose_and_examples_are_documentation() {
        assert_class(
            FileClass::Documentation,
            &[
                "README.md",
                "README",
                "LICENSE.txt",
                "docs/setup.py",
                "examples/app.py",
                ".env.example",
                ".env.example.local",
                "config.sample.php",
                "wp-config-sample.php",
                "settings.yaml.template",
                "example.env",
            ],
        );
    }

    #[test]
    fn copied_code_is_vendored() {
        assert_class(
            FileClass::Vendored,
            &[
                "node_modules/x/index.js",
                "web/node_modules/x/test/a.js",
                "vendor/github.com/x/y.go",
                ".venv/lib/python3.12/site-packages/x.py",
                "third_party/x/dist/a.min.js",
            ],
        );
    }

    #[test]
    fn bundles_are_generated() {
        assert_class(
            FileClass::Generated,
            &[
                "static/app.min.js",
                "dist/index.js",
                "static/index-DJcsK9l_.js",
                "static/index-BsXQLkwd.css",
                "static/main.3f2a1b9c.js",
                "static/2.0f1e2d3c4b5a.chunk.js",
                "static/app.js.map",
                "proto/shop_pb2.py",
                ".next/server/app.js",
                "api/zz_generated.deepcopy.go",
            ],
        );
    }

    #[test]
    fn lock_files_are_lock_files_wherever_they_are() {
        assert_class(
            FileClass::Lockfile,
            &[
                "package-lock.json",
                "web/yarn.lock",
                "Cargo.lock",
                "Pipfile.lock",
                "go.sum",
                "tests/uv.lock",
                "node_modules/.package-lock.json",
            ],
        );
    }
}
