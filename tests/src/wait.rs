//! Waiting for a condition that nothing announces, with a limit.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long anything local may take. Generous: it is reached only by a failure.
pub const LIMIT: Duration = Duration::from_mins(1);

/// Asks again and again until the answer is `Some`; says what was waited for when the limit passes.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if began.elapsed() > LIMIT {
            bail!("waited {} s in vain for {what}", LIMIT.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}
