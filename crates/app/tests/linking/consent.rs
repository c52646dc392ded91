//! Bluesky by consent: tokens bound to a key that is kept beside them, found through the person's own server.

use app::{VaultChoice, accounts::OnUnlink, link::LinkMethod};
use domain::{AccountState, ErrorCode, HeldReason, PublicationState as S, Secret};
use serde_json::json;
use simulator::{Command, Fault, Rule};
use store::secret::Field;

use crate::{
    platforms::Seen,
    sky::{ROBIN, SPARROW, Sky},
};

const DAY_MS: i64 = 86_400_000;
const WRITE: &str = "com.atproto.repo.createRecord";

async fn state(sky: &Sky, post: domain::PostId) -> S {
    sky.bench.run_until_idle().await;
    sky.bench.publications(post).await[0].status.state
}

/// The whole round, as a row of the table of every platform.
pub async fn round() -> Seen {
    let sky = Sky::start().await;
    let id = sky.link(None).await.unwrap();
    let account = sky.account(id).await;
    let mut seen = Seen {
        identity: format!("{} ({})", account.handle, account.remote_id),
        scopes: account.scopes.len(),
        end_known: account.refresh_expires_at.is_some(),
        ahead: sky.calls("oauth.par") > 0,
        bound: sky.sealed(id, Field::ProofKey).await.is_some(),
        ..Seen::default()
    };
    let before = sky.calls("oauth.token");
    sky.server.control(&Command::ExpireAccess).unwrap();
    sky.app().check_account(id).await.unwrap();
    seen.renewed = sky.calls("oauth.token") > before && sky.account(id).await.state == AccountState::Healthy;
    let post = sky.write(id, "Once").await;
    seen.published = state(&sky, post).await == S::Published && sky.posted() == ["Once"];
    sky.server.control(&Command::RevokeTokens).unwrap();
    sky.app().check_account(id).await.unwrap();
    seen.taken_back = sky.account(id).await.state == AccountState::NeedsRelink;
    seen.linked_again = sky.link(Some(id)).await.unwrap() == id && sky.account(id).await.state == AccountState::Healthy;
    sky.app().unlink_account(id, OnUnlink::Hold).await.unwrap();
    seen.ended = sky.tokens() == 0;
    seen
}

#[tokio::test]
async fn an_account_is_linked_published_from_renewed_and_ended() {
    let sky = Sky::start().await;
    let id = sky.link(None).await.unwrap();
    let account = sky.account(id).await;
    assert_eq!((account.handle.as_str(), account.method.as_str()), (ROBIN, "oauth"));
    assert_eq!(account.scopes, ["atproto", "transition:generic"]);
    assert_eq!((account.endpoints.get("issuer"), account.endpoints.get("api")), (sky.server.url(), sky.server.url()));
    let end_ms = account.refresh_expires_at.unwrap().since(account.linked_at);
    assert!((end_ms - 14 * DAY_MS).abs() < 60_000, "{end_ms}");
    assert_eq!(sky.calls("oauth.par"), 2, "once without the server's nonce");

    let first = sky.write(id, "By consent").await;
    assert_eq!(state(&sky, first).await, S::Published);
    // The nonces known are too old, and so is the token.
    sky.pass_ms(2 * 3_600_000);
    let renewals = sky.calls("oauth.token");
    let second = sky.write(id, "Renewed").await;
    assert_eq!(state(&sky, second).await, S::Published);
    assert_eq!(sky.calls("oauth.token"), renewals + 2, "once without the nonce of now");
    sky.server.control(&Command::ExpireAccess).unwrap();
    let third = sky.write(id, "Renewed when it was refused").await;
    assert_eq!(state(&sky, third).await, S::Published);
    assert_eq!(sky.posted(), ["By consent", "Renewed", "Renewed when it was refused"]);
    assert_eq!(sky.account(id).await.refresh_expires_at, account.refresh_expires_at, "two weeks are two weeks");

    assert_eq!(sky.tokens(), 1);
    sky.app().unlink_account(id, OnUnlink::Hold).await.unwrap();
    assert_eq!(sky.tokens(), 0, "ended there");
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_nothing_goes_out_twice() {
    let sky = Sky::start().await;
    let id = sky.link(None).await.unwrap();
    sky.server.faults().set(vec![Rule::new(Fault::LostReply).on(WRITE).times(1)]);
    let post = sky.write(id, "Once").await;
    assert_eq!(state(&sky, post).await, S::Published);
    assert_eq!(sky.posted(), ["Once"]);
}

#[tokio::test]
async fn a_post_waits_where_the_grant_was_taken_back_and_goes_out_once_it_is_linked_again() {
    let sky = Sky::start().await;
    let id = sky.link(None).await.unwrap();
    sky.server.control(&Command::RevokeTokens).unwrap();
    let post = sky.write(id, "Later").await;
    assert_eq!(state(&sky, post).await, S::Held);
    assert_eq!(sky.bench.publications(post).await[0].status.held, Some(HeldReason::Relink));
    assert_eq!(sky.account(id).await.state, AccountState::NeedsRelink);
    assert_eq!(sky.link(Some(id)).await.unwrap(), id, "with the endpoints it has");
    assert_eq!(state(&sky, post).await, S::Published);
    assert_eq!(sky.posted(), ["Later"]);
}

#[tokio::test]
async fn both_ways_lead_to_the_same_account_and_each_leaves_nothing_of_the_other() {
    let sky = Sky::start().await;
    let kept = async |id| {
        let mut fields = Vec::new();
        for field in [Field::Access, Field::Refresh, Field::ProofKey] {
            fields.push(sky.sealed(id, field).await.is_some());
        }
        fields
    };
    let id = sky.sign_in(None).await.unwrap();
    assert_eq!(kept(id).await, [true, true, false]);
    assert_eq!(sky.link(Some(id)).await.unwrap(), id);
    assert_eq!((sky.account(id).await.method.as_str(), kept(id).await), ("oauth", vec![true; 3]));
    sky.app().check_account(id).await.unwrap();
    assert_eq!(sky.sign_in(Some(id)).await.unwrap(), id);
    assert_eq!((sky.account(id).await.method.as_str(), kept(id).await), ("app_password", vec![true, true, false]));
    sky.app().check_account(id).await.unwrap();
    let post = sky.write(id, "Back").await;
    assert_eq!(state(&sky, post).await, S::Published);
    sky.app().unlink_account(id, OnUnlink::Hold).await.unwrap();
    assert_eq!(kept(id).await, [false; 3]);
}

#[tokio::test]
async fn the_key_is_sealed_anew_with_the_tokens() {
    let sky = Sky::start().await;
    let id = sky.link(None).await.unwrap();
    let before = sky.sealed(id, Field::ProofKey).await.unwrap();
    for number in 1..3 {
        use base64::Engine;
        let key = base64::engine::general_purpose::STANDARD.encode([number; 32]);
        sky.app().rotate_keys(VaultChoice::Environment(Secret::new(key))).await.unwrap();
        sky.app().check_account(id).await.unwrap();
        sky.server.control(&Command::ExpireAccess).unwrap();
        sky.app().check_account(id).await.unwrap();
    }
    assert_ne!(sky.sealed(id, Field::ProofKey).await.unwrap(), before);
}

#[tokio::test]
async fn whoever_signs_in_must_be_who_was_named() {
    let sky = Sky::start().await;
    let attempt = sky.ask(None).await.unwrap();
    sky.decide(&attempt, &[("decision", "allow"), ("account", SPARROW)]).await;
    let error = sky.end(&attempt).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::LinkMismatch);
    assert!(error.message.contains(ROBIN), "{}", error.message);
    let attempt = sky.ask(None).await.unwrap();
    sky.decide(&attempt, &[("decision", "deny")]).await;
    assert_eq!(sky.end(&attempt).await.unwrap_err().code, ErrorCode::ConsentRefused);
    assert!(sky.app().accounts().await.unwrap().is_empty());
}

#[tokio::test]
async fn tokens_that_are_not_what_was_asked_for_are_not_taken() {
    let sky = Sky::start().await;
    let did = sky.account(sky.sign_in(None).await.unwrap()).await.remote_id;
    let whole = json!({"access_token": "a", "refresh_token": "r", "token_type": "DPoP", "expires_in": 3_600,
        "scope": "atproto transition:generic", "sub": did});
    for (field, value, code) in [
        ("token_type", json!("Bearer"), ErrorCode::PlatformProtocol),
        ("sub", json!("did:plc:mallory"), ErrorCode::LinkMismatch),
        ("sub", json!(null), ErrorCode::LinkMismatch),
        ("scope", json!("transition:generic"), ErrorCode::MissingScope),
    ] {
        sky.behave();
        let attempt = sky.ask(None).await.unwrap();
        let mut answer = whole.clone();
        answer[field] = value.clone();
        sky.answer("/oauth/token", 200, answer);
        sky.decide(&attempt, &[("decision", "allow")]).await;
        assert_eq!(sky.end(&attempt).await.unwrap_err().code, code, "{field} {value}");
    }
    let left = sky.app().accounts().await.unwrap();
    assert_eq!((left.len(), left[0].method.as_str()), (1, "app_password"), "what was there stays");
}

#[tokio::test]
async fn nobody_is_sent_to_a_server_that_is_not_the_persons_own() {
    let sky = Sky::start().await;
    let did = sky.account(sky.sign_in(None).await.unwrap()).await.remote_id;
    let url = sky.server.url().to_owned();
    let handle = "/xrpc/com.atproto.identity.resolveHandle";
    let resource = "/.well-known/oauth-protected-resource";
    let metadata = "/.well-known/oauth-authorization-server";
    let trusting = |servers: serde_json::Value| json!({"resource": url.clone(), "authorization_servers": servers});
    let at = |path: &str| format!("{url}/oauth/{path}");
    let described = |changed: &str, value: serde_json::Value| {
        let mut whole = json!({
            "issuer": url.clone(), "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
            "pushed_authorization_request_endpoint": at("par"), "dpop_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": true,
        });
        whole[changed] = value;
        whole
    };
    let others = sky.server.control(&Command::add_account("crow.test", "x")).unwrap()["did"].clone();
    for (what, path, body) in [
        ("a handle of somebody else", handle, json!({"did": others})),
        ("no DID", handle, json!({"did": "robin"})),
        ("two servers", resource, trusting(json!([url.clone(), "https://as.example"]))),
        ("none", resource, trusting(json!([]))),
        ("one without TLS", resource, trusting(json!(["http://as.example"]))),
        (
            "of another server",
            resource,
            json!({"resource": "https://x.example", "authorization_servers": [url.clone()]}),
        ),
        ("another issuer", metadata, described("issuer", json!("https://as.example"))),
        ("no DPoP", metadata, described("dpop_signing_alg_values_supported", json!([]))),
        ("no PAR", metadata, described("pushed_authorization_request_endpoint", json!(null))),
        ("no iss", metadata, described("authorization_response_iss_parameter_supported", json!(false))),
        ("no TLS", metadata, described("token_endpoint", json!("http://as.example/token"))),
    ] {
        sky.answer(path, 200, body);
        let error = sky.ask(None).await.unwrap_err();
        assert!(error.message.ends_with('.') && !error.action.is_empty(), "{what}: {error:?}");
    }
    sky.behave();
    let mut unnamed = sky.wish(LinkMethod::Oauth, None);
    unnamed.identifier = None;
    assert_eq!(sky.app().start_link(unnamed).await.unwrap_err().code, ErrorCode::InvalidRequest);
    let mut by_did = sky.wish(LinkMethod::Oauth, None);
    by_did.identifier = Some(did);
    assert!(sky.app().start_link(by_did).await.is_ok(), "a DID says it as well");
    assert_eq!(sky.calls("oauth.par"), 2, "nothing was asked of any of the others");
}

#[tokio::test]
async fn a_server_never_content_with_a_proof_is_no_end_of_the_grant() {
    let sky = Sky::start().await;
    let id = sky.link(None).await.unwrap();
    for error in ["use_dpop_nonce", "invalid_dpop_proof"] {
        sky.answer("/xrpc/com.atproto.server.getSession", 401, json!({"error": error, "message": "No."}));
        assert!(sky.app().check_account(id).await.is_err());
        assert_eq!(sky.account(id).await.state, AccountState::Healthy, "{error}");
    }
    sky.behave();
    sky.app().check_account(id).await.unwrap();
}

#[tokio::test]
async fn what_is_cancelled_with_its_account_is_a_draft_again_and_does_not_go_out() {
    let sky = Sky::start().await;
    let id = sky.link(None).await.unwrap();
    let post = sky.write(id, "Not lost").await;
    assert!(sky.app().drafts(10).await.unwrap().is_empty());
    sky.app().unlink_account(id, OnUnlink::Cancel).await.unwrap();
    let drafts = sky.app().drafts(10).await.unwrap();
    assert_eq!(drafts.iter().map(|draft| draft.id).collect::<Vec<_>>(), [post]);
    assert!(sky.bench.publications(post).await.is_empty());
    sky.link(None).await.unwrap();
    sky.bench.run_until_idle().await;
    assert!(sky.posted().is_empty(), "{:?}", sky.posted());
}
