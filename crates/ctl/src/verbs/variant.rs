//! `--variant ACCOUNT=FILE.json`: what one account gets instead.
//!
//! ```json
//! {"text": "Another text, the same pictures", "options": {"visibility": "unlisted"}}
//! ```
//! or whole parts: `{"parts": [{"text": "1/2", "media": ["boat.png::A boat"]}, {"text": "2/2"}]}`. Files are
//! looked for beside the JSON file.

use std::{collections::BTreeMap, path::Path};

use domain::post::{Content, LinkCard, Part};
use serde::Deserialize;
use serde_json::Value;

use super::picture::picture;
use crate::{input::read_text, shell::Shell, trouble::Trouble};

/// Largest file read.
const MAX_BYTES: usize = 1024 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantFile {
    text: Option<String>,
    media: Option<Vec<Picture>>,
    parts: Option<Vec<PartFile>>,
    #[serde(default)]
    options: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartFile {
    #[serde(default)]
    text: String,
    #[serde(default)]
    media: Vec<Picture>,
    card: Option<LinkCard>,
}

/// `"FILE::ALT"`, or file (or id) and alt text apart.
#[derive(Deserialize)]
#[serde(untagged)]
enum Picture {
    Typed(String),
    Apart {
        #[serde(alias = "id")]
        file: String,
        #[serde(default)]
        alt: String,
    },
}

/// What a file gives.
#[derive(Debug, Default)]
pub struct Given {
    /// Parts in place of the common ones; `None` where the file has only options.
    pub parts: Option<Vec<Part>>,
    /// Option values.
    pub options: BTreeMap<String, String>,
}

/// Reads a file and adds its pictures. A text without pictures of its own keeps the common ones.
pub async fn load(shell: &Shell<'_>, file: &Path, common: &Content) -> Result<Given, Trouble> {
    let text = read_text(file, MAX_BYTES)?;
    let read: VariantFile = serde_json::from_str(&text).map_err(|error| wrong(file, &error.to_string()))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let parts = match (read.parts, read.text, read.media) {
        (Some(parts), None, None) => {
            let mut made = Vec::with_capacity(parts.len());
            for part in parts {
                let media = pictures(shell, &part.media, folder).await?;
                made.push(Part { text: part.text, media, card: part.card });
            }
            Some(made)
        }
        (Some(_), ..) => return Err(wrong(file, "it has `parts` beside `text` or `media`")),
        (None, None, None) => None,
        (None, text, media) => {
            let mut part = common.parts.first().cloned().unwrap_or_default();
            part.text = text.unwrap_or(part.text);
            if let Some(media) = media {
                part.media = pictures(shell, &media, folder).await?;
            }
            Some(vec![part])
        }
    };
    let options: Result<_, _> = read.options.into_iter().map(|(key, value)| option(file, key, value)).collect();
    Ok(Given { parts, options: options? })
}

async fn pictures(shell: &Shell<'_>, typed: &[Picture], folder: &Path) -> Result<Vec<domain::post::MediaRef>, Trouble> {
    let mut made = Vec::with_capacity(typed.len());
    for one in typed {
        made.push(match one {
            Picture::Typed(text) => picture(shell, text, folder).await?,
            Picture::Apart { file, alt } => {
                let mut added = picture(shell, file, folder).await?;
                added.alt.clone_from(alt);
                added
            }
        });
    }
    Ok(made)
}

fn option(file: &Path, key: String, value: Value) -> Result<(String, String), Trouble> {
    match value {
        Value::String(text) => Ok((key, text)),
        Value::Bool(_) | Value::Number(_) => Ok((key, value.to_string())),
        _ => Err(wrong(file, &format!("the option `{key}` is neither text, number nor true or false"))),
    }
}

fn wrong(file: &Path, why: &str) -> Trouble {
    Trouble::usage(format!("{} is not a variant: {why}.", file.display()), "Write `text` or `parts`, and `options`.")
}
