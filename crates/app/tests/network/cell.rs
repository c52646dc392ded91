//! One fault at one step: a profile with an account of every kind that makes the step, each behind a door of its own.

use std::{sync::Arc, time::Duration};

use app::compose::When;
use domain::{AccountId, PostId, PublicationState as S};
use serde::Serialize;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    bench::Bench,
    door::Door,
    faults::{Fault, Step},
};

/// Longest a publication may take: calls of 30 s, the doubt, the pauses, and a slow machine.
const PATIENCE: Duration = Duration::from_mins(5);
const LOOK: Duration = Duration::from_millis(100);

/// What came of one cell: one fault at one step for one kind.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    pub fault: Fault,
    pub step: Step,
    pub kind: &'static str,
    pub state: String,
    pub accepted: usize,
    pub met: u32,
    pub early: u32,
    pub cut_ms: Option<u64>,
    pub reason: String,
}

impl Outcome {
    pub const fn doubled(&self) -> bool {
        self.accepted > 1
    }

    /// Whether what is said of it is not so, or nothing is said.
    pub fn lost(&self) -> bool {
        match self.state.as_str() {
            "published" => self.accepted == 0,
            // A blind account's owner is shown what nobody can know.
            "needs_decision" => self.kind != "d",
            "failed" | "held" => self.accepted > 0,
            _ => true,
        }
    }
}

struct Member {
    kind: &'static str,
    account: AccountId,
    door: Arc<Door>,
}

/// Makes one fault at one step happen to every kind of account that makes it.
pub async fn run(fault: Fault, step: Step) -> Vec<Outcome> {
    let bench = Bench::start().await;
    let mut members = Vec::new();
    for kind in step.kinds() {
        members.push(link(&bench, kind).await);
    }
    // Renewing tokens is part of every cell.
    let mut database = database(&bench).await;
    sqlx::query("UPDATE account SET access_expires_at = linked_at").execute(&mut database).await.unwrap();
    for member in &members {
        member.door.aim(fault, step);
    }
    let text = format!("{fault:?} at {step:?}");
    let post = bench.post(&text, step.kinds(), true, When::Now).await;
    let runner = bench.app.start_runner().await.unwrap();
    let turning = futures::future::join_all(members.iter().map(|member| turn(&bench, &member.door, fault)));
    let turned = async {
        turning.await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = tokio::time::timeout(PATIENCE, until_ended(&bench, post)) => {}
        () = turned => {}
    }
    runner.stop().await;
    let publications = bench.publications(post).await;
    let outcome = |member: &Member| {
        let found = publications.iter().find(|publication| publication.account == member.account).unwrap();
        let record = member.door.record();
        Outcome {
            fault,
            step,
            kind: member.kind,
            state: found.status.state.as_str().to_owned(),
            accepted: accepted(&bench, member.kind, &text),
            met: record.met,
            early: record.early,
            cut_ms: record.cut.map(|cut| u64::try_from(cut.as_millis()).unwrap()),
            reason: found.status.reason.clone(),
        }
    };
    members.iter().map(outcome).collect()
}

/// Links an account through a door: the network seems to be where the door is.
async fn link(bench: &Bench, kind: &'static str) -> Member {
    let announced = bench.app.folder().join("practice/address.json");
    let address = std::fs::read(&announced).unwrap();
    let network: serde_json::Value = serde_json::from_slice(&address).unwrap();
    let door = Door::before(network["url"].as_str().unwrap().strip_prefix("http://").unwrap()).await;
    std::fs::write(&announced, serde_json::json!({ "url": door.url(), "pid": 1 }).to_string()).unwrap();
    let account = bench.link(kind).await;
    std::fs::write(&announced, address).unwrap();
    Member { kind, account, door }
}

pub async fn database(bench: &Bench) -> SqliteConnection {
    let file = bench.app.folder().join("postroom.db");
    let options = SqliteConnectOptions::new().filename(file).busy_timeout(Duration::from_secs(30));
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Once a fault is announced that no door can make: sends the account's calls elsewhere until one has failed there.
async fn turn(bench: &Bench, door: &Door, fault: Fault) {
    if !fault.comes_first() || fault == Fault::DropBeforeSend {
        return;
    }
    door.announced.notified().await;
    let here = door.url();
    let elsewhere = match fault {
        Fault::TlsError => format!("https://{}", door.address),
        // A part of a name has at most 63 letters: this one is refused without asking anybody.
        Fault::DnsFailure => format!("https://{}{}.invalid", "x".repeat(70), door.address.port()),
        _ => here.clone(),
    };
    let mut database = database(bench).await;
    move_endpoints(&mut database, &here, &elsewhere).await;
    let failed = format!("%{elsewhere}/%");
    loop {
        let met: i64 =
            sqlx::query_scalar("SELECT count(*) FROM call_log WHERE target LIKE ?1 AND failure LIKE 'not sent%'")
                .bind(&failed)
                .fetch_one(&mut database)
                .await
                .unwrap();
        if met > 0 {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    move_endpoints(&mut database, &elsewhere, &here).await;
    if fault != Fault::TlsError {
        door.met();
    }
}

async fn move_endpoints(database: &mut SqliteConnection, from: &str, to: &str) {
    let moved = sqlx::query("UPDATE account SET endpoints = replace(endpoints, ?1, ?2)").bind(from).bind(to);
    moved.execute(database).await.unwrap();
}

async fn until_ended(bench: &Bench, post: PostId) {
    let ended = |state: S| matches!(state, S::Published | S::NeedsDecision | S::Failed | S::Held);
    while !bench.publications(post).await.iter().all(|publication| ended(publication.status.state)) {
        tokio::time::sleep(LOOK).await;
    }
}

/// What the network's own record says went out from an account of this kind.
fn accepted(bench: &Bench, kind: &str, text: &str) -> usize {
    let made =
        |line: &&serde_json::Value| line["event"] == "post_accepted" && line["text"] == text && line["kind"] == kind;
    bench.witness().iter().filter(made).count()
}
