//! The servers that the tests talk to.

use std::collections::BTreeMap;
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

/// Has every call fail from now on, or the next `times`; none at all without `kind`.
pub(crate) fn fail(proxy: &str, kind: Option<&str>, times: Option<u32>) -> Result<(), Failed> {
    ureq::post(format!("{proxy}/_fault")).send_json(json!({ "kind": kind, "times": times }))?;
    Ok(())
}

/// How often each action was asked for since the last fault was set.
pub(crate) fn calls(proxy: &str) -> Result<BTreeMap<String, Value>, Failed> {
    Ok(ureq::get(format!("{proxy}/_calls"))
        .call()?
        .body_mut()
        .read_json()?)
}
