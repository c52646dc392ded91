//! Opening a profile: folder, lock, database, and what every use case shares.

use std::{
    collections::{BTreeMap, HashSet},
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use domain::{
    AccountState, ErrorCode, HeldReason, ProfileId, PublicationId,
    ports::{Clock, Notifier, Random},
};
use providers::{Provider, Registry, provider::AccountRef};
use store::{Store, Unwritable, account::Account, profile::Profile};
use tokio::sync::{Notify, broadcast};

use crate::{
    Error, Progress,
    account_lock::AccountLocks,
    announcer::Announcer,
    attempts::Attempts,
    beside::Beside,
    calls::Calls,
    clockwork::WallTimer,
    coming::Ahead,
    definitions,
    desktop::Desktop,
    doubts::Doubts,
    event::{Event, Topic},
    examinations::Examinations,
    exchange,
    heard::Heard,
    keys::Keys,
    ledger::Ledger,
    looked::Looked,
    looks::Looks,
    pace::Pace,
    paths::{self, DATABASE},
    pictures::{Decoder, PictureProgram, keep},
    restored::{Origin, Outside, origin},
    series_due::SeriesDue,
    typed::Typed,
    unreachable::Unreachable,
    unwritten::Unwritten,
    uploads::Uploads,
    vault_choice::VaultChoice,
    waiting_line::Line,
};

/// Endpoints given by hand when linking: platform, then endpoint name, then URL.
pub type EndpointOverrides = BTreeMap<String, BTreeMap<String, String>>;

/// How to start the practice network as a process of its own; `--data DIR` is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeProgram {
    /// The program.
    pub program: PathBuf,
    /// Its first arguments.
    pub args: Vec<String>,
}

/// What an [`App`] is opened with.
pub struct Options {
    /// The profile folder; made when missing.
    pub folder: PathBuf,
    /// The user's folder for what must not travel with a copied profile.
    pub state_folder: PathBuf,
    /// Where the profile key comes from.
    pub vault: VaultChoice,
    /// Whether a person is there to answer the keychain's prompt.
    pub interactive: bool,
    /// The desktop around the app.
    pub desktop: Arc<dyn Desktop>,
    /// Shows native notifications.
    pub notifier: Arc<dyn Notifier>,
    /// How to start the practice network.
    pub practice: PracticeProgram,
    /// How to start the process that opens pictures.
    pub pictures: PictureProgram,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Sleeps by the wall clock.
    pub timer: Arc<dyn WallTimer>,
}

/// An open profile.
pub struct App {
    pub(crate) folder: PathBuf,
    pub(crate) profile_id: ProfileId,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) timer: Arc<dyn WallTimer>,
    pub(crate) registry: Registry,
    pub(crate) http: net::Client,
    pub(crate) keys: Keys,
    pub(crate) desktop: Arc<dyn Desktop>,
    pub(crate) announcer: Announcer,
    pub(crate) practice: PracticeProgram,
    pub(crate) decoder: Decoder,
    pub(crate) links: Attempts,
    /// Checks of connections.
    pub(crate) examinations: Examinations,
    /// Secrets while they are typed.
    pub(crate) typed: Typed,
    /// One publication at a time per account.
    pub(crate) locks: AccountLocks,
    /// One renewal of tokens at a time per account.
    pub(crate) renewals: AccountLocks,
    /// How long effects have been in doubt.
    pub(crate) doubts: Doubts,
    /// Renewed tokens that could not be written yet.
    pub(crate) unwritten: Unwritten,
    /// What servers want in proofs.
    pub(crate) heard: Heard,
    /// Publications their owner wants out now, whatever the clock says.
    pub(crate) asked_now: Mutex<HashSet<PublicationId>>,
    /// When the accounts of a copy were first read back by this process, on the clock that never jumps.
    pub(crate) first_looked_ms: std::sync::OnceLock<u64>,
    /// Whether the owner knows that the network is gone.
    pub(crate) unreachable: Unreachable,
    /// When each account's last post began.
    pub(crate) pace: Pace,
    /// Looks at what goes out later.
    pub(crate) looks: Looks,
    /// Who waits for a server that is down.
    pub(crate) line: Line,
    /// When limits were looked at for somebody who writes.
    pub(crate) looked: Looked,
    /// Few uploads at once.
    pub(crate) uploads: Uploads,
    /// What was done before posts are due.
    pub(crate) ahead: Ahead,
    /// When the posts of series were last made.
    pub(crate) series_due: SeriesDue,
    /// The turn of the one picture of an account that is seen to.
    pub(crate) avatars: tokio::sync::Mutex<()>,
    /// What is under way beside what anybody waits for.
    pub(crate) beside: Beside,
    pub(crate) wake: Notify,
    pub(crate) progress: broadcast::Sender<Progress>,
    pub(crate) calls: Calls,
    pub(crate) outside: Outside,
    events: broadcast::Sender<Event>,
    running: std::sync::atomic::AtomicBool,
    /// Why nothing is written or published, where that is so.
    pub(crate) unwritable: Option<Unwritable>,
    pub(crate) lock: File,
}

/// Events a slow listener may fall behind before it is told to read everything again.
const EVENTS: usize = 1_024;

impl App {
    /// Opens a profile; refuses one that another process holds. One whose database is damaged or newer is opened for
    /// reading: see [`App::unwritable`].
    pub async fn open(options: Options) -> Result<Arc<Self>, Error> {
        step!("open.folder", prepare_folder(&options.folder))?;
        let lock = lock(&options.folder)?;
        step!("open.exchange", exchange::finish(&options.folder))?;
        let now = options.clock.now();
        let fresh = ProfileId::new(now, options.random.as_ref());
        let path = options.folder.join(DATABASE);
        let lost = store::lost::commits_are_lost(&path);
        let Opened { store, profile, unwritable } = step!("open.store", open_store(&path, fresh, now).await)?;
        let registry = definitions::registry(&store).await;
        let kept = match &unwritable {
            None => Self::kept_budget(&store, now).await?,
            Some(_) => Vec::new(),
        };
        let ledger = Ledger::new(&registry, kept);
        let calls = Calls::start(store.clone(), Arc::clone(&options.clock), ledger);
        let announcer = Announcer::start(store.clone(), options.notifier);
        let http = net::Client::new(Arc::clone(&options.clock), Arc::new(calls.clone()), Arc::clone(&options.random))
            .map_err(|error| Error::internal(error.to_string()))?;
        http.count_into(Arc::new(calls.clone()));
        let outside = Outside::new(&options.state_folder, profile.id);
        let keys = Keys::new(&profile, options.vault, options.interactive);
        let app = Arc::new(Self {
            folder: options.folder,
            profile_id: profile.id,
            store,
            clock: options.clock,
            random: options.random,
            timer: options.timer,
            registry,
            http,
            keys,
            desktop: options.desktop,
            announcer,
            practice: options.practice,
            decoder: Decoder::new(options.pictures),
            links: Attempts::default(),
            examinations: Examinations::default(),
            typed: Typed::default(),
            locks: AccountLocks::default(),
            renewals: AccountLocks::default(),
            doubts: Doubts::default(),
            unwritten: Unwritten::default(),
            heard: Heard::default(),
            asked_now: Mutex::default(),
            first_looked_ms: std::sync::OnceLock::new(),
            unreachable: Unreachable::default(),
            pace: Pace::default(),
            looks: Looks::default(),
            line: Line::default(),
            looked: Looked::default(),
            uploads: Uploads::default(),
            ahead: Ahead::default(),
            series_due: SeriesDue::default(),
            avatars: tokio::sync::Mutex::default(),
            beside: Beside::default(),
            wake: Notify::new(),
            progress: broadcast::channel(EVENTS).0,
            calls,
            outside,
            events: broadcast::channel(EVENTS).0,
            running: std::sync::atomic::AtomicBool::new(false),
            unwritable,
            lock,
        });
        if app.unwritable.is_some() {
            return Ok(app);
        }
        keep::clear(&app.folder.join("media"));
        app.keep_outages().await?;
        app.settle_after_crash(&profile, lost).await?;
        app.follow_zone_data().await?;
        tokio::spawn(Arc::clone(&app).unlock_at_the_start());
        Ok(app)
    }

    async fn unlock_at_the_start(self: Arc<Self>) {
        if let Err(error) = self.unlock().await {
            tracing::warn!(%error, details = error.details, "sealed secrets cannot be opened yet");
        } else if let Err(error) = self.drop_spare_keys().await {
            tracing::warn!(%error, details = error.details, "a key that is not used any more is still kept");
        }
        self.emit(Topic::Settings, None);
    }

    /// Whoever held the profile before is gone: their claims end, and what they may have sent is in doubt
    /// from now on. A restored or copied profile starts paused, and so does one whose last commits are lost: what was sent
    /// since may be among them.
    async fn settle_after_crash(&self, profile: &Profile, lost: bool) -> Result<(), Error> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        step!("open.rescue", queue::rescue(&mut tx, domain::UtcMs::from_millis(i64::MAX), now).await)?;
        step!("open.give_up", store::effect::give_up_open(&mut tx, now).await)?;
        step!("open.settled.commit", tx.commit().await)?;
        if lost {
            tracing::error!("the end of the database's log is damaged: what was written last is lost");
        }
        let copy = origin((profile.generation, profile.mark), self.outside.read()) == Origin::Copy;
        if lost || copy {
            step!("open.copied", self.pause_copied().await)?;
        }
        self.release_the_solved().await
    }

    /// A hold and what solves it are written at different moments by different tasks: a hold whose reason was gone when
    /// the last process ended is taken back here.
    pub(crate) async fn release_the_solved(&self) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        if !store::profile::load(&mut tx).await?.paused {
            self.release_held_in(&mut tx, HeldReason::Paused, None).await?;
        }
        for account in store::account::all(&mut tx).await? {
            if account.state == AccountState::Healthy {
                self.release_held_in(&mut tx, HeldReason::Relink, Some(account.id)).await?;
            }
        }
        step!("open.released.commit", tx.commit().await)?;
        Ok(())
    }

    /// Records that a runner starts on this profile.
    pub(crate) async fn begin_running(&self) -> Result<(), Error> {
        self.raise_generation().await?;
        self.running.store(true, std::sync::atomic::Ordering::Relaxed);
        Ok(())
    }

    async fn raise_generation(&self) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        let profile = store::profile::load(&mut tx).await?;
        // With nothing outside yet, a first start that ends between the two records below would pass for that of a copy.
        if profile.generation == 0
            && self.outside.read().0.is_none()
            && let Err(error) = self.outside.write(profile.generation, profile.mark)
        {
            tracing::warn!(%error, "the profile's generation could not be kept outside the profile");
        }
        let generation = profile.generation + 1;
        step!("generation.inside", store::profile::set_generation(&mut tx, generation).await)?;
        step!("generation.inside.commit", tx.commit().await)?;
        if let Err(error) = step!("generation.outside", self.outside.write(generation, profile.mark)) {
            tracing::warn!(%error, "the profile's generation could not be kept outside the profile");
        }
        Ok(())
    }

    /// Whether a runner was started on this profile by this process.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Writes what is still in memory and closes the database.
    pub async fn close(&self) {
        self.beside.end().await;
        step!("close.notices", self.announcer.flush().await);
        step!("close.calls", self.calls.flush().await);
        // A backup made while the runner ran knows nothing of what it published since: it must not pass for this profile.
        if self.is_running()
            && let Err(error) = self.raise_generation().await
        {
            tracing::warn!(%error, "the profile's generation could not be raised at the end");
        }
        step!("close.store", self.store.close().await);
    }

    /// What changes from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Tells everyone that something changed.
    pub fn emit(&self, topic: Topic, id: Option<String>) {
        // Nobody listening is fine.
        let _ = self.events.send(Event { topic, id });
    }

    /// The profile folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The profile's id.
    #[must_use]
    pub const fn profile_id(&self) -> ProfileId {
        self.profile_id
    }

    /// The version of SQLite linked in.
    #[must_use]
    pub fn sqlite_version(&self) -> &str {
        self.store.sqlite_version()
    }

    /// Syncs of the profile's database so far: each costs what the disk needs for one.
    #[must_use]
    pub fn syncs(&self) -> u64 {
        self.store.syncs()
    }

    /// The platforms this build knows.
    #[must_use]
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The desktop around the app.
    #[must_use]
    pub fn desktop(&self) -> &dyn Desktop {
        self.desktop.as_ref()
    }

    /// The provider of a platform.
    pub(crate) fn provider(&self, platform: &str) -> Result<Arc<dyn Provider>, Error> {
        self.registry.get(platform).cloned().ok_or_else(|| Error::not_found("platform", platform))
    }

    /// One byte of chance.
    pub(crate) fn dice(&self) -> u8 {
        let mut byte = [0_u8];
        self.random.fill(&mut byte);
        byte[0]
    }

    /// Random lower-case hexadecimal text of twice as many characters as bytes asked for.
    pub(crate) fn random_hex<const N: usize>(&self) -> String {
        let mut bytes = [0_u8; N];
        self.random.fill(&mut bytes);
        hex::encode(bytes)
    }

    /// An account as providers know it.
    pub(crate) fn account_ref(account: &Account) -> AccountRef {
        AccountRef {
            id: account.id,
            remote_id: account.remote_id.clone(),
            handle: account.handle.clone(),
            kind: account.kind.clone(),
            endpoints: account.endpoints.clone(),
            facts: account.facts.clone(),
        }
    }
}

/// A database, and what it says of its profile.
struct Opened {
    store: Store,
    profile: Profile,
    unwritable: Option<Unwritable>,
}

async fn open_store(path: &Path, fresh: ProfileId, now: domain::UtcMs) -> Result<Opened, Error> {
    let why = match Store::open(path).await {
        Ok(store) => {
            let mut tx = store.begin().await?;
            let profile = store::profile::load_or_create(&mut tx, fresh, now).await?;
            tx.commit().await?;
            return Ok(Opened { store, profile, unwritable: None });
        }
        Err(error) => Unwritable::of(&error).ok_or(error)?,
    };
    tracing::error!(?why, "the database is only read");
    let store = Store::for_reading(path, why.clone());
    let known = match store.read().await {
        Ok(mut conn) => store::profile::load(&mut conn).await,
        Err(error) => Err(error),
    };
    // Where not even that can be read, the rest of the app still has to say so.
    let profile = known.unwrap_or_else(|_| Profile::new(fresh));
    Ok(Opened { store, profile, unwritable: Some(why) })
}

fn prepare_folder(folder: &Path) -> Result<(), Error> {
    let failed = |error: std::io::Error| {
        Error::new(
            ErrorCode::StorageFailed,
            "The profile folder cannot be made or opened.",
            "Check that the disk is not full and the folder belongs to you.",
        )
        .with_details(error.to_string())
    };
    for part in ["", "media"] {
        paths::create_private(&folder.join(part)).map_err(failed)?;
    }
    // SQLite gives its other files the permissions of this one.
    paths::open_private(&folder.join(DATABASE)).map_err(failed)?;
    Ok(())
}

fn lock(folder: &Path) -> Result<File, Error> {
    let open = paths::open_private(&folder.join("profile.lock"));
    let busy = || {
        Error::new(
            ErrorCode::ProfileBusy,
            "Another Postroom holds this profile.",
            "Use the one that is running, or end it first.",
        )
    };
    let file = open.map_err(|error| {
        Error::new(ErrorCode::StorageFailed, "The profile cannot be locked.", "Check that the folder can be written.")
            .with_details(error.to_string())
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) if cfg!(feature = "break_lock") => Ok(file),
        Err(TryLockError::WouldBlock) => Err(busy()),
        Err(TryLockError::Error(error)) => Err(busy().with_details(error.to_string())),
    }
}
