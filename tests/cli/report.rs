//! `shield report`.

use crate::project::Project;
use crate::project::Ran;

/// A project with secrets in several folders, and what reports tell beside them.
fn project() -> Project {
    Project::new()
        .with("shield.yaml", "schema: 1\nmax_file_size: 2000\n")
        .with("reports/.keep", "")
        .with("api/app.py", "DB_PASSWORD = \"rosebud-1941-canary\"\n")
        .with("api/Ä.py", "import os\nTOKEN = os.environ[\"API_TOKEN\"]\n")
        .with(
            "web/server.ts",
            "const title = '𝄞'; const token = 'rosebud-1941-canary-web';\n",
        )
        .with("web/large.js", &"x = 1;\n".repeat(1_000))
        .with(
            "worker/jobs.py",
            "API_KEY = \"rosebud-1941-canary-key\"  # shield: allow made up\n\
             SMTP_PASSWORD = \"rosebud-1941-canary-smtp\"\n",
        )
}

/// The JSON report of some paths, saved as `name`.
fn saved(project: &Project, name: &str, arguments: &[&str]) {
    let all = ["scan", "--format", "json", "--output", name];
    let ran = project.shield(all.iter().chain(arguments));
    assert!(ran.code < 2, "{}", ran.all());
}

fn merged(project: &Project, arguments: &[&str]) -> Ran {
    project.shield(["report", "merge"].iter().chain(arguments))
}

#[test]
fn reports_of_parts_make_the_report_of_the_whole() {
    let project = project();
    for options in [&["--no-plan"][..], &["--no-plan", "--show-suppressed"]] {
        let whole = |name: &str, paths: &[&str]| {
            let arguments: Vec<&str> = options.iter().chain(paths).copied().collect();
            saved(&project, name, &arguments);
        };
        whole("reports/all.json", &["api", "web", "worker"]);
        whole("reports/one.json", &["worker", "api/app.py"]);
        whole("reports/two.json", &["web"]);
        whole("reports/three.json", &["api/Ä.py"]);
        let ran = merged(
            &project,
            &["reports/one.json", "reports/two.json", "reports/three.json"],
        );
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert_eq!(ran.stdout, project.read("reports/all.json"));
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn shards_make_the_report_of_the_whole() {
    let project = project();
    let paths = ["api", "web", "worker"];
    for options in [&[][..], &["--show-suppressed"]] {
        let scan = |name: &str, more: &[&str]| {
            saved(&project, name, &[options, more, &paths].concat());
        };
        scan("reports/all.json", &["--no-plan"]);
        let parts = ["1/4", "2/4", "3/4", "4/4"].map(|it| {
            let name = format!("reports/{}.json", it.replace('/', "-"));
            scan(&name, &["--shard", it]);
            name
        });
        let [first, .., last] = &parts;
        let ran = merged(&project, &parts.each_ref().map(String::as_str));
        assert_eq!(ran.stdout, project.read("reports/all.json"));
        let lacking = merged(&project, &[first, last]);
        assert_eq!(lacking.code, 2);
        let told = "of 4 parts, 2, 3 are not among the reports";
        assert!(lacking.stderr.contains(told), "{}", lacking.stderr);
    }
    for (shard, more, told) in [
        ("5/4", "--no-plan", "the second of four parts"),
        ("1/4", "--fix", "cannot be used with"),
        ("1/4", "--history", "cannot be used with"),
    ] {
        let ran = project.shield(["scan", "--shard", shard, more]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
}

#[test]
fn a_plan_of_parts_is_that_of_the_whole_unless_they_share_a_secret() {
    let project = project();
    saved(&project, "reports/all.json", &["api", "web", "worker"]);
    saved(&project, "reports/one.json", &["worker"]);
    saved(&project, "reports/two.json", &["api", "web"]);
    let ran = merged(&project, &["reports/one.json", "reports/two.json"]);
    assert_eq!(ran.stdout, project.read("reports/all.json"));
    let twice = merged(&project, &["reports/one.json", "reports/one.json"]);
    assert!(twice.stderr.contains("smtp-password"), "{}", twice.all());
}

#[test]
fn a_report_is_converted_as_the_scan_would_have_written_it() {
    let project = project();
    let arguments = ["api", "web", "worker", "--show-suppressed"];
    saved(&project, "reports/all.json", &arguments);
    for format in [
        "sarif", "html", "markdown", "github", "junit", "csv", "gitlab", "human",
    ] {
        let scan = [
            "scan",
            "api",
            "web",
            "worker",
            "--show-suppressed",
            "--format",
            format,
        ];
        let scanned = project.shield(scan);
        let converted =
            project.shield(["report", "convert", "reports/all.json", "--format", format]);
        assert_eq!(converted.code, 0, "{}", converted.all());
        // How long a scan took is in no report.
        let (scanned, rest) = (scanned.stdout, " s)");
        let untimed = match scanned.rfind(rest) {
            Some(end) if format == "human" => {
                let start = scanned.get(..end).and_then(|it| it.rfind(", ")).unwrap();
                let (before, after) = (scanned.get(..start), scanned.get(end + 2..));
                format!("{}{}", before.unwrap(), after.unwrap())
            }
            _ => scanned,
        };
        assert_eq!(converted.stdout, untimed, "{format}");
    }
}

#[test]
fn a_report_fails_a_job_where_it_is_asked_to() {
    let project = project();
    saved(&project, "reports/all.json", &["api"]);
    let ran = merged(
        &project,
        &["reports/all.json", "--fail-on", "high", "--format", "csv"],
    );
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(ran.stdout.contains("api/app.py"), "{}", ran.all());
    let missing = merged(&project, &["none.json"]);
    assert_eq!(missing.code, 2, "{}", missing.all());
    let other = project.shield(["report", "convert", "shield.yaml"]);
    assert_eq!(other.code, 2, "{}", other.all());
}
