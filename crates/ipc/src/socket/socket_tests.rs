use std::{io, path::PathBuf, sync::Arc};

use domain::ErrorCode;
use interprocess::local_socket::{tokio::Stream, traits::tokio::Stream as _};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    sync::{Notify, broadcast},
};

use super::*;
use crate::wire::{Event, Topic};

#[derive(Clone)]
struct Echo {
    events: broadcast::Sender<Event>,
    /// Signals that `queue_pause` has begun, and lets it go on.
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
    finished: Arc<Notify>,
}

#[async_trait]
impl Handler for Echo {
    type Event = Event;

    async fn call(&self, method: &str, params: Value) -> Result<Value, Failure> {
        match method {
            "queue_pause" => {
                self.begun.notify_one();
                self.go_on.notified().await;
                self.finished.notify_one();
                Ok(Value::Null)
            }
            "queue_resume" => panic!("a defect"),
            "posts_show" => Err(rpc::trouble("No such post.", "Look at the list.")),
            _ => Ok(json!({"method": method, "params": params})),
        }
    }

    fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

struct Bench {
    _dir: tempfile::TempDir,
    path: PathBuf,
    echo: Echo,
    server: Server,
}

fn bench_with(limits: Limits) -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("postroom/0123456789abcdef.sock");
    let echo = Echo {
        events: broadcast::channel(4).0,
        begun: Arc::default(),
        go_on: Arc::default(),
        finished: Arc::default(),
    };
    let server = Server::start_with(echo.clone(), &path, limits).unwrap();
    Bench { _dir: dir, path, echo, server }
}

fn bench() -> Bench {
    bench_with(Limits::default())
}

async fn raw(bench: &Bench, bytes: &[u8]) -> Value {
    let stream = Stream::connect(place::name(&bench.path).unwrap()).await.unwrap();
    (&stream).write_all(bytes).await.unwrap();
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).await.unwrap();
    serde_json::from_str(&line).unwrap()
}

#[tokio::test]
async fn a_call_comes_back_with_its_answer() {
    let bench = bench();
    let client = Client::connect(&bench.path).await.unwrap();
    for id in ["post_1", "pöst\n2"] {
        let answer = client.call("posts_delete", json!({"id": id})).await.unwrap();
        assert_eq!(answer, json!({"method": "posts_delete", "params": {"id": id}}));
    }
}

#[tokio::test]
async fn a_failure_crosses_whole() {
    let bench = bench();
    let client = Client::connect(&bench.path).await.unwrap();
    let Err(CallError::Failed(failure)) = client.call("posts_show", json!({})).await else { panic!("no failure") };
    assert_eq!(failure, rpc::trouble("No such post.", "Look at the list."));
    assert!(client.call("posts_list", json!({})).await.is_ok());
}

#[tokio::test]
async fn a_handler_that_panics_is_a_failure_and_the_connection_lives() {
    let bench = bench();
    let client = Client::connect(&bench.path).await.unwrap();
    let Err(CallError::Failed(failure)) = client.call("queue_resume", json!({})).await else { panic!("no failure") };
    assert_eq!(failure.code, ErrorCode::Internal);
    assert!(client.call("posts_list", json!({})).await.is_ok());
}

#[cfg(unix)]
#[tokio::test]
async fn folder_and_socket_are_closed_to_others_even_where_they_were_open() {
    use std::{
        fs::{Permissions, create_dir, metadata, set_permissions},
        os::unix::fs::PermissionsExt,
    };
    let bench = bench();
    let mode = |path: &std::path::Path| metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(bench.path.parent().unwrap()), 0o700);
    assert_eq!(mode(&bench.path), 0o600);

    let dir = tempfile::tempdir().unwrap();
    let open = dir.path().join("open");
    create_dir(&open).unwrap();
    set_permissions(&open, Permissions::from_mode(0o755)).unwrap();
    let _server = Server::start(bench.echo.clone(), &open.join("a.sock")).unwrap();
    assert_eq!(mode(&open), 0o700);
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_is_a_link_is_refused() {
    let bench = bench();
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("link");
    std::os::unix::fs::symlink(bench.path.parent().unwrap(), &link).unwrap();
    let refused = Server::start(bench.echo.clone(), &link.join("a.sock")).unwrap_err();
    assert_eq!(refused.source.kind(), io::ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn a_path_no_system_takes_is_refused() {
    let bench = bench();
    let long = bench.path.with_file_name("x".repeat(120));
    assert_eq!(Server::start(bench.echo.clone(), &long).unwrap_err().source.kind(), io::ErrorKind::InvalidInput);
    assert_eq!(Client::connect(&long).await.unwrap_err().kind(), io::ErrorKind::InvalidInput);
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_too_deep_for_a_socket_is_exchanged_for_a_short_one_on_both_sides() {
    let bench = bench();
    let name = format!("{:016x}.sock", std::process::id());
    let deep = bench.path.with_file_name("deep/".repeat(30)).join(name);
    let server = Server::start(bench.echo.clone(), &deep).unwrap();
    assert!(server.path().as_os_str().len() <= place::MAX_PATH_BYTES);
    let client = Client::connect(&deep).await.unwrap();
    assert!(client.call("app_state", json!({})).await.is_ok());
    server.stop().await;
    assert!(Client::connect(&deep).await.is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn a_dead_socket_is_overwritten_and_a_stopped_one_removed() {
    let bench = bench();
    let stale = bench.path.with_file_name("stale.sock");
    drop(std::os::unix::net::UnixListener::bind(&stale).unwrap());
    assert_eq!(Client::connect(&stale).await.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
    let server = Server::start(bench.echo.clone(), &stale).unwrap();
    assert!(Client::connect(server.path()).await.is_ok());
    server.stop().await;
    assert!(!stale.exists());
    assert_eq!(Client::connect(&stale).await.unwrap_err().kind(), io::ErrorKind::NotFound);
}

#[tokio::test]
async fn garbage_is_answered_and_the_connection_goes_on() {
    let bench = bench();
    let stream = Stream::connect(place::name(&bench.path).unwrap()).await.unwrap();
    let sent = b"\xff\xff\n{}\n{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"app_state\"}\n";
    (&stream).write_all(sent).await.unwrap();
    let mut lines = BufReader::new(&stream).lines();
    let mut next = async || serde_json::from_str::<Value>(&lines.next_line().await.unwrap().unwrap()).unwrap();
    assert_eq!(next().await["error"]["code"], -32700);
    assert_eq!(next().await["error"]["code"], -32600);
    assert_eq!(next().await["result"]["params"], json!({}));
}

#[tokio::test]
async fn an_unknown_method_never_reaches_the_handler() {
    let bench = bench();
    let answer = raw(&bench, b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shell\",\"params\":{}}\n").await;
    assert_eq!(answer["error"]["code"], -32601);
    let client = Client::connect(&bench.path).await.unwrap();
    let Err(CallError::Failed(failure)) = client.call("shell", json!({})).await else { panic!("no failure") };
    assert_eq!(failure.code, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn a_line_beyond_the_bound_is_refused_and_the_client_sent_away() {
    let bench = bench_with(Limits { request_bytes: 1_000, ..Limits::default() });
    let stream = Stream::connect(place::name(&bench.path).unwrap()).await.unwrap();
    (&stream).write_all(&[b'x'; 1_001]).await.unwrap();
    let mut answer = String::new();
    // To the end: the server has closed.
    BufReader::new(&stream).read_to_string(&mut answer).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["error"]["code"], -32600);
}

#[tokio::test]
async fn a_client_does_not_send_what_would_be_refused() {
    let bench = bench();
    let client = Client::connect(&bench.path).await.unwrap();
    let huge = Value::String("x".repeat(MAX_REQUEST_BYTES));
    let Err(CallError::Transport(error)) = client.call("media_paste", huge).await else { panic!("sent") };
    assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
}

#[tokio::test]
async fn two_clients_do_not_wait_for_each_other() {
    let bench = bench();
    let (one, two) = (Client::connect(&bench.path).await.unwrap(), Client::connect(&bench.path).await.unwrap());
    let paused = tokio::spawn(async move { one.call("queue_pause", json!({})).await });
    bench.echo.begun.notified().await;
    assert!(two.call("posts_list", json!({})).await.is_ok());
    bench.echo.go_on.notify_one();
    assert!(paused.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_stop_its_command() {
    let bench = bench();
    let client = Client::connect(&bench.path).await.unwrap();
    let call = tokio::spawn(async move { client.call("queue_pause", json!({})).await.map(drop) });
    bench.echo.begun.notified().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    bench.echo.go_on.notify_one();
    bench.echo.finished.notified().await;
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_said_to_go_on() {
    let bench = bench_with(Limits { call: Duration::ZERO, ..Limits::default() });
    let client = Client::connect(&bench.path).await.unwrap();
    let Err(CallError::Failed(failure)) = client.call("queue_pause", json!({})).await else { panic!("no failure") };
    assert_eq!(failure.message, "Postroom is still at work on this.");
    bench.echo.go_on.notify_one();
    bench.echo.finished.notified().await;
}

#[tokio::test]
async fn one_client_too_many_is_told_and_a_place_is_free_again_afterwards() {
    let bench = bench_with(Limits { clients: 1, ..Limits::default() });
    let first = Client::connect(&bench.path).await.unwrap();
    first.call("app_state", json!({})).await.unwrap();
    let second = Client::connect(&bench.path).await.unwrap();
    assert!(second.call("app_state", json!({})).await.is_err());
    drop(first);
    loop {
        let again = Client::connect(&bench.path).await.unwrap();
        if again.call("app_state", json!({})).await.is_ok() {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn events_stream_until_the_client_goes() {
    let bench = bench();
    let mut events = Client::connect(&bench.path).await.unwrap().events().await.unwrap();
    let event = Event { topic: Topic::Publications, id: Some("pub_1".to_owned()) };
    bench.echo.events.send(event.clone()).unwrap();
    assert_eq!(events.next().await.unwrap(), Some(event));
    assert_eq!(bench.echo.events.receiver_count(), 1);
    drop(events);
    bench.echo.events.closed().await;
}

#[tokio::test]
async fn lost_events_make_everything_stale() {
    let bench = bench();
    let mut events = Client::connect(&bench.path).await.unwrap().events().await.unwrap();
    // No turn for the server in between: the channel holds 4.
    for _ in 0..5 {
        bench.echo.events.send(Event { topic: Topic::Posts, id: None }).unwrap();
    }
    let mut topics = Vec::new();
    for _ in 0..6 {
        topics.push(events.next().await.unwrap().unwrap().topic);
    }
    assert!(topics.contains(&Topic::Accounts) && topics.contains(&Topic::Practice));
}

#[tokio::test]
async fn a_server_that_stops_ends_its_clients() {
    let bench = bench();
    let mut events = Client::connect(&bench.path).await.unwrap().events().await.unwrap();
    let client = Client::connect(&bench.path).await.unwrap();
    client.call("app_state", json!({})).await.unwrap();
    bench.server.stop().await;
    assert_eq!(events.next().await.unwrap(), None);
    assert!(matches!(client.call("app_state", json!({})).await, Err(CallError::Transport(_))));
    // And it stays broken instead of taking a late answer for the next one.
    assert!(matches!(client.call("app_state", json!({})).await, Err(CallError::Transport(_))));
}
