//! The consent page: whether a request may be put before a person, and the way back with a code or a refusal.
//!
//! The page is a form without scripts. Its fields, which a test may as well post itself to the same address:
//! `decision` (`allow`, or anything else for no), `account` (a handle; the first account where it is left out), and
//! `withhold`, once for each scope to leave out where the platform lets people choose.

use url::Url;

use super::state::{App, Asked, Code};
use super::{Call, Form, Outcome, Problem, client, pages, random};
use crate::wire::Reply;

/// Shows the request, or what is wrong with it.
#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
pub fn show(call: &mut Call<'_>) -> Outcome {
    let query = Form::query(call.request);
    Ok(match check(call, &query) {
        Ok(asked) => pages::consent(call, &asked, &query.encoded()),
        Err(reply) => reply,
    })
}

/// Takes the decision.
#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
pub fn decide(call: &mut Call<'_>) -> Outcome {
    let (query, form) = (Form::query(call.request), Form::body(call.request));
    let mut asked = match check(call, &query) {
        Ok(asked) => asked,
        Err(reply) => return Ok(reply),
    };
    let Some(account) = chosen(call, form.get("account")) else {
        return Ok(pages::problem(call.rules.name, 400, "There is no such account."));
    };
    if form.get("decision") != Some("allow") {
        return Ok(refuse(call, &asked, &Problem::Denied));
    }
    if call.rules.granular {
        let withheld = &call.state.settings.withheld_scopes;
        asked.scopes.retain(|scope| !withheld.contains(scope) && form.all("withhold").all(|other| other != scope));
    }
    let text = random();
    let reply = back(call, &asked, &[("code", &text)]);
    let issued_ms = call.now_ms;
    call.state.codes.insert(text, Code { asked, account, issued_ms, used: false, grant: None });
    Ok(reply)
}

/// The handle of the account meant: the first one where nothing is said.
pub fn chosen(call: &Call<'_>, said: Option<&str>) -> Option<String> {
    let accounts = &call.state.accounts;
    let account = said.map_or_else(|| accounts.values().next(), |handle| accounts.get(handle))?;
    (!account.suspended).then(|| account.handle.clone())
}

/// The request, or the page or redirect that refuses it. Nobody is redirected to an address that is not the app's.
fn check(call: &Call<'_>, query: &Form) -> Result<Asked, Reply> {
    let page = |problem: &Problem| {
        let words = (call.rules.words)(problem);
        pages::problem(call.rules.name, words.status.max(400), &words.description)
    };
    let app = client::identify(call, query).map_err(|_| page(&Problem::UnknownClient))?;
    let sent = query.get("redirect_uri");
    let first = app.redirect_uris.first().map(String::as_str).filter(|_| call.rules.terse);
    let redirect_uri = sent.or(first).unwrap_or_default();
    if !(call.rules.redirects)(&app, redirect_uri) {
        return Err(page(&Problem::Redirect(redirect_uri.to_owned())));
    }
    let mut asked = Asked {
        path: call.request.path.clone(),
        client_id: app.client_id.clone(),
        public: app.is_public(),
        redirect_uri: redirect_uri.to_owned(),
        redirect_sent: sent.is_some(),
        scopes: (call.rules.asked_scopes)(query),
        state: query.get("state").map(ToOwned::to_owned),
        challenge: None,
        nonce: query.get("nonce").map(ToOwned::to_owned),
    };
    match client::challenge(call, &app, query) {
        Ok(challenge) => asked.challenge = challenge,
        Err(problem) => return Err(refuse(call, &asked, &problem)),
    }
    match complaint(call, &app, query, &asked) {
        Some(problem) => Err(refuse(call, &asked, &problem)),
        None => Ok(asked),
    }
}

fn complaint(call: &Call<'_>, app: &App, query: &Form, asked: &Asked) -> Option<Problem> {
    let kind = query.get("response_type").or(call.rules.terse.then_some("code"));
    if kind != Some("code") {
        return Some(Problem::ResponseType);
    }
    if let Some(unknown) = asked.scopes.iter().find(|scope| !(call.rules.knows_scope)(scope)) {
        return Some(Problem::Scope(unknown.clone()));
    }
    if let Some(approved) = &app.scopes
        && let Some(other) = asked.scopes.iter().find(|scope| !approved.contains(scope))
    {
        return Some(Problem::AppScope(other.clone()));
    }
    (call.rules.check)(asked).err()
}

/// Back to the app with a refusal.
fn refuse(call: &Call<'_>, asked: &Asked, problem: &Problem) -> Reply {
    let words = (call.rules.words)(problem);
    back(call, asked, &[("error", &words.error), ("error_description", &words.description)])
}

fn back(call: &Call<'_>, asked: &Asked, query: &[(&str, &str)]) -> Reply {
    let Ok(mut url) = Url::parse(&asked.redirect_uri) else {
        return pages::problem(call.rules.name, 400, "The redirect uri is not valid.");
    };
    url.query_pairs_mut()
        .extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()))
        .extend_pairs(asked.state.as_deref().map(|state| ("state", state)))
        .extend_pairs(call.state.settings.iss.as_deref().map(|iss| ("iss", iss)));
    Reply::empty(302).with("location", &url)
}
