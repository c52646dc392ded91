//! What an owner asks for: deleting or rewording what is live, and what can be asked of which account.

use std::collections::BTreeMap;

use domain::{
    AccountId, AccountState, ChangeState, EffectKind, ErrorCode, Finding, HeldReason, PublicationId, PublicationState,
    change::Wording,
    options::OptionField,
    post::{Content, MAX_PART_BYTES, Part, Variant},
};
use providers::{change::Changes, provider::Remote};
use store::{account::Account, journal::Line, live_change::LiveChange, part::StoredPart, publication::Publication};

use crate::{
    App, Error,
    compose::{Draft, refused},
    jobs, options,
    words::Who,
};

/// What a part of a live publication is to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditedPart {
    /// The text.
    pub text: String,
    /// Alt texts of its pictures, in order.
    pub alts: Vec<String>,
}

/// The words Postroom left of a part: those of its last edit, else those its publication sent.
pub(super) fn left(fields: &[OptionField], publication: &Publication, part: &StoredPart, index: usize) -> Wording {
    part.wording.clone().unwrap_or_else(|| wording(fields, publication, &part.content, index))
}

/// The words of a part as its publication sends them.
fn wording(fields: &[OptionField], publication: &Publication, part: &Part, index: usize) -> Wording {
    Wording {
        text: part.text.clone(),
        alts: part.media.iter().map(|picture| picture.alt.clone()).collect(),
        language: publication.language.clone(),
        options: options::for_part(fields, &publication.options, u32::try_from(index).unwrap_or(u32::MAX)),
    }
}

impl App {
    /// What can be done with the live posts of an account.
    pub fn changes_of(&self, account: &Account) -> Changes {
        let provider = self.registry().get(account.platform.as_str());
        provider.map(|provider| provider.changes(&Self::account_ref(account))).unwrap_or_default()
    }

    /// The last change asked for of a publication; `None` where none ever was.
    pub async fn last_change(&self, id: PublicationId) -> Result<Option<LiveChange>, Error> {
        Ok(store::live_change::last(&mut *self.store.read().await?, id).await?)
    }

    /// The parts of a publication as they were last sent.
    pub async fn parts_of(&self, id: PublicationId) -> Result<Vec<StoredPart>, Error> {
        Ok(store::part::of(&mut *self.store.read().await?, id).await?)
    }

    /// Deletes a live publication at its platform, as soon as a runner can.
    pub async fn delete_live(&self, id: PublicationId) -> Result<(), Error> {
        let (publication, account) = self.live(id, EffectKind::Delete).await?;
        let parts = self.parts_of(id).await?;
        if parts.iter().any(|part| !names(part)) {
            return Err(self.unsupported(&account, "Postroom does not know the id of this post there."));
        }
        self.begin_change(&publication, EffectKind::Delete, Vec::new()).await
    }

    /// Gives a live publication other words, as soon as a runner can: one entry of `parts` for each of its parts, the
    /// language where it changes, and the option fields that change (an empty value for the default).
    pub async fn edit_live(
        &self,
        id: PublicationId,
        parts: Vec<EditedPart>,
        language: Option<String>,
        changed: BTreeMap<String, String>,
    ) -> Result<(), Error> {
        let (publication, account) = self.live(id, EffectKind::Edit).await?;
        let before = self.parts_of(id).await?;
        if parts.iter().any(|part| part.text.len() > MAX_PART_BYTES) {
            return Err(Error::invalid(format!("A part has at most {MAX_PART_BYTES} bytes of text.")));
        }
        let pictures = |part: &StoredPart| part.content.media.len();
        if parts.len() != before.len() || before.iter().zip(&parts).any(|(old, new)| pictures(old) != new.alts.len()) {
            return Err(Error::invalid("An edit keeps the parts and their pictures; only words can change."));
        }
        if before.iter().any(|part| !names(part)) {
            return Err(self.unsupported(&account, "Postroom does not know the id of this post there."));
        }
        let allowed = self.changes_of(&account).edit_options;
        if let Some(name) = changed.keys().find(|name| !allowed.contains(&name.as_str())) {
            return Err(
                self.unsupported(&account, &format!("The option {name} of a live post cannot be changed there."))
            );
        }
        let mut after = publication.clone();
        after.language = language.unwrap_or(after.language);
        after.options.extend(changed);
        after.options.retain(|_, value| !value.is_empty());
        let fields = self.provider(account.platform.as_str())?.options(Some(&Self::account_ref(&account)));
        let new: Vec<Part> = before.iter().zip(&parts).map(|(old, new)| with_words(&old.content, new)).collect();
        let words = |(index, part)| wording(&fields, &after, part, index);
        let wanted: Vec<_> = new.iter().enumerate().map(words).collect();
        if before
            .iter()
            .enumerate()
            .map(|(index, part)| left(&fields, &publication, part, index))
            .eq(wanted.iter().cloned())
        {
            return Err(Error::invalid("Nothing about it would change."));
        }
        self.check_words(account.id, new, &after).await?;
        self.begin_change(&publication, EffectKind::Edit, wanted).await
    }

    /// Refuses what could not have been published either.
    async fn check_words(&self, account: AccountId, parts: Vec<Part>, after: &Publication) -> Result<(), Error> {
        let variant = Variant { account, parts: None, options: after.options.clone() };
        let content = Content { parts, language: after.language.clone(), ..Content::default() };
        let review = self.review(None, &Draft { content, variants: vec![variant], accounts: vec![account] }).await?;
        if review.findings.iter().any(Finding::blocks) {
            let mut error = refused(review.findings);
            "It cannot be edited like this. What is live stays as it is.".clone_into(&mut error.message);
            return Err(error);
        }
        Ok(())
    }

    /// A live publication of which this can be asked, and its account.
    async fn live(&self, id: PublicationId, kind: EffectKind) -> Result<(Publication, Account), Error> {
        let publication = self.publication(id).await?;
        let account = self.account(publication.account).await?;
        is_live(&publication)?;
        let changes = self.changes_of(&account);
        let class = if kind == EffectKind::Delete { changes.delete } else { changes.edit };
        if class.is_none() {
            let verb = if kind == EffectKind::Delete { "deleted" } else { "edited" };
            return Err(self.unsupported(&account, &format!("Posts there cannot be {verb} from here.")));
        }
        if account.state != AccountState::Healthy {
            return Err(Error::new(
                ErrorCode::RelinkNeeded,
                format!("{} is not linked any more. What is live stays as it is.", account.handle),
                "Link the account again, then try again.",
            ));
        }
        Ok((publication, account))
    }

    fn unsupported(&self, account: &Account, why: &str) -> Error {
        let provider = self.registry().get(account.platform.as_str());
        let platform = provider.map_or(account.platform.as_str(), |provider| provider.descriptor().name);
        let Who { platform, handle } = Who { platform, handle: &account.handle };
        Error::new(
            ErrorCode::Unsupported,
            format!("{platform}, {handle}: {why} What is live stays as it is."),
            format!("Change it on {platform}."),
        )
    }

    async fn begin_change(&self, asked: &Publication, kind: EffectKind, wanted: Vec<Wording>) -> Result<(), Error> {
        let (id, now) = (asked.id, self.clock.now());
        let mut tx = self.store.begin().await?;
        // Read here and not before: something else may just have settled it.
        let publication = store::publication::find(&mut tx, id).await?;
        is_live(&publication.ok_or_else(|| Error::not_found("publication", &id.to_string()))?)?;
        let last = store::live_change::last(&mut tx, id).await?;
        let ordinal = last.as_ref().map_or(1, |last| last.ordinal + 1);
        if let Some(last) = last.filter(|last| !last.state.is_final()) {
            self.replace_change(&mut tx, last, kind).await?;
        }
        let change = LiveChange::asked(id, ordinal, kind, wanted, now);
        store::live_change::put(&mut tx, &change, now).await?;
        let (event, text) = match kind {
            EffectKind::Delete => ("delete_asked", "The owner asked to delete it."),
            _ => ("edit_asked", "The owner asked to give it other words."),
        };
        let line = Line { at: now, event: event.to_owned(), part: None, text: text.to_owned() };
        store::journal::add(&mut tx, id, &line).await?;
        self.enqueue_change(&mut tx, &change).await?;
        tx.commit().await?;
        self.publications_changed(id);
        Ok(())
    }

    /// Ends a change that waits, so that another can take its place. What may have been sent is settled first: were the
    /// next one refused, nobody would know what is live.
    async fn replace_change(&self, tx: &mut store::Tx, last: LiveChange, by: EffectKind) -> Result<(), Error> {
        let kept = last.kind == EffectKind::Delete || (last.kind == EffectKind::Comment && by == EffectKind::Edit);
        if kept || self.may_be_made(tx, &last).await? {
            return Err(unsettled_error());
        }
        self.end_change(tx, last, "Something else was asked for instead.").await
    }

    pub(super) async fn enqueue_change(&self, tx: &mut store::Tx, change: &LiveChange) -> Result<(), Error> {
        let now = self.clock.now();
        let job = domain::JobId::new(now, self.random.as_ref());
        let lane = jobs::lane(tx, change.publication).await?;
        let key = change.publication.to_string();
        queue::enqueue(tx, job, (jobs::kind(change.kind), &key, &lane), now, now).await?;
        Ok(())
    }

    /// Puts changes held for a reason back on the queue, of one account or all.
    pub(crate) async fn release_changes(
        &self,
        tx: &mut store::Tx,
        reason: HeldReason,
        account: Option<AccountId>,
    ) -> Result<(), Error> {
        let unsettled = store::live_change::unsettled(tx).await?;
        for mut change in unsettled.into_iter().filter(|change| change.held == Some(reason)) {
            let publication = store::publication::find(tx, change.publication).await?;
            if publication.is_some_and(|found| account.is_none_or(|account| account == found.account)) {
                change.state = ChangeState::Waiting;
                change.held = None;
                change.reason.clear();
                store::live_change::put(tx, &change, self.clock.now()).await?;
                self.enqueue_change(tx, &change).await?;
            }
        }
        Ok(())
    }
}

pub(super) fn unsettled_error() -> Error {
    Error::new(
        ErrorCode::WrongState,
        "It is being changed already; what is live is not known yet.",
        "Wait until that is settled; its journal shows how far it is.",
    )
}

fn is_live(publication: &Publication) -> Result<(), Error> {
    if publication.deleted_at.is_some() {
        return Err(Error::new(ErrorCode::WrongState, "It is deleted already.", "There is nothing more to do."));
    }
    if publication.status.state != PublicationState::Published {
        return Err(Error::new(
            ErrorCode::WrongState,
            "It is not published, so nothing about it is live to be changed.",
            "Edit or cancel the post instead.",
        ));
    }
    Ok(())
}

/// Whether the platform told an id of a part.
fn names(part: &StoredPart) -> bool {
    serde_json::from_str::<Remote>(&part.remote).is_ok_and(|remote| !remote.id.is_empty())
}

fn with_words(part: &Part, edited: &EditedPart) -> Part {
    let mut part = part.clone();
    part.text.clone_from(&edited.text);
    for (picture, alt) in part.media.iter_mut().zip(&edited.alts) {
        picture.alt.clone_from(alt);
    }
    part
}
