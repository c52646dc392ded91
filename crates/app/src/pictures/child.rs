//! The process that opens one picture: the same program, run again with [`VERB`]. It puts limits on itself before
//! it reads anything, opens no file, no socket and no profile, and ends after one answer.

use std::{
    ffi::OsString,
    io::{Read, Write},
    process::ExitCode,
};

use domain::media::MAX_IMAGE_BYTES;

use super::{
    ask::{Ask, Facts, Refusal, Reply},
    bounds, read,
    render::{self, Made},
};

/// The argument that makes a program this process.
pub(super) const VERB: &str = "--decode-picture";

/// Runs as the process that opens a picture where the arguments (with the program's name first) ask for it; `None`
/// where they ask for something else. Called before anything else of the program.
#[must_use]
pub fn decode_picture_if_asked(args: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let mut args = args.into_iter().skip(1);
    if args.next()? != VERB {
        return None;
    }
    let ask = args.next().and_then(|text| serde_json::from_str(text.to_str()?).ok());
    let Some(ask) = ask else { return Some(ExitCode::from(2)) };
    Some(if answer(&ask).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn answer(ask: &Ask) -> std::io::Result<()> {
    bounds::set(ask.processor_s())?;
    let mut file = Vec::new();
    std::io::stdin().lock().take(MAX_IMAGE_BYTES + 1).read_to_end(&mut file)?;
    let (reply, bytes) = match carry_out(ask, &file) {
        Ok((facts, bytes)) => (Reply::Picture(facts), bytes),
        Err(refusal) => (Reply::Refused(refusal), Vec::new()),
    };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &reply)?;
    out.write_all(b"\n")?;
    out.write_all(&bytes)?;
    out.flush()
}

fn carry_out(ask: &Ask, file: &[u8]) -> Result<(Facts, Vec<u8>), Refusal> {
    if file.len() as u64 > MAX_IMAGE_BYTES {
        return Err(Refusal::TooManyBytes);
    }
    match ask {
        Ask::Look => read::look(file).map(|facts| (facts, Vec::new())),
        Ask::Fit(rules) => render::render(file, rules).map(told),
        Ask::Redraw(rules) => render::redraw(file, rules).map(told),
    }
}

fn told(made: Made) -> (Facts, Vec<u8>) {
    let Made { bytes, mime, width, height } = made;
    (Facts { mime: mime.to_owned(), width, height }, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_verb_makes_it_this_process() {
        let asked = |words: &[&str]| decode_picture_if_asked(words.iter().map(OsString::from)).is_some();
        assert!(!asked(&[]) && !asked(&["postroom"]) && !asked(&["postroom", "--hidden"]));
        assert!(!asked(&["postroomctl", "media", VERB]));
        assert!(asked(&["postroom", VERB, "nonsense"]) && asked(&["postroom", VERB]));
    }
}
