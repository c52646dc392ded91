//! Pre-flight: how each account would show a draft, made from what would be sent, and what is wrong with it.

use std::collections::BTreeMap;

use domain::{
    AccountId, AccountState, EffectClass, Finding, FindingCode, PostId,
    limits::PostLimits,
    post::{Content, Part, Variant},
    text::TextCount,
};
use providers::provider::{EffectPlan, Rendition, Seed, Work};
use serde_json::Value;
use store::{account::Account, publication::Publication};

use crate::{
    App, Error,
    compose::{Draft, title},
    options,
};

/// How near in time the same words to the same account are worth a hint: one hour.
const SAME_TEXT_MS: i64 = 3_600_000;

/// How one account would show the draft.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountReview {
    /// The account.
    pub account: AccountId,
    /// How doubt is settled.
    pub class: EffectClass,
    /// Its parts.
    pub parts: Vec<PartReview>,
}

/// One part as it would be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct PartReview {
    /// Text used and allowed.
    pub count: TextCount,
    /// The part as written.
    pub part: Part,
    /// Pictures as they would be sent.
    pub images: Vec<Rendition>,
    /// The request; `None` when it cannot be made.
    pub plan: Option<EffectPlan>,
}

/// The review of a draft.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Review {
    /// One per chosen account.
    pub accounts: Vec<AccountReview>,
    /// Everything found, what blocks first.
    pub findings: Vec<Finding>,
}

impl App {
    /// Reviews a draft; `post` is left out when looking for posts alike.
    pub async fn review(&self, post: Option<PostId>, draft: &Draft) -> Result<Review, Error> {
        let mut review = Review::default();
        if draft.accounts.is_empty() {
            review.findings.push(Finding::new(FindingCode::NoAccounts));
        }
        for id in &draft.accounts {
            let account = store::account::find(&mut *self.store.read().await?, *id).await?;
            let account = account.ok_or_else(|| Error::not_found("account", &id.to_string()))?;
            let found = &mut review.findings;
            let reviewed = self.review_account(&account, draft, found).await?;
            review.accounts.push(reviewed);
            if let Some(post) = post {
                self.find_alike(&account, post, draft, &mut review.findings).await?;
            }
        }
        review.findings.sort_by_key(|finding| !finding.blocks());
        Ok(review)
    }

    /// The requests of parts as they would be sent to an account; `Null` for one that cannot be made.
    pub async fn would_send(&self, publication: &Publication, parts: Vec<Part>) -> Result<Vec<Value>, Error> {
        let account = publication.account;
        let variant = Variant { account, parts: None, options: publication.options.clone() };
        let content = Content { parts, language: publication.language.clone(), ..Content::default() };
        let review = self.review(None, &Draft { content, variants: vec![variant], accounts: vec![account] }).await?;
        let plans = review.accounts.into_iter().flat_map(|account| account.parts).map(|part| part.plan);
        Ok(plans.map(|plan| plan.map_or(Value::Null, |plan| plan.request)).collect())
    }

    async fn review_account(
        &self,
        account: &Account,
        draft: &Draft,
        findings: &mut Vec<Finding>,
    ) -> Result<AccountReview, Error> {
        let provider = self.provider(account.platform.as_str())?;
        if !provider.descriptor().publishes {
            findings.push(Finding::new(FindingCode::OnlyLinked).on(account.id));
            return Ok(AccountReview { account: account.id, class: self.class_of(account), parts: Vec::new() });
        }
        if account.state != AccountState::Healthy {
            findings.push(Finding::new(FindingCode::AccountNeedsRelink).on(account.id));
        }
        let account_ref = Self::account_ref(account);
        let commented = provider.changes(&account_ref).comment.is_some();
        let comment = check_comment(&provider.limits(&account_ref), commented, &draft.content.first_comment);
        findings.extend(comment.map(|finding| finding.on(account.id)));
        let options = draft.options_for(account.id);
        self.review_payload(account, draft.parts_for(account.id), &options, &draft.content.language, findings).await
    }

    /// What would be sent to one account, and what its platform would not take of it.
    pub(crate) async fn review_payload(
        &self,
        account: &Account,
        parts: &[Part],
        options: &BTreeMap<String, String>,
        language: &str,
        findings: &mut Vec<Finding>,
    ) -> Result<AccountReview, Error> {
        let provider = self.provider(account.platform.as_str())?;
        let account_ref = Self::account_ref(account);
        let limits = &provider.limits(&account_ref);
        let fields = provider.options(Some(&account_ref));
        findings.extend(options::check(&fields, options).into_iter().map(|finding| finding.on(account.id)));
        let beside = options::counted(&fields, options);
        if parts.is_empty() {
            findings.push(Finding::new(FindingCode::Empty).on(account.id));
        }
        if parts.len() > limits.parts_max as usize {
            let finding = Finding::new(FindingCode::TooManyParts).on(account.id);
            findings.push(finding.measured(count(parts.len()), i64::from(limits.parts_max)));
        }
        let mut reviewed = Vec::with_capacity(parts.len());
        for (index, part) in (0_u32..).zip(parts) {
            let mut found = check_part(limits, part, &beside);
            let own = options::for_part(&fields, options, index);
            if !part.media.is_empty() && options::has_poll(&fields, &own) {
                found.push(Finding::new(FindingCode::PollWithMedia));
            }
            let images = self.review_images(part, limits, &mut found).await?;
            let work = Work {
                text: part.text.clone(),
                media: images.clone(),
                card: part.card.clone(),
                language: language.to_owned(),
                options: own,
                root: None,
                parent: None,
            };
            let seed = Seed { at: self.clock.now(), random: 0 };
            let plan = provider.preview(&account_ref, &work, seed).ok();
            findings.extend(found.into_iter().map(|finding| finding.on(account.id).in_part(index)));
            let count = limits.text.count_beside(&part.text, &beside);
            reviewed.push(PartReview { count, part: part.clone(), images, plan });
        }
        Ok(AccountReview { account: account.id, class: provider.descriptor().class(&account.kind), parts: reviewed })
    }

    async fn review_images(
        &self,
        part: &Part,
        limits: &PostLimits,
        found: &mut Vec<Finding>,
    ) -> Result<Vec<Rendition>, Error> {
        let mut images = Vec::with_capacity(part.media.len());
        for picture in &part.media {
            match self.rendition(picture, limits).await {
                Ok(made) => images.push(made),
                Err(error) => {
                    let code = match error.code {
                        domain::ErrorCode::FileMissing | domain::ErrorCode::NotFound => FindingCode::FileMissing,
                        domain::ErrorCode::MediaTooLarge => FindingCode::ImageTooLarge,
                        domain::ErrorCode::MediaUnreadable => FindingCode::ImageType,
                        _ => return Err(error),
                    };
                    found.push(Finding::new(code).with_media(picture.id));
                }
            }
        }
        Ok(images)
    }

    async fn find_alike(
        &self,
        account: &Account,
        post: PostId,
        draft: &Draft,
        findings: &mut Vec<Finding>,
    ) -> Result<(), Error> {
        let title = title(draft.parts_for(account.id));
        let (now, mut conn) = (self.clock.now(), self.store.read().await?);
        if store::publication::similar_nearby(&mut conn, account.id, post, &title, now, SAME_TEXT_MS).await? {
            findings.push(Finding::new(FindingCode::SameTextSoon).on(account.id));
        }
        Ok(())
    }
}

/// What is wrong with the first comment, for an account that can write one or cannot.
pub(crate) fn check_comment(limits: &PostLimits, can: bool, comment: &str) -> Option<Finding> {
    let comment = comment.trim();
    if comment.is_empty() {
        return None;
    }
    if !can {
        return Some(Finding::new(FindingCode::CommentNotSent));
    }
    let text = limits.text.count(comment);
    let finding = Finding::new(FindingCode::CommentTooLong).measured(i64::from(text.used), i64::from(text.max));
    (!text.fits()).then_some(finding)
}

/// What can be told of a part from its platform's limits alone.
fn check_part(limits: &PostLimits, part: &Part, beside: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let text = limits.text.count_beside(&part.text, beside);
    if !text.fits() {
        found.push(Finding::new(FindingCode::TextTooLong).measured(i64::from(text.used), i64::from(text.max)));
    }
    let blank = part.text.trim().is_empty();
    if blank && (part.media.is_empty() || !limits.text_optional_with_media) {
        found.push(Finding::new(FindingCode::Empty));
    }
    if part.media.len() > limits.images_max as usize {
        let finding = Finding::new(FindingCode::TooManyImages);
        found.push(finding.measured(count(part.media.len()), i64::from(limits.images_max)));
    }
    for picture in &part.media {
        let alt = count(picture.alt.chars().count());
        if picture.alt.trim().is_empty() && limits.alt_max_chars > 0 {
            found.push(Finding::new(FindingCode::AltMissing).with_media(picture.id));
        } else if alt > i64::from(limits.alt_max_chars) {
            let finding = Finding::new(FindingCode::AltTooLong).with_media(picture.id);
            found.push(finding.measured(alt, i64::from(limits.alt_max_chars)));
        }
    }
    found
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
