//! Posts: check a draft, accept it, find it by its key, read back, delete.

use super::{Caller, Engine, room};
use crate::clock::Stamp;
use crate::event::{Event, PostAccepted};
use crate::model::{Attached, Draft, DraftRecord, Kind, Post};
use crate::refusal::{Code, Refusal};
use crate::text::{graphemes, normalise, rewrite};

/// A picture as a client names it.
#[derive(Debug)]
pub struct PictureInput {
    pub id: String,
    pub alt: String,
}

/// A post as a client sends it, unchecked.
#[derive(Debug)]
pub struct PostInput {
    pub text: String,
    pub media: Vec<PictureInput>,
    pub reply_to: Option<String>,
    pub language: Option<String>,
}

/// A post that was made, or one made earlier that a repeat found.
#[derive(Debug)]
pub struct Outcome {
    pub post: Post,
    pub repeated: bool,
    /// The journal line of a post made now.
    pub seq: Option<u64>,
}

impl Engine {
    /// Checks what a client wants to post; kinds C and R change its text first.
    pub fn check(&self, caller: &Caller, input: PostInput) -> Result<Draft, Refusal> {
        let limits = &self.limits;
        let text = match caller.account.kind {
            Kind::C => normalise(&input.text),
            Kind::R => rewrite(&input.text),
            _ => input.text,
        };
        if text.len() > limits.text_bytes || graphemes(&text) > limits.text_graphemes {
            return Err(Code::TextTooLong.into());
        }
        if text.trim().is_empty() && input.media.is_empty() {
            return Err(Code::TextEmpty.into());
        }
        if input.media.len() > limits.media_per_post {
            return Err(Code::TooManyMedia.into());
        }
        let media = input.media.into_iter().map(|one| self.attach(caller, one)).collect::<Result<_, _>>()?;
        self.check_reply(input.reply_to.as_deref())?;
        if input.language.as_deref().is_some_and(|tag| !is_language(tag)) {
            return Err(Code::LanguageInvalid.into());
        }
        Ok(Draft { text, media, reply_to: input.reply_to, language: input.language })
    }

    fn attach(&self, caller: &Caller, input: PictureInput) -> Result<Attached, Refusal> {
        let media = self.world.media.get(&input.id).filter(|media| media.account == caller.account.id);
        let media = media.ok_or(Code::MediaUnknown)?;
        if graphemes(&input.alt) > self.limits.alt_graphemes {
            return Err(Code::AltTooLong.into());
        }
        Ok(Attached { media_id: input.id, sha256: media.sha256.clone(), alt: input.alt })
    }

    /// Refuses an answer to a post that does not exist or was deleted.
    pub(super) fn check_reply(&self, reply_to: Option<&str>) -> Result<(), Refusal> {
        let Some(id) = reply_to else { return Ok(()) };
        match self.world.post(id) {
            Some(post) if !post.deleted => Ok(()),
            _ => Err(Code::ReplyUnknown.into()),
        }
    }

    /// Accepts a draft, or finds the post its key (kind A) made before or that it repeats (kind R).
    pub fn post(
        &mut self,
        caller: &Caller,
        input: PostInput,
        key: Option<String>,
        reply_sent: bool,
    ) -> Result<Outcome, Refusal> {
        let key = key.filter(|_| caller.account.kind == Kind::A);
        if let Some(first) = key.as_deref().and_then(|key| self.by_key(caller, key)).cloned() {
            return self.repeat(caller, &input, &first, key);
        }
        let draft = self.check(caller, input)?;
        if let Some(first) = self.repeated_by(caller, &draft).cloned() {
            self.record_repeat(caller, &first.id, None, None)?;
            return Ok(Outcome { post: first, repeated: true, seq: None });
        }
        self.accept(caller, draft, key, None, reply_sent)
    }

    /// The post a draft of kind R would repeat.
    fn repeated_by(&self, caller: &Caller, draft: &Draft) -> Option<&Post> {
        if caller.account.kind != Kind::R || draft.text.is_empty() {
            return None;
        }
        let (window_s, now) = (self.limits.repeat_window_s, Stamp::now());
        let mut recent = self.world.newest().filter(|post| post.account == caller.account.id);
        recent.find(|post| post.draft.text == draft.text && post.created_at.plus_s(window_s) > now)
    }

    fn repeat(
        &mut self,
        caller: &Caller,
        input: &PostInput,
        first: &Post,
        key: Option<String>,
    ) -> Result<Outcome, Refusal> {
        let draft = &first.draft;
        let same_media = draft.media.len() == input.media.len()
            && draft.media.iter().zip(&input.media).all(|(a, b)| a.media_id == b.id && a.alt == b.alt);
        let same = draft.text == input.text && draft.reply_to == input.reply_to && draft.language == input.language;
        if !(same && same_media) {
            return Err(Code::KeyReused.into());
        }
        self.record_repeat(caller, &first.id, key, None)?;
        Ok(Outcome { post: first.clone(), repeated: true, seq: None })
    }

    /// Journals that a repeat was answered with the first post.
    pub(super) fn record_repeat(
        &mut self,
        caller: &Caller,
        post_id: &str,
        key: Option<String>,
        container: Option<String>,
    ) -> Result<(), Refusal> {
        let account = caller.account.id.clone();
        self.record(Event::PostRepeated { account, post_id: post_id.to_owned(), key, container }).map(|_| ())
    }

    /// Makes a checked draft visible.
    pub(super) fn accept(
        &mut self,
        caller: &Caller,
        draft: Draft,
        key: Option<String>,
        container: Option<String>,
        reply_sent: bool,
    ) -> Result<Outcome, Refusal> {
        room(self.world.post_count(), self.limits.max_posts)?;
        let slow = matches!(caller.account.kind, Kind::C | Kind::R);
        let delay = if slow { self.dice.delay(self.limits.visible_after_max_ms) } else { 0 };
        let post_id = self.dice.id("post_");
        let visible_at = Stamp::now().plus_ms(delay);
        let (seq, created_at) = self.record(Event::PostAccepted(PostAccepted {
            account: caller.account.id.clone(),
            kind: caller.account.kind,
            post_id: post_id.clone(),
            draft: DraftRecord::from(&draft),
            key,
            container,
            visible_at_ms: visible_at.0,
            reply_sent,
        }))?;
        let account = caller.account.id.clone();
        let post = Post { id: post_id, account, draft, created_at, visible_at, deleted: false };
        Ok(Outcome { post, repeated: false, seq: Some(seq) })
    }

    /// The post a key of this account made, while the key lives.
    pub fn by_key(&self, caller: &Caller, key: &str) -> Option<&Post> {
        let used = self.world.keys.get(&(caller.account.id.clone(), key.to_owned()))?;
        let lives = used.at.plus_s(self.limits.key_life_s) > Stamp::now();
        self.world.post(&used.post_id).filter(|_| lives)
    }

    /// The account's own posts as reading back shows them, newest first.
    pub fn own_posts(&self, caller: &Caller, limit: usize) -> Vec<Post> {
        let now = Stamp::now();
        let own = self.world.newest().filter(|post| post.account == caller.account.id && post.visible_at <= now);
        own.take(limit).cloned().collect()
    }

    /// Deletes a post of this account.
    pub fn delete(&mut self, caller: &Caller, id: &str) -> Result<(), Refusal> {
        let post = self.world.post(id).filter(|post| !post.deleted).ok_or(Code::PostUnknown)?;
        if post.account != caller.account.id {
            return Err(Code::NotYours.into());
        }
        let account = caller.account.id.clone();
        self.record(Event::PostDeleted { account, post_id: id.to_owned() }).map(|_| ())
    }
}

fn is_language(tag: &str) -> bool {
    (1..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
