//! Where the socket lies and who may reach it.
//!
//! On Unix a file of mode 0600 in a folder of mode 0700 that belongs to this user, and the system is asked
//! for the user behind every connection. A path no system takes (deep home folders) is exchanged for a short
//! one in a folder of this user's below `/tmp`. On Windows a named pipe whose only access entry is its owner's.

use std::{
    io,
    path::{Path, PathBuf},
};

use interprocess::local_socket::{ListenerOptions, Name, tokio::Listener, tokio::Stream};

/// Bytes a socket's path may have: the shortest bound among the systems (macOS) without its closing zero.
pub(super) const MAX_PATH_BYTES: usize = 103;

/// Refuses paths no system would take.
fn check_length(path: &Path) -> io::Result<()> {
    let length = path.as_os_str().len();
    if length > MAX_PATH_BYTES {
        let message = format!("the socket's path has {length} bytes, {MAX_PATH_BYTES} are possible");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    Ok(())
}

#[cfg(unix)]
mod system {
    use std::{
        fs::{self, DirBuilder, Permissions},
        os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    };

    use interprocess::local_socket::{GenericFilePath, prelude::*};

    use super::{Listener, ListenerOptions, MAX_PATH_BYTES, Name, Path, PathBuf, Stream, check_length, io};

    /// The path itself, or a short one with the same file name where it is too long for a socket.
    pub(in super::super) fn place(path: &Path) -> PathBuf {
        match path.file_name() {
            Some(file) if path.as_os_str().len() > MAX_PATH_BYTES => {
                Path::new("/tmp").join(format!("postroom-{}", rustix::process::geteuid().as_raw())).join(file)
            }
            _ => path.to_owned(),
        }
    }

    pub(in super::super) fn name(place: &Path) -> io::Result<Name<'_>> {
        check_length(place)?;
        place.to_fs_name::<GenericFilePath>()
    }

    /// Makes the folder, or takes over one that is ours, and closes it to everybody else.
    fn own_folder(folder: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let found = fs::symlink_metadata(folder)?;
        if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() {
            let message = "the socket's folder belongs to somebody else or is a link";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        fs::set_permissions(folder, Permissions::from_mode(0o700))
    }

    /// Listens at a [`place`]. The caller holds the profile's lock, so a socket found there is a dead runner's.
    pub(in super::super) fn listen(path: &Path) -> io::Result<Listener> {
        let name = name(path)?;
        own_folder(path.parent().unwrap_or(Path::new(".")))?;
        let options = ListenerOptions::new().name(name).try_overwrite(true);
        let listener = options.max_spin_time(std::time::Duration::from_secs(2)).create_tokio()?;
        // It is created 0755; the folder has kept everybody out so far.
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        Ok(listener)
    }

    /// Whether the other end of the connection is run by this user.
    pub(in super::super) fn is_ours(stream: &Stream) -> bool {
        let own = rustix::process::geteuid().as_raw();
        stream.peer_creds().ok().and_then(|peer| peer.euid()) == Some(own)
    }
}

#[cfg(windows)]
mod system {
    use interprocess::{
        local_socket::{GenericNamespaced, prelude::*},
        os::windows::{local_socket::ListenerOptionsExt, security_descriptor::SecurityDescriptor},
    };
    use widestring::u16cstr;

    use super::{Listener, ListenerOptions, Name, Path, PathBuf, Stream, check_length, io};

    pub(in super::super) fn place(path: &Path) -> PathBuf {
        path.to_owned()
    }

    /// Pipes have a namespace of their own; the file name is unique per profile already.
    pub(in super::super) fn name(path: &Path) -> io::Result<Name<'_>> {
        let file = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        check_length(Path::new(file))?;
        file.to_ns_name::<GenericNamespaced>()
    }

    /// Listens under the path's file name, open to the owner alone.
    pub(in super::super) fn listen(path: &Path) -> io::Result<Listener> {
        let owner_only = SecurityDescriptor::deserialize(u16cstr!("D:P(A;;GA;;;OW)"))?;
        ListenerOptions::new().name(name(path)?).security_descriptor(owner_only).create_tokio()
    }

    /// The pipe's access list has answered that already.
    pub(in super::super) fn is_ours(_stream: &Stream) -> bool {
        true
    }
}

pub(super) use system::{is_ours, listen, name, place};
