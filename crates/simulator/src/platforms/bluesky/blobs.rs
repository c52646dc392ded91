//! Uploads: kept by content, served once a record refers to them, forgotten if none ever does.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::Call;
use super::failure::Failure;
use super::post::BlobClaim;
use super::state::{Blob, State};
use crate::content;
use crate::wire::Reply;

/// Within the documented "minutes to hours".
const UNREFERENCED_LIFE_MS: i64 = 60 * 60 * 1_000;

pub fn upload(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let did = call.authenticate().map_err(|failure| garbled_token(call, failure))?;
    let account = call.state.accounts.get(&did).ok_or_else(Failure::internal)?;
    if account.standing == super::Standing::TakenDown {
        account.check_standing()?;
    }
    let mime_type = call
        .request
        .header("content-type")
        .ok_or_else(|| Failure::invalid("Request encoding (Content-Type) required but not provided"))?
        .to_owned();
    let bytes = call.request.body.clone();
    let (cid, size) = (content::blob_cid(&bytes), bytes.len());
    let reply = json!({"$type": "blob", "ref": {"$link": cid}, "mimeType": mime_type, "size": size});
    let key = (did, cid);
    let referenced = call.state.blobs.get(&key).is_some_and(|blob| blob.referenced);
    call.state.blobs.insert(key, Blob { mime_type, bytes, referenced, uploaded_ms: call.now_ms });
    Ok(Reply::json(200, &json!({"blob": reply})))
}

/// Seen on the real server: here, and only here, a token that is no JWT at all is a 500.
fn garbled_token(call: &Call<'_>, failure: Failure) -> Failure {
    let token = call.request.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
    let claims = token.and_then(|token| URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok());
    let readable = claims.is_some_and(|bytes| serde_json::from_slice::<Value>(&bytes).is_ok());
    if failure.error == "InvalidToken" && token.is_some() && !readable { Failure::internal() } else { failure }
}

pub fn get(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let (did, cid) = (call.param("did")?, call.param("cid")?);
    if !content::is_cid(cid) {
        return Err(call.bad_param(&format!("Invalid CID string (got \"{cid}\")")));
    }
    let account = call.state.visible(did).ok_or_else(|| Failure::invalid(format!("Could not find repo: {did}")))?;
    let blob = call.state.blobs.get(&(account.did.clone(), cid.to_owned())).filter(|blob| blob.referenced);
    let blob = blob.ok_or_else(|| Failure::invalid("Blob not found"))?;
    Ok(Reply { status: 200, headers: vec![("content-type", blob.mime_type.clone())], body: blob.bytes.clone() }
        .with("x-content-type-options", &"nosniff")
        .with("content-disposition", &format!("attachment; filename=\"{cid}\""))
        .with("content-security-policy", &"default-src 'none'; sandbox"))
}

/// Whether every blob a record refers to is here, and is what the record says.
/// A real server no longer looks at size and type once some record has referred to the blob; this always does.
pub fn check_claims(state: &mut State, did: &str, claims: &[BlobClaim], now_ms: i64) -> Result<(), Failure> {
    state.blobs.retain(|_, blob| blob.referenced || blob.uploaded_ms + UNREFERENCED_LIFE_MS > now_ms);
    for claim in claims {
        let blob = state
            .blobs
            .get(&(did.to_owned(), claim.cid.clone()))
            .ok_or_else(|| Failure::new(400, "BlobNotFound", format!("Could not find blob: {}", claim.cid)))?;
        let size = i64::try_from(blob.bytes.len()).unwrap_or(i64::MAX);
        if size != claim.size {
            let message = format!("Referenced Size does not match stored blob. Expected: {size}, Got: {}", claim.size);
            return Err(Failure::new(400, "InvalidSize", message));
        }
        if blob.mime_type != claim.mime_type {
            let message = format!(
                "Referenced Mimetype does not match stored blob. Expected: {}, Got: {}",
                blob.mime_type, claim.mime_type
            );
            return Err(Failure::new(400, "InvalidMimeType", message));
        }
    }
    Ok(())
}

/// From now on these blobs are kept and served.
pub fn refer(state: &mut State, did: &str, claims: &[BlobClaim]) {
    for claim in claims {
        if let Some(blob) = state.blobs.get_mut(&(did.to_owned(), claim.cid.clone())) {
            blob.referenced = true;
        }
    }
}
