//! Guards of linking that the tests can take away one at a time, to show that an attack would succeed without its guard.
//! A build for people has every guard: one that can lack any does not compile.

#[cfg(all(feature = "break_linking", not(debug_assertions)))]
compile_error!("break_linking takes a guard away to show that the tests notice; a release build must have it");

/// Whether a guard stands. It always does, but in builds that are made to show what happens without it.
#[cfg(not(feature = "break_linking"))]
#[must_use]
pub const fn stands(_guard: &str) -> bool {
    true
}

/// Whether a guard stands: those named in `POSTROOM_WITHOUT`, with commas between, do not.
#[cfg(feature = "break_linking")]
#[expect(clippy::disallowed_methods, reason = "no build for people has this, and the tests name the guards there")]
#[must_use]
pub fn stands(guard: &str) -> bool {
    let without = std::env::var("POSTROOM_WITHOUT").unwrap_or_default();
    !without.split(',').any(|name| name == guard)
}
