//! What the profile keeps of accounts: secrets without their values, the last failure, groups.

use std::sync::Arc;

use app::{
    App, Error,
    groups::Group,
    secrets::{KeptSecret, SecretKind},
};
use domain::UtcMs;

use super::id;
use crate::wire::{ById, ByName, CallFailure, GroupView, HealthView, Nothing, SecretKindView, SecretView, SetGroup};

pub(crate) async fn secrets_list(app: &Arc<App>, _: Nothing) -> Result<Vec<SecretView>, Error> {
    Ok(app.secrets().await?.into_iter().map(secret).collect())
}

pub(crate) async fn accounts_health(app: &Arc<App>, asked: ById) -> Result<HealthView, Error> {
    let failed = app.last_failure(id(&asked.id)?).await?;
    let failed = failed.map(|failed| CallFailure {
        at: failed.at.to_rfc3339(),
        operation: failed.operation,
        status: failed.status,
        words: failed.words,
    });
    Ok(HealthView { failed })
}

pub(crate) async fn groups_list(app: &Arc<App>, _: Nothing) -> Result<Vec<GroupView>, Error> {
    Ok(groups(app.groups().await?))
}

pub(crate) async fn groups_set(app: &Arc<App>, asked: SetGroup) -> Result<Vec<GroupView>, Error> {
    let accounts = asked.accounts.iter().map(|account| id(account)).collect::<Result<_, Error>>()?;
    let group = Group { name: asked.name, accounts };
    Ok(groups(app.set_group(asked.before.as_deref(), group).await?))
}

pub(crate) async fn groups_remove(app: &Arc<App>, asked: ByName) -> Result<Vec<GroupView>, Error> {
    Ok(groups(app.remove_group(&asked.name).await?))
}

fn groups(groups: Vec<Group>) -> Vec<GroupView> {
    let view = |group: Group| GroupView {
        name: group.name,
        accounts: group.accounts.iter().map(ToString::to_string).collect(),
    };
    groups.into_iter().map(view).collect()
}

fn secret(kept: KeptSecret) -> SecretView {
    SecretView {
        kind: match kept.kind {
            SecretKind::Access => SecretKindView::Access,
            SecretKind::Refresh => SecretKindView::Refresh,
            SecretKind::Other => SecretKindView::Other,
            SecretKind::App => SecretKindView::App,
        },
        platform: kept.platform,
        account: kept.account.as_ref().map(|account| account.id.to_string()),
        app_password: kept.account.as_ref().is_some_and(|account| account.method == "app_password"),
        handle: kept.account.map(|account| account.handle).unwrap_or_default(),
        client_id: kept.client_id,
        server: kept.server,
        scopes: kept.scopes,
        kept_at: kept.kept_at.to_rfc3339(),
        used_at: kept.used_at.map(UtcMs::to_rfc3339),
        ends_at: kept.ends_at.map(UtcMs::to_rfc3339),
    }
}
