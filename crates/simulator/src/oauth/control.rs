//! What tests do behind the API's back.

use serde_json::{Value, json};

use super::state::{Account, App, Grant, Kind, State, Token};
use super::{Call, Form, device, random, token};
use crate::platform::{Command, CommandError};
use crate::wire::Request;

/// Obeys a command that needs no clock of its own.
pub fn obey(call: &mut Call<'_>, command: &Command) -> Result<Value, CommandError> {
    let state = &mut *call.state;
    match command {
        Command::AddAccount { handle, app_password, .. } => return add_account(state, handle, app_password),
        Command::RegisterApp { client_id, client_secret, redirect_uris, public, scopes } => {
            let client_secret = (!public).then(|| client_secret.clone().unwrap_or_else(random));
            let client_id = client_id.clone().unwrap_or_else(random);
            let (redirect_uris, scopes) = (redirect_uris.clone(), scopes.clone());
            return register(call, App { client_id, client_secret, redirect_uris, scopes });
        }
        Command::ExpireAccess => {
            let access = state.tokens.values_mut().filter(|token| token.kind == Kind::Access);
            access.for_each(|token| token.expires_ms = Some(0));
        }
        Command::RevokeTokens => state.grants.values_mut().for_each(|grant| grant.revoked = true),
        Command::RemoveApps { handle } => drop(end_all(state, handle)?),
        Command::ChangePassword { handle } if call.rules.password_ends_grants => {
            let ended = end_all(state, handle)?;
            state.password_ended.extend(ended);
        }
        Command::TakeDown { handle } | Command::Deactivate { handle } => account(state, handle)?.suspended = true,
        Command::Restore { handle } => account(state, handle)?.suspended = false,
        Command::RateLimits { on } => state.windows.on = *on,
        Command::Configure { settings } => {
            let wanted = state.settings.with(settings)?;
            if !wanted.withheld_scopes.is_empty() && !call.rules.granular {
                return Err(CommandError::NotHere);
            }
            state.settings = wanted;
        }
        Command::RotateKey if call.rules.openid.is_some() => {
            state.signer.published();
            state.signer.rotate();
        }
        Command::DecideUserCode { user_code, allowed_by } => {
            device::control(state, user_code, allowed_by.as_deref(), call.now_ms)?;
        }
        Command::Grant { handle, scopes } => return grant(call, handle, scopes),
        Command::TokensOf { handle } => return tokens_of(call, handle),
        Command::Advance { .. } | Command::ForgetApps | Command::RotateKey | Command::ChangePassword { .. } => {
            return Err(CommandError::NotHere);
        }
    }
    Ok(Value::Null)
}

fn account<'a>(state: &'a mut State, handle: &str) -> Result<&'a mut Account, CommandError> {
    state.accounts.get_mut(handle).ok_or_else(|| CommandError::UnknownAccount(handle.to_owned()))
}

/// Ends what one person allowed, whichever app; the grants that lived until now.
fn end_all(state: &mut State, handle: &str) -> Result<Vec<u64>, CommandError> {
    let owner = account(state, handle)?.handle.clone();
    let living = state.grants.iter_mut().filter(|(_, grant)| grant.account == owner && !grant.revoked);
    Ok(living
        .map(|(number, grant)| {
            grant.revoked = true;
            *number
        })
        .collect())
}

fn add_account(state: &mut State, handle: &str, app_password: &str) -> Result<Value, CommandError> {
    if handle.trim().is_empty() || state.accounts.contains_key(handle) {
        return Err(CommandError::UnusableHandle(handle.to_owned()));
    }
    let id = (1_000_000 + state.next_id()).to_string();
    let (name, app_password) = (handle.to_owned(), app_password.to_owned());
    state.accounts.insert(name.clone(), Account { id: id.clone(), handle: name, app_password, suspended: false });
    Ok(json!({"id": id, "handle": handle}))
}

/// Takes an app as the developer pages would.
fn register(call: &mut Call<'_>, app: App) -> Result<Value, CommandError> {
    (call.rules.may_register)(&app).map_err(|why| CommandError::UnusableApp(why.to_owned()))?;
    let answer = json!({"client_id": app.client_id, "client_secret": app.client_secret});
    call.state.apps.insert(app.client_id.clone(), app);
    Ok(answer)
}

/// What an app has after an owner's consent, without the pages.
fn grant(call: &mut Call<'_>, handle: &str, scopes: &str) -> Result<Value, CommandError> {
    let owner = account(call.state, handle)?.clone();
    let app = App { client_id: random(), client_secret: Some(random()), ..App::default() };
    call.state.apps.insert(app.client_id.clone(), app.clone());
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("scope", scopes).finish();
    let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    let form = Form::body(&Request { headers, body: body.into_bytes(), ..Request::default() });
    let grant = token::grant(&app, owner.handle, (call.rules.asked_scopes)(&form), None);
    let (_, issued) = token::open(call, grant);
    Ok(json!({
        "access_token": issued.access, "refresh_token": issued.refresh, "client_id": app.client_id,
        "client_secret": app.client_secret, "account": owner.id,
    }))
}

/// How many access tokens act for an account.
fn tokens_of(call: &mut Call<'_>, handle: &str) -> Result<Value, CommandError> {
    let owner = account(call.state, handle)?.handle.clone();
    let (state, now_ms) = (&*call.state, call.now_ms);
    let acts = |token: &&Token| {
        let own = |grant: &Grant| grant.account == owner && !grant.revoked;
        let live = !token.dead && token.expires_ms.is_none_or(|ends| ends > now_ms);
        token.kind == Kind::Access && live && state.grants.get(&token.grant).is_some_and(own)
    };
    Ok(json!({"tokens": state.tokens.values().filter(acts).count()}))
}
