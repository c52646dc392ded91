//! Every fault at every step for every class: nothing lost, nothing doubled, nothing sent before the time a server named,
//! and no answer listened to for longer than 30 s.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::{
    cell::{self, Outcome},
    faults::{Fault, Step},
    figures::Asked,
};

/// Worlds that run beside each other: most of what each does is waiting.
const AT_ONCE: usize = 8;
/// How long an answer may be listened to. Calls end a second earlier: that is for the machine.
const CUT_MAX_MS: u64 = 30_000;

/// Every fault at every step; for the short form each fault at one step, all steps among them, and a 429 also where
/// something is in doubt, which waits by rules of its own.
fn chosen(all: bool) -> Vec<(Fault, Step)> {
    let cells = Fault::ALL.into_iter().flat_map(|fault| Step::ALL.map(|step| (fault, step)));
    let short = Fault::ALL.into_iter().zip(Step::ALL.into_iter().cycle());
    let short = short.map(|(fault, step)| (fault, telling(fault, step))).chain([(Fault::Limited, Step::ReadBack)]);
    if all { cells.collect() } else { short.collect() }
}

/// The step at which a fault tells most in the short form.
const fn telling(fault: Fault, step: Step) -> Step {
    match fault {
        Fault::DropAfterSend | Fault::LateAcceptance | Fault::Limited | Fault::WrongLength => Step::Publish,
        _ => step,
    }
}

fn summed(outcomes: &[&Outcome]) -> Value {
    let count = |fits: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| fits(outcome)).count();
    let mut states = BTreeMap::new();
    for outcome in outcomes {
        *states.entry(outcome.state.as_str()).or_insert(0) += 1;
    }
    json!({
        "cells": outcomes.len(),
        "fault_met": count(&|outcome| outcome.met > 0),
        "ended": states,
        "lost": count(&Outcome::lost),
        "doubled": count(&Outcome::doubled),
        "calls_before_the_time_named": outcomes.iter().map(|outcome| outcome.early).sum::<u32>(),
        "listened_ms_max": outcomes.iter().filter_map(|outcome| outcome.cut_ms).max().unwrap_or(0),
    })
}

/// What is wrong with a cell, if anything is.
fn complaint(outcome: &Outcome) -> Option<String> {
    let late = outcome.cut_ms.is_some_and(|cut| cut > CUT_MAX_MS);
    let wrong = outcome.lost() || outcome.doubled() || outcome.early > 0 || outcome.met == 0 || late;
    wrong.then(|| format!("{outcome:?}"))
}

fn name(value: impl serde::Serialize) -> String {
    json!(value).as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_the_network_does_a_post_goes_out_once() {
    let (asked, began) = (Asked::of("network"), Instant::now());
    let control = cfg!(feature = "break_confirm").then_some("break_confirm");
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let cells = chosen(asked.long && control.is_none()).into_iter().map(|(fault, step)| {
        let room = Arc::clone(&room);
        tokio::spawn(async move {
            let _place = room.acquire().await.unwrap();
            cell::run(fault, step).await
        })
    });
    let cells: Vec<_> = cells.collect();
    let mut outcomes = Vec::new();
    for cell in cells {
        outcomes.extend(cell.await.unwrap());
    }
    let mut by_fault = BTreeMap::new();
    for fault in Fault::ALL {
        let of: Vec<_> = outcomes.iter().filter(|outcome| outcome.fault == fault).collect();
        by_fault.insert(name(fault), summed(&of));
    }
    let everything: Vec<_> = outcomes.iter().collect();
    let figures = json!({ "all": summed(&everything), "by_fault": by_fault });
    let wrong: Vec<_> = outcomes.iter().filter_map(complaint).collect();
    asked.keep(asked.next_seed(), control, &figures, began.elapsed(), &wrong);
    if control.is_some() {
        let doubled = outcomes.iter().filter(|outcome| outcome.doubled()).count();
        assert!(doubled > 0, "without looking first something must go out twice");
        return;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
