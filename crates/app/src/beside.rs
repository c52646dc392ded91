//! What runs beside what anybody waits for: it ends with the app, and not after it.

use std::{future::Future, time::Duration};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long the end waits for what must not be broken off: longer than a call may take.
const END: Duration = Duration::from_secs(15);

/// Tasks that hold the app.
#[derive(Debug, Default)]
pub struct Beside {
    tasks: TaskTracker,
    ending: CancellationToken,
}

impl Beside {
    /// Runs what may be broken off at any point: it is dropped when the app ends.
    pub fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        let ending = self.ending.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                biased;
                () = ending.cancelled() => {}
                () = task => {}
            }
        });
    }

    /// Runs what has to come to its end although whoever asked for it may be gone: the end of the app waits for it.
    pub async fn whole<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> Option<T> {
        self.tasks.spawn(task).await.ok()
    }

    /// Breaks off the one and waits for the other.
    pub async fn end(&self) {
        self.ending.cancel();
        self.tasks.close();
        if tokio::time::timeout(END, self.tasks.wait()).await.is_err() {
            tracing::warn!("something was still under way at the end");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_hangs_is_dropped_and_what_must_end_is_waited_for() {
        let (beside, held) = (Arc::new(Beside::default()), Arc::new(()));
        let kept = Arc::clone(&held);
        beside.run(async move {
            std::future::pending::<()>().await;
            drop(kept);
        });
        let (begun, has_begun) = oneshot::channel();
        let (go, may_go) = oneshot::channel::<()>();
        let (other, kept) = (Arc::clone(&beside), Arc::clone(&held));
        // Whoever asked for it is gone before it ends.
        let asked = tokio::spawn(async move {
            other
                .whole(async move {
                    begun.send(()).unwrap();
                    may_go.await.unwrap();
                    drop(kept);
                })
                .await
        });
        has_begun.await.unwrap();
        asked.abort();
        let ending = Arc::clone(&beside);
        let ended = tokio::spawn(async move { ending.end().await });
        go.send(()).unwrap();
        ended.await.unwrap();
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
