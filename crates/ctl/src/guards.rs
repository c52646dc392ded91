//! A build for people has every guard: one that lacks any does not compile.

#[cfg(all(feature = "break_memory", not(debug_assertions)))]
compile_error!("break_memory takes a guard away to show that the tests notice; a release build must have it");
