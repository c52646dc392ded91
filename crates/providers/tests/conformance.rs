//! Every provider against its platform: the Bluesky and Mastodon providers against the simulator, the practice provider
//! against the practice network, once for each kind of account.
//!
//! `matrix.toml` is written by hand. It says for every target and case either `yes` or which line of the
//! platform's sheet says that there is nothing to test; leaving a line out fails.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

#[path = "conformance/bluesky.rs"]
mod bluesky_world;
#[path = "conformance/cases.rs"]
mod cases;
#[path = "conformance/change_cases.rs"]
mod change_cases;
#[path = "conformance/doubt_cases.rs"]
mod doubt_cases;
#[path = "conformance/mastodon.rs"]
mod mastodon_world;
#[path = "conformance/matrix.rs"]
mod matrix;
#[path = "conformance/practice.rs"]
mod practice_world;
#[path = "conformance/runner.rs"]
mod runner;
#[path = "conformance/world.rs"]
mod world;

use world::World;

async fn world(target: &str) -> Box<dyn World> {
    match target.split_once('_') {
        Some(("practice", kind)) => Box::new(practice_world::Practice::start(kind).await),
        Some(("mastodon", flavour)) => Box::new(mastodon_world::Mastodon::start(flavour).await),
        _ => Box::new(bluesky_world::Bluesky::start().await),
    }
}

/// Runs a case where the matrix says `yes`, and shows the sheet's line where it does not.
macro_rules! case {
    ($target:literal, $module:ident, $case:ident) => {
        #[tokio::test]
        async fn $case() {
            match crate::matrix::refusal($target, stringify!($case)) {
                None => crate::$module::$case(&*crate::world($target).await).await,
                Some(line) => println!("nothing to test: {line}"),
            }
        }
    };
}

macro_rules! targets {
    ($($target:ident = $name:literal),+ ; $cases:tt) => { $(targets!(@one $target $name $cases);)+ };
    (@one $target:ident $name:literal { $($module:ident: $($case:ident),+ ;)+ }) => {
        mod $target { $($(case!($name, $module, $case);)+)+ }
    };
}

macro_rules! suite {
    ($cases:tt) => {
        targets!(bluesky = "bluesky", mastodon_expired = "mastodon_expired", mastodon_gotosocial = "mastodon_gotosocial",
            mastodon_honoured = "mastodon_honoured", mastodon_ignored = "mastodon_ignored", practice_a = "practice_a", practice_b = "practice_b",
            practice_c = "practice_c", practice_d = "practice_d", practice_r = "practice_r"; $cases);
        suite!(@names $cases);
    };
    (@names { $($module:ident: $($case:ident),+ ;)+ }) => {
        const CASES: &[&str] = &[$($(stringify!($case)),+),+];
    };
}

suite!({
    cases: link, sign_in, wrong_password, renewal, sign_out, revoked, expired_mid_publish, restricted_account,
        text_at_limit, text_over, images_at_limit, images_over, image_too_large, alt_at_limit, alt_over, thread,
        link_card, mentions, preview_is_sent, unreachable;
    doubt_cases: lost_reply, accept_late, hang, reject, rate_limit, server_error, garbage, half_body,
        crash_between_steps, crash_after_commit, repeated_key;
    change_cases: delete, delete_gone_before, delete_lost_reply, delete_crash_between_steps, edit, edit_lost_reply,
        edit_crash_between_steps, edit_changed_elsewhere;
});

#[test]
fn the_matrix_names_every_target_and_every_case() {
    let mastodon = ["mastodon_expired", "mastodon_gotosocial", "mastodon_honoured", "mastodon_ignored"];
    let practice = ["practice_a", "practice_b", "practice_c", "practice_d", "practice_r"];
    matrix::check(&[&["bluesky"][..], &mastodon, &practice].concat(), CASES);
}

#[test]
fn every_registered_platform_is_a_target() {
    for provider in providers::Registry::standard().iter().filter(|provider| provider.descriptor().publishes) {
        assert!(matrix::targets().any(|target| target.starts_with(provider.descriptor().id)));
    }
}
