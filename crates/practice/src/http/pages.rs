//! The pages people see: consent, timeline, one post, messages. No scripts; everything is escaped by the
//! template macro, and a strict Content-Security-Policy stands behind it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, html};

use super::wire::PublicPost;
use crate::engine::AuthorizeRequest;
use crate::model::{Kind, Scope};

const STYLE: &str = include_str!("style.css");

/// A consent page to show.
pub struct Consent {
    pub form_token: String,
    pub kind: Kind,
    pub name: String,
    pub problem: Option<&'static str>,
    pub request: AuthorizeRequest,
}

/// The style sheet of all pages.
pub async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

fn page(status: u16, title: &str, form_target: &str, body: &Markup) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Practice network" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="data:,";
            }
            body { (body) }
        }
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action {form_target}; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Html(markup.into_string())).into_response();
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// A page with one sentence.
pub fn message(status: u16, sentence: &str) -> Response {
    let body = html! {
        main.card {
            p.brand { "Practice network" }
            h1 { (sentence) }
            p { a href="/timeline" { "See the timeline" } }
        }
    };
    page(status, sentence, "'none'", &body)
}

fn promise(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::A => ("Key", "The app names each post with a key; a repeat is recognised."),
        Kind::B => ("Staged", "A post is staged first and then published once."),
        Kind::R => ("Refuses repeats", "The same text is taken once; a repeat is refused and names the first post."),
        Kind::C => ("Read-back", "No key, but the app can read its own posts back."),
        Kind::D => ("Blind", "No key and no reading back; the answer has no link."),
    }
}

/// The consent page. Browsers apply `form-action` to the redirect that follows the form as well, and a
/// policy cannot name an IPv6 address: hence the two targets.
pub fn consent(consent: &Consent) -> Response {
    let ipv6 = consent.request.redirect_uri.starts_with("http://[");
    let target = if ipv6 { "'self' http:" } else { "'self' http://127.0.0.1:*" };
    let status = if consent.problem.is_some() { 422 } else { 200 };
    let body = html! {
        main.card {
            p.brand { "Practice network" }
            h1 { "Let Postroom use a practice account?" }
            p { "This network runs on your computer only. Nothing you post here leaves it." }
            form method="post" action="/oauth/authorize" {
                input type="hidden" name="form_token" value=(consent.form_token);
                @if let Some(problem) = consent.problem {
                    p.problem id="problem" role="alert" { (problem) }
                }
                (kinds(consent.kind))
                label.field for="name" { "Display name" }
                input id="name" name="name" type="text" value=(consent.name) required maxlength="200"
                    autocomplete="off" spellcheck="false"
                    aria-invalid=[consent.problem.map(|_| "true")]
                    aria-describedby=[consent.problem.map(|_| "problem")];
                (permissions(&consent.request.scopes))
                div.buttons {
                    button.primary type="submit" name="decision" value="allow" { "Allow" }
                    button type="submit" name="decision" value="deny" formnovalidate { "Deny" }
                }
            }
        }
    };
    page(status, "Link an account", target, &body)
}

fn kinds(chosen: Kind) -> Markup {
    html! {
        fieldset {
            legend { "Account kind" }
            @for kind in Kind::ALL {
                @let (title, text) = promise(kind);
                @let id = format!("kind-{}", kind.letter());
                label.kind for=(id) {
                    input type="radio" id=(id) name="kind" value=(kind.letter()) checked[kind == chosen];
                    span {
                        strong { (kind.letter().to_uppercase()) " · " (title) }
                        small { (text) }
                    }
                }
            }
        }
    }
}

fn permissions(scopes: &[Scope]) -> Markup {
    html! {
        p.field { "Postroom will be able to" }
        ul.scopes {
            @if scopes.contains(&Scope::Write) { li { "post, upload pictures and delete posts" } }
            @if scopes.contains(&Scope::Read) { li { "read the posts of this account (not kind D)" } }
        }
    }
}

/// The newest posts.
pub fn timeline(posts: &[PublicPost]) -> Response {
    let body = html! {
        header.top { p.brand { "Practice network" } h1 { "Timeline" } }
        main.stream {
            @if posts.is_empty() {
                p.empty { "Nothing has been posted yet." }
            }
            @for post in posts { (article(post)) }
        }
    };
    page(200, "Timeline", "'none'", &body)
}

/// One post.
pub fn post(post: &PublicPost) -> Response {
    let body = html! {
        header.top { p.brand { a href="/timeline" { "Practice network" } } h1 { "Post by " (post.account_name) } }
        main.stream { (article(post)) }
    };
    page(200, &format!("Post by {}", post.account_name), "'none'", &body)
}

fn article(post: &PublicPost) -> Markup {
    html! {
        article id=(post.id) {
            header {
                span.avatar aria-hidden="true" { (post.account_name.chars().next().unwrap_or('?')) }
                div {
                    a.name href={"/timeline?account=" (post.account)} { (post.account_name) }
                    " " span.badge { "kind " (post.kind.letter().to_uppercase()) }
                    br;
                    a.time href={"/p/" (post.id)} {
                        time datetime=(post.created_at.text()) { (post.created_at.for_people()) }
                    }
                }
            }
            @if let Some(reply_to) = &post.reply_to {
                p.reply { "In reply to " a href={"/p/" (reply_to)} { "this post" } }
            }
            p.text lang=[post.language.as_deref()] { (post.text) }
            @if !post.media.is_empty() {
                div.pictures.{"count-" (post.media.len())} {
                    @for one in &post.media { img src={"/media/" (one.id)} alt=(one.alt) loading="lazy"; }
                }
            }
        }
    }
}
