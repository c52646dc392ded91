//! `practice`, apart from `serve`.

use ipc::wire::{AccountView, Nothing, PracticeFault, PracticeLink, PracticeView};
use serde_json::{Value, json};

use crate::{answer::Answer, backend::ask, cli::PracticeVerb, render, shell::Shell, trouble::Trouble};

pub async fn run(verb: PracticeVerb, shell: &Shell<'_>) -> Result<Answer, Trouble> {
    match verb {
        PracticeVerb::Status => {
            let reply = ask::<PracticeView>(shell.backend, "practice_status", Nothing {}).await?;
            Ok(Answer::new(reply.json, render::practice(&reply.view)))
        }
        PracticeVerb::Fault { kind, times } => {
            let fault = PracticeFault { kind: kind.clone(), times };
            ask::<Value>(shell.backend, "practice_fault", fault).await?;
            let text = match (kind.as_str(), times.unwrap_or(1)) {
                ("none", _) => "The practice network works as it should.".to_owned(),
                (_, 1) => format!("The next fitting call meets `{kind}`."),
                (_, times) => format!("The next {times} fitting calls meet `{kind}`."),
            };
            Ok(Answer::new(json!({"kind": kind, "times": times.unwrap_or(1)}), text))
        }
        PracticeVerb::Link { kind, name } => {
            let reply = ask::<AccountView>(shell.backend, "practice_link", PracticeLink { kind, name }).await?;
            let text = format!("{} is linked.\n\n{}", reply.view.handle, render::account(&reply.view, shell.zone));
            Ok(Answer::new(reply.json, text))
        }
        PracticeVerb::Serve { .. } => Err(Trouble::not_available("practice serve over the socket")),
    }
}
