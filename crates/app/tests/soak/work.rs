//! One soak: a profile, its posts, and the hours that pass.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, anyhow};
use app::{
    App, Options, PracticeProgram, Runner, VaultChoice,
    clockwork::WallTimer,
    compose::{Draft, When},
    desktop::Headless,
    pictures::PictureProgram,
    system::SystemRandom,
};
use domain::{
    AccountId, Secret, UtcMs,
    ports::{Clock, Notice, Notifier},
    post::{Content, Part},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    clock::{Timer, Told},
    judge,
    measure::{Sample, sample},
    network::Network,
};

/// Accounts of each kind, and most of them that one post goes to.
const OF_EACH: usize = 4;
const KINDS: [&str; 4] = ["a", "b", "c", "d"];
const TARGETS_MAX: usize = 3;
/// Between two moments at which posts are due.
const STEP_MS: i64 = 120_000;
const STEPS_AN_HOUR: usize = 30;

/// How much is done.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Plan {
    pub hours: usize,
    pub posts_an_hour: usize,
    /// Bytes that are lost with each post: the control.
    pub leak_bytes: usize,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Said {
    pub hours: usize,
    pub posts: usize,
    pub publications: usize,
    pub unsettled: usize,
    pub lost: usize,
    pub doubled: usize,
    /// One for each hour.
    pub samples: Vec<Sample>,
}

impl Said {
    pub fn figures(&self) -> Value {
        let pss = |sample: Option<&Sample>| sample.map_or(0, |sample| sample.pss_bytes);
        json!({
            "simulated_hours": self.hours,
            "posts": self.posts,
            "publications": self.publications,
            "unsettled": self.unsettled,
            "lost": self.lost,
            "doubled": self.doubled,
            "growth_permille_max": judge::growth_permille(&self.samples),
            "memory_bytes_max": pss(self.samples.iter().max_by_key(|sample| sample.pss_bytes)),
            "open_files_max": self.samples.iter().map(|sample| sample.files).max().unwrap_or_default(),
        })
    }
}

struct Silent;

impl Notifier for Silent {
    fn notify(&self, _: &Notice) {}
}

/// Soaks, and says what came of it on standard output.
pub fn soak(seed: &str, plan: &str) -> Result<()> {
    let (seed, plan) = (seed.parse()?, serde_json::from_str(plan)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let said = runtime.block_on(async { World::start(seed).await?.run(plan).await })?;
    println!("{}", serde_json::to_string(&said)?);
    Ok(())
}

/// A profile at work.
struct World {
    app: Arc<App>,
    clock: Arc<Told>,
    network: Network,
    witness: Witness,
    accounts: Vec<(AccountId, String)>,
    dice: Dice,
    /// What must be accepted: by account and text.
    due: BTreeSet<(String, String)>,
    leak: Vec<Vec<u8>>,
    _folder: tempfile::TempDir,
}

impl World {
    async fn start(seed: u64) -> Result<Self> {
        // In memory where there is room for it: what a disk is worth is shown elsewhere.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? };
        let practice = folder.path().join("profile/practice");
        std::fs::create_dir_all(&practice)?;
        let (network, clock) = (Network::start(&practice)?, Told::new());
        let app = App::open(options(folder.path(), &clock)).await.map_err(said)?;
        // Posts of one moment go out in that moment.
        app.change_settings(|settings| settings.spacing_s = 0).await.map_err(said)?;
        let mut accounts = Vec::new();
        for number in 0..OF_EACH * KINDS.len() {
            let kind = KINDS[number % KINDS.len()];
            let id = app.link_practice(kind, Some(&format!("{kind}{number}"))).await.map_err(said)?;
            accounts.push((id, app.account(id).await.map_err(said)?.remote_id));
        }
        let witness = Witness::new(practice.join("journal.jsonl"));
        let (dice, due, leak) = (Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1), BTreeSet::new(), Vec::new());
        Ok(Self { app, clock, network, witness, accounts, dice, due, leak, _folder: folder })
    }

    async fn run(mut self, plan: Plan) -> Result<Said> {
        let mut runner = self.app.start_runner().await.map_err(said)?;
        let (mut samples, mut written) = (Vec::new(), 0);
        let mut doubled = 0;
        for _ in 0..plan.hours {
            let moments = self.write(plan, &mut written).await?;
            for moment in moments {
                self.pass(&mut runner, moment).await?;
            }
            doubled += self.witness.read(&mut self.due)?;
            samples.push(sample()?);
        }
        runner.stop().await;
        let (counts, _) = self.app.queue_counts().await.map_err(said)?;
        let of = |state: &str| usize::try_from(counts.get(state).copied().unwrap_or_default()).unwrap_or_default();
        let published = of("published");
        let publications: usize = counts.values().filter_map(|count| usize::try_from(*count).ok()).sum();
        self.app.close().await;
        Ok(Said {
            hours: plan.hours,
            posts: written,
            publications,
            unsettled: publications - published,
            lost: self.due.len(),
            doubled,
            samples,
        })
    }

    /// Writes the posts of the next hour; the moments at which they are due.
    async fn write(&mut self, plan: Plan, written: &mut usize) -> Result<Vec<UtcMs>> {
        let from = self.clock.now();
        let moments: Vec<_> = (1..).zip(0..STEPS_AN_HOUR).map(|(step, _)| from.plus_ms(step * STEP_MS)).collect();
        for number in 0..plan.posts_an_hour {
            let moment = moments[number % moments.len()];
            let text = format!("Post {written} of a long day");
            let first = self.dice.below(self.accounts.len());
            let count = 1 + self.dice.below(TARGETS_MAX);
            let chosen: Vec<_> = self.accounts.iter().cycle().skip(first).take(count).cloned().collect();
            let part = Part { text: text.clone(), ..Part::default() };
            let content = Content { parts: vec![part], language: "en".to_owned(), ..Content::default() };
            let accounts = chosen.iter().map(|(id, _)| *id).collect();
            let draft = Draft { content, variants: Vec::new(), accounts };
            self.app.create_post(draft, Some(When::Instant(moment, "UTC".to_owned()))).await.map_err(said)?;
            self.due.extend(chosen.into_iter().map(|(_, remote)| (remote, text.clone())));
            if plan.leak_bytes > 0 {
                self.leak.push(vec![1; plan.leak_bytes]);
            }
            *written += 1;
        }
        Ok(moments)
    }

    /// Time passes to a moment, with what is done ahead of it, until nothing is left to do.
    async fn pass(&mut self, runner: &mut Runner, moment: UtcMs) -> Result<()> {
        for before_ms in [50_000, 5_000, 0] {
            let then = moment.plus_ms(-before_ms);
            self.network.set_ahead(self.clock.ahead_ms() + then.since(self.clock.now()).max(0))?;
            self.clock.pass_until(then);
            self.clock.until_asleep().await;
        }
        runner.until_idle().await;
        Ok(())
    }
}

fn options(folder: &Path, clock: &Arc<Told>) -> Options {
    Options {
        folder: folder.join("profile"),
        state_folder: folder.join("state"),
        vault: VaultChoice::Environment(Secret::from("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")),
        interactive: false,
        desktop: Arc::new(Headless),
        notifier: Arc::new(Silent),
        practice: PracticeProgram { program: PathBuf::from("/nonexistent"), args: Vec::new() },
        pictures: PictureProgram { program: PathBuf::from("/nonexistent") },
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        random: Arc::new(SystemRandom),
        timer: Arc::new(Timer(Arc::clone(clock))) as Arc<dyn WallTimer>,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "so `map_err` takes it by name")]
fn said(error: app::Error) -> anyhow::Error {
    anyhow!("{error} {}", error.details)
}

/// The network's own journal, read on as it grows.
struct Witness {
    path: PathBuf,
    read: u64,
}

impl Witness {
    const fn new(path: PathBuf) -> Self {
        Self { path, read: 0 }
    }

    /// Takes off `due` what was accepted since; how much was accepted of which nothing was due any more.
    fn read(&mut self, due: &mut BTreeSet<(String, String)>) -> Result<usize> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.read))?;
        let mut doubled = 0;
        let mut text = String::new();
        BufReader::new(file).read_to_string(&mut text)?;
        self.read += u64::try_from(text.len())?;
        for line in text.as_bytes().lines() {
            let line: Value = serde_json::from_str(&line?).context("a line of the journal")?;
            if line["event"] != "post_accepted" {
                continue;
            }
            let word = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            doubled += usize::from(!due.remove(&(word("account"), word("text"))));
        }
        Ok(doubled)
    }
}

/// Enough chance for a soak (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound.max(1)
    }
}
