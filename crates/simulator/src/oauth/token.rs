//! The token endpoint: a code or a refresh token in, tokens out.

use super::rules::{Refresh, Rotation};
use super::state::{App, Code, Grant, Issued, Kind, Token};
use super::{Call, Form, Outcome, Problem, client, openid, random};
use crate::wire::Reply;

/// The endpoint as the standards have it.
pub fn exchange(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let issued = match form.get("grant_type") {
        Some("authorization_code") => from_code(call, &form)?,
        Some("refresh_token") => {
            let app = client::authenticate(call, &form)?;
            renew(call, &form, &app)?
        }
        None => return Err(Problem::Missing("grant_type")),
        Some(_) => return Err(Problem::GrantType),
    };
    Ok(reply(call, &issued))
}

/// The answer of the platform to an exchange.
pub fn reply(call: &Call<'_>, issued: &Issued) -> Reply {
    Reply::json(200, &(call.rules.granted)(issued)).with("cache-control", &"no-store")
}

/// An app's code, exchanged.
pub fn from_code(call: &mut Call<'_>, form: &Form) -> Result<Issued, Problem> {
    let app = client::authenticate(call, form)?;
    let (text, code) = redeem(call, form, &app)?;
    let grant = grant(&app, code.account, code.asked.scopes, code.asked.nonce);
    let (number, issued) = open(call, grant);
    if let Some(code) = call.state.codes.get_mut(&text) {
        code.grant = Some(number);
    }
    Ok(issued)
}

/// A code serves once, for a while, its own app, address and verifier. Any try by its app uses it up.
pub fn redeem(call: &mut Call<'_>, form: &Form, app: &App) -> Result<(String, Code), Problem> {
    let text = form.get("code").ok_or(Problem::Missing("code"))?.to_owned();
    let code = call.state.codes.get_mut(&text).filter(|code| code.asked.client_id == app.client_id);
    let code = code.ok_or(Problem::Code)?;
    let before = code.clone();
    code.used = true;
    if before.used {
        if call.state.settings.code_reuse_revokes {
            before.grant.into_iter().for_each(|grant| call.state.end(grant));
        }
        return Err(Problem::CodeUsed);
    }
    if before.issued_ms + call.rules.code_life_ms <= call.now_ms {
        return Err(Problem::CodeExpired);
    }
    let said = form.get("redirect_uri");
    if (before.asked.redirect_sent || said.is_some()) && said != Some(&before.asked.redirect_uri) {
        return Err(Problem::CodeElsewhere);
    }
    client::verify(call, form, before.asked.challenge.as_ref())?;
    Ok((text, before))
}

/// What a person allowed an app.
pub fn grant(app: &App, account: String, scopes: Vec<String>, nonce: Option<String>) -> Grant {
    let (client_id, public) = (app.client_id.clone(), app.is_public());
    Grant { client_id, public, account, scopes, nonce, device: false, revoked: false }
}

/// Notes a grant and gives its first tokens; too many of one app and account end the oldest.
pub fn open(call: &mut Call<'_>, grant: Grant) -> (u64, Issued) {
    let number = call.state.next_id();
    call.state.grants.insert(number, grant.clone());
    let same =
        |other: &&mut Grant| !other.revoked && other.client_id == grant.client_id && other.account == grant.account;
    let older = call.state.grants.values_mut().rev().filter(same).skip(call.rules.max_grants);
    older.for_each(|grant| grant.revoked = true);
    let terms = (call.rules.terms)(&call.state.settings, &grant);
    let refresh = terms.refresh.map(|refresh| {
        let expires_ms = refresh.life_s.map(|life_s| call.now_ms + life_s * 1_000);
        (issue(call, number, Kind::Refresh, refresh.prefix, expires_ms), refresh.life_s)
    });
    let (text, ends) = refresh.unzip();
    (number, issued(call, number, grant, text, ends.flatten()))
}

/// Whether a token came of a device code.
pub fn is_of_device(call: &Call<'_>, text: &str) -> bool {
    let grant = call.state.tokens.get(text).and_then(|token| call.state.grants.get(&token.grant));
    grant.is_some_and(|grant| grant.device)
}

/// A refresh token, used.
pub fn renew(call: &mut Call<'_>, form: &Form, app: &App) -> Result<Issued, Problem> {
    let shown = form.get("refresh_token").ok_or(Problem::Missing("refresh_token"))?;
    let token = call.state.tokens.get(shown).filter(|token| token.kind == Kind::Refresh && !token.dead).cloned();
    let token = token.ok_or(Problem::RefreshToken)?;
    let live = |grant: &&Grant| grant.client_id == app.client_id && !grant.revoked;
    let grant = call.state.grants.get(&token.grant).filter(live).cloned().ok_or(Problem::RefreshToken)?;
    if token.expires_ms.is_some_and(|ends| ends <= call.now_ms) {
        return Err(Problem::RefreshExpired);
    }
    // A token that was given out stays good where the app's owner switches refreshing off afterwards.
    let refresh = (call.rules.terms)(&call.state.settings, &grant).refresh;
    let ends_ms = successor_ends(call, &token, refresh);
    let ends_in = ends_ms.map(|ends| (ends - call.now_ms) / 1_000);
    let next = match refresh.map_or(Rotation::Kept, |refresh| refresh.rotation) {
        Rotation::Kept => None,
        Rotation::Repeated => Some(shown.to_owned()),
        Rotation::Added => Some(issue(call, token.grant, Kind::Refresh, prefix(refresh), ends_ms)),
        Rotation::Replaced => Some(replace(call, token.grant, shown, prefix(refresh), ends_ms)),
        Rotation::PairReplaced => {
            call.state.end_tokens(token.grant, Kind::Access);
            Some(replace(call, token.grant, shown, prefix(refresh), ends_ms))
        }
    };
    Ok(issued(call, token.grant, grant, next, ends_in))
}

fn prefix(refresh: Option<Refresh>) -> &'static str {
    refresh.map_or("", |refresh| refresh.prefix)
}

fn successor_ends(call: &Call<'_>, token: &Token, refresh: Option<Refresh>) -> Option<i64> {
    let anew = refresh.filter(|refresh| refresh.restarts).and_then(|refresh| refresh.life_s);
    anew.map_or(token.expires_ms, |life_s| Some(call.now_ms + life_s * 1_000))
}

fn replace(call: &mut Call<'_>, grant: u64, old: &str, prefix: &str, ends_ms: Option<i64>) -> String {
    if let Some(token) = call.state.tokens.get_mut(old) {
        token.dead = true;
    }
    issue(call, grant, Kind::Refresh, prefix, ends_ms)
}

/// A new token of a grant.
pub fn issue(call: &mut Call<'_>, grant: u64, kind: Kind, prefix: &str, expires_ms: Option<i64>) -> String {
    let text = format!("{prefix}{}", random());
    call.state.tokens.insert(text.clone(), Token { kind, grant, issued_ms: call.now_ms, expires_ms, dead: false });
    text
}

fn issued(
    call: &mut Call<'_>,
    number: u64,
    grant: Grant,
    refresh: Option<String>,
    refresh_expires_in: Option<i64>,
) -> Issued {
    let terms = (call.rules.terms)(&call.state.settings, &grant);
    let expires_ms = terms.access_life_s.map(|life_s| call.now_ms + life_s * 1_000);
    let access = issue(call, number, Kind::Access, terms.prefix, expires_ms);
    let id_token = openid::token(call, &grant);
    let scope = grant.scopes.join(call.rules.scope_separator);
    let expires_in = terms.access_life_s;
    Issued { access, expires_in, refresh, refresh_expires_in, id_token, grant, scope }
}
