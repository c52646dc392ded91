//! A hostile page, as a client that sends all it could ever make a browser send, and in a real browser. It knows the state,
//! so that each request is refused for what it is; opening the page itself, which the browser awaited does too, it may
//! only try with another state.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::{
    attack::{Attack, attack},
    world::{Link, PATH, PATIENCE, Server, body},
};

const FORGED: &[&str] = &["method", "host", "origin", "sec-fetch-mode", "sec-fetch-dest", "path"];
/// Fewest requests of the client, and tries of the page.
const REQUESTS_MIN: usize = 500;
const TRIES_MIN: usize = 100;

pub fn all() -> Vec<Attack> {
    vec![
        attack("hundreds_of_requests_of_a_page", FORGED, requests),
        attack("page_in_a_real_browser", FORGED, page),
        attack("markup_run_by_a_real_browser", &["static_page", "content-security-policy"], markup),
    ]
}

/// Every combination of what a page, or whoever rebinds a name, can put into a request; all but the one that is a
/// browser opening the page at our address.
async fn requests() -> bool {
    let link = Link::open().await;
    let query = format!("code=evil&state={}&iss={}", link.state, link.server.base);
    let port = link.port();
    let hosts = [
        format!("127.0.0.1:{port}"),
        format!("evil.example:{port}"),
        format!("0.0.0.0:{port}"),
        "127.0.0.1".to_owned(),
    ];
    let origins = ["", "Origin: https://evil.example\r\n", "Origin: http://127.0.0.1:80\r\n"];
    let modes = ["navigate", "no-cors", "cors", "websocket"];
    let kinds = ["document", "iframe", "empty"];
    let mut sent = 0;
    for method in ["GET", "POST", "HEAD", "OPTIONS"] {
        for (host, origin) in hosts.iter().flat_map(|host| origins.map(|origin| (host, origin))) {
            for (mode, kind) in modes.into_iter().flat_map(|mode| kinds.map(|kind| (mode, kind))) {
                let opened = (method, mode, kind, origin) == ("GET", "navigate", "document", "");
                if opened && *host == hosts[0] {
                    continue;
                }
                let lines = format!("Host: {host}\r\n{origin}Sec-Fetch-Mode: {mode}\r\nSec-Fetch-Dest: {kind}\r\n");
                let reply = link.send(method, &format!("{PATH}?{query}"), &lines).await;
                sent += 1;
                if reply.taken() {
                    return link.fell_for(&reply, "evil").await;
                }
                assert!(!reply.head.contains("access-control-"), "nobody else may read it: {reply:?}");
            }
        }
    }
    println!("{sent} requests of a client");
    assert!(sent >= REQUESTS_MIN, "only {sent}");
    let mut link = link;
    link.completes().await;
    false
}

/// What the page does to each address: all a page can have fetched, loaded, sent or framed, without and with a form.
const SCRIPT: &str = r#"
let tries = 0, read = 0;
const settled = (start) => new Promise((done) => { tries += 1; setTimeout(done, 400); try { start(done); } catch { done(); } });
const element = (name, source, url, more = {}) => settled((done) => {
  const made = Object.assign(document.createElement(name), more, { onload: done, onerror: done });
  made[source] = url;
  document.body.append(made);
});
const form = (method, url) => settled((done) => {
  const frame = Object.assign(document.createElement('iframe'), { name: 'f' + tries, onload: done });
  document.body.append(frame);
  const made = Object.assign(document.createElement('form'), { method, action: url.split('?')[0], target: frame.name });
  for (const [name, value] of new URL(url).searchParams) {
    made.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  }
  document.body.append(made);
  made.submit();
});
async function fetched(url, options) {
  tries += 1;
  try {
    const answer = await fetch(url, { credentials: 'include', ...options });
    if (!answer.type.startsWith('opaque')) read += 1;
  } catch { /* refused */ }
}
async function attack(url) {
  for (const mode of ['cors', 'no-cors']) {
    for (const method of ['GET', 'POST', 'HEAD']) await fetched(url, { mode, method });
  }
  for (const method of ['PUT', 'DELETE', 'OPTIONS']) await fetched(url, { method, headers: { 'x-evil': '1' } });
  await fetched(url, { redirect: 'manual' });
  for (const [name, source, more] of [['img', 'src'], ['script', 'src'], ['iframe', 'src'], ['object', 'data'], ['embed', 'src'],
    ['video', 'src'], ['audio', 'src'], ['link', 'href', { rel: 'stylesheet' }], ['link', 'href', { rel: 'prefetch' }],
    ['link', 'href', { rel: 'preload', as: 'fetch' }], ['link', 'href', { rel: 'modulepreload' }],
    ['link', 'href', { rel: 'manifest' }], ['link', 'href', { rel: 'icon' }]]) {
    await element(name, source, url, more);
  }
  await element('iframe', 'srcdoc', `<meta http-equiv="refresh" content="0;url=${url}">`);
  await form('get', url);
  await form('post', url);
  await settled((done) => { navigator.sendBeacon(url, 'x'); done(); });
  await settled((done) => { const source = new EventSource(url); source.onerror = () => { source.close(); done(); }; });
  await settled((done) => { new WebSocket(url.replace('http', 'ws')).onclose = done; });
  await settled((done) => { new Worker(URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(url)})`]))).onerror = done; });
}
(async () => {
  for (const url of TARGETS) await attack(url);
  for (const url of OPENED) await settled(() => { window.open(url); });
  await fetch(`/report?tries=${tries}&read=${read}`);
})();
"#;

async fn page() -> bool {
    let link = Link::open().await;
    let query = format!("code=evil&state={}&iss={}", link.state, encoded(&link.server.base));
    let hosts = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "rebound.example"];
    let targets: Vec<_> = hosts.iter().map(|host| format!("http://{host}:{}{PATH}?{query}", link.port())).collect();
    let guess = format!("http://127.0.0.1:{}{PATH}?code=evil&state=guess", link.port());
    let script = SCRIPT.replace("TARGETS", &list(&targets)).replace("OPENED", &list(&[guess.clone(), guess]));
    let html = format!("<!doctype html><title>hostile</title><body><script>{script}</script>");
    let site = Server::start(move |asked| match asked.path.as_str() {
        "/" => Some(body("text/html", html.clone())),
        "/report" => Some(StatusCode::OK.into_response()),
        _ => None,
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let address = site.base.replace("127.0.0.1", "hostile.example");
    let mut browser = Browser::open(folder.path(), &["--remote-debugging-port=0"], &address);
    let reported = async {
        loop {
            if let Some(report) = site.asked().into_iter().find(|asked| asked.path == "/report") {
                return report;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    let report = tokio::time::timeout(PATIENCE * 3, reported).await.expect("the page has run");
    browser.end();
    let figure = |name: &str| report.fields[name].parse::<usize>().unwrap();
    println!("{} tries of a page in a real browser, {} answers read", figure("tries"), figure("read"));
    assert!(figure("tries") >= TRIES_MIN);
    if figure("read") > 0 || link.server.got_code("evil") {
        return true;
    }
    let mut link = link;
    link.completes().await;
    false
}

/// Whether a script in an error is run when the browser opens our page with it.
async fn markup() -> bool {
    let link = Link::open().await;
    let script = "%3Cimg%20src%3Dx%20onerror%3D%22document.title%3D'ran'%2B'it'%22%3E%3Cscript%3Edocument.title%3D'ran'%2B'it'%3C%2Fscript%3E";
    let url = format!("{}?error=x&error_description={script}", link.uri);
    let folder = tempfile::tempdir().unwrap();
    let output = Browser::command(folder.path(), &["--dump-dom", "--virtual-time-budget=2000"], &url).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("Postroom"), "it showed our page: {shown}");
    shown.contains("ranit")
}

fn list(addresses: &[String]) -> String {
    serde_json::to_string(addresses).unwrap()
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A browser without a window; names ending in `.example` are this computer, as an attacker's would be.
struct Browser(Child);

impl Browser {
    fn command(folder: &Path, more: &[&str], url: &str) -> Command {
        let mut command = Command::new("chromium");
        command.args(["--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage"]);
        command.args(["--disable-background-networking", "--disable-popup-blocking", "--password-store=basic"]);
        command.arg("--host-resolver-rules=MAP *.example 127.0.0.1").args(more);
        command.arg(format!("--user-data-dir={}", folder.join("chromium").display())).arg(url);
        command.env("HOME", folder).stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn open(folder: &Path, more: &[&str], url: &str) -> Self {
        Self(Self::command(folder, more, url).stdout(Stdio::null()).spawn().expect("chromium is installed"))
    }

    fn end(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.end();
    }
}
