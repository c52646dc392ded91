//! `doctor` in surroundings that are broken for real: proxies, certificates, keys. Only what a process is started with
//! differs, so the program itself is what is run.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
};

use serde_json::Value;

use crate::{
    bench::{Bench, Done},
    certificates::{Signer, serve},
};

/// Bluesky's own server, by name: reached through nothing but the proxy that is set.
const SERVER: &str = "bsky.social";

fn doctor(bench: &Bench, words: &str, with: &[(&str, &str)]) -> Done {
    let output = bench.command(&format!("doctor {words} --json")).envs(with.iter().copied()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// The hop that is named, and what is wrong there.
#[track_caller]
fn named(done: &Done) -> Option<(String, String)> {
    let view: Value = serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {done:?}"));
    let one = &view["examined"][0];
    let hops = one["hops"].as_array().unwrap();
    assert_eq!((view["state"].as_str(), hops.len()), (Some("done"), 18), "{done:?}");
    let broken = one["broken"].as_str()?;
    let hop = hops.iter().find(|hop| hop["state"] == "broken").unwrap();
    assert_eq!((hop["hop"].as_str(), done.code), (Some(broken), 1), "{done:?}");
    assert!(!done.error()["action"].as_str().unwrap().is_empty());
    Some((broken.to_owned(), hop["diagnosis"].as_str().unwrap().to_owned()))
}

#[expect(clippy::unnecessary_wraps, reason = "in the form it is compared in")]
fn at(hop: &str, diagnosis: &str) -> Option<(String, String)> {
    Some((hop.to_owned(), diagnosis.to_owned()))
}

/// A proxy that answers every wish for a tunnel so; then it passes everything on, where it is given somewhere.
fn proxy(answer: &'static str, to: Option<u16>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://user:canary-of-the-proxy@{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut asked = Vec::new();
                let mut byte = [0];
                while !asked.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|count| count == 1) {
                    asked.push(byte[0]);
                }
                if asked.is_empty() {
                    // Only whether somebody listens.
                    return;
                }
                assert!(asked.starts_with(format!("CONNECT {SERVER}:443 ").as_bytes()));
                client.write_all(answer.as_bytes()).unwrap();
                let Some(server) = to.and_then(|port| TcpStream::connect(("127.0.0.1", port)).ok()) else { return };
                let (mut from, mut back) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let mut server = server;
                std::thread::spawn(move || std::io::copy(&mut from, &mut server));
                let _ = std::io::copy(&mut back, &mut client);
            });
        }
    });
    url
}

/// A server that answers everything with an empty object.
fn plain() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut start = [0; 4_096];
            let _ = client.read(&mut start);
            let _ = client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        }
    });
    url
}

fn written(bench: &Bench, name: &str, text: &str) -> PathBuf {
    let path = bench.home().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn proxies_that_are_gone_refuse_or_work_are_told_apart() {
    let bench = Bench::new();
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let done = doctor(&bench, "bluesky", &[("HTTPS_PROXY", &gone)]);
    assert_eq!(named(&done), at("proxy", "proxy_unreachable"));
    for refusal in ["HTTP/1.1 403 Forbidden\r\n\r\n", "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"] {
        let done = doctor(&bench, "bluesky", &[("HTTPS_PROXY", &proxy(refusal, None))]);
        assert_eq!(named(&done), at("proxy", "proxy_refuses"), "{refusal}");
        assert!(!format!("{done:?}").contains("canary"), "the proxy's password is told to nobody: {done:?}");
    }
    let signer = Signer::new("Trusted");
    let trusted = written(&bench, "trusted.pem", &signer.pem());
    let port = serve(signer.sign(SERVER, -1, 1));
    let working = proxy("HTTP/1.1 200 Connection established\r\n\r\n", Some(port));
    let done = doctor(&bench, "bluesky", &[("HTTPS_PROXY", &working), ("SSL_CERT_FILE", trusted.to_str().unwrap())]);
    assert_eq!((named(&done), done.code), (None, 0), "{done:?}");
    assert!(!format!("{done:?}").contains("canary"), "{done:?}");
}

#[test]
fn each_certificate_that_is_not_to_be_trusted_is_named_for_what_it_is() {
    let bench = Bench::new();
    let (signer, stranger) = (Signer::new("Trusted"), Signer::new("A stranger"));
    let trusted = written(&bench, "trusted.pem", &signer.pem());
    for (certificate, expected) in [
        (signer.sign("127.0.0.1", -1, 1), None),
        (stranger.sign("127.0.0.1", -1, 1), at("certificate", "certificate_unknown_issuer")),
        (signer.sign("elsewhere.example", -1, 1), at("certificate", "certificate_wrong_name")),
        (signer.sign("127.0.0.1", -20, -10), at("certificate", "certificate_expired")),
        (signer.sign("127.0.0.1", 10, 20), at("certificate", "certificate_not_yet_valid")),
    ] {
        let endpoints = format!("[bluesky]\napi = \"https://127.0.0.1:{}\"\n", serve(certificate));
        let endpoints = written(&bench, "endpoints.toml", &endpoints);
        let words = format!("bluesky --endpoints {}", endpoints.to_str().unwrap());
        let done = doctor(&bench, &words, &[("SSL_CERT_FILE", trusted.to_str().unwrap())]);
        assert_eq!(named(&done), expected, "{done:?}");
    }
}

#[test]
fn secrets_that_no_key_opens_are_named_before_anything_is_said_of_the_account() {
    let bench = Bench::new();
    bench.run("apps set x --client-id abc --json").json();
    let server = plain();
    let endpoints = format!("[x]\napi = \"{server}\"\nauthorize = \"{server}/a\"\ntoken = \"{server}/t\"\n");
    let endpoints = written(&bench, "endpoints.toml", &endpoints);
    let words = format!("x --endpoints {}", endpoints.to_str().unwrap());
    // 32 bytes of the letter o.
    let done = doctor(&bench, &words, &[("POSTROOM_VAULT_KEY", "b29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb28=")]);
    assert_eq!(named(&done), at("key", "key_unavailable"));
    assert_eq!(done.error()["code"], "vault_unavailable");
    // No bus, so no keychain.
    let done =
        doctor(&bench, &format!("{words} --vault keychain"), &[("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")]);
    assert_eq!(named(&done).map(|(hop, _)| hop), Some("key".to_owned()), "{done:?}");
}

#[test]
fn what_is_to_be_checked_is_named_as_people_name_it() {
    let bench = Bench::new();
    let done = doctor(&bench, "nobody", &[]);
    assert_eq!((done.code, done.error()["code"].as_str()), (1, Some("not_found")));
    let alone = bench.run("doctor");
    assert!(alone.out.starts_with("This computer\n"), "{alone:?}");
    assert!(alone.out.contains("loopback"), "{alone:?}");
}
