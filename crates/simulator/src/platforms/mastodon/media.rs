//! Uploads: checked, worked on for a while, described, attached once, forgotten after a day.

use serde_json::json;

use super::failure::Failure;
use super::fields::Fields;
use super::flavour::{Limits, MIME_TYPES};
use super::picture::{self, Found};
use super::state::Media;
use super::{Call, Outcome, entity, tokens};
use crate::wire::Reply;

const SCOPE: &[&str] = &["write:media"];

pub fn create(call: &mut Call<'_>) -> Outcome {
    let account = tokens::authenticate(call, SCOPE)?;
    call.state.forget_media(call.now_ms);
    let fields = call.fields()?;
    let limits = call.flavour().limits();
    let file = fields.file().ok_or_else(|| Failure::invalid("File can't be blank"))?;
    let claimed = file.mime_type.as_deref().unwrap_or_default();
    let known = MIME_TYPES.contains(&claimed.split(';').next().unwrap_or_default());
    let found = picture::look(&file.bytes).filter(|found| known && MIME_TYPES.contains(&found.mime_type));
    let found = found.ok_or_else(|| Failure::invalid("File content type is invalid"))?;
    check_size(&found, file.bytes.len(), &limits)?;
    let (description, focus) = described(&fields, &limits)?;
    if call.state.settings.thumbnail_fails {
        return Err(Failure::new(500, "Error processing thumbnail for uploaded media"));
    }
    let settings = &call.state.settings;
    let still = found.kind == "image";
    let wait_ms = if still { settings.image_processing_ms } else { settings.video_processing_ms };
    let wait_ms = if call.flavour().processes_later() { wait_ms } else { 0 };
    let media = Media {
        id: call.state.next_id(call.now_ms),
        account,
        kind: found.kind,
        mime_type: found.mime_type.to_owned(),
        bytes: file.bytes.clone(),
        size: found.size,
        description,
        focus,
        uploaded_ms: call.now_ms,
        ready_ms: call.now_ms + wait_ms,
        failed: call.state.settings.processing_fails,
        status: None,
    };
    let reply = Reply::json(if wait_ms > 0 { 202 } else { 200 }, &entity::attachment(call, &media));
    call.state.media.insert(media.id.clone(), media);
    Ok(reply)
}

fn check_size(found: &Found, bytes: usize, limits: &Limits) -> Result<(), Failure> {
    let most = if matches!(found.kind, "image" | "gifv") { limits.image_bytes } else { limits.video_bytes };
    if bytes > most {
        return Err(Failure::invalid(&format!("File file size must be less than or equal to {} MB", most / 1_048_576)));
    }
    let (width, height) = found.size.unwrap_or_default();
    if u64::from(width) * u64::from(height) > limits.image_matrix {
        return Err(Failure::invalid(&format!("File {width}x{height} images are not supported")));
    }
    Ok(())
}

type Described = (Option<String>, Option<(f64, f64)>);

fn described(fields: &Fields, limits: &Limits) -> Result<Described, Failure> {
    let description = fields.filled("description");
    let long = |text: &String| u64::try_from(text.chars().count()).unwrap_or(u64::MAX) > limits.description_limit;
    if description.as_ref().is_some_and(long) {
        let most = limits.description_limit;
        return Err(Failure::invalid(&format!("Description is too long (maximum is {most} characters)")));
    }
    let focus = fields.filled("focus").map(|text| {
        let pair = text.split_once(',').and_then(|(x, y)| Some((x.trim().parse().ok()?, y.trim().parse().ok()?)));
        pair.filter(|(x, y): &(f64, f64)| x.abs() <= 1.0 && y.abs() <= 1.0)
    });
    match focus {
        Some(None) => Err(Failure::invalid("Focus is invalid")),
        focus => Ok((description, focus.flatten())),
    }
}

/// One's own upload that is in no status yet.
fn own<'a>(call: &'a mut Call<'_>) -> Result<&'a mut Media, Failure> {
    let account = tokens::authenticate(call, SCOPE)?;
    call.state.forget_media(call.now_ms);
    let media = call.state.media.get_mut(call.id);
    media.filter(|media| media.account == account && media.status.is_none()).ok_or_else(Failure::not_found)
}

pub fn get(call: &mut Call<'_>) -> Outcome {
    let (media, now_ms) = (own(call)?.clone(), call.now_ms);
    if media.ready_ms > now_ms {
        return Ok(Reply::json(206, &entity::attachment(call, &media)));
    }
    if media.failed {
        return Err(Failure::unprocessable("Error processing uploaded media"));
    }
    Ok(Reply::json(200, &entity::attachment(call, &media)))
}

pub fn update(call: &mut Call<'_>) -> Outcome {
    let fields = call.fields()?;
    let (description, focus) = described(&fields, &call.flavour().limits())?;
    let media = own(call)?;
    if fields.has("description") {
        media.description = description;
    }
    media.focus = focus.or(media.focus);
    let media = media.clone();
    Ok(Reply::json(200, &entity::attachment(call, &media)))
}

pub fn delete(call: &mut Call<'_>) -> Outcome {
    own(call)?;
    call.state.media.remove(call.id);
    Ok(Reply::json(200, &json!({})))
}

/// The file itself, for whoever knows its address.
pub fn file(call: &mut Call<'_>) -> Outcome {
    let media = call.state.media.get(call.id).filter(|media| media.ready_ms <= call.now_ms && !media.failed);
    let media = media.ok_or_else(Failure::not_found)?;
    Ok(Reply { status: 200, headers: vec![("content-type", media.mime_type.clone())], body: media.bytes.clone() })
}
