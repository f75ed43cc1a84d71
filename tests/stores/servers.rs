//! The servers that the tests talk to.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::io::BufReader;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use libtest_mimic::Failed;
use serde_json::Value;
use serde_json::json;

/// A server on this machine, until it is dropped.
pub(crate) struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// Starts a program of Python, `PORT` in its arguments replaced, and waits until it answers.
    pub(crate) fn start(python: &Path, arguments: &[&str]) -> Result<Self, Failed> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let port_text = port.to_string();
        let process = Command::new(python)
            .args(arguments.iter().map(|it| it.replace("PORT", &port_text)))
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self { process, port };
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(server);
            }
            if let Some(status) = server.process.try_wait()? {
                return Err(format!("{arguments:?} has ended: {status}").into());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(format!("{arguments:?} does not answer").into())
    }

    /// Where it is.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it has ended by itself, there is nothing to end.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Vault itself on this machine, until it is dropped.
pub(crate) struct Itself {
    process: Child,
    /// Where it is.
    pub(crate) address: String,
    /// The token that may do everything there.
    pub(crate) token: String,
}

impl Itself {
    /// Starts it, with a KV store.
    pub(crate) fn start(program: &str) -> Result<Self, Failed> {
        let mut process = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        let said = process.stdout.take().ok_or("it says nothing")?;
        BufReader::new(said).read_line(&mut line)?;
        let ready: BTreeMap<String, String> = serde_json::from_str(&line)?;
        let text = |key: &str| ready.get(key).cloned().unwrap_or_default();
        let itself = Self {
            process,
            address: text("address"),
            token: text("token"),
        };
        let mount = json!({ "type": "kv", "options": { "version": "2" } });
        ureq::post(format!("{}/v1/sys/mounts/secret", itself.address))
            .header("X-Vault-Token", &itself.token)
            .send_json(&mount)?;
        // A new store is upgraded in the background.
        for _ in 0..100 {
            let asked = format!("{}/v1/secret/metadata?list=true", itself.address);
            let answer = ureq::get(asked)
                .header("X-Vault-Token", &itself.token)
                .call();
            if !matches!(answer, Err(ureq::Error::StatusCode(400 | 500..))) {
                return Ok(itself);
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err("its store is not ready".into())
    }
}

impl Drop for Itself {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// A server that stands in for a store, and does wrong on demand.
#[derive(Debug, Clone)]
pub(crate) struct Double {
    /// Where it is.
    pub(crate) address: String,
    /// What its tests are called by.
    pub(crate) name: &'static str,
    /// The token that may do everything there, for Vault.
    pub(crate) token: String,
    /// Where it is told what to do wrong, and where it tells how often it was called; nothing for
    /// what does not stand in for anything.
    control: Option<[&'static str; 2]>,
    /// What a call that has a value in its answer has in its name.
    reads: &'static str,
}

impl Double {
    /// AWS: moto behind the proxy.
    pub(crate) fn aws(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            name: "aws",
            token: String::new(),
            control: Some(["/_fault", "/_calls"]),
            reads: "GetSecretValue",
        }
    }

    /// Vault.
    pub(crate) fn vault(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            name: "vault",
            token: "root".to_owned(),
            control: Some(["/_fake", "/_fake"]),
            reads: "GET secret/data/",
        }
    }

    /// Vault itself, and its token.
    pub(crate) fn vault_itself(address: &str, token: &str) -> Self {
        Self {
            name: "vault-itself",
            token: token.to_owned(),
            control: None,
            ..Self::vault(address)
        }
    }

    /// The encrypted file, which is on no server.
    pub(crate) fn file() -> Self {
        Self {
            address: String::new(),
            name: "local",
            token: String::new(),
            control: None,
            reads: "",
        }
    }

    /// Whether it can be told to do wrong.
    pub(crate) fn is_double(&self) -> bool {
        self.control.is_some()
    }

    /// An address of the server's own.
    fn control(&self, number: usize) -> Result<String, Failed> {
        let places = self.control.as_ref().ok_or("it does as it likes")?;
        let place = places.get(number).ok_or("it has no such place")?;
        Ok(format!("{}{place}", self.address))
    }

    /// Has every call fail from now on, or the next `times`; none at all without `kind`.
    pub(crate) fn fail(&self, kind: Option<&str>, times: Option<u32>) -> Result<(), Failed> {
        let status = kind.and_then(|it| it.parse::<u16>().ok());
        let fault = status.map_or(json!(kind), |it| json!(it));
        let times = if kind.is_some() { times } else { Some(0) };
        self.tell(&json!({
            "kind": kind,
            "fault": fault,
            "times": times.unwrap_or(1_000_000),
        }))
    }

    /// Says what to do.
    pub(crate) fn tell(&self, what: &Value) -> Result<(), Failed> {
        ureq::post(self.control(0)?).send_json(what)?;
        Ok(())
    }

    /// Does something that is no business of shield, as AWS is asked.
    pub(crate) fn act(&self, action: &str, what: &Value) -> Result<(), Failed> {
        ureq::post(&self.address)
            .header("X-Amz-Target", format!("secretsmanager.{action}"))
            .send_json(what)?;
        Ok(())
    }

    /// How often it was called since it was last told what to do.
    pub(crate) fn calls(&self) -> Result<BTreeMap<String, u64>, Failed> {
        Ok(ureq::get(self.control(1)?).call()?.body_mut().read_json()?)
    }

    /// How often values were asked for since it was last told what to do.
    pub(crate) fn values_read(&self) -> Result<u64, Failed> {
        let calls = self.calls()?;
        let reads = calls.iter().filter(|(call, _)| call.contains(self.reads));
        Ok(reads.map(|(_, it)| it).sum())
    }
}
