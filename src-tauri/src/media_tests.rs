use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

fn digest(first: &str) -> String {
    format!("{first}{}", "0".repeat(64 - first.len()))
}

fn profile(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Folder) {
    let profile = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let folder = profile.path().join("media").join(&name[..2]);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(name), bytes).expect("a file");
    }
    let folder = Folder::of(profile.path());
    (profile, folder)
}

fn header(response: &Response<Vec<u8>>, name: header::HeaderName) -> Option<&str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

#[test]
fn a_picture_is_served_by_its_digest_with_its_kind() {
    let name = digest("ab");
    let (_profile, folder) = profile(&[(&name, PNG)]);
    let response = folder.picture(&name);
    assert_eq!((response.status(), response.body().as_slice()), (StatusCode::OK, PNG));
    assert_eq!(header(&response, header::CONTENT_TYPE), Some("image/png"));
    assert_eq!(header(&response, header::X_CONTENT_TYPE_OPTIONS), Some("nosniff"));
    assert_eq!(header(&response, header::ACCESS_CONTROL_ALLOW_ORIGIN), Some(OWN_ORIGIN));
}

#[test]
fn kinds_are_told_by_first_bytes_alone() {
    assert_eq!(kind(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
    assert_eq!(kind(b"GIF89a"), Some("image/gif"));
    assert_eq!(kind(b"RIFF\x10\0\0\0WEBPVP8 "), Some("image/webp"));
    for other in [b"<svg xmlns=".as_slice(), b"<!doctype html>", b"RIFF\x10\0\0\0WAVE", b""] {
        assert_eq!(kind(other), None);
    }
    let name = digest("cd");
    let (_profile, folder) = profile(&[(&name, b"<svg onload=alert(1)>")]);
    let response = folder.picture(&name);
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(response.body().is_empty());
}

#[test]
fn only_digests_are_names() {
    let (profile, folder) = profile(&[]);
    fs::write(profile.path().join("secret"), PNG).expect("a file");
    for name in
        ["", "..", "../secret", "ab/../../secret", "..%2fsecret", &digest("AB"), &digest("ab")[..63], &digest("é")]
    {
        assert_eq!(folder.picture(name).status(), StatusCode::NOT_FOUND, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_folders_are_not_followed() {
    let (profile, folder) = profile(&[]);
    fs::write(profile.path().join("secret.png"), PNG).expect("a file");
    let shelf = profile.path().join("media/ab");
    fs::create_dir_all(&shelf).expect("a folder");
    std::os::unix::fs::symlink(profile.path().join("secret.png"), shelf.join(digest("ab"))).expect("a link");
    fs::create_dir(shelf.join(digest("abc"))).expect("a folder");
    assert_eq!(folder.picture(&digest("ab")).status(), StatusCode::NOT_FOUND);
    assert_eq!(folder.picture(&digest("abc")).status(), StatusCode::NOT_FOUND);
}

#[test]
fn what_is_too_large_is_not_read() {
    let name = digest("ef");
    let (profile, folder) = profile(&[(&name, PNG)]);
    let path = profile.path().join("media/ef").join(&name);
    File::options().write(true).open(path).and_then(|file| file.set_len(MAX_BYTES + 1)).expect("a sparse file");
    assert_eq!(folder.picture(&name).status(), StatusCode::NOT_FOUND);
}
