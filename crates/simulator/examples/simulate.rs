//! A simulator as a process of its own, for tests that kill the product.
//!
//! ```text
//! cargo run -p simulator --example simulate -- bluesky --port 0 --data DIR [--until-stdin-closes]
//! ```
//!
//! Prints one line, `{"url":…,"journal":…,"control":…,"control_token":…}`, and runs until SIGTERM or SIGINT, or until its
//! standard input ends when asked to.

use std::path::PathBuf;

use clap::Parser;
use simulator::Simulator;
use tokio::io::AsyncReadExt;

#[derive(Debug, Parser)]
struct Arguments {
    /// Which platform.
    platform: String,
    /// Port on 127.0.0.1; 0 is a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Folder for journal.jsonl; made if need be.
    #[arg(long)]
    data: PathBuf,
    /// End when standard input ends, so that nothing outlives a killed test.
    #[arg(long)]
    until_stdin_closes: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.data)?;
    let running = Simulator::start_on(&arguments.platform, &arguments.data, arguments.port).await?;
    let ready = serde_json::json!({
        "url": running.url(),
        "journal": running.journal(),
        "control": format!("{}/__control", running.url()),
        "control_token": running.control_token(),
    });
    println!("{ready}");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = stdin_closes(), if arguments.until_stdin_closes => {}
    }
    Ok(())
}

async fn stdin_closes() {
    let mut input = tokio::io::stdin();
    let mut buffer = [0_u8; 256];
    while matches!(input.read(&mut buffer).await, Ok(read) if read > 0) {}
}
