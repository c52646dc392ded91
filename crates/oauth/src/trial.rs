//! Whether a platform takes a client and its way back, found out without anybody's consent: a code that nobody was given
//! is traded, which every server refuses, and how it refuses says whether it knows the client; and the page of consent
//! is asked for, and not shown to anybody. Neither changes anything, and neither can bring a grant.
//!
//! Platforms tell what they want to tell: where nothing can be read off an answer, [`Trial::Untold`] says so.

use domain::{
    Secret,
    consent::{Blame, Refusal},
};
use net::NetError;
use url::Url;

use crate::{
    Door, Flow, OauthError, Pkce, World,
    authorize::{self, Asked},
    pkce,
    token::{self, Traded},
};

/// Longest part of a page that is looked through.
const PAGE_MAX_BYTES: usize = 512 * 1_024;

/// Words of token endpoints that do not know a client, or not with this secret.
const CLIENT_REFUSED: &[&str] = &[
    "invalid_client",
    "unauthorized_client",
    "invalid_client_id",
    "bad_client_secret",
    "incorrect_client_credentials",
];
/// Words with which they refuse the code alone.
const CODE_REFUSED: &[&str] = &["invalid_grant", "invalid_code", "bad_verification_code"];
/// What stands on pages that refuse the way back: the platforms' own sentences, in small letters.
const REDIRECT_REFUSED: &[&str] = &[
    "redirect_uri_mismatch",
    "redirect_uri did not match",
    "redirect_uri does not match",
    "redirect uri does not match",
    "redirect_uri is not registered",
    "redirect uri not supported",
    "redirect uri included is not valid",
    "redirect uri specified in the request does not match",
    "weren't able to give access to the app",
    "callback url not approved",
    "aadsts50011",
];
/// And on those that do not know the client.
const UNKNOWN_CLIENT: &[&str] = &["invalid_client", "unknown client", "client authentication failed", "aadsts700016"];

/// What a platform made of a client, or of a way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trial {
    /// It raised no objection.
    Taken,
    /// It does not know the client, or not with this secret.
    ClientRefused(String),
    /// The id is that of the app around the client.
    OuterId(String),
    /// The way back is not registered with the client.
    RedirectRefused(String),
    /// The client may not ask for a permission.
    ScopeRefused(String),
    /// Its answer says nothing about it.
    Untold(String),
}

impl Trial {
    /// What a refusal says that is put down to something.
    fn of(blamed: Blame, said: String) -> Self {
        match blamed {
            Blame::Code => Self::Taken,
            Blame::Client => Self::ClientRefused(said),
            Blame::OuterId => Self::OuterId(said),
            Blame::Redirect => Self::RedirectRefused(said),
        }
    }
}

/// Whether the token endpoint knows the client, with its secret where it has one.
pub async fn try_client(flow: &Flow, world: &World, redirect_uri: &str, limit_ms: u64) -> Result<Trial, OauthError> {
    flow.check()?;
    let [code, verifier] = [(); 2].map(|()| pkce::random_text(&*world.random));
    let verifier = (flow.pkce != Pkce::None).then_some(&verifier);
    let traded = Traded { code: &code, verifier, redirect_uri };
    let refused = match token::exchange(flow, world, None, &traded, limit_ms).await {
        // A code that nobody was given was taken: whatever that is, it is no answer to the question.
        Ok(_) => return Ok(Trial::Untold("a code made up was taken".to_owned())),
        Err(OauthError::Exchange(error)) if error.status.is_some() => error,
        Err(error) => return Err(error),
    };
    let code = refused.remote_code.as_str();
    let said = format!("{code} {}", refused.remote_message).trim().to_owned();
    let own = Refusal::find(flow.refusals, code, &refused.remote_message, false);
    if let Some(blamed) = own.and_then(|rule| rule.blames) {
        return Ok(Trial::of(blamed, said));
    }
    // Some have one word for whatever is wrong with a request, and say in a sentence that it is the code.
    let of_code = CODE_REFUSED.contains(&code)
        || (code == "invalid_request" && refused.remote_message.to_ascii_lowercase().contains("authorization code"));
    Ok(match refused.status {
        _ if CLIENT_REFUSED.contains(&code) => Trial::ClientRefused(said),
        _ if code == "bad_redirect_uri" => Trial::RedirectRefused(said),
        Some(200 | 400 | 401) if of_code => Trial::Taken,
        status => Trial::Untold(format!("HTTP {} {said}", status.unwrap_or_default()).trim().to_owned()),
    })
}

/// Whether the page of consent is shown for the client and the way back through an open door.
pub async fn try_page(flow: &Flow, world: &World, door: &Door, limit_ms: u64) -> Result<Trial, OauthError> {
    flow.check()?;
    let [state, nonce, verifier] = [(); 3].map(|()| pkce::random_text(&*world.random));
    let verifier = (flow.pkce != Pkce::None).then_some(&verifier);
    let asked = Asked { redirect_uri: door.redirect_uri(), state: &state, nonce: &nonce, verifier };
    let address = authorize::address(flow, world, None, &asked).await?;
    let tag = world.client.tag(flow.platform.clone());
    let request = world.client.get(&tag, "consent_page", &address).header("accept", "text/html");
    let answer = match request.timeout_ms(limit_ms).max_answer_bytes(PAGE_MAX_BYTES).send().await {
        Ok(answer) => answer,
        Err(error @ NetError::BadRequest(_)) => return Err(OauthError::BadFlow(error.to_string())),
        Err(error) => return Ok(Trial::Untold(error.to_string())),
    };
    let page = String::from_utf8_lossy(&answer.body).to_ascii_lowercase().replace("&#39;", "'");
    let own = Refusal::on_page(flow.refusals, &page);
    if let Some((rule, blamed)) = own.and_then(|rule| rule.blames.map(|blamed| (rule, blamed))) {
        return Ok(Trial::of(blamed, format!("HTTP {}: {}", answer.status, rule.says)));
    }
    Ok(read(answer.status, answer.header("location"), &page, door.redirect_uri(), &state))
}

/// What an answer in the place of a page of consent says; `page` in small letters.
fn read(status: u16, location: Option<&str>, page: &str, redirect_uri: &str, state: &Secret<String>) -> Trial {
    let back = location.filter(|to| to.starts_with(redirect_uri)).and_then(|to| Url::parse(to).ok());
    if let Some(back) = back {
        // Sent back, so the way back is known; an error tells what was wrong with the rest.
        let parameter =
            |name: &str| back.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let ours = parameter("state").is_none_or(|said| said == *state.expose());
        let error = parameter("error").filter(|_| ours).unwrap_or_default();
        let said = net::redact::text(&format!("{error} {}", parameter("error_description").unwrap_or_default()));
        return match error.as_str() {
            "invalid_scope" | "unauthorized_scope_error" => Trial::ScopeRefused(said.trim().to_owned()),
            "unauthorized_client" | "invalid_client" => Trial::ClientRefused(said.trim().to_owned()),
            _ => Trial::Taken,
        };
    }
    let says = |marks: &[&str]| marks.iter().find(|mark| page.contains(**mark)).map(|mark| (*mark).to_owned());
    if let Some(mark) = says(REDIRECT_REFUSED) {
        return Trial::RedirectRefused(format!("HTTP {status}: {mark}"));
    }
    match status {
        200..400 => Trial::Taken,
        400 | 401 | 404 | 422 => match says(UNKNOWN_CLIENT) {
            Some(mark) => Trial::ClientRefused(format!("HTTP {status}: {mark}")),
            None => Trial::Untold(format!("HTTP {status}")),
        },
        _ => Trial::Untold(format!("HTTP {status}")),
    }
}

#[cfg(test)]
#[path = "trial_tests.rs"]
mod tests;
