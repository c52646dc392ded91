//! Accounts by what people call them.

use domain::{AccountId, AccountState, ErrorCode};
use ipc::wire::{AccountView, Nothing};

use crate::{backend::ask, shell::Shell, trouble::Trouble};

/// The id behind what was typed: an id, a handle or a name, or `platform:handle`.
pub async fn account(shell: &Shell<'_>, typed: &str) -> Result<String, Trouble> {
    if typed.starts_with("acc_") {
        return Ok(typed.to_owned());
    }
    let all = ask::<Vec<AccountView>>(shell.backend, "accounts_list", Nothing {}).await?.view;
    let fits = |view: &&AccountView| {
        let (platform, name) = typed.split_once(':').unwrap_or(("", typed));
        let name = name.strip_prefix('@').unwrap_or(name);
        let named = [&view.handle, &view.name].into_iter().any(|known| known.trim_start_matches('@') == name);
        let whole = view.handle == typed || view.name == typed;
        whole || named && (platform.is_empty() || platform == view.platform)
    };
    let linked = |view: &&AccountView| view.state != AccountState::Unlinked;
    let found: Vec<_> = all.iter().filter(linked).filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => {
            let typed: String = typed.chars().take(60).collect();
            let action = "`postroomctl accounts list` shows those there are.";
            Err(Trouble::new(ErrorCode::NotFound, format!("There is no account {typed}."), action))
        }
        many => {
            let ids: Vec<_> = many.iter().map(|view| view.id.as_str()).collect();
            let message = format!("{} accounts are called {typed}: {}.", many.len(), ids.join(", "));
            Err(Trouble::usage(message, "Use the id."))
        }
    }
}

/// The same as a typed id.
pub async fn account_id(shell: &Shell<'_>, typed: &str) -> Result<AccountId, Trouble> {
    let id = account(shell, typed).await?;
    id.parse().map_err(|_| {
        let action = "`postroomctl accounts list` shows those there are.";
        Trouble::new(ErrorCode::NotFound, format!("There is no account {id}."), action)
    })
}
