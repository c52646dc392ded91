//! Bluesky by consent against the real data server, which is its own authorization server: its own pages in a real browser,
//! a post, a renewal, an end, and the same account again.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result, ensure};
use journeys::{
    Browser,
    consent::linked,
    ctl::{Ctl, text},
    pds::{PASSWORD, Pds, Person},
};
use serde_json::Value;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Publishes now; what the publication came to.
fn publish(ctl: &Ctl, account: &str, words: &str) -> Result<String> {
    let post = ctl.json(&["posts", "create", "--text", words, "--to", account, "--now"])?;
    ctl.run_until_idle()?;
    text(&ctl.publication(&text(&post, "/publications/0/id")?)?, "/publication/state")
}

fn texts(pds: &Pds, person: &Person) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for post in pds.posts(person)?.iter().rev() {
        all.push(text(post, "/value/text")?);
    }
    Ok(all)
}

/// The end of the access token now held is put into the past, so that the next call needs another.
async fn age(ctl: &Ctl) -> Result<()> {
    let database = SqliteConnectOptions::new().filename(ctl.profile().join("postroom.db"));
    let mut database = database.connect().await?;
    let done = sqlx::query("UPDATE account SET access_expires_at = 1").execute(&mut database).await?;
    ensure!(done.rows_affected() == 1, "one account");
    Ok(database.close().await?)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_linked_published_from_renewed_ended_and_linked_again() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pb").tempdir()?;
    let (pds, ctl) = (Pds::start(home.path())?, Ctl::new(home.path())?);
    let person = pds.person("robin.test")?;
    let endpoints = format!("--endpoints={}", pds.endpoints(home.path())?.display());

    let browser = Browser::headless(home.path()).await?;
    let link = ["accounts", "link", "bluesky", "--method", "oauth", "--identifier", "robin.test", &endpoints];
    let account = linked(&ctl, &link, &browser, "robin.test", PASSWORD).await?;
    ensure!(account["remote_id"] == person.did.as_str() && account["handle"] == "robin.test", "{account}");
    ensure!(account["scopes"] == serde_json::json!(["atproto", "transition:generic"]), "{account}");
    ensure!(account["renews"] == true, "{account}");
    let id = text(&account, "/id")?;
    say("pds: linked by consent, on the server's own pages");

    ensure!(publish(&ctl, &id, "By consent")? == "published");
    age(&ctl).await?;
    ensure!(publish(&ctl, &id, "After a renewal")? == "published");
    let end = |account: &Value| text(account, "/access_expires_at");
    ensure!(end(&ctl.json(&["accounts", "show", &id])?)?.as_str() > "2000", "a new token is held");
    ensure!(texts(&pds, &person)? == ["By consent", "After a renewal"]);
    say("pds: published, renewed, published again");

    // Lost answers: the same keys, the same account, one record.
    let rule = serde_json::json!([{"do": "lost_reply", "operation": "com.atproto.repo.createRecord", "times": 1}]);
    pds.faults(&rule)?;
    ensure!(publish(&ctl, &id, "Once")? == "published");
    ensure!(texts(&pds, &person)? == ["By consent", "After a renewal", "Once"]);
    say("pds: a lost answer, and one record");

    // A copy of the profile ends the grant at the server: what the profile itself holds is worth nothing then.
    let other = home.path().join("copy");
    copy(ctl.profile(), &other.join("profile"))?;
    ctl.at(&other).json(&["accounts", "unlink", &id])?;
    ctl.output(&["accounts", "check", &id], "")?;
    let account = ctl.json(&["accounts", "show", &id])?;
    ensure!(account["state"] == "needs_relink", "{account}");
    say("pds: ended by unlinking");

    let relink = ["accounts", "relink", id.as_str()];
    let again = linked(&ctl, &relink, &browser, "robin.test", PASSWORD).await.context("link again")?;
    ensure!(again["id"] == id.as_str() && again["state"] == "healthy", "{again}");
    ensure!(publish(&ctl, &id, "And again")? == "published");
    ensure!(texts(&pds, &person)?.len() == 4);
    say("pds: linked again, and published");
    browser.quit().await
}
