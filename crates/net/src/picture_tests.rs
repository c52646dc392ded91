use std::{net::SocketAddr, sync::atomic::Ordering};

use super::*;
use crate::{
    stranger::Resolved,
    test_support::{Server, client},
};

const PNG: &str = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\nConnection: close\r\n\r\n.PNG";

fn to_loopback(_host: String, port: u16) -> Resolved {
    Box::pin(async move { Ok(vec![SocketAddr::from(([127, 0, 0, 1], port))]) })
}

fn must_not_resolve(host: String, _port: u16) -> Resolved {
    Box::pin(async move { panic!("{host} is no name") })
}

/// A server that leads every request there.
async fn leading_to(place: String) -> Server {
    Server::start(move |_, mut conn| {
        let place = place.clone();
        async move {
            conn.request().await;
            conn.send(&format!("HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n")).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_picture_of_the_home_server_comes_without_anything_of_ours() {
    let server = Server::always(PNG).await;
    let (client, world) = client();
    let (url, home) = (server.url("/avatars/7.png?sig=secret"), server.url("/api"));
    assert_eq!(fetch(&client, &url, &home).await.unwrap().as_ref(), b".PNG");
    let request = server.requests.lock().unwrap()[0].to_ascii_lowercase();
    assert!(!request.contains("cookie") && !request.contains("referer") && !request.contains("authorization"));
    let calls = world.calls.lock().unwrap();
    assert_eq!((calls[0].target.as_str(), calls[0].operation.as_str()), ("GET http://127.0.0.1", "avatar"));
}

#[tokio::test]
async fn an_address_in_this_network_gets_no_connection() {
    let server = Server::always(PNG).await;
    let elsewhere = Server::always(PNG).await;
    let (client, _) = client();
    let port = server.port;
    for home in ["https://social.example", "", &elsewhere.url("/")] {
        for host in ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "10.0.0.1", "169.254.169.254", "[::ffff:7f00:1]"] {
            for url in [format!("http://{host}:{port}/a.png"), format!("https://{host}/a.png")] {
                assert_eq!(fetch_with(&client, &url, home, to_loopback).await, Err(FetchError::NotAllowed), "{url}");
            }
        }
        // A public name that leads here.
        for url in ["https://cdn.example/a.png", "http://cdn.example/a.png"] {
            assert_eq!(fetch_with(&client, url, home, to_loopback).await, Err(FetchError::NotAllowed), "{url}");
        }
    }
    // The home server on this machine is asked on its own port, by the name it has, and never in the clear elsewhere.
    let by_name = format!("http://localhost:{port}/a.png");
    assert_eq!(fetch_with(&client, &by_name, &server.url("/"), to_loopback).await, Err(FetchError::NotAllowed));
    for url in ["http://1.1.1.1/a.png", "https://1.1.1.1:8443/a.png", "https://me@1.1.1.1/a.png", "file:///a.png"] {
        assert_eq!(fetch_with(&client, url, "", must_not_resolve).await, Err(FetchError::NotAllowed), "{url}");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst) + elsewhere.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_picture_that_leads_into_this_network_is_not_followed() {
    let inside = Server::always(PNG).await;
    let (client, _) = client();
    for place in [inside.url("/"), "http://169.254.169.254/latest/".to_owned(), "https://10.0.0.1/".to_owned()] {
        let server = leading_to(place.clone()).await;
        let result = fetch(&client, &server.url("/a.png"), &server.url("/")).await;
        assert_eq!(result, Err(FetchError::NotAllowed), "{place}");
        assert_eq!(server.count(), 1);
    }
    assert_eq!(inside.connections.load(Ordering::SeqCst), 0);
    let around = leading_to("/again".to_owned()).await;
    let result = fetch(&client, &around.url("/a.png"), &around.url("/")).await;
    assert_eq!(result, Err(FetchError::TooManyRedirects));
    assert_eq!(around.count(), 4);
}

#[tokio::test]
async fn what_is_endless_of_another_type_or_broken_off_is_no_picture() {
    let (client, _) = client();
    let endless = Server::start(|_, mut conn| async move {
        conn.request().await;
        conn.send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n").await;
        for _ in 0..=PICTURE_MAX_BYTES / 16_384 {
            conn.send(&"x".repeat(16_384)).await;
        }
        std::future::pending::<()>().await;
    })
    .await;
    assert_eq!(fetch(&client, &endless.url("/"), &endless.url("/")).await, Err(FetchError::TooLarge));
    for (answer, want) in [
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n<p", FetchError::WrongType),
        ("HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml\r\nContent-Length: 2\r\n\r\n<s", FetchError::WrongType),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nxx", FetchError::WrongType),
        ("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", FetchError::Status(404)),
    ] {
        let server = Server::always(answer).await;
        assert_eq!(fetch(&client, &server.url("/"), &server.url("/")).await, Err(want));
    }
    let short = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 9\r\nConnection: close\r\n\r\nx";
    let server = Server::always(short).await;
    let result = fetch(&client, &server.url("/"), &server.url("/")).await;
    assert!(matches!(result, Err(FetchError::Unreachable(_))), "{result:?}");
}
