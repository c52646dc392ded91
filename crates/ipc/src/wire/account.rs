//! Platforms, accounts, linking and the practice network.

use std::collections::BTreeMap;

use domain::{Access, AccountState, EffectClass, GrantGone, limits::PostLimits, options::OptionField};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SecretText;

/// One way to link an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum LinkMethod {
    /// Consent in the system browser.
    Oauth,
    /// Name and app password, typed here.
    AppPassword,
}

/// A permission and why it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScopeView {
    /// The platform's name for it.
    pub name: String,
    /// What Postroom does with it.
    pub reason: String,
}

/// What a person should know before linking, in the words of the platform's guide. What it does not say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NeedsView {
    /// Whether an app of their own is needed, and what kind.
    pub app: String,
    /// What it costs.
    pub cost: String,
    /// Who has to look at it first.
    pub review: String,
    /// What is not seen, or not seen yet.
    pub private: String,
}

/// A platform as its descriptor describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[expect(clippy::struct_excessive_bools, reason = "facts of a platform, each yes or no")]
pub struct PlatformView {
    /// Short name: `bluesky`.
    pub id: String,
    /// Name for people: `Bluesky`.
    pub name: String,
    /// Colour of its badge, `#rrggbb`.
    pub color: String,
    /// One or two letters for its badge.
    pub badge: String,
    /// Ways to link, the best first.
    pub methods: Vec<LinkMethod>,
    /// Whether a server address is asked for when linking.
    pub asks_instance: bool,
    /// The server used when none is given; empty where there is none.
    pub default_instance: String,
    /// Whether consent begins with a handle, by which the person's own server is found.
    pub asks_handle: bool,
    /// Days after which consent has to be given again, whatever is done; `None` where it lasts or that is not known.
    pub consent_days: Option<u16>,
    /// Whether posts can be published there; where not, accounts are only linked.
    pub publishes: bool,
    /// Account kinds to choose from when linking; empty where an account is of the kind it is.
    pub kinds: Vec<KindView>,
    /// What is needed before linking.
    pub needs: NeedsView,
    /// Permissions asked for.
    pub scopes: Vec<ScopeView>,
    /// What one part may hold; an account's own server may say otherwise.
    pub limits: PostLimits,
    /// Option fields any account has.
    pub options: Vec<OptionField>,
    /// Named endpoints with their real values.
    pub endpoints: BTreeMap<String, String>,
    /// Where the figures come from and when they were read.
    pub source: String,
    /// Whether the platform is the practice network.
    pub practice: bool,
}

/// What a person should know of a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlatformGuide {
    /// Short name: `bluesky`.
    pub id: String,
    /// The guide, in Markdown without HTML.
    pub markdown: String,
}

/// A link of a platform's guide, to be opened in the system's browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GuideLink {
    /// Platform's short name.
    pub id: String,
    /// The address, as it stands there.
    pub url: String,
}

/// A kind of account one can link, with the promise that follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KindView {
    /// Short name: `a`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// How doubt is settled for it.
    pub class: EffectClass,
}

/// A linked account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountView {
    /// `acc_…`
    pub id: String,
    /// Platform's short name.
    pub platform: String,
    /// The platform's own id of the account.
    pub remote_id: String,
    /// Handle as people write it.
    pub handle: String,
    /// Display name; the handle where there is none.
    pub name: String,
    /// Digest of its picture, which lies in the profile; empty where there is none.
    #[serde(default)]
    pub avatar: String,
    /// Kind, in the platform's words.
    pub kind: String,
    /// Its kind for people, where its platform has several; empty elsewhere.
    #[serde(default)]
    pub kind_name: String,
    /// How far the app goes that it is linked through; `null` where its platform makes no difference.
    #[serde(default)]
    pub app: Option<AccountApp>,
    /// Origin the account talks to: `https://bsky.social`.
    pub origin: String,
    /// Whether the endpoints were given by hand instead of by the descriptor.
    pub custom_endpoints: bool,
    /// How it was linked.
    pub method: LinkMethod,
    /// Whether it can publish.
    pub state: AccountState,
    /// One sentence about the state; empty when healthy.
    pub state_reason: String,
    /// How doubt about a post is settled for it.
    pub class: EffectClass,
    /// Permissions granted.
    pub scopes: Vec<String>,
    /// How its access stands, and what its owner can do about it.
    #[serde(default)]
    pub access: AccessView,
    /// Permissions that were asked for and not granted.
    #[serde(default)]
    pub scopes_missing: Vec<ScopeView>,
    /// When the access now held ends; it renews by itself when `renews` is true.
    #[ts(type = "string | null")]
    pub access_expires_at: Option<String>,
    /// Whether access renews by itself.
    pub renews: bool,
    /// When it was linked.
    pub linked_at: String,
    /// When it was last seen working.
    #[ts(type = "string | null")]
    pub checked_at: Option<String>,
    /// Posts waiting to go out through it.
    pub waiting: u32,
    /// What one part may hold for this account.
    pub limits: PostLimits,
    /// Option fields of this account, with its server's limits.
    pub options: Vec<OptionField>,
    /// What its platform allows in a time, and what of it is used.
    #[serde(default)]
    pub budget: Vec<super::BudgetView>,
}

/// Who says how far an app goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LevelTold {
    /// The platform's answers do.
    Platform,
    /// Its owner does.
    Owner,
    /// Nobody: it is not known.
    #[default]
    Nobody,
}

/// The app of the user's own that an account is linked through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountApp {
    /// How far it goes, in the platform's words; empty where that is not known.
    pub name: String,
    /// What that means; empty where it is not known.
    pub means: String,
    /// Who says so.
    pub told: LevelTold,
}

/// How the access of an account stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccessView {
    /// The one word for it.
    pub state: Access,
    /// What that means; empty where all is well.
    pub reason: String,
    /// What its owner can do; empty where there is nothing to do.
    pub fix: String,
    /// When it ends for good; `null` where nobody says so.
    #[ts(type = "string | null")]
    pub ends_at: Option<String>,
    /// Whether that end is moved by every renewal, so that it comes only to an account nobody uses.
    pub end_moves: bool,
}

/// Starts linking (or relinking, when `account` is given).
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct LinkStart {
    /// Platform's short name.
    pub platform: String,
    /// How; the platform's best when `null`.
    pub method: Option<LinkMethod>,
    /// Server address, where the platform asks for one.
    pub instance: Option<String>,
    /// Name or handle, for an app password and where consent begins with it.
    pub identifier: Option<String>,
    /// App password. Goes in, never comes out.
    pub secret: Option<SecretText>,
    /// Account kind to ask for, on platforms that have several.
    pub kind: Option<String>,
    /// The account to link again; keeps its schedule and history.
    pub account: Option<String>,
    /// Whether to open the system browser.
    pub open_browser: bool,
    /// Seconds until the attempt is given up; 300 when `null`, at most 600.
    pub timeout_s: Option<u32>,
    /// Endpoints given by hand, by name.
    #[ts(type = "Record<string, string>")]
    pub endpoints: BTreeMap<String, String>,
}

/// How far an attempt to link has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LinkStage {
    /// The browser was asked to open; consent is awaited.
    WaitingForBrowser,
    /// The browser came back; the code is being exchanged.
    Exchanging,
    /// The account's name is being read and its tokens sealed.
    Finishing,
    /// Linked.
    Done,
    /// Ended without an account.
    Failed,
}

/// An attempt to link.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkView {
    /// Identifier of the attempt.
    pub id: String,
    /// Platform's short name.
    pub platform: String,
    /// How far it has come.
    pub stage: LinkStage,
    /// Where to consent; empty for an app password.
    pub authorize_url: String,
    /// Where the browser comes back to; empty where it does not.
    pub redirect_uri: String,
    /// Whether that is a page whose address the person has to bring ([`LinkAnswer`]).
    #[serde(default)]
    pub pasted: bool,
    /// The code to type there; empty where none is.
    #[serde(default)]
    pub user_code: String,
    /// When it is given up.
    pub expires_at: String,
    /// The account, once done.
    pub account: Option<AccountView>,
    /// What went wrong, once failed.
    pub failure: Option<super::Failure>,
}

/// Where a person's browser ended up after they agreed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkAnswer {
    /// Identifier of the attempt.
    pub id: String,
    /// The whole address; at most 8 KiB.
    pub address: SecretText,
}

/// What becomes of scheduled posts when an account is unlinked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OnUnlink {
    /// They wait for the account to be linked again.
    #[default]
    Hold,
    /// They are cancelled.
    Cancel,
}

/// Unlinks an account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Unlink {
    /// `acc_…`
    pub id: String,
    /// What becomes of its scheduled posts.
    #[serde(default)]
    pub scheduled: OnUnlink,
}

/// An account that was unlinked, and what it leaves at its platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Unlinked {
    /// The account.
    #[serde(flatten)]
    pub account: AccountView,
    /// What became of its grant there.
    #[serde(default)]
    pub grant: GrantGone,
    /// The same in a sentence or two.
    #[serde(default)]
    pub grant_words: String,
    /// Where its owner sees and ends what apps may do; empty where no page is known.
    #[serde(default)]
    pub grant_page: String,
}

/// The practice network's process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PracticeView {
    /// Whether it answers.
    pub running: bool,
    /// Its address; empty while it does not run.
    pub url: String,
    /// Its public timeline, for a browser.
    pub timeline_url: String,
    /// Folder of its journal.
    pub folder: String,
}

/// A fault the practice network is to make.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PracticeFault {
    /// `reject`, `rate_limit`, `server_error`, `hang`, `lost_reply`, `accept_late`, `revoke`, `refuse_before`; `none` clears all.
    pub kind: String,
    /// How many times; 1 when `null`.
    pub times: Option<u32>,
}

/// Links a practice account without a browser.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PracticeLink {
    /// `a`, `b`, `c` or `d`.
    pub kind: String,
    /// Display name; a friendly one when `null`.
    pub name: Option<String>,
}
