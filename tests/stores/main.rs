//! Every store keeps the one promise of `provision::Store`, also when it fails.
//!
//! AWS is moto's server behind `tests/servers/quirk_proxy.py`, Vault is `fake_vault.py` there, and
//! Vault itself where `SHIELD_VAULT_SERVER` names the program that `tests/servers/vault` makes. This
//! program runs itself a second time, with the settings that point there, and searches all that is
//! printed for the values that were stored: also what the clients would log, if anything let them.

mod aws;
mod bench;
mod contract;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod deep;
mod faults;
mod figure;
mod lease;
#[cfg(unix)]
mod scene;
mod servers;
#[path = "../templates/tool.rs"]
#[expect(dead_code, reason = "the tests of wrappers need more of it")]
mod tool;
#[cfg(unix)]
mod turn;
mod vault;

use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitCode;

use libtest_mimic::Arguments;
use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::secret::StoreKind;

use crate::bench::CANARY;
use crate::servers::Double;
use crate::servers::Itself;
use crate::servers::Server;

/// Set where this runs as its own child: the address of the proxy.
const PROXY: &str = "SHIELD_TEST_PROXY";

/// Set beside it: the address of the Vault.
const VAULT: &str = "SHIELD_TEST_VAULT";

/// Set beside it where there is a Vault itself: its address and its token.
const ITSELF: [&str; 2] = ["SHIELD_TEST_VAULT_ITSELF", "SHIELD_TEST_VAULT_TOKEN"];

/// Set by whoever has a Vault itself: the program.
const SERVER: &str = "SHIELD_VAULT_SERVER";

fn main() -> ExitCode {
    match variable(PROXY) {
        Some(proxy) => run(&proxy, &variable(VAULT).unwrap_or_default()),
        None => guarded().unwrap_or_else(|failed| {
            let message = failed.message().unwrap_or_default();
            writeln!(io::stderr(), "{message}").ok();
            ExitCode::FAILURE
        }),
    }
}

/// Runs the tests one after the other: faults are for all calls of a server.
fn run(proxy: &str, vault: &str) -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let (proxy, vault) = (Double::aws(proxy), Double::vault(vault));
    let mut trials = Vec::new();
    for (kind, double) in [(StoreKind::Aws, &proxy), (StoreKind::Vault, &vault)] {
        trials.extend(contract::trials(kind, double));
        trials.extend(faults::trials(kind, double));
        trials.extend(figure::trials(kind, double));
        #[cfg(unix)]
        trials.extend(crash::trials(kind, double));
        #[cfg(unix)]
        trials.extend(deep::trials(kind, double));
        #[cfg(unix)]
        trials.extend(turn::trials(kind, double));
    }
    trials.extend(contract::trials(StoreKind::Local, &Double::file()));
    if let [Some(address), Some(token)] = ITSELF.map(variable) {
        let itself = Double::vault_itself(&address, &token);
        trials.extend(contract::trials(StoreKind::Vault, &itself));
        trials.extend(figure::trials(StoreKind::Vault, &itself));
        trials.extend(lease::trials(&itself));
    }
    trials.extend(aws::trials(&proxy));
    trials.extend(vault::trials(&vault));
    trials.extend(lease::trials(&vault));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Starts the servers and runs the tests as a child, whose output has no value in it.
fn guarded() -> Result<ExitCode, Failed> {
    let version = tool::version("python3");
    let Some(version) = version else {
        // One that says what is missing, and fails on a build server.
        let trials: Vec<Trial> = vec![tool::trial("stores", "python3", None, || Ok(()))];
        return Ok(libtest_mimic::run(&Arguments::from_args(), trials).exit_code());
    };
    let python = interpreter(&version)?;
    let moto = Server::start(
        &python,
        &["-m", "moto.server", "-H", "127.0.0.1", "-p", "PORT"],
    )?;
    let proxy = Server::start(&python, &["quirk_proxy.py", &moto.address(), "PORT"])?;
    let vault = Server::start(&python, &["fake_vault.py", "PORT"])?;
    let itself = variable(SERVER).as_deref().map(Itself::start).transpose()?;
    let mut child = Command::new(std::env::current_exe()?);
    child.args(std::env::args_os().skip(1));
    for (name, _) in std::env::vars_os() {
        let shown = name.to_string_lossy();
        if shown.starts_with("AWS_") || shown.starts_with("VAULT_") {
            child.env_remove(&name);
        }
    }
    if let Some(itself) = &itself {
        let [address, token] = ITSELF;
        child.env(address, &itself.address);
        child.env(token, &itself.token);
    }
    let output = child
        .env(PROXY, proxy.address())
        .env(VAULT, vault.address())
        .env("AWS_ENDPOINT_URL", proxy.address())
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_CONFIG_FILE", "/nonexistent")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("RUST_LOG", "trace")
        // The interpreter of projects that have none of their own.
        .env("VIRTUAL_ENV", environment_of(&python))
        .output()?;
    io::stdout().write_all(&output.stdout)?;
    io::stderr().write_all(&output.stderr)?;
    let shown = [output.stdout, output.stderr].concat();
    let shown = String::from_utf8_lossy(&shown);
    if shown.contains(CANARY) {
        return Err("a value was printed".into());
    }
    Ok(if output.status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The folder of the environment that an interpreter belongs to.
fn environment_of(python: &Path) -> &Path {
    python.ancestors().nth(2).unwrap_or(python)
}

/// A Python that has moto's server.
fn interpreter(version: &str) -> Result<PathBuf, Failed> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let requirements = tests.join("projects/requirements.txt");
    tool::environment("projects-python", ("python3", version), &requirements)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the child is told by a variable that it is one"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
