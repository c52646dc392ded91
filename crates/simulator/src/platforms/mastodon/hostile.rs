//! Servers that mean harm: what they say where their description is asked for.

use super::failure::html;
use super::settings::Hostile;
use crate::wire::{Reply, Request};

const GIGANTIC_BYTES: usize = 64 * 1024 * 1024;
const DEEP_LEVELS: usize = 100_000;

/// Where a server of this kind says that its endpoints are.
pub fn origin(hostile: Option<Hostile>, own: &str) -> String {
    match hostile {
        Some(Hostile::OtherHost) => "https://elsewhere.example".to_owned(),
        Some(Hostile::File) => "file:///etc/passwd#".to_owned(),
        Some(Hostile::Javascript) => "javascript:alert(1)//".to_owned(),
        Some(Hostile::Unc) => r"\\elsewhere.example\share".to_owned(),
        Some(Hostile::PlainHttp) => "http://elsewhere.example".to_owned(),
        Some(Hostile::Userinfo) => own.replacen("://", "://user:secret@", 1),
        Some(Hostile::PrivateAddress) => "http://169.254.169.254".to_owned(),
        _ => own.to_owned(),
    }
}

/// The calls a stranger's server is asked before anything is known of it.
fn describes(operation: &str) -> bool {
    matches!(
        operation,
        "oauth.metadata" | "instance.v1" | "instance.v2" | "nodeinfo.links" | "nodeinfo" | "webfinger" | "apps.create"
    )
}

/// The answer instead of the server's, where there is one.
pub fn intercept(hostile: Hostile, operation: &str, request: &Request, url: &str) -> Option<Reply> {
    if !describes(operation) {
        return None;
    }
    let json =
        |body: Vec<u8>| Reply { status: 200, headers: vec![("content-type", "application/json".to_owned())], body };
    match hostile {
        Hostile::GiganticBody => {
            let mut body = b"{\"title\":\"".to_vec();
            body.resize(GIGANTIC_BYTES, b'a');
            body.extend_from_slice(b"\"}");
            Some(json(body))
        }
        Hostile::DeepJson => Some(json([vec![b'['; DEEP_LEVELS], vec![b']'; DEEP_LEVELS]].concat())),
        Hostile::EndlessRedirect => {
            let turn: u64 = request.param("turn").and_then(|turn| turn.parse().ok()).unwrap_or(0);
            Some(Reply::empty(302).with("location", &format!("{url}{}?turn={}", request.path, turn + 1)))
        }
        Hostile::Html => Some(html(200, "<!DOCTYPE html><title>Welcome</title><p>Not an API.</p>".to_owned())),
        _ => None,
    }
}

/// The server's answer under a wrong name.
pub fn disguise(hostile: Option<Hostile>, operation: &str, mut reply: Reply) -> Reply {
    if hostile == Some(Hostile::WrongType) && describes(operation) {
        reply.headers.retain(|(name, _)| *name != "content-type");
        return reply.with("content-type", &"image/png");
    }
    reply
}
