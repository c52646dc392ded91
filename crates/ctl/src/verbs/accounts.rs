//! `accounts`, apart from the way of linking one.

use ipc::wire::{AccountView, ById, Nothing, OnUnlink, Unlink};

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
    }
}

async fn one(shell: &Shell<'_>, method: &str, typed: &str) -> Result<Answer, Trouble> {
    let id = naming::account(shell, typed).await?;
    let reply = ask::<AccountView>(shell.backend, method, ById { id }).await?;
    Ok(Answer::new(reply.json, render::account(&reply.view, shell.zone)))
}

async fn unlink(shell: &Shell<'_>, args: UnlinkArgs) -> Result<Answer, Trouble> {
    let scheduled = match args.scheduled {
        OnUnlinkArg::Hold => OnUnlink::Hold,
        OnUnlinkArg::Cancel => OnUnlink::Cancel,
    };
    let id = naming::account(shell, &args.id).await?;
    let reply = ask::<AccountView>(shell.backend, "accounts_unlink", Unlink { id, scheduled }).await?;
    Ok(Answer::new(reply.json, format!("{} is unlinked.", reply.view.handle)))
}
