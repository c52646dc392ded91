//! A profile in which everything is due, and the practice network its accounts live on: made once, copied for every
//! trial. A copy has folders, a network process and a synced journal of its own, so nothing of one trial is in another.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Child,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    command::root,
    ctl::Ctl,
    folder::copy_folder,
    ledger::{Entry, Reader},
    network::Network,
};

/// Kinds of practice accounts that are posted to.
pub const KINDS: [&str; 5] = ["a", "b", "r", "c", "d"];
/// Late posts go out together, and however late: what is tested is neither spacing nor grace.
const SETTINGS: [(&str, &str); 2] = [("spacing_s", "0"), ("grace_min", "1440")];
/// How often a network is started until it has the port that its accounts know.
const STARTS: usize = 40;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Accounts of each kind.
    pub accounts: usize,
    /// Parts of each post; every post goes to every account.
    pub posts: &'static [usize],
    /// Whether the last post has a picture.
    pub picture: bool,
}

/// The shapes there are, each with 30 publications; which one a trial has is its seed's to say.
pub const SHAPES: [Shape; 4] = [
    Shape { accounts: 2, posts: &[1, 2, 1], picture: false },
    Shape { accounts: 1, posts: &[1, 3, 1, 1, 2, 1], picture: false },
    Shape { accounts: 3, posts: &[1, 1], picture: false },
    Shape { accounts: 2, posts: &[2, 1, 1], picture: true },
];

/// A profile with everything due, to be copied.
pub struct Site {
    home: PathBuf,
    ctl: Ctl,
    url: String,
    /// Publications due.
    pub due: usize,
    /// How long a run that nobody disturbs takes until it tells of something that it does.
    pub start: Duration,
    /// How long it works from then on.
    pub work: Duration,
}

impl Site {
    /// Makes one below `home`, and lets a copy of it go out undisturbed.
    pub fn make(home: &Path, program: &Path, reader: &Reader, shape: &Shape) -> Result<Self> {
        let template = home.join("site");
        let ctl = Ctl::with_program(program, &template)?;
        let network = Network::start(&template)?;
        network.serve_profile(ctl.profile())?;
        let mut to = Vec::new();
        for kind in KINDS {
            for number in 0..shape.accounts {
                to.extend(["--to".to_owned(), ctl.link_practice(kind, &format!("{kind}{number}"))?]);
            }
        }
        reader.set(ctl.profile(), &SETTINGS)?;
        for (number, parts) in shape.posts.iter().enumerate() {
            let mut words = [&["posts".to_owned(), "create".to_owned(), "--now".to_owned()], to.as_slice()].concat();
            words.extend(["--text".to_owned(), format!("Post {number}, part 0")]);
            words.extend(
                (1..*parts).flat_map(|part| ["--thread-part".to_owned(), format!("Post {number}, part {part}")]),
            );
            if shape.picture && number + 1 == shape.posts.len() {
                words
                    .extend(["--media".to_owned(), format!("{}::An icon", root().join("icons/128x128.png").display())]);
            }
            ctl.json(&words.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        let (url, due) = (network.url.clone(), reader.read(ctl.profile())?.len());
        ensure!(due == to.len() / 2 * shape.posts.len() && due >= 20, "only {due} publications are due");
        drop(network);
        let mut site = Self { home: template, ctl, url, due, start: Duration::ZERO, work: Duration::ZERO };
        (site.start, site.work) = site.undisturbed(&home.join("calm"), reader)?;
        Ok(site)
    }

    fn undisturbed(&self, home: &Path, reader: &Reader) -> Result<(Duration, Duration)> {
        let scene = self.copy(home)?;
        let began = Instant::now();
        let mut runner = scene.ctl.start_runner()?;
        scene.await_work(&mut runner, 0)?;
        let start = began.elapsed();
        ensure!(runner.wait()?.success(), "an undisturbed run failed");
        let work = began.elapsed().saturating_sub(start);
        let entries = reader.read(scene.ctl.profile())?;
        let unsent = entries.iter().find(|entry| entry.state != "published");
        ensure!(unsent.is_none(), "undisturbed, and yet {unsent:?}");
        let accepted = scene.accepted()?.len();
        ensure!(accepted == entries.iter().map(|entry| entry.parts.len()).sum::<usize>(), "{accepted} accepted");
        drop(scene);
        fs::remove_dir_all(home)?;
        Ok((start, work))
    }

    /// A copy of it in an empty folder, its network running.
    pub fn copy(&self, home: &Path) -> Result<Scene> {
        copy_folder(&self.home, home)?;
        let ctl = self.ctl.at(home);
        for _ in 0..STARTS {
            let network = Network::start(home)?;
            if network.url == self.url {
                network.serve_profile(ctl.profile())?;
                return Ok(Scene { ctl, network });
            }
            // Somebody's connection has the port for a moment; the network remembers the one it got instead.
            drop(network);
            fs::copy(self.home.join("network/port"), home.join("network/port"))?;
            std::thread::sleep(Duration::from_millis(250));
        }
        anyhow::bail!("the network did not get its port {} again", self.url)
    }
}

/// A copy of a site in use.
pub struct Scene {
    /// The profile.
    pub ctl: Ctl,
    network: Network,
}

impl Scene {
    /// Bytes that runners have told by now.
    pub fn told(&self) -> u64 {
        fs::metadata(self.ctl.home().join("runner.out")).map_or(0, |told| told.len())
    }

    /// Waits until a runner tells more than that, or ends.
    pub fn await_work(&self, runner: &mut Child, told: u64) -> Result<()> {
        while self.told() <= told && runner.try_wait()?.is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Everything accepted by now, as the network's journal has it.
    pub fn accepted(&self) -> Result<Vec<Taken>> {
        let text = fs::read_to_string(self.network.journal())?;
        let mut accepted = Vec::new();
        // A last line that is not whole yet was not synced, and so nobody heard of it.
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let line: Value = serde_json::from_str(line)?;
            if line["event"] == "post_accepted" {
                let word = |name: &str| line[name].as_str().map(str::to_owned).context("a post without its words");
                accepted.push(Taken { account: word("account")?, kind: word("kind")?, text: word("text")? });
            }
        }
        Ok(accepted)
    }
}

/// A post that the network accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The account's id there.
    pub account: String,
    /// The kind of account.
    pub kind: String,
    /// Its text.
    pub text: String,
}

impl Taken {
    /// How often a part of a publication was accepted.
    pub fn times(accepted: &[Self], entry: &Entry, text: &str) -> usize {
        accepted.iter().filter(|post| post.account == entry.account && post.text == text).count()
    }
}
