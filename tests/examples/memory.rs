//! Memory of the app beside the bare one, in the same run: never opened, open, closed again. Prints one JSON object.
//!
//! Takes `POSTROOM_BIN` and `BARE_BIN`, release builds both; `ROUNDS` (5) and `IDLE_S` (60) say how often and after how
//! long a rest is measured. `cargo xtask measure` runs it.

use std::{
    io::Write,
    process::{Child, ChildStdin, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};
use journeys::{Session, Window, environment, process, program, until};
use serde_json::{Value, json};

/// One of the two apps.
#[derive(Debug, Clone, Copy)]
enum Which {
    Postroom,
    Bare,
}

/// A running app; it is killed when this is dropped.
struct App {
    which: Which,
    child: Child,
    input: ChildStdin,
}

impl App {
    fn start(session: &Session, which: Which) -> Result<Self> {
        let mut command = match which {
            Which::Postroom => {
                let mut command = session.command(program("POSTROOM_BIN", "postroom")?);
                command.arg("--hidden").arg("--data").arg(session.profile()).args(["--vault", "env"]);
                command
            }
            Which::Bare => session.command(program("BARE_BIN", "bare")?),
        };
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let input = child.stdin.take().context("no input")?;
        Ok(Self { which, child, input })
    }

    async fn open(&mut self, session: &Session) -> Result<()> {
        match self.which {
            Which::Postroom => {
                let mut again: Command = Window::start_again(session)?;
                anyhow::ensure!(again.status()?.success(), "the second start failed");
            }
            Which::Bare => self.input.write_all(b"open\n")?,
        }
        session.focus(self.title()).await
    }

    async fn close(&self, session: &Session) -> Result<()> {
        session.close(self.title()).await?;
        until("the web process to end", async || {
            Ok(process::named(self.child.id(), "WebKitWebProcess")?.is_empty().then_some(()))
        })
        .await
    }

    fn title(&self) -> &'static str {
        match self.which {
            Which::Postroom => "Postroom",
            Which::Bare => "Bare",
        }
    }

    /// Memory of the app and all its processes after a rest, in bytes.
    async fn memory(&self, rest: Duration) -> Result<u64> {
        tokio::time::sleep(rest).await;
        process::pss(self.child.id())
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The three states of one app on a fresh desktop.
async fn round(which: Which, rest: Duration) -> Result<[u64; 3]> {
    let session = Session::start("memory").await?;
    let mut app = App::start(&session, which)?;
    let never = app.memory(rest).await?;
    app.open(&session).await?;
    let open = app.memory(rest).await?;
    app.close(&session).await?;
    let closed = app.memory(rest).await?;
    Ok([never, open, closed])
}

fn number(name: &str, otherwise: u64) -> Result<u64> {
    environment(name).map_or(Ok(otherwise), |text| text.parse().context(name.to_owned()))
}

fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Median and every round of one app, by state, in bytes.
fn figures(rounds: &[[u64; 3]]) -> Value {
    let of = |state: usize| {
        let values: Vec<_> = rounds.iter().filter_map(|round| round.get(state).copied()).collect();
        json!({"median": median(&values), "rounds": values})
    };
    json!({"never_opened": of(0), "open": of(1), "closed_again": of(2)})
}

#[tokio::main]
async fn main() -> Result<()> {
    let rest = Duration::from_secs(number("IDLE_S", 60)?);
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for number in 1..=number("ROUNDS", 5)? {
        bare.push(round(Which::Bare, rest).await?);
        ours.push(round(Which::Postroom, rest).await?);
        eprintln!("round {number}: bare {:?}, Postroom {:?}", bare.last(), ours.last());
    }
    println!("{}", json!({"idle_s": rest.as_secs(), "postroom": figures(&ours), "bare": figures(&bare)}));
    Ok(())
}
