//! Platforms that people define themselves: an OAuth 2.0 server, and where it says who somebody is. Accounts are linked,
//! nothing is published.
//!
//! A platform's facts are texts that live as long as the program. Those of a definition are kept for as long too: each
//! text once, so that defining the same again costs nothing.

mod definition;

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use domain::{
    ProviderError, UtcMs,
    consent::{LoopbackHost, Pkce, PortRule, RedirectRule, SecretPlace},
};
use serde_json::Value;

pub use self::definition::{AppSecret, Definition, Field, Problem, ProofKey, SecretIn, WayBack, Wrong};
use crate::{
    calls::Operation,
    descriptor::{ClientRule, Descriptor, IssuerRule, Method, Need, OauthRules, OpenIdRule, Scope, SecretNeed},
    link_only::{self, Avatar, LINK_PORTS, LinkOnly, WhoIs},
};

/// Where the handle and the name usually are (OpenID Connect Core, section 5.1), and in servers of the GitHub family.
const HANDLES: &[&str] = &["/preferred_username", "/login", "/username", "/nickname", "/email"];
const NAMES: &[&str] = &["/name", "/full_name"];
const COLOR: &str = "#5f6368";

/// The provider of a definition that has nothing wrong with it.
#[must_use]
pub fn provider(definition: &Definition) -> LinkOnly {
    let claim = |claim: &str, usual: &'static str| if claim.is_empty() { usual } else { kept(&pointer(claim)) };
    let id = claim(&definition.id_claim, "/sub");
    // Whoever has no other handle goes by their id.
    let handle = [claim(&definition.handle_claim, "/preferred_username")].into_iter().chain(HANDLES.iter().copied());
    let name = [claim(&definition.name_claim, "/name")].into_iter().chain(NAMES.iter().copied());
    let (id, handle, name) = (list([id]), list(handle.chain([id])), list(name));
    // Where OpenID Connect Core has it, section 5.1.
    let who = WhoIs { id, handle, name, avatar: Avatar::At("/picture"), ..WhoIs::at("") };
    LinkOnly::new(descriptor(definition), link_only::rules(kept(&definition.id), refused), who)
}

fn descriptor(definition: &Definition) -> Descriptor {
    let (id, name) = (kept(&definition.id), kept(&definition.name));
    let scope = |name: &String| Scope { name: kept(name), reason: "Asked for by your definition", need: Need::Beside };
    let endpoints = [
        ("authorize", &definition.authorize),
        ("token", &definition.token),
        ("revoke", &definition.revoke),
        ("par", &definition.par),
        ("issuer", &definition.issuer),
        ("keys", &definition.keys),
        ("api", &definition.userinfo),
    ];
    let badge: String = name.chars().filter(|sign| sign.is_alphanumeric()).take(2).collect();
    Descriptor {
        color: COLOR,
        badge: kept(&badge.to_uppercase()),
        methods: vec![Method::Oauth(rules(definition))],
        scopes: definition.scopes.iter().map(scope).collect(),
        endpoints: endpoints.into_iter().filter(|(_, url)| !url.is_empty()).map(|(at, url)| (at, kept(url))).collect(),
        default_instance: origin(&definition.userinfo),
        source: "Your own definition",
        guide: kept(&format!(
            "# {name}\n\nYou defined this platform yourself, under Settings or with `postroomctl providers add`.\n\n\
             **Your own app.** Register one with the server, with the addresses under *Settings, Your apps*.\n"
        )),
        ..link_only::descriptor(id, name)
    }
}

fn rules(definition: &Definition) -> OauthRules {
    let need = match definition.secret {
        AppSecret::None => SecretNeed::None,
        AppSecret::Optional => SecretNeed::Optional,
        AppSecret::Needed => SecretNeed::Needed,
    };
    let path = kept(&format!("/callback/{}", definition.id));
    let host = LoopbackHost::Address;
    // Without its keys nothing that it signs can be believed.
    let signs = definition.scopes.iter().any(|scope| scope == "openid")
        && !definition.keys.is_empty()
        && !definition.issuer.is_empty();
    let by_subject = definition.id_claim.is_empty() || pointer(&definition.id_claim) == "/sub";
    OauthRules {
        secret_place: match definition.secret_in {
            SecretIn::Form => SecretPlace::Body,
            SecretIn::Header => SecretPlace::Basic,
        },
        redirect: match definition.way_back {
            WayBack::FixedPorts => RedirectRule::FixedPorts { ports: LINK_PORTS, path, host },
            WayBack::AnyPort => RedirectRule::AnyPort { path, host, registered: PortRule::Omitted },
        },
        pkce: match definition.proof_key {
            ProofKey::S256 => Pkce::S256,
            ProofKey::None => Pkce::None,
        },
        issuer: match (definition.issuer.is_empty(), definition.issuer_required) {
            (true, _) => IssuerRule::None,
            (false, false) => IssuerRule::Compared,
            (false, true) => IssuerRule::Required,
        },
        openid: signs.then_some(if by_subject { OpenIdRule::Subject } else { OpenIdRule::SignedIn }),
        ..OauthRules::standard(ClientRule::Own(need), path)
    }
}

/// Whose refusal it is, [`LinkOnly`] knows.
fn refused(operation: Operation, status: u16, body: &Value, until: Option<UtcMs>) -> ProviderError {
    link_only::refused("postroom", operation, (status, body), until, |_, _| None)
}

/// A JSON pointer (RFC 6901) to a claim; one that is a pointer already stays.
fn pointer(claim: &str) -> String {
    if claim.starts_with('/') {
        return claim.to_owned();
    }
    format!("/{}", claim.replace('~', "~0").replace('/', "~1"))
}

fn origin(address: &str) -> &'static str {
    let origin = url::Url::parse(address).map(|url| url.origin().ascii_serialization());
    origin.map_or("", |origin| kept(&origin))
}

/// A text that stays.
fn kept(text: &str) -> &'static str {
    static TEXTS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = texts.get(text) {
        return known;
    }
    let new: &'static str = Box::leak(text.to_owned().into_boxed_str());
    texts.insert(new);
    new
}

/// A list that stays.
fn list(places: impl IntoIterator<Item = &'static str>) -> &'static [&'static str] {
    static LISTS: Mutex<BTreeSet<&'static [&'static str]>> = Mutex::new(BTreeSet::new());
    let places: Vec<_> = places.into_iter().collect();
    let mut lists = LISTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lists.get(places.as_slice()) {
        return known;
    }
    let new: &'static [&'static str] = Box::leak(places.into_boxed_slice());
    lists.insert(new);
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Provider;

    fn whole() -> Definition {
        let at = |path: &str| format!("https://forge.example{path}");
        Definition {
            id: "my_forge".to_owned(),
            name: "My forge".to_owned(),
            authorize: at("/authorize"),
            token: at("/token"),
            userinfo: at("/api/me"),
            issuer: at(""),
            keys: at("/keys"),
            scopes: vec!["openid".to_owned()],
            ..Definition::default()
        }
    }

    fn rules_of(definition: &Definition) -> OauthRules {
        provider(definition).descriptor().methods[0].oauth().unwrap().clone()
    }

    #[test]
    fn a_definition_becomes_a_platform_like_the_others() {
        let made = provider(&whole());
        let facts = made.descriptor();
        assert_eq!((facts.id, facts.name, facts.badge, facts.publishes), ("my_forge", "My forge", "MY", false));
        let endpoints = facts.endpoints("");
        assert_eq!((endpoints.get("api"), endpoints.get("revoke")), ("https://forge.example/api/me", ""));
        assert_eq!(facts.default_instance, "https://forge.example");
        assert!(facts.guide.starts_with("# My forge\n"));
        let rules = rules_of(&whole());
        assert_eq!((rules.redirect.path(), rules.issuer), ("/callback/my_forge", IssuerRule::Compared));
        assert_eq!(rules.openid, Some(OpenIdRule::Subject));
    }

    #[test]
    fn what_a_server_signs_is_asked_for_only_where_it_can_be_checked() {
        let openid = |definition: Definition| rules_of(&definition).openid;
        assert_eq!(openid(Definition { keys: String::new(), ..whole() }), None);
        assert_eq!(openid(Definition { scopes: Vec::new(), ..whole() }), None);
        assert_eq!(openid(Definition { id_claim: "sub".to_owned(), ..whole() }), Some(OpenIdRule::Subject));
        assert_eq!(openid(Definition { id_claim: "id".to_owned(), ..whole() }), Some(OpenIdRule::SignedIn));
        assert_eq!(rules_of(&Definition { issuer_required: true, ..whole() }).issuer, IssuerRule::Required);
    }

    #[test]
    fn a_claim_is_a_name_or_a_pointer() {
        for (claim, place) in [("sub", "/sub"), ("/data/id", "/data/id"), ("https://a/b", "/https:~1~1a~1b")] {
            assert_eq!(pointer(claim), place);
        }
    }

    #[test]
    fn the_same_text_is_kept_once() {
        assert!(std::ptr::eq(kept("a text of its own"), kept(&String::from("a text of its own"))));
        assert!(std::ptr::eq(list(["/a", "/b"]), list(vec!["/a", "/b"])));
    }
}
