//! The world a flow lives in.

use std::{
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use domain::{
    UtcMs,
    ports::{Call, CallLog, Clock, Random},
};
use oauth::World;

struct Here(Instant);

impl Clock for Here {
    #[expect(clippy::disallowed_methods, reason = "tests make the clock the engine is given")]
    fn now(&self) -> UtcMs {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        UtcMs::from_millis(i64::try_from(since.as_millis()).unwrap())
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap()
    }
}

impl Random for Here {
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).unwrap();
    }
}

impl CallLog for Here {
    fn record(&self, _call: Call) {}
}

pub fn world() -> World {
    let here = Arc::new(Here(Instant::now()));
    let client = net::Client::new(here.clone(), here.clone(), here.clone()).unwrap();
    World { clock: here.clone(), random: here, client }
}
