//! `queue run`: the headless runner. Holds the profile, serves the socket, publishes what is due, and tells it.

use std::{future::Future, sync::Arc, time::Duration};

use app::{App, Progress, Runner};
use domain::ErrorCode;
use ipc::socket::Server;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time,
};

use crate::{
    cli::RunArgs,
    console::Console,
    notifier::Native,
    profile::{Access, Profile},
    signals,
    trouble::Trouble,
    watch::Watch,
};

/// Runs until it is told to end, until idle, or for the time given.
pub async fn run(profile: &Profile, console: &Console, zone: &str, args: RunArgs) -> Result<(), Trouble> {
    let notifier = Arc::new(Native::start());
    let app = profile.hold(notifier.clone()).await?;
    let socket = Server::start(Arc::clone(&app), &profile.socket()).map_err(|error| {
        let message = "The local socket other commands use cannot be opened.";
        let mut trouble = Trouble::new(ErrorCode::StorageFailed, message, "Check that its folder can be written.");
        trouble.failure.details = error.to_string();
        trouble
    });
    let outcome = match socket {
        Ok(socket) => {
            let outcome = publish(&app, profile, console, zone, args).await;
            socket.stop().await;
            outcome
        }
        Err(trouble) => Err(trouble),
    };
    app.close().await;
    notifier.flush().await;
    outcome
}

async fn publish(
    app: &Arc<App>,
    profile: &Profile,
    console: &Console,
    zone: &str,
    args: RunArgs,
) -> Result<(), Trouble> {
    let progress = app.watch_progress();
    let runner = app.start_runner().await.map_err(|error| Trouble::from(ipc::wire::Failure::from(error)))?;
    console.hint(&format!("Publishing for {}. Ctrl-C ends it.", profile.folder.display()));
    let access = Access::Own(Arc::clone(app));
    let watch = Watch::new(&access, console, profile.clock.as_ref(), zone);
    let told = tell_until(watch, progress, end(runner, args)).await;
    told.map_err(|error| {
        let message = format!("Standard output cannot be written: {error}.");
        Trouble::new(ErrorCode::StorageFailed, message, "Keep it open while the runner works.")
    })
}

/// Returns when the runner has stopped, for whichever reason comes first.
async fn end(mut runner: Runner, args: RunArgs) {
    let limit = async {
        match args.for_s {
            Some(seconds) => time::sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    let idle = async {
        if args.until_idle {
            runner.until_idle().await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = signals::asked_to_end() => {}
        () = limit => {}
        () = idle => {}
    }
    runner.stop().await;
}

/// Tells what happens until `end`, and what happened up to it.
async fn tell_until(
    mut watch: Watch<'_>,
    mut progress: Receiver<Progress>,
    end: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let mut end = std::pin::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => break,
            received = progress.recv() => match received {
                Ok(what) => watch.tell(what).await?,
                Err(RecvError::Lagged(lost)) => tracing::warn!(lost, "events went by untold"),
                Err(RecvError::Closed) => break,
            }
        }
    }
    while let Ok(what) = progress.try_recv() {
        watch.tell(what).await?;
    }
    Ok(())
}
