//! Every platform that can be linked, linked in the real window by following only its guide, against its simulator. What
//! is registered there, what is pressed and what is filled in is read out of the guide: where it is wrong, this fails. The
//! simulator's address stands in for the platform's own.

mod guide;

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result, bail, ensure};
use journeys::{Session, Window, http, root, simulated::Simulated, until};
use serde_json::{Value, json};
use simulator::Command;
use thirtyfour::Key;
use url::Url;

use guide::Guide;

const CLIENT: &str = "app-1";
/// In the form that platforms with a form want.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const OPEN: &str = "Open the browser";
const ENDED_AT: &str = "Address your browser ended up at";
const TAKE: &str = "Take this address";
const HERE: &str = "Link it here";

/// Puts members into what the window sends to begin linking, and leaves everything else as it is.
const STAND_IN: &str = "window.__stand_in = arguments[0];
    if (!window.__stands_in) {
        window.__stands_in = true;
        const real = window.fetch;
        window.fetch = (at, options) => {
            const sent = typeof options?.body === 'string' ? JSON.parse(options.body) : {};
            if (sent.method !== 'link_start') return real(at, options);
            Object.assign(sent.params, window.__stand_in);
            return real(at, { ...options, body: JSON.stringify(sent) });
        };
    }";

/// Somebody in front of the window.
struct Reader {
    session: Session,
    window: Window,
    /// Rules of axe that were broken.
    broken: Vec<String>,
}

impl Reader {
    async fn start() -> Result<Self> {
        let session = Session::start("guides").await?;
        let window = Window::open(&session, &["--vault", "env"]).await?;
        window.by_role("heading", "Compose").await?;
        window.call("settings_change", json!({ "theme": "light" })).await?;
        Ok(Self { session, window, broken: Vec::new() })
    }

    /// Reads the guide in the help, where the link beside a form leads.
    async fn guide(&self, id: &str) -> Result<Guide> {
        let guide = self.window.call("platforms_guide", json!({ "id": id })).await?;
        let guide = Guide::new(guide["markdown"].as_str().context("no guide")?);
        self.window.driver.execute("location.hash = arguments[0]", vec![json!(format!("help/{id}"))]).await?;
        self.window.by_role("heading", "Help").await?;
        for told in guide.redirects().iter().chain(&guide.labels(HERE)?) {
            self.window.text(told).await?;
        }
        self.window.screenshot(&format!("{id}-guide")).await?;
        Ok(guide)
    }

    /// What the window sends to begin linking has these members from now on.
    async fn stand_in(&self, members: Value) -> Result<()> {
        Ok(self.window.driver.execute(STAND_IN, vec![members]).await.map(drop)?)
    }

    /// Fills in or presses what a guide names.
    async fn follow(&self, label: &str, values: &BTreeMap<&str, String>) -> Result<()> {
        let what = format!("what the guide calls {label:?}");
        let role = until(&what, async || {
            for role in ["link", "textbox", "button"] {
                if self.window.has(role, label).await? {
                    return Ok(Some(role));
                }
            }
            Ok(None)
        })
        .await;
        let Ok(role) = role else { bail!("nothing is called {label:?}\n{}", self.window.report().await?) };
        if role == "link" {
            // Another view may have something of the next name, too.
            self.window.press_this(role, label).await?;
            return self.window.by_role("heading", label).await.map(drop);
        }
        if role == "button" {
            return self.window.press_this(role, label).await;
        }
        self.window.tab_to(role, label).await?;
        let value = values.get(label).with_context(|| format!("the guide does not say what goes into {label:?}"))?;
        self.window.replace(value).await
    }

    /// Before anybody goes to the platform, the window says what is needed.
    async fn warned(&mut self, id: &str, guide: &Guide) -> Result<()> {
        for name in ["Your own app", "What it costs", "Review", "Private"] {
            self.window.text(&guide.said(name)?).await?;
        }
        self.picture(&format!("{id}-link")).await
    }

    async fn picture(&mut self, name: &str) -> Result<()> {
        self.window.screenshot(name).await?;
        self.broken.extend(self.window.axe().await?.into_iter().map(|rule| format!("{name}: {rule}")));
        Ok(())
    }

    /// The one account of a platform, once it is linked.
    async fn linked(&self, id: &str) -> Result<Value> {
        let account = until(&format!("an account of {id}"), async || {
            let accounts = self.window.call("accounts_list", json!({})).await?;
            let accounts = accounts.as_array().context("a list")?;
            Ok(accounts.iter().find(|account| account["platform"] == id).cloned())
        })
        .await;
        let account = match account {
            Ok(account) => account,
            Err(error) => bail!("{error}\n{}", self.window.report().await?),
        };
        ensure!(account["state"] == "healthy", "{account}");
        self.window.text("is linked").await?;
        self.window.screenshot(&format!("{id}-linked")).await?;
        self.window.keys(Key::Escape + "").await?;
        self.window.gone("dialog", "Link account").await?;
        Ok(account)
    }
}

/// Says yes on the page the browser was sent to; where it is sent then.
fn decided(page: &str) -> Result<String> {
    let typed = "Content-Type: application/x-www-form-urlencoded";
    let decided = http::call("POST", page, &[typed], b"decision=allow&account=alice")?;
    let said = String::from_utf8_lossy(&decided.body).into_owned();
    let back = http::value(&decided.headers, "location").with_context(|| format!("{page}: {said}"))?;
    Ok(back.to_owned())
}

/// Says yes there, and lets the browser go back to the app.
fn agree(page: &str) -> Result<()> {
    let back = decided(page)?;
    let heard = http::get(&back)?;
    ensure!((200..400).contains(&heard.status), "the app answered {}", heard.status);
    // The last page: once it is shown, the port is free again.
    if let Some(last) = http::value(&heard.headers, "location") {
        http::get(Url::parse(&back)?.join(last)?.as_str())?;
    }
    Ok(())
}

/// The platform's addresses at its simulator.
async fn addresses(reader: &Reader, id: &str, server: &Simulated) -> Result<Value> {
    let platforms = reader.window.call("platforms_list", json!({})).await?;
    let known = platforms.as_array().context("a list")?.iter().find(|platform| platform["id"] == id);
    let mut here = serde_json::Map::new();
    for (name, url) in known.and_then(|known| known["endpoints"].as_object()).context("no addresses")? {
        let url = url.as_str().context("no text")?.trim_start_matches("https://");
        let path = url.split_once('/').map(|(_, path)| format!("/{path}")).unwrap_or_default();
        here.insert(name.clone(), json!(format!("{}{path}", server.url())));
    }
    Ok(Value::Object(here))
}

/// Registers an app as the guide says, and nothing besides.
fn register(server: &Simulated, guide: &Guide, secret: bool) -> Result<()> {
    let scopes = Some(guide.scopes()).filter(|scopes| !scopes.is_empty());
    let client_secret = secret.then(|| SECRET.to_owned());
    let (client_id, redirect_uris) = (Some(CLIENT.to_owned()), guide.redirects());
    let app = Command::RegisterApp { client_id, client_secret, redirect_uris, public: !secret, scopes };
    server.control(&app).map(drop)
}

/// A platform that wants an app of the reader's own.
async fn by_own_app(reader: &mut Reader, id: &str) -> Result<()> {
    let server = Simulated::start(&id.replace('_', "-"), &reader.session.path("servers"))?;
    server.control(&Command::add_account("alice", "alice-bot"))?;
    let guide = reader.guide(id).await?;
    let labels = guide.labels(HERE)?;
    register(&server, &guide, labels.iter().any(|label| label == "Client secret"))?;
    let endpoints = addresses(reader, id, &server).await?;
    reader.stand_in(json!({ "endpoints": endpoints })).await?;
    let mut values: BTreeMap<_, _> = [("Client id", CLIENT.to_owned()), ("Client secret", SECRET.to_owned())].into();
    let seen = reader.session.opened_count();
    for label in &labels {
        match label.as_str() {
            "Keep" => reader.picture(&format!("{id}-app")).await?,
            OPEN => reader.warned(id, &guide).await?,
            ENDED_AT => drop(values.insert(ENDED_AT, decided(&reader.session.opened_url(seen).await?)?)),
            TAKE => reader.picture(&format!("{id}-paste")).await?,
            _ => {}
        }
        reader.follow(label, &values).await?;
    }
    let page = reader.session.opened_url(seen).await?;
    ensure!(page.starts_with(server.url()), "{page}");
    if id == "github" {
        reader.window.text("Type this code there").await?;
        reader.window.screenshot("github-code").await?;
        let shown = "return document.querySelector('[role=dialog] strong').innerText";
        let shown = reader.window.driver.execute(shown, vec![]).await?;
        let user_code = shown.json().as_str().context("no code")?.to_owned();
        server.control(&Command::DecideUserCode { user_code, allowed_by: Some("alice".to_owned()) })?;
    } else if !values.contains_key(ENDED_AT) {
        agree(&page)?;
    }
    let account = reader.linked(id).await?;
    // Instagram's token of an hour lives on beside the one it was traded for.
    let tokens = if id == "instagram" { 2 } else { 1 };
    ensure!(server.tokens_of("alice")? == tokens, "{account}");
    Ok(())
}

/// A site of one's own, by the page it has for this.
async fn by_site(reader: &mut Reader) -> Result<()> {
    let server = Simulated::start("wordpress", &reader.session.path("servers"))?;
    server.control(&Command::add_account("alice", "alice-bot"))?;
    let guide = reader.guide("wordpress").await?;
    reader.stand_in(json!({})).await?;
    let seen = reader.session.opened_count();
    let values = [("Site", server.url().to_owned())].into();
    for label in &guide.labels(HERE)? {
        if label == OPEN {
            reader.warned("wordpress", &guide).await?;
        }
        reader.follow(label, &values).await?;
    }
    agree(&reader.session.opened_url(seen).await?)?;
    reader.linked("wordpress").await.map(drop)
}

/// A server of the Mastodon family.
async fn by_server(reader: &mut Reader) -> Result<()> {
    let server = Simulated::start("mastodon", &reader.session.path("servers"))?;
    server.control(&Command::add_account("alice", "correct horse"))?;
    let guide = reader.guide("mastodon").await?;
    reader.stand_in(json!({})).await?;
    let seen = reader.session.opened_count();
    let values = [("Server", server.url().to_owned())].into();
    for label in &guide.labels(HERE)? {
        if label == OPEN {
            reader.warned("mastodon", &guide).await?;
        }
        reader.follow(label, &values).await?;
    }
    server.consent(&reader.session.opened_url(seen).await?, "alice", "correct horse")?;
    reader.linked("mastodon").await.map(drop)
}

/// Bluesky, by an app password.
async fn by_password(reader: &mut Reader) -> Result<()> {
    let server = Simulated::start("bluesky", &reader.session.path("servers"))?;
    server.control(&Command::add_account("alice.test", "abcd-efgh-ijkl-mnop"))?;
    let guide = reader.guide("bluesky").await?;
    // The guide leaves the server as it is.
    reader.stand_in(json!({ "instance": server.url() })).await?;
    let values = [("Handle", "alice.test".to_owned()), ("App password", "abcd-efgh-ijkl-mnop".to_owned())].into();
    let labels = guide.labels(HERE)?;
    for (number, label) in labels.iter().enumerate() {
        if number + 1 == labels.len() {
            reader.warned("bluesky", &guide).await?;
        }
        reader.follow(label, &values).await?;
    }
    reader.linked("bluesky").await.map(drop)
}

/// A server that the reader defines, by the guide for those.
async fn by_definition(reader: &mut Reader) -> Result<()> {
    let server = Simulated::start("standard", &reader.session.path("servers"))?;
    server.control(&Command::add_account("alice", "alice-bot"))?;
    let guide = Guide::new(&fs::read_to_string(root().join("docs/guides/own-servers.md"))?);
    register(&server, &guide, true)?;
    reader.stand_in(json!({})).await?;
    let values = [
        ("Name", "My forge".to_owned()),
        ("Address at which it describes itself", server.url().to_owned()),
        ("Scopes", "openid profile".to_owned()),
        ("Client id", CLIENT.to_owned()),
        ("Client secret", SECRET.to_owned()),
    ]
    .into();
    let seen = reader.session.opened_count();
    for label in &guide.labels("In the window")? {
        reader.follow(label, &values).await?;
        if label == "Scopes" {
            reader.picture("own-server-define").await?;
        } else if label == "Client secret" {
            reader.picture("own-server-app").await?;
        }
    }
    agree(&reader.session.opened_url(seen).await?)?;
    reader.linked("my_forge").await?;
    ensure!(server.tokens_of("alice")? == 1, "one grant");
    Ok(())
}

#[tokio::test]
async fn every_platform_is_linked_by_its_guide() -> Result<()> {
    let mut reader = Reader::start().await?;
    let wanted = reader.window.call("apps_list", json!({})).await?;
    for app in wanted.as_array().context("a list")? {
        let id = app["platform"].as_str().context("no name")?;
        by_own_app(&mut reader, id).await.with_context(|| id.to_owned())?;
    }
    by_site(&mut reader).await.context("wordpress")?;
    by_server(&mut reader).await.context("mastodon")?;
    by_password(&mut reader).await.context("bluesky")?;
    by_definition(&mut reader).await.context("a server of one's own")?;
    let accounts = reader.window.call("accounts_list", json!({})).await?;
    ensure!(accounts.as_array().map(Vec::len) == Some(13), "{accounts}");
    ensure!(reader.broken.is_empty(), "{:#?}", reader.broken);
    let errors = reader.window.errors().await?;
    ensure!(errors.is_empty(), "{errors:?}");
    Ok(())
}
