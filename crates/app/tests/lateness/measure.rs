//! One run: posts that are due alone with probes of the floor in between, posts that are due together, and rest.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use app::{App, Runner, compose::When, system::SystemClock};
use domain::{AccountId, UtcMs, ports::Clock};
use serde_json::{Value, json};

use crate::{
    Plan, figures,
    profile::{draft, looked_ahead, options, point_at, said},
    recorder::Recorder,
};

/// Between two posts that are due alone; a probe of the floor is half-way.
const APART_MS: i64 = 250;
/// From the last post written to the first that is due.
const BEFORE_MS: i64 = 15_000;

pub async fn run(folder: &Path, plan: Plan) -> Result<Value> {
    let mut recorder = Recorder::start()?;
    point_at(folder, &recorder.url()).await?;
    let load_before = fs::read_to_string("/proc/loadavg")?;
    let app = App::open(options(folder)).await.map_err(said)?;
    let accounts: Vec<AccountId> = app.accounts().await.map_err(said)?.iter().map(|account| account.id).collect();
    let mut runner = app.start_runner().await.map_err(said)?;
    let alone = alone(&app, &mut runner, &mut recorder, &accounts, plan.alone, folder).await?;
    let together = together(&app, &mut runner, &mut recorder, &accounts, plan.together, folder).await?;
    let idle = rest(plan.rest_s).await?;
    runner.stop().await;
    app.close().await;
    Ok(json!({
        "waiting": plan.waiting,
        "optimised": !cfg!(debug_assertions),
        "load_before": load_before.trim(),
        "load_after": fs::read_to_string("/proc/loadavg")?.trim(),
        "alone": alone,
        "together": together,
        "idle": idle,
    }))
}

pub fn now() -> UtcMs {
    SystemClock::default().now()
}

async fn write(app: &Arc<App>, name: &str, account: AccountId, due: UtcMs) -> Result<()> {
    let when = When::Instant(due, "UTC".to_owned());
    app.create_post(draft(name, account), Some(when)).await.map_err(said)?;
    Ok(())
}

async fn alone(
    app: &Arc<App>,
    runner: &mut Runner,
    recorder: &mut Recorder,
    accounts: &[AccountId],
    count: usize,
    folder: &Path,
) -> Result<Value> {
    let from = now().plus_ms(BEFORE_MS + 60 * i64::try_from(count)?);
    let mut due = BTreeMap::new();
    for (number, account) in (0..count).zip(accounts.iter().cycle()) {
        let at = from.plus_ms(APART_MS * i64::try_from(number)?);
        write(app, &format!("alone {number}"), *account, at).await?;
        due.insert(format!("alone {number}"), at);
    }
    looked_ahead(folder, from).await?;
    let (file, port, syncs) = (File::create(folder.join("probe"))?, recorder.port, app.syncs());
    let floor = tokio::task::spawn_blocking(move || probe(file, port, from.plus_ms(APART_MS / 2), count)).await??;
    runner.until_idle().await;
    let syncs = app.syncs() - syncs;
    let seen = recorder.seen()?;
    let late = figures::late_us(&due, &seen)?;
    let floor = figures::late_us(&floor, &seen)?;
    let (of, floor) = (figures::Spread::of(late), figures::Spread::of(floor));
    Ok(json!({
        "posts": count,
        "apart_ms": APART_MS,
        "late": of.json(),
        "floor": floor.json(),
        "ratio_p50": figures::ratio(of.p50, floor.p50),
        "ratio_p99": figures::ratio(of.p99, floor.p99),
        "syncs_per_publication": figures::ratio(syncs, u64::try_from(count)?),
    }))
}

/// The least that could be: a sleep to the moment, a sync of a page, a request on an open connection.
fn probe(mut file: File, port: u16, from: UtcMs, count: usize) -> Result<BTreeMap<String, UtcMs>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    let mut due = BTreeMap::new();
    for number in 0..count {
        let at = from.plus_ms(APART_MS * i64::try_from(number)?);
        let left_ms = at.since(now()).max(0);
        std::thread::sleep(Duration::from_millis(left_ms.unsigned_abs()));
        file.write_all(&[7; 4_096])?;
        file.sync_data()?;
        let name = format!("/probe/{number}");
        write!(stream, "GET {name} HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
        ensure!(stream.read(&mut [0; 4_096])? > 0, "the recorder ended");
        due.insert(name, at);
    }
    Ok(due)
}

async fn together(
    app: &Arc<App>,
    runner: &mut Runner,
    recorder: &mut Recorder,
    accounts: &[AccountId],
    count: usize,
    folder: &Path,
) -> Result<Value> {
    let at = now().plus_ms(BEFORE_MS + 60 * i64::try_from(count)?);
    let mut due = BTreeMap::new();
    for (number, account) in (0..count).zip(accounts) {
        write(app, &format!("together {number}"), *account, at).await?;
        due.insert(format!("together {number}"), at);
    }
    looked_ahead(folder, at).await?;
    let syncs = app.syncs();
    tokio::time::sleep(Duration::from_millis(at.since(now()).max(0).unsigned_abs() + 50)).await;
    runner.until_idle().await;
    let syncs = app.syncs() - syncs;
    let late = figures::Spread::of(figures::late_us(&due, &recorder.seen()?)?);
    Ok(json!({
        "posts": count,
        "accounts": count.min(accounts.len()),
        "late": late.json(),
        "syncs_per_publication": figures::ratio(syncs, u64::try_from(count)?),
    }))
}

/// How often any thread gives the processor up by itself while nothing is to be done.
async fn rest(seconds: u64) -> Result<Value> {
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = switches()?;
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let after = switches()?;
    // Threads that began or ended meanwhile are left out.
    let woken: u64 = after.iter().filter_map(|(id, count)| Some(count - before.get(id)?)).sum();
    Ok(json!({"seconds": seconds, "wake_ups": woken, "wake_ups_per_hour": woken * 3_600 / seconds.max(1)}))
}

fn switches() -> Result<BTreeMap<String, u64>> {
    let mut threads = BTreeMap::new();
    for thread in fs::read_dir("/proc/self/task")? {
        let thread = thread?;
        let Ok(status) = fs::read_to_string(thread.path().join("status")) else { continue };
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        let count = line.context("no count of switches")?.trim().parse()?;
        threads.insert(thread.file_name().to_string_lossy().into_owned(), count);
    }
    Ok(threads)
}
