//! A build for people has every guard: one that lacks any does not compile.

#[cfg(all(feature = "break_record_key", not(debug_assertions)))]
compile_error!("break_record_key takes a guard away to show that the tests notice; a release build must have it");
