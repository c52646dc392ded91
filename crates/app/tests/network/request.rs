//! One call as it passes through: read whole, handed on, its answer read whole.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A request, or what stands in its place.
pub enum Heard {
    Request(Request),
    /// Somebody wants to speak TLS.
    Tls,
    /// It was closed.
    Nothing,
}

pub struct Request {
    pub method: String,
    pub path: String,
    head: String,
    body: Vec<u8>,
}

/// Reads one whole request.
pub async fn read(stream: &mut TcpStream) -> Heard {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if bytes.first() == Some(&0x16) {
            return Heard::Tls;
        }
        if !matches!(stream.read_buf(&mut bytes).await, Ok(1..)) {
            return Heard::Nothing;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut body = bytes.split_off(end + 4);
    let length =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    while body.len() < length.unwrap_or(0) {
        if !matches!(stream.read_buf(&mut body).await, Ok(1..)) {
            return Heard::Nothing;
        }
    }
    let mut words = head.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    Heard::Request(Request { method, path, head, body })
}

impl Request {
    /// Hands it on to `host` and reads the whole answer; `None` where there is none.
    pub async fn forward(&self, host: &str) -> Option<Vec<u8>> {
        let mut lines = self.head.lines();
        let mut head = format!("{}\r\nHost: {host}\r\nConnection: close\r\n", lines.next()?);
        for line in lines {
            let name = line.split(':').next()?.to_ascii_lowercase();
            if name != "host" && name != "connection" {
                head = format!("{head}{line}\r\n");
            }
        }
        let mut stream = TcpStream::connect(host).await.ok()?;
        stream.write_all(format!("{head}\r\n").as_bytes()).await.ok()?;
        stream.write_all(&self.body).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        (!answer.is_empty()).then_some(answer)
    }
}

/// The answer with another length in its head, shorter by `less`.
pub fn shortened(answer: &[u8], less: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let lines: Vec<_> = head
        .lines()
        .map(|line| match line.split_once(':') {
            Some((name, length)) if name.eq_ignore_ascii_case("content-length") => {
                format!("{name}: {}", length.trim().parse::<usize>().unwrap() - less)
            }
            _ => line.to_owned(),
        })
        .collect();
    format!("{}\r\n\r\n{body}", lines.join("\r\n")).into_bytes()
}
