//! The dialect of platforms that accounts are linked with and nothing is published to: all there is to do is to ask who
//! the account is, and where to find that in the answer is data. Asked to publish, such a platform says that it cannot.

use async_trait::async_trait;
use domain::{
    EffectClass, Endpoints, ErrorKind, ProviderError, Secret, UtcMs, effect::Doubt, limits::PostLimits, text::TextRule,
};
use serde_json::Value;

use crate::{
    calls::{self, Ask, CallRules, Operation, TIMEOUT_MS, text_of},
    descriptor::{Descriptor, Kind, Rates},
    provider::{
        AccountRef, Confirmation, Doubtful, EffectPlan, Identity, Plan, Provider, Remote, Seed, Session, Step, Tokens,
        Work,
    },
};

/// The call that says who the account is.
pub(crate) const WHO: Operation = Operation::quiet("who_am_i");

/// The only kind of account these platforms have.
pub(crate) const KIND: &str = "user";

/// What an account is that belongs to a program: nobody can be linked through it.
pub(crate) const BOT: &str = "bot";

/// Ports registered with platforms that compare them: unassigned ones below those that systems give to outgoing connections,
/// and several, so that one of them is free.
pub(crate) const LINK_PORTS: &[u16] = &[28_127, 28_128, 28_129];

const ID_MAX_BYTES: usize = 200;
const NAME_MAX_CHARS: usize = 200;
const KIND_MAX_BYTES: usize = 40;
const AVATAR_MAX_BYTES: usize = 2_000;
/// A minute, where too many calls were made and no time is named.
const PAUSE_MS: i64 = 60_000;

/// Where a platform names somebody's picture.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Avatar {
    /// Nowhere.
    None,
    /// An address at this place of the answer.
    At(&'static str),
    /// An address made of names at places of the answer, all of them needed, with slashes between, and of what stands
    /// before and behind them.
    Made(&'static str, &'static [&'static str], &'static str),
}

impl Avatar {
    fn read(self, answer: &Value) -> String {
        let told = match self {
            Self::None => None,
            Self::At(place) => text(answer, place),
            Self::Made(before, places, behind) => {
                // Nothing but names: what is put into an address must not lead it elsewhere.
                let name = |place: &&str| text(answer, place).filter(|said| said.bytes().all(is_name));
                let names: Option<Vec<_>> = places.iter().map(name).collect();
                names.map(|names| format!("{before}{}{behind}", names.join("/")))
            }
        };
        told.filter(|address| address.len() <= AVATAR_MAX_BYTES).unwrap_or_default()
    }
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where a platform says who an account is. Places are JSON pointers (RFC 6901) into its answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WhoIs {
    /// Whether it is a `POST`.
    pub(crate) post: bool,
    /// Path behind the endpoint named `api`.
    pub(crate) path: &'static str,
    /// Parameters.
    pub(crate) query: &'static [(&'static str, &'static str)],
    /// A header it wants.
    pub(crate) header: Option<(&'static str, &'static str)>,
    /// What makes up the id, all of it needed: texts or numbers.
    pub(crate) id: &'static [&'static str],
    /// The handle: the first of these that is there.
    pub(crate) handle: &'static [&'static str],
    /// The display name: the first that is there, else the handle.
    pub(crate) name: &'static [&'static str],
    /// Where the address of their picture is.
    pub(crate) avatar: Avatar,
    /// What is only there (and not `false`) where the account is a program's and not a person's.
    pub(crate) bot: Option<&'static str>,
    /// Where some answers hold all that others say plainly; empty where none does.
    pub(crate) wrapped_at: &'static str,
    /// Where the account's kind is told, for platforms with several; read in capitals.
    pub(crate) kind: Option<&'static str>,
    /// The kind that the platform lets no app act for, because it is for professional accounts only.
    pub(crate) personal: Option<&'static str>,
}

impl WhoIs {
    /// A plain `GET`.
    pub(crate) const fn at(path: &'static str) -> Self {
        Self {
            post: false,
            path,
            query: &[],
            header: None,
            id: &[],
            handle: &[],
            name: &[],
            avatar: Avatar::None,
            bot: None,
            wrapped_at: "",
            kind: None,
            personal: None,
        }
    }

    fn ask(&self, endpoints: &Endpoints) -> Ask {
        let url = format!("{}{}", endpoints.get("api"), self.path);
        let mut ask = if self.post { Ask::post(url) } else { Ask::get(url) };
        for (name, value) in self.query {
            ask = ask.query(name, value);
        }
        match self.header {
            Some((name, value)) => ask.header(name, value.to_owned()),
            None => ask,
        }
    }

    /// Who the answer speaks of; `None` where it is not in the documented form.
    pub(crate) fn read(&self, answer: &Value) -> Option<Identity> {
        let answer = answer.pointer(self.wrapped_at).filter(|inner| inner.is_object()).unwrap_or(answer);
        let parts: Option<Vec<_>> = self.id.iter().map(|place| text(answer, place)).collect();
        let remote_id = parts?.join("/");
        let named = |places: &[&str]| places.iter().find_map(|place| shown(&text(answer, place)?));
        let handle = named(self.handle)?;
        let plain = |id: &str| (1..=ID_MAX_BYTES).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        let name = named(self.name).unwrap_or_else(|| handle.clone());
        let bot = self.bot.and_then(|place| answer.pointer(place));
        let kind = match self.kind {
            Some(place) => {
                text(answer, place).filter(|said| said.len() <= KIND_MAX_BYTES && said.bytes().all(is_name))?
            }
            None if bot.is_some_and(|said| !matches!(said, Value::Null | Value::Bool(false))) => BOT.to_owned(),
            None => KIND.to_owned(),
        };
        let kind = if self.kind.is_some() { kind.to_ascii_uppercase() } else { kind };
        let avatar = self.avatar.read(answer);
        let identity = Identity { remote_id, handle, name, kind, scopes: Vec::new(), endpoints: Vec::new(), avatar };
        Some(identity).filter(|identity| plain(&identity.remote_id))
    }
}

/// A text or a whole number.
fn text(answer: &Value, place: &str) -> Option<String> {
    match answer.pointer(place)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// A name as it may be shown.
pub(crate) fn shown(said: &str) -> Option<String> {
    let kept: String = said.chars().filter(|sign| !sign.is_control()).take(NAME_MAX_CHARS).collect();
    let kept = kept.trim().trim_start_matches('@');
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// What a platform's own words mean where its status says too little.
pub(crate) type OwnWords = fn(u16, &Value) -> Option<ErrorKind>;

/// A refusal: what the platform's words mean, else its status.
pub(crate) fn refused(
    id: &'static str,
    operation: Operation,
    answered: (u16, &Value),
    until: Option<UtcMs>,
    own: OwnWords,
) -> ProviderError {
    let (status, body) = answered;
    let kind = own(status, body).unwrap_or(match status {
        401 => ErrorKind::AuthRevoked,
        402 => ErrorKind::QuotaExhausted,
        429 => ErrorKind::RateLimited,
        403 if until.is_some() => ErrorKind::RateLimited,
        403 => ErrorKind::MissingScope,
        404 | 410 => ErrorKind::NotFound,
        408 | 425 | 500.. => ErrorKind::Unavailable,
        _ => ErrorKind::Protocol,
    });
    let words = ["error_description", "detail", "message", "error"].into_iter().map(|name| text_of(body, name));
    let words = words.into_iter().find(|words| !words.is_empty()).unwrap_or_default();
    calls::error(kind, id, operation)
        .replied(status, &format!("http_{status}"), &net::redact::text(words))
        .not_before(until)
}

/// A refused token, as nearly every platform says it.
pub(crate) fn unauthorised(status: u16, _body: &Value) -> bool {
    status == 401
}

/// How the answers of such a platform are read.
pub(crate) const fn rules(
    platform: &'static str,
    refused: fn(Operation, u16, &Value, Option<UtcMs>) -> ProviderError,
) -> CallRules {
    CallRules { platform, refused, token_refused: unauthorised, pause_ms: PAUSE_MS, timeout_ms: TIMEOUT_MS }
}

/// A descriptor with nothing that publishing needs.
pub(crate) fn descriptor(id: &'static str, name: &'static str) -> Descriptor {
    Descriptor {
        id,
        name,
        color: "",
        badge: "",
        methods: Vec::new(),
        kinds: vec![Kind { id: KIND, name: "Account", class: EffectClass::D }],
        publishes: false,
        scopes: Vec::new(),
        levels: &[],
        endpoints: Vec::new(),
        default_instance: "",
        asks_instance: false,
        limits: PostLimits {
            text: TextRule::graphemes(0),
            images_max: 0,
            image_max_bytes: 0,
            image_max_side: 0,
            image_types: Vec::new(),
            alt_max_chars: 0,
            parts_max: 1,
            text_optional_with_media: false,
        },
        doubt: Doubt { visible_after_max_ms: 0, late_accept_ms: 0 },
        key_life_ms: None,
        rates: Rates::default(),
        source: "",
        access_page: "",
        guide: "",
        practice: false,
    }
}

/// A platform that accounts are only linked with.
pub struct LinkOnly {
    descriptor: Descriptor,
    rules: CallRules,
    who: WhoIs,
}

impl LinkOnly {
    pub(crate) const fn new(descriptor: Descriptor, rules: CallRules, who: WhoIs) -> Self {
        Self { descriptor, rules, who }
    }

    fn cannot(&self, operation: &'static str) -> ProviderError {
        let words = format!("Nothing can be published to {} yet.", self.descriptor.name);
        ProviderError { remote_message: words, ..self.unsupported(operation) }
    }

    async fn who_am_i(&self, session: &Session) -> Result<Identity, ProviderError> {
        let ask = self.who.ask(&session.account.endpoints);
        let reply = calls::authorised(session, &self.rules, WHO, ask).await?;
        let answer: Value = reply.read()?;
        // Some refuse with status 200.
        if answer.get("ok") == Some(&Value::Bool(false)) {
            return Err((self.rules.refused)(WHO, reply.status, &answer, None));
        }
        let who = self.who.read(&answer).ok_or_else(|| reply.garbage())?;
        if self.who.personal == Some(who.kind.as_str()) {
            let refused = calls::error(ErrorKind::PersonalAccount, self.descriptor.id, WHO);
            return Err(refused.replied(reply.status, &who.kind, ""));
        }
        Ok(who)
    }

    fn unsupported(&self, operation: &'static str) -> ProviderError {
        calls::error(ErrorKind::Unsupported, self.descriptor.id, Operation::quiet(operation))
    }
}

#[async_trait]
impl Provider for LinkOnly {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn plan(&self, _: &AccountRef, _: &Work, _: &Value, _: Seed) -> Result<Plan, ProviderError> {
        Err(self.cannot("plan"))
    }

    fn preview(&self, _: &AccountRef, _: &Work, _: Seed) -> Result<EffectPlan, ProviderError> {
        Err(self.cannot("preview"))
    }

    async fn prepare(&self, _: &Session, _: &Work, _: &Value) -> Result<Step, ProviderError> {
        Err(self.cannot("prepare"))
    }

    async fn commit(&self, _: &Session, _: &EffectPlan) -> Result<Remote, ProviderError> {
        Err(self.cannot("commit"))
    }

    async fn confirm(&self, _: &Session, _: &Doubtful<'_>) -> Result<Confirmation, ProviderError> {
        Err(self.cannot("confirm"))
    }

    fn pulse(&self) -> Option<&'static str> {
        Some(self.who.path)
    }

    async fn identify(&self, session: &Session) -> Result<Identity, ProviderError> {
        let who = self.who_am_i(session).await;
        who.map_err(|error| ProviderError { platform: calls::platform(self.descriptor.id), ..error })
    }

    async fn sign_in(
        &self,
        _: &net::Client,
        _: &Endpoints,
        _: &str,
        _: &Secret<String>,
    ) -> Result<(Identity, Tokens), ProviderError> {
        Err(self.unsupported("sign_in"))
    }

    async fn renew(&self, _: &net::Client, _: &Endpoints, _: &Secret<String>) -> Result<Tokens, ProviderError> {
        Err(self.unsupported("renew"))
    }

    async fn sign_out(&self, _: &net::Client, _: &Endpoints, _: &Secret<String>) -> Result<(), ProviderError> {
        Err(self.unsupported("sign_out"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PERSON: WhoIs = WhoIs { id: &["/id"], handle: &["/login", "/email"], name: &["/name"], ..WhoIs::at("/me") };

    #[test]
    fn who_it_is_is_read_from_its_places_and_nothing_odd_is_believed() {
        let read = |answer| PERSON.read(&answer).map(|who| (who.remote_id, who.handle, who.name));
        let told = |id: &str, handle: &str, name: &str| Some((id.to_owned(), handle.to_owned(), name.to_owned()));
        assert_eq!(read(json!({"id": 7, "login": "ash", "name": "Ash"})), told("7", "ash", "Ash"));
        assert_eq!(read(json!({"id": "7", "email": "a@b.example"})), told("7", "a@b.example", "a@b.example"));
        assert_eq!(read(json!({"id": "7", "login": "@a\u{7}sh", "name": " "})), told("7", "ash", "ash"));
        for odd in [
            json!({"login": "ash"}),
            json!({"id": "", "login": "ash"}),
            json!({"id": -7, "login": "ash"}),
            json!({"id": "7 8", "login": "ash"}),
            json!({"id": "7", "login": ""}),
            json!({"id": "7"}),
            json!({"id": "7".repeat(300), "login": "ash"}),
            json!([]),
        ] {
            assert_eq!(read(odd.clone()), None, "{odd}");
        }
        let long = read(json!({"id": "7", "login": "a".repeat(5_000)})).unwrap();
        assert_eq!(long.1.chars().count(), NAME_MAX_CHARS);
    }

    #[test]
    fn a_picture_is_named_or_made_of_names() {
        let named = WhoIs { avatar: Avatar::At("/picture"), ..PERSON };
        let made = WhoIs { avatar: Avatar::Made("https://cdn.example/", &["/id", "/face"], ".png"), ..PERSON };
        let read = |who: WhoIs, answer: Value| who.read(&answer).unwrap().avatar;
        let person = |face: Value| json!({"id": 7, "login": "ash", "picture": face, "face": face});
        assert_eq!(read(named, person(json!("https://a.example/7"))), "https://a.example/7");
        assert_eq!(read(made, person(json!("a_1f"))), "https://cdn.example/7/a_1f.png");
        for none in [json!(null), json!(""), json!(true), json!("a".repeat(3_000))] {
            assert_eq!((read(named, person(none.clone())), read(made, person(none))), (String::new(), String::new()));
        }
        for odd in ["../7", "a?b", "a/b", "a b", "a.b"] {
            assert_eq!(read(made, person(json!(odd))), "", "{odd}");
        }
        assert_eq!(read(PERSON, person(json!("https://a.example/7"))), "");
    }

    #[test]
    fn a_program_is_told_from_a_person() {
        let marked = WhoIs { bot: Some("/bot"), ..PERSON };
        let kind = |answer| marked.read(&answer).map(|who| who.kind);
        for (answer, expected) in [
            (json!({"id": 7, "login": "ash"}), KIND),
            (json!({"id": 7, "login": "ash", "bot": false}), KIND),
            (json!({"id": 7, "login": "ash", "bot": null}), KIND),
            (json!({"id": 7, "login": "ash", "bot": true}), BOT),
            (json!({"id": 7, "login": "ash", "bot": "B1"}), BOT),
        ] {
            assert_eq!(kind(answer.clone()).as_deref(), Some(expected), "{answer}");
        }
    }

    #[test]
    fn an_id_of_several_parts_needs_them_all() {
        let both = WhoIs { id: &["/team", "/user"], ..PERSON };
        let read = |answer| both.read(&answer).map(|who| who.remote_id);
        assert_eq!(read(json!({"team": "T1", "user": "U1", "login": "ash"})).as_deref(), Some("T1/U1"));
        assert_eq!(read(json!({"user": "U1", "login": "ash"})), None);
    }

    #[test]
    fn a_refusal_is_what_its_platform_means_else_what_its_status_says() {
        let body = json!({"error": "suspended", "message": "Not now"});
        let kind = |status, own: OwnWords, until| refused("practice", WHO, (status, &body), until, own).kind;
        let at = Some(UtcMs::from_millis(1));
        for (status, until, expected) in [
            (401, None, ErrorKind::AuthRevoked),
            (403, None, ErrorKind::MissingScope),
            (403, at, ErrorKind::RateLimited),
            (429, None, ErrorKind::RateLimited),
            (503, None, ErrorKind::Unavailable),
            (418, None, ErrorKind::Protocol),
        ] {
            assert_eq!(kind(status, |_, _| None, until), expected, "{status}");
        }
        let own: OwnWords = |_, body| (text_of(body, "error") == "suspended").then_some(ErrorKind::AccountRestricted);
        assert_eq!(kind(403, own, None), ErrorKind::AccountRestricted);
        assert_eq!(refused("practice", WHO, (418, &body), None, |_, _| None).remote_message, "Not now");
    }

    #[test]
    fn nothing_goes_out_there() {
        for provider in crate::Registry::standard().iter().filter(|provider| !provider.descriptor().publishes) {
            let facts = provider.descriptor();
            assert_eq!((facts.limits.text.graphemes_max, facts.limits.images_max), (0, 0), "{}", facts.id);
            assert!(facts.rates.limits.is_empty(), "{}", facts.id);
        }
    }
}
