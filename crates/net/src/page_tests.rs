use std::{
    net::{IpAddr, SocketAddr},
    sync::atomic::Ordering,
};

use http::HeaderValue;

use super::*;
use crate::{
    stranger::Resolved,
    test_support::{Server, client},
};

const HTML: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n\
    <title>Hello</title><meta property=og:image content=/a.png>";

fn to_loopback(_host: String, port: u16) -> Resolved {
    Box::pin(async move { Ok(vec![SocketAddr::from(([127, 0, 0, 1], port))]) })
}

fn to_public_and_private(_host: String, port: u16) -> Resolved {
    Box::pin(async move { Ok(vec![SocketAddr::from(([1, 1, 1, 1], port)), SocketAddr::from(([10, 0, 0, 1], port))]) })
}

fn to_nothing(_host: String, _port: u16) -> Resolved {
    Box::pin(async move { Ok(Vec::new()) })
}

fn must_not_resolve(host: String, _port: u16) -> Resolved {
    Box::pin(async move { panic!("{host} is no name") })
}

#[tokio::test]
async fn a_page_gives_its_card_and_is_logged_by_host_only() {
    let server = Server::always(HTML).await;
    let (client, world) = client();
    let url = format!("http://blog.example:{}/post?secret=1", server.port);
    let page = fetch_with(&client, &url, true, to_loopback).await.unwrap();
    assert_eq!((page.title.as_str(), page.final_url.as_str()), ("Hello", url.as_str()));
    assert_eq!(page.image_url.unwrap(), format!("http://blog.example:{}/a.png", server.port));
    let request = server.requests.lock().unwrap()[0].to_ascii_lowercase();
    assert!(request.contains(&format!("host: blog.example:{}", server.port)), "{request}");
    assert!(!request.contains("cookie") && !request.contains("referer") && !request.contains("authorization"));
    let calls = world.calls.lock().unwrap();
    assert_eq!((calls[0].target.as_str(), calls[0].status), ("GET http://blog.example", Some(200)));
}

#[tokio::test]
async fn closed_addresses_get_no_connection() {
    let server = Server::always(HTML).await;
    let port = server.port;
    let (client, _) = client();
    let hosts = [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",
        "0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::7f00:1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a9fe:a9fe]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[2002:7f00:1::]",
    ];
    for host in hosts {
        for target in [format!("http://{host}:{port}/"), format!("http://{host}/"), format!("https://{host}/")] {
            let result = fetch_with(&client, &target, false, must_not_resolve).await;
            assert_eq!(result, Err(FetchError::NotAllowed), "{target}");
        }
    }
    for target in [format!("http://localtest.example:{port}/"), "http://localtest.example/".to_owned()] {
        assert_eq!(fetch_with(&client, &target, false, to_loopback).await, Err(FetchError::NotAllowed), "{target}");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn one_closed_address_among_public_ones_is_enough_to_refuse() {
    let (client, _) = client();
    for allow in [false, true] {
        let result = fetch_with(&client, "https://mixed.example/", allow, to_public_and_private).await;
        assert_eq!(result, Err(FetchError::NotAllowed));
    }
    let none = fetch_with(&client, "https://none.example/", false, to_nothing).await;
    assert!(matches!(none, Err(FetchError::Unreachable(_))));
}

#[tokio::test]
async fn other_schemes_ports_and_user_names_are_refused() {
    let (client, _) = client();
    for url in [
        "file:///etc/passwd",
        "ftp://h.example/",
        "gopher://h.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user@h.example/",
        "https://:pw@h.example/",
        "https://1.1.1.1:22/",
        "http://[fe80::1%25lo0]/",
        "not a url",
    ] {
        assert_eq!(fetch_with(&client, url, false, must_not_resolve).await, Err(FetchError::NotAllowed), "{url}");
    }
}

#[tokio::test]
async fn every_redirect_is_checked_again() {
    for location in
        ["http://169.254.169.254/latest/", "http://10.0.0.1/", "file:///etc/passwd", "http://[::ffff:10.0.0.1]/"]
    {
        let server = Server::start(move |_, mut conn| async move {
            conn.request().await;
            conn.send(&format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")).await;
        })
        .await;
        let (client, _) = client();
        let result = fetch_public(&client, &server.url("/"), true).await;
        assert_eq!(result, Err(FetchError::NotAllowed), "{location}");
    }
}

#[tokio::test]
async fn the_fourth_redirect_is_too_many() {
    for (redirects, want) in [(3, Ok("Hello".to_owned())), (4, Err(FetchError::TooManyRedirects))] {
        let server = Server::start(move |number, mut conn| async move {
            conn.request().await;
            if number < redirects {
                conn.send("HTTP/1.1 301 Moved\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n").await;
            } else {
                conn.send(HTML).await;
            }
        })
        .await;
        let (client, _) = client();
        let result = fetch_public(&client, &server.url("/"), true).await.map(|page| page.title);
        assert_eq!(result, want);
    }
}

#[tokio::test]
async fn an_endless_page_is_cut_and_other_types_are_refused() {
    let endless = Server::start(|_, mut conn| async move {
        conn.request().await;
        conn.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Long</title>").await;
        for _ in 0..64 {
            conn.send(&"x".repeat(16 * 1_024)).await;
        }
    })
    .await;
    let (client, _) = client();
    let page = fetch_public(&client, &endless.url("/"), true).await.unwrap();
    assert_eq!((page.title.as_str(), page.html.len()), ("Long", PAGE_MAX_BYTES));
    let cases = [
        ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", FetchError::WrongType),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", FetchError::WrongType),
        ("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", FetchError::Status(404)),
        ("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", FetchError::Status(302)),
    ];
    for (answer, want) in cases {
        let server = Server::always(answer).await;
        assert_eq!(fetch_public(&client, &server.url("/"), true).await, Err(want));
    }
}

#[test]
fn loopback_alone_is_what_the_test_switch_opens() {
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    assert!(loopback.is_loopback() && !crate::is_global(loopback));
}

#[test]
fn text_is_decoded_by_header_then_page_then_guess() {
    let typed = |value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
        headers
    };
    assert_eq!(decode(&typed("text/html; charset=iso-8859-1"), b"caf\xe9"), "café");
    assert_eq!(decode(&typed("text/html"), b"<meta charset=latin1>caf\xe9"), "<meta charset=latin1>café");
    assert_eq!(decode(&typed("text/html"), b"caf\xe9 x"), "café x");
    assert_eq!(decode(&typed("text/html"), "café".as_bytes()), "café");
    assert_eq!(decode(&typed("text/html; charset=utf-7"), "+ADw- é".as_bytes()), "+ADw- é");
    assert_eq!(decode(&typed("text/html; charset=latin1"), b"\xef\xbb\xbf\xc3\xa9"), "é");
}
