//! `accounts`, apart from the way of linking one.

use ipc::wire::{AccountView, ById, ByName, GroupView, Nothing, OnUnlink, SecretView, SetGroup, Unlink, Unlinked};
use serde::Serialize;

use super::{link, naming};
use crate::{
    answer::Answer,
    backend::ask,
    cli::{AccountsVerb, OnUnlinkArg, UnlinkArgs},
    render,
    shell::Shell,
    signals,
    trouble::Trouble,
};

pub async fn run(verb: AccountsVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    match verb {
        AccountsVerb::Link(args) => link::link(shell, args, signals::asked_to_end()).await,
        AccountsVerb::Relink(args) => link::relink(shell, args, signals::asked_to_end()).await,
        AccountsVerb::List => {
            let reply = ask::<Vec<AccountView>>(shell.backend, "accounts_list", Nothing {}).await?;
            Ok(Answer::new(reply.json, render::accounts(&reply.view)))
        }
        AccountsVerb::Show { id } => one(shell, "accounts_show", &id).await,
        AccountsVerb::Check { id } => one(shell, "accounts_check", &id).await,
        AccountsVerb::Unlink(args) => unlink(shell, args).await,
        AccountsVerb::Secrets => {
            let reply = ask::<Vec<SecretView>>(shell.backend, "secrets_list", Nothing {}).await?;
            Ok(Answer::new(reply.json, render::secrets(&reply.view, shell.zone)))
        }
        AccountsVerb::Groups => groups(shell, "groups_list", Nothing {}).await,
        AccountsVerb::Group { name, accounts } => group(shell, name, accounts).await,
        AccountsVerb::Ungroup { name } => groups(shell, "groups_remove", ByName { name }).await,
    }
}

async fn one(shell: &Shell<'_>, method: &str, typed: &str) -> Result<Answer, Trouble> {
    let id = naming::account(shell, typed).await?;
    let reply = ask::<AccountView>(shell.backend, method, ById { id }).await?;
    Ok(Answer::new(reply.json, render::account(&reply.view, shell.zone)))
}

/// Makes a group, or changes the one of that name.
async fn group(shell: &Shell<'_>, name: String, typed: Vec<String>) -> Result<Answer, Trouble> {
    let mut accounts = Vec::with_capacity(typed.len());
    for account in &typed {
        accounts.push(naming::account(shell, account).await?);
    }
    let known = ask::<Vec<GroupView>>(shell.backend, "groups_list", Nothing {}).await?.view;
    let same = known.into_iter().find(|group| group.name.to_lowercase() == name.trim().to_lowercase());
    let before = same.map(|group| group.name);
    groups(shell, "groups_set", SetGroup { before, name, accounts }).await
}

async fn groups(shell: &Shell<'_>, method: &str, params: impl Serialize) -> Result<Answer, Trouble> {
    let reply = ask::<Vec<GroupView>>(shell.backend, method, params).await?;
    Ok(Answer::new(reply.json, render::groups(&reply.view)))
}

async fn unlink(shell: &Shell<'_>, args: UnlinkArgs) -> Result<Answer, Trouble> {
    let scheduled = match args.scheduled {
        OnUnlinkArg::Hold => OnUnlink::Hold,
        OnUnlinkArg::Cancel => OnUnlink::Cancel,
    };
    let id = naming::account(shell, &args.id).await?;
    let reply = ask::<Unlinked>(shell.backend, "accounts_unlink", Unlink { id, scheduled }).await?;
    Ok(Answer::new(reply.json, render::unlinked(&reply.view)))
}
