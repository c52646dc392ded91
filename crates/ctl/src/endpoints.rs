//! `--endpoints FILE`: other endpoints for an account that is being linked.
//!
//! Reads TOML tables by platform. Refuses every address that is not on this machine unless
//! `allow_remote = true` stands in the file, and names no platform knows. What it gives is used for the account
//! being linked and for nothing else.

use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

use ipc::wire::PlatformView;
use toml::{Table, Value};
use url::{Host, Url};

use crate::trouble::Trouble;

/// Largest file read.
const MAX_BYTES: u64 = 64 * 1024;
/// The key that lifts the bound to this machine.
const ALLOW_REMOTE: &str = "allow_remote";

/// Endpoints by platform and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides(BTreeMap<String, BTreeMap<String, String>>);

impl Overrides {
    /// Reads and checks a file.
    pub fn load(path: &Path) -> Result<Self, Trouble> {
        let mut text = String::new();
        let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text));
        match read {
            Ok(_) if text.len() as u64 <= MAX_BYTES => Self::parse(&text),
            Ok(_) => Err(wrong(format!("The endpoints file has more than {MAX_BYTES} bytes."))),
            Err(error) => Err(wrong(format!("The endpoints file {} cannot be read: {error}.", path.display()))),
        }
    }

    /// Reads and checks the text of a file.
    pub fn parse(text: &str) -> Result<Self, Trouble> {
        let table: Table = text
            .parse()
            .map_err(|error: toml::de::Error| wrong(format!("The endpoints file is not TOML: {}.", error.message())))?;
        let allow_remote = match table.get(ALLOW_REMOTE) {
            None => false,
            Some(Value::Boolean(allow)) => *allow,
            Some(_) => return Err(wrong(format!("`{ALLOW_REMOTE}` in the endpoints file is true or false."))),
        };
        let mut overrides = BTreeMap::new();
        for (platform, value) in table.iter().filter(|(key, _)| *key != ALLOW_REMOTE) {
            let Value::Table(entries) = value else {
                return Err(wrong(format!("`{platform}` in the endpoints file is not a table of addresses.")));
            };
            let endpoints: Result<BTreeMap<_, _>, _> =
                entries.iter().map(|(name, value)| endpoint(platform, name, value, allow_remote)).collect();
            overrides.insert(platform.clone(), endpoints?);
        }
        Ok(Self(overrides))
    }

    /// The endpoints given for one platform. Every platform and name in the file must be known to this version.
    pub fn of(&self, platform: &str, known: &[PlatformView]) -> Result<BTreeMap<String, String>, Trouble> {
        for (id, endpoints) in &self.0 {
            let Some(view) = known.iter().find(|view| view.id == *id) else {
                return Err(wrong(format!(
                    "The endpoints file names a platform `{id}` that this version does not know."
                )));
            };
            if let Some(name) = endpoints.keys().find(|name| !view.endpoints.contains_key(*name)) {
                let names: Vec<_> = view.endpoints.keys().map(String::as_str).collect();
                let names = names.join(", ");
                return Err(wrong(format!("`{id}` has no endpoint `{name}`; it has {names}.")));
            }
        }
        Ok(self.0.get(platform).cloned().unwrap_or_default())
    }
}

fn endpoint(platform: &str, name: &str, value: &Value, allow_remote: bool) -> Result<(String, String), Trouble> {
    let place = format!("`{platform}.{name}` in the endpoints file");
    let text = value.as_str().ok_or_else(|| wrong(format!("{place} is not a text.")))?;
    let url = Url::parse(text).map_err(|_| wrong(format!("{place} is not an address.")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong(format!("{place} is not an http or https address.")));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(format!("{place} has a user, a query or a fragment; only origin and path are possible.")));
    }
    if !is_loopback(&url) && !allow_remote {
        let action =
            format!("Use an address on this machine, or write `{ALLOW_REMOTE} = true` into the file if you mean it.");
        return Err(Trouble::usage(format!("{place} is not on this machine."), action));
    }
    Ok((name.to_owned(), text.trim_end_matches('/').to_owned()))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn wrong(message: String) -> Trouble {
    Trouble::usage(message, "Correct the file given with --endpoints.")
}

#[cfg(test)]
#[path = "endpoints_tests.rs"]
mod tests;
