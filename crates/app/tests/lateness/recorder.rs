//! Whoever takes the posts: a small server in a process of its own that notes when the first byte of each request came.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// By text or path, when each came, in microseconds.
type Seen = Arc<Mutex<BTreeMap<String, Vec<u64>>>>;

/// Serves until standard input ends; each line of it is answered with what was seen so far.
pub fn serve() -> Result<()> {
    let seen = Seen::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    println!("{}", listener.local_addr()?.port());
    let all = Arc::clone(&seen);
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = Arc::clone(&all);
            tokio::spawn(async move { connection(stream, &seen).await });
        }
    });
    for line in std::io::stdin().lock().lines() {
        line?;
        println!("{}", serde_json::to_string(&*seen.lock().unwrap_or_else(PoisonError::into_inner))?);
    }
    Ok(())
}

async fn connection(mut stream: TcpStream, seen: &Seen) {
    let _ = stream.set_nodelay(true);
    let mut bytes = Vec::with_capacity(4_096);
    loop {
        bytes.clear();
        let mut first = None;
        let (head, length) = loop {
            match stream.read_buf(&mut bytes).await {
                Ok(count) if count > 0 => first.get_or_insert_with(now_us),
                _ => return,
            };
            let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse()));
            let length: usize = length.and_then(Result::ok).unwrap_or_default();
            if bytes.len() >= end + 4 + length {
                break (head, end + 4);
            }
        };
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let body: Value = serde_json::from_slice(&bytes[length..]).unwrap_or_default();
        let name = body["text"].as_str().map_or(path, str::to_owned);
        let date = httpdate::fmt_http_date(UNIX_EPOCH + std::time::Duration::from_micros(now_us()));
        let answer = r#"{"id":"p1","url":"http://127.0.0.1/p1"}"#;
        let count = answer.len();
        seen.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default().extend(first);
        let reply = format!(
            "HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: application/json\r\nContent-Length: {count}\r\n\r\n{answer}"
        );
        if stream.write_all(reply.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Microseconds of the wall clock.
#[expect(clippy::disallowed_methods, reason = "two processes are compared by the clock they share")]
pub fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// A recorder that was started.
pub struct Recorder {
    child: Child,
    say: Option<ChildStdin>,
    said: BufReader<ChildStdout>,
    pub port: u16,
}

impl Recorder {
    pub fn start() -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg("--recorder").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let say = child.stdin.take();
        let mut said = BufReader::new(child.stdout.take().context("the recorder has no output")?);
        let mut line = String::new();
        said.read_line(&mut line)?;
        let port = line.trim().parse().context("the recorder's port")?;
        Ok(Self { child, say, said, port })
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// When each came, by name.
    pub fn seen(&mut self) -> Result<BTreeMap<String, Vec<u64>>> {
        writeln!(self.say.as_mut().context("the recorder ended")?)?;
        let mut line = String::new();
        ensure!(self.said.read_line(&mut line)? > 0, "the recorder ended");
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // The end of its input is its end.
        self.say.take();
        let _ = self.child.wait();
    }
}
