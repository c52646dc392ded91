//! WordPress against the real one, through `postroomctl`: found by its address in a folder, linked by the site's own page
//! and by a password made by hand, with both kinds of links; checked, taken back, unlinked.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use journeys::{
    ctl::{Ctl, text},
    http::get,
    wordpress::{Build, Wordpress},
};
use serde_json::Value;

/// Links by the site's own page; the account as it was printed last, or what was said on standard error.
fn by_page(ctl: &Ctl, site: &Wordpress, login: &str, yes: bool) -> Result<Value> {
    let line = ["accounts", "link", "wordpress", "--instance", &site.url, "--no-browser", "--timeout", "120"];
    let mut child = ctl.command(&line).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let first: Value = serde_json::from_str(&lines.next().context("nothing was printed")??)?;
    let back = site.decide(&text(&first, "/authorize_url")?, login, yes)?;
    ensure!(back.starts_with(&text(&first, "/redirect_uri")?), "sent to {back}");
    ensure!((200..400).contains(&get(&back)?.status), "the app did not take the answer");
    let last = lines.last();
    let done = child.wait_with_output()?;
    match last {
        Some(line) if done.status.success() => Ok(serde_json::from_str(&line?)?),
        _ => anyhow::bail!("{}", String::from_utf8_lossy(&done.stderr)),
    }
}

fn by_password(ctl: &Ctl, site: &str, login: &str, password: &str) -> Result<Value> {
    let words = ["accounts", "link", "wordpress", "--method", "app-password", "--secret-stdin", "--instance", site];
    ctl.json_with(&[words.as_slice(), &["--identifier", login]].concat(), password)
}

#[test]
fn a_site_as_it_is_published_is_linked_read_and_left() -> Result<()> {
    linked_read_and_left(Build::Published)
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the package is Debian's")]
fn a_site_of_debians_package_is_linked_read_and_left() -> Result<()> {
    linked_read_and_left(Build::Debian)
}

fn linked_read_and_left(build: Build) -> Result<()> {
    let home = tempfile::Builder::new().prefix("pb").tempdir()?;
    let (site, ctl) = (Wordpress::start(home.path(), build)?, Ctl::new(home.path())?);
    let before = site.passwords_of("author")?;

    let refused = by_page(&ctl, &site, "author", false).err().context("a no linked an account")?.to_string();
    ensure!(refused.contains("consent_refused"), "{refused}");
    ensure!(site.passwords_of("author")? == before, "a no made a password");

    let account = by_page(&ctl, &site, "author", true)?;
    ensure!(text(&account, "/handle")? == "author" && text(&account, "/kind")? == "author", "{account}");
    let mut made = site.passwords_of("author")?;
    ensure!(made.len() == before.len() + 1 && made.contains(&"Postroom".to_owned()), "{made:?}");
    let id = text(&account, "/id")?;
    ctl.json(&["accounts", "check", &id])?;
    ctl.json(&["accounts", "unlink", &id])?;
    made = site.passwords_of("author")?;
    ensure!(made == before, "the password is still there: {made:?}");

    for (permalinks, login, typed) in [("", "contrib", "/"), ("/%postname%/", "admin", "")] {
        site.set_permalinks(permalinks)?;
        let password = site.passwords.get(login).context("nobody of that name")?.clone();
        let account = by_password(&ctl, &format!("{}{typed}", site.url), login, &password)?;
        ensure!(text(&account, "/handle")? == login, "{account}");
        let id = text(&account, "/id")?;
        ctl.json(&["accounts", "check", &id])?;
        ctl.json(&["accounts", "unlink", &id])?;
        let (code, _) = ctl.refused(
            &[
                "accounts",
                "link",
                "wordpress",
                "--method",
                "app-password",
                "--secret-stdin",
                "--instance",
                &site.url,
                "--identifier",
                login,
            ],
            &password,
        )?;
        ensure!(code == 1, "the password that was deleted still opens");
    }
    for (login, password) in [("author", "author-pw"), ("nobody", "abcd efgh ijkl mnop qrst uvwx")] {
        ensure!(by_password(&ctl, &site.url, login, password).is_err(), "{login}");
    }
    Ok(())
}
