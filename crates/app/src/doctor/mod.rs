//! The connection doctor: tries everything between this computer and an account hop by hop, and names the first that is
//! broken with what mends it.
//!
//! It sends harmless reads only and changes nothing, but for what any call does: access that has to be renewed is
//! renewed, and the new pair kept before it is used. Every hop has a time limit, and so has the whole.

mod access;
mod consent;
mod found;
mod patient;
mod report;
mod round;
mod way;
mod words;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use domain::{AccountId, ErrorCode};
use tokio_util::sync::CancellationToken;

use self::{patient::Patient, round::Round};
pub use crate::examinations::{Check, Examination, Examined, Seen, Standing};
use crate::{App, Error, event::Topic};

/// What a report is called unless somebody says otherwise.
const REPORT: &str = "postroom-connections.txt";
/// The longest a whole check may take.
const WHOLE: Duration = Duration::from_mins(5);

/// Who is to be examined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Target {
    /// Every linked account; this computer alone where there is none.
    #[default]
    Everything,
    /// One account.
    Account(AccountId),
    /// A platform, by its short name: its accounts, or what linking there takes.
    Platform(String),
}

/// What a check starts from.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who is to be examined.
    pub target: Target,
    /// Server address, for a platform that asks for one.
    pub instance: Option<String>,
    /// Endpoints given by hand, for a platform without accounts.
    pub endpoints: BTreeMap<String, String>,
    /// The longest one server may take to answer, in milliseconds; 10,000 by default, at most 30,000.
    pub answer_ms: u64,
}

impl Default for Request {
    fn default() -> Self {
        Self { target: Target::default(), instance: None, endpoints: BTreeMap::new(), answer_ms: 10_000 }
    }
}

const ANSWER_MAX_MS: u64 = 30_000;

impl App {
    /// Starts a check; how far it is is asked for with [`App::examination`], and told as [`Topic::Doctor`].
    pub async fn examine(self: &Arc<Self>, request: Request) -> Result<Examination, Error> {
        let answer_ms = request.answer_ms.min(ANSWER_MAX_MS);
        let patients = self.patients(&request).await?;
        let begun = Examination {
            id: self.random_hex::<16>(),
            standing: Standing::Running,
            at: self.clock.now(),
            examined: patients.iter().map(Patient::begun).collect(),
        };
        let cancel = CancellationToken::new();
        self.examinations.add(begun.clone(), cancel.clone())?;
        let (app, id) = (Arc::clone(self), begun.id.clone());
        self.beside.run(async move {
            let work = app.examine_each(&id, patients, answer_ms);
            let standing = tokio::select! {
                biased;
                () = cancel.cancelled() => Standing::Cancelled,
                ended = tokio::time::timeout(WHOLE, work) => {
                    if ended.is_ok() { Standing::Done } else { Standing::Cancelled }
                }
            };
            app.end_examination(&id, standing);
        });
        Ok(begun)
    }

    /// How far a check has come.
    pub fn examination(&self, id: &str) -> Result<Examination, Error> {
        Ok(self.examinations.get(id)?.0)
    }

    /// Writes a check as text to a file that its owner chooses, in place of one that is there; where that is, `None` when
    /// they chose none.
    pub async fn save_examination(&self, id: &str) -> Result<Option<PathBuf>, Error> {
        let text = self.examination(id)?.to_text();
        let Some(file) = self.desktop.save_file(REPORT).await else { return Ok(None) };
        match tokio::fs::write(&file, text).await {
            Ok(()) => Ok(Some(file)),
            Err(error) => {
                let message = "The report could not be written there.";
                let action = "Choose another folder, or copy the report instead.";
                Err(Error::new(ErrorCode::StorageFailed, message, action).with_details(error.to_string()))
            }
        }
    }

    /// Ends a check; what was found stays.
    pub fn cancel_examination(&self, id: &str) -> Result<Examination, Error> {
        let (known, cancel) = self.examinations.get(id)?;
        cancel.cancel();
        if known.standing == Standing::Running {
            self.end_examination(id, Standing::Cancelled);
        }
        self.examination(id)
    }

    async fn examine_each(self: &Arc<Self>, id: &str, patients: Vec<Patient>, answer_ms: u64) {
        for (at, patient) in patients.into_iter().enumerate() {
            let mut round = Round::new(Arc::clone(self), patient, answer_ms);
            while let Some(hop) = round.next() {
                self.note(id, at, |examined| examined.trying = Some(hop));
                let check = round.try_hop(hop).await;
                self.note(id, at, |examined| {
                    examined.trying = None;
                    examined.checks.push(check);
                });
            }
        }
    }

    fn note(&self, id: &str, at: usize, change: impl FnOnce(&mut Examined)) {
        self.examinations.change(id, |known| {
            // What was ended stays as it was told.
            if known.standing == Standing::Running {
                known.examined.get_mut(at).map(change);
            }
        });
        self.emit(Topic::Doctor, Some(id.to_owned()));
    }

    /// Whatever was not tried is said to be so.
    fn end_examination(&self, id: &str, standing: Standing) {
        self.examinations.change(id, |known| {
            if known.standing == Standing::Running {
                known.standing = standing;
                known.examined.iter_mut().for_each(round::fill_up);
            }
        });
        self.emit(Topic::Doctor, Some(id.to_owned()));
    }
}
