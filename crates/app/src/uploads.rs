//! Few uploads at once, so that slow ones never take all the hands: what has no place in the line comes back shortly.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Steps before an effect that are made at once: each may have a whole picture in memory.
const AT_ONCE: usize = 32;
/// Those made and those that wait for it with a hand of the runner: half of its hands.
const WITH_A_HAND: usize = 256;

/// The places.
#[derive(Debug)]
pub struct Uploads {
    line: Semaphore,
    slots: Semaphore,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { line: Semaphore::new(WITH_A_HAND), slots: Semaphore::new(AT_ONCE) }
    }
}

impl Uploads {
    /// A place, waited for where the line is short; `None` where it is full. Dropping it gives it back.
    pub async fn place(&self) -> Option<[SemaphorePermit<'_>; 2]> {
        let line = self.line.try_acquire().ok()?;
        let slot = self.slots.acquire().await.ok()?;
        Some([line, slot])
    }
}

#[cfg(test)]
mod tests {
    use futures_like::poll_once;

    use super::*;

    /// Whether a future is ready when first asked.
    mod futures_like {
        use std::{
            future::Future,
            pin::pin,
            task::{Context, Poll, Waker},
        };

        pub fn poll_once<T>(future: impl Future<Output = T>) -> Option<T> {
            match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(value) => Some(value),
                Poll::Pending => None,
            }
        }
    }

    #[tokio::test]
    async fn slow_uploads_leave_half_of_the_hands_to_others() {
        let uploads = Uploads::default();
        let mut held = Vec::new();
        for _ in 0..AT_ONCE {
            held.push(uploads.place().await.unwrap());
        }
        let waiting: Vec<_> = (AT_ONCE..WITH_A_HAND).map(|_| uploads.line.try_acquire().unwrap()).collect();
        assert!(poll_once(uploads.place()).unwrap().is_none(), "the line is full");
        drop(waiting);
        assert!(poll_once(uploads.place()).is_none(), "it waits for a slot");
        held.pop();
        assert!(poll_once(uploads.place()).unwrap().is_some());
    }
}
