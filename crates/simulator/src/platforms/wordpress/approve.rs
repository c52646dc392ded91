//! The page on which an application password is approved: `authorize-application.php`.
//!
//! Whoever stands before it chooses an account (`account`, the first where it is left out) and decides (`decision`,
//! `allow` or anything else). Nobody is asked for the login password.

use maud::html;
use url::Url;

use super::{APPROVE, Call, state};
use crate::oauth::{Form, pages};
use crate::wire::Reply;

const SITE: &str = "WordPress";

/// Shows the request, or what is wrong with it.
pub fn show(call: &mut Call<'_>) -> Reply {
    if let Err(reply) = check(call) {
        return reply;
    }
    let query = Form::query(call.request);
    let name = query.get("app_name").unwrap_or_default();
    let body = html! {
        p { "Would you like to give the application identifying itself as " strong { (name) } " access to your account?" }
        form method="post" action={(call.url) (APPROVE) "?" (query.encoded())} {
            p {
                label for="account" { "User" } " "
                select id="account" name="account" {
                    @for login in call.state.accounts.keys() { option value=(login) { (login) } }
                }
            }
            button type="submit" name="decision" value="allow" { "Yes, I approve of this connection" }
            " "
            button type="submit" name="decision" value="deny" { "No, I do not approve of this connection" }
        }
    };
    pages::page(SITE, 200, "Authorize Application", &body)
}

/// Takes the decision.
pub fn decide(call: &mut Call<'_>) -> Reply {
    if let Err(reply) = check(call) {
        return reply;
    }
    let (query, form) = (Form::query(call.request), Form::body(call.request));
    let success = query.get("success_url");
    if form.get("decision") != Some("allow") {
        let denied = query.get("reject_url").and_then(|uri| back(uri, &[]));
        let failed = || success.and_then(|uri| back(uri, &[("success", "false")]));
        return denied.or_else(failed).unwrap_or_else(|| Reply::empty(302).with("location", &call.url));
    }
    let accounts = &call.state.accounts;
    let account = form.get("account").map_or_else(|| accounts.values().next(), |login| accounts.get(login));
    let Some(login) = account.filter(|account| !account.shut).map(|account| account.login.clone()) else {
        return pages::problem(SITE, 403, "There is no such user.");
    };
    let (name, app_id) = (query.get("app_name").unwrap_or_default(), query.get("app_id").unwrap_or_default());
    let password = call.state.make_password(&login, name, app_id, call.now_ms);
    let returned = [("site_url", call.url), ("user_login", login.as_str()), ("password", password.as_str())];
    success.and_then(|uri| back(uri, &returned)).unwrap_or_else(|| by_hand(&password))
}

/// In groups of four, to be copied.
fn by_hand(password: &str) -> Reply {
    let groups: Vec<&str> = (0..password.len()).step_by(4).filter_map(|at| password.get(at..at + 4)).collect();
    let body = html! { p { "Your new password is:" } code { (groups.join(" ")) } p { "You will not see it again." } };
    pages::page(SITE, 200, "Authorize Application", &body)
}

fn back(uri: &str, query: &[(&str, &str)]) -> Option<Reply> {
    let mut url = Url::parse(uri).ok()?;
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Some(Reply::empty(302).with("location", &url))
}

fn check(call: &Call<'_>) -> Result<(), Reply> {
    let query = Form::query(call.request);
    let refuse = |status, code: &str, why: &str| Err(pages::problem(SITE, status, &format!("{why} ({code})")));
    if !call.state.settings.application_passwords {
        return refuse(501, "application_passwords_disabled", "Application passwords are not available.");
    }
    if query.get("app_id").is_some_and(|id| !state::is_uuid(id)) {
        return refuse(500, "invalid_app_id", "The application ID must be a UUID.");
    }
    for uri in ["success_url", "reject_url"].into_iter().filter_map(|name| query.get(name)) {
        match wrong(call, uri) {
            Some("invalid_redirect_scheme") => {
                return refuse(500, "invalid_redirect_scheme", "The URL must be served over a secure connection.");
            }
            Some(code) => return refuse(500, code, "Invalid URL format."),
            None => {}
        }
    }
    Ok(())
}

/// The code of what is wrong with an address to return to.
fn wrong(call: &Call<'_>, uri: &str) -> Option<&'static str> {
    let format = Some("invalid_redirect_url_format");
    let Ok(url) = Url::parse(uri) else { return format };
    if matches!(url.scheme(), "javascript" | "data") || url.host_str().is_none_or(str::is_empty) {
        return format;
    }
    let loopback = call.state.settings.core >= 7.0 && matches!(url.host_str(), Some("127.0.0.1" | "[::1]"));
    let plain = url.scheme() == "http" && !call.state.settings.local && !loopback;
    plain.then_some("invalid_redirect_scheme")
}
