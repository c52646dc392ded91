//! Coming back from trouble, watched in the real window: a lost answer settled by looking, an account that cannot be
//! read, posts that waited for a link, a thread that stopped half-way. The practice network's own timeline says what
//! became of each text: it is there once.

use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt};

use anyhow::{Context, Result, ensure};
use journeys::{Session, Window, ctl::text, network::Network, root, until};
use serde_json::{Value, json};
use thirtyfour::Key;

/// The window on a profile whose practice network can be made to fail.
struct Stage {
    window: Window,
    network: Network,
    session: Session,
    /// Rules of axe that were broken.
    broken: Vec<String>,
}

impl Stage {
    async fn open(name: &str) -> Result<Self> {
        let session = Session::start(name).await?;
        DirBuilder::new().mode(0o700).create(session.profile())?;
        let network = Network::start(&session.path("practice"))?;
        network.serve_profile(&session.profile())?;
        let window = Window::open(&session, &["--vault", "env"]).await?;
        window.by_role("heading", "Compose").await?;
        Ok(Self { window, network, session, broken: Vec::new() })
    }

    async fn link(&self, kind: &str, name: &str) -> Result<Value> {
        self.window.call("practice_link", json!({ "kind": kind, "name": name })).await
    }

    /// Posts now.
    async fn post(&self, account: &Value, parts: &Value) -> Result<()> {
        let draft = json!({ "accounts": [account["id"]], "content": { "parts": parts } });
        let post = json!({ "draft": draft, "when": { "kind": "now" } });
        self.window.call("posts_create", post).await.map(drop)
    }

    async fn in_state(&self, state: &str, count: u64) -> Result<()> {
        until(&format!("{count} {state}"), async || {
            let status = self.window.call("queue_status", json!({})).await?;
            Ok((status["by_state"][state].as_u64().unwrap_or(0) == count).then_some(()))
        })
        .await
    }

    async fn held_for(&self, reason: &str, count: usize) -> Result<()> {
        until(&format!("{count} held for {reason}"), async || {
            let listed = self.window.call("publications_list", json!({})).await?;
            let held = listed.as_array().context("a list")?.iter().filter(|each| each["held"] == reason).count();
            Ok((held == count).then_some(()))
        })
        .await
    }

    async fn queue(&self) -> Result<()> {
        self.window.press("link", "Queue").await?;
        self.window.by_role("heading", "Queue").await.map(drop)
    }

    /// A picture of what is shown now in both themes, and the rules it breaks.
    async fn look(&mut self, name: &str) -> Result<()> {
        for theme in ["light", "dark"] {
            self.window.call("settings_change", json!({ "theme": theme })).await?;
            self.window.screenshot(&format!("{name}-{theme}")).await?;
            self.broken.extend(self.window.axe().await?.into_iter().map(|rule| format!("{name} {theme}: {rule}")));
        }
        Ok(())
    }

    /// What is live, oldest first.
    fn live(&self) -> Result<Vec<String>> {
        self.network.timeline()?.iter().rev().map(|post| text(post, "/text")).collect()
    }

    async fn live_are(&self, count: usize) -> Result<Vec<String>> {
        until(&format!("{count} posts on the timeline"), async || {
            Ok(Some(self.live()?).filter(|live| live.len() == count))
        })
        .await
    }

    async fn done(self) -> Result<()> {
        ensure!(self.broken.is_empty(), "{:#?}", self.broken);
        let errors = self.window.errors().await?;
        ensure!(errors.is_empty(), "{errors:?}");
        Ok(())
    }
}

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

/// Links an account again from its post in the queue; the consent is given as a browser would.
async fn relink(stage: &Stage, name: &str) -> Result<()> {
    stage.window.press("button", "Relink").await?;
    stage.window.by_role("dialog", "Relink").await?;
    stage.window.press("button", "Open the browser").await?;
    stage.network.consent(&stage.session.opened_url(0).await?, "a", name)?;
    stage.window.text("is linked").await?;
    stage.window.keys(Key::Escape + "").await?;
    stage.window.gone("dialog", "Relink").await
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
    relink(&stage, "Robin").await?;
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
