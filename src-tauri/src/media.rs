//! `media://localhost/<digest>`: pictures of the profile for the window. Read only, by digest only.
//!
//! Refuses everything that is not 64 lower-case hex digits, not a plain file, larger than the cap, or not a picture
//! by its first bytes; what a file is called or claims to be does not matter.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use tauri::{
    UriSchemeResponder,
    http::{Method, Request, Response, StatusCode, header},
};

use crate::windows;

/// Largest file handed to the window.
const MAX_BYTES: u64 = 100 * 1024 * 1024;
/// Origin of the window's own pages.
const OWN_ORIGIN: &str = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };

/// The folder the pictures lie in.
#[derive(Clone)]
pub struct Folder(Arc<Path>);

impl Folder {
    /// The media of a profile.
    pub fn of(profile: &Path) -> Self {
        Self(profile.join("media").into())
    }

    /// Answers a request of the window, on a thread that may wait for the disk.
    pub fn respond(&self, webview: &str, request: &Request<Vec<u8>>, responder: UriSchemeResponder) {
        let digest = request.uri().path().trim_start_matches('/').to_owned();
        if webview != windows::LABEL || request.method() != Method::GET {
            responder.respond(answer(StatusCode::METHOD_NOT_ALLOWED, None, Vec::new()));
            return;
        }
        let folder = self.clone();
        tauri::async_runtime::spawn_blocking(move || responder.respond(folder.picture(&digest)));
    }

    fn picture(&self, digest: &str) -> Response<Vec<u8>> {
        match self.path(digest).and_then(|path| read(&path)) {
            Some(bytes) => match kind(&bytes) {
                Some(kind) => answer(StatusCode::OK, Some(kind), bytes),
                None => answer(StatusCode::UNSUPPORTED_MEDIA_TYPE, None, Vec::new()),
            },
            None => answer(StatusCode::NOT_FOUND, None, Vec::new()),
        }
    }

    /// `ab/abcdef…` under the folder; `None` for anything but a digest.
    fn path(&self, digest: &str) -> Option<PathBuf> {
        let plain = digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        plain.then(|| self.0.join(digest.get(..2).unwrap_or_default()).join(digest))
    }
}

/// The whole file; `None` when it is no plain file, too large, or cannot be read.
fn read(path: &Path) -> Option<Vec<u8>> {
    let about = fs::symlink_metadata(path).ok()?;
    if !about.is_file() || about.len() > MAX_BYTES {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The kind of picture by its first bytes.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

fn answer(status: StatusCode, kind: Option<&'static str>, bytes: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(bytes);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static(OWN_ORIGIN));
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static("default-src 'none'; sandbox"));
    if let Some(kind) = kind {
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
        // A digest names its bytes for ever.
        let lasting = header::HeaderValue::from_static("private, max-age=31536000, immutable");
        headers.insert(header::CACHE_CONTROL, lasting);
    }
    response
}

#[cfg(test)]
#[path = "media_tests.rs"]
mod tests;
