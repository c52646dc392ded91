//! With every log line of every library switched on, no secret of a request shows.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use domain::{PlatformId, Secret};
use test_support::{Server, client};

#[path = "../src/test_support.rs"]
#[expect(dead_code, reason = "shared with the unit tests, which use more of it")]
mod test_support;

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn trace_output_shows_no_secret() {
    let buffer = Buffer::default();
    let writer = buffer.clone();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).init();
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 29\r\nX-New: canary-answer-header\r\n\r\n{\"t\":\"canary-answer-body-123\"}";
    let server = Server::always(answer).await;
    let (client, world) = client();
    let tag = client.tag(PlatformId::parse("practice").unwrap());
    let bearer = Secret::from("canary-bearer");
    for _ in 0..2 {
        let request = client.post(&tag, "token", &server.url("/canary/../x?code=canary-query"));
        let sent = request.bearer(&bearer).header("X-Api-Key", "canary-key").form(&[("refresh_token", "canary-form")]);
        let answer = sent.send().await.unwrap();
        tracing::info!(?answer, "control line");
    }
    let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("control line") && text.contains("reqwest"), "the libraries were listening: {text}");
    assert!(!text.contains("canary"), "{text}");
    assert!(!format!("{:?}", world.calls.lock().unwrap()).contains("canary"));
}
