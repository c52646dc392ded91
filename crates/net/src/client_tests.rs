//! What the client does when the other side misbehaves, byte by byte.

use std::{future::pending, sync::atomic::Ordering, time::Duration};

use bytes::Bytes;
use domain::{PlatformId, Secret, UtcMs, error::Reach};

use crate::{
    CallTag, Client, NetError, NoAnswer,
    test_support::{Conn, Server, client},
};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
/// 100,000 zero bytes, compressed; the middle of it is one byte repeated.
const ZEROS_GZ: [&str; 2] = ["1f8b0800000000000203edc13101000000c2a0f54f6d0d0fa0", "8057037d9511d4a0860100"];

fn gzip_of_zeros() -> Vec<u8> {
    let [head, tail] = ZEROS_GZ.map(|part| hex::decode(part).unwrap());
    [head, vec![0; 96], tail].concat()
}

fn tag(client: &Client) -> CallTag {
    client.tag(PlatformId::parse("practice").unwrap())
}

fn reason(result: Result<crate::Answer, NetError>) -> NoAnswer {
    match result {
        Err(NetError::NoAnswer { reason, .. }) => reason,
        other => panic!("expected silence, got {other:?}"),
    }
}

async fn read_then_reset(mut conn: Conn) {
    conn.request().await;
    conn.reset();
}

#[tokio::test]
async fn a_whole_answer_comes_back_with_its_headers() {
    let server = Server::always(
        "HTTP/1.1 429 Slow\r\nContent-Length: 7\r\nRetry-After: 9\r\nX-RateLimit-Remaining: 0\r\n\r\n{\"a\":1}",
    )
    .await;
    let (client, world) = client();
    let answer = client
        .post(&tag(&client), "publish", &server.url("/v1/x?keep=1"))
        .query(&[("q", "a b")])
        .header("X-Key", "value")
        .form(&[("text", "a&b")])
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status, answer.rate.remaining), (429, Some(0)));
    assert_eq!(answer.retry_after.map(UtcMs::as_millis), Some(1_795_248_009_000));
    assert_eq!(answer.json::<serde_json::Value>().unwrap()["a"], 1);
    let request = server.requests.lock().unwrap()[0].clone();
    assert!(request.starts_with("POST /v1/x?keep=1&q=a+b HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("x-key: value\r\n") && request.ends_with("\r\n\r\ntext=a%26b"), "{request}");
    let calls = world.calls.lock().unwrap();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].target, format!("POST {}", server.url("/v1/x")));
    assert_eq!((calls[0].status, calls[0].failure.as_str(), calls[0].operation.as_str()), (Some(429), "", "publish"));
    assert_eq!(calls[0].correlation.len(), 16);
}

#[tokio::test]
async fn refusal_and_failed_tls_are_not_sent() {
    let (client, world) = client();
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let refused = client.post(&tag(&client), "publish", &format!("http://127.0.0.1:{closed}/")).send().await;
    assert!(matches!(refused, Err(NetError::NotSent { reach: Reach::Refused, .. })), "{refused:?}");
    let plain = Server::start(|_, mut conn| async move { conn.send("HTTP/1.1 400 Bad\r\n\r\n").await }).await;
    let tls = client.post(&tag(&client), "publish", &format!("https://127.0.0.1:{}/", plain.port)).send().await;
    assert!(matches!(tls, Err(NetError::NotSent { reach: Reach::NoTls, .. })), "{tls:?}");
    assert_eq!(plain.count(), 0);
    let unknown = client.get(&tag(&client), "read", "https://does-not-exist.invalid/").send().await;
    assert!(matches!(unknown, Err(NetError::NotSent { reach: Reach::NoName, .. })), "{unknown:?}");
    let calls = world.calls.lock().unwrap();
    assert!(calls.iter().all(|call| call.status.is_none() && call.failure.starts_with("not sent")), "{calls:?}");
}

#[tokio::test]
async fn bad_requests_reach_nobody_and_name_no_secret() {
    let (client, world) = client();
    let tag = tag(&client);
    for url in ["http://example.com/?token=hunter2", "nonsense hunter2hunter2hunter2", "https://u:hunter2@h.example/"] {
        let error = client.get(&tag, "read", url).send().await.unwrap_err();
        assert!(matches!(&error, NetError::BadRequest(text) if !text.contains("hunter2")), "{error}");
    }
    let header = client.get(&tag, "read", "https://h.example/").header("X", "hunter2\n").send().await.unwrap_err();
    assert!(matches!(&header, NetError::BadRequest(text) if !text.contains("hunter2")), "{header}");
    assert!(world.calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_reset_after_the_request_is_silence_and_is_not_repeated() {
    let server = Server::start(|_, conn| read_then_reset(conn)).await;
    let (client, _) = client();
    for sent in 1..=20 {
        let result = client.post(&tag(&client), "publish", &server.url("/p")).json(&1).send().await;
        assert_eq!(reason(result), NoAnswer::ConnectionLost);
        assert_eq!(server.count(), sent, "each request is sent exactly once");
    }
}

#[tokio::test]
async fn a_kept_connection_that_resets_sees_each_request_once() {
    // First request on a connection is answered, the next one on the same connection is reset.
    let server = Server::start(|_, mut conn| async move {
        if conn.request().await.is_some() {
            conn.send(OK).await;
            read_then_reset(conn).await;
        }
    })
    .await;
    let (client, _) = client();
    let tag = tag(&client);
    client.get(&tag, "read", &server.url("/warm")).send().await.unwrap();
    let again = client.get(&tag, "read", &server.url("/again")).send().await;
    assert_eq!(server.connections.load(Ordering::SeqCst), 1, "questions reuse the connection");
    assert_eq!(reason(again), NoAnswer::ConnectionLost);
    assert_eq!(server.count(), 2, "the library did not repeat it");
}

#[tokio::test]
async fn effects_never_ride_on_a_used_connection() {
    let server = Server::always(OK).await;
    let (client, _) = client();
    let tag = tag(&client);
    client.get(&tag, "read", &server.url("/warm")).send().await.unwrap();
    for _ in 0..3 {
        client.post(&tag, "publish", &server.url("/p")).send().await.unwrap();
    }
    client.put(&tag, "edit", &server.url("/p")).send().await.unwrap();
    client.delete(&tag, "delete", &server.url("/p")).send().await.unwrap();
    assert_eq!(server.connections.load(Ordering::SeqCst), 6);
    assert_eq!(server.count(), 6);
}

#[tokio::test]
async fn a_reset_in_the_middle_of_an_upload_is_silence() {
    let server = Server::start(|_, conn| async move { conn.reset() }).await;
    let (client, _) = client();
    let body = Bytes::from(vec![7_u8; 8 << 20]);
    let result = client.post(&tag(&client), "upload", &server.url("/u")).body_bytes(body, "image/png").send().await;
    assert_eq!(reason(result), NoAnswer::ConnectionLost);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_stall_and_a_slow_drip_are_cut() {
    let stall = Server::start(|_, mut conn| async move {
        conn.request().await;
        pending::<()>().await;
    })
    .await;
    let drip = Server::start(|_, mut conn| async move {
        conn.request().await;
        conn.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").await;
        loop {
            conn.send("x").await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let (client, world) = client();
    for (server, status) in [(stall, None), (drip, Some(200))] {
        let result = client.post(&tag(&client), "publish", &server.url("/")).timeout_ms(400).send().await;
        let Err(NetError::NoAnswer { reason, status: seen, .. }) = result else { panic!("{result:?}") };
        assert_eq!((reason, seen), (NoAnswer::TimedOut, status));
    }
    assert_eq!(world.calls.lock().unwrap()[1].status, Some(200));
}

#[tokio::test]
async fn truncated_and_oversized_answers_are_silence() {
    let cases: [(&[u8], NoAnswer); 5] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", NoAnswer::Truncated),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", NoAnswer::Truncated),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n0123456789012345678901234567890123456789012345678901234567890123\n", NoAnswer::TooLarge),
        (b"HTTP/1.1 200", NoAnswer::ConnectionLost),
        (b"SSH-2.0-hello\r\n\r\n", NoAnswer::ConnectionLost),
    ];
    for (bytes, want) in cases {
        let server = Server::start(move |_, mut conn| async move {
            conn.request().await;
            conn.send_bytes(bytes).await;
        })
        .await;
        let (client, _) = client();
        let result = client.post(&tag(&client), "publish", &server.url("/")).max_answer_bytes(64).send().await;
        assert_eq!(reason(result), want, "{}", String::from_utf8_lossy(bytes));
    }
}

#[tokio::test]
async fn an_answer_that_grows_when_unpacked_is_cut() {
    let packed = gzip_of_zeros();
    let server = Server::start(move |_, mut conn| {
        let packed = packed.clone();
        async move {
            conn.request().await;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len());
            conn.send(&head).await;
            conn.send_bytes(&packed).await;
        }
    })
    .await;
    let (client, _) = client();
    let tag = tag(&client);
    let whole = client.get(&tag, "read", &server.url("/")).send().await.unwrap();
    assert_eq!(whole.body.len(), 100_000);
    let cut = client.get(&tag, "read", &server.url("/")).max_answer_bytes(50_000).send().await;
    assert_eq!(reason(cut), NoAnswer::TooLarge);
}

#[tokio::test]
async fn redirects_are_answers() {
    let server = Server::always("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n").await;
    let (client, _) = client();
    let token = Secret::from("t0ken");
    let answer = client.get(&tag(&client), "read", &server.url("/")).bearer(&token).send().await.unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some("/elsewhere")));
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn giving_up_is_recorded() {
    let server = Server::start(|_, mut conn| async move {
        conn.request().await;
        pending::<()>().await;
    })
    .await;
    let (client, world) = client();
    let task = tokio::spawn(client.post(&tag(&client), "publish", &server.url("/")).send());
    while server.count() == 0 {
        tokio::task::yield_now().await;
    }
    task.abort();
    let _ = task.await;
    assert_eq!(world.calls.lock().unwrap()[0].failure, "given up by the caller");
}

#[tokio::test]
async fn a_connection_opened_ahead_serves_one_request_that_changes_something() {
    let server = Server::always(OK).await;
    let (client, world) = client();
    let tag = tag(&client);
    assert_eq!(client.warm_up(&tag, &server.url("/"), 1).await, 1);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
    for (number, connections) in [(2, 1), (3, 2), (4, 3)] {
        client.post(&tag, "publish", &server.url("/post")).bearer(&Secret::from("key")).send().await.unwrap();
        assert_eq!((server.count(), server.connections.load(Ordering::SeqCst)), (number, connections));
    }
    let asked = server.requests.lock().unwrap()[0].to_ascii_lowercase();
    assert!(asked.starts_with("get / ") && !asked.contains("authorization"), "{asked}");
    assert_eq!(world.calls.lock().unwrap()[0].operation, "warm_up");
}

#[tokio::test]
async fn never_more_than_a_few_are_opened_ahead() {
    let server = Server::always(OK).await;
    let (client, _) = client();
    assert_eq!(client.warm_up(&tag(&client), &server.url("/"), 100).await, 4);
    assert_eq!(server.connections.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn one_opened_ahead_that_its_server_closed_is_replaced() {
    let server = Server::always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}").await;
    let (client, _) = client();
    let tag = tag(&client);
    client.warm_up(&tag, &server.url("/"), 1).await;
    client.post(&tag, "publish", &server.url("/post")).send().await.unwrap();
    assert_eq!((server.count(), server.connections.load(Ordering::SeqCst)), (2, 2));
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_leaves_nothing_open() {
    let (client, _) = client();
    assert_eq!(client.warm_up(&tag(&client), "http://127.0.0.1:1/", 2).await, 0);
    assert_eq!(client.warm_up(&tag(&client), "http://example.org/", 2).await, 0, "not encrypted");
    assert_eq!(client.warm_up(&tag(&client), "nonsense", 2).await, 0);
}
