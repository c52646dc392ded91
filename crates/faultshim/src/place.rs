//! What a call is about: a file by its path, or the network. And the little else that is asked of the system.

use std::{
    ffi::{CStr, c_int},
    mem::MaybeUninit,
};

use libc::off_t;

/// Longest path that is known whole.
const PATH_MAX: usize = 512;

/// The path of a file or folder; empty for the network.
pub struct Place {
    path: [u8; PATH_MAX],
    length: usize,
}

impl Place {
    /// No file at all.
    pub const fn nowhere() -> Self {
        Self { path: [0; PATH_MAX], length: 0 }
    }

    /// A path as the program wrote it.
    pub fn named(path: &CStr) -> Self {
        let mut place = Self::nowhere();
        for (slot, byte) in place.path.iter_mut().zip(path.to_bytes()) {
            *slot = *byte;
            place.length += 1;
        }
        place
    }

    /// The file behind a descriptor, where it is one.
    pub fn file(fd: c_int) -> Option<Self> {
        (mode(fd)? == libc::S_IFREG).then(|| Self::read(fd))
    }

    /// The file or folder behind a descriptor.
    pub fn of(fd: c_int) -> Option<Self> {
        matches!(mode(fd)?, libc::S_IFREG | libc::S_IFDIR).then(|| Self::read(fd))
    }

    fn read(fd: c_int) -> Self {
        let mut place = Self::nowhere();
        let mut link = [0_u8; 32];
        let name = b"/proc/self/fd/";
        let mut digits = [0_u8; 10];
        let mut rest = fd.unsigned_abs();
        let mut first = digits.len();
        while let Some(slot) = first.checked_sub(1).and_then(|at| digits.get_mut(at)) {
            *slot = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            (rest, first) = (rest / 10, first - 1);
            if rest == 0 {
                break;
            }
        }
        let number = digits.get(first..).unwrap_or_default();
        for (slot, byte) in link.iter_mut().zip(name.iter().chain(number)) {
            *slot = *byte;
        }
        // SAFETY: the link's name ends with a zero byte, and as many bytes as there is room for are asked for.
        let length = unsafe { libc::readlink(link.as_ptr().cast(), place.path.as_mut_ptr().cast(), PATH_MAX) };
        place.length = usize::try_from(length).unwrap_or(0);
        place
    }

    /// The path.
    pub fn bytes(&self) -> &[u8] {
        self.path.get(..self.length).unwrap_or_default()
    }
}

/// What sort of thing a descriptor stands for.
fn mode(fd: c_int) -> Option<libc::mode_t> {
    let mut found = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: there is room for what is asked, and it is read only where the call says that it is there.
    unsafe {
        if libc::fstat(fd, found.as_mut_ptr()) != 0 {
            return None;
        }
        Some(found.assume_init().st_mode & libc::S_IFMT)
    }
}

/// Whether a descriptor is a socket that leads out of this machine or back into it by an address.
pub fn is_network(fd: c_int) -> bool {
    if mode(fd) != Some(libc::S_IFSOCK) {
        return false;
    }
    let mut address = MaybeUninit::<libc::sockaddr_storage>::zeroed();
    let mut length = libc::socklen_t::try_from(size_of::<libc::sockaddr_storage>()).unwrap_or(0);
    // SAFETY: there is room for `length` bytes, and all zero bytes are an address of no family.
    let family = unsafe {
        libc::getsockname(fd, address.as_mut_ptr().cast(), &raw mut length);
        address.assume_init().ss_family
    };
    [libc::AF_INET, libc::AF_INET6].contains(&c_int::from(family))
}

/// Where a file stands.
pub fn standing(fd: c_int) -> off_t {
    // SAFETY: a call without memory.
    unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) }
}

/// The reason of the last failure.
pub fn errno() -> c_int {
    // SAFETY: the C library keeps one for every thread.
    unsafe { *libc::__errno_location() }
}

/// Sets it.
pub fn set_errno(error: c_int) {
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = error }
}

/// Whether there is a file of this name.
pub fn exists(path: &CStr) -> bool {
    let before = errno();
    // SAFETY: a name that ends with a zero byte.
    let there = unsafe { libc::access(path.as_ptr(), libc::F_OK) } == 0;
    set_errno(before);
    there
}

/// Ends the process at once, as the power going out would: nothing of it runs any more.
pub fn end() -> ! {
    // SAFETY: calls without memory.
    unsafe {
        libc::kill(libc::getpid(), libc::SIGKILL);
    }
    std::process::abort()
}
