//! Named steps at which a build for tests can be made to end, as a crash there would end it.
//!
//! `step!("publish.intent.commit", tx.commit().await)?` is the step itself, and in a build with the feature `failpoints`
//! a place before it and one after it. The names are found in the source by the tests that go through all of them.

/// A step with a name.
#[cfg(not(feature = "failpoints"))]
macro_rules! step {
    ($name:literal, $step:expr) => {
        $step
    };
}

/// A step with a name, which may end the process before or after it.
#[cfg(feature = "failpoints")]
macro_rules! step {
    ($name:literal, $step:expr) => {{
        fail::fail_point!(concat!($name, ".before"));
        let made = $step;
        fail::fail_point!(concat!($name, ".after"));
        made
    }};
}

/// Ends the process when it comes to `place`, the name of a step followed by `.before` or `.after`, for the `nth` time.
#[cfg(feature = "failpoints")]
pub fn end_at(place: &str, nth: usize) -> Result<(), String> {
    use std::sync::atomic::{AtomicUsize, Ordering};

    let seen = AtomicUsize::new(0);
    let ended = move || {
        if seen.fetch_add(1, Ordering::SeqCst) + 1 == nth {
            std::process::abort()
        }
    };
    fail::cfg_callback(place, ended)
}
