//! Linux tells by itself: a timer on the wall clock ends at its instant however the clock came there (by ticking, by a
//! sleep, by being set) and when the clock is set, and costs no wake-up before. Where there is a logind, its word that
//! the machine woke is heard too.

use std::{io, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{UtcMs, ports::Clock};
use futures::StreamExt;
use rustix::{
    fd::OwnedFd,
    time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime},
};
use tokio::{
    io::{Interest, unix::AsyncFd},
    sync::{Notify, OnceCell},
};
use zbus::{MatchRule, MessageStream, message::Type};

use super::{Looks, WallTimer};

/// A timer of the kernel's wall clock, and the word of logind.
#[derive(Default)]
pub(super) struct Told {
    woke: Arc<Notify>,
    listening: OnceCell<()>,
}

#[async_trait]
impl WallTimer for Told {
    async fn sleep_toward(&self, clock: &dyn Clock, due: Option<UtcMs>) {
        self.listening.get_or_init(async || drop(tokio::spawn(listen(Arc::clone(&self.woke))))).await;
        if due.is_some_and(|due| due <= clock.now()) {
            return;
        }
        let timer = async {
            if let Err(error) = kernel(due).await {
                tracing::debug!(%error, "no timer on the wall clock; looking at it instead");
                Looks.sleep_toward(clock, due).await;
            }
        };
        tokio::select! {
            () = timer => {}
            () = elapsed(clock, due) => {}
            () = self.woke.notified() => {}
        }
    }
}

/// Ends when the time left has passed by the steady clock, for where `clock` does not go by the kernel's: the same
/// instant where it does, so no wake-up more.
async fn elapsed(clock: &dyn Clock, due: Option<UtcMs>) {
    let Some(due) = due else { return std::future::pending().await };
    let left_ms = due.since(clock.now()).max(0);
    tokio::time::sleep(Duration::from_millis(left_ms.unsigned_abs())).await;
}

/// Ends at `due` by the kernel's wall clock, and when that clock is set.
async fn kernel(due: Option<UtcMs>) -> io::Result<()> {
    let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK)?;
    // A timer that is told of changes has to be armed; the end of time will do.
    let due_ms = due.map_or(i64::MAX, UtcMs::as_millis).max(1);
    let once = Itimerspec {
        it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
        it_value: Timespec { tv_sec: due_ms / 1_000, tv_nsec: due_ms % 1_000 * 1_000_000 },
    };
    timerfd_settime(&timer, TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET, &once)?;
    #[expect(
        deprecated,
        reason = "its successor is unsafe because a type could swap its descriptor; an OwnedFd cannot"
    )]
    let timer: AsyncFd<OwnedFd> = AsyncFd::with_interest(timer, Interest::READABLE)?;
    // Readable means the instant came or the clock was set: either way the caller looks.
    timer.readable().await.map(drop)
}

/// Passes on that the machine woke, for as long as there is a system bus.
async fn listen(woke: Arc<Notify>) {
    if let Err(error) = follow(&woke).await {
        tracing::info!(%error, "logind does not tell of sleep; the kernel's timer does");
    }
}

async fn follow(woke: &Notify) -> zbus::Result<()> {
    let bus = zbus::Connection::system().await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender("org.freedesktop.login1")?
        .path("/org/freedesktop/login1")?
        .interface("org.freedesktop.login1.Manager")?
        .member("PrepareForSleep")?
        .build();
    let mut signals = MessageStream::for_match_rule(rule, &bus, Some(8)).await?;
    while let Some(signal) = signals.next().await {
        // True before the machine sleeps, false once it woke.
        if !signal?.body().deserialize::<bool>()? {
            tracing::info!("the machine woke");
            woke.notify_one();
        }
    }
    Ok(())
}
