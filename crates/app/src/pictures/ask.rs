//! What the program asks of the process that opens a picture, and what comes back.

use domain::limits::PostLimits;
use serde::{Deserialize, Serialize};

/// A question, handed over as one argument; the file itself is standard input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Ask {
    /// Read the header, then decode all of it to see that it is whole.
    Look,
    /// Make it fit.
    Fit(Rules),
    /// Draw it anew, small: nothing of the file itself is kept.
    Redraw(Rules),
}

impl Ask {
    /// Seconds of processor time it may take: the largest picture takes about one, and as much again for each try at
    /// making it smaller.
    pub(crate) const fn processor_s(&self) -> u64 {
        match self {
            Self::Look | Self::Redraw(_) => 5,
            Self::Fit(_) => 15,
        }
    }
}

/// What a platform takes, as far as pictures go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rules {
    /// Longest side in pixels.
    pub(crate) max_side: u32,
    /// Largest file in bytes.
    pub(crate) max_bytes: u64,
    /// MIME types taken.
    pub(crate) types: Vec<String>,
}

impl Rules {
    pub(crate) fn of(limits: &PostLimits) -> Self {
        Self { max_side: limits.image_max_side, max_bytes: limits.image_max_bytes, types: limits.image_types.clone() }
    }

    /// The name of what is done for these rules; renditions are kept under it.
    pub(crate) fn recipe(&self) -> String {
        format!("1:{}:{}:{}", self.max_side, self.max_bytes, self.types.join(","))
    }
}

/// The first line that comes back; a finished file follows it where one was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub(crate) enum Reply {
    /// A picture, as it is or as it was made.
    Picture(Facts),
    /// No picture for us.
    Refused(Refusal),
}

/// What a picture is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// MIME type.
    pub(crate) mime: String,
    /// Pixels across as it is meant to be seen.
    pub(crate) width: u32,
    /// Pixels down as it is meant to be seen.
    pub(crate) height: u32,
}

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub(crate) enum Refusal {
    /// Not one of the four formats.
    #[error("not a picture of a known format: {detail}")]
    NoPicture {
        /// What was seen.
        detail: String,
    },
    /// One of the four formats, and damaged.
    #[error("damaged: {detail}")]
    Damaged {
        /// Where it broke.
        detail: String,
    },
    /// More pixels than are opened.
    #[error("{width} × {height} pixels")]
    TooManyPixels {
        /// Pixels across, by the header.
        width: u32,
        /// Pixels down, by the header.
        height: u32,
    },
    /// A larger file than is opened.
    #[error("a file of more than 100 MiB")]
    TooManyBytes,
    /// It would take more memory than one picture gets.
    #[error("more memory than one picture gets")]
    TooMuchMemory,
    /// No quality and no size makes it small enough.
    #[error("it cannot be made smaller than {max_bytes} bytes")]
    WillNotFit {
        /// The bytes allowed.
        max_bytes: u64,
    },
}
