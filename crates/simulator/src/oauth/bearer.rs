//! Tokens shown at the API.

use super::problem::Bearer;
use super::state::{Account, Grant, Kind};
use super::{Call, Problem};
use crate::wire::Request;

/// What follows `Bearer` (or another word) in the header.
pub fn shown<'a>(request: &'a Request, scheme: &str) -> Option<&'a str> {
    let (word, text) = request.header("authorization")?.split_once(' ')?;
    word.eq_ignore_ascii_case(scheme).then_some(text.trim())
}

/// The account this call acts for, if its token is good.
pub fn account(call: &Call<'_>) -> Result<(Account, Grant), Problem> {
    let text = shown(call.request, "Bearer").ok_or(Problem::Bearer(Bearer::Missing))?;
    of_token(call, text)
}

/// As [`account`], for a token that came another way.
pub fn of_token(call: &Call<'_>, text: &str) -> Result<(Account, Grant), Problem> {
    let unknown = || Problem::Bearer(Bearer::Unknown);
    let token = call.state.tokens.get(text).filter(|token| token.kind == Kind::Access).ok_or_else(unknown)?;
    let grant = call.state.grants.get(&token.grant).ok_or_else(unknown)?;
    if call.state.password_ended.contains(&token.grant) {
        return Err(Problem::Bearer(Bearer::PasswordChanged));
    }
    if token.dead || grant.revoked {
        return Err(Problem::Bearer(Bearer::Revoked));
    }
    if token.expires_ms.is_some_and(|ends| ends <= call.now_ms) {
        return Err(Problem::Bearer(Bearer::Expired));
    }
    let account = call.state.accounts.get(&grant.account).ok_or_else(unknown)?;
    if account.suspended {
        return Err(Problem::Bearer(Bearer::Suspended));
    }
    Ok((account.clone(), grant.clone()))
}

/// As [`account`], with a scope the call cannot do without.
pub fn with_scope(call: &Call<'_>, scope: &'static str) -> Result<(Account, Grant), Problem> {
    let (account, grant) = account(call)?;
    if grant.scopes.iter().any(|granted| granted == scope) {
        return Ok((account, grant));
    }
    Err(Problem::Bearer(Bearer::Scope(scope)))
}
