//! An account that needs linking again is linked again: the same account, with its schedule and its history.

use anyhow::{Context, Result, ensure};
use journeys::{ctl::text, stage::Stage};
use serde_json::{Value, json};

use crate::{after, says, states, tomorrow};

const BEFORE: &str = "The lighthouse is open";
const SOON: &str = "Tide table for today";
const LATER: &str = "Boat race at noon";

async fn account(stage: &Stage) -> Result<Value> {
    let listed = stage.window.call("accounts_list", json!({})).await?;
    ensure!(listed[1].is_null(), "one account: {listed}");
    Ok(listed[0].clone())
}

#[tokio::test]
async fn a_relinked_account_keeps_its_schedule_and_its_history() -> Result<()> {
    let mut stage = Stage::open("accounts-relinking").await?;
    let robin = stage.link("a", "Robin").await?;
    stage.post(&robin, &says(BEFORE)).await?;
    stage.in_state("published", 1).await?;
    let day = tomorrow(&stage.window).await?;
    stage.plan(&[&robin], &says(LATER), &day).await?;
    let planned = stage.publications(LATER).await?;
    stage.show("Accounts").await?;

    let soon = after(&stage.window, 20).await?;
    stage.plan(&[&robin], &says(SOON), &soon).await?;
    stage.network.fault(&json!({ "kind": "revoke", "account": text(&robin, "/remote_id")? }))?;
    stage.window.press("button", "Check Robin").await?;
    stage.window.text("Needs relinking").await?;
    ensure!(account(&stage).await?["state"] == "needs_relink", "{}", account(&stage).await?);
    stage.look("relink-needed").await?;
    stage.window.press("button", "Relink Robin").await?;
    stage.window.by_role("dialog", "Relink").await?;
    stage.consent("a", "Robin").await?;
    stage.close("dialog", "Relink").await?;

    let now = account(&stage).await?;
    let same = ["id", "remote_id", "handle", "linked_at"].iter().all(|field| now[*field] == robin[*field]);
    ensure!(same && now["state"] == "healthy", "{robin} {now}");
    let later = stage.publications(LATER).await?;
    let kept = ["id", "schedule"].iter().all(|field| later[0][*field] == planned[0][*field]);
    ensure!(kept && later[0]["state"] == "scheduled", "{planned:?} {later:?}");
    // It goes out at its time or, where that came first, as soon as the account is back; either way once.
    stage.in_state("published", 2).await?;
    ensure!(stage.live()? == [BEFORE, SOON], "{:?}", stage.live()?);
    let remote = text(&robin, "/remote_id")?;
    for (said, state) in [(BEFORE, "published"), (SOON, "published"), (LATER, "scheduled")] {
        ensure!(states(&stage, said)? == [(remote.clone(), state.to_owned())], "{said}: {:?}", states(&stage, said)?);
    }

    stage.queue().await?;
    stage.window.by_role("button", LATER).await?;
    stage.look("relinked-queue").await?;
    stage.window.press("button", BEFORE).await?;
    stage.window.by_role("dialog", BEFORE).await?;
    let address = stage.publications(BEFORE).await?[0]["url"].as_str().context("no address")?.to_owned();
    ensure!(address.starts_with(&stage.network.url), "{address}");
    stage.window.text("Published").await?;
    stage.look("relinked-history").await?;
    stage.done().await
}
