//! Accounts in the real window: chosen together as groups, unlinked with either answer about their scheduled posts, and
//! linked again with schedule and history kept. What the window says is compared with the profile's database, and with
//! what the platform took.

mod groups;
mod relinking;
mod unlinking;

use anyhow::{Context, Result};
use journeys::{
    Window,
    ledger::{Entry, Reader},
    stage::Stage,
};
use serde_json::{Value, json};

/// Something said by one part.
fn says(text: &str) -> Value {
    json!([{ "text": text }])
}

/// So many seconds from now, as the wire has it.
async fn after(window: &Window, seconds: u32) -> Result<Value> {
    let script = "return new Date(Date.now() + arguments[0] * 1000).toISOString()";
    let at = window.driver.execute(script, vec![json!(seconds)]).await?;
    Ok(json!({ "kind": "instant", "at": at.json(), "zone": "Europe/Berlin" }))
}

/// A day from now.
async fn tomorrow(window: &Window) -> Result<Value> {
    after(window, 86_400).await
}

/// The profile's publications, read past the app.
fn kept(stage: &Stage) -> Result<Vec<Entry>> {
    let (folder, profile) = (stage.session.path("look"), stage.session.profile());
    // The reader waits for the database by itself, which a test that waits for other things must not.
    let read = std::thread::spawn(move || Reader::new(&folder)?.read(&profile));
    read.join().ok().context("the database could not be read")?
}

/// States of the publications with this text in the database, each with the account's id on the platform.
fn states(stage: &Stage, text: &str) -> Result<Vec<(String, String)>> {
    let entries = kept(stage)?.into_iter().filter(|entry| entry.parts == [text]);
    Ok(entries.map(|entry| (entry.account, entry.state)).collect())
}
