//! `media` and `posts`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Verbs on media.
#[derive(Debug, Subcommand)]
pub enum MediaVerb {
    /// Copy a picture into the profile
    Add {
        /// The file.
        file: PathBuf,
        /// What it shows, for those who cannot see it.
        #[arg(long, default_value = "", allow_hyphen_values = true)]
        alt: String,
    },
    /// All pictures in the profile
    List,
}

/// Verbs on posts.
#[derive(Debug, Subcommand)]
pub enum PostsVerb {
    /// Write a post, and schedule it where a time is given
    Create(CreateArgs),
    /// Posts and drafts
    List {
        /// `draft`, or a state of publications.
        #[arg(long)]
        state: Option<String>,
        /// Due at or after this time.
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// Due before this time.
        #[arg(long, value_name = "TIME")]
        to: Option<String>,
    },
    /// One post
    Show {
        /// Post.
        id: String,
    },
    /// Change a draft, or the words of what is live
    Edit(EditArgs),
    /// Give a post another time
    Reschedule {
        /// Post.
        id: String,
        /// When.
        #[command(flatten)]
        time: TimeArgs,
    },
    /// Take a scheduled post back
    Cancel {
        /// Post.
        id: String,
    },
    /// Delete a draft or a finished post from this profile, or what is live of it at the platforms
    Delete {
        /// Post.
        id: String,
        /// Really delete what is live, for everybody.
        #[arg(long, conflicts_with = "keep_live")]
        yes: bool,
        /// Forget it here; what is live stays live.
        #[arg(long)]
        keep_live: bool,
    },
    /// Check what would be sent, without sending it
    Check {
        /// Post.
        id: String,
    },
}

/// What a post is made of.
#[derive(Debug, Clone, Default, Args)]
pub struct WritingArgs {
    /// The text.
    #[arg(long, value_name = "T", allow_hyphen_values = true, conflicts_with = "text_file")]
    pub text: Option<String>,
    /// File with the text; `-` for standard input.
    #[arg(long, value_name = "F")]
    pub text_file: Option<PathBuf>,
    /// One more part of a thread, after the text; may be repeated.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub thread_part: Vec<String>,
    /// Written below the post once all of it is live; empty takes it away.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub first_comment: Option<String>,
    /// Picture of the first part, with its alt text; may be repeated. Also the id of one added before.
    #[arg(long, value_name = "FILE[::ALT]")]
    pub media: Vec<String>,
    /// What one account gets instead (JSON with `text` or `parts`, and `options`).
    #[arg(long, value_name = "ACCOUNT=FILE.json")]
    pub variant: Vec<String>,
    /// A platform's option for one account.
    #[arg(long, value_name = "ACCOUNT.key=value", allow_hyphen_values = true)]
    pub option: Vec<String>,
    /// Where it cannot go out as planned: `hold` it, send the `text` without its pictures, or go through another
    /// account of the same platform (`account:ACCOUNT`).
    #[arg(long, value_name = "hold|text|account:ACCOUNT")]
    pub fallback: Option<String>,
}

/// Arguments of `posts create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Accounts: ids, or handles where those are unique.
    #[arg(long, required = true, num_args = 1.., value_name = "ACCOUNT")]
    pub to: Vec<String>,
    /// What is written.
    #[command(flatten)]
    pub writing: WritingArgs,
    /// Keep it as a draft, as without a time.
    #[arg(long, conflicts_with_all = ["at", "now", "next_slot", "repeat"])]
    pub draft: bool,
    /// In the next free weekly slot of each account.
    #[arg(long, conflicts_with_all = ["at", "now", "repeat"])]
    pub next_slot: bool,
    /// Come again by this rule of iCalendar, counted from the time given: `FREQ=WEEKLY;BYDAY=MO,TH`. Prints the series.
    #[arg(long, value_name = "RRULE", requires = "at", conflicts_with = "fallback")]
    pub repeat: Option<String>,
    /// When.
    #[command(flatten)]
    pub time: TimeArgs,
}

/// Arguments of `posts edit`.
#[derive(Debug, Args)]
pub struct EditArgs {
    /// Post.
    pub id: String,
    /// Accounts, in place of those chosen before; of what is live, the accounts where it changes.
    #[arg(long, num_args = 1.., value_name = "ACCOUNT")]
    pub to: Vec<String>,
    /// What changes; the rest stays.
    #[command(flatten)]
    pub writing: WritingArgs,
}

/// When to publish.
#[derive(Debug, Clone, Default, Args)]
pub struct TimeArgs {
    /// RFC 3339, local time (`2026-11-24T09:30`), or from now on (`+5s`, `+10m`, `+2h`, `+1d`).
    #[arg(long, value_name = "TIME", conflicts_with = "now")]
    pub at: Option<String>,
    /// As soon as a runner can.
    #[arg(long)]
    pub now: bool,
    /// Zone of the time, `Europe/Berlin`; the one in the settings when absent.
    #[arg(long, value_name = "IANA")]
    pub zone: Option<String>,
}
