//! Revoking what was given out.

use super::state::{App, Kind};
use super::{Call, Form, Outcome, Problem, client};
use crate::wire::Reply;

/// RFC 7009: 200 and an empty object, even for tokens nobody knows.
pub fn standard(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let app = client::authenticate(call, &form)?;
    let token = form.get("token").ok_or(Problem::Missing("token"))?;
    end(call, token, Some(&app));
    Ok(Reply::json(200, &serde_json::json!({})))
}

/// Ends a token of the app, and its grant where it was a refresh token or the platform is strict; whether there was one.
pub fn end(call: &mut Call<'_>, text: &str, app: Option<&App>) -> bool {
    let Some(token) = call.state.tokens.get(text).filter(|token| !token.dead) else { return false };
    let (grant, kind) = (token.grant, token.kind);
    let own = call
        .state
        .grants
        .get(&grant)
        .is_some_and(|grant| !grant.revoked && app.is_none_or(|app| app.client_id == grant.client_id));
    if own && (kind == Kind::Refresh || call.rules.revoking_ends_all) {
        call.state.end(grant);
    } else if own && let Some(token) = call.state.tokens.get_mut(text) {
        token.dead = true;
    }
    own
}
