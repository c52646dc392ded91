//! Checking connections. Nothing in these shapes is a secret: they are made to be shown to whoever helps.

use domain::doctor::{Diagnosis, Hop, HopState, Remedy};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Starts a check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct DoctorStart {
    /// `acc_…`: one account.
    pub account: Option<String>,
    /// A platform's short name: its accounts, or what linking there takes. Without either, every account.
    pub platform: Option<String>,
    /// Server address, with a platform.
    pub instance: Option<String>,
    /// Endpoints given by hand, with a platform.
    #[ts(type = "Record<string, string>", optional)]
    pub endpoints: std::collections::BTreeMap<String, String>,
}

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DoctorState {
    /// Under way.
    Running,
    /// All was tried.
    Done,
    /// Ended before that.
    Cancelled,
}

/// A check of connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoctorView {
    /// Identifier of the check.
    pub id: String,
    /// How it stands.
    pub state: DoctorState,
    /// When it began.
    pub at: String,
    /// What it looks at, in order.
    pub examined: Vec<ExaminedView>,
}

/// What is examined, and what that showed so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExaminedView {
    /// Platform's short name; empty for this computer alone.
    pub platform: String,
    /// `acc_…`; `null` without an account.
    pub account: Option<String>,
    /// Its handle; empty without one.
    pub handle: String,
    /// The server's origin; empty where there is none.
    pub server: String,
    /// The first hop that is broken; `null` where none is.
    pub broken: Option<Hop>,
    /// The hop that is being tried.
    pub trying: Option<Hop>,
    /// Hops in order; at the end all of them.
    pub hops: Vec<HopView>,
}

/// What came of one hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HopView {
    /// Which.
    pub hop: Hop,
    /// What came of it.
    pub state: HopState,
    /// What is wrong; `null` where nothing is.
    pub diagnosis: Option<Diagnosis>,
    /// What the app can do about it; `null` where nothing is wrong.
    pub remedy: Option<Remedy>,
    /// What that means.
    pub means: String,
    /// What mends it; empty where nothing has to be.
    pub fix: String,
    /// What was seen.
    pub seen: Vec<FactView>,
}

/// Something that was seen, redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FactView {
    /// What it is: `server`, `status`.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A check as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoctorReport {
    /// Plain text.
    pub text: String,
}
