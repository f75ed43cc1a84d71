//! Lists the pattern files, so that they become a part of the program.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// The folder of the pattern files.
const FOLDER: &str = "patterns";

/// The variable that says where the crate is.
const CRATE: &str = "CARGO_MANIFEST_DIR";

#[expect(
    clippy::disallowed_methods,
    reason = "this is how a build script talks to cargo"
)]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={FOLDER}");
    println!("cargo::rerun-if-env-changed={CRATE}");
    // Asked for when it runs: checkouts that share a target folder share the build script.
    let root = std::env::var_os(CRATE).ok_or("the folder of the crate is not known")?;
    let root = Path::new(&root).join(FOLDER);
    let mut list = String::from("&[\n");
    for path in pattern_files(&root)? {
        let name = path.strip_prefix(&root)?.to_string_lossy();
        let name = name.replace('\\', "/");
        let name = name.escape_default();
        let place = format!("concat!(env!(\"{CRATE}\"), \"/{FOLDER}/{name}\")");
        writeln!(list, "    (\"{name}\", include_str!({place})),")?;
    }
    list.push_str("]\n");
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    fs::write(Path::new(&out).join("patterns.rs"), list)?;
    Ok(())
}

/// Every YAML file below `root`, sorted by path.
fn pattern_files(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "yaml") {
                files.push(path);
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}
