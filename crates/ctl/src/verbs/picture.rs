//! A picture as it is typed.

use std::path::Path;

use domain::{MediaId, post::MediaRef};

use super::media;
use crate::{shell::Shell, trouble::Trouble};

/// `FILE::ALT`, `FILE`, or the id of a picture added before in place of the file.
pub async fn picture(shell: &Shell<'_>, typed: &str, folder: &Path) -> Result<MediaRef, Trouble> {
    let whole_is_file = folder.join(typed).is_file();
    let (source, alt) = if whole_is_file { (typed, "") } else { typed.split_once("::").unwrap_or((typed, "")) };
    if let Ok(id) = source.parse::<MediaId>() {
        return Ok(MediaRef { id, alt: alt.to_owned() });
    }
    let added = media::add(shell, &folder.join(source), alt).await?.view;
    let id = added.id.parse().map_err(|_| Trouble::usage("The picture has no usable id.", "Try again."))?;
    Ok(MediaRef { id, alt: alt.to_owned() })
}
