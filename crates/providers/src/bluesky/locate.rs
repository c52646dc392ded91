//! Where a person signs in: handle, DID, the server their data are on, and the authorization server that one trusts. Every
//! step is somebody's word and is checked against the next: a handle counts where the DID's own document names it, and a
//! data server where that document does.

use domain::{Endpoints, ErrorKind, ProviderError};
use url::Url;

use super::{descriptor::ID, wire};
use crate::{
    calls::{self, Ask, CallRules, Operation, Reply},
    provider::Located,
};

const RESOLVE: Operation = Operation::quiet("resolve_handle");
const DOCUMENT: Operation = Operation::quiet("did_document");
const RESOURCE: Operation = Operation::quiet("protected_resource");

/// A call to a server that somebody named, in milliseconds, and the largest answer read, in bytes.
const LIMIT_MS: u64 = 5_000;
const ANSWER_MAX_BYTES: usize = 256 * 1_024;
/// Longest name looked up: that of a domain.
const NAME_MAX_BYTES: usize = 253;

pub(super) async fn locate(
    http: &net::Client,
    rules: &CallRules,
    endpoints: &Endpoints,
    named: &str,
) -> Result<Located, ProviderError> {
    let rules = CallRules { timeout_ms: LIMIT_MS, ..*rules };
    let ask = async |operation, url: String, query: Option<(&'static str, &str)>| {
        let mut ask = Ask::get(url).answer_max_bytes(ANSWER_MAX_BYTES);
        if let Some((name, value)) = query {
            ask = ask.query(name, value);
        }
        calls::direct(http, &rules, operation, ask, None).await
    };
    let named = named.trim().trim_start_matches('@');
    let did = if wire::is_did(named) {
        named.to_owned()
    } else {
        let handle = handle(named).ok_or_else(|| unusable(RESOLVE, "That is no handle."))?;
        let url = format!("{}/xrpc/com.atproto.identity.resolveHandle", endpoints.get("api"));
        let found: wire::Resolved = ask(RESOLVE, url, Some(("handle", handle))).await?.read()?;
        found.did
    };
    let at =
        document_of(&did, endpoints.get("plc")).ok_or_else(|| unusable(DOCUMENT, "Its id cannot be looked up."))?;
    let reply = ask(DOCUMENT, at, None).await?;
    let server = server_of(&reply, &did, named, endpoints)?;
    let resource = ask(RESOURCE, format!("{server}/.well-known/oauth-protected-resource"), None).await?;
    let issuer = issuer_of(&resource, &server)?;
    Ok(Located { remote_id: did, issuer, endpoints: vec![("api".to_owned(), server)] })
}

/// What can be a handle: the name of a domain.
fn handle(named: &str) -> Option<&str> {
    let label = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let whole = named.len() <= NAME_MAX_BYTES && named.contains('.') && named.split('.').all(label);
    whole.then_some(named)
}

/// Where the document of a DID is: in the directory, or on its own domain.
fn document_of(did: &str, directory: &str) -> Option<String> {
    if let Some(id) = did.strip_prefix("did:plc:") {
        return id.bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| format!("{directory}/{did}"));
    }
    // Only whole domains: the protocol allows no paths, and ports only in tests.
    let domain = handle(did.strip_prefix("did:web:")?)?;
    Some(format!("https://{domain}/.well-known/did.json"))
}

/// The data server a document names, or the one given by hand, once the document was found to be of that DID and handle.
fn server_of(reply: &Reply, did: &str, named: &str, endpoints: &Endpoints) -> Result<String, ProviderError> {
    let document: wire::Document = reply.read()?;
    let is_named = |other: &String| other.strip_prefix("at://").is_some_and(|name| name.eq_ignore_ascii_case(named));
    if document.id != did {
        return Err(reply.garbage());
    }
    if named != did && !document.also_known_as.iter().any(is_named) {
        return Err(unusable(DOCUMENT, "The account behind this handle goes by another one."));
    }
    let used = endpoints.get("api");
    if endpoints.custom {
        return Ok(used.to_owned());
    }
    wire::pds(&reply.read()?, used).ok_or_else(|| unusable(DOCUMENT, "The account names no server of its own."))
}

/// The one authorization server a data server trusts: an origin, over https unless the data server is on this machine too.
fn issuer_of(reply: &Reply, server: &str) -> Result<String, ProviderError> {
    let said: wire::Resource = reply.read()?;
    let [issuer] = said.authorization_servers.as_slice() else { return Err(reply.garbage()) };
    let url = Url::parse(issuer).map_err(|_| reply.garbage())?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let schemed = url.scheme() == "https" || (url.scheme() == "http" && server.starts_with("http://"));
    let same = said.resource.trim_end_matches('/') == server;
    if same && bare && schemed && issuer.len() <= 2_048 { Ok(issuer.clone()) } else { Err(reply.garbage()) }
}

fn unusable(operation: Operation, words: &str) -> ProviderError {
    ProviderError { remote_message: words.to_owned(), ..calls::error(ErrorKind::NotFound, ID, operation) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_looked_for_where_its_did_says() {
        let plc = "https://plc.directory";
        for (did, at) in [
            ("did:plc:abc123", Some("https://plc.directory/did:plc:abc123")),
            ("did:web:example.com", Some("https://example.com/.well-known/did.json")),
            ("did:plc:../x", None),
            ("did:web:example.com%3A8443", None),
            ("did:web:example.com:user", None),
            ("did:web:localhost", None),
            ("did:key:z6Mk", None),
        ] {
            assert_eq!(document_of(did, plc).as_deref(), at, "{did}");
        }
    }

    #[test]
    fn a_handle_is_the_name_of_a_domain() {
        for good in ["robin.test", "a-b.example.com", "ROBIN.test"] {
            assert_eq!(handle(good), Some(good));
        }
        for bad in ["robin", "", ".test", "a b.test", "robin.test/x", "robin@example.com", &"a.".repeat(200)] {
            assert_eq!(handle(bad), None, "{bad}");
        }
    }
}
