//! What the process that opens a picture may use, set by itself before it reads a byte.

#[cfg(unix)]
use rustix::process::{Resource, Rlimit, setrlimit};

/// Address space on top of what the started program has: decoding 64 megapixels of four bytes, the file, and as much
/// again for making it smaller.
#[cfg(target_os = "linux")]
const MEMORY_BYTES: u64 = 640 * 1024 * 1024;

/// Bounds a process that decodes what others made and has to reach the desktop for it: so many seconds of processor
/// time, no core dump, no file written; on Linux bounded memory too.
#[cfg(unix)]
pub fn bound_decoding(processor_s: u64) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    limit(Resource::As, in_use()?.saturating_add(MEMORY_BYTES))?;
    limit(Resource::Cpu, processor_s)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)
}

/// The same for one that is handed all it needs: no files, no sockets, no other processes either.
#[cfg(unix)]
pub(super) fn set(processor_s: u64) -> std::io::Result<()> {
    bound_decoding(processor_s)?;
    limit(Resource::Nproc, 0)?;
    // The pipes it has stay open; nothing new can be opened.
    limit(Resource::Nofile, 0)
}

#[cfg(unix)]
fn limit(resource: Resource, most: u64) -> std::io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

/// Address space in use: a program linked with a web view starts with several hundred megabytes of libraries.
#[cfg(target_os = "linux")]
fn in_use() -> std::io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.and_then(|kib| kib.checked_mul(1_024)).ok_or_else(|| std::io::Error::other("no VmSize"))
}

/// Elsewhere the decoders' own limit on memory and the time limit of whoever started this process are what there is.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
pub fn bound_decoding(_processor_s: u64) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn set(processor_s: u64) -> std::io::Result<()> {
    bound_decoding(processor_s)
}
