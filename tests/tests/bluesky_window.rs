//! Bluesky through the window, against the real data server, with the key in a real keyring: link by app password,
//! pictures pasted and dropped, and the records there equal what the preview showed. No secret stays behind.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result, ensure};
use journeys::{
    Carrier, Session, Window,
    canaries::{Canary, scan},
    copied::Copied,
    pds::{Pds, Person},
    recorder::{Recorder, secrets},
    until,
};
use serde_json::{Value, json};
use thirtyfour::Key;

const WORDS: &str = "Größe and @marlow.test at https://example.com/harbour?a=1 #Hafen";
const ALTS: [&str; 2] = ["Pasted: a band from red to blue", "Dropped: the same band"];

/// What the preview shows: the text, each link in it with where it leads, each picture's alt text.
const PREVIEW: &str = "const preview = document.querySelector('section[aria-label=\"Preview\"]');
    const all = (what) => [...preview.querySelectorAll(what)];
    return { text: all('.text').map((e) => e.textContent.trim()).join('\\n'),
        links: all('.text .link').map((e) => [e.textContent, e.title]),
        alts: all('.images img').map((e) => e.alt),
        loaded: all('.images img').every((e) => e.complete && e.naturalWidth > 0) };";

async fn link(session: &Session, window: &Window, person: &Person, server: &str) -> Result<()> {
    window.press("link", "Accounts").await?;
    window.by_role("heading", "Accounts").await?;
    window.press("button", "Link account").await?;
    window.press("button", "Bluesky").await?;
    window.tab_to("textbox", "Handle").await?;
    window.replace(&person.handle).await?;
    // As it is copied from the page that shows it.
    let _copied = Copied::start(session, &person.app_password)?;
    window.tab_to("textbox", "App password").await?;
    let paste = window.driver.action_chain().key_down(Key::Control).send_keys("v").key_up(Key::Control);
    paste.perform().await?;
    window.tab_to("textbox", "Server").await?;
    window.replace(server).await?;
    window.screenshot("link form").await?;
    window.keys(Key::Enter + "").await?;
    window.text("is linked").await?;
    window.press("button", "Write a post").await?;
    window.by_role("heading", "Compose").await.map(drop)
}

async fn describe(window: &Window, number: usize, alt: &str) -> Result<()> {
    window.press("button", &format!("Add alt text to picture {number}")).await?;
    window.tab_to("textbox", "Describe the picture").await?;
    window.keys(alt).await?;
    window.press("button", "Save alt text").await?;
    window.by_role("button", &format!("Edit alt text of picture {number}")).await.map(drop)
}

/// The post with two pictures, the first pasted, the second dropped.
async fn compose(session: &Session, window: &Window) -> Result<()> {
    let file = session.path("harbour.png");
    let made = session.command("convert").args(["-size", "640x400", "gradient:red-blue"]).arg(&file).status()?;
    ensure!(made.success(), "ImageMagick made no picture");
    let carrier = Carrier::start(session, &file)?;
    session.focus("Postroom").await?;
    window.tab_to("textbox", "Text").await?;
    window.keys(WORDS).await?;
    session.press("ctrl+v")?;
    window.by_role("button", "Add alt text to picture 1").await?;
    let second = "Add alt text to picture 2";
    carrier.drag_to(session, "Postroom", async || window.has("button", second).await).await?;
    session.focus("Postroom").await?;
    for (number, alt) in ALTS.iter().enumerate() {
        describe(window, number + 1, alt).await?;
    }
    Ok(())
}

/// Compares a record with what the preview showed.
fn compare(shown: &Value, record: &Value, friend: &Person) -> Result<()> {
    ensure!(shown["text"] == record["text"] && record["text"] == WORDS, "{shown}\n{record}");
    let text = record["text"].as_str().context("no text")?;
    let facets = record["facets"].as_array().context("no facets")?;
    let mut there = Vec::new();
    for facet in facets {
        let edge = |name: &str| facet["index"][name].as_u64().and_then(|at| usize::try_from(at).ok());
        let (from, to) = edge("byteStart").zip(edge("byteEnd")).context("no index")?;
        there.push(text.get(from..to).context("the facet cuts a letter")?.to_owned());
    }
    let links = shown["links"].as_array().context("no links")?;
    let said: Vec<_> = links.iter().map(|link| link[0].as_str().unwrap_or_default().to_owned()).collect();
    ensure!(said == there && there.len() == 3, "previewed {said:?}, there {there:?}");
    ensure!(facets[0]["features"][0]["did"] == friend.did.as_str(), "{}", facets[0]);
    ensure!(links[1][1] == facets[1]["features"][0]["uri"], "{links:?}, {}", facets[1]);
    let images = record["embed"]["images"].as_array().context("no pictures")?;
    let alts: Vec<_> = images.iter().map(|image| image["alt"].clone()).collect();
    ensure!(shown["alts"] == json!(alts) && alts == ALTS, "{shown}\n{alts:?}");
    for image in images {
        ensure!(image["aspectRatio"] == json!({"width": 640, "height": 400}), "{image}");
    }
    Ok(())
}

/// No secret that passed is anywhere below the session: profile, web view's storage, logs at trace level, keyring.
fn no_secret_left(session: &Session, person: &Person, recorder: &Recorder) -> Result<()> {
    let mut known: BTreeSet<_> = secrets(recorder);
    for name in ["accessJwt", "refreshJwt"] {
        ensure!(known.iter().any(|(found, _)| found == name), "no {name} passed: {known:?}");
    }
    known.insert(("app password".to_owned(), person.app_password.clone()));
    let canaries: Vec<_> = known.iter().map(|(name, value)| Canary::new(name, value)).collect();
    let (mut hits, mut files) = (Vec::new(), 0);
    for folder in [session.profile(), session.path("home"), session.results().to_owned()] {
        let (found, read) = scan(&folder, &canaries)?;
        hits.extend(found);
        files += read;
    }
    ensure!(hits.is_empty(), "{hits:#?}");
    let log = fs::read_to_string(session.log("postroom"))?;
    ensure!(log.contains("TRACE"), "the log is not at trace level");
    ensure!(session.profile().join("window").is_dir(), "the web view kept its storage elsewhere");
    // The same scan finds a secret where one is left.
    let planted = session.profile().join("window/planted");
    fs::write(&planted, format!("token={}", person.app_password))?;
    let (found, _) = scan(&session.profile(), &canaries)?;
    ensure!(found.iter().any(|hit| hit.place == planted), "the scan is blind");
    eprintln!("bluesky: {} secrets, {files} files, 0 hits", canaries.len());
    Ok(())
}

#[tokio::test]
async fn the_record_there_is_what_the_preview_showed() -> Result<()> {
    let mut session = Session::start("bluesky").await?;
    session.set("POSTROOM_LOG", "trace");
    let servers = session.path("servers");
    fs::create_dir(&servers)?;
    let pds = Pds::start(&servers)?;
    let (person, friend) = (pds.person("robin.test")?, pds.person("marlow.test")?);
    let recorder = Recorder::start(&pds.url)?;
    let window = Window::open(&session, &["--vault", "keychain"]).await?;
    window.by_role("heading", "Compose").await?;
    link(&session, &window, &person, &recorder.url).await?;
    compose(&session, &window).await?;
    let shown = until("the preview to show everything", async || {
        let shown = window.driver.execute(PREVIEW, vec![]).await?.json().clone();
        let whole = shown["text"] == WORDS && shown["alts"] == json!(ALTS) && shown["loaded"] == true;
        Ok(whole.then_some(shown))
    })
    .await?;
    window.screenshot("composed").await?;
    window.choose_time("Now").await?;
    window.press("button", "Publish 1 post").await?;
    let there = until("the record", async || Ok(Some(pds.posts(&person)?).filter(|posts| !posts.is_empty()))).await?;
    ensure!(there.len() == 1, "{there:?}");
    compare(&shown, &there[0]["value"], &friend)?;
    window.press("link", "Queue").await?;
    window.by_role("button", "Open post").await?;
    window.screenshot("published").await?;
    ensure!(window.errors().await?.is_empty(), "{:?}", window.errors().await?);
    ensure!(pds.posts(&person)?.len() == 1, "posted twice");
    no_secret_left(&session, &person, &recorder)
}
