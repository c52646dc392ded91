//! What only a person can settle: what their account shows, to be compared with what was sent, and their word on it.

use std::sync::Arc;

use domain::{AccountId, EffectKind, EffectState, ErrorCode, PublicationId, PublicationState, UtcMs};
use providers::{provider::Remote, shown::Seen};
use store::{part::StoredPart, publication::Publication};

use crate::{
    App, Error,
    likeness::{Likeness, likeness},
    queue_view::wrong_state,
    words::{self, Who},
};

/// Longest id or link taken, in bytes.
const NAMED_MAX_BYTES: usize = 2_000;
/// Posts of an account that are shown beside what was sent.
const SHOWN_MAX: usize = 20;
/// How long before the first call posts are of interest: an hour.
const BEFORE_MS: i64 = 3_600_000;

/// A post of the account, and how much it looks like the part in question.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// The post.
    pub seen: Seen,
    /// How much it looks like it.
    pub likeness: Likeness,
}

/// What the account shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The part in question, from 0.
    pub part: i64,
    /// When its first call was made; `None` where none was.
    pub first_sent: Option<UtcMs>,
    /// Where its owner can look; empty where there is no such page.
    pub profile_url: String,
    /// The posts around that time, newest first, those that look like it before all others.
    pub posts: Vec<Beside>,
    /// Why nothing can be read; empty where it can.
    pub unreadable: String,
}

impl App {
    /// What the account of a publication shows, for comparing it with what was sent.
    pub async fn evidence(self: &Arc<Self>, id: PublicationId) -> Result<Evidence, Error> {
        let publication = self.publication(id).await?;
        let account = self.account(publication.account).await?;
        let provider = self.provider(account.platform.as_str())?;
        let account_ref = Self::account_ref(&account);
        let (effects, parts) = {
            let mut conn = self.store.read().await?;
            (store::effect::of(&mut conn, id).await?, store::part::of(&mut conn, id).await?)
        };
        let doubtful = |state| matches!(state, EffectState::Undecided | EffectState::Open);
        let doubt = effects.iter().find(|effect| effect.kind == EffectKind::Publish && doubtful(effect.state));
        let part = doubt.map_or_else(|| first_unsettled(&parts), |effect| effect.part);
        let first_sent = doubt.and_then(|effect| effect.first_sent_at);
        let mut evidence = Evidence {
            part,
            first_sent,
            profile_url: provider.profile_url(&account_ref),
            posts: Vec::new(),
            unreadable: String::new(),
        };
        let who = Who { platform: provider.descriptor().name, handle: &account.handle };
        let since = first_sent.unwrap_or(publication.schedule.at).plus_ms(-BEFORE_MS);
        match provider.shown(&self.session(&account, account_ref.clone(), None), since).await {
            Ok(Some(shown)) => {
                let wanted = parts.iter().find(|stored| stored.ordinal == part).map(|stored| &stored.content);
                evidence.posts = beside(shown.posts, wanted);
            }
            Ok(None) => evidence.unreadable = words::blind(who),
            Err(error) => evidence.unreadable = words::trouble(who, &error),
        }
        Ok(evidence)
    }

    /// The page of an account; an error where there is none.
    pub async fn profile_url(&self, id: AccountId) -> Result<String, Error> {
        let account = self.account(id).await?;
        let url = self.provider(account.platform.as_str())?.profile_url(&Self::account_ref(&account));
        if url.is_empty() { Err(Error::not_found("page", &account.handle)) } else { Ok(url) }
    }

    /// The owner's word on a publication nothing else could decide. A link or id given with it is looked up first where
    /// the account can be read.
    pub async fn decide(self: &Arc<Self>, id: PublicationId, live: bool, given: Option<&str>) -> Result<(), Error> {
        let given = given.map(str::trim).filter(|given| live && !given.is_empty());
        let named = match given {
            Some(given) => self.named(&self.publication(id).await?, given).await?,
            None => Remote { id: String::new(), url: String::new(), extra: serde_json::Value::Null },
        };
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let publication = store::publication::find(&mut tx, id).await?;
        let publication = publication.ok_or_else(|| Error::not_found("publication", &id.to_string()))?;
        if publication.status.state != PublicationState::NeedsDecision {
            return Err(wrong_state("Nothing about it needs a decision."));
        }
        let parts = store::part::of(&mut tx, id).await?;
        for mut effect in store::effect::of(&mut tx, id).await? {
            if effect.kind != EffectKind::Publish || effect.state != EffectState::Undecided {
                continue;
            }
            effect.gave_up_at = None;
            effect.state = if live { EffectState::Done } else { EffectState::Ready };
            if live {
                let last = parts.iter().all(|part| part.ordinal <= effect.part);
                if named.id.is_empty() && !last && effect.class != domain::EffectClass::D {
                    return Err(needs_a_link());
                }
                effect.remote_id.clone_from(&named.id);
                effect.url.clone_from(&named.url);
                let text = serde_json::to_string(&named).map_err(|_| Error::internal("a remote post"))?;
                store::part::set_remote(&mut tx, id, effect.part, &text).await?;
                if !named.id.is_empty() {
                    let (account, url) = (publication.account, &named.url);
                    store::remote_post::upsert(&mut tx, account, &named.id, Some(id), url, now).await?;
                }
            }
            store::effect::put(&mut tx, &effect, now).await?;
        }
        let why = if live {
            ("decided_live", "The owner says it is live.")
        } else {
            ("decided_not_live", "The owner says it is not live; it is sent again.")
        };
        self.release(&mut tx, &publication, now, now, why).await?;
        tx.commit().await?;
        self.publications_changed(id);
        Ok(())
    }

    /// The post of the account that an id or a link names.
    async fn named(self: &Arc<Self>, publication: &Publication, given: &str) -> Result<Remote, Error> {
        if given.len() > NAMED_MAX_BYTES {
            return Err(Error::invalid("The id or link is too long."));
        }
        let account = self.account(publication.account).await?;
        let provider = self.provider(account.platform.as_str())?;
        let who = Who { platform: provider.descriptor().name, handle: &account.handle };
        let session = self.session(&account, Self::account_ref(&account), None);
        let found = provider.named(&session, given).await.map_err(|error| {
            let message = format!("The post could not be looked up: {}", words::trouble(who, &error));
            Error::new(ErrorCode::from(error.kind), message, "Try again later, or decide without a link.")
        })?;
        let remote = found.ok_or_else(|| {
            let message = format!("That is no post of {} on {}. Nothing was decided.", who.handle, who.platform);
            Error::new(ErrorCode::InvalidRequest, message, "Copy the link of the post itself, or decide without one.")
        })?;
        let owner = store::remote_post::owner(&mut *self.store.read().await?, account.id, &remote.id).await?;
        if owner.is_some_and(|owner| owner != publication.id) {
            let message = "That post belongs to another publication. Nothing was decided.";
            return Err(Error::new(ErrorCode::InvalidRequest, message, "Copy the link of the post in question."));
        }
        Ok(remote)
    }
}

/// The first part that is not known to be live.
fn first_unsettled(parts: &[StoredPart]) -> i64 {
    parts.iter().find(|part| part.remote.is_empty()).map_or(0, |part| part.ordinal)
}

fn beside(posts: Vec<Seen>, wanted: Option<&domain::post::Part>) -> Vec<Beside> {
    let mut posts: Vec<_> = posts
        .into_iter()
        .map(|seen| {
            let likeness = wanted.map_or(Likeness::Other, |part| likeness(part, &seen));
            Beside { seen, likeness }
        })
        .collect();
    // Stable: within a likeness the newest stays first.
    posts.sort_by_key(|post| std::cmp::Reverse(post.likeness));
    posts.truncate(SHOWN_MAX);
    posts
}

fn needs_a_link() -> Error {
    Error::new(
        ErrorCode::InvalidRequest,
        "The next part of the thread has to answer this one, so its link is needed. Nothing was decided.",
        "Open the post on the platform and copy its link.",
    )
}
