//! Fixes every folder of `fixtures/fixes`: the result is compared byte by byte, written, scanned
//! and planned again, which finds nothing more to do, and undone.

#[path = "ground/mod.rs"]
mod ground;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use shield::detect::Detector;
use shield::finding::Finding;
use shield::finding::Fingerprint;
use shield::finding::Subject;
use shield::fix;
use shield::fix::Applicability;
use shield::fix::Archive;
use shield::fix::Choices;
use shield::fix::FixPlan;
use shield::fix::MakeExample;
use shield::fix::Reach;
use shield::fix::Requires;
use shield::fix::Seams;
use shield::fix::TidyImports;
use shield::fix::Wishes;
use shield::fix::WriteGuide;
use shield::pattern::PatternSet;
use shield::seal::Identity;
use shield::secret::Secret;
use shield::secret::StoreKind;
use shield::source;
use shield::source::SourceRef;
use tempfile::TempDir;
use walkdir::WalkDir;

use ground::Result;
use ground::put;

/// Every file of a project with its content, by path.
type Image = BTreeMap<PathBuf, Vec<u8>>;

/// What happens to the findings of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Class {
    /// Nothing is found, or the file as a whole is not one to rewrite.
    NotTouched,
    /// All findings are refused, however much is allowed.
    DisplayOnly,
    /// Rewritten without being asked for; nothing has to be stored.
    Safe,
    /// Rewritten without being asked for, after a value was stored.
    Captured,
    /// Rewritten only where `--unsafe-fixes` asks for it.
    Unsafe,
}

/// What a case wishes for beside the code; without a word about it, no guide.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    create_env_example: bool,
    backend: StoreKind,
    guide: Option<WriteGuide>,
    tidy_imports: bool,
}

impl Asked {
    fn wishes(self) -> Wishes {
        Wishes {
            reach: Reach::All,
            backend: self.backend,
            example: if self.create_env_example {
                MakeExample::Yes
            } else {
                MakeExample::No
            },
            guide: self.guide.unwrap_or(WriteGuide::Never),
            tidy: if self.tidy_imports {
                TidyImports::Yes
            } else {
                TidyImports::No
            },
        }
    }
}

/// What a case says besides its two texts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows.
    #[serde(default)]
    title: String,
    /// What happens to its findings; of several, the furthest down in the list of classes.
    class: Class,
    /// Where the file lies in the project.
    path: Option<String>,
    /// The least a fix must be.
    least: Option<Applicability>,
    /// Other files of the project.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Other files after the fix, where they change.
    #[serde(default)]
    after: BTreeMap<String, String>,
    /// The reason codes of findings that stay, by position.
    #[serde(default)]
    reasons: Vec<String>,
    /// The values that are stored, by name.
    #[serde(default)]
    stored: BTreeMap<String, String>,
    /// What is wished for beside the code.
    #[serde(default)]
    wishes: Asked,
    /// The files that git tracks; without it, there is no repository.
    tracked: Option<Vec<String>>,
    /// What is told about files beside the code: `path: message`.
    #[serde(default)]
    hints: Vec<String>,
    /// What is said of values in data, by position: the code, and the line to write.
    #[serde(default)]
    lines: Vec<String>,
    /// The seams, by path and position: place, kind, and the variables that pass.
    #[serde(default)]
    seams: Vec<String>,
    /// The files of the wrapper that are made, of those that a project may look for.
    wrapper: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fixes");
    match trials(&root) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(_) => ExitCode::FAILURE,
    }
}

/// The reason codes of files that are passed over as a whole.
const OF_FILE: [&str; 4] = ["generated-file", "in-notebook", "no-template", "test-code"];

/// One test for each folder with a text to fix.
fn trials(root: &Path) -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    let patterns = Arc::new(ground::patterns()?);
    for entry in WalkDir::new(root).sort_by_file_name() {
        let entry = entry?;
        let before = entry.path();
        if before.file_stem().is_some_and(|it| it == "before") {
            let folder = before.parent().ok_or("no folder")?;
            let name = folder.strip_prefix(root)?.to_string_lossy().into_owned();
            let before = before.to_owned();
            let patterns = Arc::clone(&patterns);
            trials.push(Trial::test(name, move || {
                run(&before, &patterns).map_err(|it| Failed::from(it.to_string()))
            }));
        }
    }
    Ok(trials)
}

/// Holds a result to what was expected.
fn expect<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, wanted: &T) -> Result<()> {
    if found == wanted {
        return Ok(());
    }
    Err(format!("{what}\n   found: {found:?}\nexpected: {wanted:?}").into())
}

fn run(before: &Path, patterns: &PatternSet) -> Result<()> {
    let project = Project::of(before)?;
    let detector = Detector::new(patterns, source::MAX_FILE_SIZE);
    let options = fix::Options {
        least: project.case.least.unwrap_or(Applicability::Safe),
        root: project.root.clone(),
        wishes: project.case.wishes.wishes(),
        choices: Choices::default(),
        taken: BTreeSet::new(),
        uncommitted: BTreeSet::new(),
    };
    let findings = project.scan(&detector)?;
    let seams = project.seams(&detector)?;
    let plan = fix::plan_with(&findings, &detector, &options, &seams);
    project.check(&findings, &plan)?;
    project.check_seams(before, &plan, &detector)?;
    project.check_lines(&findings, &plan)?;
    let class = class(&findings, &plan, &|least| {
        let options = fix::Options {
            least,
            ..options.clone()
        };
        fix::plan_with(&findings, &detector, &options, &seams)
    })?;
    expect("class", &class, &project.case.class)?;

    let mut reversed = findings.clone();
    reversed.reverse();
    let other = fix::plan_with(&reversed, &detector, &options, &seams);
    expect("in another order", &texts(&other), &texts(&plan))?;

    let image = project.image()?;
    let identity = Identity::generate();
    let archive = Archive::new(&project.state, &project.root, &identity)?;
    let journal = fix::begin(&plan, &[], &archive)?;
    let written = fix::write(&plan, journal)?;
    expect("left out", &written.skipped.len(), &0)?;
    for (path, text) in texts(&plan) {
        expect("on disk", &fs::read_to_string(path)?, &text)?;
    }
    if let Some(wrapper) = &project.case.wrapper {
        let there = project.root.join(wrapper).is_file();
        expect(&format!("{wrapper} is there"), &there, &true)?;
    }
    let rest = project.scan(&detector)?;
    let again = fix::plan_with(&rest, &detector, &options, &seams);
    expect("fixed again", &texts(&again), &Vec::new())?;
    fix::rollback(None, &archive)?;
    expect("undone", &project.image()?, &image)
}

/// The class of a case that is planned as `plan`, and as `with` says where less or more is asked.
fn class(
    findings: &[Finding<'_>],
    plan: &FixPlan,
    with: &dyn Fn(Applicability) -> FixPlan,
) -> Result<Class> {
    let fixes = plan.files.iter().flat_map(|it| &it.fixes);
    let made = fixes.map(|it| match (it.applicability, it.requires) {
        (Applicability::Safe, Requires::Nothing) => Class::Safe,
        (Applicability::Safe, Requires::Capture) => Class::Captured,
        (Applicability::Unsafe | Applicability::DisplayOnly, _) => Class::Unsafe,
    });
    let Some(class) = made.max() else {
        let most = with(Applicability::Unsafe);
        if !most.files.is_empty() {
            return Ok(Class::Unsafe);
        }
        // Code for browsers has no secrets to read; one that is written there is told.
        let reads: BTreeSet<Fingerprint> = findings
            .iter()
            .filter(|it| matches!(it.subject, Subject::EnvRead { .. }))
            .map(|it| it.fingerprint)
            .collect();
        let of_file = |it: &fix::Skipped| {
            let code = it.reason.code();
            OF_FILE.contains(&code) || code == "client-code" && reads.contains(&it.finding)
        };
        let passed_over = most.skipped.iter().all(of_file);
        return Ok(
            if plan.seams.is_empty() && (findings.is_empty() || passed_over) {
                Class::NotTouched
            } else {
                Class::DisplayOnly
            },
        );
    };
    if class == Class::Unsafe {
        let held_back = with(Applicability::Safe).skipped;
        let told = held_back.iter().any(|it| it.reason.code() == "withheld");
        expect("held back until it is asked for", &told, &true)?;
    }
    Ok(class)
}

/// The files of a plan after it.
fn texts(plan: &FixPlan) -> Vec<(PathBuf, String)> {
    let files = plan.files.iter();
    let files = files.map(|it| (it.file.clone(), it.after.clone()));
    let beside = plan.companions.iter();
    let beside = beside.map(|it| (it.file.clone(), it.after.clone()));
    files.chain(beside).collect()
}

/// A case as a project on disk.
struct Project {
    case: Case,
    root: PathBuf,
    state: PathBuf,
    /// The path of the text, and what it is to become.
    expected: BTreeMap<String, String>,
    _folder: TempDir,
}

impl Project {
    fn of(before: &Path) -> Result<Self> {
        let extension = before.extension().ok_or("no extension")?.to_string_lossy();
        let place = before.parent().ok_or("no folder")?;
        let case = fs::read_to_string(place.join("case.yaml"));
        let case = case.or(Err("no case.yaml, which says at least `class: safe`"))?;
        let case: Case = serde_saphyr::from_str(&case)?;
        let folder = tempfile::Builder::new().prefix("case").tempdir()?;
        let root = fs::canonicalize(folder.path())?.join("project");
        let path = case.path.clone();
        let path = path.unwrap_or_else(|| format!("app.{extension}"));
        put(&root.join(&path), &fs::read(before)?)?;
        for (other, content) in &case.files {
            put(&root.join(other), content.as_bytes())?;
        }
        if let Some(tracked) = &case.tracked {
            git(&root, &["init", "-q"])?;
            for file in tracked {
                git(&root, &["add", "-f", file])?;
            }
        }
        let mut expected = case.after.clone();
        let after = place.join(format!("after.{extension}"));
        if after.is_file() {
            expected.insert(path, fs::read_to_string(after)?);
        }
        Ok(Self {
            state: folder.path().join("state"),
            root,
            expected,
            case,
            _folder: folder,
        })
    }

    fn scan<'p>(&self, detector: &Detector<'p>) -> Result<Vec<Finding<'p>>> {
        let mut findings = Vec::new();
        for at in self.sources()? {
            findings.extend(detector.scan(&at, &mut Vec::new()).findings);
        }
        Ok(findings)
    }

    fn sources(&self) -> Result<Vec<SourceRef>> {
        ground::sources(&self.root)
    }

    fn seams(&self, detector: &Detector<'_>) -> Result<Seams> {
        let sources = self.sources()?;
        let all = vec![true; sources.len()];
        Ok(fix::seams((&sources, &all), detector, &self.root))
    }

    /// Compares what is to be written in data files with what the case expects.
    fn check_lines(&self, findings: &[Finding<'_>], plan: &FixPlan) -> Result<()> {
        let parts = findings.iter().flat_map(Finding::secret_parts);
        let mut lines = Vec::new();
        for finding in parts {
            let Some(advice) = plan.advice.get(&finding.fingerprint) else {
                continue;
            };
            let shown = format!("{advice:?}");
            let leaks = value(finding).is_some_and(|it| shown.contains(&it));
            expect("a value is shown in advice", &leaks, &false)?;
            let line = advice.line.as_deref().unwrap_or("");
            lines.push(
                format!("{} {}", advice.kind.code(), line.trim())
                    .trim_end()
                    .to_owned(),
            );
        }
        expect("lines", &lines, &self.case.lines)
    }

    /// Compares the seams with those that the case expects, and what is proposed for each with
    /// `seam.*`, `seam2.*` and so on beside the text; where it is applied, nothing is proposed.
    fn check_seams(&self, before: &Path, plan: &FixPlan, detector: &Detector<'_>) -> Result<()> {
        let shown = |it: &fix::Seam| {
            let names = it.sites.iter().map(|it| it.variable.as_str());
            let names: Vec<&str> = names.collect::<BTreeSet<_>>().into_iter().collect();
            let (line, kind) = (it.start.line, it.kind.code());
            format!("{}:{line} {kind} {}", it.path, names.join(" "))
        };
        let found: Vec<String> = plan.seams.iter().map(shown).collect();
        expect("seams", &found, &self.case.seams)?;
        let extension = before.extension().ok_or("no extension")?.to_string_lossy();
        let proposals = plan.seams.iter().filter(|it| it.proposal.is_some());
        for (number, seam) in proposals.enumerate() {
            let proposal = seam.proposal.as_ref().ok_or("no proposal")?;
            let number = match number {
                0 => String::new(),
                number => (number + 1).to_string(),
            };
            let wanted = before.with_file_name(format!("seam{number}.{extension}"));
            // Cases that are about something else do not say what is proposed.
            if before.components().any(|it| it.as_os_str() == "seam") || wanted.exists() {
                let wanted = fs::read_to_string(wanted)?;
                expect("proposed", &proposal.after, &wanted)?;
            }
            let file = self.root.join(&seam.path);
            let own = fs::read(&file)?;
            put(&file, proposal.after.as_bytes())?;
            let rest = self.seams(detector)?;
            put(&file, &own)?;
            let rest = rest.list.iter().filter(|it| it.proposal.is_some()).count();
            let all = plan.seams.iter().filter(|it| it.proposal.is_some()).count();
            expect("proposed again", &rest, &(all - 1))?;
        }
        Ok(())
    }

    /// Compares a plan with what the case expects, and looks for values where none may be.
    fn check(&self, findings: &[Finding<'_>], plan: &FixPlan) -> Result<()> {
        let files = plan.files.iter();
        let files = files.map(|it| (it.path.to_string(), it.after.clone()));
        let beside = plan.companions.iter();
        let beside = beside.map(|it| (it.path.to_string(), it.after.clone()));
        let found: BTreeMap<String, String> = files.chain(beside).collect();
        let hints = plan.hints.iter();
        let hints: Vec<String> = hints
            .map(|it| format!("{}: {}", it.path, it.kind))
            .collect();
        expect("hints", &hints, &self.case.hints)?;
        let mut reasons: Vec<_> = plan.skipped.iter().collect();
        let place = |it: &fix::Skipped| {
            let finding = findings
                .iter()
                .find(|other| other.fingerprint == it.finding);
            finding.map(|at| (at.location.path.clone(), at.location.span))
        };
        reasons.sort_by_key(|it| place(it));
        let reasons: Vec<String> = reasons
            .iter()
            .map(|it| it.reason.code().to_owned())
            .collect();
        let what = format!("{} (skipped: {reasons:?})", self.case.title);
        for (path, wanted) in &self.expected {
            let after = found.get(path);
            expect(&format!("{what}: {path}"), &after, &Some(wanted))?;
        }
        expect(&what, &found.len(), &self.expected.len())?;
        expect("reasons", &reasons, &self.case.reasons)?;
        let fixed = plan.files.iter().flat_map(|it| &it.fixes);
        let fixed: usize = fixed.map(|it| it.findings.len()).sum();
        expect(
            "findings accounted for",
            &(fixed + plan.skipped.len()),
            &findings.iter().flat_map(Finding::secret_parts).count(),
        )?;
        let stored: BTreeMap<String, String> = plan
            .deposits
            .iter()
            .map(|it| (it.name.to_string(), exposed(&it.value)))
            .collect();
        expect("stored", &stored, &self.case.stored)?;
        for value in findings
            .iter()
            .flat_map(Finding::secret_parts)
            .filter_map(value)
        {
            for file in &plan.companions {
                let leaks = format!("{} {}", file.masked_before, file.masked_after);
                expect("a value is shown beside", &leaks.contains(&value), &false)?;
            }
            for file in &plan.files {
                let mut shown = vec![file.masked_before.clone(), file.masked_after.clone()];
                shown.extend(file.fixes.iter().map(|it| format!("{it:?}")));
                shown.extend(file.imports.iter().map(|it| format!("{it:?}")));
                let leaks = shown.iter().any(|it| it.contains(&value));
                expect("a value is shown", &leaks, &false)?;
            }
        }
        Ok(())
    }

    fn image(&self) -> Result<Image> {
        let mut image = Image::new();
        for entry in WalkDir::new(&self.root) {
            let entry = entry?;
            if entry.file_type().is_file() {
                image.insert(entry.path().to_owned(), fs::read(entry.path())?);
            }
        }
        Ok(image)
    }
}

/// The value of a finding, if it has one.
fn value(finding: &Finding<'_>) -> Option<String> {
    match &finding.subject {
        Subject::Value { secret, .. } => Some(exposed(secret)),
        Subject::EnvRead { .. } | Subject::Absence => None,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the values of the cases are made up"
)]
fn exposed(secret: &Secret) -> String {
    secret.expose().to_owned()
}

/// Runs git in a project.
fn git(root: &Path, arguments: &[&str]) -> Result<()> {
    let status = Command::new("git")
        .args(arguments)
        .current_dir(root)
        .status()?;
    status.success().then_some(()).ok_or("git failed".into())
}
