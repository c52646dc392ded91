//! The program without its window: hidden, in the way of another, at the end of a session, as the practice network.

use std::{
    fs::{self, File},
    path::Path,
};

use anyhow::{Context, Result, ensure};
use journeys::{
    Session, Tray, TrayMenu,
    ctl::{Ctl, text},
    network::Network,
    process, until,
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_hidden_start_shows_no_window_and_the_end_of_the_session_ends_it() -> Result<()> {
    let session = Session::start("shell-hidden").await?;
    let mut app = session.start_app(&["--hidden"])?;
    let menu = TrayMenu::open(&session).await?;
    menu.label("Nothing scheduled").await?;
    ensure!(process::named(app.pid(), "WebKitWebProcess")?.is_empty(), "a hidden start made a web view");
    // A second hidden start, as by the system's autostart, shows nothing either.
    let mut again = session.start_app(&["--hidden"])?;
    ensure!(again.ended().await? == 0, "a second start is handed to the first");
    ensure!(process::named(app.pid(), "WebKitWebProcess")?.is_empty(), "a hidden second start opened the window");

    menu.press("Open Postroom").await?;
    session.focus("Postroom").await?;
    until("the web view", async || Ok((process::named(app.pid(), "WebKitWebProcess")?.len() == 1).then_some(())))
        .await?;

    app.terminate()?;
    ensure!(app.ended().await? == 0, "it ends in order when the session ends");
    ensure!(session.notifications.all().is_empty(), "{:?}", session.notifications.all());
    Ok(())
}

/// The session waits for nobody: not for a server that never answers. What was under way is settled at the next start.
#[tokio::test]
async fn the_session_ends_while_a_server_does_not_answer() -> Result<()> {
    let session = Session::start_with("shell-midway", Tray::None).await?;
    let network = Network::start(&session.path("network-home"))?;
    fs::create_dir_all(session.profile())?;
    network.serve_profile(&session.profile())?;
    let mut app = session.start_app(&["--hidden"])?;
    let ctl = Ctl::in_session(&session, "env")?;
    let account = until("the program to be reached", async || Ok(ctl.link_practice("b", "Robin").ok())).await?;
    network.fault(&json!({ "kind": "hang" }))?;
    let post = ctl.json(&["posts", "create", "--to", &account, "--text", "Midway", "--now"])?;
    let id = text(&post, "/publications/0/id")?;
    until("the intent", async || Ok((!ctl.publication(&id)?["effects"][0].is_null()).then_some(()))).await?;
    app.terminate()?;
    ensure!(app.ended().await? == 0, "it ends in order");
    ensure!(network.timeline()?.is_empty(), "nothing was taken");

    let mut app = session.start_app(&["--hidden"])?;
    let published = until("the publication to be published", async || {
        let shown = ctl.publication(&id).unwrap_or_default();
        Ok((shown["publication"]["state"] == "published").then_some(()))
    });
    published.await.with_context(|| format!("{:?}", ctl.publication(&id)))?;
    ensure!(network.timeline()?.len() == 1, "{:?}", network.timeline()?);
    app.terminate()?;
    ensure!(app.ended().await? == 0, "it ends in order again");
    Ok(())
}

#[tokio::test]
async fn a_profile_in_use_is_refused_in_a_dialog() -> Result<()> {
    let session = Session::start_with("shell-busy", Tray::None).await?;
    fs::create_dir_all(session.profile())?;
    let lock = File::create(session.profile().join("profile.lock"))?;
    lock.lock()?;
    let mut app = session.start_app(&[])?;
    session.focus("Postroom cannot start").await?;
    session.screenshot("refused")?;
    session.press_away("Postroom cannot start", "Return").await?;
    ensure!(app.ended().await? == 1, "a refused start is a failed start");
    let said = fs::read_to_string(session.log("postroom"))?;
    ensure!(said.starts_with("postroom: "), "{said}");
    Ok(())
}

#[tokio::test]
async fn the_practice_network_runs_without_a_display() -> Result<()> {
    let session = Session::start_with("shell-practice", Tray::None).await?;
    let data = session.path("practice");
    let mut command = session.command(journeys::program("POSTROOM_BIN", "postroom")?);
    command.env_remove("DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
    command.arg("--practice").arg("--data").arg(&data);
    let mut network = journeys::Running::quiet(command, "", &session.log("practice"))?;
    let url = until("the practice network", async || Ok(address(&data))).await?;
    let health: Value = serde_json::from_slice(&get(&format!("{url}/healthz")).await?)?;
    ensure!(health["network"] == json!("practice") && health["pid"] == json!(network.pid()), "{health}");
    network.terminate()?;
    ensure!(network.ended().await? == 0, "a clean stop");
    ensure!(address(&data).is_none(), "its address is gone with it");
    Ok(())
}

fn address(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("address.json")).ok()?;
    let address: Value = serde_json::from_str(&text).ok()?;
    address["url"].as_str().map(str::to_owned)
}

#[expect(clippy::disallowed_methods, reason = "a look from outside must not share the app's HTTP client")]
async fn get(url: &str) -> Result<Vec<u8>> {
    let answer = reqwest::get(url).await?.error_for_status()?;
    Ok(answer.bytes().await.context("no body")?.to_vec())
}
