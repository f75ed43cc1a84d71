//! Keeps modules in layers: each may use those below it and nothing else.

use std::error::Error;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// Every module under `src/`, with its layer.
///
/// Modules of one layer do not know each other.
const LAYERS: [(&str, u8); 26] = [
    ("text", 0),
    ("secret", 0),
    ("seal", 1),
    ("yaml", 1),
    ("lang", 1),
    ("risk", 1),
    ("notice", 1),
    ("manifest", 2),
    ("pattern", 2),
    ("source", 2),
    ("cache", 3),
    ("finding", 3),
    ("detect", 4),
    ("baseline", 5),
    ("fix", 5),
    ("setup", 5),
    ("emit", 6),
    ("inventory", 6),
    ("provision", 6),
    ("report", 7),
    ("settings", 8),
    ("coverage", 9),
    ("examples", 9),
    ("run", 9),
    ("doctor", 10),
    ("cli", 11),
];

#[test]
fn modules_use_only_lower_layers() -> Result<(), Box<dyn Error>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for entry in WalkDir::new(&src).sort_by_file_name() {
        let entry = entry?;
        let path = entry
            .path()
            .strip_prefix(&src)?
            .to_string_lossy()
            .into_owned();
        if entry.path().extension().is_none_or(|it| it != "rs")
            || matches!(&*path, "lib.rs" | "main.rs")
        {
            continue;
        }
        let module = path.split(['/', '\\', '.']).next().unwrap_or_default();
        for (number, line) in fs::read_to_string(entry.path())?.lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let end = |c: char| !c.is_ascii_lowercase() && c != '_';
                let used = used.split(end).next().unwrap_or_default();
                if used != module && !is_below(used, module) {
                    wrong.push(format!("src/{path}:{}: {module} uses {used}", number + 1));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "not in a lower layer:\n{}",
        wrong.join("\n")
    );
    Ok(())
}

/// Whether `used` has a layer, and a lower one than `module`.
fn is_below(used: &str, module: &str) -> bool {
    let layer = |wanted: &str| LAYERS.iter().find(|(name, _)| *name == wanted);
    match (layer(used), layer(module)) {
        (Some((_, used)), Some((_, module))) => used < module,
        _ => false,
    }
}
