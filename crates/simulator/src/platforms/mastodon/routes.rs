//! Every call there is: HTTP method, path, name, handler. `*` is one part of a path, or all of its rest at the end.

use super::{Call, Outcome, apps, authorize, discovery, media, pages, statuses, timeline, tokens};
use crate::wire::Request;

pub struct Route {
    method: &'static str,
    path: &'static str,
    /// The word faults and the journal use.
    pub operation: &'static str,
    pub handler: fn(&mut Call<'_>) -> Outcome,
}

macro_rules! routes {
    ($($method:literal $path:literal $operation:literal $handler:path;)*) => {
        &[$(Route { method: $method, path: $path, operation: $operation, handler: $handler }),*]
    };
}

const ROUTES: &[Route] = routes! {
    "GET" "/.well-known/oauth-authorization-server" "oauth.metadata" discovery::metadata;
    "GET" "/.well-known/nodeinfo" "nodeinfo.links" discovery::nodeinfo_links;
    "GET" "/nodeinfo/2.0" "nodeinfo" discovery::nodeinfo;
    "GET" "/.well-known/webfinger" "webfinger" discovery::webfinger;
    "GET" "/api/v2/instance" "instance.v2" discovery::instance_v2;
    "GET" "/api/v1/instance" "instance.v1" discovery::instance_v1;
    "POST" "/api/v1/apps" "apps.create" apps::create;
    "GET" "/api/v1/apps/verify_credentials" "apps.verify_credentials" apps::verify;
    "GET" "/oauth/authorize" "oauth.authorize" authorize::show;
    "POST" "/oauth/authorize" "oauth.decide" authorize::decide;
    "POST" "/auth/sign_in" "auth.sign_in" authorize::sign_in;
    "POST" "/oauth/token" "oauth.token" tokens::exchange;
    "POST" "/oauth/revoke" "oauth.revoke" tokens::revoke;
    "GET" "/api/v1/accounts/verify_credentials" "accounts.verify_credentials" tokens::verify_credentials;
    "GET" "/api/v1/accounts/*/statuses" "accounts.statuses" timeline::of_account;
    "POST" "/api/v2/media" "media.create" media::create;
    "GET" "/api/v1/media/*" "media.get" media::get;
    "PUT" "/api/v1/media/*" "media.update" media::update;
    "DELETE" "/api/v1/media/*" "media.delete" media::delete;
    "POST" "/api/v1/statuses" "statuses.create" statuses::create;
    "GET" "/api/v1/statuses" "statuses.several" timeline::several;
    "GET" "/api/v1/statuses/*" "statuses.get" timeline::one;
    "GET" "/api/v1/statuses/*/source" "statuses.source" timeline::source;
    "PUT" "/api/v1/statuses/*" "statuses.update" statuses::update;
    "DELETE" "/api/v1/statuses/*" "statuses.delete" statuses::delete;
    "GET" "/files/*" "files.get" media::file;
    "GET" "/@*" "pages.status" pages::status;
};

/// The route of a call, and what stands for its `*`.
pub fn find(request: &Request) -> Option<(&'static Route, &str)> {
    let fits = |route: &'static Route| Some((route, star(route.path, &request.path)?));
    ROUTES.iter().filter(|route| route.method == request.method).find_map(fits)
}

fn star<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((before, after)) = pattern.split_once('*') else { return (pattern == path).then_some("") };
    let id = path.strip_prefix(before)?.strip_suffix(after)?;
    let one = !id.is_empty() && (before.ends_with('@') || !id.contains('/'));
    one.then_some(id)
}
