//! Another program on the desktop that has a picture: to be pasted, and to be dragged into the app.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, ensure};

use crate::{command::Running, session::Session, wait::until};

/// Steps of a drag: toolkits take a press without movement for a click.
const STEPS: i32 = 12;

/// The running program.
#[derive(Debug)]
pub struct Carrier {
    _running: Running,
}

impl Carrier {
    /// Starts it with a picture, which is on the clipboard afterwards.
    pub fn start(session: &Session, picture: &Path) -> Result<Self> {
        Ok(Self { _running: session.start_script("carrier", picture)? })
    }

    /// Drags the picture's file into the middle of the window with this title, and waits until `taken`.
    pub async fn drag_to(
        &self,
        session: &Session,
        title: &str,
        mut taken: impl AsyncFnMut() -> Result<bool>,
    ) -> Result<()> {
        until("the dragged picture to be taken", async || {
            let (from, to) = (middle(session, "Carrier")?, middle(session, title)?);
            mouse(session, &["mousemove", &from.0.to_string(), &from.1.to_string(), "mousedown", "1"])?;
            for step in 1..=STEPS {
                let at = |from: i32, to: i32| (from + (to - from) * step / STEPS).to_string();
                mouse(session, &["mousemove", "--sync", &at(from.0, to.0), &at(from.1, to.1)])?;
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            mouse(session, &["mouseup", "1"])?;
            for _ in 0..40 {
                if taken().await? {
                    return Ok(Some(()));
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(None)
        })
        .await
    }
}

fn mouse(session: &Session, words: &[&str]) -> Result<()> {
    ensure!(session.command("xdotool").args(words).status()?.success(), "xdotool {words:?}");
    Ok(())
}

/// The middle of a window, in pixels of the screen.
fn middle(session: &Session, title: &str) -> Result<(i32, i32)> {
    let words = ["search", "--onlyvisible", "--name", title, "getwindowgeometry", "--shell"];
    let output = session.command("xdotool").args(words).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let of = |name: &str| -> Result<i32> {
        let line =
            text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name} {text}"))?;
        Ok(line.trim_start_matches('=').trim().parse()?)
    };
    Ok((of("X")? + of("WIDTH")? / 2, of("Y")? + of("HEIGHT")? / 2))
}
