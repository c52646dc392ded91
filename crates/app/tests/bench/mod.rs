//! A profile in a temporary folder, and the real practice network beside it.

pub mod http;
pub mod linking;

use std::{
    collections::HashMap,
    io::Cursor,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use app::{
    App, Error, Options, PracticeProgram, VaultChoice,
    clockwork::Looks,
    compose::{Draft, When},
    desktop::{Browser, Desktop, Offer, WebAddress},
    pictures::PictureProgram,
    system::{SystemClock, SystemRandom},
};
use domain::{
    AccountId, ErrorCode, PostId, PublicationId, PublicationState, Secret, UtcMs,
    ports::{Clock, Notice, Notifier},
    post::{Content, MediaRef, Part},
};
use store::publication::Publication;

/// The system's clock, with jumps.
#[derive(Default)]
pub struct JumpingClock {
    system: SystemClock,
    ahead_ms: AtomicI64,
    /// How far the platforms' clocks are ahead: they follow a sleep, and no clock that is set.
    theirs_ms: Arc<AtomicI64>,
}

impl JumpingClock {
    /// Time passes while the machine sleeps.
    pub fn jump_ms(&self, ms: i64) {
        self.set_by_ms(ms);
        self.theirs_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// This computer's clock is set, and nobody else's.
    pub fn set_by_ms(&self, ms: i64) {
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn wall(&self) -> UtcMs {
        self.now()
    }

    /// The time without jumps, by which the practice network keeps its record.
    pub fn real(&self) -> UtcMs {
        self.system.now()
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> UtcMs {
        self.system.now().plus_ms(self.ahead_ms.load(Ordering::SeqCst))
    }

    fn monotonic_ms(&self) -> u64 {
        self.system.monotonic_ms()
    }
}

#[derive(Default)]
struct Told(Mutex<Vec<ErrorCode>>);

impl Notifier for Told {
    fn notify(&self, notice: &Notice) {
        self.0.lock().unwrap().push(notice.code);
    }
}

/// A desktop that offers nothing, and says of its network and its browser what it is told.
#[derive(Default)]
pub struct Surroundings {
    /// Addresses that a browser was to open.
    pub opened: Mutex<Vec<String>>,
    pub no_network: AtomicBool,
    pub no_browser: AtomicBool,
    /// Whether addresses under our own scheme come here.
    pub takes_links: AtomicBool,
}

#[async_trait::async_trait]
impl Desktop for Surroundings {
    fn offer(&self) -> Offer {
        Offer { os: "none", tray: false }
    }

    fn open_url(&self, address: &WebAddress) -> bool {
        self.opened.lock().unwrap().push(address.as_str().to_owned());
        false
    }

    async fn pick_images(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    async fn browser(&self) -> Browser {
        if self.no_browser.load(Ordering::SeqCst) { Browser::Missing } else { Browser::There(String::new()) }
    }

    async fn takes_links(&self) -> bool {
        self.takes_links.load(Ordering::SeqCst)
    }

    fn has_network(&self) -> bool {
        !self.no_network.load(Ordering::SeqCst)
    }
}

pub struct Bench {
    pub desktop: Arc<Surroundings>,
    pub app: Arc<App>,
    pub clock: Arc<JumpingClock>,
    told: Arc<Told>,
    /// `None` while the network is unplugged.
    practice: Option<practice::Running>,
    linked: Mutex<HashMap<String, AccountId>>,
    folder: tempfile::TempDir,
}

pub fn picture() -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(64, 48, |x, y| {
        image::Rgb([x, y, 90].map(|value| u8::try_from(value * 3).unwrap_or(255)))
    });
    let mut bytes = Vec::new();
    image::DynamicImage::ImageRgb8(pixels).write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

/// The key that whoever starts the app hands in.
fn handed_in() -> VaultChoice {
    VaultChoice::Environment(Secret::from("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="))
}

fn options(
    folder: &Path,
    clock: &Arc<JumpingClock>,
    told: &Arc<Told>,
    desktop: &Arc<Surroundings>,
    vault: VaultChoice,
) -> Options {
    Options {
        folder: folder.join("profile"),
        state_folder: folder.join("state"),
        vault,
        interactive: false,
        desktop: Arc::clone(desktop) as Arc<dyn Desktop>,
        notifier: Arc::clone(told) as Arc<dyn Notifier>,
        practice: PracticeProgram { program: PathBuf::from("/nonexistent"), args: Vec::new() },
        pictures: PictureProgram { program: PathBuf::from(env!("CARGO_BIN_EXE_open-pictures")) },
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        random: Arc::new(SystemRandom),
        timer: Arc::new(Looks),
    }
}

async fn serve(profile: &Path, clock: &JumpingClock, limit: fn(&mut practice::Limits)) -> practice::Running {
    let mut config = practice::Config::new(profile.join("practice"));
    config.date_ahead_ms = Arc::clone(&clock.theirs_ms);
    limit(&mut config.limits);
    practice::bind(config).await.unwrap().spawn()
}

/// Ends an app, down to its last task.
async fn end(app: Arc<App>) {
    app.close().await;
    let ended = Arc::downgrade(&app);
    drop(app);
    while ended.strong_count() > 0 {
        tokio::task::yield_now().await;
    }
}

impl Bench {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Beside a network with other limits.
    pub async fn start_with(limit: fn(&mut practice::Limits)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let profile = folder.path().join("profile");
        let (clock, told) = (Arc::new(JumpingClock::default()), Arc::new(Told::default()));
        let practice = Some(serve(&profile, &clock, limit).await);
        let desktop = Arc::new(Surroundings::default());
        let app = App::open(options(folder.path(), &clock, &told, &desktop, handed_in())).await.unwrap();
        Self { desktop, app, clock, told, practice, linked: Mutex::default(), folder }
    }

    /// Copies the database as it is now, while nothing writes.
    pub fn back_up(&self) -> PathBuf {
        let backup = self.folder.path().join("backup");
        std::fs::create_dir(&backup).unwrap();
        for name in ["postroom.db", "postroom.db-wal"] {
            std::fs::copy(self.app.folder().join(name), backup.join(name)).unwrap();
        }
        backup
    }

    /// Ends the app, puts a backup in the place of its database, and opens it again.
    pub async fn put_back(self, backup: &Path) -> Self {
        self.again(true, Some(backup), handed_in()).await
    }

    /// The same where the app crashed: nothing was closed.
    pub async fn put_back_after_a_crash(self, backup: &Path) -> Self {
        self.again(false, Some(backup), handed_in()).await
    }

    /// Ends the app and opens it again.
    pub async fn reopen(self) -> Self {
        self.reopen_with(handed_in()).await
    }

    /// The same with another word on where the key is.
    pub async fn reopen_with(self, vault: VaultChoice) -> Self {
        self.again(true, None, vault).await
    }

    /// Opens it again where it crashed.
    pub async fn crash(self) -> Self {
        self.again(false, None, handed_in()).await
    }

    async fn again(self, closed: bool, backup: Option<&Path>, vault: VaultChoice) -> Self {
        let Self { desktop, app, clock, told, practice, linked, folder } = self;
        let profile = app.folder().to_owned();
        // A crash leaves the records outside as they are; the files are let go of all the same.
        let records = folder.path().join("state/generations");
        let kept: Vec<_> =
            std::fs::read_dir(&records).into_iter().flatten().flatten().map(|file| file.path()).collect();
        let kept: Vec<_> = kept.into_iter().map(|path| (std::fs::read(&path).unwrap(), path)).collect();
        end(app).await;
        for (content, path) in kept.into_iter().filter(|_| !closed) {
            std::fs::write(path, content).unwrap();
        }
        if let Some(backup) = backup {
            for name in ["postroom.db", "postroom.db-wal"] {
                std::fs::copy(backup.join(name), profile.join(name)).unwrap();
            }
            let _ = std::fs::remove_file(profile.join("postroom.db-shm"));
        }
        let app = App::open(options(folder.path(), &clock, &told, &desktop, vault)).await.unwrap();
        Self { desktop, app, clock, told, practice, linked, folder }
    }

    /// Waits until a post's only publication is in a state.
    pub async fn until(&self, post: PostId, state: PublicationState) -> Publication {
        let mut found = self.publications(post).await.remove(0);
        for _ in 0..600 {
            if found.status.state == state {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            found = self.publications(post).await.remove(0);
        }
        assert_eq!(found.status.state, state, "{}", found.status.reason);
        found
    }

    /// Waits until so many parts of a post's only publication are live.
    pub async fn until_live(&self, post: PostId, parts: i64) {
        let id = self.publications(post).await.remove(0).id;
        let mut live = self.app.publication_progress(id).await.unwrap().0;
        for _ in 0..600 {
            if live >= parts {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            live = self.app.publication_progress(id).await.unwrap().0;
        }
        assert!(live >= parts, "{live} of {parts} parts are live");
    }

    pub async fn link(&self, kind: &str) -> AccountId {
        let id = self.app.link_practice(kind, None).await.unwrap();
        self.linked.lock().unwrap().insert(kind.to_owned(), id);
        id
    }

    pub async fn fault(&self, kind: &str, times: u32) {
        self.app.practice_fault(kind, times).await.unwrap();
    }

    /// The same for the next deletions.
    pub async fn fault_deleting(&self, kind: &str, times: u32) {
        self.fault_at("delete", kind, times).await;
    }

    /// The same for the next calls of an operation.
    pub async fn fault_at(&self, operation: &str, kind: &str, times: u32) {
        let network = self.practice.as_ref().unwrap();
        let body =
            serde_json::json!({"kind": kind, "operation": operation, "times": times, "delay_ms": 2_000}).to_string();
        let control = format!("X-Practice-Control: {}", network.control_token);
        let answer =
            http::call("POST", &format!("{}/control/faults", network.url), &[&control, http::JSON], body).await;
        assert!((200..300).contains(&answer.status), "{}", answer.status);
    }

    pub async fn try_post(&self, text: &str, kinds: &[&str], when: When) -> Result<PostId, Error> {
        self.create(vec![Part { text: text.to_owned(), ..Part::default() }], kinds, when).await
    }

    pub async fn post(&self, text: &str, kinds: &[&str], pictured: bool, when: When) -> PostId {
        let mut part = Part { text: text.to_owned(), ..Part::default() };
        if pictured {
            let path = self.folder.path().join("picture.png");
            std::fs::write(&path, picture()).unwrap();
            let media = self.app.add_media(&path, "").await.unwrap();
            part.media.push(MediaRef { id: media.id, alt: "A gradient".to_owned() });
        }
        self.create(vec![part], kinds, when).await.unwrap()
    }

    pub async fn thread(&self, texts: &[&str], account: AccountId) -> PostId {
        let parts = texts.iter().map(|text| Part { text: (*text).to_owned(), ..Part::default() }).collect();
        let content = Content { parts, language: "en".to_owned(), ..Content::default() };
        let draft = Draft { content, variants: Vec::new(), accounts: vec![account] };
        self.app.create_post(draft, Some(When::Now)).await.unwrap()
    }

    async fn create(&self, parts: Vec<Part>, kinds: &[&str], when: When) -> Result<PostId, Error> {
        let mut accounts = Vec::new();
        for kind in kinds {
            let known = self.linked.lock().unwrap().get(*kind).copied();
            accounts.push(match known {
                Some(id) => id,
                None => self.link(kind).await,
            });
        }
        let content = Content { parts, language: "en".to_owned(), ..Content::default() };
        self.app.create_post(Draft { content, variants: Vec::new(), accounts }, Some(when)).await
    }

    pub async fn run_until_idle(&self) {
        let mut runner = self.app.start_runner().await.unwrap();
        runner.until_idle().await;
        runner.stop().await;
    }

    pub async fn publications(&self, post: PostId) -> Vec<Publication> {
        self.app.post(post).await.unwrap().1
    }

    pub async fn all(&self, ids: &[PublicationId]) -> Vec<Publication> {
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            all.push(self.app.publication(*id).await.unwrap());
        }
        all
    }

    /// The recorded requests of a publication.
    pub async fn requests(&self, id: PublicationId) -> Vec<String> {
        let detail = self.app.publication_detail(id).await.unwrap();
        detail.effects.into_iter().map(|effect| effect.request).collect()
    }

    pub async fn journal(&self, id: PublicationId) -> Vec<String> {
        let detail = self.app.publication_detail(id).await.unwrap();
        detail.journal.into_iter().map(|line| line.event).collect()
    }

    pub async fn notices(&self) -> Vec<ErrorCode> {
        self.app.announced().await;
        self.told.0.lock().unwrap().clone()
    }

    /// The practice network's own record.
    pub fn witness(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.app.folder().join("practice/journal.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// From now on every connection is refused.
    pub async fn unplug(&mut self) {
        self.practice.take().unwrap().stop().await.unwrap();
    }

    /// The network is back, at the address it had.
    pub async fn plug_in(&mut self) {
        self.practice = Some(serve(self.app.folder(), &self.clock, |_| {}).await);
    }

    fn accepted_lines(&self) -> Vec<serde_json::Value> {
        self.witness().into_iter().filter(|line| line["event"] == "post_accepted").collect()
    }

    /// What went out, in order.
    pub fn accepted_texts(&self) -> Vec<String> {
        self.accepted_lines().iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect()
    }

    /// Of posts that could first go out at `since`, in real time, none went out before its turn, `spacing_ms` after the one before.
    /// Counted from the start and not from post to post: an answer that is slow on its way shortens the next distance.
    #[track_caller]
    pub fn each_in_its_turn(&self, since: UtcMs, spacing_ms: i64) {
        let at = |line: &serde_json::Value| UtcMs::parse_rfc3339(line["at"].as_str().unwrap()).unwrap();
        let after: Vec<_> = self.accepted_lines().iter().map(|line| at(line).since(since)).collect();
        // The network tells whole milliseconds.
        let early = after.iter().zip(0_i64..).any(|(ms, turn)| ms + 5 < turn * spacing_ms);
        assert!(!early, "a burst: ms after the start {after:?}");
    }

    pub fn accepted(&self, text: &str) -> usize {
        assert!(self.practice.is_some());
        self.witness().iter().filter(|line| line["event"] == "post_accepted" && line["text"] == text).count()
    }
}
