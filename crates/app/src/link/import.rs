//! Own apps taken over from an `.env` file or from an environment: `LINKEDIN_CLIENT_ID`, `LINKEDIN_CLIENT_SECRET` and the
//! like. What comes back names variables and never a value, and no name but one of that form: in a file with keys of all
//! kinds, half a key can look like a name.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    path::Path,
};

use domain::{ErrorCode, Secret};
use providers::descriptor::SecretNeed;

use super::own::{Unfit, checked, wanted};
use crate::{App, Error, desktop::Clipboard};

/// Largest file, in bytes.
pub const ENV_MAX_BYTES: usize = 64 * 1_024;
const NAME_MAX_BYTES: usize = 64;
const ID: &str = "_CLIENT_ID";
const SECRET: &str = "_CLIENT_SECRET";
/// Stands for `$` while a file is read: what looks like a variable in a secret is part of the secret.
const DOLLAR: &str = "\u{e000}";

/// What became of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvOutcome {
    /// Kept.
    Taken,
    /// It stood there before; the first was looked at.
    Repeated,
    /// Nothing stands behind it.
    Empty,
    /// Its line cannot be read.
    Unreadable,
    /// No platform has this name.
    NoPlatform,
    /// The platform wants no app.
    NotWanted,
    /// The id that belongs to the secret is missing.
    NoClientId,
    /// The platform's apps have no secret.
    TakesNoSecret,
    /// The platform wants the secret too.
    SecretMissing,
    /// It cannot be an id, or a secret.
    Unfit,
}

/// A variable with the form of an app's id or secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvVariable {
    /// Its name.
    pub name: String,
    /// The platform's short name; empty where there is none.
    pub platform: String,
    /// What became of it.
    pub outcome: EnvOutcome,
}

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The variables with the form of an id or a secret, in their order.
    pub variables: Vec<EnvVariable>,
    /// How many others there were; nothing is said of them.
    pub others: u32,
    /// How many lines could not be read.
    pub unreadable: u32,
}

/// A variable as it was found.
struct Found {
    name: String,
    /// `None` where its line cannot be read.
    value: Option<Secret<String>>,
}

/// What was found, and what was left alone.
#[derive(Default)]
struct Contents {
    found: Vec<Found>,
    others: u32,
    unreadable: u32,
}

/// Id and secret of one platform: where they stand among the variables.
#[derive(Default)]
struct Pair {
    id: Option<usize>,
    secret: Option<usize>,
}

impl App {
    /// Keeps the apps named in the text of an `.env` file.
    pub async fn import_env(&self, text: &Secret<String>) -> Result<Imported, Error> {
        if text.expose().len() > ENV_MAX_BYTES {
            return Err(Error::invalid("The file has more than 64 KiB: too much for one with such variables."));
        }
        self.import(read(text.expose())).await
    }

    /// Keeps the apps named in the text on the clipboard; `None` where it holds none.
    pub async fn import_clipboard(&self) -> Result<Option<Imported>, Error> {
        match self.desktop.clipboard_text(Clipboard::Copied).await {
            Some(text) => self.import_env(&text).await.map(Some),
            None => Ok(None),
        }
    }

    /// Keeps the apps named in an `.env` file that the owner chooses; `None` where they choose none.
    pub async fn import_chosen(&self) -> Result<Option<Imported>, Error> {
        let Some(file) = self.desktop.pick_env_file().await else { return Ok(None) };
        let text = tokio::task::spawn_blocking(move || text_of(&file)).await;
        let text = text.map_err(|error| Error::internal(error.to_string()))?.map_err(|error| {
            Error::new(ErrorCode::NotFound, "The file cannot be read as text.", "Choose another file.")
                .with_details(error.to_string())
        })?;
        self.import_env(&text).await.map(Some)
    }

    /// Keeps the apps named by variables.
    pub async fn import_variables(&self, variables: BTreeMap<String, Secret<String>>) -> Result<Imported, Error> {
        let mut contents = Contents::default();
        for (name, value) in variables {
            if fits(&name) {
                contents.found.push(Found { name, value: Some(value) });
            } else {
                contents.others += 1;
            }
        }
        self.import(contents).await
    }

    async fn import(&self, contents: Contents) -> Result<Imported, Error> {
        let Contents { found, others, unreadable } = contents;
        let (mut outcomes, pairs) = self.sort(&found);
        for (platform, pair) in &pairs {
            for (index, outcome) in self.import_pair(platform, pair, &found).await? {
                outcomes[index].1 = outcome;
            }
        }
        let named = found.into_iter().zip(outcomes);
        let variables =
            named.map(|(found, (platform, outcome))| EnvVariable { name: found.name, platform, outcome }).collect();
        Ok(Imported { variables, others, unreadable })
    }

    /// Whose each variable is and what is wrong with it alone; and which belong together.
    fn sort(&self, found: &[Found]) -> (Vec<(String, EnvOutcome)>, BTreeMap<String, Pair>) {
        let mut pairs: BTreeMap<String, Pair> = BTreeMap::new();
        let mut outcomes = Vec::with_capacity(found.len());
        for (index, Found { name, value }) in found.iter().enumerate() {
            let (prefix, secret) = match name.strip_suffix(SECRET) {
                Some(prefix) => (prefix, true),
                None => (name.strip_suffix(ID).unwrap_or(name), false),
            };
            let provider = self.registry().get(&prefix.to_ascii_lowercase());
            let platform = provider.map(|provider| provider.descriptor().id.to_owned()).unwrap_or_default();
            let outcome = match (provider, value) {
                (None, _) => EnvOutcome::NoPlatform,
                (Some(provider), _) if wanted(provider.descriptor()).is_none() => EnvOutcome::NotWanted,
                (_, None) => EnvOutcome::Unreadable,
                (_, Some(value)) if value.expose().trim().is_empty() => EnvOutcome::Empty,
                _ => {
                    let pair = pairs.entry(platform.clone()).or_default();
                    let place = if secret { &mut pair.secret } else { &mut pair.id };
                    if place.is_none() {
                        *place = Some(index);
                        EnvOutcome::Taken
                    } else {
                        EnvOutcome::Repeated
                    }
                }
            };
            outcomes.push((platform, outcome));
        }
        (outcomes, pairs)
    }

    /// Keeps one platform's app; what became of its variables.
    async fn import_pair(
        &self,
        platform: &str,
        pair: &Pair,
        found: &[Found],
    ) -> Result<Vec<(usize, EnvOutcome)>, Error> {
        let provider = self.provider(platform)?;
        let Some((rules, need)) = wanted(provider.descriptor()) else { return Ok(Vec::new()) };
        let value = |index: Option<usize>| index.and_then(|index| found[index].value.clone());
        let both = |outcome| pair.id.iter().chain(&pair.secret).map(|index| (*index, outcome)).collect();
        let known = self.own_apps().await?.into_iter().find(|app| app.platform == platform);
        let known = known.map(|app| app.client_id).unwrap_or_default();
        // A secret alone belongs to the app that is known.
        let client_id = value(pair.id).map_or(known.clone(), |id| id.expose().clone());
        if client_id.is_empty() {
            return Ok(both(EnvOutcome::NoClientId));
        }
        let mut secret = value(pair.secret);
        let mut outcomes: Vec<(usize, EnvOutcome)> = both(EnvOutcome::Taken);
        let unfit = checked((need, rules.secret_form), &client_id, secret.clone()).map(|(id, _)| id);
        match (unfit, pair.secret) {
            (Ok(id), None) if need == SecretNeed::Needed && id != known => {
                return Ok(both(EnvOutcome::SecretMissing));
            }
            (Ok(_), _) => {}
            // The id serves without it.
            (Err(Unfit::TakesNone), Some(index)) => {
                secret = None;
                outcomes.retain(|(place, _)| *place != index);
                outcomes.push((index, EnvOutcome::TakesNoSecret));
                if pair.id.is_none() {
                    return Ok(outcomes);
                }
            }
            (Err(_), _) => return Ok(both(EnvOutcome::Unfit)),
        }
        self.set_own_app(platform, &client_id, secret).await?;
        Ok(outcomes)
    }
}

/// Whether a name has the form of an app's id or secret.
fn fits(name: &str) -> bool {
    let prefix = name.strip_suffix(ID).or_else(|| name.strip_suffix(SECRET));
    let plain = |prefix: &str| prefix.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    name.len() <= NAME_MAX_BYTES && prefix.is_some_and(|prefix| !prefix.is_empty() && plain(prefix))
}

/// The text of a file; of a long one, a little more than is taken.
fn text_of(file: &Path) -> io::Result<Secret<String>> {
    let most = ENV_MAX_BYTES + 1;
    let mut bytes = Secret::new(Vec::with_capacity(most + 1));
    File::open(file)?.take(most as u64).read_to_end(bytes.expose_mut())?;
    match str::from_utf8(bytes.expose()) {
        Ok(text) => Ok(Secret::from(text)),
        // What is cut in the middle of a letter is too long in any case.
        Err(_) if bytes.expose().len() == most => Ok(Secret::new(" ".repeat(most))),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// What an `.env` file holds.
fn read(text: &str) -> Contents {
    let mut contents = Contents::default();
    let text = text.trim_start_matches('\u{feff}').replace("\\$", DOLLAR).replace('$', DOLLAR);
    for entry in dotenvy::from_read_iter(text.as_bytes()) {
        match entry {
            Ok((name, value)) if fits(&name) => {
                let value = Some(Secret::new(value.replace(DOLLAR, "$")));
                contents.found.push(Found { name, value });
            }
            Ok(_) => contents.others += 1,
            Err(dotenvy::Error::LineParse(line, _)) => {
                contents.unreadable += 1;
                if let Some(name) = named(&text, line.trim()) {
                    contents.found.push(Found { name: name.to_owned(), value: None });
                }
            }
            Err(_) => {
                contents.unreadable += 1;
                break;
            }
        }
    }
    contents
}

/// The variable whose line, or whose value, could not be read.
fn named<'a>(text: &'a str, unread: &str) -> Option<&'a str> {
    let name = |line: &'a str| {
        let (name, value) = line.split_once('=')?;
        let name = name.trim().trim_start_matches("export ").trim();
        (value.trim() == unread || line.trim() == unread).then_some(name)
    };
    text.lines().filter_map(name).find(|name| fits(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, Option<String>)> {
        let found = read(text).found.into_iter();
        found.map(|found| (found.name, found.value.map(|value| value.expose().clone()))).collect()
    }

    #[test]
    fn a_file_is_read_as_such_files_are_written() {
        let text =
            "\u{feff}# keys\r\nexport X_CLIENT_ID=abc # mine\r\nX_CLIENT_SECRET='a$b c'\nSLACK_CLIENT_ID=\"d e\"\n";
        let some = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
        let wanted = [some("X_CLIENT_ID", "abc"), some("X_CLIENT_SECRET", "a$b c"), some("SLACK_CLIENT_ID", "d e")];
        assert_eq!(values(text), wanted);
        for (line, value) in [("=a$HOME", "a$HOME"), ("=a\\$b", "a$b"), ("=\"${PATH}\"", "${PATH}"), ("=", "")] {
            assert_eq!(values(&format!("X_CLIENT_SECRET{line}")), [some("X_CLIENT_SECRET", value)], "{line}");
        }
    }

    #[test]
    fn a_file_is_read_as_text_and_not_to_its_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let read = |bytes: &[u8]| {
            std::fs::write(file.path(), bytes).unwrap();
            text_of(file.path()).map(|text| text.expose().clone())
        };
        assert_eq!(read(b"X_CLIENT_ID=abc\n").unwrap(), "X_CLIENT_ID=abc\n");
        assert!(read(b"\xff\xfe").is_err());
        for letter in ["#", "\u{e4}"] {
            assert_eq!(read(letter.repeat(ENV_MAX_BYTES + 10).as_bytes()).unwrap().len(), ENV_MAX_BYTES + 1);
        }
    }

    #[test]
    fn only_names_of_that_form_are_ever_named() {
        let text = "DATABASE_URL=postgres://u:p@h\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7==\nJBSWY3DPEHPK3PXP=\n\
                    _CLIENT_ID=a\nx_client_id=b\nX_CLIENT_ID=a b\nnonsense here\n";
        let contents = read(text);
        let names: Vec<_> = contents.found.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names, ["X_CLIENT_ID"]);
        assert!(contents.found[0].value.is_none(), "a value of two words wants quotes");
        assert_eq!((contents.others, contents.unreadable), (5, 2));
        assert!(!fits(&format!("{}_CLIENT_ID", "A".repeat(80))));
    }
}
