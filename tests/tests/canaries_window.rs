//! What the window leaves behind: with secrets in the profile, and others typed into its forms, none is in the folder of its
//! web view (storage, databases, caches, cookies), in what it can copy or export, or in its log; and no process of the web
//! view ever holds a secret that was typed or pasted, nor a run of its characters. Where the page itself stores a secret,
//! and where one is typed into an ordinary field, the same scans find it.

use std::{collections::BTreeSet, fs, io::Write, path::Path, process::Stdio};

use anyhow::{Context, Result, ensure};
use journeys::{
    Session, Tray, Window,
    canaries::{Canary, Hit, scan},
    copied::Copied,
    ctl::{Ctl, text},
    gossip::secret,
    memory,
    network::Network,
    planted::{Planted, endpoints, kept, link, own_apps},
    process,
    recorder::{self, Recorder},
    until,
};
use serde_json::{Value, json};
use thirtyfour::Key;

/// Fewest secrets looked for.
const CANARIES_MIN: usize = 50;
/// Characters of a secret that is typed, and of one that is pasted.
const TYPED: usize = 24;
const PASTED: usize = 28;
/// So many of them, one behind the other, are not in the web view's memory either.
const RUN: usize = 8;

/// What a page can keep of its own accord, one way each; `arguments[0]` are the secrets.
const KEEP: &str = "
    const [[local, database, cached], done] = arguments;
    localStorage.setItem('canary', local);
    const opened = indexedDB.open('canary', 1);
    opened.onupgradeneeded = () => opened.result.createObjectStore('kept');
    const stored = new Promise((resolve, reject) => {
        opened.onerror = () => reject(opened.error);
        opened.onsuccess = () => {
            const change = opened.result.transaction('kept', 'readwrite');
            change.objectStore('kept').put(database, 'canary');
            change.oncomplete = resolve;
            change.onerror = () => reject(change.error);
        };
    });
    const inCache = self.caches
        ? caches.open('canary').then((cache) => cache.put('https://canary.invalid/', new Response(cached)))
        : Promise.reject(new Error('no cache'));
    Promise.allSettled([Promise.resolve(), stored, inCache]).then((all) => done(all.map((one) => one.status)));";

/// What fields of the page hold, shown or not.
const FIELDS: &str = "return [...document.querySelectorAll('input, textarea')].map((e) => e.value).join('\\n')
    + document.documentElement.outerHTML";

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "canaries: {line}");
}

/// Links by the running app, and fails at it, with secrets that pass or are brought. Returns the account's id too.
fn passed(session: &Session, ctl: &Ctl, network: &Network, recorder: &Recorder) -> Result<(String, Planted)> {
    let file = session.path("endpoints.toml");
    endpoints(&file, recorder, network)?;
    let named = ["--endpoints", file.to_str().context("a name")?];
    let (account, mut planted) = link(ctl, network, &named)?;
    planted.extend(own_apps(ctl)?);
    let nowhere = session.path("nowhere.toml");
    fs::write(&nowhere, "[bluesky]\napi = \"http://127.0.0.1:9\"\n")?;
    let line =
        ["accounts", "link", "bluesky", "--method", "app-password", "--identifier", "robin.test", "--secret-stdin"];
    let line = [&line[..], &["--endpoints", nowhere.to_str().context("a name")?]].concat();
    for nth in 0..8 {
        let value = secret(19);
        kept(ctl, &format!("refused-{nth}"), &line, &value)?;
        planted.push((format!("app password {nth}"), value));
    }
    let account = text(&account, "/id")?;
    ctl.json(&["posts", "create", "--to", &account, "--text", "Seen in the window", "--at", "2030-01-01T10:00:00Z"])?;
    kept(ctl, "check", &["accounts", "check", &account], "")?;
    planted.extend(recorder::secrets(recorder));
    Ok((account, planted))
}

/// Clicks on what has this role and name.
async fn click(window: &Window, role: &str, name: &str) -> Result<()> {
    Ok(window.by_role(role, name).await?.click().await?)
}

/// Types a secret into a field, which shows that many dots.
async fn typed(window: &Window, label: &str, planted: &mut Planted) -> Result<()> {
    let value = secret(TYPED);
    click(window, "textbox", label).await?;
    window.replace(&value).await?;
    planted.push((format!("typed as {label} {}", planted.len()), value));
    dotted(window, label, TYPED).await
}

/// Pastes a secret over whatever the field holds.
async fn pasted(session: &Session, window: &Window, label: &str, planted: &mut Planted) -> Result<()> {
    let value = secret(PASTED);
    let _copied = Copied::start(session, &format!("{value}\n"))?;
    click(window, "textbox", label).await?;
    let keys = window.driver.action_chain().key_down(Key::Control).send_keys("a").send_keys("v").key_up(Key::Control);
    keys.perform().await?;
    planted.push((format!("pasted as {label} {}", planted.len()), value));
    dotted(window, label, PASTED).await
}

/// Waits until the field in front shows the dots of one secret.
async fn dotted(window: &Window, label: &str, length: usize) -> Result<()> {
    let dots = json!("•".repeat(length));
    until(&format!("the dots of {label}"), async || {
        let shown = window.driver.execute("return document.activeElement.value", vec![]).await?;
        Ok((*shown.json() == dots).then_some(()))
    })
    .await
}

/// Waits until no field and no word of the page holds any of these.
async fn forgotten(window: &Window, planted: &Planted) -> Result<()> {
    let names: Vec<_> = planted.iter().map(|(name, _)| name).collect();
    until(&format!("the page to forget {names:?}"), async || {
        let held = window.driver.execute(FIELDS, vec![]).await?;
        let held = held.json().as_str().context("no fields")?;
        Ok((!planted.iter().any(|(_, value)| held.contains(value))).then_some(()))
    })
    .await
}

/// The dialog in front goes by Escape, and takes with it what was typed.
async fn left(window: &Window, dialog: &str) -> Result<()> {
    window.keys(Key::Escape + "").await?;
    window.gone("dialog", dialog).await
}

/// Types and pastes into every form that takes a secret, and leaves it: unsent, but for one that is refused.
async fn type_everywhere(session: &Session, window: &Window) -> Result<Planted> {
    let mut planted = Planted::new();
    click(window, "link", "Accounts").await?;
    window.by_role("heading", "Accounts").await?;
    for sent in [false, true] {
        password_form(window).await?;
        pasted(session, window, "App password", &mut planted).await?;
        typed(window, "App password", &mut planted).await?;
        if sent {
            window.keys(Key::Enter + "").await?;
            window.text("refuses connections").await?;
        }
        left(window, "Link account").await?;
    }
    click(window, "link", "Settings").await?;
    window.by_role("heading", "Settings").await?;
    taken_over(session, window, &mut planted).await?;
    click(window, "button", "Keep it elsewhere").await?;
    click(window, "radio", "Passphrase").await?;
    pasted(session, window, "New passphrase", &mut planted).await?;
    typed(window, "New passphrase", &mut planted).await?;
    typed(window, "Once more", &mut planted).await?;
    click(window, "button", "Make the new key").await?;
    window.text("The two are not the same.").await?;
    left(window, "Keep it elsewhere").await?;
    click(window, "button", "LinkedIn").await?;
    typed(window, "Client secret", &mut planted).await?;
    pasted(session, window, "Client secret", &mut planted).await?;
    click(window, "button", "LinkedIn").await?;
    forgotten(window, &planted).await?;
    Ok(planted)
}

/// The form for an app password at a server that refuses to be reached.
async fn password_form(window: &Window) -> Result<()> {
    click(window, "button", "Link account").await?;
    click(window, "button", "Bluesky").await?;
    click(window, "radio", "App password").await?;
    click(window, "textbox", "Handle").await?;
    window.replace("robin.test").await?;
    click(window, "textbox", "Server").await?;
    window.replace("http://127.0.0.1:9").await
}

/// An app is taken over from the clipboard.
async fn taken_over(session: &Session, window: &Window, planted: &mut Planted) -> Result<()> {
    let value = secret(TYPED);
    let _copied = Copied::start(session, &format!("LINKEDIN_CLIENT_ID=86abcdef\nLINKEDIN_CLIENT_SECRET={value}\n"))?;
    click(window, "button", "Take over from an .env file").await?;
    click(window, "button", "From the clipboard").await?;
    let told = "return document.querySelector('[role=dialog] [role=status]')?.innerText || ''";
    until("what came of it", async || {
        let told = window.driver.execute(told, vec![]).await?;
        Ok(told.json().as_str().is_some_and(|told| told.matches("Kept").count() == 2).then_some(()))
    })
    .await?;
    planted.push(("taken over from the clipboard".to_owned(), value));
    left(window, "Take apps over").await
}

/// Looks through all processes of the web view for runs of what was typed.
fn in_web_view(window: &Window, typed: &Planted) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut bytes = 0;
    for name in ["WebKitWebProcess", "WebKitNetworkProcess"] {
        let processes = process::named(window.pid, name)?;
        ensure!(!processes.is_empty(), "there is no {name}");
        for process in processes {
            let seen = memory::look_for_runs(process.pid, typed, RUN)?;
            found.extend(seen.found);
            bytes += seen.bytes;
        }
    }
    say(&format!("{} of {} secrets in {} MiB of the web view", found.len(), typed.len(), bytes >> 20));
    Ok(found)
}

/// The control: the same secrets in an ordinary field of the same form are found.
async fn found_where_typed(window: &Window, typed: &Planted) -> Result<()> {
    click(window, "link", "Accounts").await?;
    window.by_role("heading", "Accounts").await?;
    password_form(window).await?;
    click(window, "textbox", "Handle").await?;
    let all: Vec<_> = typed.iter().map(|(_, value)| value.as_str()).collect();
    window.replace(&all.join(" ")).await?;
    let found = in_web_view(window, typed)?;
    ensure!(found.len() == typed.len(), "an ordinary field shows only {found:?}");
    left(window, "Link account").await?;
    forgotten(window, typed).await
}

/// Everything the window can show, copy or export of a profile goes to files that are scanned.
async fn exported(window: &Window, account: &str, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let keep = |name: &str, value: &Value| fs::write(folder.join(name), value.to_string());
    for method in ["app_state", "settings_show", "about_show", "platforms_list", "accounts_list", "apps_list"]
        .into_iter()
        .chain(["providers_list", "secrets_list", "groups_list", "notices_list", "queue_status", "vault_show"])
    {
        keep(method, &window.call(method, json!({})).await?)?;
    }
    keep("log_tail", &window.call("log_tail", json!({"lines": 1_000})).await?)?;
    for method in ["accounts_show", "accounts_health"] {
        keep(method, &window.call(method, json!({ "id": account })).await?)?;
    }
    for method in ["posts_list", "publications_list"] {
        keep(method, &window.call(method, json!({})).await?)?;
    }
    let begun = window.call("doctor_start", json!({ "account": account, "endpoints": {} })).await?;
    let asked = json!({ "id": begun["id"] });
    until("the end of the check", async || {
        let now = window.call("doctor_status", asked.clone()).await?;
        Ok((now["state"] != "running").then_some(()))
    })
    .await?;
    Ok(keep("doctor_report", &window.call("doctor_report", asked.clone()).await?)?)
}

/// Closes the window; its web process writes what it has still to write.
async fn closed(session: &Session, window: &Window) -> Result<()> {
    session.close("^Postroom$").await?;
    window.closed().await?;
    until("the web process to end", async || {
        Ok(process::named(window.pid, "WebKitWebProcess")?.is_empty().then_some(()))
    })
    .await
}

/// Looks through everything below the session, and the log.
fn look(session: &Session, planted: &Planted) -> Result<(Vec<Hit>, usize)> {
    let canaries: Vec<_> = planted.iter().map(|(name, value)| Canary::new(name, value)).collect();
    let (mut hits, mut files) = (Vec::new(), 0);
    for folder in [session.profile(), session.path("home"), session.path("exported")] {
        let (found, read) = scan(&folder, &canaries)?;
        hits.extend(found);
        files += read;
    }
    let log = fs::read(session.log("postroom")).unwrap_or_default();
    for (canary, (name, _)) in canaries.iter().zip(planted) {
        ensure!(canary.found_in(&log).is_empty(), "{name} is in what the window printed");
    }
    Ok((hits, files))
}

/// The control: the page itself stores a secret in each way it has, and the scan finds each.
async fn found_where_stored(session: &Session, window: &Window) -> Result<BTreeSet<String>> {
    window.reopened().await?;
    window.by_role("heading", "Compose").await?;
    let ways = ["local storage", "database", "cache"];
    let mut planted: Planted = ways.map(|name| (name.to_owned(), secret(32))).into_iter().collect();
    let values: Vec<_> = planted.iter().map(|(_, value)| value.as_str()).collect();
    let kept = window.driver.execute_async(KEEP, vec![json!(values)]).await?;
    let kept = kept.json().as_array().context("no answer")?.clone();
    // A page of an app is not given every way to keep something.
    let mut taken = kept.iter().map(|one| one == "fulfilled");
    planted.retain(|_| taken.next() == Some(true));
    ensure!(planted.len() >= 2, "the page could keep nothing: {kept:?}");
    closed(session, window).await?;
    let mut found = BTreeSet::new();
    let all = until("what the page stored", async || {
        found = look(session, &planted)?.0.into_iter().map(|hit| hit.canary).collect::<BTreeSet<_>>();
        Ok((found.len() == planted.len()).then_some(()))
    });
    all.await.with_context(|| format!("only {found:?} found"))?;
    Ok(found)
}

#[tokio::test]
async fn the_window_keeps_no_secret() -> Result<()> {
    let mut session = Session::start_with("canaries", Tray::None).await?;
    session.set("POSTROOM_LOG", "trace");
    let network = Network::start(&session.path("network-home"))?;
    let recorder = Recorder::start(&network.url)?;
    let window = Window::open(&session, &["--vault", "env"]).await?;
    window.by_role("heading", "Compose").await?;
    let ctl = Ctl::in_session(&session, "env")?;
    let (account, mut planted) = passed(&session, &ctl, &network, &recorder)?;
    let typed = type_everywhere(&session, &window).await?;
    for view in ["Compose", "Queue", "Accounts", "Settings"] {
        window.press("link", view).await?;
        window.by_role("heading", view).await?;
    }
    exported(&window, &account, &session.path("exported")).await?;
    let found = in_web_view(&window, &typed)?;
    ensure!(found.is_empty(), "the web view holds {found:?}");
    found_where_typed(&window, &typed).await?;
    planted.extend(typed);
    planted.push(("vault key".to_owned(), ctl.key().to_owned()));
    closed(&session, &window).await?;
    ensure!(planted.len() >= CANARIES_MIN, "only {} secrets", planted.len());
    let (hits, files) = look(&session, &planted)?;
    ensure!(hits.is_empty(), "{hits:#?}");
    ensure!(session.profile().join("window").is_dir(), "the web view's folder was among the files");
    say(&format!("{} secrets, {files} files, 0 hits", planted.len()));
    let again = tokio::process::Command::from(Window::start_again(&session)?).stderr(Stdio::null()).status().await?;
    ensure!(again.success(), "the second start ended with {again}");
    let found = found_where_stored(&session, &window).await?;
    say(&format!("stored by the page itself and found: {found:?}"));
    Ok(())
}
