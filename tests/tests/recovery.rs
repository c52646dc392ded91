//! Coming back from trouble, watched in the real window: a lost answer settled by looking, an account that cannot be
//! read, posts that waited for a link, a thread that stopped half-way. The practice network's own timeline says what
//! became of each text: it is there once.

use anyhow::{Context, Result, ensure};
use journeys::{ctl::text, root, stage::Stage, until};
use serde_json::json;
use thirtyfour::Key;

#[tokio::test]
async fn a_lost_answer_is_settled_by_looking_while_you_watch() -> Result<()> {
    let mut stage = Stage::open("recovery-looking").await?;
    let accounts = [("a", "Robin"), ("b", "Harbour News")];
    // What is sent arrives, its answer does not, and nothing can be read back for the moment.
    stage.network.fault(&json!({ "kind": "lost_reply", "times": 2 }))?;
    stage.network.fault(&json!({ "kind": "server_error", "operation": "read", "times": 1_000 }))?;
    for (kind, name) in accounts {
        let account = stage.link(kind, name).await?;
        stage.post(&account, &json!([{ "text": format!("Low water at noon, says {name}") }])).await?;
    }
    stage.queue().await?;
    stage.in_state("unconfirmed", 2).await?;
    stage.window.text("Looking").await?;
    stage.look("looking").await?;

    stage.window.call("practice_fault", json!({ "kind": "none" })).await?;
    stage.in_state("published", 2).await?;
    stage.window.press("button", "Low water at noon, says Robin").await?;
    stage.window.text("Postroom looked, found it live, and sent nothing twice").await?;
    stage.look("settled").await?;
    let mut live = stage.live_are(2).await?;
    live.sort();
    ensure!(live == ["Low water at noon, says Harbour News", "Low water at noon, says Robin"], "{live:?}");
    stage.done().await
}

#[tokio::test]
async fn an_account_that_cannot_be_read_is_asked_about_with_both_sides_in_view() -> Result<()> {
    let mut stage = Stage::open("recovery-deciding").await?;
    let account = stage.link("d", "Notice board").await?;
    stage.network.fault(&json!({ "kind": "lost_reply" }))?;
    stage.post(&account, &json!([{ "text": "The ferry does not sail on Sunday" }])).await?;
    stage.queue().await?;
    stage.in_state("needs_decision", 1).await?;
    stage.window.press("button", "Look and decide").await?;
    stage.window.by_role("dialog", "Is this post live?").await?;
    stage.window.text("Only you can look").await?;
    stage.look("decision").await?;

    // The account's own page is one press away; the answer is its owner's, and nothing is sent again.
    stage.window.press("button", "Open the profile").await?;
    let profile = stage.session.opened_url(0).await?;
    ensure!(profile.starts_with(&stage.network.url), "{profile}");
    stage.window.press("button", "It is live").await?;
    stage.window.gone("dialog", "Is this post live?").await?;
    stage.in_state("published", 1).await?;
    ensure!(stage.live()? == ["The ferry does not sail on Sunday"], "{:?}", stage.live()?);
    stage.done().await
}

#[tokio::test]
async fn what_waited_for_a_link_goes_out_in_one_go_and_that_is_taken_back() -> Result<()> {
    let mut stage = Stage::open("recovery-redrive").await?;
    let account = stage.link("a", "Robin").await?;
    let texts = ["Nets are drying", "Ice until four", "Diesel is cheaper today"];
    stage.window.call("settings_change", json!({ "spacing_s": 0 })).await?;
    stage.window.call("queue_pause", json!({})).await?;
    for words in texts {
        stage.post(&account, &json!([{ "text": words }])).await?;
    }
    stage.in_state("held", 3).await?;
    stage.network.fault(&json!({ "kind": "revoke", "account": text(&account, "/remote_id")? }))?;
    stage.window.call("queue_resume", json!({})).await?;
    stage.held_for("relink", 3).await?;
    // Too late to go out by themselves once the account is back.
    stage.window.call("settings_change", json!({ "grace_min": 0, "spacing_s": 600 })).await?;
    stage.queue().await?;
    stage.window.press("button", "Relink").await?;
    stage.window.by_role("dialog", "Relink").await?;
    stage.consent("a", "Robin").await?;
    stage.close("dialog", "Relink").await?;
    stage.queue().await?;
    stage.held_for("missed", 3).await?;
    stage.window.text("3 posts waited for").await?;
    stage.look("waited").await?;

    stage.window.call("settings_change", json!({ "grace_min": 30 })).await?;
    stage.window.press("button", "Retry all 3").await?;
    // With the focus on its button the message stays.
    stage.window.tab_to("button", "Undo").await?;
    stage.live_are(1).await?;
    stage.in_state("published", 1).await?;
    stage.look("redriven").await?;
    stage.window.keys(Key::Enter + "").await?;
    stage.window.text("2 posts are as before. 1 of 3 had gone out").await?;
    stage.held_for("missed", 2).await?;
    stage.look("undone").await?;

    stage.window.call("settings_change", json!({ "spacing_s": 1 })).await?;
    stage.window.press("button", "Retry all 2").await?;
    stage.in_state("published", 3).await?;
    let live = stage.live_are(3).await?;
    ensure!(live == texts, "{live:?}");
    stage.done().await
}

#[tokio::test]
async fn a_thread_that_stopped_goes_on_at_the_right_part() -> Result<()> {
    let mut stage = Stage::open("recovery-thread").await?;
    let account = stage.link("a", "Robin").await?;
    let picture = root().join("icons/128x128.png");
    let added = stage.window.call("media_add", json!({ "path": picture, "alt": "The mark of the harbour" })).await?;
    // Only the second part has a picture: the first goes out, and there it stops.
    let remote = text(&account, "/remote_id")?;
    stage.network.fault(&json!({ "kind": "reject", "operation": "media", "account": remote }))?;
    let texts = ["How a net is mended", "First the torn part is cut out", "Then every mesh is tied anew"];
    let media = json!([{ "id": added["id"], "alt": "The mark of the harbour" }]);
    let parts = json!([{ "text": texts[0] }, { "text": texts[1], "media": media }, { "text": texts[2] }]);
    stage.post(&account, &parts).await?;
    stage.in_state("failed", 1).await?;
    ensure!(stage.live()? == texts[..1], "{:?}", stage.live()?);
    stage.queue().await?;
    stage.window.press("button", texts[0]).await?;
    let drawer = stage.window.by_role("dialog", texts[0]).await?;
    stage.window.text("Then every mesh is tied anew").await?;
    stage.look("thread-stopped").await?;

    until("the button of the drawer to have the focus", async || {
        stage.window.tab_to("button", "Try again").await?;
        let within = "return arguments[0].contains(document.activeElement)";
        Ok(stage
            .window
            .driver
            .execute(within, vec![drawer.to_json()?])
            .await?
            .json()
            .as_bool()
            .filter(|within| *within))
    })
    .await?;
    stage.window.keys(Key::Enter + "").await?;
    stage.in_state("published", 1).await?;
    stage.window.gone("dialog", texts[0]).await?;
    stage.window.press("button", texts[0]).await?;
    stage.window.text("3 of 3 parts").await?;
    stage.look("thread-resumed").await?;
    let posts: Vec<_> = stage.network.timeline()?.into_iter().rev().collect();
    let said: Vec<_> = posts.iter().map(|post| text(post, "/text")).collect::<Result<_>>()?;
    ensure!(said == texts, "{said:?}");
    for pair in posts.windows(2) {
        let answered = pair[1]["reply_to"].as_str().context("it answers nothing")?;
        ensure!(pair[0]["id"] == answered, "{pair:#?}");
    }
    stage.done().await
}
