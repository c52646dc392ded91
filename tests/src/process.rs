//! Processes below a process: which they are, and what memory they hold.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

/// A process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// Its name, of which the system keeps 15 letters.
    pub name: String,
}

/// The process and everything below it, the process itself first.
pub fn tree(root: u32) -> Result<Vec<Process>> {
    let all = table()?;
    let mut found = Vec::new();
    let mut next = vec![root];
    while let Some(pid) = next.pop() {
        if let Some((_, name)) = all.get(&pid) {
            found.push(Process { pid, name: name.clone() });
        }
        next.extend(all.iter().filter(|(_, (parent, _))| *parent == pid).map(|(child, _)| *child));
    }
    Ok(found)
}

/// The processes below `root` (itself included) with this name, however long.
pub fn named(root: u32, name: &str) -> Result<Vec<Process>> {
    let known: String = name.chars().take(15).collect();
    Ok(tree(root)?.into_iter().filter(|process| process.name == known).collect())
}

/// Whether the process runs (and is not merely waiting to be buried).
pub fn alive(pid: u32) -> bool {
    stat(Path::new(&format!("/proc/{pid}"))).is_some()
}

/// Proportional set size of the process and everything below it, in bytes.
pub fn pss(root: u32) -> Result<u64> {
    let mut total = 0;
    for process in tree(root)? {
        // One that has just ended counts nothing.
        let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", process.pid)).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
        let kib: u64 = line.and_then(|rest| rest.trim().strip_suffix(" kB")).and_then(|n| n.parse().ok()).unwrap_or(0);
        total += kib * 1024;
    }
    Ok(total)
}

/// Kills a process as the power going out would: nothing of it runs any more.
pub fn kill(pid: u32) -> Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).context("no process number")?;
    Ok(kill_process(pid, Signal::KILL)?)
}

/// Stops a process where it is, until it is told to go on.
pub fn stop(pid: u32) -> Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).context("no process number")?;
    Ok(kill_process(pid, Signal::STOP)?)
}

/// Lets a stopped process go on.
pub fn go_on(pid: u32) -> Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).context("no process number")?;
    Ok(kill_process(pid, Signal::CONT)?)
}

/// Kills every process that was started with this entry in its environment.
pub(crate) fn kill_marked(entry: &str) {
    for pid in table().unwrap_or_default().into_keys() {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let marked = environment.split(|byte| *byte == 0).any(|known| known == entry.as_bytes());
        if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw).filter(|_| marked) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// Every live process: parent and name by number.
fn table() -> Result<HashMap<u32, (u32, String)>> {
    let mut all = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let entry = entry?;
        if let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok())
            && let Some(known) = stat(&entry.path())
        {
            all.insert(pid, known);
        }
    }
    Ok(all)
}

/// Parent and name, of a process that is no zombie.
fn stat(folder: &Path) -> Option<(u32, String)> {
    let text = fs::read_to_string(folder.join("stat")).ok()?;
    let (head, tail) = text.rsplit_once(") ")?;
    let mut fields = tail.split(' ');
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    let name = head.split_once('(')?.1.to_owned();
    (state != "Z").then_some((parent, name))
}
