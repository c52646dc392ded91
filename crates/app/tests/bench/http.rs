//! One call over loopback, for what stands outside the app: a witness, an owner's browser.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

pub const JSON: &str = "Content-Type: application/json";
pub const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

pub struct Answer {
    pub status: u16,
    head: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        let named = |line: &&str| line.split(':').next().is_some_and(|found| found.eq_ignore_ascii_case(name));
        let line = self.head.lines().find(named).unwrap();
        line.split_once(':').unwrap().1.trim()
    }
}

pub async fn call(method: &str, url: &str, headers: &[&str], body: String) -> Answer {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let length = body.len();
    let mut head =
        format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n");
    for header in headers {
        head = format!("{head}{header}\r\n");
    }
    let (host, sent) = (host.to_owned(), format!("{head}\r\n{body}"));
    let heard = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).unwrap();
        String::from_utf8_lossy(&heard).into_owned()
    });
    let heard = heard.await.unwrap();
    let head = heard.split("\r\n\r\n").next().unwrap().to_owned();
    Answer { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head }
}
