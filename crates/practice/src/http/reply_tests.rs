use std::future::poll_fn;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use tokio::sync::Notify;
use tower::ServiceExt as _;

use super::*;
use crate::config::Limits;
use crate::engine::Engine;
use crate::event::Line;
use crate::journal::Journal;
use crate::tests::eventually;
use crate::world::World;

struct Bench {
    dir: tempfile::TempDir,
    app: Shared,
    begun: Arc<Notify>,
    release: Arc<Notify>,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(&dir.path().join("journal.jsonl"), |_| ()).unwrap();
        let engine = Engine::new(World::default(), journal, Limits::default(), Some(1), [0; 32]);
        let app = Arc::new(crate::app::App::new(engine, 1, dir.path().to_path_buf(), "control", Arc::default()));
        Self { dir, app, begun: Arc::default(), release: Arc::default() }
    }

    /// One route that accepts "post 7", says so, and answers when it is let go.
    fn routes(&self) -> Router {
        let (begun, release, app) = (self.begun.clone(), self.release.clone(), self.app.clone());
        let handler = move |slot: ReplySlot| async move {
            slot.accepted(Some(7));
            begun.notify_one();
            release.notified().await;
            "done"
        };
        let layer =
            |State(app): State<Shared>, request: Request, next: Next| async move { watched(&app, request, next).await };
        Router::new().route("/", get(handler)).layer(axum::middleware::from_fn_with_state(app, layer))
    }

    fn dropped(&self) -> Vec<u64> {
        let raw = std::fs::read_to_string(self.dir.path().join("journal.jsonl")).unwrap();
        let lines = raw.lines().map(|line| serde_json::from_str::<Line>(line).unwrap().event);
        lines.filter_map(|event| if let Event::ReplyDropped { of } = event { Some(of) } else { None }).collect()
    }
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_a_line_and_does_not_stop_the_call() {
    let bench = Bench::new();
    let mut call = Box::pin(bench.routes().oneshot(Request::new(Body::empty())));
    tokio::select! {
        _ = &mut call => panic!("answered too early"),
        () = bench.begun.notified() => {}
    }
    drop(call);
    bench.release.notify_one();
    eventually("the dropped reply", || bench.dropped() == [7]).await;
}

#[tokio::test]
async fn an_answer_dropped_before_its_body_was_taken_leaves_a_line() {
    let bench = Bench::new();
    bench.release.notify_one();
    let response = bench.routes().oneshot(Request::new(Body::empty())).await.unwrap();
    drop(response);
    eventually("the dropped reply", || bench.dropped() == [7]).await;
}

#[tokio::test]
async fn an_answer_that_was_taken_leaves_none() {
    let bench = Bench::new();
    bench.release.notify_one();
    let response = bench.routes().oneshot(Request::new(Body::empty())).await.unwrap();
    let mut body = response.into_body();
    assert_eq!(body.size_hint().exact(), Some(4));
    let frame = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await.unwrap().unwrap();
    assert_eq!(frame.into_data().unwrap(), "done");
    drop(body);
    // The journal's lock is fair enough: a line written now comes after any the watch would have left.
    bench.app.run(|engine| engine.record(Event::ReplyDropped { of: 99 }).is_ok()).await;
    assert_eq!(bench.dropped(), [99]);
}
