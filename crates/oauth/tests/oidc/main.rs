//! The flow engine against a certified OAuth and OpenID server that nobody here wrote: every grant a desktop client meets,
//! with the server's own pages walked by a plain browser.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod person;
mod server;
mod world;

use domain::{ErrorKind, PlatformId, Secret, ports::Proofs};
use oauth::{
    Attempt, DeviceAttempt, Dpop, Flow, Grant, Issuer, Limits, Metadata, OauthError, OpenId, Pkce, Prover, Redirect,
    Revoked, SecretPlace, World,
};
use tokio_util::sync::CancellationToken;

use crate::{
    person::{End, Person},
    server::Server,
    world::world,
};

/// A server, what it says of itself, and the world.
struct Scene {
    server: Server,
    said: Metadata,
    world: World,
}

impl Scene {
    async fn set() -> Self {
        let (server, world) = (Server::start(), world());
        let said = oauth::discover(&world, &platform(), &server.issuer).await.unwrap();
        assert_eq!(said.issuer, server.issuer);
        Self { server, said, world }
    }

    /// A flow made of what the server says, for one of its clients.
    fn flow(&self, client: &str) -> Flow {
        let said = self.said.clone();
        Flow {
            revoke: said.revocation_endpoint,
            device: said.device_authorization_endpoint,
            scopes: ["openid", "offline_access", "posts"].map(str::to_owned).to_vec(),
            redirect: Redirect::any_port("/callback"),
            issuer: Some(Issuer {
                value: said.issuer.clone(),
                required: said.authorization_response_iss_parameter_supported,
            }),
            openid: Some(OpenId { issuers: vec![said.issuer], keys: said.jwks_uri.unwrap() }),
            extra: vec![("prompt".to_owned(), "consent".to_owned())],
            ..Flow::new(platform(), &said.authorization_endpoint, &said.token_endpoint, client)
        }
    }

    fn bound(&self) -> Flow {
        Flow { par: self.said.pushed_authorization_request_endpoint.clone(), dpop: true, ..self.flow("bound") }
    }

    /// Starts, has a person walk the pages, and comes back.
    async fn link(&self, flow: Flow, agrees: bool) -> Result<Grant, OauthError> {
        let attempt = Attempt::start(flow, self.world.clone(), Limits::default()).await?;
        let person = Person::new(&self.world.client, &self.server.issuer, "alice");
        let person = if agrees { person } else { person.who_refuses() };
        let back = match person.walk(attempt.authorize_url()).await {
            End::Away(url) => url,
            End::Page(page) => panic!("it ended on a page: {page}"),
        };
        assert!(back.starts_with(attempt.redirect_uri()), "{back}");
        let tab = async {
            let tag = self.world.client.tag(PlatformId::parse("browser").unwrap());
            assert_eq!(self.world.client.get(&tag, "back", &back).send().await.unwrap().status, 303);
        };
        tokio::join!(attempt.wait(CancellationToken::new(), |_| {}), tab).0
    }

    /// Who a token belongs to, asked as a provider asks; the status.
    async fn who(&self, token: &Secret<String>, key: Option<&Dpop>) -> u16 {
        let (client, url) = (&self.world.client, self.said.userinfo_endpoint.as_ref().unwrap());
        let tag = client.tag(platform());
        let Some(key) = key else {
            return client.get(&tag, "userinfo", url).bearer(token).send().await.unwrap().status;
        };
        let prover = Prover::new(key.clone(), platform(), &self.world);
        let mut status = 0;
        for _ in 0..2 {
            let proof = prover.proof("GET", url, token).unwrap();
            let answer = client.get(&tag, "userinfo", url).bound(token, &proof).send().await.unwrap();
            status = answer.status;
            match answer.header("dpop-nonce") {
                Some(nonce) if status == 401 => prover.hear(url, nonce),
                _ => break,
            }
        }
        status
    }
}

fn platform() -> PlatformId {
    PlatformId::parse("oidc").unwrap()
}

fn kind<T: std::fmt::Debug>(outcome: Result<T, OauthError>) -> (ErrorKind, String) {
    match outcome {
        Err(OauthError::Exchange(error)) => (error.kind, error.remote_code),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn say(what: &str, seen: &str) {
    println!("{what:<46}{seen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_client_goes_round() {
    let scene = Scene::set().await;
    let flow = scene.flow("public");
    let grant = scene.link(flow.clone(), true).await.unwrap();
    assert_eq!(grant.claims.text("sub"), "alice", "its signed identity holds against the published keys");
    assert_eq!((scene.who(&grant.access, None).await, grant.expires_in_ms), (200, Some(60_000)));
    say("code, S256, a port never registered, iss", "yes");
    say("id_token against the server's own keys", "yes");

    let first = grant.refresh.unwrap();
    let fresh = oauth::refresh(&flow, &scene.world, &first, None).await.unwrap();
    let second = fresh.refresh.unwrap();
    assert_ne!(second.expose(), first.expose());
    assert_eq!(scene.who(&fresh.access, None).await, 200);
    let spent = kind(oauth::refresh(&flow, &scene.world, &first, None).await);
    assert_eq!(spent, (ErrorKind::AuthRevoked, "invalid_grant".to_owned()));
    let family = kind(oauth::refresh(&flow, &scene.world, &second, None).await);
    assert_eq!(family.0, ErrorKind::AuthRevoked, "a spent token shown again ends its successors");
    say("rotation; a spent token ends the family", "yes");

    let grant = scene.link(flow.clone(), true).await.unwrap();
    let (access, refresh) = (grant.access, grant.refresh.unwrap());
    let ended = oauth::revoke(&flow, &scene.world, &access, Some(&refresh), None).await.unwrap();
    assert_eq!((ended, scene.who(&access, None).await), (Revoked::Done, 401));
    assert_eq!(kind(oauth::refresh(&flow, &scene.world, &refresh, None).await).0, ErrorKind::AuthRevoked);
    say("revocation", "yes");

    assert!(matches!(scene.link(flow.clone(), false).await, Err(OauthError::ConsentRefused { .. })));
    say("a no on the page", "told apart");
    let bare = Flow { pkce: Pkce::None, ..flow };
    assert_eq!(kind(scene.link(bare, true).await).1, "invalid_request");
    say("without a proof key", "refused by it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_a_secret_shows_it_in_the_header() {
    let scene = Scene::set().await;
    let flow = Flow {
        client_secret: Some(Secret::from("s3cret-for-tests-only")),
        secret_place: SecretPlace::Basic,
        ..scene.flow("secret")
    };
    let grant = scene.link(flow.clone(), true).await.unwrap();
    let fresh = oauth::refresh(&flow, &scene.world, &grant.refresh.unwrap(), None).await.unwrap();
    assert_eq!(scene.who(&fresh.access, None).await, 200);
    let ended = oauth::revoke(&flow, &scene.world, &fresh.access, fresh.refresh.as_ref(), None).await.unwrap();
    assert_eq!((ended, scene.who(&fresh.access, None).await), (Revoked::Done, 401));
    say("a secret in the header", "yes");
    let wrong = Flow { client_secret: Some(Secret::from("another")), ..flow };
    assert_eq!(kind(scene.link(wrong, true).await), (ErrorKind::AuthRevoked, "invalid_client".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_sent_ahead_and_tokens_bound_to_a_key() {
    let scene = Scene::set().await;
    assert!(scene.said.takes_dpop());
    let flow = scene.bound();
    let plain = Flow { par: None, ..flow.clone() };
    assert_eq!(kind(scene.link(plain, true).await).1, "invalid_request", "it takes no others");
    let grant = scene.link(flow.clone(), true).await.unwrap();
    let key = grant.dpop.clone().unwrap();
    say("request sent ahead (PAR)", "yes");
    assert_eq!(grant.token_type, "dpop");
    assert_eq!(scene.who(&grant.access, Some(&key)).await, 200);
    assert_eq!(scene.who(&grant.access, None).await, 401, "worth nothing without the key");
    assert_eq!(scene.who(&grant.access, Some(&Dpop::generate().unwrap())).await, 401, "nor with another");
    say("DPoP with the server's nonces", "yes");

    let refresh = grant.refresh.unwrap();
    let stolen = oauth::refresh(&flow, &scene.world, &refresh, Some(&Dpop::generate().unwrap())).await;
    assert_eq!(kind(stolen).0, ErrorKind::AuthRevoked);
    say("a refresh token with another key", "refused by it");
    // The key as it comes back from where it was kept.
    let kept = Dpop::of(key.to_keep().clone()).unwrap();
    let fresh = oauth::refresh(&flow, &scene.world, &refresh, Some(&kept)).await.unwrap();
    assert_eq!(scene.who(&fresh.access, Some(&kept)).await, 200);
    let ended = oauth::revoke(&flow, &scene.world, &fresh.access, fresh.refresh.as_ref(), Some(&kept)).await.unwrap();
    assert_eq!((ended, scene.who(&fresh.access, Some(&kept)).await), (Revoked::Done, 401));
    say("renewed and revoked with the same key", "yes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_typed_on_another_page() {
    let scene = Scene::set().await;
    let flow = Flow { openid: None, ..scene.flow("public") };
    let attempt = DeviceAttempt::start(flow.clone(), scene.world.clone()).await.unwrap();
    let shown = attempt.code().clone();
    assert!(shown.verification_url.starts_with(&scene.server.issuer), "{shown:?}");
    let person = Person::new(&scene.world.client, &scene.server.issuer, "alice").with_code(&shown.user_code);
    let typed = async {
        match person.walk(&shown.verification_url).await {
            End::Page(page) => page,
            End::Away(url) => panic!("sent away to {url}"),
        }
    };
    let (grant, _page) = tokio::join!(attempt.wait(CancellationToken::new(), |_| {}), typed);
    let grant = grant.unwrap();
    assert_eq!(scene.who(&grant.access, None).await, 200);
    let fresh = oauth::refresh(&flow, &scene.world, &grant.refresh.unwrap(), None).await.unwrap();
    assert_eq!(scene.who(&fresh.access, None).await, 200);
    say("device code, renewed", "yes");
}
