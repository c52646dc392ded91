//! Where the REST interface is, and what it says of itself.

use maud::html;
use serde_json::{Value, json};

use super::settings::Link;
use super::{APPROVE, Call};
use crate::wire::Reply;

/// The root of the REST interface.
pub fn root(call: &Call<'_>) -> String {
    let path = if call.state.settings.pretty_permalinks { "/wp-json/" } else { "/?rest_route=/" };
    format!("{}{path}", call.url)
}

/// The front page.
pub fn home(call: &mut Call<'_>) -> Reply {
    let (root, link) = (root(call), call.state.settings.link);
    let page = html! {
        html {
            head {
                title { "Simulated" }
                @if call.state.settings.generator {
                    meta name="generator" content={"WordPress " (format!("{:.1}", call.state.settings.core))};
                }
                @if link == Link::Html { link rel="https://api.w.org/" href=(root); }
            }
            body { p { "Hello world!" } }
        }
    };
    let headers = vec![("content-type", "text/html; charset=UTF-8".to_owned())];
    let reply = Reply { status: 200, headers, body: page.into_string().into_bytes() };
    match link {
        Link::Header => reply.with("link", &format!("<{root}>; rel=\"https://api.w.org/\"")),
        Link::Html | Link::Absent => reply,
    }
}

/// What the root says. Where application passwords are off the object is an empty list, as PHP writes one.
pub fn index(call: &Call<'_>) -> Value {
    let authorization = format!("{}{APPROVE}", call.url);
    let authentication = if call.state.settings.application_passwords {
        json!({"application-passwords": {"endpoints": {"authorization": authorization}}})
    } else {
        json!([])
    };
    json!({
        "name": "Simulated", "description": "A site for tests", "url": call.url, "home": call.url, "gmt_offset": "0",
        "timezone_string": "", "namespaces": ["oembed/1.0", "wp/v2"], "authentication": authentication,
    })
}
