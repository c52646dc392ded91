//! The REST interface: its index, oneself, and one's own application passwords.

use chrono::DateTime;
use serde_json::{Value, json};

use super::settings::Settings;
use super::state::{Account, Password};
use super::{Call, Failure, NO_ROUTE, Outcome, discovery};
use crate::oauth::client;
use crate::wire::{Reply, Request};

/// Where one's own application passwords are.
pub const PASSWORDS: &str = "/wp/v2/users/me/application-passwords";

/// A wrong password, none, one that was lost on the way and one on a site that takes none are all the same to a client.
const ANONYMOUS: Failure = (401, "rest_not_logged_in", "You are not currently logged in.");

/// The path within the REST interface, if this is a call of it.
pub fn path(settings: &Settings, request: &Request) -> Option<String> {
    let whole = |path: &str| if path.len() > 1 { path.trim_end_matches('/').to_owned() } else { path.to_owned() };
    if let Some(route) = request.param("rest_route").filter(|_| request.path == "/") {
        return Some(whole(route));
    }
    let rest = request.path.strip_prefix("/wp-json").filter(|_| settings.pretty_permalinks)?;
    match rest {
        "" => Some("/".to_owned()),
        path if path.starts_with('/') => Some(whole(path)),
        _ => None,
    }
}

/// Answers a call of the interface.
pub fn answer(call: &mut Call<'_>, path: &str) -> Outcome {
    match (call.request.method.as_str(), path) {
        ("GET", "/") => Ok(Reply::json(200, &discovery::index(call))),
        ("GET", "/wp/v2/users/me") => {
            let (account, _) = authenticate(call)?;
            Ok(Reply::json(200, &me(call, &account)))
        }
        (method, path) => {
            let rest = path.strip_prefix(PASSWORDS).and_then(|rest| rest.strip_prefix('/')).ok_or(NO_ROUTE)?;
            if !call.state.settings.application_passwords {
                return Err((501, "application_passwords_disabled", "Application passwords are not available."));
            }
            let (account, own) = authenticate(call)?;
            match (method, rest) {
                ("GET", "introspect") => shown(call, &own, &account),
                ("GET", uuid) => shown(call, uuid, &account),
                ("DELETE", uuid) => delete(call, uuid, &account),
                _ => Err(NO_ROUTE),
            }
        }
    }
}

/// Name and application password of the header.
fn authenticate(call: &mut Call<'_>) -> Result<(Account, String), Failure> {
    let settings = &call.state.settings;
    if !settings.application_passwords || settings.drops_authorization {
        return Err(ANONYMOUS);
    }
    let (login, password) = client::basic(call.request).ok_or(ANONYMOUS)?;
    let (account, uuid) = call.state.find(&login, &password).ok_or(ANONYMOUS)?;
    if let Some(password) = call.state.passwords.get_mut(&uuid) {
        password.last_used_ms = Some(call.now_ms);
    }
    Ok((account, uuid))
}

/// Oneself; with `context=edit` also what one may do.
fn me(call: &Call<'_>, account: &Account) -> Value {
    let role = call.state.settings.role.as_str();
    let mut me = json!({
        "id": account.id, "name": account.login, "slug": account.login, "url": "",
        "link": format!("{}/author/{}", call.url, account.login),
        "avatar_urls": {"96": "https://secure.gravatar.example/avatar/0"},
    });
    if call.request.param("context") == Some("edit") {
        let rank = ["contributor", "author", "editor", "administrator"].iter().position(|known| *known == role);
        let rank = rank.unwrap_or(0);
        me["username"] = json!(account.login);
        me["roles"] = json!([role]);
        me["capabilities"] = json!({
            "edit_posts": true, "publish_posts": rank > 0, "upload_files": rank > 0, "manage_categories": rank > 1,
            "unfiltered_html": rank > 1,
        });
    }
    me
}

fn own<'a>(call: &'a Call<'_>, uuid: &str, account: &Account) -> Result<&'a Password, Failure> {
    let password = call.state.passwords.get(uuid).filter(|password| password.login == account.login);
    password.ok_or((404, "rest_application_password_not_found", "Application password not found."))
}

fn shown(call: &Call<'_>, uuid: &str, account: &Account) -> Outcome {
    Ok(Reply::json(200, &described(uuid, own(call, uuid, account)?)))
}

fn delete(call: &mut Call<'_>, uuid: &str, account: &Account) -> Outcome {
    let previous = described(uuid, own(call, uuid, account)?);
    call.state.passwords.remove(uuid);
    Ok(Reply::json(200, &json!({"deleted": true, "previous": previous})))
}

fn described(uuid: &str, password: &Password) -> Value {
    let time =
        |ms: i64| DateTime::from_timestamp_millis(ms).unwrap_or_default().format("%Y-%m-%dT%H:%M:%S").to_string();
    json!({
        "uuid": uuid, "app_id": password.app_id, "name": password.name, "created": time(password.created_ms),
        "last_used": password.last_used_ms.map(time), "last_ip": password.last_used_ms.map(|_| "127.0.0.1"),
    })
}
