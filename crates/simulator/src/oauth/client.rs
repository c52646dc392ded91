//! Which app is asking: its id, its secret or none, and the verifier of its code challenge.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::rules::Needed;
use super::state::{App, Challenge};
use super::{Call, Form, Problem};
use crate::wire::Request;

/// Characters (RFC 7636, 4.1).
const LONGEST_VERIFIER: usize = 128;

/// Name and password of an `Authorization: Basic` header.
pub fn basic(request: &Request) -> Option<(String, String)> {
    let encoded = request.header("authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    text.split_once(':').map(|(name, password)| (name.to_owned(), password.to_owned()))
}

/// base64url(SHA-256(verifier)), without padding.
pub fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// The app, after its secret was checked in the way the platform takes it.
pub fn authenticate(call: &Call<'_>, form: &Form) -> Result<App, Problem> {
    let (rules, header) = (call.rules.client, basic(call.request));
    let in_header = header.is_some();
    let in_form = form.get("client_id").map(|id| (id.to_owned(), form.get("client_secret").map(ToOwned::to_owned)));
    let shown = header.map(|(id, secret)| (id, Some(secret))).or(in_form);
    let (id, secret) = shown.ok_or(Problem::Missing("client_id"))?;
    let app = call.state.apps.get(&id).ok_or(Problem::UnknownClient)?.clone();
    let in_its_place = if in_header { rules.basic } else { rules.form };
    match (&app.client_secret, secret) {
        (Some(own), Some(shown)) if in_its_place && *own == shown => Ok(app),
        (Some(_), Some(_)) if in_its_place => Err(Problem::SecretWrong),
        (Some(_), _) => Err(Problem::SecretMissing),
        (None, Some(_)) if !rules.public_may_send_secret => Err(Problem::SecretForbidden),
        (None, _) => Ok(app),
    }
}

/// The app by its id alone: where the platform asks for no secret.
pub fn identify(call: &Call<'_>, form: &Form) -> Result<App, Problem> {
    let id = form.get("client_id").ok_or(Problem::Missing("client_id"))?;
    call.state.apps.get(id).cloned().ok_or(Problem::UnknownClient)
}

/// The code challenge of a request, as the platform looks at it.
pub fn challenge(call: &Call<'_>, app: &App, query: &Form) -> Result<Option<Challenge>, Problem> {
    let pkce = call.rules.pkce;
    if pkce.needed == Needed::Ignored {
        return Ok(None);
    }
    let Some(text) = query.get("code_challenge") else {
        let must = pkce.needed == Needed::Always || (pkce.needed == Needed::ByPublic && app.is_public());
        return if must { Err(Problem::ChallengeMissing) } else { Ok(None) };
    };
    match query.get("code_challenge_method") {
        Some("S256") => Ok(Some(Challenge { text: text.to_owned(), plain: false })),
        Some("plain") | None if pkce.plain => Ok(Some(Challenge { text: text.to_owned(), plain: true })),
        _ => Err(Problem::ChallengeMethod),
    }
}

/// Whether the form holds the verifier of a challenge.
pub fn verify(call: &Call<'_>, form: &Form, challenge: Option<&Challenge>) -> Result<(), Problem> {
    let Some(challenge) = challenge else { return Ok(()) };
    let verifier = form.get("code_verifier").unwrap_or_default();
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let long = (call.rules.pkce.shortest_verifier..=LONGEST_VERIFIER).contains(&verifier.len());
    let well_formed = long && verifier.bytes().all(unreserved);
    let said = if challenge.plain { verifier.to_owned() } else { s256(verifier) };
    if well_formed && said == challenge.text { Ok(()) } else { Err(Problem::Verifier) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B; `slack.md`, section 2.
    #[test]
    fn challenges_are_those_of_the_documents() {
        let rfc = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(s256(rfc), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(s256("secretpassword"), "ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU");
    }

    #[test]
    fn basic_headers_are_read_up_to_the_first_colon() {
        let with = |value: &str| Request {
            headers: vec![("authorization".to_owned(), value.to_owned())],
            ..Request::default()
        };
        let expected = Some(("id".to_owned(), "se:cret".to_owned()));
        assert_eq!(basic(&with(&format!("Basic {}", STANDARD.encode("id:se:cret")))), expected);
        assert_eq!((basic(&with("Bearer x")), basic(&with("Basic ???"))), (None, None));
    }
}
