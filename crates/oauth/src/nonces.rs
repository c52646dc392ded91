//! The nonces that servers want in the next proof (RFC 9449, sections 8 and 9), the newest of each server. They are good
//! for minutes and worth nothing to anybody else, so they are kept in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use url::Url;

/// Longest nonce taken from a server, in bytes.
const NONCE_MAX_BYTES: usize = 512;
/// Servers whose nonces are remembered: an account talks to two.
const SERVERS_MAX: usize = 16;

/// By origin. Cheap to clone; clones share what was heard.
#[derive(Clone, Default)]
pub struct Nonces(Arc<Mutex<HashMap<String, String>>>);

impl Nonces {
    /// The last one of the server of an address.
    pub(crate) fn of(&self, url: &Url) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&url.origin().ascii_serialization()).cloned()
    }

    /// Takes the nonce of a server's answer; whether it is another than the one known.
    pub(crate) fn hear(&self, url: &str, nonce: &str) -> bool {
        let plain = !nonce.is_empty() && nonce.len() <= NONCE_MAX_BYTES && nonce.bytes().all(|b| b.is_ascii_graphic());
        let Some(url) = Url::parse(url).ok().filter(|_| plain) else { return false };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = url.origin().ascii_serialization();
        if known.len() >= SERVERS_MAX && !known.contains_key(&origin) {
            known.clear();
        }
        known.insert(origin, nonce.to_owned()).as_deref() != Some(nonce)
    }
}

impl std::fmt::Debug for Nonces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nonces")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_say_is_bounded() {
        let nonces = Nonces::default();
        for bad in ["", "a b", "a\r\nb", "é", &"x".repeat(NONCE_MAX_BYTES + 1)] {
            assert!(!nonces.hear("https://a.example/", bad), "{bad:?}");
        }
        for n in 0..SERVERS_MAX * 3 {
            nonces.hear(&format!("https://h{n}.example/"), "n");
        }
        assert!(nonces.0.lock().unwrap().len() <= SERVERS_MAX);
    }

    #[test]
    fn each_server_has_its_own_and_the_newest_counts() {
        let nonces = Nonces::default();
        let at = |url: &str| nonces.of(&Url::parse(url).unwrap());
        assert!(nonces.hear("https://a.example/x", "one") && !nonces.hear("https://a.example/y?z", "one"));
        assert!(nonces.clone().hear("https://a.example:8443/", "other"), "another port is another server");
        assert!(nonces.hear("https://a.example/", "two"));
        assert_eq!(at("https://a.example/").as_deref(), Some("two"));
        assert_eq!((at("https://a.example:8443/").as_deref(), at("https://b.example/")), (Some("other"), None));
    }
}
