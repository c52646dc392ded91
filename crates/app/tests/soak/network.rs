//! The practice network in a process of its own. It ends with whoever started it, and its clock follows theirs.

use std::{
    io::{BufRead, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, atomic::Ordering},
};

use anyhow::{Context, Result, ensure};

/// More than any soak asks for.
const MANY: usize = 10_000_000;

/// Serves until standard input ends; each line of it says how many milliseconds the clock is ahead.
pub fn serve(folder: &Path) -> Result<()> {
    let mut config = practice::Config::new(folder);
    config.limits.max_posts = MANY;
    config.limits.max_objects = MANY;
    config.limits.posts_per_window = u32::MAX;
    let ahead = Arc::clone(&config.date_ahead_ms);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let network = runtime.block_on(async { practice::bind(config).await.map(practice::Server::spawn) })?;
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        ahead.store(line?.trim().parse()?, Ordering::SeqCst);
        println!("set");
    }
    runtime.block_on(network.stop())?;
    Ok(())
}

/// A network that was started.
pub struct Network {
    child: Child,
    say: Option<ChildStdin>,
    said: std::io::BufReader<std::process::ChildStdout>,
}

impl Network {
    pub fn start(folder: &Path) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--network").arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let say = child.stdin.take();
        let said = std::io::BufReader::new(child.stdout.take().context("the network has no output")?);
        let mut network = Self { child, say, said };
        network.heard("ready")?;
        Ok(network)
    }

    pub fn set_ahead(&mut self, ms: i64) -> Result<()> {
        writeln!(self.say.as_mut().context("the network ended")?, "{ms}")?;
        self.heard("set")
    }

    fn heard(&mut self, word: &str) -> Result<()> {
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        ensure!(line.trim() == word, "the network said {line:?}");
        Ok(())
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // The end of its input is its end.
        self.say.take();
        let _ = self.child.wait();
    }
}
