//! Unlinking with either answer about scheduled posts, and where the platform cannot be told.

use anyhow::{Context, Result, ensure};
use journeys::{ctl::Ctl, simulated::Simulated, stage::Stage, until};
use serde_json::{Value, json};
use simulator::Command;
use thirtyfour::Key;

use crate::{kept, says, states, tomorrow};

const LIVE: &str = "The fish market opens at six";
const REGATTA: &str = "Regatta on Saturday";
const CHOIR: &str = "The choir sings in the chapel";
const BOTH: &str = "The market moves to the pier";
const SOON: &str = "The gulls are back";

/// Opens the question for an account, with how many posts it says are waiting.
async fn ask(stage: &Stage, handle: &str, waiting: &str) -> Result<()> {
    stage.window.press("button", &format!("Unlink {handle}")).await?;
    stage.window.by_role("dialog", &format!("Unlink {handle}")).await?;
    stage.window.text(waiting).await
}

/// The only publication with such words, as the app tells it.
async fn the_only(stage: &Stage, words: &str) -> Result<Value> {
    let mut found = stage.publications(words).await?;
    ensure!(found.len() == 1, "{found:#?}");
    found.pop().context("none")
}

/// Nothing that opens the account is kept.
async fn forgotten(stage: &Stage, account: &Value) -> Result<()> {
    let secrets = stage.window.call("secrets_list", json!({})).await?;
    let left = secrets.as_array().context("a list")?.iter().any(|secret| secret["account"] == account["id"]);
    ensure!(!left, "{secrets}");
    Ok(())
}

/// The posts are held; linked again by its owner, the account has them back at their times, and they go out once.
async fn hold(stage: &mut Stage, robin: &Value) -> Result<()> {
    let planned = the_only(stage, REGATTA).await?;
    ask(stage, "Robin", "3 posts are waiting for this account.").await?;
    stage.look("unlink").await?;
    stage.window.press_this("button", "Unlink").await?;
    stage.window.text("Robin is unlinked.").await?;
    stage.window.gone("article", "Robin").await?;
    forgotten(stage, robin).await?;
    stage.held_for("relink", 3).await?;
    let held = the_only(stage, REGATTA).await?;
    ensure!(held["schedule"] == planned["schedule"], "{held}");
    stage.queue().await?;
    stage.window.text("Waiting for relink").await?;
    stage.look("unlink-held").await?;
    ensure!(stage.live()? == [LIVE], "{:?}", stage.live()?);

    stage.show("Accounts").await?;
    stage.window.press("button", "Link account").await?;
    stage.window.press("button", "Practice network").await?;
    stage.consent("a", "Robin").await?;
    stage.close("dialog", "Link account").await?;
    stage.window.by_role("article", "Robin").await?;
    let back = the_only(stage, REGATTA).await?;
    let same = ["id", "account", "schedule"].iter().all(|field| back[*field] == planned[*field]);
    ensure!(same && back["state"] == "scheduled" && stage.live()? == [LIVE], "{planned} {back}");
    let now = json!({ "id": the_only(stage, SOON).await?["post"], "when": { "kind": "now" } });
    stage.window.call("posts_schedule", now).await?;
    ensure!(stage.live_are(2).await? == [LIVE, SOON], "{:?}", stage.live()?);
    stage.in_state("published", 2).await
}

/// The posts are cancelled: what was for this account alone is a draft again, and the other account keeps its part.
async fn cancel(stage: &mut Stage, news: &Value) -> Result<()> {
    ask(stage, "Harbour News", "2 posts are waiting for this account.").await?;
    stage.window.tab_to("radio", "Hold them").await?;
    stage.window.keys(Key::Down + "").await?;
    stage.look("unlink-cancel").await?;
    stage.window.press_this("button", "Unlink").await?;
    stage.window.text("Harbour News is unlinked.").await?;
    stage.window.gone("article", "Harbour News").await?;
    forgotten(stage, news).await?;
    ensure!(stage.publications(CHOIR).await?.is_empty() && states(stage, CHOIR)?.is_empty(), "{:?}", kept(stage)?);
    let both = the_only(stage, BOTH).await?;
    ensure!(both["handle"] == "Robin" && both["state"] == "scheduled", "{both}");
    let drafts = stage.window.call("posts_list", json!({ "state": "draft" })).await?;
    let drafts = drafts.as_array().context("a list")?;
    let text = |post: &Value| post["draft"]["content"]["parts"][0]["text"] == CHOIR;
    ensure!(drafts.iter().filter(|post| text(post)).count() == 1, "{drafts:?}");

    // Linked again, it has nothing to do: what was cancelled stays so.
    stage.window.press("button", "Link account").await?;
    stage.window.press("button", "Practice network").await?;
    stage.window.tab_to("radio", "With keys").await?;
    stage.window.keys(Key::Down + "").await?;
    stage.consent("b", "Harbour News").await?;
    stage.close("dialog", "Link account").await?;
    stage.window.by_role("article", "Harbour News").await?;
    ensure!(stage.publications(CHOIR).await?.is_empty() && stage.live()? == [LIVE, SOON], "{:?}", stage.live()?);
    Ok(())
}

#[tokio::test]
async fn scheduled_posts_are_held_or_cancelled_as_their_owner_says() -> Result<()> {
    let mut stage = Stage::open("accounts-unlinking").await?;
    let robin = stage.link("a", "Robin").await?;
    let news = stage.link("b", "Harbour News").await?;
    stage.post(&robin, &says(LIVE)).await?;
    stage.in_state("published", 1).await?;
    let day = tomorrow(&stage.window).await?;
    stage.plan(&[&robin], &says(REGATTA), &day).await?;
    stage.plan(&[&news], &says(CHOIR), &day).await?;
    stage.plan(&[&robin, &news], &says(BOTH), &day).await?;
    stage.show("Accounts").await?;
    stage.plan(&[&robin], &says(SOON), &day).await?;
    hold(&mut stage, &robin).await?;
    cancel(&mut stage, &news).await?;

    // The window, the command line and the database tell the same.
    let ctl = Ctl::in_session(&stage.session, "env")?;
    let listed = ctl.json(&["publications", "list"])?;
    let listed = listed.as_array().context("a list")?;
    let entries = kept(&stage)?;
    let told = stage.publications("").await?;
    for entry in &entries {
        let id = json!(entry.id);
        let state = |all: &[Value]| all.iter().find(|each| each["id"] == id).map(|each| each["state"].clone());
        let (line, window) = (state(listed), state(&told));
        ensure!(line == Some(json!(entry.state)) && line == window, "{entry:?}: {line:?}, {window:?}");
    }
    ensure!((entries.len(), listed.len(), told.len()) == (4, 4, 4), "{entries:#?}");
    // What was published stays in the history, of an account that was away in between.
    stage.queue().await?;
    stage.window.press("button", LIVE).await?;
    stage.window.by_role("dialog", LIVE).await?;
    stage.window.text("Published").await?;
    stage.done().await
}

/// Links an account of a Mastodon server, and plans a post there.
async fn link_elsewhere(stage: &Stage) -> Result<(Simulated, Value)> {
    let server = Simulated::start("mastodon", &stage.session.path("server"))?;
    server.control(&Command::add_account("ash", "correct horse"))?;
    server.set(&json!({ "domain": "example.social" }))?;
    let start = json!({
        "platform": "mastodon", "method": "oauth", "instance": server.url(), "open_browser": true, "endpoints": {},
    });
    let seen = stage.session.opened_count();
    let attempt = stage.window.call("link_start", start).await?;
    server.consent(&stage.session.opened_url(seen).await?, "ash", "correct horse")?;
    let account = until("the account of the server", async || {
        let status = stage.window.call("link_status", json!({ "id": attempt["id"] })).await?;
        Ok((status["stage"] == "done").then(|| status["account"].clone()))
    })
    .await?;
    let day = tomorrow(&stage.window).await?;
    stage.plan(&[&account], &says(REGATTA), &day).await?;
    Ok((server, account))
}

#[tokio::test]
async fn an_account_is_unlinked_here_where_its_server_cannot_be_told() -> Result<()> {
    let mut stage = Stage::open("accounts-unreached").await?;
    let (server, account) = link_elsewhere(&stage).await?;
    let page = format!("{}/oauth/authorized_applications", server.url());
    drop(server);
    stage.show("Accounts").await?;
    ask(&stage, "ash@example.social", "1 post is waiting for this account.").await?;
    stage.window.press_this("button", "Unlink").await?;
    stage.window.by_role("dialog", "ash@example.social is unlinked").await?;
    stage.window.text("could not be told").await?;
    let shown = stage.window.by_role("textbox", "Page to end it").await?;
    ensure!(shown.value().await?.as_deref() == Some(page.as_str()), "{:?}", shown.value().await?);
    stage.look("unlink-unreached").await?;
    stage.window.press("button", "Close").await?;
    stage.window.gone("article", "ash@example.social").await?;
    forgotten(&stage, &account).await?;
    stage.held_for("relink", 1).await?;
    ensure!(matches!(states(&stage, REGATTA)?.as_slice(), [(_, state)] if state == "held"), "{:?}", kept(&stage)?);
    stage.done().await
}
