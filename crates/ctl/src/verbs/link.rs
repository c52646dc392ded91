//! `accounts link` and `relink`: starts an attempt and stays with it until it is settled.

use std::{
    future::Future,
    io::{BufRead, BufReader, Read},
    pin::pin,
    time::Duration,
};

use domain::ErrorCode;
use ipc::wire::{
    AccountView, ById, LinkAnswer, LinkMethod, LinkStage, LinkStart, LinkView, Nothing, PlatformView, SecretText,
};
use serde_json::{Value, json};
use tokio::{sync::mpsc, time};

use super::naming;
use crate::{
    answer::Answer,
    backend::ask,
    cli::{LinkArgs, LinkFlags, LinkWay, RelinkArgs},
    moment, render,
    shell::Shell,
    trouble::Trouble,
};

/// How often an attempt is asked about.
const LOOK: Duration = Duration::from_millis(200);
/// Longest secret read.
const SECRET_BYTES: u64 = 4_096;
/// Most read of addresses that are brought by hand, and how many wait to be looked at.
const BROUGHT_BYTES: u64 = 256 * 1_024;
const BROUGHT_WAITING: usize = 4;

/// Links an account. `end` is the wish to give up: it cancels the attempt.
pub async fn link(shell: &Shell<'_>, args: LinkArgs, end: impl Future<Output = ()>) -> Result<Answer, Trouble> {
    let known = ask::<Vec<PlatformView>>(shell.backend, "platforms_list", Nothing {}).await?.view;
    let endpoints = shell.overrides.of(&args.platform, &known)?;
    let best = known.iter().find(|view| view.id == args.platform).and_then(|view| view.methods.first().copied());
    let start = LinkStart {
        platform: args.platform,
        instance: args.instance,
        kind: args.kind,
        endpoints,
        ..from_flags(&args.flags, best)?
    };
    follow(shell, start, end).await
}

/// Links an account again, with the endpoints it has.
pub async fn relink(shell: &Shell<'_>, args: RelinkArgs, end: impl Future<Output = ()>) -> Result<Answer, Trouble> {
    let id = naming::account(shell, &args.id).await?;
    let view = ask::<AccountView>(shell.backend, "accounts_show", ById { id }).await?.view;
    let mut start =
        LinkStart { platform: view.platform, account: Some(view.id), ..from_flags(&args.flags, Some(view.method))? };
    if start.method == Some(LinkMethod::AppPassword) && start.identifier.is_none() {
        start.identifier = Some(view.handle);
    }
    follow(shell, start, end).await
}

fn from_flags(flags: &LinkFlags, best: Option<LinkMethod>) -> Result<LinkStart, Trouble> {
    let method = match flags.method {
        Some(LinkWay::Oauth) => Some(LinkMethod::Oauth),
        Some(LinkWay::AppPassword) => Some(LinkMethod::AppPassword),
        Some(LinkWay::Webhook) => return Err(Trouble::not_available("accounts link --method webhook")),
        Some(LinkWay::Token) => return Err(Trouble::not_available("accounts link --method token")),
        None if flags.secret_stdin => Some(LinkMethod::AppPassword),
        None => best,
    };
    if (method == Some(LinkMethod::AppPassword)) != flags.secret_stdin {
        let message = "An app password is read from standard input with --secret-stdin, and for nothing else.";
        return Err(Trouble::usage(message, "Add --secret-stdin, or choose another --method."));
    }
    let secret = if flags.secret_stdin { Some(read_secret(std::io::stdin())?) } else { None };
    Ok(LinkStart {
        method,
        identifier: flags.identifier.clone(),
        secret,
        open_browser: !flags.no_browser,
        timeout_s: flags.timeout,
        ..LinkStart::default()
    })
}

/// The first line of what is given.
pub(super) fn read_secret(from: impl Read) -> Result<SecretText, Trouble> {
    let mut text = String::new();
    let read = from.take(SECRET_BYTES + 1).read_to_string(&mut text);
    let line = text.lines().next().unwrap_or_default();
    if read.is_err() || line.is_empty() || text.len() as u64 > SECRET_BYTES {
        let message = "Standard input holds no secret, or more than one fits.";
        return Err(Trouble::usage(message, "Pipe the app password or client secret in, and nothing else."));
    }
    Ok(SecretText::new(line.to_owned()))
}

async fn follow(shell: &Shell<'_>, start: LinkStart, end: impl Future<Output = ()>) -> Result<Answer, Trouble> {
    let mut end = pin!(end);
    let prints_address = !start.open_browser;
    let mut attempt = ask::<LinkView>(shell.backend, "link_start", start).await?;
    announce(shell, &attempt.view, prints_address)?;
    // Read only where an address has to be brought: a job in the background that reads a terminal is stopped.
    let mut brought = attempt.view.pasted.then(|| brought_on(std::io::stdin()));
    let mut looks = time::interval(LOOK);
    loop {
        if let Some(settled) = settled(shell, &attempt.json, &attempt.view) {
            return settled;
        }
        let id = ById { id: attempt.view.id.clone() };
        tokio::select! {
            () = &mut end => return Err(give_up(shell, id).await),
            Some(address) = next(brought.as_mut()) => {
                let asked = LinkAnswer { id: id.id, address };
                match ask::<LinkView>(shell.backend, "link_answer", asked).await {
                    Ok(answered) => attempt = answered,
                    Err(trouble) => shell.console.hint(&format!("{} {}", trouble.failure.message, trouble.failure.action)),
                }
            }
            _ = looks.tick() => attempt = ask::<LinkView>(shell.backend, "link_status", id).await?,
        }
    }
}

/// The lines that are typed or piped in, as they come. The thread ends with the program.
fn brought_on(from: impl Read + Send + 'static) -> mpsc::Receiver<SecretText> {
    let (line, lines) = mpsc::channel(BROUGHT_WAITING);
    std::thread::spawn(move || {
        let given = BufReader::new(from.take(BROUGHT_BYTES)).lines().map_while(Result::ok);
        for text in given.filter(|text| !text.trim().is_empty()) {
            if line.blocking_send(SecretText::new(text)).is_err() {
                break;
            }
        }
    });
    lines
}

/// The next address; never comes where none is awaited. `None` once no more can come.
async fn next(brought: Option<&mut mpsc::Receiver<SecretText>>) -> Option<SecretText> {
    match brought {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}

fn announce(shell: &Shell<'_>, view: &LinkView, prints_address: bool) -> Result<(), Trouble> {
    let LinkView { authorize_url, redirect_uri, user_code, expires_at, .. } = view;
    if authorize_url.is_empty() {
        return Ok(());
    }
    if !user_code.is_empty() {
        return announce_code(shell, view, prints_address);
    }
    if view.pasted {
        shell.console.hint("After you agreed, the browser shows a page it cannot open. Paste its whole address here.");
    }
    if !prints_address {
        shell
            .console
            .hint(&format!("Allow Postroom in the browser. If none opened, use this address:\n{authorize_url}"));
        return Ok(());
    }
    let line = json!({"authorize_url": authorize_url, "redirect_uri": redirect_uri, "expires_at": expires_at});
    let until = moment::show(expires_at, shell.zone);
    let text = format!("Open this address in a browser on this computer until {until}:\n{authorize_url}");
    shell.console.entry(&line, &text).map_err(|error| closed(&error))
}

/// A code is shown wherever the browser is: it has to be typed there.
fn announce_code(shell: &Shell<'_>, view: &LinkView, prints_address: bool) -> Result<(), Trouble> {
    let LinkView { authorize_url, user_code, expires_at, .. } = view;
    let until = moment::show(expires_at, shell.zone);
    let text = format!("Type {user_code} at {authorize_url}, until {until}. Do it only if you started this yourself.");
    if !prints_address {
        shell.console.hint(&text);
        return Ok(());
    }
    let line = json!({"authorize_url": authorize_url, "user_code": user_code, "expires_at": expires_at});
    shell.console.entry(&line, &text).map_err(|error| closed(&error))
}

fn closed(error: &std::io::Error) -> Trouble {
    let message = format!("Standard output cannot be written: {error}.");
    Trouble::new(ErrorCode::StorageFailed, message, "Keep it open until the command ends.")
}

/// The outcome of an attempt; `None` while it is under way.
fn settled(shell: &Shell<'_>, json: &Value, view: &LinkView) -> Option<Result<Answer, Trouble>> {
    match (view.stage, &view.account, &view.failure) {
        (LinkStage::Done, Some(account), _) => {
            let text = format!("{} is linked.\n\n{}", account.handle, render::account(account, shell.zone));
            Some(Ok(Answer::new(json.get("account").cloned().unwrap_or_default(), text)))
        }
        (LinkStage::Failed, _, Some(failure)) => Some(Err(failure.clone().into())),
        (LinkStage::Done | LinkStage::Failed, ..) => {
            Some(Err(Trouble::new(ErrorCode::Internal, "Linking ended without an account.", "Try again.")))
        }
        _ => None,
    }
}

async fn give_up(shell: &Shell<'_>, id: ById) -> Trouble {
    if let Err(trouble) = ask::<LinkView>(shell.backend, "link_cancel", id).await {
        return trouble;
    }
    Trouble::new(
        ErrorCode::LinkCancelled,
        "Linking was stopped here. No account was linked.",
        "Start it again any time.",
    )
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
