//! `publications`, `queue` and `practice`.

use clap::{Args, Subcommand};

/// Verbs on publications.
#[derive(Debug, Subcommand)]
pub enum PublicationsVerb {
    /// Publications, those that need you first
    List {
        /// Only this state.
        #[arg(long)]
        state: Option<String>,
    },
    /// One publication with its journal
    Show {
        /// Publication.
        id: String,
    },
    /// Try failed or held ones again
    Retry(RetryArgs),
    /// Take several back, as far as nothing of them was sent
    Cancel {
        /// Publications.
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Give several another time: the first of them this one, the others as far from it as before
    Reschedule {
        /// Publications.
        #[arg(required = true)]
        ids: Vec<String>,
        /// When the first of them goes out.
        #[arg(long, value_name = "TIME")]
        at: String,
    },
    /// Say whether a post is live where nothing else can tell
    Decide(DecideArgs),
}

/// Arguments of `publications retry`.
#[derive(Debug, Args)]
pub struct RetryArgs {
    /// Publications.
    #[arg(required_unless_present_any = ["all_failed", "post", "waited"])]
    pub ids: Vec<String>,
    /// All that failed.
    #[arg(long, conflicts_with = "ids")]
    pub all_failed: bool,
    /// Only those of this account.
    #[arg(long, requires = "all_failed", conflicts_with = "ids")]
    pub account: Option<String>,
    /// All of this post that failed; what is live of it stays.
    #[arg(long, conflicts_with_all = ["ids", "all_failed"])]
    pub post: Option<String>,
    /// All that waited for this account, which is linked again.
    #[arg(long, value_name = "ACCOUNT", conflicts_with_all = ["ids", "all_failed", "post"])]
    pub waited: Option<String>,
}

/// Arguments of `publications decide`.
#[derive(Debug, Args)]
pub struct DecideArgs {
    /// Publication.
    pub id: String,
    /// It is live.
    #[arg(long, conflicts_with = "not_live", required_unless_present = "not_live")]
    pub live: bool,
    /// Its id or link at the platform.
    #[arg(long, value_name = "R", conflicts_with = "not_live")]
    pub remote_id: Option<String>,
    /// It is not live: publish it.
    #[arg(long)]
    pub not_live: bool,
}

/// Verbs on the queue.
#[derive(Debug, Subcommand)]
pub enum QueueVerb {
    /// Publish what is due, without a window, until stopped
    Run(RunArgs),
    /// What is due next, and how many there are of each state
    Status,
    /// Whether everything of the next seven days will go out, and why not
    Forecast,
    /// Hold everything
    Pause,
    /// Go on
    Resume,
    /// One answer for every post that missed its time
    Missed(MissedArgs),
    /// What the accounts say of a profile that is an older copy
    Copied {
        /// `send` lets go out what is not there, and resumes; `resume` only resumes.
        #[arg(long, value_parser = ["send", "resume"])]
        answer: Option<String>,
    },
    /// Undo the last action on many publications, as far as nothing of it has begun
    Undo {
        /// Another action than the last: the id it was answered with.
        id: Option<String>,
    },
}

/// Arguments of `queue missed`.
#[derive(Debug, Args)]
pub struct MissedArgs {
    /// `publish` sends them, a little apart; `slot` sends each in its account's next free slot; `cancel` does not.
    #[arg(value_parser = ["publish", "slot", "cancel"])]
    pub answer: String,
    /// When the first of them goes out; now when absent.
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}

/// Arguments of `queue run`.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct RunArgs {
    /// End when nothing is due or at work any more.
    #[arg(long)]
    pub until_idle: bool,
    /// End after this many seconds.
    #[arg(long = "for", value_name = "SEC")]
    pub for_s: Option<u64>,
}

/// Verbs on the practice network.
#[derive(Debug, Subcommand)]
pub enum PracticeVerb {
    /// Whether it runs, and where
    Status,
    /// Run it in this process until stopped
    Serve {
        /// Port on 127.0.0.1; any free one when absent.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Take --data as the network's own folder; otherwise that is `practice` in the profile folder.
        #[arg(long)]
        own_folder: bool,
    },
    /// Let its next calls go wrong
    Fault {
        /// `reject`, `rate_limit`, `server_error`, `hang`, `lost_reply`, `accept_late`, `refuse_before`, `revoke`,
        /// or `none`.
        kind: String,
        /// How many times.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
        times: Option<u32>,
    },
    /// Link an account there without a browser
    Link {
        /// Account kind.
        #[arg(long, value_parser = ["a", "b", "r", "c", "d"])]
        kind: String,
        /// Display name; a friendly one when absent.
        #[arg(long)]
        name: Option<String>,
    },
}
