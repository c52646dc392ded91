//! The pages people see. No scripts; everything is escaped by the template.

use maud::{DOCTYPE, Markup, html};

use super::Call;
use super::state::Asked;
use crate::wire::Reply;

/// A page of a platform.
pub fn page(name: &str, status: u16, title: &str, body: &Markup) -> Reply {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (name) }
                link rel="icon" href="data:,";
            }
            body { main { h1 { (title) } (body) } }
        }
    };
    let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
    Reply { status, headers, body: markup.into_string().into_bytes() }
}

/// Asks whether an app may act for an account; `query` is the request as it came.
pub fn consent(call: &Call<'_>, asked: &Asked, query: &str) -> Reply {
    let withheld = &call.state.settings.withheld_scopes;
    let body = html! {
        p { "The app " strong { (asked.client_id) } " would like permission to access your account." }
        form method="post" action={(asked.path) "?" (query)} {
            (accounts(call))
            ul {
                @for scope in &asked.scopes {
                    li {
                        (scope)
                        @if call.rules.granular {
                            " "
                            label {
                                input type="checkbox" name="withhold" value=(scope) checked[withheld.contains(scope)];
                                " Leave out"
                            }
                        }
                    }
                }
            }
            (decision())
        }
    };
    page(call.rules.name, 200, "Authorization required", &body)
}

/// Asks for the code an app shows; `known` is what became of the last one.
pub fn device(call: &Call<'_>, known: Option<bool>) -> Reply {
    let body = html! {
        @match known {
            Some(true) => p role="status" { "Thank you. You can go back to the app." },
            Some(false) => p role="alert" { "There is no such code, or it has expired." },
            None => {}
        }
        form method="post" {
            (accounts(call))
            p { label for="user_code" { "Code" } " " input id="user_code" name="user_code" autocomplete="off"; }
            (decision())
        }
    };
    page(call.rules.name, if known == Some(false) { 422 } else { 200 }, "Device activation", &body)
}

fn accounts(call: &Call<'_>) -> Markup {
    html! {
        p {
            label for="account" { "Account" } " "
            select id="account" name="account" {
                @for account in call.state.accounts.values() { option value=(account.handle) { (account.handle) } }
            }
        }
    }
}

fn decision() -> Markup {
    html! {
        button type="submit" name="decision" value="allow" { "Authorize" }
        " "
        button type="submit" name="decision" value="deny" { "Deny" }
    }
}

/// What is wrong with a request, for the person who followed it.
pub fn problem(name: &str, status: u16, sentence: &str) -> Reply {
    page(name, status, "An error has occurred", &html! { p role="alert" { (sentence) } })
}
