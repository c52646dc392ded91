//! The real Bluesky data server of `tests/servers/pds`, behind its witnessing front door.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    command::{environment, root},
    ctl::{Ctl, text},
    http,
};

/// What every person there signs in with.
pub const PASSWORD: &str = "correct horse";

/// A running data server; it ends with this value.
#[derive(Debug)]
pub struct Pds {
    child: Child,
    /// Address of the front door.
    pub url: String,
    /// Address of the server behind it, where no fault is met.
    pub direct: String,
    /// Address of its directory of accounts.
    pub directory: String,
    /// What it has accepted, one JSON object a line.
    pub witness: PathBuf,
    control: String,
    control_token: String,
}

/// An account there.
#[derive(Debug, Clone)]
pub struct Person {
    /// Its DID.
    pub did: String,
    /// Its handle.
    pub handle: String,
    /// An app password.
    pub app_password: String,
    access: String,
}

impl Pds {
    /// Starts one with its witness below `home`.
    pub fn start(home: &Path) -> Result<Self> {
        let place = prepared()?;
        let witness = home.join("pds-witness.jsonl");
        fs::write(&witness, "")?;
        let mut command = Command::new(place.join("bin/node"));
        command.arg("--import").arg(place.join("loopback.mjs")).arg(place.join("pds.mjs")).arg("--until-stdin-closes");
        command.env("WITNESS", &witness).current_dir(&place);
        let log = fs::File::create(home.join("pds.log"))?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().context("start the data server")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let log = || fs::read_to_string(home.join("pds.log")).unwrap_or_default();
        let said: Value =
            serde_json::from_str(&line).with_context(|| format!("the data server said {line:?}: {}", log()))?;
        let (url, direct, directory) = (text(&said, "/pds")?, text(&said, "/direct")?, text(&said, "/plc")?);
        let (control, control_token) = (text(&said, "/control")?, text(&said, "/control_token")?);
        Ok(Self { child, url, direct, directory, witness, control, control_token })
    }

    /// A new account with an app password.
    pub fn person(&self, handle: &str) -> Result<Person> {
        let account = json!({"handle": handle, "email": format!("{handle}@mail.example"), "password": PASSWORD});
        let made = self.ask("com.atproto.server.createAccount", &[], &account)?;
        let (did, access) = (text(&made, "/did")?, text(&made, "/accessJwt")?);
        let bearer = format!("Authorization: Bearer {access}");
        let made = self.ask("com.atproto.server.createAppPassword", &[&bearer], &json!({"name": "postroom"}))?;
        Ok(Person { did, handle: handle.to_owned(), app_password: text(&made, "/password")?, access })
    }

    fn ask(&self, method: &str, headers: &[&str], body: &Value) -> Result<Value> {
        http::post(&format!("{}/xrpc/{method}", self.direct), headers, body)?.done()?.json()
    }

    /// Replaces the faults in force; none with an empty list.
    pub fn faults(&self, rules: &Value) -> Result<()> {
        let bearer = format!("Authorization: Bearer {}", self.control_token);
        http::post(&self.control, &[&bearer], rules)?.done().map(drop)
    }

    /// All posts of a person, newest first, as the server holds them: `{uri, cid, value}`.
    pub fn posts(&self, person: &Person) -> Result<Vec<Value>> {
        let query = format!("repo={}&collection=app.bsky.feed.post&limit=100", person.did);
        let found = http::get(&format!("{}/xrpc/com.atproto.repo.listRecords?{query}", self.direct))?.done()?.json()?;
        Ok(found.get("records").and_then(Value::as_array).context("no records")?.clone())
    }

    /// The bytes of a blob.
    pub fn blob(&self, person: &Person, cid: &str) -> Result<Vec<u8>> {
        let query = format!("did={}&cid={cid}", person.did);
        let bearer = format!("Authorization: Bearer {}", person.access);
        let url = format!("{}/xrpc/com.atproto.sync.getBlob?{query}", self.direct);
        Ok(http::call("GET", &url, &[&bearer], &[])?.done()?.body)
    }

    /// Writes the endpoints file that leads to this server.
    pub fn endpoints(&self, home: &Path) -> Result<PathBuf> {
        let file = home.join("endpoints.toml");
        fs::write(&file, format!("[bluesky]\napi = \"{}\"\nplc = \"{}\"\n", self.url, self.directory))?;
        Ok(file)
    }

    /// Links a person to a profile by app password; the account's id here.
    pub fn link(&self, ctl: &Ctl, person: &Person) -> Result<String> {
        let line = self.link_line(ctl, person)?;
        let line: Vec<_> = line.iter().map(String::as_str).collect();
        text(&ctl.json_with(&line, &person.app_password)?, "/id")
    }

    /// The command line that links a person.
    pub fn link_line(&self, ctl: &Ctl, person: &Person) -> Result<Vec<String>> {
        let endpoints = format!("--endpoints={}", self.endpoints(ctl.home())?.display());
        let words = ["accounts", "link", "bluesky", "--method", "app-password", "--secret-stdin", "--identifier"];
        Ok(words.into_iter().chain([person.handle.as_str(), &endpoints]).map(str::to_owned).collect())
    }
}

impl Drop for Pds {
    fn drop(&mut self) {
        // It removes its own folders when its input closes.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The installed server: where the task runner put it, else beside the test programs.
fn prepared() -> Result<PathBuf> {
    let servers = match environment("POSTROOM_SERVERS") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::current_exe()?.ancestors().nth(3).context("no target folder")?.join("servers"),
    };
    let place = servers.join("pds");
    let script = root().join("tests/servers/prepare.sh");
    let done = Command::new("bash").arg(script).arg(&place).stdout(Stdio::null()).status()?;
    ensure!(done.success(), "the data server could not be prepared in {}", place.display());
    Ok(place)
}
