//! `vault`.

use std::io::Read;

use domain::Secret;
use ipc::wire::{Nothing, RecoveryKeyView, SecretText, VaultBackend, VaultPlace, VaultRecover, VaultRotate, VaultView};

use super::naming;
use crate::{
    answer::Answer,
    backend::ask,
    cli::{VaultKind, VaultVerb},
    render,
    shell::Shell,
    trouble::Trouble,
};

/// Longest secrets read, together.
const SECRETS_BYTES: u64 = 4_096;

pub async fn run(verb: VaultVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    let mut secrets = Secrets::default();
    let reply = match verb {
        VaultVerb::Status => ask::<VaultView>(shell.backend, "vault_show", Nothing {}).await?,
        VaultVerb::Rotate(args) => {
            let account = match &args.account {
                Some(name) => Some(naming::account(shell, name).await?),
                None => None,
            };
            let secret = if args.key_stdin { Some(secrets.next("key")?) } else { None };
            ask::<VaultView>(shell.backend, "vault_rotate", VaultRotate { account, secret }).await?
        }
        VaultVerb::Move(args) => {
            let to = place(args.to, &mut secrets)?;
            ask::<VaultView>(shell.backend, "vault_move", to).await?
        }
        VaultVerb::Passphrase => {
            let now = ask::<VaultView>(shell.backend, "vault_show", Nothing {}).await?.view;
            if now.backend != Some(VaultBackend::Passphrase) {
                let message = "This profile's key is not behind a passphrase.";
                return Err(Trouble::usage(message, "`vault move --to passphrase` puts it behind one."));
            }
            let to = place(VaultKind::Passphrase, &mut secrets)?;
            ask::<VaultView>(shell.backend, "vault_move", to).await?
        }
        VaultVerb::Recover(args) => {
            let recovery_key = secrets.next("recovery key")?;
            let to = place(args.to, &mut secrets)?;
            ask::<VaultView>(shell.backend, "vault_recover", VaultRecover { recovery_key, to }).await?
        }
        VaultVerb::RecoveryKey => {
            let reply = ask::<RecoveryKeyView>(shell.backend, "vault_recovery_key", Nothing {}).await?;
            return Ok(Answer::new(reply.json, render::recovery_key(reply.view)));
        }
    };
    Ok(Answer::new(reply.json, render::vault(&reply.view, shell.zone)))
}

fn place(kind: VaultKind, secrets: &mut Secrets) -> Result<VaultPlace, Trouble> {
    let (backend, secret) = match kind {
        VaultKind::Keychain => (VaultBackend::Keychain, None),
        VaultKind::Passphrase => (VaultBackend::Passphrase, Some(secrets.next("new passphrase")?)),
        VaultKind::Env => (VaultBackend::Environment, Some(secrets.next("new key")?)),
    };
    Ok(VaultPlace { backend, secret })
}

/// The lines of standard input, read when the first is asked for.
#[derive(Default)]
struct Secrets(Option<Vec<Secret<String>>>);

impl Secrets {
    fn next(&mut self, what: &str) -> Result<SecretText, Trouble> {
        let lines = match &mut self.0 {
            Some(lines) => lines,
            none => none.insert(lines(std::io::stdin())?),
        };
        let line = lines.pop().filter(|line| !line.expose().is_empty());
        let missing =
            || Trouble::usage(format!("Standard input lacks the {what}."), "Pipe it in, on a line of its own.");
        line.map(|line| SecretText::new(line.expose().clone())).ok_or_else(missing)
    }
}

/// Its lines, the last first.
fn lines(from: impl Read) -> Result<Vec<Secret<String>>, Trouble> {
    let mut bytes = Vec::with_capacity(usize::try_from(SECRETS_BYTES).unwrap_or_default() + 1);
    let read = from.take(SECRETS_BYTES + 1).read_to_end(&mut bytes);
    let bytes = Secret::new(bytes);
    let text = std::str::from_utf8(bytes.expose()).ok();
    match text.filter(|_| read.is_ok() && bytes.expose().len() as u64 <= SECRETS_BYTES) {
        Some(text) => Ok(text.lines().rev().map(Secret::from).collect()),
        None => {
            Err(Trouble::usage("Standard input holds no text, or too much of it.", "Pipe in only what is asked for."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_one_secret() {
        let mut secrets = Secrets(Some(lines(&b"post room 1abc\r\ncorrect horse\n"[..]).unwrap()));
        assert_eq!(secrets.next("recovery key").unwrap().into_secret().unwrap().expose(), "post room 1abc");
        assert_eq!(secrets.next("new passphrase").unwrap().into_secret().unwrap().expose(), "correct horse");
        let trouble = secrets.next("new key").unwrap_err();
        assert_eq!((trouble.exit as u8, trouble.failure.message.as_str()), (2, "Standard input lacks the new key."));
    }

    #[test]
    fn too_much_and_what_is_no_text_are_wrong_usage() {
        for wrong in [vec![b'a'; 5_000], vec![0xff, 0xfe]] {
            assert_eq!(lines(wrong.as_slice()).map(drop).map_err(|trouble| trouble.exit as u8), Err(2));
        }
    }
}
