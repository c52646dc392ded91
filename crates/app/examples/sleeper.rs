//! Sleeps to an instant of the wall clock in one of two ways and says how late it came: for comparison with the runner.
//! `sleeper naive|look MS`: `naive` trusts one timer, as a plain sleep does; `look` looks at the wall clock every 30 s.

use std::time::Duration;

use app::{
    clockwork::{Looks, WallTimer},
    system::SystemClock,
};
use domain::ports::Clock;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut words = std::env::args().skip(1);
    let way = words.next().unwrap_or_default();
    let ahead_ms: i64 = words.next().and_then(|text| text.parse().ok()).unwrap_or_default();
    let clock = SystemClock::default();
    let due = clock.now().plus_ms(ahead_ms);
    println!("armed");
    if way == "naive" {
        tokio::time::sleep_until(tokio::time::Instant::now() + Duration::from_millis(ahead_ms.unsigned_abs())).await;
    }
    while clock.now() < due {
        Looks.sleep_toward(&clock, Some(due)).await;
    }
    println!("{}", clock.now().since(due));
}
