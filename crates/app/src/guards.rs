//! A build for people has every guard: one that lacks any does not compile.

#[cfg(all(feature = "break_absence", not(debug_assertions)))]
compile_error!("break_absence takes a guard away to show that the tests notice; a release build must have it");

#[cfg(all(feature = "break_confirm", not(debug_assertions)))]
compile_error!("break_confirm takes a guard away to show that the tests notice; a release build must have it");

#[cfg(all(feature = "break_intent", not(debug_assertions)))]
compile_error!("break_intent takes a guard away to show that the tests notice; a release build must have it");

#[cfg(all(feature = "failpoints", not(debug_assertions)))]
compile_error!(
    "failpoints takes a guard away: it ends the process where the tests say; a release build must not do that"
);

#[cfg(all(feature = "break_lock", not(debug_assertions)))]
compile_error!("break_lock takes a guard away to show that the tests notice; a release build must have it");

#[cfg(all(feature = "break_refresh_lock", not(debug_assertions)))]
compile_error!("break_refresh_lock takes a guard away to show that the tests notice; a release build must have it");

#[cfg(all(feature = "break_rotation", not(debug_assertions)))]
compile_error!("break_rotation takes a guard away to show that the tests notice; a release build must have it");
