//! What a person says of a platform of their own: an OAuth 2.0 server and where it says who somebody is. Everything in it
//! is bounded and checked before anything is done with it; what is wrong is said by field.

use domain::PlatformId;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Longest name, in characters.
const NAME_MAX_CHARS: usize = 60;
const ADDRESS_MAX_BYTES: usize = 2_048;
const SCOPES_MAX: usize = 30;
const SCOPE_MAX_BYTES: usize = 100;
const CLAIM_MAX_BYTES: usize = 100;

/// Whether apps there have a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppSecret {
    /// They have none.
    None,
    /// There are both kinds.
    #[default]
    Optional,
    /// Nothing works without it.
    Needed,
}

/// Where the secret goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretIn {
    /// In the form.
    #[default]
    Form,
    /// In the header.
    Header,
}

/// What has to be registered as the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayBack {
    /// Addresses with their ports, compared to the letter.
    #[default]
    FixedPorts,
    /// One address; any port of this computer fits (RFC 8252).
    AnyPort,
}

/// Whether a proof key goes with requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofKey {
    /// RFC 7636 with SHA-256.
    #[default]
    S256,
    /// The server is older than that.
    None,
}

/// A platform a person defined.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Definition {
    /// Short name: `my_forge`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Where the server describes itself, or its issuer; empty where it does not. What is empty below is read there.
    pub metadata: String,
    /// Opened in the browser.
    pub authorize: String,
    /// Trades codes for tokens.
    pub token: String,
    /// Ends grants; empty where nothing does.
    pub revoke: String,
    /// Says who somebody is.
    pub userinfo: String,
    /// Who the server is; empty where it does not say.
    pub issuer: String,
    /// Whether its answers always say so.
    pub issuer_required: bool,
    /// Its signing keys; empty where it signs nothing.
    pub keys: String,
    /// Takes requests ahead of the browser, where it takes no others.
    pub par: String,
    /// Scopes asked for.
    pub scopes: Vec<String>,
    /// Whether apps there have a secret.
    pub secret: AppSecret,
    /// Where it goes.
    pub secret_in: SecretIn,
    /// Whether a proof key goes with requests.
    pub proof_key: ProofKey,
    /// What is registered as the way back.
    pub way_back: WayBack,
    /// What the answer calls somebody's id: a name, or a JSON pointer. `sub` where it is empty.
    pub id_claim: String,
    /// What it calls their handle; the usual names where it is empty.
    pub handle_claim: String,
    /// What it calls their name; `name` where it is empty.
    pub name_claim: String,
}

/// A field of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `Definition`")]
pub enum Field {
    Id,
    Name,
    Metadata,
    Authorize,
    Token,
    Revoke,
    Userinfo,
    Issuer,
    Keys,
    Par,
    Scopes,
    IdClaim,
    HandleClaim,
    NameClaim,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It has to be there.
    Missing,
    /// It is too long, or there are too many.
    TooMuch,
    /// Small letters, digits and underscores are wanted.
    Letters,
    /// Another platform has this name.
    Taken,
    /// It is no address.
    NoAddress,
    /// Only https is allowed, but on this computer.
    NoHttps,
    /// It holds a secret, and addresses are kept and shown as they are.
    Secret,
    /// A scope is one word.
    NoScope,
    /// It is no name and no pointer.
    NoClaim,
    /// Nobody answers there.
    Unreachable,
    /// What answers there does not describe such a server.
    NoDescription,
    /// The server's description does not name it.
    NotDescribed,
}

/// What is wrong, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// The field.
    pub field: Field,
    /// What is wrong with it.
    pub wrong: Wrong,
}

impl Definition {
    /// The same without what clings to typed and pasted text.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        for text in [
            &mut self.id,
            &mut self.name,
            &mut self.metadata,
            &mut self.authorize,
            &mut self.token,
            &mut self.revoke,
            &mut self.userinfo,
            &mut self.issuer,
            &mut self.keys,
            &mut self.par,
            &mut self.id_claim,
            &mut self.handle_claim,
            &mut self.name_claim,
        ] {
            *text = text.trim().to_owned();
        }
        self.scopes = self.scopes.iter().flat_map(|scope| scope.split_whitespace()).map(str::to_owned).collect();
        self
    }

    /// What is wrong with it before its server is asked anything; `taken` tells the names of other platforms.
    #[must_use]
    pub fn problems(&self, taken: impl Fn(&str) -> bool) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut say = |field, wrong: Option<Wrong>| found.extend(wrong.map(|wrong| Problem { field, wrong }));
        say(Field::Id, self.wrong_id(taken));
        say(Field::Name, self.wrong_name());
        let described = !self.metadata.is_empty();
        for (field, text, needed) in [
            (Field::Metadata, &self.metadata, false),
            (Field::Authorize, &self.authorize, !described),
            (Field::Token, &self.token, !described),
            (Field::Userinfo, &self.userinfo, !described),
            (Field::Revoke, &self.revoke, false),
            (Field::Keys, &self.keys, false),
            (Field::Par, &self.par, false),
            (Field::Issuer, &self.issuer, false),
        ] {
            let missing = needed.then_some(Wrong::Missing);
            say(field, if text.is_empty() { missing } else { wrong_address(text) });
        }
        say(Field::Scopes, wrong_scopes(&self.scopes));
        for (field, claim) in [
            (Field::IdClaim, &self.id_claim),
            (Field::HandleClaim, &self.handle_claim),
            (Field::NameClaim, &self.name_claim),
        ] {
            say(field, wrong_claim(claim));
        }
        found
    }

    /// What is missing once the server's description was read.
    #[must_use]
    pub fn lacking(&self) -> Vec<Problem> {
        let needed =
            [(Field::Authorize, &self.authorize), (Field::Token, &self.token), (Field::Userinfo, &self.userinfo)];
        let lacking = needed.into_iter().filter(|(_, text)| text.is_empty());
        lacking.map(|(field, _)| Problem { field, wrong: Wrong::NotDescribed }).collect()
    }

    fn wrong_id(&self, taken: impl Fn(&str) -> bool) -> Option<Wrong> {
        match self.id.as_str() {
            "" => Some(Wrong::Missing),
            id if id.len() > PlatformId::MAX_BYTES => Some(Wrong::TooMuch),
            id if PlatformId::parse(id).is_none() => Some(Wrong::Letters),
            id if taken(id) => Some(Wrong::Taken),
            _ => None,
        }
    }

    fn wrong_name(&self) -> Option<Wrong> {
        match self.name.as_str() {
            "" => Some(Wrong::Missing),
            name if name.chars().count() > NAME_MAX_CHARS => Some(Wrong::TooMuch),
            name if name.chars().any(char::is_control) => Some(Wrong::Letters),
            _ => None,
        }
    }
}

fn wrong_address(text: &str) -> Option<Wrong> {
    if text.len() > ADDRESS_MAX_BYTES {
        return Some(Wrong::TooMuch);
    }
    let Ok(url) = Url::parse(text) else { return Some(Wrong::NoAddress) };
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !bare {
        return Some(Wrong::NoAddress);
    }
    let local = match url.host() {
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if url.query_pairs().any(|(name, _)| net::redact::is_secret_name(&name)) {
        return Some(Wrong::Secret);
    }
    (url.scheme() == "http" && !local).then_some(Wrong::NoHttps)
}

fn wrong_scopes(scopes: &[String]) -> Option<Wrong> {
    // The characters of RFC 6749, section 3.3.
    let word = |scope: &String| scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    if scopes.len() > SCOPES_MAX || scopes.iter().any(|scope| scope.len() > SCOPE_MAX_BYTES) {
        return Some(Wrong::TooMuch);
    }
    (!scopes.iter().all(word)).then_some(Wrong::NoScope)
}

fn wrong_claim(claim: &str) -> Option<Wrong> {
    if claim.len() > CLAIM_MAX_BYTES {
        return Some(Wrong::TooMuch);
    }
    (!claim.bytes().all(|b| b.is_ascii_graphic())).then_some(Wrong::NoClaim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Definition {
        let at = |path: &str| format!("https://forge.example{path}");
        Definition {
            id: "my_forge".to_owned(),
            name: "My forge".to_owned(),
            authorize: at("/authorize"),
            token: at("/token"),
            userinfo: at("/me"),
            scopes: vec!["read:user".to_owned()],
            ..Definition::default()
        }
    }

    fn of(definition: &Definition) -> Vec<(Field, Wrong)> {
        definition.problems(|id| id == "x").into_iter().map(|problem| (problem.field, problem.wrong)).collect()
    }

    #[test]
    fn a_whole_definition_has_nothing_wrong_with_it() {
        assert_eq!(of(&whole()), []);
        let asks = "https://forge.example/me?fields=id,name".to_owned();
        assert_eq!(of(&Definition { userinfo: asks, ..whole() }), [], "an address may ask for something");
        let described = Definition {
            metadata: "http://127.0.0.1:4000".to_owned(),
            id: "a".to_owned(),
            name: "A".to_owned(),
            ..Definition::default()
        };
        assert_eq!(of(&described), []);
        assert_eq!(described.lacking().len(), 3, "the description has to name the rest");
        assert!(whole().lacking().is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        use Wrong as W;
        let long = "a".repeat(3_000);
        let cases: Vec<(Field, W, Definition)> = vec![
            (Field::Id, W::Missing, Definition { id: String::new(), ..whole() }),
            (Field::Id, W::Letters, Definition { id: "My forge".to_owned(), ..whole() }),
            (Field::Id, W::TooMuch, Definition { id: "a".repeat(33), ..whole() }),
            (Field::Id, W::Taken, Definition { id: "x".to_owned(), ..whole() }),
            (Field::Name, W::Missing, Definition { name: String::new(), ..whole() }),
            (Field::Name, W::TooMuch, Definition { name: long.clone(), ..whole() }),
            (Field::Name, W::Letters, Definition { name: "a\u{7}".to_owned(), ..whole() }),
            (Field::Token, W::Missing, Definition { token: String::new(), ..whole() }),
            (Field::Token, W::NoHttps, Definition { token: "http://forge.example/t".to_owned(), ..whole() }),
            (Field::Token, W::NoHttps, Definition { token: "http://127.0.0.2/t".to_owned(), ..whole() }),
            (Field::Authorize, W::NoAddress, Definition { authorize: "forge.example".to_owned(), ..whole() }),
            (Field::Authorize, W::NoAddress, Definition { authorize: "javascript:alert(1)".to_owned(), ..whole() }),
            (Field::Authorize, W::NoAddress, Definition { authorize: "file:///etc/passwd".to_owned(), ..whole() }),
            (Field::Userinfo, W::NoAddress, Definition { userinfo: "https://u:p@a.example".to_owned(), ..whole() }),
            (Field::Userinfo, W::TooMuch, Definition { userinfo: format!("https://a/{long}"), ..whole() }),
            (Field::Userinfo, W::Secret, Definition { userinfo: "https://a.example/?Api_Key=x".to_owned(), ..whole() }),
            (Field::Token, W::Secret, Definition { token: "https://a.example/t?a=b&token=x".to_owned(), ..whole() }),
            (Field::Revoke, W::NoAddress, Definition { revoke: "https://a.example/#x".to_owned(), ..whole() }),
            (Field::Scopes, W::NoScope, Definition { scopes: vec!["a\"b".to_owned()], ..whole() }),
            (Field::Scopes, W::TooMuch, Definition { scopes: vec!["a".to_owned(); 31], ..whole() }),
            (Field::IdClaim, W::NoClaim, Definition { id_claim: "two words".to_owned(), ..whole() }),
            (Field::NameClaim, W::TooMuch, Definition { name_claim: long, ..whole() }),
        ];
        for (field, wrong, definition) in cases {
            assert_eq!(of(&definition), [(field, wrong)], "{field:?} {wrong:?}");
        }
    }

    #[test]
    fn what_clings_to_pasted_text_goes() {
        let typed = Definition {
            id: " my_forge ".to_owned(),
            scopes: vec!["a b ".to_owned(), " ".to_owned()],
            token: "https://forge.example/token\n".to_owned(),
            ..whole()
        };
        let tidy = typed.tidy();
        assert_eq!((tidy.id.as_str(), tidy.token.as_str()), ("my_forge", "https://forge.example/token"));
        assert_eq!(tidy.scopes, ["a", "b"]);
    }

    #[test]
    fn a_file_with_something_unknown_in_it_is_refused() {
        let read = |text: &str| serde_json::from_str::<Definition>(text);
        assert!(read(r#"{"id": "a", "secret": "needed", "way_back": "any_port"}"#).is_ok());
        assert!(read(r#"{"id": "a", "client_secret": "s"}"#).is_err());
    }
}
