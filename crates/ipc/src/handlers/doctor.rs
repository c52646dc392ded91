//! Checking connections.

use std::sync::Arc;

use app::{
    App, Error,
    doctor::{Check, Examination, Examined, Request, Standing, Target},
};

use super::id;
use crate::wire::{ById, DoctorReport, DoctorStart, DoctorState, DoctorView, ExaminedView, FactView, HopView, Paths};

pub(crate) async fn doctor_start(app: &Arc<App>, asked: DoctorStart) -> Result<DoctorView, Error> {
    let target = match (asked.account, asked.platform) {
        (Some(account), _) => Target::Account(id(&account)?),
        (None, Some(platform)) => Target::Platform(platform),
        (None, None) => Target::Everything,
    };
    let (instance, endpoints) = (asked.instance, asked.endpoints);
    app.examine(Request { target, instance, endpoints, ..Request::default() }).await.map(view)
}

pub(crate) async fn doctor_status(app: &Arc<App>, asked: ById) -> Result<DoctorView, Error> {
    app.examination(&asked.id).map(view)
}

pub(crate) async fn doctor_cancel(app: &Arc<App>, asked: ById) -> Result<DoctorView, Error> {
    app.cancel_examination(&asked.id).map(view)
}

pub(crate) async fn doctor_report(app: &Arc<App>, asked: ById) -> Result<DoctorReport, Error> {
    Ok(DoctorReport { text: app.examination(&asked.id)?.to_text() })
}

pub(crate) async fn doctor_save(app: &Arc<App>, asked: ById) -> Result<Paths, Error> {
    let file = app.save_examination(&asked.id).await?;
    Ok(Paths { paths: file.map(|file| file.to_string_lossy().into_owned()).into_iter().collect() })
}

fn view(known: Examination) -> DoctorView {
    DoctorView {
        id: known.id,
        state: match known.standing {
            Standing::Running => DoctorState::Running,
            Standing::Done => DoctorState::Done,
            Standing::Cancelled => DoctorState::Cancelled,
        },
        at: known.at.to_rfc3339(),
        examined: known.examined.into_iter().map(examined).collect(),
    }
}

fn examined(known: Examined) -> ExaminedView {
    ExaminedView {
        broken: known.broken().map(|check| check.hop),
        platform: known.platform,
        account: known.account.map(|account| account.to_string()),
        handle: known.handle,
        server: known.server,
        trying: known.trying,
        hops: known.checks.into_iter().map(hop).collect(),
    }
}

fn hop(check: Check) -> HopView {
    HopView {
        hop: check.hop,
        state: check.state,
        diagnosis: check.diagnosis,
        remedy: check.diagnosis.map(domain::doctor::Diagnosis::remedy),
        means: check.means,
        fix: check.fix,
        seen: check.seen.into_iter().map(|seen| FactView { name: seen.name.to_owned(), value: seen.value }).collect(),
    }
}
