//! What a trial stands on that begins with accounts linked already: a network of its own and a profile to be copied.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    command::root,
    ctl::{Ctl, list, text},
    judge::{Shown, judge},
    network::Network,
    witness::Tail,
};

/// Kinds of accounts that every proof here goes through: the practice network's, one for each way of settling doubt.
pub const KINDS: [&str; 5] = ["a", "b", "r", "c", "d"];
/// Posts after which fresh accounts are linked: the network counts what each publishes.
const POSTS_MAX: usize = 60;

/// A network and a profile with an account of each kind on it.
pub struct Stand {
    home: PathBuf,
    kinds: Vec<&'static str>,
    /// The network.
    pub network: Network,
    /// Its journal.
    pub tail: Tail,
    template: Ctl,
    /// Accounts of the profile, in the order of the kinds.
    accounts: Vec<String>,
    posts: usize,
    templates: usize,
}

/// What a post is made of.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Parts of the thread, at least one.
    pub parts: usize,
    /// Whether the first has a picture.
    pub picture: bool,
}

/// A publication of a trial.
#[derive(Debug, Clone)]
pub struct Target {
    /// The kind of its account.
    pub kind: String,
    /// Its id.
    pub publication: String,
}

/// A post of a trial, in a profile of its own.
pub struct Posted {
    /// The profile.
    pub ctl: Ctl,
    /// The post's id.
    pub post: String,
    /// The texts of its parts.
    pub parts: Vec<String>,
    /// One an account.
    pub targets: Vec<Target>,
}

impl Stand {
    /// Starts a network below `home` and links an account of each kind.
    pub fn start(home: &Path, kinds: &[&'static str]) -> Result<Self> {
        Self::start_with(home, kinds, Vec::new())
    }

    /// The same with more in the network's environment.
    pub fn start_with(home: &Path, kinds: &[&'static str], environment: Vec<(String, String)>) -> Result<Self> {
        fs::create_dir_all(home)?;
        let network = Network::start_with(home, environment)?;
        let tail = Tail::open(&network.journal())?;
        let template = Ctl::new(&home.join("template-0"))?;
        let (home, kinds) = (home.to_owned(), kinds.to_vec());
        let mut stand =
            Self { home, kinds, network, tail, template, accounts: Vec::new(), posts: POSTS_MAX, templates: 0 };
        stand.link()?;
        Ok(stand)
    }

    /// Links fresh accounts once the others have published as much as they may for a while.
    fn link(&mut self) -> Result<()> {
        if self.posts < POSTS_MAX {
            return Ok(());
        }
        self.templates += 1;
        self.template = Ctl::new(&self.home.join(format!("template-{}", self.templates)))?;
        self.network.serve_profile(self.template.profile())?;
        let name = format!("Robin {}", self.templates);
        let link = |kind: &&'static str| self.template.link_practice(kind, &name);
        self.accounts = self.kinds.iter().map(link).collect::<Result<_>>()?;
        self.posts = 0;
        Ok(())
    }

    /// A fresh profile in `folder` with a post to one account of each of `kinds`, due at once.
    pub fn post(&mut self, folder: &Path, name: &str, kinds: &[&str], shape: &Shape) -> Result<Posted> {
        self.link()?;
        self.posts += 1;
        let ctl = copy(&self.template, folder)?;
        let parts: Vec<_> = (0..shape.parts).map(|part| format!("Trial {name}, part {part}")).collect();
        let mut words = vec!["posts", "create", "--now"];
        for (at, part) in parts.iter().enumerate() {
            words.extend([if at == 0 { "--text" } else { "--thread-part" }, part]);
        }
        let chosen = self.kinds.iter().zip(&self.accounts).filter(|(kind, _)| kinds.contains(kind));
        let accounts: Vec<_> = chosen.map(|(kind, account)| (account.clone(), (*kind).to_owned())).collect();
        words.extend(accounts.iter().flat_map(|(account, _)| ["--to", account]));
        let media = shape.picture.then(|| format!("{}::An icon", root().join("icons/128x128.png").display()));
        words.extend(media.iter().flat_map(|media| ["--media", media]));
        let post = ctl.json(&words)?;
        let target = |publication: &Value| {
            let account = text(publication, "/account")?;
            let kind = accounts.iter().find(|(id, _)| *id == account).context("another account")?.1.clone();
            Ok(Target { kind, publication: text(publication, "/id")? })
        };
        let targets: Vec<_> = list(&post, "/publications")?.iter().map(target).collect::<Result<_>>()?;
        ensure!(targets.len() == kinds.len(), "one publication an account: {post}");
        Ok(Posted { ctl, post: text(&post, "/id")?, parts, targets })
    }
}

/// What a post came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Publications that are live whole.
    pub published: usize,
    /// Publications whose owner is asked.
    pub asked: usize,
    /// What is wrong.
    pub wrong: Vec<String>,
}

impl Posted {
    /// Judges every publication at rest by what a network's journal says. Blind accounts may be asked about where one of
    /// their effects was sent and never answered.
    pub fn judge(&self, tail: &mut Tail) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let all = self.ctl.json(&["publications", "list"])?;
        tail.seen()?;
        for target in &self.targets {
            let view = list(&all, "")?.iter().find(|view| view["id"] == *target.publication);
            let view = view.context("a publication is gone")?;
            let blind = (target.kind == "d").then(|| self.ctl.publication(&target.publication)).transpose()?;
            let shown = Shown {
                kind: target.kind.clone(),
                parts: self.parts.clone(),
                parts_done: usize::try_from(view["parts_done"].as_u64().unwrap_or_default())?,
                state: text(view, "/state")?,
                reason: text(view, "/reason")?,
                doubted: blind.as_ref().map(is_undecided).transpose()?.unwrap_or_default(),
            };
            let posts = tail.known();
            let taken = |text: &str| posts.iter().filter(|post| post.kind == target.kind && post.text == text).count();
            outcome.wrong.extend(judge(&shown, taken).iter().map(ToString::to_string));
            outcome.wrong.extend(blind.map(|blind| resent(target, &blind)).transpose()?.flatten());
            let asked = shown.state == "needs_decision";
            outcome.asked += usize::from(asked);
            outcome.published += usize::from(!asked);
        }
        Ok(outcome)
    }
}

fn is_undecided(shown: &Value) -> Result<bool> {
    Ok(list(shown, "/effects")?.iter().any(|effect| effect["state"] == "undecided"))
}

/// A blind account's effect that was sent again by itself, though nobody knew that the first try did nothing: its owner
/// should have been asked.
fn resent(target: &Target, shown: &Value) -> Result<Option<String>> {
    let lines = list(shown, "/journal")?;
    let mut parts: Vec<_> = lines.iter().filter(|line| line["event"] == "intent").map(|line| &line["part"]).collect();
    let sent = parts.len();
    parts.dedup();
    let known = lines.iter().any(|line| line["event"] == "refused" || line["event"] == "retry_planned");
    let again = parts.len() < sent && !known;
    Ok(again.then(|| format!("owner not asked: {} was sent again", target.publication)))
}

/// A copy of a profile with everything its user keeps, in an empty folder.
pub fn copy(ctl: &Ctl, folder: &Path) -> Result<Ctl> {
    copy_tree(ctl.home(), folder)?;
    Ok(ctl.at(folder))
}

/// Copies a folder with everything in it; links stay links.
pub fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_symlink() {
            symlink(fs::read_link(entry.path())?, target)?;
        } else if kind.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
