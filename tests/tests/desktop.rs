//! A good citizen of the desktop: notifications with buttons, links from anywhere, a start with the session, a window
//! that comes back where it was, and an end that holds nobody up.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use journeys::{
    NotificationServer, Running, Session, Shown, Tray, TrayMenu, Window, http, process, program, simulated::Simulated,
    until,
};
use serde_json::{Value, json};
use simulator::Command;
use thirtyfour::Key;

/// A post to every account linked.
async fn post(window: &Window, text: &str, when: Value) -> Result<()> {
    let accounts = window.call("accounts_list", json!({})).await?;
    let linked = accounts.as_array().context("no accounts")?.iter().filter(|account| account["state"] != "unlinked");
    let ids: Vec<_> = linked.map(|account| account["id"].clone()).collect();
    let part = json!({ "text": text, "media": [] });
    let draft = json!({ "content": { "parts": [part] }, "variants": [], "accounts": ids });
    window.call("posts_create", json!({ "draft": draft, "when": when })).await.map(drop)
}

async fn states(window: &Window) -> Result<Vec<String>> {
    let found = window.call("publications_list", json!({})).await?;
    Ok(found.as_array().context("no list")?.iter().filter_map(|one| one["state"].as_str().map(str::to_owned)).collect())
}

async fn in_state(window: &Window, state: &str, count: usize) -> Result<()> {
    until(&format!("{count} publications {state}"), async || {
        Ok((states(window).await?.iter().filter(|one| *one == state).count() == count).then_some(()))
    })
    .await
}

#[tokio::test]
async fn buttons_on_notifications_do_what_they_say() -> Result<()> {
    let mut session = Session::start("desktop-notifications").await?;
    let desk = NotificationServer::start(&mut session).await?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    window.call("practice_start", json!({})).await?;
    window.call("practice_link", json!({ "kind": "a", "name": "Robin <b>" })).await?;

    // Refused: the button tries again, and this time it goes out, without a word about success.
    window.call("practice_fault", json!({ "kind": "reject", "times": 1 })).await?;
    post(&window, "Fish & chips", json!({ "kind": "now" })).await?;
    let refused = desk.next(0).await?;
    ensure!(refused.title.contains("Fish & chips"), "{refused:?}");
    ensure!(!refused.body.contains('<'), "markup reached the server: {refused:?}");
    let labels = ["retry", "Try again", "show", "Show"];
    ensure!(labels.iter().all(|label| refused.buttons.iter().any(|known| known == label)), "{refused:?}");
    in_state(&window, "failed", 1).await?;
    desk.press(&refused, "retry").await?;
    in_state(&window, "published", 1).await?;
    ensure!(desk.all().len() == 1, "{:?}", desk.all());

    // The access ended: the button leads to the form that links it again, and does not send it.
    window.call("practice_fault", json!({ "kind": "revoke", "times": 1 })).await?;
    post(&window, "Without access", json!({ "kind": "now" })).await?;
    let ended = desk.next(1).await?;
    ensure!(ended.buttons.iter().any(|known| known == "Link again"), "{ended:?}");
    desk.press(&ended, "relink").await?;
    window.by_role("dialog", "Relink").await?;
    window.screenshot("link again").await?;
    ensure!(session.opened_count() == 0, "a browser was opened without a press in the window");
    window.keys(Key::Escape + "").await?;

    // Several at once are one; where names only are wanted, nothing of them is said.
    let account = window.call("accounts_list", json!({})).await?[0]["id"].clone();
    window.call("accounts_unlink", json!({ "id": account })).await?;
    for name in ["Ash", "Birch", "Cedar"] {
        window.call("practice_link", json!({ "kind": "a", "name": name })).await?;
    }
    let seen = desk.all().len();
    window.call("settings_change", json!({ "names_only": true })).await?;
    desk.can(&["body"]);
    window.call("practice_fault", json!({ "kind": "reject", "times": 3 })).await?;
    post(&window, "Secret plans", json!({ "kind": "now" })).await?;
    let told = until("three posts to be told of", async || {
        let told: Vec<_> = desk.all().into_iter().skip(seen).collect();
        let posts = |one: &Shown| if one.title.starts_with("A post") { 1 } else { one.title[..1].parse().unwrap_or(0) };
        Ok((told.iter().map(posts).sum::<u32>() == 3).then_some(told))
    })
    .await?;
    ensure!(told.len() < 3, "each was told of by itself: {told:?}");
    let (said, several) = (format!("{told:?}"), told[0].clone());
    ensure!(["Secret", "Ash", "Practice", "retry"].iter().all(|word| !said.contains(word)), "{said}");
    // A server without buttons is not asked to show any; the notification itself can be pressed everywhere.
    ensure!(several.buttons.iter().all(|known| known == "default" || known.is_empty()), "{several:?}");
    desk.press(&several, "default").await?;
    window.by_role("heading", "Queue").await?;
    ensure!(window.errors().await?.is_empty(), "{:?}", window.errors().await?);
    Ok(())
}

/// A start of the program with a link, as a browser makes it: ends by itself.
async fn follow(session: &Session, link: &str) -> Result<()> {
    let mut command = session.command(program("POSTROOM_BIN", "postroom")?);
    command.arg("--data").arg(session.profile()).arg(link);
    let mut second = Running::quiet(command, "", &session.log("second"))?;
    ensure!(second.ended().await? == 0, "{link:?} ended badly");
    Ok(())
}

/// Makes the system open our addresses with this program, as a package does.
fn register(session: &Session) -> Result<()> {
    let program = program("POSTROOM_BIN", "postroom")?;
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=Postroom\nExec={} %u\nMimeType=x-scheme-handler/postroom;\n",
        program.display()
    );
    for (file, text) in [
        ("home/.local/share/applications/Postroom.desktop", entry.as_str()),
        ("home/.config/mimeapps.list", "[Default Applications]\nx-scheme-handler/postroom=Postroom.desktop\n"),
    ] {
        let file = session.path(file);
        fs::create_dir_all(file.parent().context("no folder")?)?;
        fs::write(file, text)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_link_brings_the_answer_that_linking_waits_for() -> Result<()> {
    let session = Session::start_with("desktop-answer", Tray::None).await?;
    let site = Simulated::start("wordpress", &session.path("servers"))?;
    site.control(&Command::add_account("alice", "alice-bot"))?;
    // This version refuses to send a browser back to a port of this computer.
    site.set(&json!({ "core": 6.5 }))?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    let start = json!({ "platform": "wordpress", "instance": site.url(), "open_browser": false });
    let page = async || -> Result<(String, String)> {
        let attempt = window.call("link_start", start.clone()).await?;
        let text = |name: &str| attempt[name].as_str().map(str::to_owned).context("no attempt");
        ensure!(text("redirect_uri")?.starts_with("postroom://oauth/"), "{attempt}");
        Ok((text("id")?, text("authorize_url")?))
    };
    // Without our entry the site is asked to send the browser to a port, which it refuses.
    let without = window.call("link_start", start.clone()).await?;
    ensure!(without["redirect_uri"].as_str().is_some_and(|uri| uri.starts_with("http://127.0.0.1:")), "{without}");
    window.call("link_cancel", json!({ "id": without["id"] })).await?;

    register(&session)?;
    let (id, page) = page().await?;
    let typed = "content-type: application/x-www-form-urlencoded";
    let decided = http::call("POST", &page, &[typed], b"decision=allow&account=alice")?;
    let back = http::value(&decided.headers, "location").context("not sent back")?.to_owned();
    follow(&session, &back.replace("state=", "state=0")).await?;
    ensure!(window.call("link_status", json!({ "id": id })).await?["stage"] == "waiting_for_browser");
    follow(&session, &back).await?;
    let done = until("the account", async || {
        let status = window.call("link_status", json!({ "id": id })).await?;
        ensure!(status["stage"] != "failed", "{status}");
        Ok((status["stage"] == "done").then_some(status))
    })
    .await?;
    ensure!(done["account"]["handle"] == "alice", "{done}");
    let log = window.call("log_tail", json!({})).await?.to_string();
    ensure!(log.contains("no attempt to link waits") && !log.contains("password="), "{log}");
    Ok(())
}

#[tokio::test]
async fn a_link_shows_a_place_and_does_nothing_else() -> Result<()> {
    let session = Session::start_with("desktop-links", Tray::None).await?;
    let window = Window::open(&session, &["--vault", "env", "postroom://open/queue"]).await?;
    window.by_role("heading", "Queue").await?;
    follow(&session, "postroom://open/settings").await?;
    window.by_role("heading", "Settings").await?;
    let hostile = [
        "postroom://--practice",
        "postroom://open/accounts%0a--hidden",
        "postroom://x?y=$(touch ~/pwned)",
        "postroom://publication/pub_1/retry",
        "postroom://oauth/callback?code=1",
    ];
    for link in hostile.into_iter().chain([format!("postroom://open/{}", "a".repeat(60_000)).as_str()]) {
        follow(&session, link).await?;
    }
    let log = until("the log to tell of them", async || {
        let log = window.call("log_tail", json!({})).await?;
        let lines: Vec<String> = serde_json::from_value(log["lines"].clone())?;
        let unheard = ["a link was ignored", "no attempt to link waits"];
        let ignored = lines.iter().filter(|line| unheard.iter().any(|said| line.contains(said))).count();
        Ok((ignored == 6).then_some(lines.join("\n")))
    })
    .await?;
    ensure!(!log.contains("pwned") && !log.contains("callback"), "a link reached the log: {log}");
    ensure!(window.has("heading", "Settings").await?, "a link that leads nowhere changed the place");
    ensure!(states(&window).await?.is_empty() && session.opened_count() == 0);
    window.press("link", "About").await?;
    window.screenshot("about").await?;
    window.press("button", "Licences").await?;
    window.by_role("dialog", "Licences").await?;
    window.text("svelte").await?;
    window.screenshot("licences").await?;
    window.keys(Key::Escape + "").await?;

    // Closed and started by a link, the window begins where the link leads.
    session.close("^Postroom$").await?;
    window.closed().await?;
    follow(&session, "postroom://open/nowhere").await?;
    ensure!(session.no_window("^Postroom$").await?.is_some(), "a link that leads nowhere opened the window");
    follow(&session, "postroom://open/accounts").await?;
    window.reopened().await?;
    window.by_role("heading", "Accounts").await?;
    ensure!(window.errors().await?.is_empty(), "{:?}", window.errors().await?);
    Ok(())
}

/// The program, in a folder whose name has to be quoted.
fn installed(session: &Session) -> Result<PathBuf> {
    let folder = session.path("My 100% $HOME `apps`");
    fs::create_dir_all(&folder)?;
    let copy = folder.join("postroom");
    fs::copy(program("POSTROOM_BIN", "postroom")?, &copy)?;
    Ok(copy)
}

#[tokio::test]
async fn the_session_starts_it_hidden_once_its_owner_agrees() -> Result<()> {
    let session = Session::start("desktop-autostart").await?;
    let installed = installed(&session)?;
    let window = Window::open_program(&session, &installed, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    let entry = session.path("home/.config/autostart/postroom.desktop");
    ensure!(window.call("autostart_show", json!({})).await?["state"] == "off" && !entry.exists());

    // Nothing is asked before a post is planned; then once, and the answer is written where the system looks.
    ensure!(!window.has("button", "Start when I log in").await?);
    window.call("practice_start", json!({})).await?;
    window.call("practice_link", json!({ "kind": "a", "name": "Robin" })).await?;
    post(&window, "Next year", json!({ "kind": "wall", "wall": "2030-01-01T09:00", "zone": "Europe/Berlin" })).await?;
    window.by_role("button", "Start when I log in").await?;
    window.screenshot("asked").await?;
    ensure!(window.axe().await?.is_empty(), "{:?}", window.axe().await?);
    window.press("button", "Start when I log in").await?;
    window.gone("button", "Start when I log in").await?;
    ensure!(window.call("autostart_show", json!({})).await?["state"] == "on" && entry.exists());

    // The system's word counts: switched off by the desktop's own settings, it is off here too.
    let written = fs::read_to_string(&entry)?;
    fs::write(&entry, format!("{written}Hidden=true\n"))?;
    ensure!(window.call("autostart_show", json!({})).await?["state"] == "off");
    fs::write(&entry, &written)?;

    // What the session does at the next log-in: the entry is started by another program's reading of it.
    session.focus("Postroom").await?;
    let pid = window.pid;
    terminate(pid)?;
    until("the end", async || Ok((!process::alive(pid)).then_some(()))).await?;
    ensure!(session.no_window("Quit Postroom").await?.is_some(), "the end of the session was asked about");
    ensure!(!session.profile().join("postroom.db-wal").exists(), "the database was not closed");
    until("the icon to be gone", async || Ok(TrayMenu::icons(&session).await?.is_empty().then_some(()))).await?;
    let launched = session.command("gio").arg("launch").arg(&entry).status()?;
    ensure!(launched.success(), "{written}");
    let menu = TrayMenu::open(&session).await?;
    menu.label("Next post").await?;
    ensure!(session.no_window("^Postroom$").await?.is_some(), "started with the session, it showed its window");
    Ok(())
}

fn terminate(pid: u32) -> Result<()> {
    let done = std::process::Command::new("kill").args(["-TERM", &pid.to_string()]).status()?;
    ensure!(done.success(), "{pid} is gone already");
    Ok(())
}

/// Left edge, upper edge, width and height of the app's window, as the window manager has it.
fn geometry(session: &Session) -> Result<Vec<i64>> {
    let search = ["search", "--onlyvisible", "--name", "^Postroom$", "getwindowgeometry", "--shell"];
    let output = session.command("xdotool").args(search).output()?;
    let text = String::from_utf8(output.stdout)?;
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).and_then(|n| n.parse().ok());
    ["X=", "Y=", "WIDTH=", "HEIGHT="].into_iter().map(|name| value(name).context("no window")).collect()
}

async fn settled(session: &Session, wanted: &[i64]) -> Result<()> {
    let settled = until("the window to be where it was", async || {
        Ok((geometry(session).is_ok_and(|now| now == wanted)).then_some(()))
    });
    settled.await.with_context(|| format!("wanted {wanted:?}, is {:?}", geometry(session)))
}

/// Gives the window another place and size; answers where the window manager has it then.
async fn moved(session: &Session) -> Result<Vec<i64>> {
    let change =
        ["search", "--onlyvisible", "--name", "^Postroom$", "windowsize", "900", "640", "windowmove", "210", "90"];
    until("the window to be moved", async || {
        // A window that goes away while the others are searched makes the search fail.
        if !session.command("xdotool").args(change).output()?.status.success() {
            return Ok(None);
        }
        let (now, still) = (geometry(session), geometry(session));
        let there = |at: &Vec<i64>| at[2..] == [900, 640] && (at[0] - 210).abs() < 40 && (at[1] - 90).abs() < 60;
        Ok(now.ok().filter(|now| there(now) && still.is_ok_and(|still| still == *now)))
    })
    .await
}

#[tokio::test]
async fn the_window_comes_back_where_it_was() -> Result<()> {
    let session = Session::start_with("desktop-place", Tray::None).await?;
    let mut app = session.start_app(&[])?;
    session.focus("^Postroom$").await?;
    let placed = moved(&session).await?;

    session.close("^Postroom$").await?;
    let again = tokio::process::Command::from(Window::start_again(&session)?).status().await?;
    ensure!(again.success());
    session.focus("^Postroom$").await?;
    settled(&session, &placed).await?;

    // The end of the session keeps it too, without a close.
    app.terminate()?;
    ensure!(app.ended().await? == 0);
    let mut app = session.start_app(&[])?;
    session.focus("^Postroom$").await?;
    settled(&session, &placed).await?;
    session.screenshot("back")?;
    app.terminate()?;
    ensure!(app.ended().await? == 0);
    Ok(())
}
