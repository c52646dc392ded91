//! The server of `tests/servers/oidc`.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

/// A running server; it ends with this value.
pub struct Server {
    child: Child,
    /// Kept open: it says more later, and ends where nobody can hear it.
    _output: BufReader<ChildStdout>,
    pub issuer: String,
}

impl Server {
    pub fn start() -> Self {
        let (place, loopback) = prepared();
        let mut command = Command::new(place.join("bin/node"));
        command.arg("--import").arg(loopback).arg(place.join("server.mjs")).arg("--until-stdin-closes");
        command.current_dir(&place).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let said: serde_json::Value = serde_json::from_str(&line).unwrap();
        Self { child, _output: output, issuer: said["issuer"].as_str().unwrap().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The installed server and what keeps it on loopback: where the task runner put them, else beside the test programs.
#[expect(clippy::disallowed_methods, reason = "the tests are told by the task runner where the servers are")]
fn prepared() -> (PathBuf, PathBuf) {
    let servers = std::env::var("POSTROOM_SERVERS")
        .map_or_else(|_| std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("servers"), PathBuf::from);
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/servers");
    let (place, node) = (servers.join("oidc"), servers.join("pds/bin/node"));
    let mut prepare = Command::new("bash");
    prepare.arg(tree.join("oidc/prepare.sh")).args([&place, &node]).stdout(Stdio::null());
    assert!(prepare.status().unwrap().success(), "the server could not be prepared in {}", place.display());
    (place, tree.join("pds/loopback.mjs"))
}
