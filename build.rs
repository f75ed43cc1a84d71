//! Packs the pattern files, so that they become a part of the program: they are read and taken
//! apart here, once, and not in every run.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use self::pattern::needle;
use self::pattern::needle::Needle;
use self::pattern::needle::Outline;
use self::pattern::needle::Words;
use self::pattern::packed::Known;
use self::pattern::packed::Packed;
use self::pattern::syntax::Check;
use self::pattern::syntax::PatternFile;
use self::pattern::syntax::Point;

/// The folder of the pattern files.
const FOLDER: &str = "patterns";

/// The variable that says where the crate is.
const CRATE: &str = "CARGO_MANIFEST_DIR";

// What the program and this script must agree on.
#[path = "src/pattern"]
#[expect(
    dead_code,
    unreachable_pub,
    unused_imports,
    clippy::struct_field_names,
    reason = "the program asks more of it"
)]
mod pattern {
    pub(crate) mod needle;
    pub(crate) mod packed;
    pub(crate) mod syntax;
}

#[path = "src/risk"]
#[expect(dead_code, unreachable_pub, reason = "the program asks more of it")]
mod risk {
    mod assessment;
    pub(crate) use assessment::{Level, RiskAssessment};
}

#[path = "src/text"]
#[expect(unreachable_pub, reason = "it is a part of the program")]
mod text {
    mod role;
    pub(crate) use role::Role;
}

/// What a pattern file is not fit for, or what else went wrong.
type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={FOLDER}");
    println!("cargo::rerun-if-env-changed={CRATE}");
    match pack() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in error.to_string().lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Writes the list of all pattern files, their heads and their tails.
#[expect(
    clippy::disallowed_methods,
    reason = "this is how a build script talks to cargo"
)]
fn pack() -> Result<(), Failure> {
    // Asked for when it runs: checkouts that share a target folder share the build script.
    let root = env::var_os(CRATE).ok_or("the folder of the crate is not known")?;
    let root = Path::new(&root).join(FOLDER);
    let mut list = String::from("&[\n");
    let mut heads = Vec::new();
    let mut tails = Vec::new();
    for path in pattern_files(&root)? {
        let name = path.strip_prefix(&root)?.to_string_lossy();
        let name = name.replace('\\', "/");
        let text = fs::read_to_string(&path)?;
        let head = packed(&text, &mut tails).map_err(|it| format!("{FOLDER}/{name}: {it}"))?;
        heads.extend(postcard::to_allocvec(&head)?);
        let name = name.escape_default();
        let place = format!("concat!(env!(\"{CRATE}\"), \"/{FOLDER}/{name}\")");
        writeln!(list, "    (\"{name}\", include_str!({place})),")?;
    }
    list.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    let out = Path::new(&out);
    fs::write(out.join("patterns.rs"), list)?;
    fs::write(out.join("heads.bin"), heads)?;
    fs::write(out.join("tails.bin"), tails)?;
    Ok(())
}

/// A pattern file, the tail of which goes to the end of `tails`.
fn packed(text: &str, tails: &mut Vec<u8>) -> Result<Packed, Failure> {
    let mut file: PatternFile = serde_saphyr::from_str(text)?;
    let prose = postcard::to_allocvec(&file.take_prose())?;
    let tail = (tails.len(), prose.len());
    tails.extend(prose);
    for point in &file.detect {
        for expression in unsearched(&point.value) {
            needle::parse(expression).map_err(|it| format!("`{expression}`: {it}"))?;
        }
    }
    let points = file.detect.iter().map(|it| known(&it.value));
    Ok(Packed {
        known: points.collect::<Result<_, _>>()?,
        file,
        tail,
    })
}

/// The expressions of a point of which nothing needs to be known but that they are sound: the
/// program does not parse them before they are used, and would take a wrong one for one that
/// never matches.
fn unsearched(point: &Point) -> impl Iterator<Item = &str> {
    let assignment = point.assignment.as_ref();
    let values = assignment.and_then(|it| it.regex.as_ref());
    let assigned = assignment.and_then(|it| it.except.as_ref());
    let read = point.env_read.as_ref().and_then(|it| it.except.as_ref());
    let query = point.query.as_ref();
    let conditions = query.map(|it| &it.conditions).into_iter();
    let absent = point.absence.as_ref().map(|it| &it.conditions);
    let conditions = conditions.chain(absent).flat_map(|it| it.values());
    let checks = [
        point.literal.as_ref().map(|it| &it.checks),
        assignment.map(|it| &it.checks),
        point.argument.as_ref().map(|it| &it.checks),
        query.map(|it| &it.checks),
    ];
    let checks = checks.into_iter().flatten().flatten();
    let rejected = checks.filter_map(|it| match &it.value {
        Check::Reject(expression) => Some(expression),
        Check::Entropy { .. }
        | Check::Length { .. }
        | Check::Charset(_)
        | Check::Checksum(_)
        | Check::NotPlaceholder
        | Check::Placeholder
        | Check::Random
        | Check::Likely { .. } => None,
    });
    let exceptions = [values, assigned, read].into_iter().flatten();
    let all = exceptions.chain(conditions).chain(rejected);
    all.map(|it| it.value.as_str())
}

/// What is known of the expression that a point has for values or for names, if it has one.
fn known(point: &Point) -> Result<Known, Failure> {
    let name = point.assignment.as_ref().map(|it| &it.name);
    let name = name.or(point.env_read.as_ref().map(|it| &it.name));
    let (expression, needles, words, outline) = if let Some(literal) = &point.literal {
        let keywords = literal.keywords.iter();
        let keywords = keywords.map(|it| Needle::keyword(&it.value)).collect();
        let hir = needle::parse(&literal.regex.value)?;
        let needles = needle::of_value(&hir, keywords);
        let outline = Outline::of(&hir);
        (&literal.regex, needles, Words::of(&hir), outline)
    } else if let Some(name) = name {
        let hir = needle::parse(&name.value)?;
        let needles = needle::of_name(&hir);
        (name, needles, Words::of_name(&hir), Outline::default())
    } else {
        return Ok(Known::default());
    };
    let missing = || format!("nothing to look for in `{}`", expression.value);
    Ok(Known {
        needles: needles.ok_or_else(missing)?,
        words,
        outline,
    })
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
