//! A plain HTTP/1.1 client of a hundred lines over the standard library: one connection a call, loopback only.
//!
//! It exists so that what the tests see of a server passes through nothing of the product.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Longest body read.
const BODY_MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Longest an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header lines as they came, without line ends.
    pub headers: Vec<String>,
    /// The body, with chunks put together.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; an empty one is `null`.
    pub fn json(&self) -> Result<Value> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).with_context(|| format!("no JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The same where it is a success.
    pub fn done(self) -> Result<Self> {
        ensure!((200..300).contains(&self.status), "HTTP {}: {}", self.status, String::from_utf8_lossy(&self.body));
        Ok(self)
    }
}

/// Splits `http://host:port/path` into host with port, and path.
fn split(url: &str) -> Result<(&str, &str)> {
    let rest = url.strip_prefix("http://").with_context(|| format!("{url} is no http address"))?;
    let at = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(at);
    Ok((host, if path.is_empty() { "/" } else { path }))
}

/// Makes one call. `headers` are whole lines.
pub fn call(method: &str, url: &str, headers: &[&str], body: &[u8]) -> Result<Answer> {
    let (host, path) = split(url)?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for line in headers {
        head.push_str(line);
        head.push_str("\r\n");
    }
    if method != "GET" {
        let _ = write!(head, "Content-Length: {}\r\n", body.len());
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(host).with_context(|| format!("connect to {host}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&[head.as_bytes(), body].concat())?;
    read_answer(&mut BufReader::new(stream))
}

/// `GET`.
pub fn get(url: &str) -> Result<Answer> {
    call("GET", url, &[], &[])
}

/// `POST` of a JSON value.
pub fn post(url: &str, headers: &[&str], body: &Value) -> Result<Answer> {
    let lines = [headers, &["Content-Type: application/json"]].concat();
    call("POST", url, &lines, body.to_string().as_bytes())
}

/// Reads the head of a message: its first line and its header lines. `None` when the other side has gone.
pub fn read_head(from: &mut impl BufRead) -> Result<Option<(String, Vec<String>)>> {
    let first = line(from)?;
    if first.is_empty() {
        return Ok(None);
    }
    let mut headers = Vec::new();
    loop {
        let line = line(from)?;
        if line.is_empty() {
            return Ok(Some((first, headers)));
        }
        headers.push(line);
    }
}

/// Reads the body that belongs to a head; `to_end` where a message without a length ends with the connection.
pub fn read_body(from: &mut impl BufRead, headers: &[String], to_end: bool) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    if value(headers, "transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        loop {
            let size = u64::from_str_radix(line(from)?.split(';').next().unwrap_or_default().trim(), 16)?;
            ensure!(body.len() as u64 + size <= BODY_MAX_BYTES, "a body without end");
            from.take(size).read_to_end(&mut body)?;
            line(from)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
    let length = value(headers, "content-length").map(|length| length.trim().parse::<u64>()).transpose()?;
    let limit = length.unwrap_or(if to_end { BODY_MAX_BYTES } else { 0 });
    from.take(limit.min(BODY_MAX_BYTES)).read_to_end(&mut body)?;
    Ok(body)
}

/// The value of a header.
pub fn value<'a>(headers: &'a [String], name: &str) -> Option<&'a str> {
    let pairs = headers.iter().filter_map(|line| line.split_once(':'));
    pairs.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

fn read_answer(from: &mut impl BufRead) -> Result<Answer> {
    let Some((first, headers)) = read_head(from)? else { bail!("the connection was closed without an answer") };
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
    let body = read_body(from, &headers, true)?;
    Ok(Answer { status, headers, body })
}

/// A line without its end.
fn line(from: &mut impl BufRead) -> Result<String> {
    let mut text = String::new();
    from.take(64 * 1024).read_line(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{read_answer, split, value};

    #[test]
    fn addresses_are_split() {
        assert_eq!(split("http://127.0.0.1:1/a?b").unwrap(), ("127.0.0.1:1", "/a?b"));
        assert_eq!(split("http://localhost:1").unwrap(), ("localhost:1", "/"));
        assert!(split("https://example.com").is_err());
    }

    #[test]
    fn bodies_are_read_by_length_by_chunks_and_to_the_end() {
        let read = |text: &str| read_answer(&mut text.as_bytes());
        let counted = read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}rest").unwrap();
        assert_eq!((counted.status, counted.body.as_slice()), (200, b"{}".as_slice()));
        let chunked =
            read("HTTP/1.1 404 No\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n").unwrap();
        assert_eq!((chunked.status, chunked.body.as_slice()), (404, b"abcd".as_slice()));
        let open = read("HTTP/1.1 200 OK\r\nX: y\r\n\r\nall of it").unwrap();
        assert_eq!((value(&open.headers, "x"), open.body.as_slice()), (Some("y"), b"all of it".as_slice()));
        assert!(read("").is_err());
    }
}
