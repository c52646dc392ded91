//! Writing records: create, put, delete. Each accepted write is in the journal before it is in the state.

use serde_json::{Map, Value, json};

use super::failure::Failure;
use super::node::Node;
use super::post::BlobClaim;
use super::state::{RecordKey, Stored};
use super::{Call, blobs, post, syntax};
use crate::content;
use crate::wire::Reply;

pub const CREATE: &str = "com.atproto.repo.createRecord";
pub const PUT: &str = "com.atproto.repo.putRecord";
pub const DELETE: &str = "com.atproto.repo.deleteRecord";

const POST: &str = "app.bsky.feed.post";
/// Collections whose keys are timestamp ids.
const TID_KEYED: &[&str] = &[POST, "app.bsky.feed.threadgate", "app.bsky.feed.postgate"];
const RECORD_KEY_BYTES: usize = 512;

/// A write that passed every check but those on what is already there.
struct Write {
    key: RecordKey,
    record: Value,
    cid: String,
    blobs: Vec<BlobClaim>,
    /// None when the client asked for no validation.
    status: Option<&'static str>,
}

pub fn create(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let did = call.authenticate()?;
    let input = call.input()?;
    let write = prepare(call, &did, &input, false)?;
    if call.state.records.contains_key(&write.key) {
        // A plain error, though the record exists: clients have to look before they try again.
        return Err(Failure::internal());
    }
    let commit = commit(call, CREATE, &write)?;
    Ok(written(&write, Some(commit)))
}

pub fn put(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let did = call.authenticate()?;
    let input = call.input()?;
    let write = prepare(call, &did, &input, true)?;
    let current = call.state.records.get(&write.key).map(|stored| stored.cid.clone());
    if current.as_ref() == Some(&write.cid) {
        accept(call, PUT, &write.key, Some((&write.record, &write.cid)), None)?;
        return Ok(written(&write, None));
    }
    check_swap(&input, current.as_deref())?;
    let commit = commit(call, PUT, &write)?;
    Ok(written(&write, Some(commit)))
}

pub fn delete(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let did = call.authenticate()?;
    let input = call.input()?;
    let key = target(call, &did, &Node::root(&input, "$"), true)?;
    let current = call.state.records.get(&key).map(|stored| stored.cid.clone());
    check_swap(&input, current.as_deref())?;
    if current.is_none() {
        accept(call, DELETE, &key, None, None)?;
        return Ok(Reply::json(200, &json!({})));
    }
    let rev = call.state.next_tid(call.now_ms);
    accept(call, DELETE, &key, None, Some(&rev))?;
    call.state.records.remove(&key);
    Ok(Reply::json(200, &json!({"commit": commit_json(&rev)})))
}

/// `swapRecord`: absent means whatever is there, null means nothing may be there, a CID means exactly that.
fn check_swap(input: &Value, current: Option<&str>) -> Result<(), Failure> {
    match input.get("swapRecord") {
        Some(wanted) if wanted.as_str() != current => {
            let message = format!("Record was at {}", current.unwrap_or("null"));
            Err(Failure::new(400, "InvalidSwap", message))
        }
        _ => Ok(()),
    }
}

fn prepare(call: &mut Call<'_>, did: &str, input: &Value, key_needed: bool) -> Result<Write, Failure> {
    let node = Node::root(input, "$");
    let key = target(call, did, &node, key_needed)?;
    let mut record = node.required("record")?.value.clone();
    let Some(members) = record.as_object_mut() else {
        return Err(Failure::invalid(format!("Expected object value type (got {record}) at $.record")));
    };
    let kind = members.entry("$type").or_insert_with(|| json!(key.1));
    if kind.as_str() != Some(&key.1) {
        return Err(Failure::invalid(format!("Invalid $type: expected {}, got {}", key.1, plain(kind))));
    }
    let status = validate(&key, &record, input.get("validate"))?;
    let claims = BlobClaim::all(&record);
    blobs::check_claims(call.state, did, &claims, call.now_ms)?;
    let cid = content::record_cid(&record);
    Ok(Write { key, record, cid, blobs: claims, status })
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// Which record a call means, checked in the order the server checks: syntax, then the account, then the key's kind.
fn target(call: &mut Call<'_>, did: &str, input: &Node<'_>, key_needed: bool) -> Result<RecordKey, Failure> {
    let repo = input.required("repo")?.string()?;
    let collection = input.required("collection")?.formatted("NSID", syntax::is_nsid)?;
    let rkey = if key_needed { Some(input.required("rkey")?) } else { input.optional("rkey")? };
    let rkey = rkey.map(|rkey| {
        rkey.text(RECORD_KEY_BYTES, RECORD_KEY_BYTES)?;
        rkey.formatted("record key", syntax::is_record_key)
    });
    let rkey = rkey.transpose()?.map(ToOwned::to_owned);
    let account = call.state.account(repo);
    let account = account.ok_or_else(|| Failure::new(403, "AccountNotFound", "Account not found"))?;
    account.check_standing()?;
    if account.did != did {
        return Err(Failure::new(401, "AuthenticationRequired", "Authentication Required"));
    }
    let rkey = rkey.unwrap_or_else(|| call.state.next_tid(call.now_ms));
    Ok((did.to_owned(), collection.to_owned(), rkey))
}

/// `valid` for the collections known here, `unknown` for others, nothing when the client said `validate: false`.
fn validate(key: &RecordKey, record: &Value, wanted: Option<&Value>) -> Result<Option<&'static str>, Failure> {
    let (_, collection, rkey) = key;
    if wanted == Some(&json!(false)) {
        return Ok(None);
    }
    if TID_KEYED.contains(&collection.as_str()) && !syntax::is_tid(rkey) {
        let message = format!("Invalid record key for {collection}: Invalid TID string (got \"{rkey}\") at $");
        return Err(Failure::invalid(message));
    }
    if collection != POST {
        let known = TID_KEYED.contains(&collection.as_str());
        return Ok(Some(if known { "valid" } else { "unknown" }));
    }
    let checked = post::check(record);
    checked.map_err(|complaint| Failure::invalid(format!("Invalid {collection} record: {complaint}")))?;
    Ok(Some("valid"))
}

/// Makes a checked write true, and gives its revision.
fn commit(call: &mut Call<'_>, operation: &str, write: &Write) -> Result<String, Failure> {
    let rev = call.state.next_tid(call.now_ms);
    accept(call, operation, &write.key, Some((&write.record, &write.cid)), Some(&rev))?;
    let stored = Stored { cid: write.cid.clone(), value: write.record.clone() };
    call.state.records.insert(write.key.clone(), stored);
    blobs::refer(call.state, &write.key.0, &write.blobs);
    Ok(rev)
}

/// Tells the journal. If it cannot be written the write does not happen.
fn accept(
    call: &Call<'_>,
    operation: &str,
    key: &RecordKey,
    record: Option<(&Value, &str)>,
    rev: Option<&str>,
) -> Result<(), Failure> {
    let (repo, collection, rkey) = key;
    let text = record.and_then(|(value, _)| value.get("text").cloned()).unwrap_or_default();
    let detail: Map<String, Value> = [
        ("repo", json!(repo)),
        ("collection", json!(collection)),
        ("rkey", json!(rkey)),
        ("text", text),
        ("cid", json!(record.map(|(_, cid)| cid))),
        ("commit", json!(rev)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    call.recorder.accept(operation, detail).map_err(|_| Failure::internal())
}

fn commit_json(rev: &str) -> Value {
    json!({"cid": content::record_cid(&json!(rev)), "rev": rev})
}

fn written(write: &Write, rev: Option<String>) -> Reply {
    let (repo, collection, rkey) = &write.key;
    let mut reply = json!({"uri": format!("at://{repo}/{collection}/{rkey}"), "cid": write.cid});
    if let Some(rev) = rev {
        reply["commit"] = commit_json(&rev);
    }
    if let Some(status) = write.status {
        reply["validationStatus"] = json!(status);
    }
    Reply::json(200, &reply)
}
