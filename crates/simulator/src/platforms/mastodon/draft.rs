//! What a client wants to post, checked against every rule before anything is made.

use super::failure::Failure;
use super::fields::Fields;
use super::flavour::Flavour;
use super::state::{Media, Poll, Status};
use super::{Call, text};

const VISIBILITIES: &[&str] = &["public", "unlisted", "private", "direct"];

/// A status that may be made.
pub struct Draft {
    pub text: String,
    pub spoiler_text: String,
    pub sensitive: bool,
    pub visibility: String,
    pub language: String,
    pub in_reply_to_id: Option<String>,
    pub media: Vec<String>,
    pub poll: Option<Poll>,
}

impl Draft {
    /// Checks a call's fields; `edited` is the status it changes, if any.
    pub fn read(call: &Call<'_>, account: &str, fields: &Fields, edited: Option<&Status>) -> Result<Self, Failure> {
        for absent in ["scheduled_at", "quoted_status_id"] {
            if fields.has(absent) {
                return Err(Failure::unprocessable(format!("{absent} is not simulated")));
            }
        }
        let in_reply_to_id = match edited {
            Some(status) => status.in_reply_to_id.clone(),
            None => reply(call, fields)?,
        };
        let media = media(call, account, fields, edited)?;
        let poll = fields.object("poll").map(|poll| read_poll(call.flavour(), &poll)).transpose()?;
        if poll.is_some() && !media.is_empty() {
            return Err(Failure::unprocessable("Cannot attach media and a poll"));
        }
        let (text, spoiler_text) = texts(call, fields, media.is_empty())?;
        let visibility = match edited {
            Some(status) => status.visibility.clone(),
            None => visibility(call, fields)?,
        };
        let sensitive = fields.truth("sensitive").unwrap_or(false) || !spoiler_text.is_empty();
        let language = fields.filled("language").filter(|code| is_language(code)).unwrap_or_else(|| "en".to_owned());
        Ok(Self { text, spoiler_text, sensitive, visibility, language, in_reply_to_id, media, poll })
    }
}

/// Text and warning, counted together. A warning alone becomes the text.
fn texts(call: &Call<'_>, fields: &Fields, bare: bool) -> Result<(String, String), Failure> {
    let text = fields.text("status").unwrap_or_default();
    let warning = fields.filled("spoiler_text").unwrap_or_default();
    let blank = text.trim().is_empty();
    if blank && warning.is_empty() && bare {
        return Err(Failure::invalid("Text can't be blank"));
    }
    let (text, warning) =
        if blank && call.flavour() != Flavour::Gotosocial { (warning, String::new()) } else { (text, warning) };
    let per_url = call.flavour().limits().characters_per_url;
    let most = call.state.settings.max_characters();
    if text::count(&text, per_url) + text::count(&warning, per_url) > most {
        return Err(Failure::invalid(&format!("Text character limit of {most} exceeded")));
    }
    Ok((text.trim().to_owned(), warning))
}

fn visibility(call: &Call<'_>, fields: &Fields) -> Result<String, Failure> {
    let wanted = fields.filled("visibility").unwrap_or_else(|| call.state.settings.default_visibility.clone());
    let extra = call.flavour() == Flavour::Gotosocial && wanted == "mutuals_only";
    if extra || VISIBILITIES.contains(&wanted.as_str()) {
        return Ok(wanted);
    }
    Err(Failure::invalid("Visibility is not included in the list"))
}

fn reply(call: &Call<'_>, fields: &Fields) -> Result<Option<String>, Failure> {
    match fields.filled("in_reply_to_id") {
        Some(id) if !call.state.statuses.contains_key(&id) => {
            Err(Failure::new(404, "The post you are trying to reply to does not appear to exist."))
        }
        other => Ok(other),
    }
}

/// Attachments, in the order given: there, one's own, in no other status, ready, and of kinds that go together.
fn media(call: &Call<'_>, account: &str, fields: &Fields, edited: Option<&Status>) -> Result<Vec<String>, Failure> {
    let ids = fields.list("media_ids");
    let most = call.flavour().limits().max_media;
    if ids.len() > most {
        return Err(Failure::unprocessable(format!("Cannot attach more than {most} files")));
    }
    let usable = |media: &&Media| {
        media.account == account && (media.status.is_none() || media.status.as_ref() == edited.map(|status| &status.id))
    };
    let mut found = Vec::new();
    for id in &ids {
        let media = call.state.media.get(id).filter(usable);
        let missing = || Failure::unprocessable(format!("Media {id} not found or already attached to another post"));
        found.push(media.ok_or_else(missing)?);
    }
    if found.iter().any(|media| media.ready_ms > call.now_ms || media.failed) {
        let why = "Cannot attach files that have not finished processing. Try again in a moment!";
        return Err(Failure::unprocessable(why));
    }
    if found.len() > 1 && found.iter().any(|media| media.kind != "image") && call.flavour() != Flavour::Gotosocial {
        return Err(Failure::unprocessable("Cannot attach a video to a post that already contains images"));
    }
    Ok(ids)
}

fn read_poll(flavour: Flavour, fields: &Fields) -> Result<Poll, Failure> {
    let limits = flavour.limits();
    let options = fields.list("options");
    let expires_in = fields.number("expires_in").ok_or_else(|| Failure::invalid("Expires at can't be blank"))?;
    if options.len() < 2 {
        return Err(Failure::invalid("Options must be more than one"));
    }
    if options.len() > limits.poll_options {
        return Err(Failure::invalid(&format!("Options can't contain more than {} items", limits.poll_options)));
    }
    if options.iter().any(|option| option.trim().is_empty() || option.chars().count() > limits.poll_option_characters) {
        let most = limits.poll_option_characters;
        return Err(Failure::invalid(&format!("Options can't be longer than {most} characters each")));
    }
    if (1..options.len()).any(|at| options.get(..at).unwrap_or_default().contains(&options[at])) {
        return Err(Failure::invalid("Options contain duplicate items"));
    }
    if !(limits.poll_min_s..=limits.poll_max_s).contains(&expires_in) {
        let word = if expires_in < limits.poll_min_s { "soon" } else { "far into the future" };
        return Err(Failure::invalid(&format!("Expires at is too {word}")));
    }
    let truth = |name| fields.truth(name).unwrap_or(false);
    Ok(Poll { options, expires_in, multiple: truth("multiple"), hide_totals: truth("hide_totals") })
}

/// `en`, `gsw`, `pt-BR`.
fn is_language(code: &str) -> bool {
    let (language, region) = code.split_once('-').map_or((code, None), |(language, region)| (language, Some(region)));
    let letters = |text: &str, range: std::ops::RangeInclusive<usize>| {
        range.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    letters(language, 2..=3) && region.is_none_or(|region| letters(region, 2..=4))
}
