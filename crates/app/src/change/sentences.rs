//! Sentences about changes of what is live: what happened, what is live now, what happens next.

use domain::{EffectKind, ErrorKind, HeldReason, ProviderError};

use crate::words::{self, Who};

/// What a failed call means, without what happens next.
pub(super) fn trouble(who: Who<'_>, kind: EffectKind, error: &ProviderError) -> String {
    let platform = who.platform;
    match error.kind {
        ErrorKind::OutcomeUnknown if kind == EffectKind::Delete => {
            format!("{platform} did not answer when it was asked to delete this post.")
        }
        ErrorKind::OutcomeUnknown if kind == EffectKind::Comment => {
            format!("{platform} did not answer when it was sent the first comment.")
        }
        ErrorKind::OutcomeUnknown => format!("{platform} did not answer when it was sent the new words."),
        ErrorKind::ContentRejected if kind == EffectKind::Comment => format!("{platform} refused the first comment."),
        ErrorKind::ContentRejected => format!("{platform} refused the new words."),
        // Without an answer of the platform it is our own word, and says why.
        ErrorKind::Unsupported if error.status.is_none() && !error.remote_message.is_empty() => {
            error.remote_message.clone()
        }
        ErrorKind::Unsupported => format!("{platform} cannot do this."),
        ErrorKind::NotFound => format!("{platform} no longer knows this post."),
        _ => words::trouble(who, error),
    }
}

/// What is live after a change that was not made.
pub(super) const fn still(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::Comment => "The post is live without its first comment.",
        EffectKind::Delete => "It is still live.",
        _ => "It stays as it was.",
    }
}

/// What was done, for the journal and the window.
pub(super) fn done(who: Who<'_>, kind: EffectKind) -> String {
    let Who { platform, handle } = who;
    match kind {
        EffectKind::Delete => format!("Deleted from {platform} ({handle}). It is no longer live."),
        EffectKind::Comment => format!("The first comment of {handle} is live on {platform}."),
        _ => format!("{platform} shows the new words of {handle}."),
    }
}

/// It was changed there by somebody else.
pub(super) fn elsewhere(who: Who<'_>) -> String {
    let platform = who.platform;
    format!("It was changed on {platform} since Postroom last did. It stays as it is there; edit it on {platform}.")
}

/// There was nothing left to edit.
pub(super) fn gone(who: Who<'_>) -> String {
    format!("It is no longer on {}: it was deleted there. Nothing was changed.", who.platform)
}

/// Why a change waits for its owner; `sent` when it may have been made.
pub(super) fn held(who: Who<'_>, kind: EffectKind, reason: HeldReason, sent: bool) -> String {
    let Who { platform, handle } = who;
    let first = match reason {
        HeldReason::Paused => "Everything is paused; resume and it goes on.".to_owned(),
        HeldReason::VaultLocked => {
            format!("The key that opens the access of {handle} is locked or gone; unlock the keychain and it goes on.")
        }
        _ => format!("{platform} needs {handle} to be linked again; then it goes on."),
    };
    let live = match (sent, kind) {
        (true, _) => format!("{platform} may have done it already; Postroom looks first."),
        (false, EffectKind::Comment) => "Until then the post is live without its first comment.".to_owned(),
        (false, EffectKind::Delete) => "Until then the post is live.".to_owned(),
        (false, _) => "Until then the post is live with its old words.".to_owned(),
    };
    format!("{first} {live}")
}
