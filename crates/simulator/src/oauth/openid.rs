//! OpenID Connect: signed identities, the keys that prove them, and the description that says where everything is.

use serde_json::{Value, json};

use super::settings::Spoil;
use super::state::Grant;
use super::{Call, Outcome};
use crate::wire::Reply;

const LIFE_S: i64 = 3_600;

/// The issuer this server calls itself.
pub fn issuer(call: &Call<'_>) -> String {
    let own = || call.rules.openid.map(|openid| (openid.issuer)(call.url)).unwrap_or_default();
    call.state.settings.issuer.clone().unwrap_or_else(own)
}

/// A signed identity for a grant with `openid`, spoiled if a test asked for it.
pub fn token(call: &mut Call<'_>, grant: &Grant) -> Option<String> {
    let openid = call.rules.openid.filter(|_| grant.scopes.iter().any(|scope| scope == "openid"))?;
    let account = call.state.accounts.get(&grant.account)?;
    let mut claims = (openid.claims)(account, grant);
    let now_s = call.now_ms / 1_000;
    claims["iss"] = json!(issuer(call));
    claims["aud"] = json!(grant.client_id);
    claims["iat"] = json!(now_s);
    claims["exp"] = json!(now_s + LIFE_S);
    if let Some(nonce) = &grant.nonce {
        claims["nonce"] = json!(nonce);
    }
    let spoil = call.state.settings.spoil_id_token.take();
    if let Some(spoil) = spoil {
        bend(&mut claims, spoil, now_s);
    }
    call.state.signer.sign(&claims, spoil)
}

fn bend(claims: &mut Value, spoil: Spoil, now_s: i64) {
    match spoil {
        Spoil::Issuer => claims["iss"] = json!("https://elsewhere.example"),
        Spoil::Audience => claims["aud"] = json!("another-app"),
        Spoil::Party => claims["azp"] = json!("another-app"),
        Spoil::Nonce => claims["nonce"] = json!("another-nonce"),
        Spoil::NonceMissing => drop(claims.as_object_mut().and_then(|claims| claims.remove("nonce"))),
        Spoil::Expired => {
            claims["iat"] = json!(now_s - 2 * LIFE_S);
            claims["exp"] = json!(now_s - LIFE_S);
        }
        Spoil::Future => {
            claims["iat"] = json!(now_s + LIFE_S);
            claims["exp"] = json!(now_s + 2 * LIFE_S);
        }
        Spoil::Unsigned | Spoil::Symmetric | Spoil::Signature | Spoil::Key | Spoil::Absent => {}
    }
}

/// The keys.
#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
pub fn keys(call: &mut Call<'_>) -> Outcome {
    Ok(Reply::json(200, &call.state.signer.published()).with("cache-control", &"public, max-age=3600"))
}

/// A description: `own` holds what differs, the rest is the same everywhere.
pub fn description(call: &Call<'_>, own: Value) -> Reply {
    let mut body = json!({
        "issuer": issuer(call), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
    });
    if call.state.settings.iss.is_some() {
        body["authorization_response_iss_parameter_supported"] = json!(true);
    }
    if let (Some(body), Value::Object(own)) = (body.as_object_mut(), own) {
        body.extend(own);
    }
    Reply::json(200, &body)
}
