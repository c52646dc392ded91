//! Requests a listener on this computer gets from pages, programs and people that are not the browser awaited, and ports
//! that are somebody else's. Those who ask know the state: each guard has to hold for itself.

use std::{net::SocketAddr, time::Duration};

use oauth::{Flow, LoopbackHost, OauthError, Redirect};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::{
    attack::{Attack, attack},
    world::{Link, PATH, Reply, Server, flow, raw},
};

pub fn all() -> Vec<Attack> {
    let mut all = requests();
    all.extend(shapes());
    all.extend(stalls());
    all.extend(pages());
    all.extend(ports());
    all
}

/// The query of a good answer with the attacker's code.
fn evil(link: &Link) -> String {
    format!("code=evil&state={}&iss={}", link.state, link.server.base)
}

/// A good answer in a request that no browser opening a page sends.
async fn asked(method: &str, lines: impl Fn(&Link) -> String) -> bool {
    let link = Link::open().await;
    let reply = link.send(method, &format!("{PATH}?{}", evil(&link)), &lines(&link)).await;
    link.fell_for(&reply, "evil").await
}

fn requests() -> Vec<Attack> {
    let method = |name, method: &'static str| attack(name, &["method"], move || asked(method, |_| String::new()));
    let host = |name, host: fn(&Link) -> String| {
        attack(name, &["host"], move || asked("GET", move |link| format!("Host: {}\r\n", host(link))))
    };
    let line =
        |name, guards, line: &'static str| attack(name, guards, move || asked("GET", move |_| format!("{line}\r\n")));
    vec![
        method("by_post", "POST"),
        method("by_head", "HEAD"),
        method("by_put", "PUT"),
        method("by_delete", "DELETE"),
        method("by_options", "OPTIONS"),
        method("by_a_method_of_its_own", "STEAL"),
        attack("by_a_form_of_another_page", &["method"], || {
            asked("POST", |_| "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n".to_owned())
        }),
        host("host_of_another_site", |link| format!("evil.example:{}", link.port())),
        host("host_that_resolves_here", |link| format!("rebind.evil.example:{}", link.port())),
        host("host_without_its_port", |_| "127.0.0.1".to_owned()),
        host("host_with_another_port", |_| "127.0.0.1:1".to_owned()),
        host("host_that_begins_like_ours", |link| format!("{}.evil.example", link.host())),
        host("host_of_every_interface", |link| format!("0.0.0.0:{}", link.port())),
        host("host_in_another_spelling", |link| format!("2130706433:{}", link.port())),
        attack("host_doubled", &["host"], || {
            asked("GET", |link| format!("Host: evil.example\r\nHost: {}\r\n", link.host()))
        }),
        attack("host_missing", &["host"], async || {
            let link = Link::open().await;
            let request = format!("GET {PATH}?{} HTTP/1.0\r\n\r\n", evil(&link));
            let said = raw(link.port(), request.as_bytes()).await;
            let reply = reply(&said);
            link.fell_for(&reply, "evil").await
        }),
        line("origin_of_another_site", &["origin"], "Origin: https://evil.example"),
        line("origin_of_a_page_on_this_computer", &["origin"], "Origin: http://localhost:3000"),
        line("origin_of_an_extension", &["origin"], "Origin: chrome-extension://aaaa"),
        line("fetched_without_reading", &["sec-fetch-mode"], "Sec-Fetch-Mode: no-cors"),
        line("fetched_by_a_script", &["sec-fetch-mode"], "Sec-Fetch-Mode: cors"),
        line("opened_as_a_socket", &["sec-fetch-mode"], "Sec-Fetch-Mode: websocket"),
        line("loaded_as_a_picture", &["sec-fetch-dest"], "Sec-Fetch-Dest: image"),
        line("loaded_in_a_frame", &["sec-fetch-dest"], "Sec-Fetch-Dest: iframe"),
        line("loaded_as_a_script", &["sec-fetch-dest"], "Sec-Fetch-Dest: script"),
    ]
}

fn reply(said: &[u8]) -> Reply {
    let text = String::from_utf8_lossy(said);
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    Reply { status, head: text.to_lowercase(), body: String::new() }
}

/// A good answer at another path than the one waited at.
async fn at(path: &str) -> bool {
    let link = Link::open().await;
    let reply = link.send("GET", &format!("{path}?{}", evil(&link)), "").await;
    link.fell_for(&reply, "evil").await
}

fn shapes() -> Vec<Attack> {
    vec![
        attack("path_of_another_platform", &["path"], || at("/oauth/another")),
        attack("path_with_a_slash_behind_it", &["path"], || at("/oauth/honest/")),
        attack("path_in_capitals", &["path"], || at("/OAUTH/HONEST")),
        attack("path_by_way_of_its_parent", &["path"], || at("/x/../oauth/honest")),
        attack("target_with_another_host_in_it", &["target"], async || {
            let link = Link::open().await;
            let reply = link.send("GET", &format!("http://evil.example{PATH}?{}", evil(&link)), "").await;
            link.fell_for(&reply, "evil").await
        }),
        attack("header_of_many_pages", &["head_size"], || {
            asked("GET", |_| format!("X-Pad: {}\r\n", "x".repeat(40_000)))
        }),
        attack("headers_without_end", &["head_count"], || asked("GET", |_| "A: b\r\n".repeat(300))),
        attack("query_of_many_pages", &["head_size"], async || {
            let link = Link::open().await;
            let reply = link.callback(&format!("{}&pad={}", evil(&link), "x".repeat(40_000))).await;
            link.fell_for(&reply, "evil").await
        }),
        attack("requests_in_one_breath", &["one_request"], async || {
            // Three answers to guess with for one connection.
            let mut link = Link::open().await;
            let one = format!("GET {PATH}?code=evil&state=x HTTP/1.1\r\nHost: {}\r\n\r\n", link.host());
            let last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
            let said = raw(link.port(), format!("{one}{one}{last}").as_bytes()).await;
            let answered = String::from_utf8_lossy(&said).matches("HTTP/1.1 400").count();
            link.completes().await;
            answered > 1
        }),
        attack("request_inside_a_request", &["one_request", "method"], async || {
            // A body that is a request of its own.
            let link = Link::open().await;
            let inner =
                format!("GET {PATH}?{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", evil(&link), link.host());
            let outer = format!("GET /favicon.ico HTTP/1.1\r\nHost: {}\r\n\r\n{inner}", link.host());
            let said = raw(link.port(), outer.as_bytes()).await;
            let text = String::from_utf8_lossy(&said);
            let reply = Reply { status: if text.contains("HTTP/1.1 303") { 303 } else { 404 }, ..Reply::default() };
            link.fell_for(&reply, "evil").await
        }),
    ]
}

/// Eight connections, as many as are served at once, that never finish what they begin; whether the person's browser
/// is kept out for as long as they like.
async fn stalled(start: &[u8], drip: Option<u8>) -> bool {
    let mut link = Link::open().await;
    let mut held = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(("127.0.0.1", link.port())).await.unwrap();
        stream.write_all(start).await.unwrap();
        held.push(stream);
    }
    let query = link.consent().await;
    let dripping = async {
        loop {
            for stream in &mut held {
                if let Some(byte) = drip {
                    let _ = stream.write_all(&[byte]).await;
                }
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    let reply = tokio::select! {
        reply = timeout(Duration::from_secs(18), link.callback(&query)) => reply,
        () = dripping => unreachable!(),
    };
    let Ok(reply) = reply else { return true };
    assert!(reply.taken(), "{reply:?}");
    link.ended().await.expect("the person links");
    false
}

fn stalls() -> Vec<Attack> {
    const TIMES: &[&str] = &["head_time", "connection_time"];
    vec![
        attack("connections_that_say_nothing", TIMES, || stalled(b"", None)),
        attack("half_a_request", TIMES, || stalled(b"GET /oauth/honest?code=x HTTP/1.1\r\nHost: 127", None)),
        attack("a_request_in_drops", TIMES, || stalled(b"GET / HTTP/1.1\r\nX: ", Some(b'x'))),
    ]
}

fn pages() -> Vec<Attack> {
    let without = |name, header: &'static [&'static str]| {
        attack(name, header, move || async move {
            let link = Link::open().await;
            let page = link.callback("code=x").await;
            assert_eq!(page.status, 400);
            !page.head.contains(&format!("\n{}: ", header[0]))
        })
    };
    vec![
        without("page_in_a_frame", &["x-frame-options"]),
        without("page_that_loads_what_it_likes", &["content-security-policy"]),
        without("page_that_tells_where_it_comes_from", &["referrer-policy"]),
        without("page_kept_on_the_disk", &["cache-control"]),
        without("page_read_as_another_kind", &["x-content-type-options"]),
        without("page_held_by_another_window", &["cross-origin-opener-policy"]),
        without("page_read_by_another_page", &["cross-origin-resource-policy"]),
        attack("code_left_in_the_address", &["see_done"], async || {
            let mut link = Link::open().await;
            let query = link.consent().await;
            let page = link.callback(&query).await;
            let _ = link.ended().await;
            page.status == 200
        }),
    ]
}

/// A listener of somebody else.
fn squatted(address: &str, port: u16, shared: bool) -> std::io::Result<tokio::net::TcpListener> {
    let address: SocketAddr = format!("{address}:{port}").parse().unwrap();
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(shared)?;
    socket.set_reuseport(shared)?;
    socket.bind(address)?;
    socket.listen(16)
}

async fn at_fixed_port(port: u16) -> Result<Link, OauthError> {
    let server = Server::honest().await;
    let redirect = Redirect::FixedPorts { ports: vec![port], path: PATH.to_owned(), host: LoopbackHost::Address };
    let rules = Flow { redirect, ..flow(&server) };
    Link::try_with(server, rules).await
}

/// A port nobody holds just now.
fn free_port() -> u16 {
    squatted("127.0.0.1", 0, false).unwrap().local_addr().unwrap().port()
}

fn ports() -> Vec<Attack> {
    vec![
        attack("port_taken_before", &["port_owned"], async || {
            let port = free_port();
            let _squatter = squatted("127.0.0.1", port, true).unwrap();
            at_fixed_port(port).await.is_ok()
        }),
        attack("port_taken_before_on_the_other_family", &["port_pair"], async || {
            let port = free_port();
            let _squatter = squatted("[::1]", port, false).unwrap();
            at_fixed_port(port).await.is_ok()
        }),
        attack("port_taken_after", &["port_owned"], async || {
            let port = free_port();
            let mut link = at_fixed_port(port).await.unwrap();
            let stolen = squatted("127.0.0.1", port, true).is_ok() || squatted("[::1]", port, true).is_ok();
            if !stolen {
                link.completes().await;
            }
            stolen
        }),
        attack("listener_reached_from_elsewhere", &["loopback_only"], async || {
            let mut link = Link::open().await;
            let reached = TcpStream::connect(("127.0.0.2", link.port())).await;
            if let Ok(mut stream) = reached {
                let request = format!("GET {PATH}?{} HTTP/1.1\r\nHost: {}\r\n\r\n", evil(&link), link.host());
                stream.write_all(request.as_bytes()).await.unwrap();
                let mut said = Vec::new();
                stream.read_to_end(&mut said).await.unwrap();
                let _ = link.ended().await;
                return link.server.got_code("evil");
            }
            link.completes().await;
            false
        }),
    ]
}
