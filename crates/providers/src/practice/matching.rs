//! Finding a post among the account's own, when nothing else can tell whether it was accepted.

use domain::{EffectClass, UtcMs, error::Repeats};
use serde_json::Value;

use super::{
    body,
    wire::{Post, Posts},
};
use crate::provider::{Confirmation, Doubtful, EffectPlan, Remote};

/// Posts asked for at once: the most the network gives (§4.5).
pub(super) const RECENT_MAX: usize = 200;

/// How far the network's clock may be from ours, in milliseconds: it runs on the same machine.
const CLOCK_TOLERANCE_MS: i64 = 5_000;

/// What the account's own posts, newest first, say about an effect.
pub(super) fn find(posts: &Posts, doubtful: &Doubtful<'_>) -> Confirmation {
    let from = doubtful.first_sent.plus_ms(-CLOCK_TOLERANCE_MS);
    let wanted = Wanted::of(doubtful.plan);
    let mut matches = posts.posts.iter().rev().filter(|post| {
        let made = UtcMs::parse_rfc3339(&post.created_at);
        // No end: a clock of ours that was set back must not hide what is there.
        made.is_some_and(|made| from <= made) && !doubtful.claimed.contains(&post.id) && wanted.fits(post)
    });
    if let Some(oldest) = matches.next() {
        return Confirmation::Live(Remote { id: oldest.id.clone(), url: oldest.url.clone(), extra: Value::Null });
    }
    if covers(posts, from) { Confirmation::NotSeen } else { Confirmation::Blind }
}

/// What a refused repeat tells of the post it names; `None` where that post is not what the plan makes: then only the
/// text is the same.
pub(super) fn named(post: &Post, plan: &EffectPlan) -> Option<Repeats> {
    let made = UtcMs::parse_rfc3339(&post.created_at).filter(|_| super::wire::is_id(&post.id))?;
    let repeats = || Repeats { id: post.id.clone(), url: post.url.clone(), made };
    Wanted::of(plan).fits(post).then(repeats)
}

/// Whether the list reaches back to `from`: a full list of newer posts proves nothing about older ones.
fn covers(posts: &Posts, from: UtcMs) -> bool {
    let oldest = posts.posts.last().and_then(|post| UtcMs::parse_rfc3339(&post.created_at));
    posts.posts.len() < RECENT_MAX || oldest.is_some_and(|oldest| oldest < from)
}

/// A post as the network stores it: its text, the ids of its pictures in order, and what it replies to.
#[derive(PartialEq)]
struct Wanted<'a> {
    text: String,
    media: Vec<&'a str>,
    reply_to: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(plan: &'a EffectPlan) -> Self {
        let post = plan.request.get("post").unwrap_or(&Value::Null);
        let text = crate::calls::text_of(post, "text");
        let media = post.get("media").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Self {
            // Only the kinds c and r change what was sent.
            text: match plan.class {
                EffectClass::C => body::normalised(text),
                EffectClass::R => body::rewritten(text),
                _ => text.to_owned(),
            },
            media: media.iter().map(|media| crate::calls::text_of(media, "id")).collect(),
            reply_to: post.get("reply_to").and_then(Value::as_str),
        }
    }

    fn fits(&self, post: &Post) -> bool {
        self.text == post.text
            && self.media.iter().copied().eq(post.media.iter().map(|media| media.id.as_str()))
            && self.reply_to == post.reply_to.as_deref()
    }
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
