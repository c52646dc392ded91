//! The pages people see: sign-in, consent, a code to copy, a status. No scripts; everything is escaped by the template.

use maud::{Markup, PreEscaped, html};

use super::failure::Failure;
use super::state::Asked;
use super::{Call, Outcome, entity, timeline};
use crate::oauth::pages;
use crate::wire::Reply;

fn page(status: u16, title: &str, body: &Markup) -> Reply {
    pages::page("Simulated server", status, title, body)
}

/// Asks for name and password; `query` is the authorization request to go on with.
pub fn sign_in(query: &str, problem: Option<&str>) -> Reply {
    let body = html! {
        @if let Some(problem) = problem { p role="alert" { (problem) } }
        form method="post" action="/auth/sign_in" {
            input type="hidden" name="query" value=(query);
            p { label for="username" { "User name" } " " input id="username" name="username" autocomplete="off"; }
            p { label for="password" { "Password" } " " input id="password" name="password" type="password"; }
            button type="submit" { "Log in" }
        }
    };
    page(if problem.is_some() { 422 } else { 200 }, "Log in", &body)
}

/// Asks whether an app may use the account.
pub fn consent(asked: &Asked, account: &str) -> Reply {
    let body = html! {
        p { "Signed in as " strong { "@" (account) } "." }
        p { strong { (asked.app) } " would like permission to access your account." }
        ul { @for scope in &asked.scopes { li { (scope) } } }
        form method="post" action={"/oauth/authorize?" (asked.query)} {
            button type="submit" name="decision" value="allow" { "Authorize" }
            " "
            button type="submit" name="decision" value="deny" { "Deny" }
        }
    };
    page(200, "Authorization required", &body)
}

/// A code to be copied by hand.
pub fn code(code: &str) -> Reply {
    page(200, "Authorization code", &html! { p { "Copy this code and paste it into the app:" } code { (code) } })
}

/// What is wrong with a request, for the person who followed it.
pub fn problem(status: u16, sentence: &str) -> Reply {
    page(status, "An error has occurred", &html! { p role="alert" { (sentence) } })
}

/// A status as strangers see it: `/@name/id`.
pub fn status(call: &mut Call<'_>) -> Outcome {
    let id = call.id.rsplit('/').next().unwrap_or_default();
    let status = timeline::visible(call, id, None).ok_or_else(Failure::not_found)?;
    let entity = entity::status(call, status);
    let text = |name: &str| entity[name].as_str().unwrap_or_default().to_owned();
    let body = html! {
        article id=(status.id) {
            p { (entity["account"]["acct"].as_str().unwrap_or_default()) " · " time { (text("created_at")) } }
            @if !status.spoiler_text.is_empty() { p { strong { (status.spoiler_text) } } }
            // Made by `render`, which escapes what was posted.
            div lang=(status.language) { (PreEscaped(text("content"))) }
        }
    };
    Ok(page(200, "Status", &body))
}
