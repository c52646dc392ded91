//! Looking for secrets in the memory of a process, as somebody with all rights on the computer can.

use std::{
    collections::{BTreeSet, HashMap},
    fs::{self, File},
    os::unix::fs::FileExt,
};

use anyhow::{Context, Result};
use memchr::memmem;

/// Read at a time, and again with the next: more than any secret is long.
const PART: usize = 4 << 20;
const OVERLAP: usize = 4 << 10;

/// What was seen.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Names of the secrets that were found.
    pub found: BTreeSet<String>,
    /// How much was read.
    pub bytes: u64,
}

/// Reads all that a process can write to, and looks for secrets (name, value) as they are and as UTF-16.
pub fn look(pid: u32, secrets: &BTreeSet<(String, String)>) -> Result<Seen> {
    let forms: Vec<_> = secrets.iter().flat_map(|(name, value)| forms(value).map(|form| (name, form))).collect();
    let mut found = BTreeSet::new();
    let bytes = each_part(pid, |part| {
        let held = forms.iter().filter(|(_, form)| memmem::find(part, form).is_some());
        found.extend(held.map(|(name, _)| (*name).clone()));
    })?;
    Ok(Seen { found, bytes })
}

/// The same for any `length` characters of a secret that stand one behind the other.
pub fn look_for_runs(pid: u32, secrets: &[(String, String)], length: usize) -> Result<Seen> {
    // By their first two bytes: nearly everything is put aside by one look.
    let mut runs: HashMap<u16, Vec<(&String, Vec<u8>)>> = HashMap::new();
    for (name, value) in secrets {
        let letters: Vec<_> = value.chars().collect();
        for run in letters.windows(length) {
            for form in forms(&run.iter().collect::<String>()) {
                let &[first, second, ..] = form.as_slice() else { continue };
                runs.entry(u16::from_le_bytes([first, second])).or_default().push((name, form));
            }
        }
    }
    let mut wanted = vec![false; 1 << 16];
    for first in runs.keys() {
        wanted[usize::from(*first)] = true;
    }
    let mut found = BTreeSet::new();
    let bytes = each_part(pid, |part| {
        for (at, pair) in part.windows(2).enumerate() {
            let first = u16::from_le_bytes([pair[0], pair[1]]);
            if wanted[usize::from(first)] {
                let here = part.get(at..).unwrap_or_default();
                let held = runs.get(&first).into_iter().flatten().filter(|(_, form)| here.starts_with(form));
                found.extend(held.map(|(name, _)| (*name).clone()));
            }
        }
    })?;
    Ok(Seen { found, bytes })
}

/// Hands over all that a process can write to, in parts that overlap; answers how many bytes that were.
fn each_part(pid: u32, mut judge: impl FnMut(&[u8])) -> Result<u64> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).context("the process is gone")?;
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let pages = File::open(format!("/proc/{pid}/pagemap"))?;
    let mut all = 0;
    for (start, end) in there(&pages, maps.lines().filter_map(writable))? {
        let mut at = start;
        while at < end {
            let mut bytes = vec![0; usize::try_from(end - at)?.min(PART + OVERLAP)];
            // A page that is gone meanwhile holds nothing.
            let Ok(read) = memory.read_at(&mut bytes, at) else { break };
            judge(bytes.get(..read).unwrap_or_default());
            all += read.min(PART) as u64;
            at += PART as u64;
        }
    }
    Ok(all)
}

/// The parts of ranges that hold anything, neighbours as one: web views reserve a thousand times what they use.
fn there(pages: &File, ranges: impl Iterator<Item = (u64, u64)>) -> Result<Vec<(u64, u64)>> {
    const ENTRY: usize = size_of::<u64>();
    let page = rustix::param::page_size() as u64;
    let mut found: Vec<(u64, u64)> = Vec::new();
    let mut entries = vec![0; 1 << 20];
    for (start, end) in ranges {
        let mut at = start;
        while at < end {
            let wanted = usize::try_from((end - at) / page)?.saturating_mul(ENTRY).min(entries.len());
            let read = pages.read_at(entries.get_mut(..wanted).unwrap_or_default(), at / page * ENTRY as u64)?;
            if read < ENTRY {
                break;
            }
            for entry in entries.get(..read).unwrap_or_default().chunks_exact(ENTRY) {
                // The two highest bits: in memory, or swapped out.
                if entry.last().is_some_and(|highest| highest & 0xC0 != 0) {
                    match found.last_mut() {
                        Some(last) if last.1 == at => last.1 += page,
                        _ => found.push((at, at + page)),
                    }
                }
                at += page;
            }
        }
    }
    Ok(found)
}

fn forms(value: &str) -> [Vec<u8>; 2] {
    [value.as_bytes().to_vec(), value.encode_utf16().flat_map(u16::to_le_bytes).collect()]
}

/// The range of a line of `/proc/PID/maps`, where it can be read and written.
fn writable(line: &str) -> Option<(u64, u64)> {
    let (range, rest) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    let address = |text| u64::from_str_radix(text, 16).ok();
    rest.starts_with("rw").then_some(())?;
    Some((address(start)?, address(end)?))
}

#[cfg(test)]
mod tests {
    use super::{BTreeSet, look, look_for_runs};

    #[test]
    fn what_is_in_memory_is_found_and_what_is_not_is_not() {
        // Made at run time, so that no constant holds it; what is looked for is in memory for being looked for.
        let secret: String = (0..24).map(|n| char::from(b'a' + (n * 7 + 3) % 26)).collect();
        let secrets = BTreeSet::from([("held".to_owned(), secret)]);
        let seen = look(std::process::id(), &secrets).unwrap();
        assert!(seen.found.contains("held") && seen.bytes > 100_000, "{seen:?}");
        let middle = [("run".to_owned(), format!("-{}-", &secrets.first().unwrap().1[5..13]))];
        assert!(look_for_runs(std::process::id(), &middle, 8).unwrap().found.contains("run"));
        let child = std::process::Command::new("sleep").arg("30").spawn().unwrap();
        let other = look(child.id(), &secrets).unwrap();
        let runs: Vec<_> = secrets.iter().cloned().collect();
        let runs = look_for_runs(child.id(), &runs, 8).unwrap();
        let mut child = child;
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(other.found.is_empty() && other.bytes > 0, "{other:?}");
        assert!(runs.found.is_empty() && runs.bytes > 0, "{runs:?}");
    }
}
