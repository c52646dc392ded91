//! The runner's own socket, as a script would use it: one JSON-RPC request a line.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

/// The socket in a session's runtime folder, once a runner serves it.
pub fn find(runtime: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(runtime.join("postroom/run")).ok()?;
    entries.flatten().map(|entry| entry.path()).find(|path| UnixStream::connect(path).is_ok())
}

/// One call; what it answers.
pub fn call(socket: &Path, method: &str, params: &Value) -> Result<Value> {
    let mut stream = UnixStream::connect(socket).context("the runner's socket")?;
    // A runner with too many clients says so and hangs up, perhaps before it was asked.
    let written = writeln!(stream, "{}", json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}));
    let mut line = String::new();
    let read = BufReader::new(stream).read_line(&mut line);
    if line.is_empty() {
        written?;
        read?;
    }
    let mut answer: Value = serde_json::from_str(&line).with_context(|| format!("{method}: {line:?}"))?;
    ensure!(answer.get("error").is_none_or(Value::is_null), "{method}: {line}");
    Ok(answer["result"].take())
}
