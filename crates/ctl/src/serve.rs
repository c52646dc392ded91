//! `practice serve`: the practice network in this process, until it is told to end.

use std::{future::Future, path::PathBuf, pin::pin};

use domain::ErrorCode;
use ipc::wire::PracticeView;
use serde_json::json;

use crate::{console::Console, render, trouble::Trouble};

/// Serves until `end`. Prints one line once others can find it.
pub async fn run(folder: PathBuf, port: u16, console: &Console, end: impl Future<Output = ()>) -> Result<(), Trouble> {
    let config = practice::Config::new(&folder).port(port);
    let server = practice::bind(config).await.map_err(|error| failed(&error))?;
    let url = server.url().to_owned();
    let timeline_url = format!("{url}/timeline");
    let mut serving = pin!(server.run(end));
    // Its address is in its folder once it was given its first turn.
    tokio::select! {
        biased;
        ended = &mut serving => return ended.map_err(|error| failed(&error)),
        () = std::future::ready(()) => {}
    }
    let view = PracticeView { running: true, url, timeline_url, folder: folder.display().to_string() };
    let line = json!({"url": view.url, "timeline_url": view.timeline_url, "folder": view.folder});
    if let Err(error) = console.entry(&line, &render::practice(&view)) {
        tracing::warn!(%error, "nobody reads the address");
    }
    serving.await.map_err(|error| failed(&error))
}

fn failed(error: &practice::PracticeError) -> Trouble {
    let code = match error {
        practice::PracticeError::Busy(_) => ErrorCode::ProfileBusy,
        practice::PracticeError::Listen { .. } => ErrorCode::PlatformUnavailable,
        _ => ErrorCode::StorageFailed,
    };
    let mut trouble = Trouble::new(
        code,
        "The practice network could not be started.",
        "See the details; another port or folder may help.",
    );
    trouble.failure.details = error.to_string();
    trouble
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Screen;

    #[tokio::test]
    async fn the_address_is_printed_once_it_can_be_found_and_a_second_network_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let screen = Screen::default();
        let folder = dir.path().join("practice");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let console = screen.console(true);
        let first = run(folder.clone(), 0, &console, async { drop(stopped.await) });
        let second = async {
            while screen.out().is_empty() {
                tokio::task::yield_now().await;
            }
            let address = std::fs::read_to_string(folder.join("address.json")).unwrap();
            let line: serde_json::Value = serde_json::from_str(&screen.out()).unwrap();
            assert!(address.contains(line["url"].as_str().unwrap()));
            assert_eq!(line["timeline_url"], format!("{}/timeline", line["url"].as_str().unwrap()));
            let refused = run(folder.clone(), 0, &console, std::future::pending()).await.unwrap_err();
            drop(stop);
            refused
        };
        let (first, second) = tokio::join!(first, second);
        assert_eq!((first, second.failure.code), (Ok(()), ErrorCode::ProfileBusy));
        assert_eq!(screen.out().lines().count(), 1);
    }
}
