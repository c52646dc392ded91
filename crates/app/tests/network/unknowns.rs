//! Thousands of calls of which nobody hears whether they worked: replies lost, calls carried out late, calls that never
//! arrive, and posts that can be read back only after a while. All but a blind account's settle themselves, in time; what
//! is taken to be absent is absent for good; and nothing goes out twice.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use app::compose::{Draft, When};
use domain::{
    AccountId, PostId, PublicationState as S, UtcMs,
    post::{Content, Part},
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use store::publication::Publication;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};

use crate::{
    bench::Bench,
    cell,
    faults::Step,
    figures::Asked,
    request::{Heard, Request, read},
};

const KINDS: [&str; 5] = ["a", "b", "r", "c", "d"];
/// The network's own windows (its sheet, section 3), in milliseconds.
const VISIBLE_AFTER_MAX_MS: i64 = 1_000;
const LATE_ACCEPT_MS: i64 = 2_000;
/// Most a call is carried out late here: what is left is for a slow machine to carry it out.
const LATE_MAX_MS: u64 = 1_200;
/// In how long doubt has to be settled, and a blind account's owner shown.
const SETTLED_MS: i64 = VISIBLE_AFTER_MAX_MS + 10_000;
const SHOWN_MS: i64 = 5_000;
/// Calls out of a hundred that bring no answer.
const UNANSWERED: u32 = 85;
/// Longest a wave of posts may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// A door that leaves most publishing calls without an answer.
struct WildDoor {
    network: String,
    dice: std::sync::Mutex<StdRng>,
    lost: AtomicU64,
    late: AtomicU64,
    never: AtomicU64,
    /// Late calls that a slow machine carried out later than the network promises.
    too_late: std::sync::Mutex<Vec<String>>,
}

impl WildDoor {
    /// Opens it; answers with its address.
    async fn open(network: &str, seed: u64) -> (Arc<Self>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let door = Arc::new(Self {
            network: network.to_owned(),
            dice: StdRng::seed_from_u64(seed).into(),
            lost: AtomicU64::new(0),
            late: AtomicU64::new(0),
            never: AtomicU64::new(0),
            too_late: std::sync::Mutex::default(),
        });
        let opened = Arc::clone(&door);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&door).pass(stream));
            }
        });
        (opened, url)
    }

    async fn pass(self: Arc<Self>, mut stream: TcpStream) {
        let Heard::Request(request) = read(&mut stream).await else { return };
        let unanswered = Step::of(&request.method, &request.path) == Some(Step::Publish);
        let (unanswered, fate, late_ms) = {
            let mut dice = self.dice.lock().unwrap();
            (
                unanswered && dice.random_ratio(UNANSWERED, 100),
                dice.random_range(0..3),
                dice.random_range(0..=LATE_MAX_MS),
            )
        };
        match (unanswered, fate) {
            (false, _) => {
                if let Some(answer) = request.forward(&self.network).await {
                    let _ = stream.write_all(&answer).await;
                }
            }
            (true, 0) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
                request.forward(&self.network).await;
            }
            (true, 1) => {
                self.late.fetch_add(1, Ordering::Relaxed);
                drop(stream);
                self.carry_out_late(&request, late_ms).await;
            }
            _ => {
                self.never.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    async fn carry_out_late(&self, request: &Request, late_ms: u64) {
        let closed = Instant::now();
        tokio::time::sleep(Duration::from_millis(late_ms)).await;
        let answer = request.forward(&self.network).await;
        if closed.elapsed() > Duration::from_millis(LATE_ACCEPT_MS.unsigned_abs()) {
            self.too_late.lock().unwrap().push(String::from_utf8_lossy(&answer.unwrap_or_default()).into_owned());
        }
    }

    fn unanswered(&self) -> u64 {
        [&self.lost, &self.late, &self.never].iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }
}

/// What one kind of account came to.
#[derive(Debug, Default)]
struct Tally {
    publications: u64,
    published: u64,
    asked: u64,
    doubts: u64,
    found: u64,
    absent: u64,
    late_settled: u64,
    longest_ms: i64,
    /// Absence taken for proved too early, by our record of calls or by the network's journal.
    early_absence: u64,
    /// By how much, in milliseconds, the earliest of them was.
    too_early_ms: i64,
    lost: u64,
    doubled: u64,
}

impl Tally {
    fn figures(&self) -> Value {
        json!({
            "publications": self.publications, "published": self.published, "asked_owner": self.asked,
            "doubts": self.doubts, "settled_found": self.found, "settled_absent": self.absent,
            "settled_later_than_promised": self.late_settled, "longest_ms_max": self.longest_ms,
            "absence_concluded_too_early": self.early_absence, "lost": self.lost, "doubled": self.doubled,
        })
    }
}

struct Ground {
    bench: Bench,
    door: Arc<WildDoor>,
    accounts: HashMap<AccountId, (&'static str, String)>,
}

impl Ground {
    async fn start(per_kind: usize, seed: u64) -> Self {
        let bench = Bench::start_with(|limits| limits.posts_per_window = 1_000_000).await;
        bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
        let announced = bench.app.folder().join("practice/address.json");
        let address: Value = serde_json::from_slice(&std::fs::read(&announced).unwrap()).unwrap();
        let network = address["url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        let (door, url) = WildDoor::open(&network, seed).await;
        std::fs::write(&announced, json!({ "url": url, "pid": 1 }).to_string()).unwrap();
        let mut accounts = HashMap::new();
        for kind in KINDS {
            for number in 0..per_kind {
                let id = bench.app.link_practice(kind, Some(&format!("Member {number}"))).await.unwrap();
                accounts.insert(id, (kind, bench.app.account(id).await.unwrap().remote_id));
            }
        }
        Self { bench, door, accounts }
    }

    /// One post on every account at once; returns when all of it has ended.
    async fn wave(&self, number: usize) -> PostId {
        let parts = vec![Part { text: format!("Unknown {number}"), ..Part::default() }];
        let content = Content { parts, language: "en".to_owned(), ..Content::default() };
        let accounts = self.accounts.keys().copied().collect();
        let draft = Draft { content, variants: Vec::new(), accounts };
        let post = self.bench.app.create_post(draft, Some(When::Now)).await.unwrap();
        let ended = async {
            let over = |found: &Publication| matches!(found.status.state, S::Published | S::NeedsDecision | S::Failed);
            while !self.bench.publications(post).await.iter().all(over) {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, ended).await;
        post
    }
}

/// When the network accepted each text of each account, by its own record.
fn accepted(bench: &Bench) -> HashMap<(String, String), Vec<UtcMs>> {
    let mut accepted: HashMap<_, Vec<_>> = HashMap::new();
    for line in bench.witness().into_iter().filter(|line| line["event"] == "post_accepted") {
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        let at = UtcMs::parse_rfc3339(&text("at")).unwrap();
        accepted.entry((text("account"), text("text"))).or_default().push(at);
    }
    accepted
}

/// Adds one publication: its state, its doubts in our journal, and what the network accepted.
async fn add(
    tally: &mut Tally,
    kind: &str,
    ground: &Ground,
    database: &mut SqliteConnection,
    publication: &Publication,
    accepted: &[UtcMs],
) {
    tally.publications += 1;
    match publication.status.state {
        S::Published => tally.published += 1,
        S::NeedsDecision => tally.asked += 1,
        _ => tally.lost += 1,
    }
    tally.lost += u64::from(publication.status.state == S::Published && accepted.is_empty());
    tally.doubled += u64::from(accepted.len() > 1);
    let given_up = given_up(database, publication).await;
    let mut since = None;
    for line in ground.bench.app.publication_detail(publication.id).await.unwrap().journal {
        let settles = ["confirm_found", "confirm_absent", "asked_owner"].contains(&line.event.as_str());
        let Some(began) = since.filter(|_| settles) else {
            if line.event == "no_answer" {
                since = Some(line.at);
            }
            continue;
        };
        since = None;
        tally.doubts += 1;
        let took: i64 = line.at.since(began);
        tally.longest_ms = tally.longest_ms.max(took);
        tally.late_settled += u64::from(took > if kind == "d" { SHOWN_MS } else { SETTLED_MS });
        match line.event.as_str() {
            "confirm_found" => tally.found += 1,
            "confirm_absent" => {
                tally.absent += 1;
                let there = accepted.iter().any(|at| at.since(line.at) < 0);
                let last = given_up.iter().copied().filter(|at| *at <= line.at).max().unwrap();
                let too_early_ms = VISIBLE_AFTER_MAX_MS + LATE_ACCEPT_MS - line.at.since(last);
                tally.early_absence += u64::from(there || too_early_ms > 0);
                tally.too_early_ms = tally.too_early_ms.max(too_early_ms);
            }
            _ => {}
        }
    }
    tally.lost += u64::from(since.is_some());
}

/// When each call that others could see the result of was given up, by the record of calls.
async fn given_up(database: &mut SqliteConnection, publication: &Publication) -> Vec<UtcMs> {
    let calls = sqlx::query_scalar::<_, i64>(
        "SELECT at + latency_ms FROM call_log
         WHERE publication = ?1 AND operation IN ('create_post', 'publish_container') AND status IS NULL",
    );
    let ends = calls.bind(publication.id.as_bytes().to_vec()).fetch_all(database).await.unwrap();
    ends.into_iter().map(UtcMs::from_millis).collect()
}

async fn judge(ground: &Ground, posts: &[PostId]) -> BTreeMap<&'static str, Tally> {
    let accepted = accepted(&ground.bench);
    let mut database = cell::database(&ground.bench).await;
    let mut tallies = BTreeMap::new();
    for post in posts {
        for publication in ground.bench.publications(*post).await {
            let (kind, remote) = &ground.accounts[&publication.account];
            let tally: &mut Tally = tallies.entry(*kind).or_default();
            let times = accepted.get(&(remote.clone(), publication.title.clone()));
            add(tally, kind, ground, &mut database, &publication, times.map_or(&[], Vec::as_slice)).await;
        }
    }
    tallies
}

/// Unanswered calls of a trial: in the long form, and among the tests.
const LONG: u64 = 1_000;
const SHORT: u64 = 60;

/// What one trial came to.
struct Shown {
    figures: Value,
    wrong: Vec<String>,
    doubled: u64,
    early_absence: u64,
}

async fn trial(wanted: u64, seed: u64) -> Shown {
    let ground = Ground::start(if wanted < LONG { 3 } else { 5 }, seed).await;
    let runner = ground.bench.app.start_runner().await.unwrap();
    let mut posts = Vec::new();
    while ground.door.unanswered() < wanted {
        let number = posts.len();
        let (one, two) = tokio::join!(ground.wave(number), ground.wave(number + 1));
        posts.extend([one, two]);
    }
    runner.stop().await;
    shown(&ground.door, &judge(&ground, &posts).await)
}

fn shown(door: &WildDoor, tallies: &BTreeMap<&'static str, Tally>) -> Shown {
    let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let total = |of: fn(&Tally) -> u64| tallies.values().map(of).sum::<u64>();
    let seeing = |of: fn(&Tally) -> u64| total(of) - tallies.get("d").map_or(0, of);
    // Where the network itself broke its promise, being too slow, nothing is promised of those calls either.
    let excused = u64::try_from(door.too_late.lock().unwrap().len()).unwrap();
    let (lost, doubled) = (total(|tally| tally.lost), total(|tally| tally.doubled));
    let early_absence = seeing(|tally| tally.early_absence);
    let too_early_ms = tallies.values().map(|tally| tally.too_early_ms).max().unwrap_or_default();
    let (doubts, unsettled) = (seeing(|tally| tally.doubts), seeing(|tally| tally.asked + tally.late_settled));
    let by_kind: BTreeMap<_, _> = tallies.iter().map(|(kind, tally)| (*kind, tally.figures())).collect();
    let figures = json!({
        "unanswered": door.unanswered(), "replies_lost": count(&door.lost), "carried_out_late": count(&door.late),
        "never_arrived": count(&door.never), "carried_out_later_than_the_network_promises": excused,
        "doubts_that_can_be_settled": doubts, "settled_in_time": doubts.saturating_sub(unsettled),
        "absence_concluded_too_early": early_absence, "lost": lost, "doubled": doubled, "by_kind": by_kind,
    });
    let faults = [
        (lost > 0, format!("{lost} lost")),
        (doubled > excused, format!("{doubled} doubled, {excused} excused")),
        (
            early_absence > excused,
            format!("absence believed too early {early_absence} times, by {too_early_ms} ms, {excused} excused"),
        ),
        (unsettled * 1_000 > doubts, format!("{unsettled} of {doubts} not settled in time")),
        (
            tallies.get("d").is_some_and(|blind| blind.late_settled > 0),
            "a blind account's owner was shown late".to_owned(),
        ),
    ];
    let wrong = faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, what)| what).collect();
    Shown { figures, wrong, doubled, early_absence }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn doubt_settles_itself_in_time_and_nothing_goes_out_twice() {
    let asked = Asked::of("unknowns");
    let control = cfg!(feature = "break_absence").then_some("break_absence");
    let mut complaints = Vec::new();
    for _ in 0..asked.trials {
        let (seed, began) = (asked.next_seed(), Instant::now());
        let wanted = if asked.long && control.is_none() { LONG } else { SHORT };
        let shown = trial(wanted, seed).await;
        asked.keep(seed, control, &shown.figures, began.elapsed(), &shown.wrong);
        if control.is_some() {
            assert!(shown.doubled > 0 && shown.early_absence > 0, "absence believed at once must show");
        } else {
            complaints.extend(shown.wrong);
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
