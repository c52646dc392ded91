//! What an account shows: its records, newest key first, and the one a person named.

use domain::{ProviderError, UtcMs};
use serde_json::Value;
use url::Url;

use super::{
    change::is_key,
    publish::{PUBLIC, remote, xrpc},
    record::COLLECTION,
    wire::{Found, Records},
};
use crate::{
    calls::{self, Ask, CallRules, Operation, text_of},
    provider::{AccountRef, Remote, Session},
    shown::{Seen, Shown},
};

const LIST: Operation = Operation::quiet("list_records");
const GET: Operation = Operation::quiet("get_record");

/// Records asked for at once (com.atproto.repo.listRecords), and pages read at most.
const PAGE: usize = 100;
const PAGES_MAX: usize = 3;
/// A hundred records of the largest size with their facets, as JSON.
const PAGE_MAX_BYTES: usize = 4 << 20;

pub(super) fn profile_url(account: &AccountRef) -> String {
    let public = Some(account.endpoints.get("public")).filter(|url| !url.is_empty()).unwrap_or(PUBLIC);
    format!("{public}/profile/{}", account.remote_id)
}

pub(super) async fn shown(session: &Session, rules: &CallRules, since: UtcMs) -> Result<Option<Shown>, ProviderError> {
    let mut shown = Shown::default();
    let mut cursor = String::new();
    for _ in 0..PAGES_MAX {
        let mut ask = Ask::get(xrpc(session, "com.atproto.repo.listRecords"))
            .query("repo", &session.account.remote_id)
            .query("collection", COLLECTION)
            .query("limit", &PAGE.to_string())
            .answer_max_bytes(PAGE_MAX_BYTES);
        if !cursor.is_empty() {
            ask = ask.query("cursor", &cursor);
        }
        // Records are public: no token, so that a lost grant does not keep the truth from us.
        let page: Records = calls::open(session, rules, LIST, ask).await?.read()?;
        let next = page.cursor.unwrap_or_default();
        shown.all = page.records.is_empty() || next.is_empty();
        shown.posts.extend(page.records.into_iter().filter_map(|record| seen(session, record)));
        if shown.covers(since) || next == cursor {
            break;
        }
        cursor = next;
    }
    Ok(Some(shown))
}

fn seen(session: &Session, record: Found) -> Option<Seen> {
    let repo = &session.account.remote_id;
    let key = key_of(repo, &record.uri)?.to_owned();
    let embed = record.value.get("embed").unwrap_or(&Value::Null);
    let images = embed.get("images").or_else(|| embed.pointer("/media/images"));
    Some(Seen {
        text: text_of(&record.value, "text").to_owned(),
        pictures: images.and_then(Value::as_array).map_or(0, Vec::len),
        at: UtcMs::parse_rfc3339(text_of(&record.value, "createdAt")),
        remote: remote(session, repo, &key, record.uri, &record.cid),
    })
}

fn key_of<'a>(repo: &str, uri: &'a str) -> Option<&'a str> {
    uri.strip_prefix(&format!("at://{repo}/{COLLECTION}/")).filter(|key| is_key(key))
}

/// The key in an `at://` address or in a link such as `https://bsky.app/profile/…/post/…` of this account.
fn key_named<'a>(account: &AccountRef, given: &'a str) -> Option<&'a str> {
    if let Some(key) = key_of(&account.remote_id, given) {
        return Some(key);
    }
    let url = Url::parse(given).ok().filter(|url| url.scheme() == "https" || url.scheme() == "http")?;
    let parts: Vec<_> = url.path_segments()?.collect();
    let ["profile", whose, "post", _] = parts.as_slice() else { return None };
    let ours = *whose == account.remote_id || whose.eq_ignore_ascii_case(&account.handle);
    given.trim_end_matches('/').split(['?', '#']).next()?.rsplit('/').next().filter(|key| ours && is_key(key))
}

pub(super) async fn named(session: &Session, rules: &CallRules, given: &str) -> Result<Option<Remote>, ProviderError> {
    let repo = &session.account.remote_id;
    let Some(key) = key_named(&session.account, given) else { return Ok(None) };
    let ask = Ask::get(xrpc(session, "com.atproto.repo.getRecord"))
        .query("repo", repo)
        .query("collection", COLLECTION)
        .query("rkey", key);
    match calls::open(session, rules, GET, ask).await {
        Ok(reply) => {
            let found: Found = reply.read()?;
            Ok(Some(remote(session, repo, key, found.uri, &found.cid)))
        }
        Err(error) if error.remote_code == "RecordNotFound" => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::descriptor::descriptor, *};
    use crate::testing;

    #[test]
    fn a_post_is_named_by_its_address_or_its_link() {
        let mut account = testing::account(&descriptor(), "did:plc:robin", "user");
        account.handle = "robin.test".to_owned();
        for given in [
            "at://did:plc:robin/app.bsky.feed.post/3k2a",
            "https://bsky.app/profile/robin.test/post/3k2a",
            "https://bsky.app/profile/did:plc:robin/post/3k2a?ref=x",
        ] {
            assert_eq!(key_named(&account, given), Some("3k2a"), "{given}");
        }
        for given in [
            "3k2a",
            "at://did:plc:sparrow/app.bsky.feed.post/3k2a",
            "https://bsky.app/profile/sparrow.test/post/3k2a",
            "https://bsky.app/profile/robin.test",
            "file:///profile/robin.test/post/3k2a",
        ] {
            assert_eq!(key_named(&account, given), None, "{given}");
        }
    }
}
