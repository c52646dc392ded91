//! Bluesky against the real data server, through `postroomctl`: what the preview showed is what is there afterwards.

use std::{io::Write, path::Path, sync::OnceLock};

use anyhow::{Context, Result, ensure};
use journeys::{
    ctl::{Ctl, list, text},
    pds::{Pds, Person},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ALT: &str = "A band of colours from red to blue";

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// One server for all tests: it ends when this process does.
fn server() -> Result<&'static Pds> {
    static SERVER: OnceLock<(tempfile::TempDir, Pds)> = OnceLock::new();
    if SERVER.get().is_none() {
        let home = tempfile::Builder::new().prefix("pb").tempdir()?;
        let pds = Pds::start(home.path())?;
        // Lost only where another test was faster, which ends this one.
        let _ = SERVER.set((home, pds));
    }
    SERVER.get().map(|(_, pds)| pds).context("no server")
}

struct Scene {
    _home: tempfile::TempDir,
    pds: &'static Pds,
    ctl: Ctl,
    person: Person,
    account: String,
}

impl Scene {
    fn set(handle: &str) -> Result<Self> {
        let home = tempfile::Builder::new().prefix("pb").tempdir()?;
        let (pds, ctl) = (server()?, Ctl::new(home.path())?);
        let person = pds.person(handle)?;
        let account = pds.link(&ctl, &person)?;
        Ok(Self { _home: home, pds, ctl, person, account })
    }

    /// Writes a draft, and returns the post and what `posts check` shows for each part.
    fn draft(&self, words: &[&str]) -> Result<(String, Vec<Value>)> {
        let create = [&["posts", "create", "--draft", "--to", &self.account], words].concat();
        let post = text(&self.ctl.json(&create)?, "/id")?;
        let review = self.ctl.json(&["posts", "check", &post])?;
        Ok((post, list(&review, "/accounts/0/parts")?.to_vec()))
    }

    /// Sends a draft, and returns its publication as shown.
    fn send(&self, post: &str) -> Result<Value> {
        let sent = self.ctl.json(&["posts", "reschedule", post, "--now"])?;
        self.ctl.run_until_idle()?;
        self.ctl.publication(&text(&sent, "/publications/0/id")?)
    }
}

/// A picture that is no square.
fn picture(folder: &Path) -> Result<String> {
    let file = folder.join("harbour.png");
    let shade = |x: u32| image::Rgb([u8::try_from(x % 256).unwrap_or(0), 0, 200]);
    image::RgbImage::from_fn(640, 400, |x, _| shade(x)).save(&file)?;
    Ok(format!("{}::{ALT}", file.display()))
}

/// A record as previewed, with what only the server can know put in its place.
fn expected(preview: &Value, actual: &Value, dids: &[(&str, &str)]) -> Result<Value> {
    let mut said = preview["payload"]["record"].to_string();
    for (handle, did) in dids {
        said = said.replace(&format!("did:unresolved:{handle}"), did);
    }
    let mut record: Value = serde_json::from_str(&said)?;
    // The moment of sending, and the links between parts, are not known when a preview is made.
    record["createdAt"] = actual["createdAt"].clone();
    if let Some(reply) = actual.get("reply") {
        record["reply"] = reply.clone();
    }
    Ok(record)
}

#[test]
fn what_is_there_equals_what_the_preview_showed() -> Result<()> {
    let scene = Scene::set("robin.test")?;
    let friend = scene.pds.person("marlow.test")?;
    let words = "Größe 🌊 with @marlow.test at https://example.com/harbour?a=1 #Hafen, and nothing more";
    let second = "The second part, with another #tag";
    let picture = picture(scene.ctl.home())?;
    let (post, preview) = scene.draft(&["--text", words, "--thread-part", second, "--media", &picture])?;
    ensure!(preview.len() == 2, "two parts: {preview:?}");
    let shown = scene.send(&post)?;
    ensure!(shown["publication"]["state"] == "published", "{shown}");

    let mut records = scene.pds.posts(&scene.person)?;
    records.sort_by_key(|record| record["value"]["createdAt"].to_string());
    ensure!(records.len() == 2, "{records:?}");
    for (record, preview) in records.iter().zip(&preview) {
        let wanted = expected(preview, &record["value"], &[("marlow.test", &friend.did)])?;
        ensure!(record["value"] == wanted, "there: {:#}\npreviewed: {wanted:#}", record["value"]);
    }
    let first = &records[0]["value"];
    ensure!(first["text"] == words, "{first}");
    facets(first, words, &friend.did)?;
    embed(&scene, first)?;
    let reply = &records[1]["value"]["reply"];
    for end in ["root", "parent"] {
        ensure!(reply[end] == json!({"uri": records[0]["uri"], "cid": records[0]["cid"]}), "{reply}");
    }
    ensure!(records[1]["value"]["text"] == second);
    say("pds: a thread of two with link, tag, mention, picture and alt text equals its preview");
    Ok(())
}

/// The facets, checked against the text itself.
fn facets(record: &Value, words: &str, did: &str) -> Result<()> {
    let cut = |facet: &Value| -> Result<String> {
        let edge =
            |name: &str| facet["index"][name].as_u64().and_then(|at| usize::try_from(at).ok()).context("no index");
        let bytes = words.as_bytes().get(edge("byteStart")?..edge("byteEnd")?).context("outside the text")?;
        Ok(String::from_utf8(bytes.to_vec())?)
    };
    let feature = |name: &str| format!("app.bsky.richtext.facet#{name}");
    let mut found = Vec::new();
    for facet in list(record, "/facets")? {
        found.push((cut(facet)?, facet["features"][0].clone()));
    }
    let wanted = [
        ("@marlow.test", json!({"$type": feature("mention"), "did": did})),
        (
            "https://example.com/harbour?a=1",
            json!({"$type": feature("link"), "uri": "https://example.com/harbour?a=1"}),
        ),
        ("#Hafen", json!({"$type": feature("tag"), "tag": "Hafen"})),
    ];
    for (part, feature) in &wanted {
        ensure!(found.contains(&((*part).to_owned(), feature.clone())), "{part}: {found:?}");
    }
    ensure!(found.len() == wanted.len(), "{found:?}");
    Ok(())
}

/// The picture: its alt text, its shape, and that the bytes served are those of a rendition kept in the profile.
fn embed(scene: &Scene, record: &Value) -> Result<()> {
    let image = &record["embed"]["images"][0];
    ensure!(image["alt"] == ALT, "{image}");
    ensure!(image["aspectRatio"] == json!({"width": 640, "height": 400}), "{image}");
    let bytes = scene.pds.blob(&scene.person, &text(image, "/image/ref/$link")?)?;
    let digest = hex::encode(Sha256::digest(&bytes));
    let kept = journeys::canaries::files(scene.ctl.profile())?;
    ensure!(kept.iter().any(|file| file.to_string_lossy().contains(&digest)), "no rendition {digest} in the profile");
    ensure!(image::load_from_memory(&bytes)?.to_rgb8().dimensions() == (640, 400), "the picture's size");
    Ok(())
}

#[test]
fn a_wrong_password_is_said_to_be_wrong() -> Result<()> {
    let scene = Scene::set("wrong.test")?;
    let line = scene.pds.link_line(&scene.ctl, &scene.person)?;
    let line: Vec<_> = line.iter().map(String::as_str).collect();
    let (code, error) = scene.ctl.refused(&line, "aaaa-bbbb-cccc-dddd")?;
    ensure!(code == 1 && error["code"] == "credentials_refused", "{code}: {error}");
    ensure!(!error.to_string().contains("aaaa-bbbb-cccc-dddd"), "the password is not repeated");
    say("pds: a wrong password is refused with its own code");
    Ok(())
}

#[test]
fn a_lost_answer_is_looked_up_and_nothing_is_sent_twice() -> Result<()> {
    let scene = Scene::set("ferry.test")?;
    scene
        .pds
        .faults(&json!([{"do": "lost_reply", "operation": "com.atproto.repo.createRecord", "after": 0, "times": 1}]))?;
    let (post, _) = scene.draft(&["--text", "The answer to this is lost"])?;
    let shown = scene.send(&post)?;
    ensure!(shown["publication"]["state"] == "published", "{shown}");
    let events: Vec<_> = list(&shown, "/journal")?.iter().filter_map(|line| line["event"].as_str()).collect();
    ensure!(events.contains(&"no_answer") && events.contains(&"confirm_found"), "{events:?}");
    ensure!(shown["effects"][0]["attempts"] == 1, "{shown}");
    ensure!(scene.pds.posts(&scene.person)?.len() == 1, "exactly one record");
    say("pds: a lost answer was looked up; one call, one record");
    Ok(())
}

/// The server says that the access token has run out; a new one is fetched and the post goes out.
#[test]
fn an_access_token_that_ran_out_is_renewed_on_the_way() -> Result<()> {
    let scene = Scene::set("quill.test")?;
    let expired = json!({"error": "ExpiredToken", "message": "Token has expired"});
    let rule = json!([{"do": "status", "status": 400, "body": expired, "operation": "com.atproto.repo.createRecord", "times": 1}]);
    scene.pds.faults(&rule)?;
    let (post, _) = scene.draft(&["--text", "Sent with the second token"])?;
    let shown = scene.send(&post)?;
    ensure!(shown["publication"]["state"] == "published", "{shown}");
    ensure!(scene.pds.posts(&scene.person)?.len() == 1, "exactly one record");
    say("pds: an expired access token was renewed; one record");
    Ok(())
}
