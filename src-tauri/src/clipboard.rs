//! The picture on the clipboard. What another program put there may be made to harm whoever decodes it, and reading the
//! clipboard decodes: so that is done by a process of its own, the same program run again with [`VERB`], with limits on
//! what it may use.

use std::{
    ffi::OsString,
    io::{self, Write},
    process::{ExitCode, Stdio},
    time::Duration,
};

use app::{
    desktop::Pixels,
    pictures::{PictureProgram, bound_decoding},
};
use domain::media::MAX_PIXELS;
use tokio::{io::AsyncReadExt, process::Command};

/// The argument that makes the program this process.
const VERB: &str = "--read-clipboard";
/// Processor time it may take, in seconds.
const PROCESSOR_S: u64 = 20;
/// How long it may take by the clock on the wall: the program that has the picture is asked for it.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Width and height before the pixels, four bytes each, the lowest first.
const HEAD_BYTES: usize = 8;

/// Runs as the process that reads the clipboard where the arguments (with the program's name first) ask for it; `None`
/// where they ask for something else.
pub fn read_if_asked(args: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    (args.into_iter().nth(1)? == VERB).then(|| if write().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write() -> io::Result<()> {
    bound_decoding(PROCESSOR_S)?;
    let picture = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_image());
    let picture = picture.map_err(io::Error::other)?;
    let mut out = io::stdout().lock();
    for side in [picture.width, picture.height] {
        out.write_all(&u32::try_from(side).map_err(io::Error::other)?.to_le_bytes())?;
    }
    out.write_all(&picture.bytes)?;
    out.flush()
}

/// The picture that is there; `None` when there is none, or none that can be had within the limits.
pub async fn picture() -> Option<Pixels> {
    let answer = tokio::time::timeout(TIME_LIMIT, ask()).await.map_err(|_| "it was ended at the time limit".to_owned());
    match answer.and_then(|answer| answer.map_err(|error| error.to_string())) {
        Ok(answer) => pixels(answer),
        Err(detail) => {
            tracing::debug!(%detail, "the clipboard was not read");
            None
        }
    }
}

async fn ask() -> io::Result<Vec<u8>> {
    let mut command = Command::new(PictureProgram::this().program);
    command.arg(VERB).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    // It has no business with the key of the profile.
    command.env_remove("POSTROOM_VAULT_KEY").env_remove("POSTROOM_VAULT_PASSPHRASE");
    let mut child = command.spawn()?;
    let most = MAX_PIXELS * 4 + HEAD_BYTES as u64;
    let mut answer = Vec::new();
    let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no pipe to read from"))?;
    stdout.take(most + 1).read_to_end(&mut answer).await?;
    if answer.len() as u64 > most {
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
