//! Names, ports and proxies on this machine.

use tokio::net::TcpListener;

use super::*;
use crate::test_support::Server;

const LIMIT: Duration = Duration::from_secs(5);

fn set(proxy: &str) -> Matcher {
    Matcher::builder().all(proxy.to_owned()).no("near.example".to_owned()).build()
}

#[test]
fn the_way_to_a_server_is_the_one_calls_take() {
    let way = |url: &str| Way::by(url, || set("http://user:pass@127.0.0.1:3128"));
    let far = way("https://api.example/2/users?x=1").unwrap();
    assert_eq!((far.server.as_str(), far.host.as_str(), far.port), ("https://api.example", "api.example", 443));
    let proxy = far.proxy.unwrap();
    assert_eq!((proxy.host(), proxy.port(), proxy.is_plain()), ("127.0.0.1", 3128, true));
    assert!(far.secure && !far.here);
    assert!(way("https://near.example").unwrap().proxy.is_none(), "left out by the settings");
    for local in ["http://127.0.0.1:4010/x", "http://localhost:4010", "https://[::1]:4010"] {
        let here = way(local).unwrap();
        assert!(here.here && here.proxy.is_none() && here.port == 4010, "{local}");
    }
    for odd in ["", "nonsense", "mailto:a@b.example", "/path"] {
        assert!(way(odd).is_none(), "{odd}");
    }
    let six = way("https://[2001:db8::1]/").unwrap();
    assert_eq!(six.host, "2001:db8::1");
}

#[tokio::test]
async fn names_and_ports_are_told_apart() {
    let found = resolve("127.0.0.1", 80, LIMIT).await.unwrap();
    assert_eq!(found, [SocketAddr::from(([127, 0, 0, 1], 80))]);
    assert_eq!(resolve("", 80, LIMIT).await.unwrap_err(), Reach::NoName);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let open = listener.local_addr().unwrap();
    assert_eq!(connect(&[open], LIMIT).await, Ok(open));
    drop(listener);
    assert_eq!(connect(&[open], LIMIT).await, Err(Reach::Refused));
    assert_eq!(connect(&[], LIMIT).await, Err(Reach::NoConnection));
}

#[tokio::test]
async fn a_proxy_that_tunnels_is_told_from_one_that_refuses_or_says_nothing() {
    let tried = async |server: &Server, limit| {
        let settings = || set(&format!("http://user:pass@127.0.0.1:{}", server.port));
        let way = Way::by("https://api.example", settings).unwrap();
        tunnel(&way, way.proxy.as_ref().unwrap(), limit).await
    };
    let good = Server::always("HTTP/1.1 200 Connection established\r\n\r\n").await;
    assert_eq!(tried(&good, LIMIT).await, Ok(()));
    let asked = good.requests.lock().unwrap()[0].to_ascii_lowercase();
    assert!(asked.starts_with("connect api.example:443 http/1.1\r\n"), "{asked}");
    assert!(asked.contains("proxy-authorization: basic "), "{asked}");
    for refusal in ["HTTP/1.1 403 Forbidden\r\n\r\n", "HTTP/1.1 407 Who are you\r\n\r\n", "220 mail.example\r\n\r\n"] {
        let bad = Server::always(refusal).await;
        assert!(tried(&bad, LIMIT).await.is_err_and(|why| !why.contains("pass")), "{refusal}");
    }
    let silent = Server::start(|_, mut conn| async move {
        conn.request().await;
        std::future::pending::<()>().await;
    })
    .await;
    assert_eq!(tried(&silent, Duration::from_millis(200)).await.unwrap_err(), "no answer in time");
}
