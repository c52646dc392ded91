//! `series` and `slots`.

use clap::Subcommand;

/// Verbs on posts that come again. They are written with `posts create --repeat`.
#[derive(Debug, Subcommand)]
pub enum SeriesVerb {
    /// Series, those that go on first
    List {
        /// Those that ended too.
        #[arg(long)]
        all: bool,
    },
    /// One series, with its next dates and the posts made of it
    Show {
        /// Series.
        id: String,
    },
    /// End a series: posts of it that lie ahead are taken back
    End {
        /// Series.
        id: String,
    },
}

/// Verbs on weekly slots.
#[derive(Debug, Subcommand)]
pub enum SlotsVerb {
    /// The slots of an account, and the next free one
    List {
        /// Account: its id, or its handle where that is unique.
        account: String,
    },
    /// Give an account these slots in place of those it had; none where none are named
    Set {
        /// Account.
        account: String,
        /// Days and a time: `mon,thu@09:30`, `mon-fri@18:00`, `daily@12:00`.
        #[arg(value_name = "DAYS@HH:MM")]
        slots: Vec<String>,
        /// Zone they are meant in; the one in the settings when absent.
        #[arg(long, value_name = "IANA")]
        zone: Option<String>,
    },
}
