use clap::{CommandFactory, Parser, error::ErrorKind};

use super::*;

fn parse(line: &str) -> Result<Cli, ErrorKind> {
    let words = std::iter::once("postroomctl").chain(line.split_whitespace());
    Cli::try_parse_from(words).map_err(|error| error.kind())
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_verb_on_platforms_of_ones_own_is_understood() {
    for line in [
        "apps import-env -",
        "apps import-env",
        "providers add forge.toml",
        "providers list",
        "providers show forge --json",
        "providers remove forge",
    ] {
        assert!(parse(line).is_ok(), "{line}");
    }
}

#[test]
fn every_verb_of_the_contract_is_understood() {
    let lines = [
        "platforms list",
        "platforms show x --json",
        "platforms verify x --live",
        "apps set x --client-id 1 --client-secret-stdin",
        "apps list",
        "apps remove x",
        "apps import-env .env",
        "accounts link bluesky --instance https://pds.example --method app-password --identifier a --secret-stdin",
        "accounts link x --method oauth --no-browser --timeout 60 --endpoints e.toml",
        "accounts link discord --method webhook",
        "accounts link telegram --method token",
        "accounts list",
        "accounts show acc_1",
        "accounts check acc_1",
        "accounts relink acc_1 --no-browser",
        "accounts unlink acc_1 --scheduled hold",
        "accounts unlink acc_1 --scheduled cancel",
        "media add a.png --alt Boat",
        "media list",
        "posts create --to a b --to c --text T --media a.png::Boat --media b.png --at 2026-11-24T09:30 --zone UTC",
        "posts create --to a --text-file f --thread-part 2 --thread-part 3 --variant a=v.json --option a.k=v --now",
        "posts create --to a --draft",
        "posts create --to a --next-slot",
        "posts create --to a --at 2026-11-24T09:30 --repeat FREQ=WEEKLY;BYDAY=MO",
        "series list --all",
        "series show ser_1",
        "series end ser_1",
        "slots list acc_1",
        "slots set acc_1 mon,thu@09:30 daily@18:00 --zone Europe/Berlin",
        "queue missed slot",
        "posts list --state scheduled --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z",
        "posts show post_1",
        "posts edit post_1 --text - --to a",
        "posts reschedule post_1 --at +5s",
        "posts cancel post_1",
        "posts delete post_1",
        "posts check post_1",
        "publications list --state needs_decision",
        "publications show pub_1",
        "publications retry pub_1",
        "publications retry pub_1 pub_2",
        "publications retry --all-failed --account acc_1",
        "publications retry --post post_1",
        "publications retry --waited acc_1",
        "publications cancel pub_1 pub_2",
        "publications reschedule pub_1 pub_2 --at +1h",
        "queue undo",
        "queue copied --answer send",
        "publications decide pub_1 --live --remote-id r",
        "publications decide pub_1 --not-live",
        "queue run --until-idle --for 30",
        "queue status",
        "queue pause",
        "queue resume",
        "metrics collect acc_1",
        "metrics show posts",
        "metrics export --format parquet",
        "practice status",
        "practice serve --port 4100",
        "practice serve --own-folder --data d",
        "practice fault lost_reply --times 3",
        "practice link --kind d",
        "doctor bluesky",
        "doctor",
        "data backup f",
        "data restore f",
        "data export d",
        "data erase --account acc_1",
        "audit list",
        "audit verify",
    ];
    for line in lines {
        assert_eq!(parse(line).map(drop), Ok(()), "{line}");
    }
}

#[test]
fn every_verb_on_keys_is_understood() {
    let lines = [
        "vault status",
        "vault rotate",
        "vault rotate --account acc_1",
        "vault rotate --key-stdin --vault env",
        "vault move --to keychain",
        "vault passphrase",
        "vault recovery-key",
        "vault recover --to passphrase",
    ];
    for line in lines {
        assert_eq!(parse(line).map(drop), Ok(()), "{line}");
    }
}

#[test]
fn wrong_usage_is_refused() {
    let lines = [
        ("", ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand),
        ("frobnicate", ErrorKind::InvalidSubcommand),
        ("posts create --text T", ErrorKind::MissingRequiredArgument),
        ("posts create --to a --at +5s --now", ErrorKind::ArgumentConflict),
        ("posts create --to a --draft --now", ErrorKind::ArgumentConflict),
        ("posts create --to a --next-slot --now", ErrorKind::ArgumentConflict),
        ("posts create --to a --repeat FREQ=DAILY", ErrorKind::MissingRequiredArgument),
        ("posts create --to a --text T --text-file f", ErrorKind::ArgumentConflict),
        ("publications decide pub_1", ErrorKind::MissingRequiredArgument),
        ("publications retry", ErrorKind::MissingRequiredArgument),
        ("publications retry pub_1 --all-failed", ErrorKind::ArgumentConflict),
        ("publications retry pub_1 --account acc_1", ErrorKind::ArgumentConflict),
        ("publications decide pub_1 --live --not-live", ErrorKind::ArgumentConflict),
        ("publications decide pub_1 --not-live --remote-id r", ErrorKind::ArgumentConflict),
        ("practice link --kind e", ErrorKind::InvalidValue),
        ("practice fault reject --times 0", ErrorKind::ValueValidation),
        ("accounts link x --timeout 601", ErrorKind::ValueValidation),
        ("accounts list --vault plain", ErrorKind::InvalidValue),
        ("vault move", ErrorKind::MissingRequiredArgument),
        ("vault move --to plain", ErrorKind::InvalidValue),
        ("vault rotate --account acc_1 --key-stdin", ErrorKind::ArgumentConflict),
        ("accounts list -q -v", ErrorKind::ArgumentConflict),
        ("platforms verify x", ErrorKind::MissingRequiredArgument),
    ];
    for (line, kind) in lines {
        assert_eq!(parse(line).map(drop), Err(kind), "{line}");
    }
}

#[test]
fn global_options_stand_before_or_after_the_verb() {
    for line in [
        "--data d --json -vv accounts list",
        "accounts --data d list --json -v -v",
        "accounts list --json --data d -vv",
    ] {
        let global = parse(line).map(|cli| cli.global).unwrap();
        assert_eq!((global.data, global.json, global.verbose), (Some("d".into()), true, 2), "{line}");
    }
}

#[test]
fn several_accounts_and_texts_with_hyphens_are_read() {
    let words = ["postroomctl", "posts", "create", "--to", "a", "b", "--text", "-- so it goes", "--to", "c"];
    let Verb::Posts(PostsVerb::Create(args)) = Cli::try_parse_from(words).unwrap().verb else { panic!("not a post") };
    assert_eq!(args.to, ["a", "b", "c"]);
    assert_eq!(args.writing.text.as_deref(), Some("-- so it goes"));
}
