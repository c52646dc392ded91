//! What is taken from the process environment: the only place of this crate that reads it.

use domain::Secret;

/// What the surroundings give.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// POSTROOM_VAULT_PASSPHRASE.
    pub passphrase: Option<Secret<String>>,
    /// POSTROOM_VAULT_KEY: 32 bytes in base64.
    pub key: Option<Secret<String>>,
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
            zone: zone.unwrap_or_else(|| "UTC".to_owned()),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line is the edge where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
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
