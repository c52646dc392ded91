//! What is left of this process's memory outside of it: no dump on any disk where it dies, and, where nothing on the
//! desktop has to know who asks it for something, no look into it for other programs of the same person.

/// Who has to be able to tell which program this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The desktop: its portals (file choosers, links, the look of windows) look into `/proc` for who asks, and refuse
    /// those they cannot look into.
    ToTheDesktop,
    /// Nobody.
    ToNobody,
}

/// Keeps the memory of this process, and of those it starts, out of dumps. What the system refuses is left as it was:
/// there is nothing better to do, and no reason not to start.
pub fn keep_out(known: Known) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if known == Known::ToNobody {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = known;
}
