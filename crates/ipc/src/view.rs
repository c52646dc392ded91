//! From what use cases answer to what crosses the wire.

use app::{
    App, Error,
    compose::Draft as AppDraft,
    link::{AppLevel, EnvOutcome, Imported, LevelTold as AppTold, OwnApp},
    review::{AccountReview as AppReview, PartReview},
};
use domain::{
    ErrorCode, PublicationState,
    text::{EntityKind, entities},
};
use providers::{
    Provider,
    descriptor::{ClientRule, Level, Method, Scope, SecretNeed},
    guide::paragraph,
};
use store::{account::Account, publication::Publication};

use crate::{
    view_limits,
    wire::{
        AccessView, AccountApp, AccountReview, AccountView, AppSecret, Draft, EffectView, Event, Failure,
        ImportOutcome, ImportedApps, ImportedVariable, JournalEntry, KindView, LevelTold, LevelView, LinkMethod,
        LiveChangeView, MediaView, NeedsView, NoticeView, OwnAppView, PartWords, PlatformView, PostView, PreviewImage,
        PreviewPart, PublicationDetail, PublicationView, ScopeView, TextRun, Topic,
    },
};

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            code: error.code,
            message: error.message,
            action: error.action,
            details: error.details,
            findings: error.findings,
        }
    }
}

impl From<app::event::Event> for Event {
    fn from(event: app::event::Event) -> Self {
        use app::event::Topic as T;
        let topic = match event.topic {
            T::Accounts => Topic::Accounts,
            T::Posts => Topic::Posts,
            T::Publications => Topic::Publications,
            T::Notices => Topic::Notices,
            T::Settings => Topic::Settings,
            T::Practice => Topic::Practice,
            T::Doctor => Topic::Doctor,
            T::Navigate => Topic::Navigate,
        };
        Self { topic, id: event.id }
    }
}

pub(crate) fn platform(provider: &dyn Provider) -> PlatformView {
    let descriptor = provider.descriptor();
    let consent = || descriptor.methods.iter().filter_map(Method::oauth);
    // Elsewhere an account is of the kind it is.
    let several = descriptor.practice && descriptor.kinds.len() > 1;
    PlatformView {
        id: descriptor.id.to_owned(),
        name: descriptor.name.to_owned(),
        color: descriptor.color.to_owned(),
        badge: descriptor.badge.to_owned(),
        methods: descriptor.methods.iter().map(method).collect(),
        asks_instance: descriptor.asks_instance,
        default_instance: descriptor.default_instance.to_owned(),
        asks_handle: consent().any(|rules| rules.client == ClientRule::Described),
        consent_days: consent().find_map(|rules| rules.grant_end.filter(|end| !end.restarts)).map(|end| end.days),
        publishes: descriptor.publishes,
        kinds: descriptor
            .kinds
            .iter()
            .filter(|_| several)
            .map(|kind| KindView { id: kind.id.to_owned(), name: kind.name.to_owned(), class: kind.class })
            .collect(),
        needs: needs(descriptor.guide),
        scopes: descriptor.scopes.iter().map(scope).collect(),
        limits: descriptor.limits.clone(),
        options: provider.options(None),
        endpoints: descriptor.endpoints.iter().map(|(name, url)| ((*name).to_owned(), (*url).to_owned())).collect(),
        source: descriptor.source.to_owned(),
        practice: descriptor.practice,
    }
}

fn needs(guide: &str) -> NeedsView {
    NeedsView {
        app: paragraph(guide, "Your own app"),
        cost: paragraph(guide, "What it costs"),
        review: paragraph(guide, "Review"),
        private: paragraph(guide, "Private"),
    }
}

const fn method(method: &Method) -> LinkMethod {
    match method {
        Method::Oauth(_) | Method::Device(_) | Method::Page(_) => LinkMethod::Oauth,
        Method::AppPassword => LinkMethod::AppPassword,
    }
}

pub(crate) fn own_app(known: OwnApp) -> OwnAppView {
    OwnAppView {
        platform: known.platform,
        secret: match known.secret {
            SecretNeed::None => AppSecret::None,
            SecretNeed::Optional => AppSecret::Optional,
            SecretNeed::Needed => AppSecret::Needed,
        },
        redirects: known.redirects,
        levels: known.levels.iter().map(level).collect(),
        level: known.level.map(|level| level.id.to_owned()).unwrap_or_default(),
        client_id: known.client_id,
        accounts: known.accounts,
        accounts_before: known.accounts_before,
    }
}

fn level(level: &Level) -> LevelView {
    LevelView { id: level.id.to_owned(), name: level.name.to_owned(), means: level.means.to_owned() }
}

fn account_app(known: AppLevel) -> AccountApp {
    let (name, means) = known.level.map_or(("", ""), |level| (level.name, level.means));
    let told = match known.told {
        AppTold::Platform => LevelTold::Platform,
        AppTold::Owner => LevelTold::Owner,
        AppTold::Nobody => LevelTold::Nobody,
    };
    AccountApp { name: name.to_owned(), means: means.to_owned(), told }
}

/// What an account is, where those of its platform differ.
fn kind_name(app: &App, account: &Account) -> String {
    let Some(provider) = app.registry().get(account.platform.as_str()) else { return String::new() };
    let kinds = &provider.descriptor().kinds;
    let known = kinds.iter().filter(|_| kinds.len() > 1).find(|kind| kind.id == account.kind);
    known.map(|kind| kind.name.to_owned()).unwrap_or_default()
}

fn scope(scope: &Scope) -> ScopeView {
    ScopeView { name: scope.name.to_owned(), reason: scope.reason.to_owned() }
}

pub(crate) fn imported(known: Imported) -> ImportedApps {
    let outcome = |outcome| match outcome {
        EnvOutcome::Taken => ImportOutcome::Taken,
        EnvOutcome::Repeated => ImportOutcome::Repeated,
        EnvOutcome::Empty => ImportOutcome::Empty,
        EnvOutcome::Unreadable => ImportOutcome::Unreadable,
        EnvOutcome::NoPlatform => ImportOutcome::NoPlatform,
        EnvOutcome::NotWanted => ImportOutcome::NotWanted,
        EnvOutcome::NoClientId => ImportOutcome::NoClientId,
        EnvOutcome::TakesNoSecret => ImportOutcome::TakesNoSecret,
        EnvOutcome::SecretMissing => ImportOutcome::SecretMissing,
        EnvOutcome::Unfit => ImportOutcome::Unfit,
    };
    let variables = known.variables.into_iter();
    let variables = variables.map(|found| ImportedVariable {
        outcome: outcome(found.outcome),
        name: found.name,
        platform: found.platform,
    });
    ImportedApps { variables: variables.collect(), others: known.others, unreadable: known.unreadable }
}

pub(crate) async fn account(app: &App, account: Account) -> Result<AccountView, Error> {
    let class = app.class_of(&account);
    let (limits, options) = app.limits_of(&account)?;
    let renews = app.renews(account.id).await?;
    let waiting = app.waiting(account.id).await?;
    let budget = app.budget_of(&account).into_iter().map(view_limits::budget).collect();
    let standing = app.standing(&account).await?;
    Ok(AccountView {
        avatar: app.avatar_of(account.id).await?,
        kind_name: kind_name(app, &account),
        app: app.app_level(&account).await?.map(account_app),
        scopes_missing: standing.missing.iter().map(scope).collect(),
        access: AccessView {
            state: standing.access,
            reason: standing.reason,
            fix: standing.fix,
            ends_at: standing.ends_at.map(domain::UtcMs::to_rfc3339),
            end_moves: standing.end_moves,
        },
        id: account.id.to_string(),
        platform: account.platform.to_string(),
        remote_id: account.remote_id,
        name: if account.name.is_empty() { account.handle.clone() } else { account.name },
        handle: account.handle,
        kind: account.kind,
        origin: account.endpoints.get("api").to_owned(),
        custom_endpoints: account.endpoints.custom,
        method: if account.method == "oauth" { LinkMethod::Oauth } else { LinkMethod::AppPassword },
        state: account.state,
        state_reason: account.state_reason,
        class,
        scopes: account.scopes,
        access_expires_at: account.access_expires_at.map(domain::UtcMs::to_rfc3339),
        renews,
        linked_at: account.linked_at.to_rfc3339(),
        checked_at: account.checked_at.map(domain::UtcMs::to_rfc3339),
        waiting,
        limits,
        options,
        budget,
    })
}

pub(crate) fn media(media: store::media::Media) -> MediaView {
    MediaView {
        id: media.id.to_string(),
        kind: domain::MediaKind::Image,
        mime: media.mime,
        bytes: u64::try_from(media.bytes).unwrap_or_default(),
        width: u32::try_from(media.width).unwrap_or_default(),
        height: u32::try_from(media.height).unwrap_or_default(),
        duration_ms: None,
        digest: media.digest,
        name: media.name,
        alt: media.alt,
    }
}

/// A draft from the wire.
pub(crate) fn draft(draft: Draft) -> Result<AppDraft, Error> {
    let accounts = draft
        .accounts
        .iter()
        .map(|id| id.parse().map_err(|error: domain::ids::ParseIdError| Error::invalid(error.to_string())))
        .collect::<Result<_, _>>()?;
    Ok(AppDraft { content: draft.content, variants: draft.variants, accounts })
}

pub(crate) async fn post(app: &App, id: domain::PostId) -> Result<PostView, Error> {
    let (post, publications) = app.post(id).await?;
    let mut views = Vec::with_capacity(publications.len());
    for found in publications {
        views.push(publication(app, found).await?);
    }
    let own = post.content.parts.iter();
    let others = post.variants.iter().filter_map(|variant| variant.parts.as_ref()).flatten();
    let mut used: Vec<_> = own.chain(others).flat_map(|part| part.media.iter().map(|picture| picture.id)).collect();
    used.sort();
    used.dedup();
    let mut pictures = Vec::with_capacity(used.len());
    for id in used {
        match app.media(id).await {
            Ok(found) => pictures.push(media(found)),
            Err(error) if error.code == ErrorCode::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(PostView {
        id: post.id.to_string(),
        state: overall(&views).map_or_else(|| "draft".to_owned(), |state| state.as_str().to_owned()),
        draft: Draft {
            content: post.content,
            variants: post.variants,
            accounts: post.accounts.iter().map(ToString::to_string).collect(),
        },
        schedule: post.schedule,
        publications: views,
        fallback: app.fallback_of(id).await?,
        mends: post.mends.map(|id| id.to_string()),
        warnings: Vec::new(),
        media: pictures,
        created_at: post.created_at.to_rfc3339(),
        updated_at: post.updated_at.to_rfc3339(),
    })
}

/// The state that asks most of the reader.
fn overall(publications: &[PublicationView]) -> Option<PublicationState> {
    use PublicationState as S;
    const ORDER: [S; 9] = [
        S::NeedsDecision,
        S::Failed,
        S::Held,
        S::Unconfirmed,
        S::Retrying,
        S::Publishing,
        S::Scheduled,
        S::Published,
        S::Cancelled,
    ];
    ORDER.into_iter().find(|state| publications.iter().any(|publication| publication.state == *state))
}

pub(crate) async fn publication(app: &App, found: Publication) -> Result<PublicationView, Error> {
    let account = app.account_of(&found).await?;
    let (live, parts) = app.publication_progress(found.id).await?;
    let changes = app.changes_of(&account);
    let change = app.last_change(found.id).await?;
    let instead = app.fallback_taken(found.id).await?.map_or("", |taken| taken.kind).to_owned();
    let there = found.status.state == PublicationState::Published && found.deleted_at.is_none();
    let small = |n: i64| u32::try_from(n).unwrap_or_default();
    Ok(PublicationView {
        id: found.id.to_string(),
        post: found.post.to_string(),
        account: found.account.to_string(),
        platform: account.platform.to_string(),
        handle: account.handle,
        title: found.title,
        group: found.status.state.group(),
        state: found.status.state,
        held: found.status.held,
        reason: found.status.reason,
        cause: serde_json::from_value(serde_json::Value::String(found.status.cause)).ok(),
        schedule: found.schedule,
        next_at: found.status.next_at.map(domain::UtcMs::to_rfc3339),
        attempts: small(found.status.attempts),
        parts_done: small(live),
        parts: small(parts),
        step: found.status.step,
        url: found.url,
        published_at: found.published_at.map(domain::UtcMs::to_rfc3339),
        class: found.class,
        edited_at: found.edited_at.map(domain::UtcMs::to_rfc3339),
        deleted_at: found.deleted_at.map(domain::UtcMs::to_rfc3339),
        instead,
        can_delete: there && changes.delete.is_some(),
        can_edit: there && changes.edit.is_some(),
        change: change.map(live_change),
    })
}

fn live_change(change: store::live_change::LiveChange) -> LiveChangeView {
    LiveChangeView {
        kind: change.kind,
        state: change.state,
        held: change.held,
        reason: change.reason,
        cause: serde_json::from_value(serde_json::Value::String(change.cause)).ok(),
        next_at: change.next_at.map(domain::UtcMs::to_rfc3339),
        raw: change.raw,
    }
}

pub(crate) async fn detail(app: &App, detail: app::queue_view::Detail) -> Result<PublicationDetail, Error> {
    let small = |n: i64| u32::try_from(n).unwrap_or_default();
    let raw = detail.publication.status.raw.clone();
    let part_views = crate::parts::views(app, &detail).await?;
    let replies = detail.replies.iter().map(crate::parts::reply).collect();
    let can_mend = app::mend::can_be_mended(&detail.publication, &detail.effects);
    let effects = detail.effects.into_iter().map(|effect| EffectView {
        id: effect.id.to_string(),
        part: small(effect.part),
        kind: effect.kind,
        class: effect.class,
        state: effect.state,
        key: effect.key,
        fingerprint: effect.fingerprint,
        attempts: small(effect.attempts),
        remote_id: effect.remote_id,
        url: effect.url,
    });
    let journal = detail.journal.into_iter().map(|line| JournalEntry {
        at: line.at.to_rfc3339(),
        event: line.event,
        part: line.part.map(small),
        text: line.text,
    });
    let (effects, journal) = (effects.collect(), journal.collect());
    let parts = detail.parts.into_iter().map(|part| PartWords {
        alts: part.content.media.iter().map(|picture| picture.alt.clone()).collect(),
        text: part.content.text,
    });
    let series = app.series_of(detail.publication.post).await?.map(|id| id.to_string());
    let account = app.account_of(&detail.publication).await?;
    let edit_options = app.changes_of(&account).edit_options.iter().map(|name| (*name).to_owned()).collect();
    Ok(PublicationDetail {
        parts: parts.collect(),
        series,
        language: detail.publication.language.clone(),
        options: detail.publication.options.clone(),
        edit_options,
        outlook: None,
        part_views,
        replies,
        can_mend,
        publication: publication(app, detail.publication).await?,
        effects,
        journal,
        raw,
    })
}

pub(crate) fn notice(notice: store::notice::Notice) -> NoticeView {
    NoticeView {
        id: notice.id.to_string(),
        code: serde_json::from_value(serde_json::Value::String(notice.code)).unwrap_or(ErrorCode::Internal),
        title: notice.title,
        body: notice.body,
        publication: notice.publication.map(|id| id.to_string()),
        account: notice.account.map(|id| id.to_string()),
        at: notice.at.to_rfc3339(),
        read: notice.read,
    }
}

pub(crate) fn account_review(review: AppReview) -> AccountReview {
    AccountReview {
        account: review.account.to_string(),
        counts: review.parts.iter().map(|part| part.count).collect(),
        parts: review.parts.into_iter().map(preview).collect(),
        class: review.class,
    }
}

fn preview(part: PartReview) -> PreviewPart {
    let images = part.images.into_iter().zip(&part.part.media).map(|(made, picture)| PreviewImage {
        media: picture.id.to_string(),
        alt: made.alt,
        width: made.width,
        height: made.height,
    });
    PreviewPart {
        images: images.collect(),
        text: runs(&part.part.text),
        card: part.part.card.filter(|_| part.part.media.is_empty()),
        payload: part.plan.map_or(serde_json::Value::Null, |plan| plan.request),
    }
}

/// The text in runs, linked where platforms link.
fn runs(text: &str) -> Vec<TextRun> {
    let plain = |text: &str| TextRun { text: text.to_owned(), kind: "plain".to_owned(), href: String::new() };
    let mut runs = Vec::new();
    let mut at = 0;
    for entity in entities(text) {
        let (Some(before), Some(shown)) = (text.get(at..entity.start), text.get(entity.start..entity.end)) else {
            continue;
        };
        if !before.is_empty() {
            runs.push(plain(before));
        }
        let (kind, href) = match entity.kind {
            EntityKind::Link(url) => ("link", url),
            EntityKind::Mention(name) => ("mention", name),
            EntityKind::Tag(word) => ("tag", word),
        };
        runs.push(TextRun { text: shown.to_owned(), kind: kind.to_owned(), href });
        at = entity.end;
    }
    match text.get(at..) {
        Some(rest) if !rest.is_empty() => runs.push(plain(rest)),
        _ => {}
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_chosen_at_the_practice_network_only() {
        for provider in providers::Registry::standard().iter() {
            let view = platform(provider.as_ref());
            assert_eq!(view.kinds.len() > 1, view.practice, "{}", view.id);
        }
    }

    #[test]
    fn runs_join_to_the_whole_text() {
        let text = "See example.com and #clay, é";
        let made = runs(text);
        assert_eq!(made.iter().map(|run| run.text.as_str()).collect::<String>(), text);
        let kinds: Vec<_> = made.iter().map(|run| run.kind.as_str()).collect();
        assert_eq!(kinds, ["plain", "link", "plain", "tag", "plain"]);
    }
}
