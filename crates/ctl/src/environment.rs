//! What is taken from the process environment: the only place of this crate that reads it.

use std::collections::BTreeMap;

use domain::Secret;

/// What the surroundings give.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// POSTROOM_VAULT_PASSPHRASE.
    pub passphrase: Option<Secret<String>>,
    /// POSTROOM_VAULT_KEY: 32 bytes in base64.
    pub key: Option<Secret<String>>,
    /// Variables with the form of an app's id or secret: `LINKEDIN_CLIENT_ID`.
    pub apps: BTreeMap<String, Secret<String>>,
    /// IANA zone times are shown in and local times are meant in.
    pub zone: String,
}

impl Environment {
    /// Reads the environment of this process. Empty values count as absent.
    #[must_use]
    pub fn read() -> Self {
        let zone = variable("TZ").filter(|zone| is_zone(zone));
        let zone = zone.or_else(|| iana_time_zone::get_timezone().ok().filter(|zone| is_zone(zone)));
        Self {
            passphrase: variable("POSTROOM_VAULT_PASSPHRASE").map(Secret::new),
            key: variable("POSTROOM_VAULT_KEY").map(Secret::new),
            apps: apps(),
            zone: zone.unwrap_or_else(|| "UTC".to_owned()),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line is the edge where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn apps() -> BTreeMap<String, Secret<String>> {
    let text =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let fits = |name: &str| name.ends_with("_CLIENT_ID") || name.ends_with("_CLIENT_SECRET");
    text.filter(|(name, _)| fits(name)).map(|(name, value)| (name, Secret::new(value))).collect()
}

fn is_zone(text: &str) -> bool {
    domain::schedule::at_instant(domain::UtcMs::from_millis(0), text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_never_shown() {
        let environment = Environment { key: Some(Secret::from("c2VjcmV0")), ..Environment::default() };
        assert!(!format!("{environment:?}").contains("c2VjcmV0"));
    }

    #[test]
    fn the_zone_is_one_of_the_database() {
        assert!(is_zone(&Environment::read().zone));
        assert!(!is_zone(":/etc/localtime") && !is_zone(""));
    }
}
