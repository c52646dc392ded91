//! Secrets that a server tells unasked, and people write where none belong: webhook addresses, tokens in paths and query
//! strings, in refusals, pages, redirects, headers and fields beside what was asked for.

use anyhow::{Context, Result, ensure};
use journeys::{
    ctl::{Ctl, text},
    gossip::{Gossip, Mood, secret},
    http,
    planted::{Planted, consented, kept},
};
use serde_json::Value;

const PLATFORM: &str = "harbour";

/// A platform of the user's own, whose server gossips. Addresses with secrets in them are refused; they are returned.
fn defined(ctl: &Ctl, gossip: &Gossip) -> Result<Planted> {
    let definition = |userinfo: &str| {
        let url = &gossip.url;
        let about = format!("id = \"{PLATFORM}\"\nname = \"Harbour\"\nscopes = [\"read\"]\nway_back = \"any_port\"\n");
        format!("{about}authorize = \"{url}/authorize\"\ntoken = \"{url}/token\"\nuserinfo = \"{userinfo}\"\n")
    };
    let mut planted = Planted::new();
    for name in ["access_token", "key", "sig"] {
        let value = secret(32);
        let address = format!("{}/me?{name}={value}", gossip.url);
        let refused = kept(ctl, &format!("defined-{name}"), &["providers", "add", "-"], &definition(&address))?;
        ensure!(refused["problems"][0]["wrong"] == "secret", "an address with a secret in it was taken: {refused}");
        planted.push((format!("{name} in a defined address"), value));
    }
    kept(ctl, "defined", &["providers", "add", "-"], &definition(&format!("{}/me", gossip.url)))?;
    let own = secret(32);
    let line = ["apps", "set", PLATFORM, "--client-id", "an-app-of-mine", "--client-secret-stdin"];
    kept(ctl, "defined-app", &line, &own)?;
    planted.push(("client secret of one's own platform".to_owned(), own));
    Ok(planted)
}

/// Comes back to the app as a browser does, with an answer of the consent page.
fn come_back(shown: &Value, answer: &str) -> Result<()> {
    let address = text(shown, "/authorize_url")?;
    let query = address.split_once('?').context("an address without a query")?.1;
    let state = query.split('&').find_map(|pair| pair.strip_prefix("state=")).context("no state")?;
    http::get(&format!("{}?{answer}&state={state}", text(shown, "/redirect_uri")?)).map(drop)
}

/// Links while the server is in each mood; the account in the end.
fn linked(ctl: &Ctl, gossip: &Gossip) -> Result<String> {
    let encoded = |words: &str| url::form_urlencoded::byte_serialize(words.as_bytes()).collect::<String>();
    for mood in [Mood::Refusing, Mood::Broken, Mood::Elsewhere] {
        gossip.set(mood);
        let code = gossip.plant("code", 32);
        let none = consented(ctl, PLATFORM, &[], |shown| come_back(shown, &format!("code={code}")))?;
        ensure!(none.is_none(), "linked while the server is {mood:?}");
    }
    let denied = format!("error=access_denied&error_description={}", encoded(&gossip.words()));
    ensure!(consented(ctl, PLATFORM, &[], |shown| come_back(shown, &denied))?.is_none(), "linked against a no");
    gossip.set(Mood::Obliging);
    let code = gossip.plant("code", 32);
    let account = consented(ctl, PLATFORM, &[], |shown| come_back(shown, &format!("code={code}")))?;
    text(&account.context("an obliging server was not linked with")?, "/id")
}

/// Names servers by addresses with secrets in them, as somebody does who pastes the wrong one.
fn named(ctl: &Ctl, gossip: &Gossip) -> Result<()> {
    for (nth, mood) in [Mood::Refusing, Mood::Elsewhere].into_iter().enumerate() {
        gossip.set(mood);
        for (way, address) in [
            ("hook", gossip.slack_webhook()),
            ("path", format!("{}/{}", gossip.url, gossip.plant("token in a server's path", 40))),
            ("query", format!("{}/?token={}", gossip.url, gossip.plant("token in a server's query", 40))),
            ("name", format!("http://me:{}@{}", gossip.plant("password of a server", 40), &gossip.url[7..])),
        ] {
            let line = ["accounts", "link", "mastodon", "--no-browser", "--instance", &address];
            kept(ctl, &format!("named-{way}-{nth}"), &line, "")?;
        }
    }
    Ok(())
}

/// Does all of it, asks for everything that can be told of it afterwards, and returns what must be nowhere.
pub fn told(ctl: &Ctl) -> Result<Planted> {
    let gossip = Gossip::start()?;
    let mut planted = defined(ctl, &gossip)?;
    named(ctl, &gossip)?;
    let account = linked(ctl, &gossip)?;
    for (name, mood) in [
        ("obliging", Mood::Obliging),
        ("broken", Mood::Broken),
        ("elsewhere", Mood::Elsewhere),
        ("refusing", Mood::Refusing),
    ] {
        gossip.set(mood);
        kept(ctl, &format!("doctor-account-{name}"), &["doctor", &account], "")?;
        kept(ctl, &format!("doctor-platform-{name}"), &["doctor", PLATFORM], "")?;
        kept(ctl, &format!("check-{name}"), &["accounts", "check", &account], "")?;
    }
    planted.extend(gossip.said());
    for kind in ["webhook of Slack", "webhook of Discord", "token in a path", "token in a query", "refresh token"] {
        ensure!(planted.iter().any(|(name, _)| name.starts_with(kind)), "no {kind} passed");
    }
    Ok(planted)
}

/// Everything that the command line tells of a profile, kept where it is scanned.
pub fn exported(ctl: &Ctl) -> Result<()> {
    for line in [
        &["accounts", "list"][..],
        &["accounts", "secrets"],
        &["apps", "list"],
        &["providers", "list"],
        &["providers", "show", PLATFORM],
        &["platforms", "list"],
        &["posts", "list"],
        &["publications", "list"],
        &["queue", "status"],
        &["vault", "status"],
        &["doctor"],
    ] {
        kept(ctl, &format!("told-{}", line.join("-")), line, "")?;
    }
    for publication in ctl.json(&["publications", "list"])?.as_array().context("no list")? {
        let id = text(publication, "/id")?;
        kept(ctl, &format!("told-{id}"), &["publications", "show", &id], "")?;
    }
    for account in ctl.json(&["accounts", "list"])?.as_array().context("no list")? {
        let id = text(account, "/id")?;
        kept(ctl, &format!("told-{id}"), &["accounts", "show", &id], "")?;
    }
    Ok(())
}
