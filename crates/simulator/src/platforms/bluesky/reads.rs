//! Reading records back; needs no session.

use serde_json::{Value, json};

use super::failure::Failure;
use super::state::{RecordKey, Stored};
use super::{Call, syntax};
use crate::wire::Reply;

const MAX_PAGE: usize = 100;
const DEFAULT_PAGE: usize = 50;

fn entry((repo, collection, rkey): &RecordKey, stored: &Stored) -> Value {
    json!({"uri": format!("at://{repo}/{collection}/{rkey}"), "cid": stored.cid, "value": stored.value})
}

/// A repository that is not here is asked for elsewhere, and elsewhere does not answer.
pub fn get_record(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let (repo, collection, rkey) = (call.param("repo")?, call.param("collection")?, call.param("rkey")?);
    let account = call.state.visible(repo).ok_or_else(Failure::upstream)?;
    let key = (account.did.clone(), collection.to_owned(), rkey.to_owned());
    let wanted = call.request.param("cid");
    let found = call.state.records.get(&key).filter(|stored| wanted.is_none_or(|cid| cid == stored.cid));
    let found = found.ok_or_else(|| {
        let message = format!("Could not locate record: at://{}/{collection}/{rkey}", account.did);
        Failure::new(400, "RecordNotFound", message)
    })?;
    Ok(Reply::json(200, &entry(&key, found)))
}

/// Newest key first unless `reverse`; the cursor is the last key given.
pub fn list_records(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let (repo, collection) = (call.param("repo")?, call.param("collection")?);
    if !syntax::is_nsid(collection) {
        return Err(call.bad_param(&format!("Invalid NSID (got \"{collection}\")")));
    }
    let limit = page_size(call)?;
    let account = call.state.visible(repo);
    let account = account.ok_or_else(|| Failure::invalid(format!("Could not find repo: {repo}")))?;
    let reverse = call.request.param("reverse") == Some("true");
    let cursor = call.request.param("cursor");
    let first = (account.did.clone(), collection.to_owned(), String::new());
    let mut page: Vec<(&RecordKey, &Stored)> = call
        .state
        .records
        .range(first..)
        .take_while(|((did, name, _), _)| *did == account.did && name == collection)
        .filter(|((.., rkey), _)| {
            cursor.is_none_or(|cursor| if reverse { rkey.as_str() > cursor } else { rkey.as_str() < cursor })
        })
        .collect();
    if !reverse {
        page.reverse();
    }
    page.truncate(limit);
    let records: Vec<Value> = page.iter().map(|(key, stored)| entry(key, stored)).collect();
    let mut reply = json!({"records": records});
    if let Some(((.., rkey), _)) = page.last() {
        reply["cursor"] = json!(rkey);
    }
    Ok(Reply::json(200, &reply))
}

fn page_size(call: &Call<'_>) -> Result<usize, Failure> {
    let Some(limit) = call.request.param("limit") else { return Ok(DEFAULT_PAGE) };
    match limit.parse::<usize>() {
        Ok(limit) if limit > MAX_PAGE => {
            Err(call.bad_param(&format!("integer too big (maximum {MAX_PAGE}, got {limit})")))
        }
        Ok(limit) if limit > 0 => Ok(limit),
        _ => Err(call.bad_param("integer too small (minimum 1, got 0)")),
    }
}
