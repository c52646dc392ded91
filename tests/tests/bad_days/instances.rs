//! Servers that are not there, lie, are slow or cannot prove who they are, met while linking.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use journeys::{
    bad_days::{Day, states},
    ctl::Ctl,
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use serde_json::Value;

/// Links Bluesky at an origin; the exit code and the error.
fn link(ctl: &Ctl, origin: &str, authorities: Option<&str>) -> Result<(i32, Value)> {
    let file = ctl.home().join("endpoints.toml");
    fs::write(&file, format!("allow_remote = true\n[bluesky]\napi = \"{origin}\"\n"))?;
    let endpoints = format!("--endpoints={}", file.display());
    let words = ["accounts", "link", "bluesky", "--method", "app-password", "--secret-stdin"];
    let mut command = ctl.command(&[&words[..], &["--identifier", "robin.example", &endpoints]].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some(authorities) = authorities {
        command.env("SSL_CERT_FILE", authorities);
    }
    let mut child = command.spawn()?;
    child.stdin.take().context("no input")?.write_all(b"abcd-efgh-ijkl-mnop")?;
    let output = child.wait_with_output()?;
    let line = output.stderr.split(|byte| *byte == b'\n').rfind(|line| line.starts_with(b"{")).unwrap_or_default();
    let error = serde_json::from_slice(line).with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    Ok((output.status.code().unwrap_or(-1), error))
}

/// Notes how linking failed, and that it left nothing behind.
fn refused(day: &mut Day, ctl: &Ctl, origin: &str, authorities: Option<&str>) -> Result<()> {
    let (exit, error) = link(ctl, origin, authorities)?;
    day.refusal(exit, &error)?;
    day.failure(&error);
    Ok(())
}

fn settled(day: &mut Day, ctl: &Ctl) -> Result<()> {
    ensure!(ctl.json(&["accounts", "list"])?.as_array().is_some_and(Vec::is_empty), "an account was made");
    day.after(format!("no account, {}", states(ctl)?)).nothing_lost("the list of accounts, empty as before").done()
}

fn profile() -> Result<(tempfile::TempDir, Ctl)> {
    let home = tempfile::Builder::new().prefix("pb").tempdir()?;
    let ctl = Ctl::new(home.path())?;
    Ok((home, ctl))
}

/// A server that does this with every connection once its request began; its origin, and how many came.
fn serve(behave: impl Fn(TcpStream) -> std::io::Result<()> + Send + 'static) -> Result<(String, Arc<AtomicUsize>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let origin = format!("127.0.0.1:{}", listener.local_addr()?.port());
    let came = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&came);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            // Whoever goes away in the middle is what is tested.
            let _ = behave(stream);
        }
    });
    Ok((origin, came))
}

/// Waits until a request began.
fn asked(stream: &mut impl Read) -> std::io::Result<()> {
    let read = stream.read(&mut [0; 4_096])?;
    if read == 0 { Err(std::io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

/// The same over plain HTTP with an answer that is whatever these bytes are.
fn answers(answer: String) -> Result<String> {
    let (origin, _) = serve(move |mut stream| {
        asked(&mut stream)?;
        stream.write_all(answer.as_bytes())
    })?;
    Ok(format!("http://{origin}"))
}

#[test]
fn a_server_that_is_not_there_is_told_from_a_name_that_leads_nowhere() -> Result<()> {
    let (_home, ctl) = profile()?;
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let mut day = Day::of("instance_unreachable")?;
    refused(&mut day, &ctl, &format!("http://{closed}"), None)?;
    refused(&mut day, &ctl, "https://no-such-server.invalid", None)?;
    settled(&mut day, &ctl)
}

#[test]
fn a_server_that_lies_is_not_believed_nor_followed() -> Result<()> {
    let (_home, ctl) = profile()?;
    let mut day = Day::of("instance_lying")?;
    let (elsewhere, came) = serve(|_| Ok(()))?;
    let page = "<!doctype html><title>Welcome</title>";
    let html = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}", page.len());
    let moved = format!("HTTP/1.1 307 Moved\r\nLocation: http://{elsewhere}/\r\nContent-Length: 0\r\n\r\n");
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"did\":".to_owned();
    for answer in [html, moved, short] {
        refused(&mut day, &ctl, &answers(answer)?, None)?;
    }
    let (endless, _) = serve(|mut stream| {
        asked(&mut stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")?;
        let blank = vec![b' '; 65_536];
        loop {
            stream.write_all(&blank)?;
        }
    })?;
    refused(&mut day, &ctl, &format!("http://{endless}"), None)?;
    ensure!(came.load(Ordering::SeqCst) == 0, "a redirect was followed");
    settled(&mut day, &ctl)
}

#[test]
fn a_slow_server_is_given_up() -> Result<()> {
    let (_home, ctl) = profile()?;
    let (drip, _) = serve(|mut stream| {
        asked(&mut stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")?;
        loop {
            // The pace of the drip, not a wait for anything.
            stream.write_all(b" ")?;
            thread::sleep(Duration::from_millis(500));
        }
    })?;
    let mut day = Day::of("instance_slow")?;
    refused(&mut day, &ctl, &format!("http://{drip}"), None)?;
    settled(&mut day, &ctl)
}

/// Somebody who signs certificates.
struct Signer {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Signer {
    fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "Trusted in this test");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// A server with a certificate for this name, of last year where it should have expired; its origin.
    fn serve(&self, name: &str, expired: bool) -> Result<(String, Arc<AtomicUsize>)> {
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        if expired {
            params.not_before = rcgen::date_time_ymd(2020, 1, 1);
            params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?.der().clone();
        serve_tls(certificate, &key)
    }
}

/// A server over TLS; its origin, and how many requests got through to it.
fn serve_tls(certificate: CertificateDer<'static>, key: &KeyPair) -> Result<(String, Arc<AtomicUsize>)> {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key)?;
    let config = Arc::new(config);
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let (origin, _) = serve(move |stream| {
        let server = ServerConnection::new(Arc::clone(&config)).map_err(std::io::Error::other)?;
        let mut stream = StreamOwned::new(server, stream);
        asked(&mut stream)?;
        count.fetch_add(1, Ordering::SeqCst);
        stream.write_all(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    })?;
    Ok((format!("https://{origin}"), requests))
}

#[test]
fn a_certificate_that_is_not_good_keeps_the_password_here() -> Result<()> {
    let (home, ctl) = profile()?;
    let mut day = Day::of("certificate_bad")?;
    let signer = Signer::new()?;
    let trusted = home.path().join("authorities.pem");
    fs::write(&trusted, &signer.pem)?;
    let trusted = trusted.to_str();

    let own_key = KeyPair::generate()?;
    let own = CertificateParams::new(vec!["127.0.0.1".to_owned()])?.self_signed(&own_key)?.der().clone();
    let servers =
        [serve_tls(own, &own_key)?, signer.serve("127.0.0.1", true)?, signer.serve("elsewhere.example", false)?];
    for (origin, requests) in servers {
        refused(&mut day, &ctl, &origin, trusted)?;
        ensure!(requests.load(Ordering::SeqCst) == 0, "the password left for {origin}");
    }
    // The control: the same server with a good certificate is asked.
    let (origin, requests) = signer.serve("127.0.0.1", false)?;
    let (_, error) = link(&ctl, &origin, trusted)?;
    ensure!(error["code"] == "credentials_refused" && requests.load(Ordering::SeqCst) == 1, "{error}");
    settled(&mut day, &ctl)
}
