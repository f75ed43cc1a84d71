//! A report with everything in it, for the tests of the reporters.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::OnceLock;
use std::time::Duration;

use camino::Utf8PathBuf;

use super::{
    Charset, Color, Format, Intent, Options, Report, ShowDiff, ShowSuppressed, Style, Totals,
};
use crate::finding::Coding;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Layers;
use crate::finding::Location;
use crate::finding::Subject;
use crate::finding::Suppressed;
use crate::finding::Suppression;
use crate::fix;
use crate::fix::Advice;
use crate::fix::Applicability;
use crate::fix::Companion;
use crate::fix::ContentHash;
use crate::fix::DataKind;
use crate::fix::Entry;
use crate::fix::EntryState;
use crate::fix::Exposure;
use crate::fix::FileFix;
use crate::fix::Fix;
use crate::fix::FixPlan;
use crate::fix::Hint;
use crate::fix::HintKind;
use crate::fix::History;
use crate::fix::Proposal;
use crate::fix::Requires;
use crate::fix::Seam;
use crate::fix::SeamKind;
use crate::fix::SeamSite;
use crate::fix::SkipReason;
use crate::fix::Skipped;
use crate::fix::Unedited;
use crate::fix::Wrapper;
use crate::notice::Notice;
use crate::notice::NoticeKind;
use crate::pattern;
use crate::pattern::PatternSet;
use crate::risk;
use crate::risk::Evidence;
use crate::risk::FileClass;
use crate::risk::Level;
use crate::secret::Deposit;
use crate::secret::Secret;
use crate::secret::SecretName;
use crate::text;
use crate::text::Edit;
use crate::text::Excerpt;
use crate::text::LineIndex;
use crate::text::Role;
use crate::text::Span;

/// The value that no report may show, in any form.
pub(super) const CANARY: &str = "rosebud/1941+canary?";

/// What belongs to a password.
const USER: &str = "id-4711";

const TOKEN: &str = include_str!("../../fixtures/report/token.yaml");
const PASSWORD: &str = include_str!("../../fixtures/report/password.yaml");
const READ: &str = include_str!("../../fixtures/report/read.yaml");

/// What a run of the tests' own patterns found.
pub(super) struct Fixture {
    /// What was found.
    pub(super) findings: Vec<Finding<'static>>,
    /// What was found and does not count.
    pub(super) suppressed: Vec<Suppressed<'static>>,
    /// What a fix would do.
    pub(super) plan: FixPlan,
    /// The secrets that would leave the code.
    pub(super) exposures: Vec<Exposure<'static>>,
    /// The secrets that have left it.
    pub(super) moved: Vec<(usize, &'static Entry)>,
    /// What the run survived.
    pub(super) notices: Vec<Notice>,
}

impl Fixture {
    /// The report of it.
    pub(super) fn report(&self) -> Report<'_> {
        Report {
            findings: &self.findings,
            suppressed: &self.suppressed,
            plan: &self.plan,
            kept: &[],
            exposures: &self.exposures,
            pending: &self.moved,
            notices: &self.notices,
            patterns: patterns(),
            origin: None,
            totals: Totals {
                files: 1_288,
                bytes: 9_400_000,
                elapsed: Duration::from_millis(212),
            },
        }
    }

    /// The report as it is written with `options`.
    pub(super) fn written(&self, options: &Options) -> String {
        let mut out = Vec::new();
        super::write(&self.report(), options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

/// The options that most tests start from: nothing extra, no colours.
pub(super) fn options(format: Format) -> Options {
    Options {
        level: None,
        format,
        suppressed: ShowSuppressed::No,
        diff: ShowDiff::No,
        intent: Intent::Tell,
        shard: None,
        style: Style {
            color: Color::Off,
            charset: Charset::Unicode,
            width: 100,
        },
    }
}

/// The tests' own patterns and no others.
pub(super) fn patterns() -> &'static PatternSet {
    static PATTERNS: OnceLock<PatternSet> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let example = folder.path().join("example");
        fs::create_dir(&example).unwrap();
        for (name, text) in [("token", TOKEN), ("password", PASSWORD), ("read", READ)] {
            let path = example.join(name).with_extension("yaml");
            #[expect(clippy::disallowed_methods, reason = "a test makes its files")]
            fs::write(path, text).unwrap();
        }
        let mut options = pattern::Options {
            folders: vec![Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap()],
            ..pattern::Options::default()
        };
        let all = PatternSet::all(&options).unwrap();
        let others = all.iter().map(|it| it.id().to_owned());
        options.disabled = others.filter(|it| !it.starts_with("example/")).collect();
        PatternSet::load(&options).unwrap()
    })
}

/// Where something is found: a file, its text, and the part of it.
pub(super) struct Spot<'a> {
    path: &'a str,
    text: &'a str,
    target: &'a str,
}

/// A part of a file.
pub(super) fn spot<'a>(path: &'a str, text: &'a str, target: &'a str) -> Spot<'a> {
    Spot { path, text, target }
}

/// The finding of a value, or of a read, at a spot.
pub(super) fn finding(id: &str, at: &Spot<'_>, subject: Subject) -> Finding<'static> {
    let pattern = patterns().find(id).unwrap();
    let point = pattern.points.last().unwrap();
    let start = at.text.find(at.target).unwrap();
    let span = Span::new(start, start + at.target.len());
    let lines = LineIndex::new(at.text);
    let (secrets, secret) = match &subject {
        Subject::Value { secret, .. } => (vec![span], Some(secret)),
        Subject::EnvRead { .. } | Subject::Absence => (Vec::new(), None),
    };
    let class = if at.path.starts_with("tests/") {
        FileClass::Test
    } else {
        FileClass::Code
    };
    let evidence = Evidence {
        severity: point.severity,
        confidence: point.confidence,
        class,
        role: Role::String,
    };
    Finding {
        pattern,
        point,
        also: Vec::new(),
        location: Location {
            path: at.path.into(),
            file: at.path.into(),
            class,
            span,
            start: lines.position(at.text, span.start),
            end: lines.position(at.text, span.end),
            layers: Layers::default(),
        },
        excerpt: Excerpt::cut(at.text, &lines, span, &secrets),
        captures: BTreeMap::from([("around".to_owned(), CANARY.to_owned())]),
        confidence: point.confidence,
        likelihood: None,
        risk: risk::assess(&pattern.risk, &evidence),
        fingerprint: Fingerprint::of(
            id,
            at.path,
            Some(at.text),
            Fingerprint::trace(secret),
            start,
        ),
        introduction: None,
        related: Vec::new(),
        subject,
    }
}

/// The finding as if it lay in an archive, in a notebook, and encoded.
pub(super) fn in_archive(mut finding: Finding<'static>) -> Finding<'static> {
    let at = &mut finding.location;
    at.path = format!("dist/app.jar!/lib/x.zip!/{}", at.path).into();
    at.layers = Layers {
        archives: vec!["dist/app.jar".into(), "dist/app.jar!/lib/x.zip".into()],
        cell: Some(3),
        codings: vec![Coding::Hex, Coding::Base64],
    };
    finding
}

/// A value bound to `name`.
pub(super) fn value(name: Option<&str>) -> Subject {
    Subject::Value {
        secret: Secret::new(CANARY.to_owned()),
        name: name.map(str::to_owned),
        role: Role::String,
    }
}

/// A file with line endings of Windows and characters of several widths.
fn client() -> String {
    format!("\"\"\"Spricht.\"\"\"\r\nHÄNDLER, TOKEN = \"𝄞\", \"{CANARY}\"\r\n")
}

fn settings() -> String {
    format!(
        "import os\n\nDATABASES = {{\n    \"user\": \"{USER}\",\n    \"password\": \"{CANARY}\",\n}}\n\
         DEBUG_KEY = os.environ.get(\"DEBUG_KEY\")\n"
    )
}

/// A value of two lines.
fn block() -> String {
    format!("key: |\n  {CANARY}\n  {CANARY}\nother: 1\n")
}

fn check() -> String {
    format!(
        "def test():\n    # shield: allow made up for tests\n    login(password=\"{CANARY}\")\n"
    )
}

/// A report with everything in it.
pub(super) fn everything() -> Fixture {
    let lines = format!("{CANARY}\n  {CANARY}");
    let (client, settings, block, check) = (client(), settings(), block(), check());
    let client = spot("src/café app/client.py", &client, CANARY);
    let read = spot("settings.py", &settings, "os.environ.get(\"DEBUG_KEY\")");
    let user = spot("settings.py", &settings, USER);
    let settings = spot("settings.py", &settings, CANARY);
    let block = spot("deploy/key.yaml", &block, &lines);
    let check = spot("tests/test_login.py", &check, CANARY);
    let variable = "DEBUG_KEY".to_owned();
    let mut findings = vec![
        finding("example/token", &block, value(Some("key"))),
        finding("example/password", &settings, value(Some("password"))),
        finding("example/read", &read, Subject::EnvRead { variable }),
        finding("example/token", &client, value(Some("TOKEN"))),
    ];
    findings[3].also = vec![patterns().find("example/password").unwrap()];
    findings[1].related = vec![finding("example/password", &user, value(Some("user")))];
    let excused = finding("example/password", &check, value(Some("password")));
    let plan = plan(&findings);
    let leaving = Exposure {
        name: SecretName::of("service/token").unwrap(),
        pattern: findings[3].pattern,
        level: findings[3].risk.level,
        places: vec!["src/café app/client.py:2".to_owned()],
        findings: vec![findings[3].fingerprint],
        history: History::Committed {
            first_seen: Some("2023-05-02".to_owned()),
            branches: 3,
        },
    };
    Fixture {
        findings,
        suppressed: vec![Suppressed {
            finding: excused,
            cause: Suppression::Comment {
                reason: Some("made up for tests".to_owned()),
            },
        }],
        plan,
        exposures: vec![leaving],
        moved: vec![(3, moved())],
        notices: vec![
            notice(
                "data/dump.sql",
                NoticeKind::Unreadable("permission denied".to_owned()),
            ),
            notice(
                "dist/app.js",
                NoticeKind::NoTree("it is larger than 1 MiB".to_owned()),
            ),
        ],
    }
}

/// A secret that has left the code.
fn moved() -> &'static Entry {
    static MOVED: OnceLock<Entry> = OnceLock::new();
    MOVED.get_or_init(|| Entry {
        name: "old/session-secret".to_owned(),
        state: EntryState::RotationPending,
        pattern: "example/password".to_owned(),
        level: Level::High,
        moved: "2026-11-22".to_owned(),
        rotated: None,
        in_history: "unknown".to_owned(),
        first_seen: None,
        branches: None,
        because: None,
        places: vec!["old.py:7".to_owned()],
        fingerprints: vec!["0123456789abcdef0123456789abcdef".to_owned()],
    })
}

fn notice(path: &str, kind: NoticeKind) -> Notice {
    Notice {
        path: path.into(),
        kind,
    }
}

/// A function that reads what it is asked for, and what is proposed for it.
fn seam() -> Seam {
    let text = "def env(key):\n    return os.environ[key]\n";
    let written = "get_secret(key)";
    let start = text.find("os.").unwrap();
    let edit = Edit::replace(Span::new(start, text.len() - 1), written);
    let after = text.replace("os.environ[key]", written);
    Seam {
        kind: SeamKind::Helper,
        name: "env".to_owned(),
        path: "settings.py".into(),
        start: LineIndex::new(text).position(text, 0),
        sites: vec![SeamSite {
            variable: "API_TOKEN".to_owned(),
            secret: SecretName::of("api-token").unwrap(),
            path: "app.py".into(),
            start: LineIndex::new(text).position(text, 4),
        }],
        proposal: Some(Proposal {
            title: "let `env` read through `get_secret`".to_owned(),
            places: fix::places(text, std::slice::from_ref(&edit), &[]),
            edits: vec![edit],
            masked_before: text.to_owned(),
            masked_after: after.clone(),
            after,
            wrappers: vec!["shield_secrets/__init__.py".into()],
        }),
    }
}

/// One finding is fixed, one could be, the others stay.
fn plan(findings: &[Finding<'_>]) -> FixPlan {
    let mut suggestion = fix(&findings[1], "database/password");
    suggestion.applicability = Applicability::Unsafe;
    FixPlan {
        files: vec![file(&findings[3])],
        wrappers: vec![Wrapper {
            path: "shield_secrets.py".into(),
            file: "shield_secrets.py".into(),
            before: None,
            content: "".into(),
        }],
        deposits: vec![Deposit {
            name: SecretName::of("service/token").unwrap(),
            value: Secret::new(CANARY.to_owned()),
            labels: vec!["example/token".to_owned()],
        }],
        skipped: vec![
            skipped(&findings[0], SkipReason::Data(DataKind::Settings), None),
            skipped(&findings[1], SkipReason::Withheld, Some(suggestion)),
            skipped(&findings[2], SkipReason::Placeholder, None),
        ],
        advice: BTreeMap::from([(
            findings[0].fingerprint,
            Advice {
                kind: DataKind::Settings,
                text: "Ask for it by name.".to_owned(),
                line: Some("token: ${TOKEN}".to_owned()),
            },
        )]),
        seams: vec![seam()],
        passing: BTreeMap::from([(findings[2].fingerprint, 0)]),
        companions: vec![Companion {
            path: ".env.example".into(),
            file: ".env.example".into(),
            titles: vec!["name `SERVICE_TOKEN`".to_owned()],
            before: Some(ContentHash::of(b"PORT=80\n")),
            masked_before: "PORT=80\n".to_owned(),
            masked_after: "PORT=80\nSERVICE_TOKEN=\n".to_owned(),
            after: "PORT=80\nSERVICE_TOKEN=\n".to_owned(),
        }],
        hints: vec![Hint {
            path: "compose.yaml".into(),
            kind: HintKind::ByHand {
                reason: Unedited::Form,
                lines: vec!["SERVICE_TOKEN".to_owned()],
            },
        }],
    }
}

fn skipped(finding: &Finding<'_>, reason: SkipReason, suggestion: Option<Fix>) -> Skipped {
    Skipped {
        finding: finding.fingerprint,
        reason,
        suggestion,
    }
}

fn fix(finding: &Finding<'_>, name: &str) -> Fix {
    let span = finding.location.span;
    let literal = Span::new(span.start - 1, span.end + 1);
    Fix {
        findings: vec![finding.fingerprint],
        title: format!("read `{name}` through `get_secret`"),
        applicability: Applicability::Safe,
        requires: Requires::Capture,
        edits: vec![Edit::replace(literal, format!("get_secret(\"{name}\")"))],
        secret: SecretName::of(name).unwrap(),
    }
}

fn file(finding: &Finding<'_>) -> FileFix {
    let before = client();
    let fixes = vec![fix(finding, "service/token")];
    let after_docstring = before.find('\n').unwrap() + 1;
    let import = "from shield_secrets import get_secret\r\n";
    let imports = vec![Edit::insert(after_docstring, import)];
    let edits: Vec<Edit> = fixes[0].edits.iter().chain(&imports).cloned().collect();
    let after = text::apply(&before, &edits).unwrap();
    FileFix {
        path: finding.location.path.clone(),
        file: finding.location.file.clone(),
        places: fix::places(&before, &imports, &fixes),
        fixes,
        imports,
        masked_before: text::mask(&before, &[finding.location.span]),
        masked_after: text::mask(&after, &[]),
        masks: vec![finding.location.span],
        allowed: BTreeSet::new(),
        before: ContentHash::of(before.as_bytes()),
        // Other secrets of a file stay in it.
        after: format!("{after}# {CANARY}\n"),
    }
}
