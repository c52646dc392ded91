//! One trial: a fresh profile, one post to every kind of account, kills at chosen moments, restarts until idle.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::Child,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    command::root,
    ctl::{Ctl, list, text},
    folder::copy_folder,
    ground::Ground,
    judge::{Shown, Wrong, judge},
    plan::{Aim, Plan},
    witness::Accepted,
};

/// Longest a kill waits for its moment; proving absence on Bluesky takes 21 s.
const MOMENT_LIMIT: Duration = Duration::from_mins(1);

/// What came of a trial.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Kills that hit a living runner.
    pub kills: usize,
    /// Those of them that fell between a server's acceptance and the app's record of it.
    pub in_window: usize,
    /// The same by kind; one kill may hit the window of several.
    pub window_by_kind: BTreeMap<String, usize>,
    /// Kills that left an effect in doubt, by kind.
    pub doubted_by_kind: BTreeMap<String, usize>,
    /// Publications published, by kind.
    pub published: BTreeMap<String, usize>,
    /// Publications put before their owner, by kind.
    pub asked: BTreeMap<String, usize>,
    /// Parts accepted by a server.
    pub accepted: usize,
    /// Replies to a post that were lost on the way.
    pub replies_lost: usize,
    /// What is wrong.
    pub wrong: Vec<Wrong>,
}

impl Outcome {
    /// The figures, to be added up over trials.
    pub fn figures(&self) -> Value {
        let Self { kills, in_window, published, asked, accepted, replies_lost, wrong, .. } = self;
        let wrong = |fits: fn(&Wrong) -> bool| wrong.iter().filter(|wrong| fits(wrong)).count();
        let kinds: BTreeMap<_, _> = (published.keys().chain(asked.keys()))
            .map(|kind| {
                let of = |counts: &BTreeMap<String, usize>| counts.get(kind).copied().unwrap_or_default();
                let figures = json!({
                    "publications": of(published) + of(asked),
                    "published": of(published),
                    "needs_decision": of(asked),
                    "kills_leaving_doubt": of(&self.doubted_by_kind),
                    "kills_after_acceptance_before_our_record": of(&self.window_by_kind),
                    "doubled": self.doubled_on(kind),
                });
                (kind, figures)
            })
            .collect();
        json!({
            "kills": kills,
            "kills_after_acceptance_before_our_record": in_window,
            "parts_accepted": accepted,
            "replies_lost": replies_lost,
            "lost": wrong(|wrong| matches!(wrong, Wrong::Lost(_))),
            "doubled": wrong(|wrong| matches!(wrong, Wrong::Doubled(_))),
            "doubtful_not_asked": wrong(|wrong| matches!(wrong, Wrong::NotAsked(_))),
            "by_kind": kinds,
        })
    }

    /// Texts accepted more than once on a kind of account.
    fn doubled_on(&self, kind: &str) -> usize {
        let of = |wrong: &&Wrong| matches!(wrong, Wrong::Doubled(what) if what.starts_with(&format!("{kind}: ")));
        self.wrong.iter().filter(of).count()
    }
}

/// A publication of the trial.
struct Target {
    kind: String,
    publication: String,
    doubted: bool,
}

struct Trial<'a, 'b> {
    plan: &'a Plan,
    ground: &'a mut Ground<'b>,
    ctl: Ctl,
    targets: Vec<Target>,
    outcome: Outcome,
}

/// Runs a trial in an empty folder. `settle` answers what the owner is asked, by the witness, and goes on to the end.
pub fn run(ground: &mut Ground<'_>, plan: &Plan, program: &Path, home: &Path, settle: bool) -> Result<Outcome> {
    let ctl = Ctl::with_program(program, home)?;
    ground.prepare(&ctl)?;
    ground.lose_replies(&plan.lost);
    let mut trial = Trial { plan, ground, ctl, targets: Vec::new(), outcome: Outcome::default() };
    trial.write()?;
    for (number, aim) in plan.aims.iter().enumerate() {
        if !trial.kill(aim, &home.join(format!("look-{number}")))? {
            break;
        }
    }
    trial.ctl.run_until_idle()?;
    trial.judge(true)?;
    if settle {
        trial.settle()?;
    }
    trial.outcome.replies_lost = trial.ground.replies_lost();
    Ok(trial.outcome)
}

impl Trial<'_, '_> {
    /// Links the accounts and writes the post, due at once.
    fn write(&mut self) -> Result<()> {
        let mut words = vec!["posts".to_owned(), "create".to_owned(), "--now".to_owned()];
        let mut kinds = BTreeMap::new();
        for kind in &self.plan.kinds {
            let account = self.ground.link(&self.ctl, kind, &self.plan.name)?;
            words.extend(["--to".to_owned(), account.clone()]);
            kinds.insert(account, kind.clone());
        }
        let mut parts = self.plan.parts.iter();
        words.extend(["--text".to_owned(), parts.next().context("no part")?.clone()]);
        words.extend(parts.flat_map(|part| ["--thread-part".to_owned(), part.clone()]));
        if self.plan.picture {
            words.extend(["--media".to_owned(), format!("{}::An icon", root().join("icons/128x128.png").display())]);
        }
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let post = self.ctl.json(&words)?;
        for publication in list(&post, "/publications")? {
            let kind = kinds.get(&text(publication, "/account")?).context("another account")?.clone();
            self.targets.push(Target { kind, publication: text(publication, "/id")?, doubted: false });
        }
        ensure!(self.targets.len() == self.plan.kinds.len(), "one publication an account: {post}");
        Ok(())
    }

    /// Starts a runner and kills it at the moment aimed at; false when it came to its end before.
    fn kill(&mut self, aim: &Aim, look: &Path) -> Result<bool> {
        let before = self.ground.read()?;
        let mut runner = self.ctl.start_runner()?;
        let moment = match aim {
            Aim::After(time) => {
                wait_out(&mut runner, *time)?;
                self.ground.read()?;
                Some(())
            }
            Aim::Seen(kind, part) => self.await_acceptance(&mut runner, kind, *part)?,
        };
        let alive = runner.try_wait()?.is_none();
        runner.kill()?;
        runner.wait()?;
        if !alive || moment.is_none() {
            return Ok(false);
        }
        self.outcome.kills += 1;
        self.look(look, &before)?;
        Ok(true)
    }

    /// Waits for the acceptance of the part aimed at, or of the next one not accepted yet.
    fn await_acceptance(&mut self, runner: &mut Child, kind: &str, part: usize) -> Result<Option<()>> {
        let all: Vec<_> =
            (self.plan.kinds.iter()).flat_map(|kind| self.plan.parts.iter().map(move |text| (kind, text))).collect();
        let wanted = self.plan.parts.get(part).map(String::as_str).unwrap_or_default();
        let at = all.iter().position(|(known, text)| *known == kind && *text == wanted).unwrap_or_default();
        for (kind, text) in all.iter().cycle().skip(at).take(all.len()) {
            if self.ground.accepted(kind, text)? == 0 {
                let ended = || runner.try_wait().is_ok_and(|status| status.is_some());
                let seen = self.ground.tail(kind)?.wait(kind, text, MOMENT_LIMIT, ended)?;
                return Ok(seen.then_some(()));
            }
        }
        Ok(None)
    }

    /// Looks at a copy of the database as the kill left it, and counts what was in the window: accepted in the run that
    /// was killed, and not recorded by it.
    fn look(&mut self, folder: &Path, before: &[Accepted]) -> Result<()> {
        // Only what had been accepted when the kill was sent may count: nothing is read from here on.
        let mut known = self.ground.known();
        known.retain(|post| !before.contains(post));
        let copy = copy_profile(&self.ctl, folder)?;
        let views = views(&copy)?;
        let mut hit = false;
        for target in &mut self.targets {
            let view = views.get(&target.publication).context("a publication is gone")?;
            let live = |text: &&String| known.iter().any(|post| post.kind == target.kind && post.text == **text);
            if self.plan.parts.iter().skip(number(view, "/parts_done")?).any(|text| live(&text)) {
                hit = true;
                *self.outcome.window_by_kind.entry(target.kind.clone()).or_default() += 1;
            }
            // Elsewhere nothing is under way, and so nothing in doubt.
            let moving = matches!(text(view, "/state")?.as_str(), "publishing" | "unconfirmed");
            if moving && is_open(&copy.publication(&target.publication)?)? {
                target.doubted = true;
                *self.outcome.doubted_by_kind.entry(target.kind.clone()).or_default() += 1;
            }
        }
        self.outcome.in_window += usize::from(hit);
        fs::remove_dir_all(folder)?;
        Ok(())
    }

    /// Judges every publication at rest.
    fn judge(&mut self, first: bool) -> Result<()> {
        let views = views(&self.ctl)?;
        for target in &self.targets {
            let view = views.get(&target.publication).context("a publication is gone")?;
            let shown = Shown {
                kind: target.kind.clone(),
                parts: self.plan.parts.clone(),
                parts_done: number(view, "/parts_done")?,
                state: text(view, "/state")?,
                reason: text(view, "/reason")?,
                doubted: target.doubted,
            };
            let mut counts = BTreeMap::new();
            for part in &self.plan.parts {
                counts.insert(part.clone(), self.ground.accepted(&target.kind, part)?);
            }
            let found = judge(&shown, |text| counts.get(text).copied().unwrap_or_default());
            self.outcome.wrong.extend(found);
            if first {
                let tally =
                    if shown.state == "needs_decision" { &mut self.outcome.asked } else { &mut self.outcome.published };
                *tally.entry(shown.kind).or_default() += 1;
                self.outcome.accepted += counts.values().sum::<usize>();
            }
        }
        Ok(())
    }

    /// Answers what is asked as a person who looked would, until everything is live; then judges again.
    fn settle(&mut self) -> Result<()> {
        for _ in 0..=self.plan.parts.len() {
            let views = views(&self.ctl)?;
            let mut answered = false;
            for target in &mut self.targets {
                let view = views.get(&target.publication).context("a publication is gone")?;
                if view["state"] == "needs_decision" {
                    let part = self.plan.parts.get(number(view, "/parts_done")?).context("no such part")?;
                    let live = self.ground.accepted(&target.kind, part)? > 0;
                    let verdict = if live { "--live" } else { "--not-live" };
                    self.ctl.json(&["publications", "decide", &target.publication, verdict])?;
                    (target.doubted, answered) = (false, true);
                }
            }
            if !answered {
                break;
            }
            self.ctl.run_until_idle()?;
        }
        self.judge(false)
    }
}

/// All publications by id, as the app lists them.
fn views(ctl: &Ctl) -> Result<BTreeMap<String, Value>> {
    let all = ctl.json(&["publications", "list"])?;
    list(&all, "")?.iter().map(|view| Ok((text(view, "/id")?, view.clone()))).collect()
}

/// Whether an effect was under way.
fn is_open(shown: &Value) -> Result<bool> {
    Ok(list(shown, "/effects")?.iter().any(|effect| effect["state"] == "open"))
}

/// Lets a time pass, less where the runner ends before.
fn wait_out(runner: &mut Child, time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    while Instant::now() < end && runner.try_wait()?.is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Database and generation record, copied: looking must not be what settles a crash.
fn copy_profile(ctl: &Ctl, folder: &Path) -> Result<Ctl> {
    let copy = ctl.at(folder);
    fs::create_dir_all(copy.profile())?;
    for name in ["postroom.db", "postroom.db-wal"] {
        let from = ctl.profile().join(name);
        if from.exists() {
            fs::copy(from, copy.profile().join(name))?;
        }
    }
    copy_folder(&ctl.home().join("state"), &folder.join("state"))?;
    Ok(copy)
}

fn number(value: &Value, pointer: &str) -> Result<usize> {
    let found =
        value.pointer(pointer).and_then(Value::as_u64).with_context(|| format!("no number at {pointer} in {value}"))?;
    Ok(usize::try_from(found)?)
}
