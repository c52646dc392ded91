//! Looking for secrets where they must not be: in every file below a folder, in every spelling they could have.

use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::Result;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD, engine::general_purpose::URL_SAFE_NO_PAD};

/// Shorter than this would be found by accident.
const SHORTEST: usize = 12;

/// A secret to look for.
#[derive(Debug, Clone)]
pub struct Canary {
    /// What it is.
    pub name: String,
    forms: Vec<(&'static str, Vec<u8>)>,
}

/// A secret that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What was found.
    pub canary: String,
    /// How it was spelled.
    pub form: &'static str,
    /// Where.
    pub place: PathBuf,
}

impl Canary {
    /// A secret in all its spellings: raw, UTF-16, base64 at each of its three alignments, hexadecimal, URL-encoded.
    pub fn new(name: &str, secret: &str) -> Self {
        let bytes = secret.as_bytes();
        let mut forms = vec![("raw", bytes.to_vec())];
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            forms.push(("utf-16", secret.encode_utf16().flat_map(order).collect()));
        }
        for before in 0..3 {
            for text in [base64_at(&STANDARD_NO_PAD, bytes, before), base64_at(&URL_SAFE_NO_PAD, bytes, before)] {
                forms.push(("base64", text));
            }
        }
        let hexadecimal = hex::encode(bytes);
        forms.push(("hex", hexadecimal.to_uppercase().into_bytes()));
        forms.push(("hex", hexadecimal.into_bytes()));
        let percent = |escape: fn(u8) -> String, all: bool| -> Vec<u8> {
            let one = |byte: &u8| {
                if all || !byte.is_ascii_alphanumeric() { escape(*byte) } else { char::from(*byte).to_string() }
            };
            bytes.iter().map(one).collect::<String>().into_bytes()
        };
        for all in [false, true] {
            forms.push(("url", percent(|byte| format!("%{byte:02X}"), all)));
            forms.push(("url", percent(|byte| format!("%{byte:02x}"), all)));
        }
        forms.retain(|(_, form)| form.len() >= SHORTEST);
        forms.dedup();
        Self { name: name.to_owned(), forms }
    }

    /// The spellings it has in some bytes.
    pub fn found_in(&self, bytes: &[u8]) -> Vec<&'static str> {
        let found = self.forms.iter().filter(|(_, form)| contains(bytes, form)).map(|(name, _)| *name);
        // One spelling has several forms, and where it stands they may overlap.
        found.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Base64 of the secret behind `before` unknown bytes, without the signs that depend on its neighbours.
fn base64_at(engine: &impl Engine, secret: &[u8], before: usize) -> Vec<u8> {
    let padded = [&vec![0; before], secret].concat();
    let text = engine.encode(&padded).into_bytes();
    // A sign holds 6 bits: those that also hold bits of a neighbour are left out.
    let first = (before * 8).div_ceil(6);
    let end = padded.len() * 8 / 6;
    text.get(first..end.max(first)).unwrap_or_default().to_vec()
}

fn contains(bytes: &[u8], form: &[u8]) -> bool {
    memchr::memmem::find(bytes, form).is_some()
}

/// Every file below a folder; links are not followed.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            found.extend(files(&entry.path())?);
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Looks for every canary in every file below a folder. Returns what was found, and how many files were read.
pub fn scan(folder: &Path, canaries: &[Canary]) -> Result<(Vec<Hit>, usize)> {
    let files = files(folder)?;
    let mut hits = Vec::new();
    for place in &files {
        let bytes = match fs::read(place) {
            // What runs meanwhile removes files of its own; one that is gone holds nothing.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            read => read?,
        };
        for canary in canaries {
            let forms = canary.found_in(&bytes);
            hits.extend(forms.into_iter().map(|form| Hit { canary: canary.name.clone(), form, place: place.clone() }));
        }
    }
    Ok((hits, files.len()))
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::{Canary, scan};

    const SECRET: &str = "pat_3f9/Zr+47 canary";

    #[test]
    fn every_spelling_at_every_alignment_is_found() {
        let canary = Canary::new("token", SECRET);
        for before in ["", "x", "xy", "xyz"] {
            for after in ["", "!", "!?"] {
                let text = STANDARD.encode(format!("{before}{SECRET}{after}"));
                assert!(canary.found_in(text.as_bytes()).contains(&"base64"), "{before:?} {after:?}");
            }
        }
        let hexadecimal = format!("\"{}\"", hex::encode(SECRET));
        assert_eq!(canary.found_in(hexadecimal.as_bytes()), ["hex"]);
        assert_eq!(canary.found_in(hexadecimal.to_uppercase().as_bytes()), ["hex"]);
        let encoded = "a=pat%5F3f9%2FZr%2B47%20canary&b";
        assert_eq!(canary.found_in(encoded.as_bytes()), ["url"]);
        assert_eq!(canary.found_in(format!("<{SECRET}>").as_bytes()), ["raw"]);
        let wide: Vec<u8> = format!("<{SECRET}>").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(canary.found_in(&wide), ["utf-16"]);
        assert!(canary.found_in(b"nothing of the kind, pat_3f9/Zr+47 canar").is_empty());
    }

    #[test]
    fn all_files_below_are_read() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("deep")).unwrap();
        std::fs::write(home.path().join("deep/log"), format!("token {SECRET}")).unwrap();
        std::fs::write(home.path().join("clean"), "nothing").unwrap();
        let (hits, files) = scan(home.path(), &[Canary::new("token", SECRET)]).unwrap();
        assert_eq!((hits.len(), files, hits[0].form), (1, 2, "raw"));
    }
}
