//! Has pictures opened by a process of their own: whatever is wrong with one ends that process and nothing else.

use std::{fs::File, path::PathBuf, process::Stdio, time::Duration};

use domain::ErrorCode;
use tokio::{io::AsyncReadExt, process::Command, sync::Semaphore};

use super::{
    ask::{Ask, Facts, Reply, Rules},
    child::VERB,
    words,
};
use crate::Error;

/// Pictures opened at a time.
const AT_ONCE: usize = 2;
/// How long one may take by the clock on the wall; its processor time is bounded more tightly where it can be.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Longest first line of an answer.
const LINE_MAX_BYTES: u64 = 4_096;

/// How to start the process that opens a picture; the verb and its question are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureProgram {
    /// A program that calls [`crate::pictures::decode_picture_if_asked`] first.
    pub program: PathBuf,
}

impl PictureProgram {
    /// The program that runs now, also when its file was replaced by an upgrade meanwhile.
    #[must_use]
    pub fn this() -> Self {
        let program = if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() };
        Self { program: program.unwrap_or_else(|_| "postroom".into()) }
    }
}

/// Starts one process per picture.
pub(crate) struct Decoder {
    program: PictureProgram,
    slots: Semaphore,
    limit: Duration,
}

/// A file made for a platform.
pub(crate) struct Fitted {
    pub(crate) facts: Facts,
    pub(crate) bytes: Vec<u8>,
}

impl Decoder {
    pub(crate) fn new(program: PictureProgram) -> Self {
        Self { program, slots: Semaphore::new(AT_ONCE), limit: TIME_LIMIT }
    }

    /// What a picture is, once all of it was decoded.
    pub(crate) async fn look(&self, file: File) -> Result<Facts, Error> {
        self.ask(&Ask::Look, file, 0).await.map(|fitted| fitted.facts)
    }

    /// The picture as a platform takes it.
    pub(crate) async fn fit(&self, file: File, rules: Rules) -> Result<Fitted, Error> {
        let max_bytes = rules.max_bytes;
        self.ask(&Ask::Fit(rules), file, max_bytes).await
    }

    /// The picture drawn anew, with nothing of its file left.
    pub(crate) async fn redraw(&self, file: File, rules: Rules) -> Result<Fitted, Error> {
        let max_bytes = rules.max_bytes;
        self.ask(&Ask::Redraw(rules), file, max_bytes).await
    }

    async fn ask(&self, ask: &Ask, file: File, max_bytes: u64) -> Result<Fitted, Error> {
        let ask = serde_json::to_string(ask).map_err(|error| Error::internal(error.to_string()))?;
        let _slot = self.slots.acquire().await.map_err(|error| Error::internal(error.to_string()))?;
        let mut command = Command::new(&self.program.program);
        command.arg(VERB).arg(ask).kill_on_drop(true);
        command.stdin(Stdio::from(file)).stdout(Stdio::piped()).stderr(Stdio::null());
        // It has no business with the key of the profile.
        command.env_remove("POSTROOM_VAULT_KEY").env_remove("POSTROOM_VAULT_PASSPHRASE");
        let mut child = command.spawn().map_err(|error| not_started(&error))?;
        let stdout = child.stdout.take().ok_or_else(|| Error::internal("no pipe to read from"))?;
        let most = LINE_MAX_BYTES + max_bytes;
        let reading = async {
            let mut answer = Vec::new();
            let read = stdout.take(most + 1).read_to_end(&mut answer).await;
            // Whoever says more than was asked for is not waited for.
            if read.is_err() || answer.len() as u64 > most {
                return Err("it answered too much".to_owned());
            }
            let status = child.wait().await.map_err(|error| error.to_string())?;
            if status.success() { Ok(answer) } else { Err(status.to_string()) }
        };
        let answer = match tokio::time::timeout(self.limit, reading).await {
            Ok(answer) => answer,
            Err(_) => Err("it was ended at the time limit".to_owned()),
        };
        understood(&answer.map_err(|detail| words::stopped(&detail))?)
    }
}

fn understood(answer: &[u8]) -> Result<Fitted, Error> {
    let mut halves = answer.splitn(2, |byte| *byte == b'\n');
    let reply = halves.next().and_then(|line| serde_json::from_slice(line).ok());
    match reply.ok_or_else(|| words::stopped("it answered nonsense"))? {
        Reply::Picture(facts) => Ok(Fitted { facts, bytes: halves.next().unwrap_or_default().to_vec() }),
        Reply::Refused(refusal) => Err(words::refused(&refusal)),
    }
}

fn not_started(error: &std::io::Error) -> Error {
    Error::new(
        ErrorCode::Internal,
        "The part of Postroom that opens pictures could not be started. Nothing was added or sent.",
        "Try again; if it stays, install Postroom again.",
    )
    .with_details(error.to_string())
}

#[cfg(test)]
#[cfg(unix)]
#[path = "decoder_tests.rs"]
mod tests;
