//! Use cases: linking, composing, scheduling, publishing, confirming. An [`App`] is one open profile; it
//! holds the profile's lock, so one process at a time writes it. Nothing here knows of windows, sockets or
//! command lines.

#[macro_use]
pub mod points;

pub mod accounts;
mod ahead;
pub mod announcer;
pub mod change;
pub mod clockwork;
mod coming;
pub mod compose;
pub mod copied;
pub mod decide;
pub mod desktop;
pub mod event;
pub mod language;
pub mod likeness;
pub mod link;
pub mod logs;
pub mod lookahead;
mod looked;
pub mod mend;
pub mod outages;
pub mod paths;
pub mod pictures;
pub mod practice;
pub mod queue_view;
pub mod redrive;
pub mod review;
pub mod series;
pub mod settings;
pub mod slots;
pub mod system;
pub mod unwritable;

mod account_lock;
mod allowance;
mod apart;
mod attempts;
mod beside;
mod calls;
mod cards;
mod doubts;
mod effects;
mod error;
mod exchange;
mod facts;
mod guards;
mod jobs;
mod keys;
mod ledger;
mod looks;
mod media;
mod missed;
mod notices;
mod open;
mod options;
mod pace;
mod progress;
mod publish;
mod restored;
mod retry;
mod retry_budget;
mod scheduler;
mod sealing;
mod series_ahead;
mod series_due;
mod time_check;
mod times;
mod tokens;
mod unreachable;
mod unwritten;
mod uploads;
mod vault_choice;
mod waiting_line;
mod words;
mod wrong_clock;
mod zone_data;

pub use error::Error;
pub use missed::Answer as MissedAnswer;
pub use open::{App, EndpointOverrides, Options, PracticeProgram};
pub use progress::Progress;
pub use scheduler::Runner;
pub use sealing::VaultView;
pub use vault_choice::VaultChoice;
