//! Platforms, accounts, linking, the practice network.

use std::sync::Arc;

use app::{
    App, Error,
    accounts::OnUnlink as AppOnUnlink,
    link::{LinkMethod as AppMethod, LinkRequest, Stage, Status},
    practice::Practice,
};
use domain::Secret;

use super::{id, typed::Handed};
use crate::{
    view, view_defined,
    wire::{
        AccountView, ById, DefineOutcome, DefinedPlatform, GuideLink, ImportApps, ImportFrom, ImportPlace,
        ImportedApps, ImportedFrom, LinkAnswer, LinkMethod, LinkStage, LinkStart, LinkView, Nothing, OnUnlink,
        OwnAppView, PlatformGuide, PlatformView, PracticeFault, PracticeLink, PracticeView, SetAppLevel, SetOwnApp,
        Unlink, Unlinked,
    },
};

pub(crate) async fn platforms_list(app: &Arc<App>, _: Nothing) -> Result<Vec<PlatformView>, Error> {
    Ok(app.registry().iter().map(|provider| view::platform(provider.as_ref())).collect())
}

pub(crate) async fn platforms_show(app: &Arc<App>, asked: ById) -> Result<PlatformView, Error> {
    let found = app.registry().get(&asked.id).ok_or_else(|| Error::not_found("platform", &asked.id))?;
    Ok(view::platform(found.as_ref()))
}

pub(crate) async fn platforms_guide(app: &Arc<App>, asked: ById) -> Result<PlatformGuide, Error> {
    let found = app.registry().get(&asked.id).ok_or_else(|| Error::not_found("platform", &asked.id))?;
    let facts = found.descriptor();
    Ok(PlatformGuide { id: facts.id.to_owned(), markdown: facts.guide.to_owned() })
}

pub(crate) async fn platforms_open(app: &Arc<App>, asked: GuideLink) -> Result<Nothing, Error> {
    let found = app.registry().get(&asked.id).ok_or_else(|| Error::not_found("platform", &asked.id))?;
    // Only what stands there: the window is not believed to know addresses.
    if !found.descriptor().guide.contains(&format!("]({})", asked.url)) || !asked.url.starts_with("https://") {
        return Err(Error::invalid("The guide has no such link."));
    }
    app.open_in_browser(&asked.url)?;
    Ok(Nothing {})
}

pub(crate) async fn accounts_list(app: &Arc<App>, _: Nothing) -> Result<Vec<AccountView>, Error> {
    let mut views = Vec::new();
    for account in app.accounts().await? {
        views.push(view::account(app, account).await?);
    }
    Ok(views)
}

pub(crate) async fn accounts_show(app: &Arc<App>, asked: ById) -> Result<AccountView, Error> {
    view::account(app, app.account(id(&asked.id)?).await?).await
}

pub(crate) async fn accounts_check(app: &Arc<App>, asked: ById) -> Result<AccountView, Error> {
    app.check_account(id(&asked.id)?).await?;
    accounts_show(app, asked).await
}

pub(crate) async fn accounts_unlink(app: &Arc<App>, asked: Unlink) -> Result<Unlinked, Error> {
    let scheduled = match asked.scheduled {
        OnUnlink::Hold => AppOnUnlink::Hold,
        OnUnlink::Cancel => AppOnUnlink::Cancel,
    };
    let left = app.unlink_account(id(&asked.id)?, scheduled).await?;
    let account = accounts_show(app, ById { id: asked.id }).await?;
    Ok(Unlinked { account, grant: left.gone, grant_words: left.words, grant_page: left.page })
}

pub(crate) async fn apps_list(app: &Arc<App>, _: Nothing) -> Result<Vec<OwnAppView>, Error> {
    Ok(app.own_apps().await?.into_iter().map(view::own_app).collect())
}

pub(crate) async fn apps_set(app: &Arc<App>, asked: SetOwnApp) -> Result<OwnAppView, Error> {
    let mut handed = Handed::to(app);
    let secret = handed.take_any(asked.secret)?;
    let kept = app.set_own_app(&asked.platform, &asked.client_id, secret).await?;
    handed.done();
    Ok(view::own_app(kept))
}

pub(crate) async fn apps_level(app: &Arc<App>, asked: SetAppLevel) -> Result<OwnAppView, Error> {
    app.set_app_level(&asked.platform, &asked.level).await.map(view::own_app)
}

pub(crate) async fn apps_remove(app: &Arc<App>, asked: ById) -> Result<OwnAppView, Error> {
    app.remove_own_app(&asked.id).await.map(view::own_app)
}

pub(crate) async fn apps_import(app: &Arc<App>, asked: ImportApps) -> Result<ImportedApps, Error> {
    let mut handed = Handed::to(app);
    let imported = match (asked.text, asked.variables) {
        (Some(text), None) => app.import_env(&handed.take(text)?).await?,
        (None, Some(all)) => {
            let all = all.into_iter().map(|(name, value)| Ok((name, handed.take(value)?)));
            app.import_variables(all.collect::<Result<_, Error>>()?).await?
        }
        _ => return Err(Error::invalid("Either the text of a file is wanted, or variables.")),
    };
    handed.done();
    Ok(view::imported(imported))
}

pub(crate) async fn apps_import_from(app: &Arc<App>, asked: ImportFrom) -> Result<ImportedFrom, Error> {
    let imported = match asked.from {
        ImportPlace::File => app.import_chosen().await?,
        ImportPlace::Clipboard => app.import_clipboard().await?,
    };
    Ok(ImportedFrom { imported: imported.map(view::imported) })
}

pub(crate) async fn providers_list(app: &Arc<App>, _: Nothing) -> Result<Vec<DefinedPlatform>, Error> {
    Ok(app.definitions().await?.into_iter().map(view_defined::platform).collect())
}

pub(crate) async fn providers_define(app: &Arc<App>, asked: DefinedPlatform) -> Result<DefineOutcome, Error> {
    app.define_platform(view_defined::definition(asked)).await.map(view_defined::outcome)
}

pub(crate) async fn providers_remove(app: &Arc<App>, asked: ById) -> Result<Nothing, Error> {
    app.forget_platform(&asked.id).await?;
    Ok(Nothing {})
}

pub(crate) async fn link_start(app: &Arc<App>, asked: LinkStart) -> Result<LinkView, Error> {
    let mut handed = Handed::to(app);
    let secret = handed.take_any(asked.secret)?;
    let request = LinkRequest {
        platform: asked.platform,
        method: asked.method.map(|method| match method {
            LinkMethod::Oauth => AppMethod::Oauth,
            LinkMethod::AppPassword => AppMethod::AppPassword,
        }),
        instance: asked.instance,
        identifier: asked.identifier,
        // A space that came with copying belongs to no password that a platform makes.
        secret: secret.map(|secret| Secret::from(secret.expose().trim())),
        kind: asked.kind,
        account: asked.account.as_deref().map(id).transpose()?,
        open_browser: asked.open_browser,
        timeout_s: asked.timeout_s,
        endpoints: asked.endpoints,
    };
    let started = app.start_link(request).await?;
    handed.done();
    link_view(app, started).await
}

pub(crate) async fn link_status(app: &Arc<App>, asked: ById) -> Result<LinkView, Error> {
    link_view(app, app.link_status(&asked.id)?).await
}

pub(crate) async fn link_open(app: &Arc<App>, asked: ById) -> Result<Nothing, Error> {
    app.open_link(&asked.id)?;
    Ok(Nothing {})
}

pub(crate) async fn link_answer(app: &Arc<App>, asked: LinkAnswer) -> Result<LinkView, Error> {
    let mut handed = Handed::to(app);
    let taken = app.answer_link(&asked.id, &handed.take(asked.address)?)?;
    handed.done();
    link_view(app, taken).await
}

pub(crate) async fn link_cancel(app: &Arc<App>, asked: ById) -> Result<LinkView, Error> {
    link_view(app, app.cancel_link(&asked.id)?).await
}

async fn link_view(app: &Arc<App>, status: Status) -> Result<LinkView, Error> {
    let (stage, account, failure) = match status.stage {
        Stage::WaitingForBrowser => (LinkStage::WaitingForBrowser, None, None),
        Stage::Exchanging => (LinkStage::Exchanging, None, None),
        Stage::Finishing => (LinkStage::Finishing, None, None),
        Stage::Done(account) => (LinkStage::Done, Some(account), None),
        Stage::Failed(error) => (LinkStage::Failed, None, Some(error.into())),
    };
    let account = match account {
        Some(account) => Some(view::account(app, app.account(account).await?).await?),
        None => None,
    };
    Ok(LinkView {
        id: status.id,
        platform: status.platform,
        stage,
        authorize_url: status.authorize_url,
        redirect_uri: status.redirect_uri,
        pasted: status.pasted,
        user_code: status.user_code,
        expires_at: status.expires_at.to_rfc3339(),
        account,
        failure,
    })
}

pub(crate) async fn practice_status(app: &Arc<App>, _: Nothing) -> Result<PracticeView, Error> {
    Ok(practice_view(app.practice().await))
}

pub(crate) async fn practice_start(app: &Arc<App>, _: Nothing) -> Result<PracticeView, Error> {
    Ok(practice_view(app.start_practice().await?))
}

pub(crate) async fn practice_stop(app: &Arc<App>, _: Nothing) -> Result<PracticeView, Error> {
    Ok(practice_view(app.stop_practice().await?))
}

pub(crate) async fn practice_open(app: &Arc<App>, _: Nothing) -> Result<Nothing, Error> {
    let practice = app.start_practice().await?;
    app.open_in_browser(&format!("{}/timeline", practice.url))?;
    Ok(Nothing {})
}

pub(crate) async fn practice_fault(app: &Arc<App>, asked: PracticeFault) -> Result<Nothing, Error> {
    app.practice_fault(&asked.kind, asked.times.unwrap_or(1)).await?;
    Ok(Nothing {})
}

pub(crate) async fn practice_link(app: &Arc<App>, asked: PracticeLink) -> Result<AccountView, Error> {
    let linked = app.link_practice(&asked.kind, asked.name.as_deref()).await?;
    view::account(app, app.account(linked).await?).await
}

pub(crate) fn practice_view(practice: Practice) -> PracticeView {
    let timeline_url = if practice.running() { format!("{}/timeline", practice.url) } else { String::new() };
    PracticeView {
        running: practice.running(),
        timeline_url,
        url: practice.url,
        folder: practice.folder.to_string_lossy().into_owned(),
    }
}
