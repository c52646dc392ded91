//! What is on the clipboard: a picture, or a text that may be a secret. What another program put there may be made to harm
//! whoever decodes it, and reading the clipboard decodes: so that is done by a process of its own, the same program run
//! again with [`VERB`], with limits on what it may use. A secret leaves nothing behind there: that process ends.

use std::{
    ffi::OsString,
    io::{self, Write},
    process::{ExitCode, Stdio},
    time::Duration,
};

use app::{
    desktop::{CLIPBOARD_TEXT_MAX_BYTES, Clipboard, Pixels},
    pictures::{PictureProgram, bound_decoding},
};
use domain::{Secret, media::MAX_PIXELS};
use tokio::{io::AsyncReadExt, process::Command};

/// The argument that makes the program this process.
const VERB: &str = "--read-clipboard";
/// What it reads: the arguments after that.
const PICTURE: &str = "picture";
const COPIED: &str = "copied";
const MARKED: &str = "marked";
/// Processor time it may take, in seconds.
const PROCESSOR_S: u64 = 20;
/// How long it may take by the clock on the wall: the program that has the picture is asked for it, and may have to make
/// it first.
const PICTURE_WITHIN: Duration = Duration::from_secs(30);
/// The same for a text, which somebody waits for with a hand on the keys.
const TEXT_WITHIN: Duration = Duration::from_secs(10);
/// Width and height before the pixels, four bytes each, the lowest first.
const HEAD_BYTES: usize = 8;

/// Runs as the process that reads the clipboard where the arguments (with the program's name first) ask for it; `None`
/// where they ask for something else.
pub fn read_if_asked(args: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let mut args = args.into_iter().skip(1);
    if args.next()? != VERB {
        return None;
    }
    let what = args.next().unwrap_or_default();
    Some(if write(what.to_str().unwrap_or_default()).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write(what: &str) -> io::Result<()> {
    bound_decoding(PROCESSOR_S)?;
    match what {
        PICTURE => write_picture(),
        COPIED => write_text(Clipboard::Copied),
        MARKED => write_text(Clipboard::Marked),
        _ => Err(io::Error::other("nobody reads that")),
    }
}

fn write_picture() -> io::Result<()> {
    let picture = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_image());
    let picture = picture.map_err(io::Error::other)?;
    let mut out = io::stdout().lock();
    for side in [picture.width, picture.height] {
        out.write_all(&u32::try_from(side).map_err(io::Error::other)?.to_le_bytes())?;
    }
    out.write_all(&picture.bytes)?;
    out.flush()
}

fn write_text(of: Clipboard) -> io::Result<()> {
    let text = arboard::Clipboard::new().and_then(|mut clipboard| text_of(&mut clipboard, of));
    let text = Secret::new(text.map_err(io::Error::other)?);
    let text = text.expose();
    let mut out = io::stdout().lock();
    out.write_all(text.get(..text.ceil_char_boundary(CLIPBOARD_TEXT_MAX_BYTES + 1)).unwrap_or_default().as_bytes())?;
    out.flush()
}

#[cfg(target_os = "linux")]
fn text_of(clipboard: &mut arboard::Clipboard, of: Clipboard) -> Result<String, arboard::Error> {
    use arboard::{GetExtLinux, LinuxClipboardKind};

    let kind = match of {
        Clipboard::Copied => LinuxClipboardKind::Clipboard,
        Clipboard::Marked => LinuxClipboardKind::Primary,
    };
    clipboard.get().clipboard(kind).text()
}

#[cfg(not(target_os = "linux"))]
fn text_of(clipboard: &mut arboard::Clipboard, _: Clipboard) -> Result<String, arboard::Error> {
    clipboard.get_text()
}

/// The picture that is there; `None` when there is none, or none that can be had within the limits.
pub async fn picture() -> Option<Pixels> {
    let answer = read(PICTURE, MAX_PIXELS * 4 + HEAD_BYTES as u64, PICTURE_WITHIN).await?;
    pixels(answer)
}

/// The text that is there, of a long one its beginning; `None` as with a picture.
pub async fn text(of: Clipboard) -> Option<Secret<String>> {
    let what = match of {
        Clipboard::Copied => COPIED,
        Clipboard::Marked => MARKED,
    };
    // The letter at the limit may be of four bytes.
    let answer = Secret::new(read(what, CLIPBOARD_TEXT_MAX_BYTES as u64 + 4, TEXT_WITHIN).await?);
    str::from_utf8(answer.expose()).ok().filter(|text| !text.is_empty()).map(Secret::from)
}

async fn read(what: &str, most_bytes: u64, within: Duration) -> Option<Vec<u8>> {
    let answer = tokio::time::timeout(within, ask(what, most_bytes)).await;
    let answer = answer.map_err(|_| "it was ended at the time limit".to_owned());
    answer
        .and_then(|answer| answer.map_err(|error| error.to_string()))
        .inspect_err(|detail| tracing::debug!(what, %detail, "the clipboard was not read"))
        .ok()
}

async fn ask(what: &str, most_bytes: u64) -> io::Result<Vec<u8>> {
    let mut command = Command::new(PictureProgram::this().program);
    command.args([VERB, what]).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    // It has no business with the key of the profile.
    command.env_remove("POSTROOM_VAULT_KEY").env_remove("POSTROOM_VAULT_PASSPHRASE");
    let mut child = command.spawn()?;
    let mut answer = Vec::new();
    let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no pipe to read from"))?;
    stdout.take(most_bytes + 1).read_to_end(&mut answer).await?;
    if answer.len() as u64 > most_bytes {
        return Err(io::Error::other("it answered too much"));
    }
    let status = child.wait().await?;
    if status.success() { Ok(answer) } else { Err(io::Error::other(status.to_string())) }
}

fn pixels(mut answer: Vec<u8>) -> Option<Pixels> {
    let side = |from: usize| Some(u32::from_le_bytes(answer.get(from..from + 4)?.try_into().ok()?));
    let (width, height) = (side(0)?, side(4)?);
    answer.drain(..HEAD_BYTES);
    Some(Pixels { width, height, rgba: answer })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_verb_makes_it_this_process() {
        let asked = |words: &[&str]| read_if_asked(words.iter().map(OsString::from)).is_some();
        assert!(!asked(&[]) && !asked(&["postroom"]) && !asked(&["postroom", "--hidden"]));
        assert!(!asked(&["postroom", "--data", VERB]));
    }

    #[test]
    fn an_answer_is_a_size_and_pixels_or_nothing() {
        let answer = [&2_u32.to_le_bytes()[..], &1_u32.to_le_bytes(), &[1, 2, 3, 4, 5, 6, 7, 8]].concat();
        let found = pixels(answer).unwrap();
        assert_eq!((found.width, found.height, found.rgba), (2, 1, vec![1, 2, 3, 4, 5, 6, 7, 8]));
        assert!(pixels(Vec::new()).is_none() && pixels(vec![0; 7]).is_none());
    }
}
