//! A simulated platform, its synced journal, and an owner who presses the buttons of its consent pages.

use std::{fs, path::Path, sync::mpsc, thread};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use simulator::{Command, Effect, Rule, Running, Simulator};
use tokio::{runtime::Builder, sync::oneshot};
use url::form_urlencoded::Serializer;

use crate::http::{call, get, value};

/// A running simulator; it ends with this value.
pub struct Simulated {
    running: Running,
    // Its calls are answered on a thread of its own, which ends with this: tests may block, or be asynchronous.
    _end: oneshot::Sender<()>,
}

impl Simulated {
    /// Starts a platform by its simulator's name, with its journal below `home`.
    pub fn start(platform: &str, home: &Path) -> Result<Self> {
        let folder = home.join(platform);
        fs::create_dir_all(&folder)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let platform = platform.to_owned();
        let ((end, ended), (tell, told)) = (oneshot::channel(), mpsc::channel());
        thread::spawn(move || {
            runtime.block_on(async {
                if tell.send(Simulator::start(&platform, &folder).await).is_ok() {
                    let _ = ended.await;
                }
            });
        });
        Ok(Self { running: told.recv()??, _end: end })
    }

    /// Its origin.
    pub fn url(&self) -> &str {
        self.running.url()
    }

    /// Its journal.
    pub fn journal(&self) -> &Path {
        self.running.journal()
    }

    /// Does something behind its API's back.
    pub fn control(&self, command: &Command) -> Result<Value> {
        Ok(self.running.control(command)?)
    }

    /// Changes settings, given as a JSON object.
    pub fn set(&self, settings: &Value) -> Result<()> {
        self.control(&Command::configure(settings)).map(drop)
    }

    /// What goes wrong from now on.
    pub fn faults(&self, rules: Vec<Rule>) {
        self.running.faults().set(rules);
    }

    /// How often the faults in force were met.
    pub fn hits(&self) -> usize {
        self.running.faults().list().iter().map(|rule| rule.hits as usize).sum()
    }

    /// How many tokens act for an account.
    pub fn tokens_of(&self, handle: &str) -> Result<u64> {
        let told = self.control(&Command::TokensOf { handle: handle.to_owned() })?;
        told["tokens"].as_u64().context("no number of tokens")
    }

    /// How many calls of an operation came, whatever became of them.
    pub fn calls(&self, operation: &str) -> Result<usize> {
        Ok(self.running.seen()?.iter().filter(|call| call.seen == operation).count())
    }

    /// Everything accepted, oldest first.
    pub fn effects(&self) -> Result<Vec<Effect>> {
        Ok(self.running.effects()?)
    }

    /// Follows a consent address as the owner of an account would: signs in, allows, and goes back to the app.
    pub fn consent(&self, address: &str, name: &str, password: &str) -> Result<()> {
        let (_, query) = address.split_once('?').context("an address without a query")?;
        let form = |pairs: &[(&str, &str)]| Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes();
        let typed = "Content-Type: application/x-www-form-urlencoded";
        let signing_in = form(&[("query", query), ("username", name), ("password", password)]);
        let signed_in = call("POST", &format!("{}/auth/sign_in", self.url()), &[typed], &signing_in)?;
        ensure!(signed_in.status == 302, "the sign-in was answered {}", signed_in.status);
        let cookie = value(&signed_in.headers, "set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = format!("Cookie: {}", cookie.context("no session")?);
        let page = value(&signed_in.headers, "location").context("no consent page")?;
        let allowed = call("POST", page, &[typed, &cookie], &form(&[("decision", "allow")]))?;
        let back = value(&allowed.headers, "location").context("the owner was not sent back")?;
        let heard = get(back)?;
        ensure!((200..400).contains(&heard.status), "the app answered {} to the owner's return", heard.status);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write, net::TcpListener, thread};

    use serde_json::json;
    use simulator::Command;

    use super::Simulated;
    use crate::{
        http::{post, read_head},
        witness::Tail,
    };

    #[test]
    fn an_owner_allows_and_the_app_hears_of_it() {
        let home = tempfile::tempdir().unwrap();
        let mastodon = Simulated::start("mastodon", home.path()).unwrap();
        mastodon.control(&Command::add_account("alice", "secret")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let redirect = format!("http://{}/oauth/mastodon", listener.local_addr().unwrap());
        let app = json!({"client_name": "Postroom", "redirect_uris": [redirect], "scopes": "read"});
        let app = post(&format!("{}/api/v1/apps", mastodon.url()), &[], &app).unwrap().done().unwrap().json().unwrap();
        let id = app["client_id"].as_str().unwrap();
        let address = format!(
            "{}/oauth/authorize?response_type=code&client_id={id}&redirect_uri={redirect}&scope=read&state=1",
            mastodon.url()
        );
        let heard = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let head = read_head(&mut std::io::BufReader::new(stream.try_clone().unwrap())).unwrap().unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            head.0
        });
        mastodon.consent(&address, "alice", "secret").unwrap();
        let heard = heard.join().unwrap();
        assert!(heard.starts_with("GET /oauth/mastodon?code=") && heard.contains("&state=1 "), "{heard}");
    }

    #[test]
    fn the_witness_reads_its_journal() {
        let home = tempfile::tempdir().unwrap();
        let mastodon = Simulated::start("gotosocial", home.path()).unwrap();
        mastodon.control(&Command::add_account("alice", "secret")).unwrap();
        let grant = Command::Grant { handle: "alice".into(), scopes: "write:statuses".into() };
        let token =
            format!("Authorization: Bearer {}", mastodon.control(&grant).unwrap()["access_token"].as_str().unwrap());
        for _ in 0..2 {
            let body = json!({"status": "hello"});
            let lines = [token.as_str(), "Idempotency-Key: k"];
            post(&format!("{}/api/v1/statuses", mastodon.url()), &lines, &body).unwrap().done().unwrap();
        }
        let mut tail = Tail::open(mastodon.journal()).unwrap();
        assert_eq!(tail.count("mastodon", "hello").unwrap(), 2, "this server ignores keys, and that is seen");
        mastodon.set(&json!({"keys": "honoured"})).unwrap();
        let lines = [token.as_str(), "Idempotency-Key: k"];
        post(&format!("{}/api/v1/statuses", mastodon.url()), &lines, &json!({"status": "hello"})).unwrap();
        assert_eq!(tail.count("mastodon", "hello").unwrap(), 2, "a recognised key is no acceptance");
        assert_eq!(mastodon.effects().unwrap().len(), 3);
    }
}
