//! Servers of the Mastodon family through `postroomctl`: linked with a registration of our own, every kind of post,
//! unlinked; then kills and lost replies where the Idempotency-Key is honoured, ignored, or forgotten by the next call,
//! and kills on Bluesky's own data server.

use anyhow::{Context, Result, ensure};
use journeys::{
    controls,
    ctl::{Ctl, list, text},
    fediverse::{MODES, OWNER, Server},
    kills::{self, Campaign},
    plan::BLUESKY,
    program,
    results::Results,
    root,
    torture::{Asked, Sum, say},
};
use serde_json::{Value, json};
use simulator::Effect;

const PROOF: &str = "fediverse";

#[test]
fn a_server_is_linked_posted_to_and_left() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pf").tempdir()?;
    for mode in MODES {
        let home = home.path().join(mode);
        let (ctl, server) = (Ctl::new(&home)?, Server::start(mode, &home)?);
        let linked = server.link(&ctl)?;
        let host = server.simulated.url().trim_start_matches("http://");
        ensure!(text(&linked.account, "/handle")? == format!("{OWNER}@{host}"), "{:?}", linked.account);
        ensure!(linked.consent.contains("code_challenge_method=S256"), "{}", linked.consent);
        ensure!(server.simulated.tokens_of(OWNER)? == 1, "{mode}: one grant");
        let account = text(&linked.account, "/id")?;
        let live = every_kind(&ctl, &server, &account)?;
        ctl.json(&["accounts", "unlink", &account])?;
        ensure!(server.simulated.tokens_of(OWNER)? == 0, "{mode}: unlinking gives the access back");
        link_again(&ctl, &server, &linked.consent)?;
        say(&format!("fediverse: {mode}: linked, {live} posts of every kind live once, unlinked and revoked"));
    }
    Ok(())
}

/// The client an address asks consent for.
fn client_of(address: &str) -> Result<String> {
    let url = url::Url::parse(address)?;
    let found = url.query_pairs().find(|(name, _)| name == "client_id");
    Ok(found.context("no client")?.1.into_owned())
}

/// The registration serves again where the server ignores ports; a second account is asked for as one.
fn link_again(ctl: &Ctl, server: &Server, first: &str) -> Result<()> {
    let again = server.link(ctl)?;
    let keeps = server.mode != "mastodon_ignored";
    ensure!((client_of(first)? == client_of(&again.consent)?) == keeps, "{first}\n{}", again.consent);
    ensure!(!again.consent.contains("force_login"), "nobody is linked: {}", again.consent);
    let other = server.link(ctl)?;
    ensure!(other.consent.contains("force_login=true"), "somebody is linked: {}", other.consent);
    ensure!(other.account["id"] == again.account["id"], "the same owner is the same account");
    Ok(())
}

/// Every kind of post there is, as the server took it; how many.
fn every_kind(ctl: &Ctl, server: &Server, account: &str) -> Result<usize> {
    let media = format!("{}::An icon", root().join("icons/128x128.png").display());
    let option = |name: &str, value: &str| format!("{account}.{name}={value}");
    let poll = option("poll", &json!({"answers": ["Yes", "No"], "life_s": 3_600, "multiple": true}).to_string());
    let (hidden, warning, language) =
        (option("visibility", "unlisted"), option("content_warning", "Careful"), option("language", "de"));
    let to = ["posts", "create", "--now", "--to", account];
    for words in [
        &["--text", "Plain words with https://example.com/a?b=1 in them"][..],
        &["--text", "A picture", "--media", &media],
        &["--text", "A question", "--option", &poll],
        &["--text", "Ein Satz", "--option", &hidden, "--option", &warning, "--option", &language],
        &["--text", "One of two", "--thread-part", "Two of two"],
    ] {
        ctl.json(&[&to, words].concat())?;
        // One after another: the server lists them in this order.
        ctl.run_until_idle()?;
    }
    let both = [&to[..], &["--text", "Both", "--media", &media, "--option", &poll]].concat();
    let (_, refusal) = ctl.refused(&both, "")?;
    ensure!(refusal.to_string().contains("poll"), "a poll with a picture: {refusal}");
    let publications = ctl.json(&["publications", "list"])?;
    let live = |publication: &Value| publication["state"] == "published";
    ensure!(list(&publications, "")?.iter().all(live), "{publications}");
    let made: Vec<_> = server.simulated.effects()?.into_iter().filter(Effect::made_something).collect();
    compare(&made)
}

/// What the server took, one after another.
fn compare(made: &[Effect]) -> Result<usize> {
    let texts: Vec<_> = made.iter().filter_map(|effect| effect.get("text")).collect();
    let plain = "Plain words with https://example.com/a?b=1 in them";
    ensure!(texts == [plain, "A picture", "A question", "Ein Satz", "One of two", "Two of two"], "{texts:?}");
    let of = |place: usize, name: &str| made.get(place).and_then(|effect| effect.detail.get(name)).cloned();
    let alt = of(1, "media").and_then(|media| media.pointer("/0/description").cloned());
    ensure!(alt == Some(json!("An icon")), "{:?}", made.get(1));
    let poll = json!({"options": ["Yes", "No"], "expires_in": 3_600, "multiple": true, "hide_totals": false});
    ensure!(of(2, "poll") == Some(poll), "{:?}", made.get(2));
    for (name, value) in [("visibility", "unlisted"), ("spoiler_text", "Careful"), ("language", "de")] {
        ensure!(of(3, name) == Some(json!(value)), "{name}: {:?}", made.get(3));
    }
    ensure!(of(0, "visibility") == Some(json!("public")) && of(0, "spoiler_text") == Some(json!("")), "{:?}", made[0]);
    ensure!(of(5, "in_reply_to_id").is_some_and(|parent| Some(parent) == of(4, "id")), "{:?}", made.get(5));
    Ok(made.len())
}

#[test]
fn nothing_is_lost_and_nothing_doubled_whatever_becomes_of_the_key() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pf").tempdir()?;
    let asked = Asked::from_environment(8, 100, 8)?;
    let kinds = [&MODES[..], &[BLUESKY]].concat();
    let campaign = Campaign::new(program("POSTROOMCTL_BIN", "postroomctl")?, &kinds);
    let sum = kills::run(PROOF, &asked, &campaign, home.path())?;
    if !sum.wrong.is_empty() {
        say(&format!("the profiles are kept in {}", home.keep().display()));
    }
    sum.must_be_right(PROOF)
}

/// Shows a build that lacks a guard to the judge, unless that was done at this commit; what it found is kept.
fn control(feature: &str, kinds: &[&'static str], figures: impl Fn(&Sum) -> Result<Value>) -> Result<()> {
    let asked = Asked::from_environment(1, 1, 1)?;
    let mut results = asked.recorded.then(|| Results::open(PROOF)).transpose()?;
    if asked.is_replay() || results.as_ref().is_some_and(|results| results.has_control(feature)) {
        return Ok(());
    }
    let home = tempfile::Builder::new().prefix("pf").tempdir()?;
    let broken = Campaign::broken(&controls::build(feature)?, kinds);
    let figures = figures(&kills::run(feature, &Asked::few(6, 4), &broken, home.path())?)?;
    if let Some(results) = &mut results {
        results.control(feature, &figures);
    }
    results.map_or(Ok(()), |results| results.save())
}

fn doubled_on(sum: &Sum, kind: &str) -> u64 {
    sum.figure(&format!("/by_kind/{kind}/doubled"))
}

/// Without the confirming look the key alone must do, and only where it is honoured can it: anywhere else the judge has
/// to find doubles, or the zero above would mean nothing.
#[test]
fn without_looking_first_the_judge_finds_doubles_where_no_key_helps() -> Result<()> {
    control("break_confirm", &MODES, |sum| {
        for mode in MODES {
            let none = doubled_on(sum, mode) == 0;
            ensure!(none == (mode == "mastodon_honoured"), "{mode}: {}", sum.figures);
        }
        let doubled: serde_json::Map<_, _> =
            MODES.into_iter().map(|mode| (mode.to_owned(), json!(doubled_on(sum, mode)))).collect();
        Ok(json!({"trials": sum.trials, "kills": sum.figure("/kills"), "doubled": doubled}))
    })
}

/// A key that changes must show on every kind of account that has one.
#[test]
fn with_another_key_at_every_try_the_judge_finds_doubles() -> Result<()> {
    let kinds = ["a", BLUESKY];
    control("break_record_key", &kinds, |sum| {
        let doubled = kinds.map(|kind| doubled_on(sum, kind));
        ensure!(doubled.iter().all(|times| *times > 0), "{}", sum.figures);
        Ok(json!({"trials": sum.trials, "kills": sum.figure("/kills"), "doubled": doubled.iter().sum::<u64>()}))
    })
}
