//! The breaker around real calls to a server in this process.

use std::sync::{Arc, Mutex};

use domain::{
    AccountId, ErrorKind, Outage, PlatformId, Retry,
    error::Reach,
    ports::{Budget, Counted, Outages},
};

use crate::{CallTag, Client, NetError, test_support::*};

#[derive(Default)]
struct Kept(Mutex<Vec<Option<Outage>>>);

impl Outages for Kept {
    fn changed(&self, _server: &str, outage: Option<&Outage>) {
        self.0.lock().unwrap().push(outage.cloned());
    }
}

fn tag(client: &Client, world: &World) -> CallTag {
    let account = Some(AccountId::new(domain::ports::Clock::now(world), world));
    CallTag { account, ..client.tag(PlatformId::parse("practice").unwrap()) }
}

/// Fails five times, then answers.
async fn recovering() -> Server {
    Server::start(|number, mut conn| async move {
        if conn.request().await.is_some() {
            let answer = if number < 5 {
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            } else {
                "HTTP/1.1 422 Unprocessable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            };
            conn.send(answer).await;
        }
    })
    .await
}

#[tokio::test]
async fn five_failures_leave_a_server_alone_and_one_probe_closes_it_again() {
    let server = recovering().await;
    let (client, world) = client();
    let kept = Arc::new(Kept::default());
    client.breakers().keep(&[], kept.clone());
    let tag = tag(&client, &world);
    for _ in 0..5 {
        assert_eq!(client.post(&tag, "post", &server.url("/")).send().await.unwrap().status, 503);
    }
    let refused = client.post(&tag, "post", &server.url("/")).send().await.unwrap_err();
    let NetError::LeftAlone(outage) = &refused else { panic!("{refused}") };
    assert_eq!((outage.kind, outage.times), (ErrorKind::Unavailable, 1));
    assert_eq!(server.count(), 5, "nothing is sent while it is left alone");
    let error = refused.of_effect(tag.platform.clone(), "post");
    assert_eq!((error.retry, error.reach), (Retry::After, Some(Reach::LeftAlone)), "provably without effect");
    assert_eq!(error.retry_after, Some(outage.until));
    assert_eq!(client.breakers().outages(), std::slice::from_ref(outage));
    let look = CallTag { settles: true, ..tag.clone() };
    assert_eq!(client.get(&look, "read", &server.url("/")).send().await.unwrap().status, 422, "doubt is settled");
    assert_eq!(client.breakers().outages(), [], "and who hears an answer has found it well");
    assert_eq!(kept.0.lock().unwrap().len(), 2);
    assert!(kept.0.lock().unwrap()[1].is_none());
}

#[tokio::test]
async fn a_person_has_a_server_that_is_left_alone_tried_at_once() {
    let server = recovering().await;
    let (client, world) = client();
    let kept = Arc::new(Kept::default());
    client.breakers().keep(&[], kept.clone());
    let tag = tag(&client, &world);
    for _ in 0..5 {
        client.post(&tag, "post", &server.url("/")).send().await.unwrap();
    }
    assert!(client.breakers().try_now(&server.url(""), domain::ports::Clock::now(&*world)));
    assert_eq!(client.post(&tag, "post", &server.url("/")).send().await.unwrap().status, 422);
    assert_eq!(client.breakers().outages(), [], "a refusal of one account says that the server is well");
    let seen = kept.0.lock().unwrap().clone();
    assert_eq!(seen.len(), 2);
    assert!(seen[0].is_some() && seen[1].is_none());
}

#[tokio::test]
async fn refusals_never_open_it_and_people_always_get_through() {
    let server = Server::always("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
    let (client, world) = client();
    let mine = tag(&client, &world);
    for _ in 0..20 {
        assert_eq!(client.post(&mine, "post", &server.url("/")).send().await.unwrap().status, 403);
    }
    let kept = Outage {
        server: crate::server_of(&server.url("/")),
        platform: mine.platform.clone(),
        kind: ErrorKind::Network,
        since: domain::ports::Clock::now(&*world),
        until: domain::ports::Clock::now(&*world).plus_ms(9_000),
        times: 3,
    };
    client.breakers().keep(std::slice::from_ref(&kept), Arc::new(Kept::default()));
    assert!(client.post(&mine, "post", &server.url("/")).send().await.is_err(), "it was kept as it was");
    let linking = client.tag(mine.platform.clone());
    assert_eq!(client.get(&linking, "discover", &server.url("/")).send().await.unwrap().status, 403);
    assert!(
        client.post(&mine, "post", &server.url("/")).send().await.is_err(),
        "what they find is not about publishing"
    );
}

#[derive(Default)]
struct Count(Mutex<Vec<(&'static str, Option<i64>)>>);

impl Budget for Count {
    fn made(&self, call: Counted<'_>) {
        self.0.lock().unwrap().push((call.operation, call.told.map(|told| told.remaining)));
    }
}

#[tokio::test]
async fn the_budget_hears_of_every_call_that_went_out() {
    let server = Server::start(|number, mut conn| async move {
        if conn.request().await.is_some() && number == 0 {
            conn.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\nRateLimit-Limit: 9\r\nRateLimit-Remaining: 7\r\nRateLimit-Reset: 60\r\n\r\n").await;
        }
    })
    .await;
    let (client, world) = client();
    let count = Arc::new(Count::default());
    client.count_into(count.clone());
    let tag = tag(&client, &world);
    assert!(client.post(&tag, "told", &server.url("/")).send().await.is_ok());
    assert!(client.post(&tag, "silent", &server.url("/")).send().await.is_err());
    let nowhere = client.post(&tag, "refused", "http://127.0.0.1:1/").send().await;
    assert!(nowhere.is_err_and(|error| !error.may_have_arrived()));
    assert_eq!(*count.0.lock().unwrap(), [("told", Some(7)), ("silent", None)]);
}

#[tokio::test]
async fn nothing_is_opened_ahead_to_a_server_that_is_left_alone_and_opening_ahead_opens_no_breaker() {
    let answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let server = Server::always(answer).await;
    let (client, world) = client();
    let tag = tag(&client, &world);
    let ahead = CallTag { account: None, ..tag.clone() };
    for _ in 0..2 {
        assert_eq!(client.warm_up(&ahead, &server.url("/"), 4).await, 4);
    }
    assert!(!client.breakers().leaves_alone(&server.url("")), "eight failures, of which none counts");
    for _ in 0..5 {
        client.post(&tag, "post", &server.url("/")).send().await.unwrap();
    }
    assert!(client.breakers().leaves_alone(&server.url("")));
    assert_eq!(client.warm_up(&ahead, &server.url("/"), 4).await, 0);
    assert_eq!(server.count(), 13, "nothing was asked of it");
}
