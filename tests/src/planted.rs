//! Secrets brought to where the app takes them in: by linking, by its listener, by what people enter.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    ctl::{Ctl, text},
    gossip::secret,
    http,
    network::Network,
    recorder::Recorder,
};

/// What each secret is, and its value.
pub type Planted = Vec<(String, String)>;

/// Endpoints of the practice network with a recorder in front of all but the page.
pub fn endpoints(file: &Path, recorder: &Recorder, network: &Network) -> Result<()> {
    let (through, direct) = (&recorder.url, &network.url);
    let lines = [
        "[practice]".to_owned(),
        format!("authorize = \"{direct}/oauth/authorize\""),
        format!("token = \"{through}/oauth/token\""),
        format!("revoke = \"{through}/oauth/revoke\""),
        format!("api = \"{through}\""),
        format!("issuer = \"{direct}\""),
    ];
    Ok(fs::write(file, lines.join("\n"))?)
}

/// Links through the real consent flow, browserless, after knocking at its listener; everything printed goes to files in
/// the home folder. Returns the account, and what was brought that is secret.
pub fn link(ctl: &Ctl, network: &Network, extra: &[&str]) -> Result<(Value, Planted)> {
    let mut planted = Planted::new();
    let account = consented(ctl, "practice", extra, |shown| {
        planted = knocked(&text(shown, "/redirect_uri")?)?;
        network.consent(&text(shown, "/authorize_url")?, "a", "Robin").map(drop)
    })?;
    Ok((account.context("linking failed")?, planted))
}

/// Starts linking without a browser and does what a person and their browser do with what is shown. The account, where
/// there is one in the end; what was printed goes to files in the home folder.
pub fn consented(
    ctl: &Ctl,
    platform: &str,
    extra: &[&str],
    browser: impl FnOnce(&Value) -> Result<()>,
) -> Result<Option<Value>> {
    let line = [&["accounts", "link", platform, "--no-browser", "--timeout", "60"], extra].concat();
    let log = fs::File::options().create(true).append(true).open(ctl.home().join("link.err"))?;
    let mut child = ctl.command(&line).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let first = lines.next().context("nothing was printed")??;
    browser(&serde_json::from_str(&first)?)?;
    let last = lines.last().transpose()?;
    let done = child.wait()?.success();
    // The code is in the address the browser was sent to; what was printed is scanned like everything else.
    fs::write(ctl.home().join("link.out"), format!("{first}\n{}\n", last.as_deref().unwrap_or_default()))?;
    last.filter(|_| done).map(|last| Ok(serde_json::from_str(&last)?)).transpose()
}

/// Brings secrets to a listener that waits for somebody else's: codes with another state, and tokens in paths and queries.
fn knocked(redirect_uri: &str) -> Result<Planted> {
    let mut planted = Planted::new();
    let mut plant = |name: &str| {
        let value = secret(32);
        planted.push((format!("{name} {}", planted.len()), value.clone()));
        value
    };
    for _ in 0..3 {
        let (code, state) = (plant("code of somebody"), plant("state of somebody"));
        http::get(&format!("{redirect_uri}?code={code}&state={state}"))?;
    }
    for _ in 0..12 {
        let (path, query) = (plant("token in a path"), plant("token in a query"));
        http::get(&format!("{redirect_uri}/{path}?access_token={query}"))?;
    }
    Ok(planted)
}

/// Keeps an app of the user's own wherever one may have a secret.
pub fn own_apps(ctl: &Ctl) -> Result<Planted> {
    let mut planted = Planted::new();
    for app in ctl.json(&["apps", "list"])?.as_array().context("no list of apps")? {
        let platform = text(app, "/platform")?;
        if app["secret"] != "none" {
            let value = secret(32);
            let line = ["apps", "set", &platform, "--client-id", "an-app-of-mine", "--client-secret-stdin"];
            kept(ctl, &format!("app-{platform}"), &line, &value)?;
            planted.push((format!("client secret {platform}"), value));
        }
    }
    ensure!(!planted.is_empty(), "no platform wants an app with a secret");
    Ok(planted)
}

/// Runs a command line and keeps what it printed in the home folder, where it is scanned with everything else.
pub fn kept(ctl: &Ctl, name: &str, line: &[&str], input: &str) -> Result<Value> {
    let output = ctl.output(line, input)?;
    fs::write(ctl.home().join(format!("{name}.out")), &output.stdout)?;
    fs::write(ctl.home().join(format!("{name}.err")), &output.stderr)?;
    Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
}
