//! Fetches the picture of an account, at an address its platform named: on a server that anybody may run, that is the
//! address of a stranger (see `stranger`). Nothing of ours goes along: no token, no cookie, no referrer.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, header};
use url::Url;

use crate::{
    Client,
    stranger::{self, FetchError, Near, Resolver, Want, system_resolver},
};

/// Largest picture taken: 4 MiB. Platforms take less for a profile.
pub const PICTURE_MAX_BYTES: usize = 4 << 20;

const WANT: Want = Want {
    operation: "avatar",
    accept: "image/png,image/jpeg,image/webp,image/gif;q=0.9",
    takes: is_picture,
    limit: Duration::from_secs(10),
    max_bytes: PICTURE_MAX_BYTES,
    cuts: false,
    sealed: true,
};

/// Fetches a picture. `home` is the server of the account: where that is on this machine, its own origin may be asked
/// too. What comes is a stranger's file and is to be opened as such.
pub async fn fetch(client: &Client, url: &str, home: &str) -> Result<Bytes, FetchError> {
    fetch_with(client, url, home, system_resolver).await
}

async fn fetch_with(client: &Client, url: &str, home: &str, resolver: Resolver) -> Result<Bytes, FetchError> {
    let home = Url::parse(home).ok();
    let near = home.as_ref().map_or(Near::Nothing, Near::Home);
    stranger::fetch(client, url, &WANT, near, resolver).await.map(|found| found.body)
}

fn is_picture(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(essence.as_str(), "image/png" | "image/jpeg" | "image/jpg" | "image/webp" | "image/gif")
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
