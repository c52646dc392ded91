//! A server that is down, in the window: named while its posts wait, tried at a press, and gone once it is back.

use anyhow::{Result, ensure};
use journeys::{Session, Window, until};
use serde_json::json;

/// One per account; as many of them fail as it takes for the server to be left alone.
const POSTS: [&str; 3] =
    ["Fresh mackerel from seven, until it is gone", "The harbour fair begins at noon", "The last boat leaves at nine"];

async fn published(window: &Window) -> Result<u64> {
    let status = window.call("queue_status", json!({})).await?;
    Ok(status["by_state"]["published"].as_u64().unwrap_or(0))
}

/// Posts of three accounts go to a network that answers nothing but that it is in trouble.
async fn go_down(window: &Window) -> Result<()> {
    window.call("practice_start", json!({})).await?;
    let mut accounts = Vec::new();
    for (kind, name) in [("a", "Robin"), ("c", "Harbour News"), ("c", "The Fair")] {
        let account = window.call("practice_link", json!({ "kind": kind, "name": name })).await?;
        accounts.push(account["id"].clone());
    }
    window.call("settings_change", json!({ "close_explained": true })).await?;
    window.call("practice_fault", json!({ "kind": "server_error", "times": 1_000 })).await?;
    for (account, text) in accounts.iter().zip(POSTS) {
        let draft = json!({ "accounts": [account], "content": { "parts": [{ "text": text }] } });
        window.call("posts_create", json!({ "draft": draft, "when": { "kind": "now" } })).await?;
    }
    // Left alone for a while: one may just have tried, and the others wait.
    until("the outage", async || {
        let status = window.call("queue_status", json!({})).await?;
        let outage = &status["outages"][0];
        Ok(outage["waiting"].as_u64().is_some_and(|waiting| waiting >= 2).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_server_that_is_down_is_named_and_tried_at_a_press() -> Result<()> {
    let session = Session::start("outage").await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    go_down(&window).await?;
    window.press("link", "Queue").await?;
    window.by_role("list", "Platforms in trouble").await?;
    window.text("posts wait").await?;
    let mut broken = Vec::new();
    for theme in ["light", "dark"] {
        window.call("settings_change", json!({ "theme": theme })).await?;
        window.screenshot(&format!("outage {theme}")).await?;
        broken.extend(window.axe().await?);
    }
    ensure!(broken.is_empty(), "{broken:#?}");
    ensure!(published(&window).await? == 0, "nothing got through");

    window.call("practice_fault", json!({ "kind": "none" })).await?;
    let host = window.call("queue_status", json!({})).await?["outages"][0]["server"].clone();
    let host = host.as_str().unwrap_or_default().trim_start_matches("http://").to_owned();
    window.press("button", &format!("Try now: Practice network ({host})")).await?;
    window.gone("list", "Platforms in trouble").await?;
    until("every post to go out", async || Ok((published(&window).await? == POSTS.len() as u64).then_some(()))).await?;
    ensure!(window.errors().await?.is_empty(), "{:?}", window.errors().await?);
    Ok(())
}
