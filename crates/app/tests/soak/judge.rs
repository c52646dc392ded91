//! What a soak must show.

use crate::{measure::Sample, work::Said};

/// How much memory may grow once everything was used once, in thousandths.
const GROWTH_MAX_PERMILLE: i64 = 50;
/// The same of less than a day: the database is smaller than its caches yet, and they grow with it.
const GROWTH_MAX_SHORT_PERMILLE: i64 = 100;
/// From how many hours on the caches are full when growth begins to count.
const LONG_HOURS: usize = 24;

/// Everything that is wrong with it.
pub fn wrong(said: &Said) -> Vec<String> {
    let mut wrong = Vec::new();
    for (count, what) in [
        (said.unsettled, "publications were not published"),
        (said.lost, "publications were never accepted"),
        (said.doubled, "times something was accepted again"),
    ] {
        if count > 0 {
            wrong.push(format!("{count} {what}"));
        }
    }
    let growth = growth_permille(&said.samples);
    let most = if said.samples.len() < LONG_HOURS { GROWTH_MAX_SHORT_PERMILLE } else { GROWTH_MAX_PERMILLE };
    if growth > most {
        wrong.push(format!("memory grew by {growth} thousandths"));
    }
    let (first, last) = ends(&said.samples, |sample| sample.files);
    if last > first {
        wrong.push(format!("open files grew from {first} to {last}"));
    }
    wrong
}

/// Thousandths by which memory grew after the first third, in which caches fill.
pub fn growth_permille(samples: &[Sample]) -> i64 {
    let (first, last) = ends(samples, |sample| sample.pss_bytes);
    (i64::try_from(last).unwrap_or(i64::MAX) - i64::try_from(first).unwrap_or(i64::MAX)) * 1_000
        / i64::try_from(first.max(1)).unwrap_or(i64::MAX)
}

/// The medians of the second sixth and of the last one.
fn ends(samples: &[Sample], of: impl Fn(&Sample) -> u64) -> (u64, u64) {
    let (count, part) = (samples.len(), (samples.len() / 6).max(1));
    let median = |from: usize| {
        let mut some: Vec<u64> = samples.iter().skip(from).take(part).map(&of).collect();
        some.sort_unstable();
        some.get(some.len() / 2).copied().unwrap_or_default()
    };
    (median(count / 3), median(count.saturating_sub(part)))
}
