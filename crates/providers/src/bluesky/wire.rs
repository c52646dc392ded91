//! The shapes Bluesky sends, as far as they are read. Unknown fields are ignored; texts are checked where used.

use serde::Deserialize;
use serde_json::Value;

/// Answer of `createSession` and `refreshSession`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionAnswer {
    pub(super) access_jwt: String,
    pub(super) refresh_jwt: String,
    pub(super) handle: String,
    pub(super) did: String,
    #[serde(default)]
    pub(super) did_doc: Value,
    #[serde(default)]
    pub(super) active: Option<bool>,
    #[serde(default)]
    pub(super) status: Option<String>,
}

/// Answer of `getSession`.
#[derive(Deserialize)]
pub(super) struct WhoAnswer {
    pub(super) handle: String,
    pub(super) did: String,
    #[serde(default)]
    pub(super) active: Option<bool>,
    #[serde(default)]
    pub(super) status: Option<String>,
}

/// Answer of `createRecord`.
#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) uri: String,
    pub(super) cid: String,
}

/// Answer of `getRecord`.
#[derive(Deserialize)]
pub(super) struct Found {
    pub(super) uri: String,
    pub(super) cid: String,
    #[serde(default)]
    pub(super) value: Value,
}

/// Answer of `listRecords`.
#[derive(Deserialize)]
pub(super) struct Records {
    pub(super) records: Vec<Found>,
    #[serde(default)]
    pub(super) cursor: Option<String>,
}

/// Answer of `uploadBlob`; the blob goes into the record unchanged.
#[derive(Deserialize)]
pub(super) struct Uploaded {
    pub(super) blob: Value,
}

/// Answer of `resolveHandle`.
#[derive(Deserialize)]
pub(super) struct Resolved {
    pub(super) did: String,
}

/// A DID document, as far as it says who it is about.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    pub(super) id: String,
    #[serde(default)]
    pub(super) also_known_as: Vec<String>,
}

/// What a data server says of whom it trusts (RFC 9728).
#[derive(Deserialize)]
pub(super) struct Resource {
    pub(super) resource: String,
    pub(super) authorization_servers: Vec<String>,
}

/// Whether `text` looks like a DID: `did:method:rest`, at most 2,048 bytes of visible ASCII.
pub(super) fn is_did(text: &str) -> bool {
    let mut pieces = text.splitn(3, ':');
    let method_fits = |method: &str| !method.is_empty() && method.bytes().all(|b| b.is_ascii_lowercase());
    text.len() <= 2_048
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && pieces.next() == Some("did")
        && pieces.next().is_some_and(method_fits)
        && pieces.next().is_some_and(|rest| !rest.is_empty())
}

/// Whether `blob` is what `uploadBlob` should have given: a typed reference of `mime`, small enough to be kept.
pub(super) fn is_blob(blob: &Value) -> bool {
    let link = blob.pointer("/ref/$link").and_then(Value::as_str).unwrap_or_default();
    blob.get("$type").and_then(Value::as_str) == Some("blob")
        && (1..=256).contains(&link.len())
        && blob.to_string().len() <= 1_024
}

/// Where a blob of somebody's is handed out, by the call for that; empty where `blob` is none.
pub(super) fn blob_address(call: &str, did: &str, blob: Option<&Value>) -> String {
    let link = blob.filter(|blob| is_blob(blob)).and_then(|blob| blob.pointer("/ref/$link")?.as_str());
    let url = link.and_then(|cid| url::Url::parse_with_params(call, [("did", did), ("cid", cid)]).ok());
    url.map(String::from).unwrap_or_default()
}

/// The personal data server named in a DID document: an origin over https, or one equal to `used`.
/// `None` where there is none or it is not fit to receive a token.
pub(super) fn pds(did_doc: &Value, used: &str) -> Option<String> {
    let services = did_doc.get("service")?.as_array()?;
    let named = services.iter().take(32).find(|service| {
        service.get("id").and_then(Value::as_str).is_some_and(|id| id.ends_with("#atproto_pds"))
            && service.get("type").and_then(Value::as_str) == Some("AtprotoPersonalDataServer")
    })?;
    let given = named.get("serviceEndpoint")?.as_str().filter(|text| text.len() <= 2_048)?;
    let url = url::Url::parse(given).ok()?;
    let origin = url.origin().ascii_serialization();
    let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.path() == "/";
    (bare && (url.scheme() == "https" || origin == used)).then_some(origin)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn doc(endpoint: &str) -> Value {
        json!({"service": [
            {"id": "#other", "type": "Other", "serviceEndpoint": "https://other.test"},
            {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": endpoint},
        ]})
    }

    #[test]
    fn the_data_server_is_taken_from_the_document() {
        let long_id = json!({"service": [{"id": "did:plc:a#atproto_pds", "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": "https://pds.test"}]});
        assert_eq!(pds(&doc("https://pds.test/"), "x").as_deref(), Some("https://pds.test"));
        assert_eq!(pds(&doc("https://pds.test:8443"), "x").as_deref(), Some("https://pds.test:8443"));
        assert_eq!(pds(&long_id, "x").as_deref(), Some("https://pds.test"));
    }

    #[test]
    fn a_server_unfit_for_a_token_is_not_taken() {
        for endpoint in
            ["http://pds.test", "https://u:p@pds.test", "https://pds.test/path", "https://pds.test/?q", "file:///x", ""]
        {
            assert_eq!(pds(&doc(endpoint), "http://localhost:2583"), None, "{endpoint}");
        }
        assert_eq!(pds(&json!({}), "x"), None);
        assert_eq!(pds(&json!({"service": "x"}), "x"), None);
    }

    #[test]
    fn a_server_without_tls_is_taken_only_when_it_is_the_one_in_use() {
        let used = "http://localhost:2583";
        assert_eq!(pds(&doc("http://localhost:2583"), used).as_deref(), Some(used));
        assert_eq!(pds(&doc("http://localhost:2584"), used), None);
    }

    #[test]
    fn a_blob_is_asked_for_by_its_content() {
        let address = |blob: Option<Value>| blob_address("https://pds.test/xrpc/x", "did:plc:a", blob.as_ref());
        let blob = json!({"$type": "blob", "ref": {"$link": "b&k"}, "mimeType": "image/png", "size": 3});
        assert_eq!(address(Some(blob)), "https://pds.test/xrpc/x?did=did%3Aplc%3Aa&cid=b%26k");
        assert_eq!(address(Some(json!({"ref": {"$link": "bafk"}}))), "");
        assert_eq!(address(None), "");
    }

    #[test]
    fn dids_and_blobs_are_checked() {
        for good in ["did:plc:abc", "did:web:example.com%3A80"] {
            assert!(is_did(good), "{good}");
        }
        for bad in ["", "did:", "did:plc:", "did:PLC:x", "plc:did:x", "did:plc:a b"] {
            assert!(!is_did(bad), "{bad}");
        }
        assert!(is_blob(&json!({"$type": "blob", "ref": {"$link": "bafk"}, "mimeType": "image/png", "size": 3})));
        assert!(!is_blob(&json!({"$type": "blob", "ref": {"$link": ""}})));
        assert!(!is_blob(&json!({"cid": "bafk", "mimeType": "image/png"})));
        assert!(!is_blob(&json!({"$type": "blob", "ref": {"$link": "b"}, "x": "y".repeat(2_000)})));
    }
}
