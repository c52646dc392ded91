//! The profile and the machine: opened twice, a full disk, a database that cannot be used, a keychain that does not
//! answer, a window whose process dies.

mod database;
mod disk;
mod keychain;
mod twice;
mod web_process;

use anyhow::{Context, Result};
use journeys::{
    ctl::{Ctl, text},
    network::Network,
    until,
};
use serde_json::Value;

/// Far enough away never to be due.
const FAR: &str = "2099-12-24T08:30:00Z";

/// Schedules a text for one account; its publication.
fn schedule(ctl: &Ctl, account: &str, words: &str, at: &str) -> Result<String> {
    let post = ctl.json(&["posts", "create", "--to", account, "--text", words, "--at", at])?;
    text(&post, "/publications/0/id")
}

/// Waits until a publication is in this state; what is shown of it then.
async fn reaches(ctl: &Ctl, publication: &str, state: &str) -> Result<Value> {
    let what = format!("a publication to be {state}");
    let shown = until(&what, async || {
        let shown = ctl.publication(publication)?;
        Ok((shown["publication"]["state"] == state).then(|| shown["publication"].clone()))
    });
    match shown.await {
        Ok(shown) => Ok(shown),
        Err(error) => Err(error.context(ctl.publication(publication)?.to_string())),
    }
}

/// How often a text is on the timeline.
fn times(network: &Network, words: &str) -> Result<usize> {
    Ok(network.timeline()?.iter().filter(|post| post["text"] == words).count())
}

/// Seconds from now, as the command line takes it.
fn in_seconds(seconds: u64) -> String {
    format!("+{seconds}s")
}

/// The texts of all posts, sorted.
fn texts(ctl: &Ctl) -> Result<Vec<String>> {
    let posts = ctl.json(&["posts", "list"])?;
    let posts = posts.as_array().context("no list of posts")?;
    let mut texts: Vec<_> =
        posts.iter().map(|post| text(post, "/draft/content/parts/0/text")).collect::<Result<_>>()?;
    texts.sort();
    Ok(texts)
}
