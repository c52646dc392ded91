//! `doctor`: starts a check, says of each hop what came of it, and ends badly where one is broken.

use std::{
    future::Future,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};

use domain::ErrorCode;
use ipc::wire::{ById, DoctorReport, DoctorStart, DoctorState, DoctorView, Failure, Nothing, PlatformView};

use super::naming;
use crate::{answer::Answer, backend::ask, render, shell::Shell, trouble::Trouble};

/// How often a check is asked about.
const LOOK: Duration = Duration::from_millis(200);

/// Checks what was named, or everything. `end` is the wish to give up: what was found until then is still said. The report
/// is written to `out`, where that is named.
pub async fn run(
    target: Option<String>,
    out: Option<PathBuf>,
    shell: &Shell<'_>,
    end: impl Future<Output = ()>,
) -> Result<Answer, Trouble> {
    let mut end = pin!(end);
    let start = start(target, shell).await?;
    let mut check = ask::<DoctorView>(shell.backend, "doctor_start", start).await?;
    let mut said = Said::default();
    let mut looks = tokio::time::interval(LOOK);
    loop {
        said.say(shell, &check.view)?;
        if check.view.state != DoctorState::Running {
            let text = render::verdict(&check.view);
            let answer = Answer::new(check.json, text).but(trouble(&check.view));
            let Some(file) = out else { return Ok(answer) };
            write(&file, check.view.id, shell).await?;
            return Ok(answer.hint(format!("The report is in {}.", file.display())));
        }
        let id = ById { id: check.view.id.clone() };
        tokio::select! {
            () = &mut end => check = ask::<DoctorView>(shell.backend, "doctor_cancel", id).await?,
            _ = looks.tick() => check = ask::<DoctorView>(shell.backend, "doctor_status", id).await?,
        }
    }
}

/// Writes a check as text.
async fn write(file: &Path, id: String, shell: &Shell<'_>) -> Result<(), Trouble> {
    let report = ask::<DoctorReport>(shell.backend, "doctor_report", ById { id }).await?.view;
    std::fs::write(file, report.text).map_err(|error| {
        let message = format!("{} cannot be written: {error}.", file.display());
        Trouble::new(ErrorCode::StorageFailed, message, "Name a file in a folder of yours.")
    })
}

/// A platform by its short name, else an account by what people call it.
async fn start(target: Option<String>, shell: &Shell<'_>) -> Result<DoctorStart, Trouble> {
    let Some(target) = target else { return Ok(DoctorStart::default()) };
    let known = ask::<Vec<PlatformView>>(shell.backend, "platforms_list", Nothing {}).await?.view;
    if known.iter().any(|view| view.id == target) {
        let endpoints = shell.overrides.of(&target, &known)?;
        return Ok(DoctorStart { platform: Some(target), endpoints, ..DoctorStart::default() });
    }
    let account = Some(naming::account(shell, &target).await?);
    Ok(DoctorStart { account, ..DoctorStart::default() })
}

/// The first broken hop of all, as the failure that the verb ends with.
fn trouble(view: &DoctorView) -> Option<Trouble> {
    let broken = view.examined.iter().flat_map(|one| &one.hops).find(|hop| hop.diagnosis.is_some());
    if let Some((hop, diagnosis)) = broken.and_then(|hop| Some((hop, hop.diagnosis?))) {
        let (message, action) = (hop.means.clone(), hop.fix.clone());
        let failure = Failure { code: diagnosis.code(), message, action, details: String::new(), findings: Vec::new() };
        return Some(failure.into());
    }
    let cancelled = view.state == DoctorState::Cancelled;
    let message = "The check was ended before everything was tried.";
    cancelled.then(|| Trouble::new(ErrorCode::LinkCancelled, message, "Run it again."))
}

/// What people were told already: hops are said as they are tried.
#[derive(Default)]
struct Said {
    examined: usize,
    /// Whether it was said who is examined.
    named: bool,
    hops: usize,
}

impl Said {
    fn say(&mut self, shell: &Shell<'_>, view: &DoctorView) -> Result<(), Trouble> {
        if shell.console.json {
            return Ok(());
        }
        while let Some(one) = view.examined.get(self.examined) {
            if !self.named && (one.trying.is_some() || !one.hops.is_empty()) {
                print(shell, &render::examined(one))?;
                self.named = true;
            }
            for hop in one.hops.iter().skip(self.hops) {
                print(shell, &render::hop(hop))?;
            }
            self.hops = one.hops.len();
            let later =
                view.examined.get(self.examined + 1).is_some_and(|next| next.trying.is_some() || !next.hops.is_empty());
            if !later && view.state == DoctorState::Running {
                break;
            }
            *self = Self { examined: self.examined + 1, ..Self::default() };
        }
        Ok(())
    }
}

fn print(shell: &Shell<'_>, line: &str) -> Result<(), Trouble> {
    shell.console.entry(&(), line).map_err(|error| {
        let message = format!("Standard output cannot be written: {error}.");
        Trouble::new(ErrorCode::StorageFailed, message, "Make room, or print somewhere else.")
    })
}

#[cfg(test)]
#[path = "doctor_tests.rs"]
mod tests;
