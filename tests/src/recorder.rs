//! A recording proxy: passes every call on to another origin and keeps both sides of it.

use std::{
    collections::BTreeSet,
    io::{BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::http;

/// One call that passed.
#[derive(Debug, Clone)]
pub struct Call {
    /// Method, path and version.
    pub first: String,
    /// Header lines of the request.
    pub headers: Vec<String>,
    /// Body of the request.
    pub body: Vec<u8>,
    /// Body of the answer.
    pub answer: Vec<u8>,
}

/// A running recorder; its thread ends with the process.
#[derive(Debug, Clone)]
pub struct Recorder {
    /// Its own origin.
    pub url: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Recorder {
    /// Starts one in front of `target`, an origin on this machine.
    pub fn start(target: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let recorder = Self { url, calls: Arc::default() };
        let (shared, target) = (recorder.clone(), target.to_owned());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, target) = (shared.clone(), target.clone());
                // A client that breaks off is no concern of ours.
                thread::spawn(move || shared.pass(&stream, &target).ok());
            }
        });
        Ok(recorder)
    }

    /// Everything that passed so far.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn pass(&self, stream: &TcpStream, target: &str) -> Result<()> {
        let mut from = BufReader::new(stream.try_clone()?);
        let Some((first, headers)) = http::read_head(&mut from)? else { return Ok(()) };
        let body = http::read_body(&mut from, &headers, false)?;
        let mut words = first.split(' ');
        let (method, path) = (words.next().context("no method")?, words.next().context("no path")?);
        let own = |line: &&String| {
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            !matches!(name.as_str(), "host" | "connection" | "content-length" | "transfer-encoding" | "accept-encoding")
        };
        let passed: Vec<_> = headers.iter().filter(own).map(String::as_str).collect();
        // Kept before it is passed on: what was asked counts even where nobody answers.
        let place = {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.push(Call { first: first.clone(), headers: headers.clone(), body: body.clone(), answer: Vec::new() });
            calls.len() - 1
        };
        let answer = http::call(method, &format!("{target}{path}"), &passed, &body)?;
        if let Some(call) = self.calls.lock().unwrap_or_else(PoisonError::into_inner).get_mut(place) {
            call.answer.clone_from(&answer.body);
        }
        let mut head = format!(
            "HTTP/1.1 {} Passed\r\nConnection: close\r\nContent-Length: {}\r\n",
            answer.status,
            answer.body.len()
        );
        let kept = |line: &&String| {
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            !matches!(name.as_str(), "connection" | "content-length" | "transfer-encoding")
        };
        for line in answer.headers.iter().filter(kept) {
            head.push_str(line);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        let mut stream = stream;
        stream.write_all(&[head.as_bytes(), &answer.body].concat())?;
        Ok(())
    }
}

/// Every token, code and verifier that passed a recorder: what it is, and its value.
pub fn secrets(recorder: &Recorder) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for call in recorder.calls() {
        for pair in String::from_utf8_lossy(&call.body).split('&') {
            if let Some((name @ ("code" | "code_verifier" | "refresh_token" | "token"), value)) = pair.split_once('=') {
                found.insert((name.to_owned(), value.to_owned()));
            }
        }
        let answer: Value = serde_json::from_slice(&call.answer).unwrap_or_default();
        for name in ["access_token", "refresh_token", "accessJwt", "refreshJwt"] {
            if let Some(value) = answer[name].as_str() {
                found.insert((name.to_owned(), value.to_owned()));
            }
        }
        for bearer in call.headers.iter().filter_map(|line| line.split_once("Bearer ")) {
            found.insert(("bearer".to_owned(), bearer.1.trim().to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::{io::Write, net::TcpListener};

    use super::Recorder;
    use crate::http;

    #[test]
    fn both_sides_of_a_call_are_kept() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let target = format!("http://{}", server.local_addr().unwrap());
        let serving = std::thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            let mut from = std::io::BufReader::new(stream.try_clone().unwrap());
            let (first, headers) = http::read_head(&mut from).unwrap().unwrap();
            let body = http::read_body(&mut from, &headers, false).unwrap();
            stream.write_all(b"HTTP/1.1 201 Made\r\nContent-Length: 4\r\n\r\nback").unwrap();
            (first, body)
        });
        let recorder = Recorder::start(&target).unwrap();
        let answer = http::call("POST", &format!("{}/a?b", recorder.url), &["X-One: 1"], b"there").unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (201, b"back".as_slice()));
        assert_eq!(serving.join().unwrap(), ("POST /a?b HTTP/1.1".to_owned(), b"there".to_vec()));
        let calls = recorder.calls();
        assert_eq!(
            (calls.len(), calls[0].body.as_slice(), calls[0].answer.as_slice()),
            (1, b"there".as_slice(), b"back".as_slice())
        );
        assert_eq!(http::value(&calls[0].headers, "x-one"), Some("1"));
    }
}
