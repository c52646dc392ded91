// Generated from crates/ipc; regenerate with `cargo xtask gen`.

export type About = { 
/**
 * Version of Postroom.
 */
version: string, 
/**
 * Version of the SQLite linked in.
 */
sqlite: string, 
/**
 * The web view and its version; empty without a window.
 */
web_view: string, 
/**
 * The operating system and its version.
 */
system: string, 
/**
 * The data folder.
 */
folder: string, 
/**
 * The folder of the log.
 */
logs: string, 
/**
 * All of it and the state of the queue in numbers, as text for a report: no name, no text, no secret.
 */
report: string, };

export type Access = "fine" | "ends_soon" | "expired_renewable" | "expired" | "revoked" | "scope_missing" | "unreachable" | "clock_wrong" | "keys_missing" | "locked" | "restricted" | "unlinked";

export type AccessView = { 
/**
 * The one word for it.
 */
state: Access, 
/**
 * What that means; empty where all is well.
 */
reason: string, 
/**
 * What its owner can do; empty where there is nothing to do.
 */
fix: string, 
/**
 * When it ends for good; `null` where nobody says so.
 */
ends_at: string | null, 
/**
 * Whether that end is moved by every renewal, so that it comes only to an account nobody uses.
 */
end_moves: boolean, };

export type AccountApp = { 
/**
 * How far it goes, in the platform's words; empty where that is not known.
 */
name: string, 
/**
 * What that means; empty where it is not known.
 */
means: string, 
/**
 * Who says so.
 */
told: LevelTold, };

export type AccountReview = { 
/**
 * `acc_…`
 */
account: string, 
/**
 * Text used and allowed, per part.
 */
counts: Array<TextCount>, 
/**
 * Parts as they will be sent.
 */
parts: Array<PreviewPart>, 
/**
 * How doubt about this post is settled.
 */
class: EffectClass, };

export type AccountState = "healthy" | "needs_relink" | "restricted" | "unlinked";

export type AccountView = { 
/**
 * `acc_…`
 */
id: string, 
/**
 * Platform's short name.
 */
platform: string, 
/**
 * The platform's own id of the account.
 */
remote_id: string, 
/**
 * Handle as people write it.
 */
handle: string, 
/**
 * Display name; the handle where there is none.
 */
name: string, 
/**
 * Digest of its picture, which lies in the profile; empty where there is none.
 */
avatar: string, 
/**
 * Kind, in the platform's words.
 */
kind: string, 
/**
 * Its kind for people, where its platform has several; empty elsewhere.
 */
kind_name: string, 
/**
 * How far the app goes that it is linked through; `null` where its platform makes no difference.
 */
app: AccountApp | null, 
/**
 * Origin the account talks to: `https://bsky.social`.
 */
origin: string, 
/**
 * Whether the endpoints were given by hand instead of by the descriptor.
 */
custom_endpoints: boolean, 
/**
 * How it was linked.
 */
method: LinkMethod, 
/**
 * Whether it can publish.
 */
state: AccountState, 
/**
 * One sentence about the state; empty when healthy.
 */
state_reason: string, 
/**
 * How doubt about a post is settled for it.
 */
class: EffectClass, 
/**
 * Permissions granted.
 */
scopes: Array<string>, 
/**
 * How its access stands, and what its owner can do about it.
 */
access: AccessView, 
/**
 * Permissions that were asked for and not granted.
 */
scopes_missing: Array<ScopeView>, 
/**
 * When the access now held ends; it renews by itself when `renews` is true.
 */
access_expires_at: string | null, 
/**
 * Whether access renews by itself.
 */
renews: boolean, 
/**
 * When it was linked.
 */
linked_at: string, 
/**
 * When it was last seen working.
 */
checked_at: string | null, 
/**
 * Posts waiting to go out through it.
 */
waiting: number, 
/**
 * What one part may hold for this account.
 */
limits: PostLimits, 
/**
 * Option fields of this account, with its server's limits.
 */
options: Array<OptionField>, 
/**
 * What its platform allows in a time, and what of it is used.
 */
budget: Array<BudgetView>, };

export type AddMedia = { 
/**
 * Absolute path.
 */
path: string, 
/**
 * Alt text.
 */
alt: string, };

export type AppSecret = "none" | "optional" | "needed";

export type AppState = { 
/**
 * Version of Postroom.
 */
version: string, 
/**
 * Version of the SQLite linked in.
 */
sqlite: string, 
/**
 * The data folder and its key.
 */
profile: ProfileView, 
/**
 * The queue at a glance.
 */
queue: QueueStatus, 
/**
 * Accounts that need their owner.
 */
accounts_needing_owner: number, 
/**
 * Notices not seen yet.
 */
unread_notices: number, 
/**
 * IANA zone of the computer.
 */
zone: string, 
/**
 * What this desktop offers.
 */
desktop: DesktopView, 
/**
 * First steps and which are done.
 */
checklist: Checklist, 
/**
 * The practice network.
 */
practice: PracticeView, };

export type AutostartChange = { 
/**
 * Whether it should.
 */
on: boolean, };

export type AutostartView = { 
/**
 * `on`, `off` or `unavailable`.
 */
state: string, 
/**
 * Why it is unavailable, in a sentence; empty otherwise.
 */
reason: string, };

export type BudgetView = { 
/**
 * Short name of the limit, unique within its platform: `posts`.
 */
name: string, 
/**
 * Whose calls it counts: `account`, or `server` for those of all accounts there.
 */
counts: string, 
/**
 * Points allowed in a window, as its answers say, or as documented.
 */
allowed: number, 
/**
 * Points used in this window.
 */
used: number, 
/**
 * Points left.
 */
left: number, 
/**
 * Length of a window in seconds.
 */
window_s: number, 
/**
 * When the window ends; `null` while none has begun.
 */
resets_at: string | null, 
/**
 * Points that publishing one part costs.
 */
per_post: number, 
/**
 * Where the documented figure comes from.
 */
source: string, };

export type Bulk = { 
/**
 * What is done.
 */
act: BulkAct, 
/**
 * To which.
 */
whose: BulkWhose, 
/**
 * The new time of the first; only for [`BulkAct::Reschedule`].
 */
when: When | null, };

export type BulkAct = "retry" | "reschedule" | "cancel";

export type BulkLeft = { 
/**
 * `pub_…`
 */
publication: string, 
/**
 * Why, in one sentence.
 */
why: string, };

export type BulkOutcome = { 
/**
 * `bulk_…`, to be undone by; `null` where nothing was done.
 */
id: string | null, 
/**
 * Publications it was done to.
 */
done: number, 
/**
 * The others.
 */
left: Array<BulkLeft>, };

export type BulkUndo = { 
/**
 * `bulk_…`; the last one when absent.
 */
id?: string, };

export type BulkUndone = { 
/**
 * Publications that are as they were.
 */
restored: number, 
/**
 * Those that had gone out or begun to.
 */
begun: number, 
/**
 * Those that were changed since.
 */
changed: number, };

export type BulkView = { 
/**
 * `bulk_…`
 */
id: string, 
/**
 * `retry`, `reschedule`, `cancel` or `missed`.
 */
kind: string, 
/**
 * Publications it was asked for.
 */
total: number, 
/**
 * Publications it was done to so far.
 */
done: number, 
/**
 * Until when it can be undone; `null` when it cannot.
 */
undo_until: string | null, };

export type BulkWhose = { "these": Array<string> } | { "failed": string | null } | { "failed_of": string } | { "waited": string };

export type ById = { 
/**
 * The identifier, prefix included.
 */
id: string, };

export type ByName = { 
/**
 * The name.
 */
name: string, };

export type CallFailure = { 
/**
 * When.
 */
at: string, 
/**
 * What was asked for, in the provider's word.
 */
operation: string, 
/**
 * HTTP status; `null` where there was no answer.
 */
status: number | null, 
/**
 * Why there was none, redacted; empty otherwise.
 */
words: string, };

export type ChangeSeries = { 
/**
 * `ser_…`
 */
id: string, 
/**
 * Other words, pictures or accounts.
 */
draft?: Draft, 
/**
 * Another rule or time.
 */
timing?: SeriesTiming, };

export type ChangeState = "waiting" | "running" | "retrying" | "held" | "unconfirmed" | "done" | "failed";

export type Checklist = { 
/**
 * An account is linked.
 */
linked: boolean, 
/**
 * A post was scheduled or published.
 */
scheduled: boolean, 
/**
 * A post is live.
 */
published: boolean, 
/**
 * The owner put the list away.
 */
dismissed: boolean, };

export type Content = { 
/**
 * At least one part.
 */
parts: Array<Part>, 
/**
 * BCP 47 language tag of the text; empty when unknown.
 */
language: string, 
/**
 * Written below the post once all of it is live, where the platform can; empty for none.
 */
first_comment: string, };

export type CopiedAnswer = { 
/**
 * Whether what is provably absent goes out; otherwise each waits.
 */
send_absent: boolean, };

export type CopiedItem = { 
/**
 * `pub_…`
 */
publication: string, 
/**
 * First line of its text.
 */
title: string, 
/**
 * Handle of its account.
 */
handle: string, 
/**
 * When it was to go out.
 */
at: string, 
/**
 * Its link where it was found; empty otherwise.
 */
url: string, 
/**
 * Why nothing can be said of it; empty otherwise.
 */
why: string, };

export type CopiedView = { 
/**
 * Whether it is one that its owner has not answered for yet.
 */
copied: boolean, 
/**
 * When the copy last did anything; `null` when that is not known.
 */
since: string | null, 
/**
 * Whether the accounts were read back, and nothing more can appear there.
 */
looked: boolean, 
/**
 * Found live, and marked published.
 */
found: Array<CopiedItem>, 
/**
 * Provably not there.
 */
absent: Array<CopiedItem>, 
/**
 * Nothing can be said of them.
 */
unknown: Array<CopiedItem>, };

export type CreatePost = { 
/**
 * What is written.
 */
draft: Draft, 
/**
 * When.
 */
when: When | null, 
/**
 * What becomes of it when it cannot go out as planned; it is held when absent.
 */
fallback?: Fallback, };

export type CreateSeries = { 
/**
 * What is written.
 */
draft: Draft, 
/**
 * When it comes.
 */
timing: SeriesTiming, };

export type DatabaseCopy = { 
/**
 * Which version of the database it was made of.
 */
version: number, 
/**
 * When it was made.
 */
at: string, 
/**
 * Its size.
 */
bytes: number, };

export type Decide = { 
/**
 * `pub_…`
 */
id: string, 
/**
 * Whether it is live.
 */
live: boolean, 
/**
 * Its id or link at the platform, where known.
 */
remote_id: string | null, };

export type DefineOutcome = { 
/**
 * The platform as it is kept; `null` where it is not.
 */
platform: DefinedPlatform | null, 
/**
 * What is wrong with it, where it is not kept.
 */
problems: Array<DefinedProblem>, };

export type DefinedField = "id" | "name" | "metadata" | "authorize" | "token" | "revoke" | "userinfo" | "issuer" | "keys" | "par" | "scopes" | "id_claim" | "handle_claim" | "name_claim";

export type DefinedPlatform = { 
/**
 * Short name: `my_forge`.
 */
id: string, 
/**
 * Name for people.
 */
name: string, 
/**
 * Where the server describes itself, or its issuer; empty where it does not. What is empty below is read there.
 */
metadata: string, 
/**
 * Opened in the browser.
 */
authorize: string, 
/**
 * Trades codes for tokens.
 */
token: string, 
/**
 * Ends grants; empty where nothing does.
 */
revoke: string, 
/**
 * Says who somebody is.
 */
userinfo: string, 
/**
 * Who the server is; empty where it does not say.
 */
issuer: string, 
/**
 * Whether its answers always say so.
 */
issuer_required: boolean, 
/**
 * Its signing keys; empty where it signs nothing.
 */
keys: string, 
/**
 * Takes requests ahead of the browser, where it takes no others.
 */
par: string, 
/**
 * Scopes asked for.
 */
scopes: Array<string>, 
/**
 * Whether apps there have a secret.
 */
secret: AppSecret, 
/**
 * Where it goes.
 */
secret_in: SecretIn, 
/**
 * Whether a proof key goes with requests.
 */
proof_key: ProofKey, 
/**
 * What is registered as the way back.
 */
way_back: WayBack, 
/**
 * What the answer calls somebody's id: a name, or a JSON pointer. `sub` where it is empty.
 */
id_claim: string, 
/**
 * What it calls their handle; the usual names where it is empty.
 */
handle_claim: string, 
/**
 * What it calls their name; `name` where it is empty.
 */
name_claim: string, };

export type DefinedProblem = { 
/**
 * The field.
 */
field: DefinedField, 
/**
 * What is wrong with it.
 */
wrong: DefinedWrong, };

export type DefinedWrong = "missing" | "too_much" | "letters" | "taken" | "no_address" | "no_https" | "secret" | "no_scope" | "no_claim" | "unreachable" | "no_description" | "not_described";

export type DesktopView = { 
/**
 * `linux`, `macos`, `windows`, or `none` without a window.
 */
os: string, 
/**
 * Whether something shows tray icons.
 */
tray: boolean, 
/**
 * Whether the effect of closing the window was already explained.
 */
close_explained: boolean, };

export type Diagnosis = "no_network" | "proxy_unreachable" | "proxy_refuses" | "no_name" | "connection_refused" | "no_connection" | "practice_off" | "certificate_expired" | "certificate_not_yet_valid" | "certificate_wrong_name" | "certificate_unknown_issuer" | "certificate_unusable" | "no_tls" | "clock_wrong" | "no_answer" | "sign_in_page" | "not_the_platform" | "platform_down" | "too_many_calls" | "authorization_unreached" | "authorization_down" | "ports_taken" | "loopback_blocked" | "no_browser" | "key_unavailable" | "app_missing" | "app_refused" | "outer_app_id" | "client_forgotten" | "redirect_refused" | "scope_refused" | "token_missing" | "token_expired" | "token_ended" | "token_not_renewed" | "scope_missing" | "kind_wrong" | "personal_account" | "account_restricted" | "other_account" | "read_failed" | "took_too_long";

export type DoctorReport = { 
/**
 * Plain text.
 */
text: string, };

export type DoctorStart = { 
/**
 * `acc_…`: one account.
 */
account?: string, 
/**
 * A platform's short name: its accounts, or what linking there takes. Without either, every account.
 */
platform?: string, 
/**
 * Server address, with a platform.
 */
instance?: string, 
/**
 * Endpoints given by hand, with a platform.
 */
endpoints?: Record<string, string>, };

export type DoctorState = "running" | "done" | "cancelled";

export type DoctorView = { 
/**
 * Identifier of the check.
 */
id: string, 
/**
 * How it stands.
 */
state: DoctorState, 
/**
 * When it began.
 */
at: string, 
/**
 * What it looks at, in order.
 */
examined: Array<ExaminedView>, };

export type Draft = { 
/**
 * Text and media common to all accounts.
 */
content: Content, 
/**
 * What single accounts get instead.
 */
variants: Array<Variant>, 
/**
 * `acc_…` of each chosen account.
 */
accounts: Array<string>, };

export type EditLive = { 
/**
 * `pub_…`
 */
id: string, 
/**
 * All its parts, in order, with as many alt texts as pictures.
 */
parts: Array<PartWords>, 
/**
 * BCP 47 language tag; unchanged when absent.
 */
language?: string, 
/**
 * Option fields that change; an empty value stands for the default.
 */
options: Record<string, string>, };

export type EffectClass = "a" | "b" | "r" | "c" | "d";

export type EffectKind = "publish" | "comment" | "edit" | "delete";

export type EffectState = "ready" | "open" | "done" | "refused" | "undecided";

export type EffectView = { 
/**
 * `eff_…`
 */
id: string, 
/**
 * Part it belongs to, from 0.
 */
part: number, 
/**
 * What it does.
 */
kind: EffectKind, 
/**
 * How doubt is settled.
 */
class: EffectClass, 
/**
 * Where it stands.
 */
state: EffectState, 
/**
 * Chosen id or key; empty where the platform takes none.
 */
key: string, 
/**
 * SHA-256 of the request, lower-case hexadecimal.
 */
fingerprint: string, 
/**
 * Calls made.
 */
attempts: number, 
/**
 * The platform's id of what came of it; empty until known.
 */
remote_id: string, 
/**
 * Its link; empty until known.
 */
url: string, };

export type EndedSeries = { 
/**
 * The series.
 */
series: SeriesView, 
/**
 * Posts that lay ahead and were taken back.
 */
taken_back: number, };

export type ErrorCode = "invalid_request" | "not_found" | "preflight_failed" | "wrong_state" | "relink_needed" | "missing_scope" | "account_restricted" | "personal_account" | "app_refused" | "credentials_refused" | "consent_refused" | "link_timed_out" | "link_cancelled" | "link_mismatch" | "rate_limited" | "quota_exhausted" | "content_rejected" | "media_rejected" | "media_unreadable" | "media_too_large" | "file_missing" | "remote_not_found" | "changed_elsewhere" | "unsupported" | "platform_unavailable" | "offline" | "certificate_refused" | "platform_protocol" | "outcome_unknown" | "missed" | "time_moved" | "clock_wrong" | "vault_unavailable" | "vault_corrupt" | "profile_busy" | "profile_copied" | "database_unusable" | "storage_failed" | "not_available" | "internal";

export type Event = { 
/**
 * What kind of thing.
 */
topic: Topic, 
/**
 * Which one, where it is one.
 */
id: string | null, };

export type EvidenceView = { 
/**
 * The part in question, from 0.
 */
part: number, 
/**
 * When its first call was made; `null` where none was.
 */
first_sent_at: string | null, 
/**
 * The page of the account; empty where there is none.
 */
profile_url: string, 
/**
 * The posts around that time, those that look like it first.
 */
posts: Array<SeenView>, 
/**
 * Why nothing can be read there; empty where it can.
 */
unreadable: string, };

export type ExaminedView = { 
/**
 * Platform's short name; empty for this computer alone.
 */
platform: string, 
/**
 * `acc_…`; `null` without an account.
 */
account: string | null, 
/**
 * Its handle; empty without one.
 */
handle: string, 
/**
 * The server's origin; empty where there is none.
 */
server: string, 
/**
 * The first hop that is broken; `null` where none is.
 */
broken: Hop | null, 
/**
 * The hop that is being tried.
 */
trying: Hop | null, 
/**
 * Hops in order; at the end all of them.
 */
hops: Array<HopView>, };

export type FactView = { 
/**
 * What it is: `server`, `status`.
 */
name: string, 
/**
 * Its value.
 */
value: string, };

export type Failure = { 
/**
 * Which of the closed list.
 */
code: ErrorCode, 
/**
 * What happened, in one or two sentences.
 */
message: string, 
/**
 * What to do next.
 */
action: string, 
/**
 * The platform's own words, redacted; empty when it said nothing.
 */
details: string, 
/**
 * What pre-flight found, when that is why.
 */
findings: Array<Finding>, };

export type Fallback = { "kind": "hold" } | { "kind": "text" } | { "kind": "account", 
/**
 * That account.
 */
account: string, };

export type FetchCard = { 
/**
 * The address.
 */
url: string, };

export type Finding = { 
/**
 * What was found.
 */
code: FindingCode, 
/**
 * Whether it stops publishing.
 */
severity: Severity, 
/**
 * The account it concerns; `None` when it concerns the post as a whole.
 */
account: string | null, 
/**
 * The part of a thread, counted from 0.
 */
part: number | null, 
/**
 * The picture.
 */
media: string | null, 
/**
 * What there is (characters, pictures, bytes, minutes …).
 */
actual: number | null, 
/**
 * What fits, in the same unit.
 */
limit: number | null, 
/**
 * The option field it concerns, by its id.
 */
option: string | null, };

export type FindingCode = "no_accounts" | "empty" | "text_too_long" | "too_many_images" | "image_type" | "image_too_large" | "alt_missing" | "alt_too_long" | "too_many_parts" | "account_needs_relink" | "only_linked" | "time_past" | "time_does_not_exist" | "time_twice" | "file_missing" | "same_text_soon" | "link_not_shown" | "option_invalid" | "option_unknown" | "poll_with_media" | "comment_too_long" | "comment_not_sent" | "account_restricted" | "access_ends" | "permission_missing" | "quota_used_up" | "clock_wrong" | "queue_paused" | "keychain_locked" | "platform_in_trouble";

export type FolderName = "data" | "logs";

export type ForecastDay = { 
/**
 * `2026-11-24`, in the zone of the forecast.
 */
date: string, 
/**
 * Publications that go out, as far as can be told.
 */
will: number, 
/**
 * Those that may not, or not at their time.
 */
at_risk: number, 
/**
 * Those that will not unless their owner does something.
 */
will_not: number, };

export type ForecastItem = { 
/**
 * `pub_…`
 */
publication: string, 
/**
 * `post_…`
 */
post: string, 
/**
 * `acc_…`
 */
account: string, 
/**
 * Platform's short name.
 */
platform: string, 
/**
 * Handle of the account.
 */
handle: string, 
/**
 * First line of the text.
 */
title: string, 
/**
 * The time chosen.
 */
schedule: Schedule, 
/**
 * Where it stands.
 */
state: PublicationState, 
/**
 * Why it is held; `null` unless held.
 */
held: HeldReason | null, 
/**
 * What is to be expected.
 */
outlook: Outlook, 
/**
 * Why, the worst first; empty where all is well, and where its state says why.
 */
findings: Array<Finding>, 
/**
 * Why, in a sentence; empty where all is well.
 */
reason: string, 
/**
 * What to do about it; empty where all is well.
 */
fix: string, };

export type ForecastQuery = { 
/**
 * Those that will go out as well; without it only those that may not.
 */
all?: boolean, 
/**
 * At most this many; 200 when `null`, at most 1,000.
 */
limit?: number, };

export type ForecastView = { 
/**
 * Whether a runner is at work on this profile: without one nothing goes out.
 */
running: boolean, 
/**
 * IANA zone of the days.
 */
zone: string, 
/**
 * When the first day begins.
 */
from: string, 
/**
 * When the last ends.
 */
to: string, 
/**
 * Publications that go out in all, as far as can be told.
 */
will: number, 
/**
 * Those that may not, or not at their time.
 */
at_risk: number, 
/**
 * Those that will not unless their owner does something.
 */
will_not: number, 
/**
 * The days.
 */
days: Array<ForecastDay>, 
/**
 * Publications by their times; see [`ForecastQuery`].
 */
publications: Array<ForecastItem>, };

export type GrantGone = "ended" | "password_stays" | "not_offered" | "not_told";

export type Group = "needs_you" | "now" | "next" | "done";

export type GroupView = { 
/**
 * Unique within the profile, whatever its case.
 */
name: string, 
/**
 * `acc_…` of those linked, in the order they were put there.
 */
accounts: Array<string>, };

export type GuideLink = { 
/**
 * Platform's short name.
 */
id: string, 
/**
 * The address, as it stands there.
 */
url: string, };

export type HealthView = { 
/**
 * The last call that failed in 90 days; `null` for none.
 */
failed: CallFailure | null, };

export type HeldReason = "paused" | "missed" | "relink" | "quota" | "offline" | "file_missing" | "restored" | "vault_locked" | "clock_wrong";

export type Hop = "network" | "proxy" | "name" | "connection" | "certificate" | "clock" | "answer" | "authorization" | "loopback" | "browser" | "key" | "own_app" | "client" | "redirect" | "token" | "scopes" | "kind" | "read";

export type HopState = "ok" | "broken" | "not_tried" | "not_applicable";

export type HopView = { 
/**
 * Which.
 */
hop: Hop, 
/**
 * What came of it.
 */
state: HopState, 
/**
 * What is wrong; `null` where nothing is.
 */
diagnosis: Diagnosis | null, 
/**
 * What the app can do about it; `null` where nothing is wrong.
 */
remedy: Remedy | null, 
/**
 * What that means.
 */
means: string, 
/**
 * What mends it; empty where nothing has to be.
 */
fix: string, 
/**
 * What was seen.
 */
seen: Array<FactView>, };

export type ImportApps = { 
/**
 * Text of an `.env` file, at most 64 KiB. Goes in, never comes out.
 */
text?: SecretText, 
/**
 * Variables by name, in place of a file.
 */
variables?: { [key in string]: SecretText }, };

export type ImportFrom = { 
/**
 * Which of the two.
 */
from: ImportPlace, };

export type ImportOutcome = "taken" | "repeated" | "empty" | "unreadable" | "no_platform" | "not_wanted" | "no_client_id" | "takes_no_secret" | "secret_missing" | "unfit";

export type ImportPlace = "file" | "clipboard";

export type ImportedApps = { 
/**
 * The variables with the form of an id or a secret, in their order.
 */
variables: Array<ImportedVariable>, 
/**
 * How many others there were.
 */
others: number, 
/**
 * How many lines could not be read.
 */
unreadable: number, };

export type ImportedFrom = { 
/**
 * `null` where no file was chosen, or no text is on the clipboard.
 */
imported: ImportedApps | null, };

export type ImportedVariable = { 
/**
 * Its name.
 */
name: string, 
/**
 * Platform's short name; empty where there is none.
 */
platform: string, 
/**
 * What became of it.
 */
outcome: ImportOutcome, };

export type JournalEntry = { 
/**
 * When.
 */
at: string, 
/**
 * Short name: `intent`, `accepted`, `confirm_found`, `retry_planned` …
 */
event: string, 
/**
 * Part it concerns, from 0; `null` for the whole.
 */
part: number | null, 
/**
 * One sentence.
 */
text: string, };

export type KindView = { 
/**
 * Short name: `a`.
 */
id: string, 
/**
 * Name for people.
 */
name: string, 
/**
 * How doubt is settled for it.
 */
class: EffectClass, };

export type LastBulk = { 
/**
 * It; `null` where there was none for a day.
 */
bulk: BulkView | null, };

export type LevelTold = "platform" | "owner" | "nobody";

export type LevelView = { 
/**
 * Short name: `testing`.
 */
id: string, 
/**
 * The platform's word.
 */
name: string, 
/**
 * What it means for accounts linked through such an app.
 */
means: string, };

export type LikenessView = "same" | "alike" | "other";

export type LinkAnswer = { 
/**
 * Identifier of the attempt.
 */
id: string, 
/**
 * The whole address; at most 8 KiB.
 */
address: SecretText, };

export type LinkCard = { 
/**
 * The address the card opens.
 */
url: string, 
/**
 * Title line.
 */
title: string, 
/**
 * Text below the title; may be empty.
 */
description: string, };

export type LinkMethod = "oauth" | "app-password";

export type LinkStage = "waiting_for_browser" | "exchanging" | "finishing" | "done" | "failed";

export type LinkStart = { 
/**
 * Platform's short name.
 */
platform: string, 
/**
 * How; the platform's best when `null`.
 */
method?: LinkMethod, 
/**
 * Server address, where the platform asks for one.
 */
instance?: string, 
/**
 * Name or handle, for an app password and where consent begins with it.
 */
identifier?: string, 
/**
 * App password. Goes in, never comes out.
 */
secret?: SecretText, 
/**
 * Account kind to ask for, on platforms that have several.
 */
kind?: string, 
/**
 * The account to link again; keeps its schedule and history.
 */
account?: string, 
/**
 * Whether to open the system browser.
 */
open_browser: boolean, 
/**
 * Seconds until the attempt is given up; 300 when `null`, at most 600.
 */
timeout_s?: number, 
/**
 * Endpoints given by hand, by name.
 */
endpoints: Record<string, string>, };

export type LinkView = { 
/**
 * Identifier of the attempt.
 */
id: string, 
/**
 * Platform's short name.
 */
platform: string, 
/**
 * How far it has come.
 */
stage: LinkStage, 
/**
 * Where to consent; empty for an app password.
 */
authorize_url: string, 
/**
 * Where the browser comes back to; empty where it does not.
 */
redirect_uri: string, 
/**
 * Whether that is a page whose address the person has to bring ([`LinkAnswer`]).
 */
pasted: boolean, 
/**
 * The code to type there; empty where none is.
 */
user_code: string, 
/**
 * When it is given up.
 */
expires_at: string, 
/**
 * The account, once done.
 */
account: AccountView | null, 
/**
 * What went wrong, once failed.
 */
failure: Failure | null, };

export type LiveChangeView = { 
/**
 * `comment`, `edit` or `delete`.
 */
kind: EffectKind, 
/**
 * Where it stands.
 */
state: ChangeState, 
/**
 * Why it is held; `null` unless held.
 */
held: HeldReason | null, 
/**
 * One sentence a creator understands: what happened, what is live, what happens next.
 */
reason: string, 
/**
 * Cause of the last trouble; `null` when there was none.
 */
cause: ErrorCode | null, 
/**
 * When the next try or look is due; `null` when none is.
 */
next_at: string | null, 
/**
 * What the platform itself said last, redacted; empty when it said nothing.
 */
raw: string, };

export type LogQuery = { 
/**
 * Lines: 200 unless said otherwise, 1,000 at most.
 */
lines?: number, };

export type LogTail = { 
/**
 * The folder it lies in.
 */
folder: string, 
/**
 * Lines, oldest first.
 */
lines: Array<string>, };

export type MediaKind = "image";

export type MediaRef = { 
/**
 * Which picture.
 */
id: string, 
/**
 * Alt text; empty when none was written.
 */
alt: string, };

export type MediaView = { 
/**
 * `med_…`
 */
id: string, 
/**
 * What sort of file.
 */
kind: MediaKind, 
/**
 * MIME type of the stored original.
 */
mime: string, 
/**
 * Bytes of the stored original.
 */
bytes: number, 
/**
 * Pixels across, orientation applied.
 */
width: number, 
/**
 * Pixels down, orientation applied.
 */
height: number, 
/**
 * Milliseconds of play; `null` for a still.
 */
duration_ms: number | null, 
/**
 * Lower-case hexadecimal SHA-256 of the stored original.
 */
digest: string, 
/**
 * File name it had.
 */
name: string, 
/**
 * Alt text suggested when used; may be empty.
 */
alt: string, };

export type MissedAnswer = "publish" | "slot" | "cancel";

export type NeedsView = { 
/**
 * Whether an app of their own is needed, and what kind.
 */
app: string, 
/**
 * What it costs.
 */
cost: string, 
/**
 * Who has to look at it first.
 */
review: string, 
/**
 * What is not seen, or not seen yet.
 */
private: string, };

export type NextDue = { 
/**
 * `pub_…`
 */
publication: string, 
/**
 * When.
 */
at: string, 
/**
 * IANA zone it was chosen in.
 */
zone: string, 
/**
 * First line of the text.
 */
title: string, 
/**
 * Platform's short name.
 */
platform: string, };

export type Nothing = Record<string, never>;

export type NoticeView = { 
/**
 * `note_…`
 */
id: string, 
/**
 * What it is about.
 */
code: ErrorCode, 
/**
 * One line.
 */
title: string, 
/**
 * What happened, is it live, what to do.
 */
body: string, 
/**
 * Publication to open.
 */
publication: string | null, 
/**
 * Account concerned.
 */
account: string | null, 
/**
 * When.
 */
at: string, 
/**
 * Whether it was seen.
 */
read: boolean, };

export type OccurrenceView = { 
/**
 * The wall time the rule gave.
 */
wall: string, 
/**
 * `post_…`; `null` once that was deleted.
 */
post: string | null, };

export type OnUnlink = "hold" | "cancel";

export type OpenFolder = { 
/**
 * Which one.
 */
folder: FolderName, };

export type OptionChoice = { 
/**
 * The value: `unlisted`.
 */
id: string, 
/**
 * Names its words in the user interface: `visibility_unlisted`.
 */
label: string, };

export type OptionField = { 
/**
 * Its key in the options of a variant: `visibility`.
 */
id: string, 
/**
 * Names its words in the user interface; usually the same as `id`.
 */
label: string, 
/**
 * What may be put in.
 */
input: OptionInput, 
/**
 * What holds when nothing is put in; empty where the platform or the account decides.
 */
default: string, 
/**
 * Whether its text counts with the text of every part (a content warning does).
 */
counted: boolean, 
/**
 * Whether it goes out with the first part only (a poll does); otherwise with every part.
 */
first_part_only: boolean, };

export type OptionInput = { "type": "choice", 
/**
 * In the order they are offered.
 */
choices: Array<OptionChoice>, } | { "type": "text", 
/**
 * Most grapheme clusters.
 */
chars_max: number, } | { "type": "flag" } | { "type": "language" } | { "type": "poll" } & PollLimits;

export type OutageView = { 
/**
 * Its origin: `https://mastodon.social`.
 */
server: string, 
/**
 * Its platform's short name.
 */
platform: string, 
/**
 * Its platform's name for people.
 */
name: string, 
/**
 * What the matter was last.
 */
cause: ErrorCode, 
/**
 * When the first of the calls failed.
 */
since: string, 
/**
 * When it is tried again; nothing is sent to it before.
 */
until: string, 
/**
 * Publications that wait for it.
 */
waiting: number, };

export type Outlook = "will_go_out" | "at_risk" | "will_not";

export type OwnAppView = { 
/**
 * Platform's short name.
 */
platform: string, 
/**
 * Whether such an app has a secret.
 */
secret: AppSecret, 
/**
 * What has to be registered with the platform, to the letter; empty where nothing has.
 */
redirects: Array<string>, 
/**
 * Its client id; empty where none was entered.
 */
client_id: string, 
/**
 * How far such apps may go there; empty where all are alike.
 */
levels: Array<LevelView>, 
/**
 * Which of these it is, as its owner said; empty where that is not known.
 */
level: string, 
/**
 * Accounts linked through it.
 */
accounts: number, 
/**
 * Accounts linked through one entered before, which is kept for them.
 */
accounts_before: number, };

export type Part = { 
/**
 * The text as written.
 */
text: string, 
/**
 * Pictures in order.
 */
media: Array<MediaRef>, 
/**
 * Card for a link; platforms that take pictures or a card show the pictures.
 */
card: LinkCard | null, };

export type PartState = "live" | "in_doubt" | "asks" | "refused" | "waiting";

export type PartView = { 
/**
 * Which, from 0.
 */
part: number, 
/**
 * Its text.
 */
text: string, 
/**
 * How many pictures it has.
 */
pictures: number, 
/**
 * How it stands.
 */
state: PartState, 
/**
 * Its link; empty until known.
 */
url: string, 
/**
 * Calls made.
 */
attempts: number, 
/**
 * When the first call was made; `null` where none was.
 */
first_sent_at: string | null, 
/**
 * The request exactly as it was sent, or as it would be; `null` where it cannot be made.
 */
payload: unknown, 
/**
 * Whether the payload was sent, and is not merely what would be.
 */
sent: boolean, };

export type PartWords = { 
/**
 * The text.
 */
text: string, 
/**
 * Alt texts of its pictures, in order.
 */
alts: Array<string>, };

export type PasteFrom = "copied" | "marked";

export type PasteMedia = { 
/**
 * File name to show.
 */
name: string, 
/**
 * The file's bytes in base64, at most 28 MiB of text.
 */
base64: string, };

export type Paths = { 
/**
 * Absolute paths.
 */
paths: Array<string>, };

export type PlatformGuide = { 
/**
 * Short name: `bluesky`.
 */
id: string, 
/**
 * The guide, in Markdown without HTML.
 */
markdown: string, };

export type PlatformView = { 
/**
 * Short name: `bluesky`.
 */
id: string, 
/**
 * Name for people: `Bluesky`.
 */
name: string, 
/**
 * Colour of its badge, `#rrggbb`.
 */
color: string, 
/**
 * One or two letters for its badge.
 */
badge: string, 
/**
 * Ways to link, the best first.
 */
methods: Array<LinkMethod>, 
/**
 * Whether a server address is asked for when linking.
 */
asks_instance: boolean, 
/**
 * The server used when none is given; empty where there is none.
 */
default_instance: string, 
/**
 * Whether consent begins with a handle, by which the person's own server is found.
 */
asks_handle: boolean, 
/**
 * Days after which consent has to be given again, whatever is done; `None` where it lasts or that is not known.
 */
consent_days: number | null, 
/**
 * Whether posts can be published there; where not, accounts are only linked.
 */
publishes: boolean, 
/**
 * Account kinds to choose from when linking; empty where an account is of the kind it is.
 */
kinds: Array<KindView>, 
/**
 * What is needed before linking.
 */
needs: NeedsView, 
/**
 * Permissions asked for.
 */
scopes: Array<ScopeView>, 
/**
 * What one part may hold; an account's own server may say otherwise.
 */
limits: PostLimits, 
/**
 * Option fields any account has.
 */
options: Array<OptionField>, 
/**
 * Named endpoints with their real values.
 */
endpoints: { [key in string]: string }, 
/**
 * Where the figures come from and when they were read.
 */
source: string, 
/**
 * Whether the platform is the practice network.
 */
practice: boolean, };

export type PollLimits = { 
/**
 * Most answers to choose from; two are the least.
 */
answers_max: number, 
/**
 * Most grapheme clusters of an answer.
 */
answer_max_chars: number, 
/**
 * Shortest run, in seconds.
 */
life_min_s: number, 
/**
 * Longest run, in seconds.
 */
life_max_s: number, };

export type PostLimits = { 
/**
 * How text is counted and how much fits.
 */
text: TextRule, 
/**
 * Pictures one part may carry.
 */
images_max: number, 
/**
 * Largest picture file in bytes after rendition.
 */
image_max_bytes: number, 
/**
 * Longest side of a rendition in pixels; larger sources are scaled down.
 */
image_max_side: number, 
/**
 * MIME types a picture may have as sent.
 */
image_types: Array<string>, 
/**
 * Characters of alt text; 0 where the platform takes none.
 */
alt_max_chars: number, 
/**
 * Parts a thread may have; 1 where there are no threads.
 */
parts_max: number, 
/**
 * Whether a part may have no text when it carries media.
 */
text_optional_with_media: boolean, };

export type PostView = { 
/**
 * `post_…`
 */
id: string, 
/**
 * `draft`, or the state that asks most of the reader among its publications.
 */
state: string, 
/**
 * What is written.
 */
draft: Draft, 
/**
 * The time chosen; `null` for a draft.
 */
schedule: Schedule | null, 
/**
 * One per account, once scheduled.
 */
publications: Array<PublicationView>, 
/**
 * What becomes of it when it cannot go out as planned.
 */
fallback: Fallback, 
/**
 * `pub_…` of the publication that failed and goes out as this draft says; `null` for a post of its own.
 */
mends: string | null, 
/**
 * What is to be seen to before it goes out, as far as that is known when it is planned; only in answers about one post.
 */
warnings: Array<WarningView>, 
/**
 * Media the draft uses.
 */
media: Array<MediaView>, 
/**
 * When it was begun.
 */
created_at: string, 
/**
 * When it was last changed.
 */
updated_at: string, };

export type PostsQuery = { 
/**
 * `draft`, or a state of publications.
 */
state?: string, 
/**
 * Due at or after, RFC 3339.
 */
from?: string, 
/**
 * Due before, RFC 3339.
 */
to?: string, 
/**
 * At most this many; 200 when `null`, at most 1,000.
 */
limit?: number, };

export type PracticeFault = { 
/**
 * `reject`, `rate_limit`, `server_error`, `hang`, `lost_reply`, `accept_late`, `revoke`, `refuse_before`; `none` clears all.
 */
kind: string, 
/**
 * How many times; 1 when `null`.
 */
times: number | null, };

export type PracticeLink = { 
/**
 * `a`, `b`, `c` or `d`.
 */
kind: string, 
/**
 * Display name; a friendly one when `null`.
 */
name: string | null, };

export type PracticeView = { 
/**
 * Whether it answers.
 */
running: boolean, 
/**
 * Its address; empty while it does not run.
 */
url: string, 
/**
 * Its public timeline, for a browser.
 */
timeline_url: string, 
/**
 * Folder of its journal.
 */
folder: string, };

export type PreviewImage = { 
/**
 * `med_…`
 */
media: string, 
/**
 * Alt text as it will be sent.
 */
alt: string, 
/**
 * Pixels across after rendition.
 */
width: number, 
/**
 * Pixels down after rendition.
 */
height: number, };

export type PreviewPart = { 
/**
 * The text in runs, linked where the platform will link.
 */
text: Array<TextRun>, 
/**
 * Pictures in order.
 */
images: Array<PreviewImage>, 
/**
 * The link card that will be attached; `null` where none.
 */
card: LinkCard | null, 
/**
 * The request body as it will be sent, for those who want to look.
 */
payload: unknown, };

export type ProfileTrouble = { 
/**
 * What every wish to write is answered; `null` in a profile as it should be.
 */
failure: Failure | null, 
/**
 * Copies of the database that may take its place; empty where that would not help.
 */
copies: Array<DatabaseCopy>, };

export type ProfileView = { 
/**
 * `prof_…`
 */
id: string, 
/**
 * How often a runner has started on it.
 */
generation: number, 
/**
 * Where it lies.
 */
folder: string, 
/**
 * `keychain`, `passphrase`, `environment`, or `none` before the first secret is sealed.
 */
vault: string, 
/**
 * `ready`, `locked`, `missing` or `unset`.
 */
vault_state: string, 
/**
 * One sentence when not ready; empty otherwise.
 */
vault_reason: string, };

export type ProofKey = "s256" | "none";

export type PublicationDetail = { 
/**
 * The publication.
 */
publication: PublicationView, 
/**
 * Each call that changes what others can see.
 */
effects: Array<EffectView>, 
/**
 * What happened, oldest first.
 */
journal: Array<JournalEntry>, 
/**
 * What the platform itself said last, redacted; empty when it said nothing.
 */
raw: string, 
/**
 * Its parts as they were last sent.
 */
parts: Array<PartWords>, 
/**
 * `ser_…` of the series it was made of; `null` for a post that comes once.
 */
series: string | null, 
/**
 * BCP 47 language tag it went out with; empty when unknown.
 */
language: string, 
/**
 * Option fields it went out with.
 */
options: Record<string, string>, 
/**
 * Those of them that an edit can change.
 */
edit_options: Array<string>, 
/**
 * What is to be expected while it waits to go out by itself; `null` otherwise.
 */
outlook: ForecastItem | null, 
/**
 * Its parts, each with how it stands and what is sent.
 */
part_views: Array<PartView>, 
/**
 * What the platform answered where that was no success: the last few answers, oldest first.
 */
replies: Array<ReplyView>, 
/**
 * Whether its words can be changed before it is tried again: nothing of what is left was accepted.
 */
can_mend: boolean, };

export type PublicationState = "scheduled" | "publishing" | "retrying" | "held" | "unconfirmed" | "needs_decision" | "published" | "failed" | "cancelled";

export type PublicationView = { 
/**
 * `pub_…`
 */
id: string, 
/**
 * `post_…`
 */
post: string, 
/**
 * `acc_…`
 */
account: string, 
/**
 * Platform's short name.
 */
platform: string, 
/**
 * Handle of the account.
 */
handle: string, 
/**
 * First line of the text, cut to 120 characters.
 */
title: string, 
/**
 * Where it stands.
 */
state: PublicationState, 
/**
 * Group it is shown in.
 */
group: Group, 
/**
 * Why it is held; `null` unless held.
 */
held: HeldReason | null, 
/**
 * One sentence a creator understands: what happened, is it live, what happens next.
 */
reason: string, 
/**
 * Cause of the last trouble; `null` when there was none.
 */
cause: ErrorCode | null, 
/**
 * The time chosen.
 */
schedule: Schedule, 
/**
 * When the next try or look is due; `null` when none is.
 */
next_at: string | null, 
/**
 * Tries so far.
 */
attempts: number, 
/**
 * Parts done and parts in all.
 */
parts_done: number, 
/**
 * Parts in all.
 */
parts: number, 
/**
 * What is being done now, in words; empty otherwise.
 */
step: string, 
/**
 * Link of the published post; empty until there is one.
 */
url: string, 
/**
 * When it was seen published.
 */
published_at: string | null, 
/**
 * How doubt is settled.
 */
class: EffectClass, 
/**
 * When it last got other words while live; `null` when it never did.
 */
edited_at: string | null, 
/**
 * When it was deleted at the platform at its owner's wish; `null` while it was not.
 */
deleted_at: string | null, 
/**
 * Its first comment, or the last deletion or edit asked for; `null` when there is none.
 */
change: LiveChangeView | null, 
/**
 * What became of it in place of what was planned: `text` without its pictures, or another `account`; empty where
 * it goes as planned.
 */
instead: string, 
/**
 * Whether it is live and can be deleted from here.
 */
can_delete: boolean, 
/**
 * Whether it is live and can be given other words from here.
 */
can_edit: boolean, };

export type PublicationsQuery = { 
/**
 * Only this state.
 */
state?: PublicationState, 
/**
 * Only this group.
 */
group?: Group, 
/**
 * Words to find in the text or the handle.
 */
search?: string, 
/**
 * At most this many; 200 when `null`, at most 1,000.
 */
limit?: number, };

export type QueueStatus = { 
/**
 * Whether everything is paused.
 */
paused: boolean, 
/**
 * Whether a runner is at work on this profile.
 */
running: boolean, 
/**
 * Next publication due; `null` when none is.
 */
next: NextDue | null, 
/**
 * Publications per group.
 */
needs_you: number, 
/**
 * At work this minute.
 */
now: number, 
/**
 * Will go out by themselves.
 */
upcoming: number, 
/**
 * Settled.
 */
done: number, 
/**
 * Publications by state.
 */
by_state: Record<string, number>, 
/**
 * Servers that are down, the longest first.
 */
outages: Array<OutageView>, };

export type RecoveryKeyView = { 
/**
 * To be written down: nobody can show it again.
 */
recovery_key: SecretPiece, };

export type Remedy = "try_again" | "relink" | "own_app" | "practice" | "key";

export type ReplyView = { 
/**
 * The part it was about, from 0.
 */
part: number, 
/**
 * When.
 */
at: string, 
/**
 * The call, in the provider's words.
 */
operation: string, 
/**
 * HTTP status.
 */
status: number, 
/**
 * Headers that say something about the refusal: name and value.
 */
headers: Array<[string, string]>, 
/**
 * The body, redacted, at most 8 KiB.
 */
body: string, };

export type Review = { 
/**
 * One per chosen account.
 */
accounts: Array<AccountReview>, 
/**
 * Everything found, worst first.
 */
findings: Array<Finding>, };

export type SaveDraft = { 
/**
 * `post_…` of the draft; `null` for a new one.
 */
id: string | null, 
/**
 * What is written.
 */
draft: Draft, 
/**
 * What becomes of it when it cannot go out as planned; unchanged when absent.
 */
fallback?: Fallback, };

export type Schedule = { 
/**
 * When to publish.
 */
at: string, 
/**
 * The wall time chosen, `2026-11-24T09:30:00`.
 */
wall: string, 
/**
 * The IANA zone it was chosen in, `Europe/Berlin`.
 */
zone: string, };

export type SchedulePost = { 
/**
 * `post_…`
 */
id: string, 
/**
 * When.
 */
when: When, };

export type ScopeView = { 
/**
 * The platform's name for it.
 */
name: string, 
/**
 * What Postroom does with it.
 */
reason: string, };

export type SecretIn = "form" | "header";

export type SecretKindView = "access" | "refresh" | "other" | "app";

export type SecretPiece = string;

export type SecretText = string | { typed: string };

export type SecretView = { 
/**
 * What it is.
 */
kind: SecretKindView, 
/**
 * The platform's short name.
 */
platform: string, 
/**
 * `acc_…`; `null` for an app.
 */
account: string | null, 
/**
 * The account's handle; empty for an app.
 */
handle: string, 
/**
 * Whether it is the session of an app password.
 */
app_password: boolean, 
/**
 * The app's id; empty for what belongs to an account.
 */
client_id: string, 
/**
 * The server an app is registered with; empty where it is the platform's.
 */
server: string, 
/**
 * What it allows, where the platform told.
 */
scopes: Array<string>, 
/**
 * Since when this one is kept.
 */
kept_at: string, 
/**
 * When it was last used, as far as the record of calls of 90 days tells; `null` where it does not.
 */
used_at: string | null, 
/**
 * When it ends; `null` where nobody says so.
 */
ends_at: string | null, };

export type SeenView = { 
/**
 * The platform's id of it.
 */
id: string, 
/**
 * Its link; empty where there is none.
 */
url: string, 
/**
 * Its text.
 */
text: string, 
/**
 * How many pictures it has.
 */
pictures: number, 
/**
 * When it was made; `null` where the platform does not tell.
 */
at: string | null, 
/**
 * How much it looks like it.
 */
likeness: LikenessView, };

export type SeriesDates = { 
/**
 * At most three.
 */
next: Array<Schedule>, };

export type SeriesQuery = { 
/**
 * Those that ended too.
 */
all?: boolean, };

export type SeriesTiming = { 
/**
 * A rule of iCalendar, without `RRULE:`: `FREQ=WEEKLY;BYDAY=MO,TH`.
 */
rule: string, 
/**
 * The wall time it counts from, `2026-11-24T09:30`.
 */
wall: string, 
/**
 * IANA zone.
 */
zone: string, };

export type SeriesView = { 
/**
 * `ser_…`
 */
id: string, 
/**
 * `active` or `ended`.
 */
state: string, 
/**
 * When it comes.
 */
timing: SeriesTiming, 
/**
 * What is written.
 */
draft: Draft, 
/**
 * The next dates, at most three; none once it ended.
 */
next: Array<Schedule>, 
/**
 * Posts that were made of it, by their wall time.
 */
made: Array<OccurrenceView>, 
/**
 * When its owner ended it, RFC 3339; `null` while it goes on.
 */
ended_at: string | null, };

export type SetAppLevel = { 
/**
 * Platform's short name.
 */
platform: string, 
/**
 * One of its levels; empty where it is not known.
 */
level: string, };

export type SetGroup = { 
/**
 * The group to change, by its name; a new one is made when `null`.
 */
before?: string, 
/**
 * Its name from now on.
 */
name: string, 
/**
 * Its members from now on.
 */
accounts: Array<string>, };

export type SetOwnApp = { 
/**
 * Platform's short name.
 */
platform: string, 
/**
 * Its client id.
 */
client_id: string, 
/**
 * Its secret; an app that is known keeps the one it has. Goes in, never comes out.
 */
secret?: SecretText, };

export type SetSlots = { 
/**
 * `acc_…`
 */
account: string, 
/**
 * The slots.
 */
slots: Array<Slot>, 
/**
 * IANA zone they are meant in.
 */
zone: string, };

export type Settings = { 
/**
 * `system`, `light` or `dark`.
 */
theme: string, 
/**
 * `system`, `en` or `de`.
 */
language: string, 
/**
 * `system`, or the day a week begins with in calendars: `monday`, `sunday` or `saturday`.
 */
week_start: string, 
/**
 * IANA zone new posts are planned in; empty for the computer's.
 */
zone: string, 
/**
 * Whether a successful post is announced too.
 */
notify_success: boolean, 
/**
 * Whether notifications say only that something needs the owner: no text, no account, no platform.
 */
names_only: boolean, 
/**
 * Minutes a post may be late and still go out by itself.
 */
grace_min: number, 
/**
 * What becomes of posts that are later than that: `hold` asks, `publish` sends them all the same, up to a day late.
 */
missed: string, 
/**
 * Seconds between two posts of an account that come late.
 */
spacing_s: number, 
/**
 * Whether the effect of closing the window was explained.
 */
close_explained: boolean, 
/**
 * Whether the first-steps list was put away.
 */
checklist_dismissed: boolean, 
/**
 * Whether starting with the system was asked about.
 */
autostart_asked: boolean, };

export type SettingsChange = { 
/**
 * See [`Settings::theme`].
 */
theme?: string, 
/**
 * See [`Settings::language`].
 */
language?: string, 
/**
 * See [`Settings::week_start`].
 */
week_start?: string, 
/**
 * See [`Settings::zone`].
 */
zone?: string, 
/**
 * See [`Settings::notify_success`].
 */
notify_success?: boolean, 
/**
 * See [`Settings::names_only`].
 */
names_only?: boolean, 
/**
 * See [`Settings::grace_min`].
 */
grace_min?: number, 
/**
 * See [`Settings::missed`].
 */
missed?: string, 
/**
 * See [`Settings::spacing_s`].
 */
spacing_s?: number, 
/**
 * See [`Settings::close_explained`].
 */
close_explained?: boolean, 
/**
 * See [`Settings::checklist_dismissed`].
 */
checklist_dismissed?: boolean, 
/**
 * See [`Settings::autostart_asked`].
 */
autostart_asked?: boolean, };

export type SettleMissed = { 
/**
 * What becomes of them.
 */
answer: MissedAnswer, 
/**
 * When the first of them goes out; now when absent.
 */
at: string | null, };

export type Severity = "hint" | "risk" | "block";

export type Slot = { 
/**
 * 0 is Monday, 6 Sunday.
 */
weekday: number, 
/**
 * Minutes after midnight by the wall clock.
 */
minute: number, };

export type SlotsView = { 
/**
 * `acc_…`
 */
account: string, 
/**
 * In the order of the week.
 */
slots: Array<Slot>, 
/**
 * IANA zone they are meant in.
 */
zone: string, 
/**
 * The first free one from now on; `null` where there is none.
 */
next: Schedule | null, };

export type StartWithCopy = { 
/**
 * See [`DatabaseCopy::version`].
 */
version: number, };

export type TextCount = { 
/**
 * How much is used, in the unit that matters.
 */
used: number, 
/**
 * How much fits, in the same unit.
 */
max: number, };

export type TextRule = { 
/**
 * Most grapheme clusters (what a reader calls characters).
 */
graphemes_max: number, 
/**
 * Most UTF-8 bytes; `None` where bytes do not count.
 */
bytes_max: number | null, 
/**
 * What every `http://` or `https://` address counts, whatever its length; `None` where it counts as written.
 */
url_chars: number | null, 
/**
 * Whether `@name@host` counts only as `@name`.
 */
short_mentions: boolean, };

export type TextRun = { 
/**
 * The text.
 */
text: string, 
/**
 * `plain`, `link`, `mention` or `tag`.
 */
kind: string, 
/**
 * Where it leads; empty for plain text.
 */
href: string, };

export type Topic = "accounts" | "posts" | "publications" | "notices" | "settings" | "practice" | "doctor" | "navigate";

export type TryServer = { 
/**
 * Its origin.
 */
server: string, };

export type TypedChange = { 
/**
 * The field.
 */
id: string, 
/**
 * First character that is replaced.
 */
start: number, 
/**
 * The one after the last.
 */
end: number, 
/**
 * What comes in their place; empty where something was deleted.
 */
text: SecretPiece, };

export type TypedPair = { 
/**
 * One.
 */
one: string, 
/**
 * The other.
 */
other: string, };

export type TypedPaste = { 
/**
 * The field.
 */
id: string, 
/**
 * First character that is replaced.
 */
start: number, 
/**
 * The one after the last.
 */
end: number, 
/**
 * From where.
 */
from: PasteFrom, };

export type TypedSame = { 
/**
 * Whether they hold the same.
 */
same: boolean, };

export type TypedView = { 
/**
 * Its name, in place of a secret: `{ "typed": id }`.
 */
id: string, 
/**
 * How many characters (Unicode scalar values) it holds.
 */
length: number, };

export type Unlink = { 
/**
 * `acc_…`
 */
id: string, 
/**
 * What becomes of its scheduled posts.
 */
scheduled: OnUnlink, };

export type Unlinked = { 
/**
 * What became of its grant there.
 */
grant: GrantGone, 
/**
 * The same in a sentence or two.
 */
grant_words: string, 
/**
 * Where its owner sees and ends what apps may do; empty where no page is known.
 */
grant_page: string, 
/**
 * `acc_…`
 */
id: string, 
/**
 * Platform's short name.
 */
platform: string, 
/**
 * The platform's own id of the account.
 */
remote_id: string, 
/**
 * Handle as people write it.
 */
handle: string, 
/**
 * Display name; the handle where there is none.
 */
name: string, 
/**
 * Digest of its picture, which lies in the profile; empty where there is none.
 */
avatar: string, 
/**
 * Kind, in the platform's words.
 */
kind: string, 
/**
 * Its kind for people, where its platform has several; empty elsewhere.
 */
kind_name: string, 
/**
 * How far the app goes that it is linked through; `null` where its platform makes no difference.
 */
app: AccountApp | null, 
/**
 * Origin the account talks to: `https://bsky.social`.
 */
origin: string, 
/**
 * Whether the endpoints were given by hand instead of by the descriptor.
 */
custom_endpoints: boolean, 
/**
 * How it was linked.
 */
method: LinkMethod, 
/**
 * Whether it can publish.
 */
state: AccountState, 
/**
 * One sentence about the state; empty when healthy.
 */
state_reason: string, 
/**
 * How doubt about a post is settled for it.
 */
class: EffectClass, 
/**
 * Permissions granted.
 */
scopes: Array<string>, 
/**
 * How its access stands, and what its owner can do about it.
 */
access: AccessView, 
/**
 * Permissions that were asked for and not granted.
 */
scopes_missing: Array<ScopeView>, 
/**
 * When the access now held ends; it renews by itself when `renews` is true.
 */
access_expires_at: string | null, 
/**
 * Whether access renews by itself.
 */
renews: boolean, 
/**
 * When it was linked.
 */
linked_at: string, 
/**
 * When it was last seen working.
 */
checked_at: string | null, 
/**
 * Posts waiting to go out through it.
 */
waiting: number, 
/**
 * What one part may hold for this account.
 */
limits: PostLimits, 
/**
 * Option fields of this account, with its server's limits.
 */
options: Array<OptionField>, 
/**
 * What its platform allows in a time, and what of it is used.
 */
budget: Array<BudgetView>, };

export type Variant = { 
/**
 * The account.
 */
account: string, 
/**
 * Parts that replace the common ones; `None` for the common ones.
 */
parts: Array<Part> | null, 
/**
 * Values of the platform's option fields.
 */
options: { [key in string]: string }, };

export type VaultBackend = "keychain" | "passphrase" | "environment";

export type VaultPlace = { 
/**
 * Where.
 */
backend: VaultBackend, 
/**
 * The new passphrase, or the new key as 32 bytes in base64; `null` for the keychain.
 */
secret: SecretText | null, };

export type VaultRecover = { 
/**
 * The recovery key, as it was written down.
 */
recovery_key: SecretText, 
/**
 * Where the next profile key is kept.
 */
to: VaultPlace, };

export type VaultRotate = { 
/**
 * Only the data key of this account (`acc_…`); all keys when `null`.
 */
account: string | null, 
/**
 * The next profile key, where it is handed in: 32 bytes in base64. `null` otherwise.
 */
secret: SecretText | null, };

export type VaultUnlock = { 
/**
 * The passphrase.
 */
passphrase: SecretText, };

export type VaultView = { 
/**
 * Where it is kept; `null` before the first secret is sealed.
 */
backend: VaultBackend | null, 
/**
 * `ready`, `locked`, `missing` or `unset`.
 */
state: string, 
/**
 * One sentence when not ready; empty otherwise.
 */
reason: string, 
/**
 * When the recovery key was made; `null` where there is none.
 */
recovery_key_made_at: string | null, 
/**
 * Keys that are not used any more and still in the keychain: they go at the next start.
 */
spare_keys: number, };

export type WarningView = { 
/**
 * What was found, and at which account.
 */
finding: Finding, 
/**
 * The same in a sentence.
 */
reason: string, 
/**
 * What its owner can do, in a sentence.
 */
fix: string, };

export type WayBack = "fixed_ports" | "any_port";

export type When = { "kind": "now" } | { "kind": "wall", 
/**
 * Wall time.
 */
wall: string, 
/**
 * IANA zone.
 */
zone: string, } | { "kind": "instant", 
/**
 * The instant.
 */
at: string, 
/**
 * IANA zone.
 */
zone: string, } | { "kind": "next_slot" };

export type Commands = {
  app_state: { params: Nothing; answer: AppState };
  profile_trouble: { params: Nothing; answer: ProfileTrouble };
  profile_start_with_copy: { params: StartWithCopy; answer: Nothing };
  settings_show: { params: Nothing; answer: Settings };
  settings_defaults: { params: Nothing; answer: Settings };
  settings_change: { params: SettingsChange; answer: Settings };
  about_show: { params: Nothing; answer: About };
  autostart_show: { params: Nothing; answer: AutostartView };
  autostart_change: { params: AutostartChange; answer: AutostartView };
  folder_open: { params: OpenFolder; answer: Nothing };
  log_tail: { params: LogQuery; answer: LogTail };
  platforms_list: { params: Nothing; answer: Array<PlatformView> };
  platforms_show: { params: ById; answer: PlatformView };
  platforms_guide: { params: ById; answer: PlatformGuide };
  platforms_open: { params: GuideLink; answer: Nothing };
  accounts_list: { params: Nothing; answer: Array<AccountView> };
  accounts_show: { params: ById; answer: AccountView };
  accounts_check: { params: ById; answer: AccountView };
  accounts_unlink: { params: Unlink; answer: Unlinked };
  apps_list: { params: Nothing; answer: Array<OwnAppView> };
  apps_set: { params: SetOwnApp; answer: OwnAppView };
  apps_level: { params: SetAppLevel; answer: OwnAppView };
  apps_remove: { params: ById; answer: OwnAppView };
  apps_import: { params: ImportApps; answer: ImportedApps };
  apps_import_from: { params: ImportFrom; answer: ImportedFrom };
  providers_list: { params: Nothing; answer: Array<DefinedPlatform> };
  providers_define: { params: DefinedPlatform; answer: DefineOutcome };
  providers_remove: { params: ById; answer: Nothing };
  link_start: { params: LinkStart; answer: LinkView };
  link_status: { params: ById; answer: LinkView };
  link_open: { params: ById; answer: Nothing };
  link_answer: { params: LinkAnswer; answer: LinkView };
  link_cancel: { params: ById; answer: LinkView };
  practice_status: { params: Nothing; answer: PracticeView };
  practice_start: { params: Nothing; answer: PracticeView };
  practice_stop: { params: Nothing; answer: PracticeView };
  practice_open: { params: Nothing; answer: Nothing };
  practice_fault: { params: PracticeFault; answer: Nothing };
  practice_link: { params: PracticeLink; answer: AccountView };
  typed_open: { params: Nothing; answer: TypedView };
  typed_change: { params: TypedChange; answer: TypedView };
  typed_paste: { params: TypedPaste; answer: TypedView };
  typed_same: { params: TypedPair; answer: TypedSame };
  typed_close: { params: ById; answer: Nothing };
  secrets_list: { params: Nothing; answer: Array<SecretView> };
  accounts_health: { params: ById; answer: HealthView };
  groups_list: { params: Nothing; answer: Array<GroupView> };
  groups_set: { params: SetGroup; answer: Array<GroupView> };
  groups_remove: { params: ByName; answer: Array<GroupView> };
  doctor_start: { params: DoctorStart; answer: DoctorView };
  doctor_status: { params: ById; answer: DoctorView };
  doctor_cancel: { params: ById; answer: DoctorView };
  doctor_report: { params: ById; answer: DoctorReport };
  doctor_save: { params: ById; answer: Paths };
  media_pick: { params: Nothing; answer: Paths };
  media_add: { params: AddMedia; answer: MediaView };
  media_paste: { params: PasteMedia; answer: MediaView };
  media_clipboard: { params: Nothing; answer: Array<MediaView> };
  media_list: { params: Nothing; answer: Array<MediaView> };
  cards_fetch: { params: FetchCard; answer: LinkCard };
  posts_save: { params: SaveDraft; answer: PostView };
  posts_create: { params: CreatePost; answer: PostView };
  posts_review: { params: SaveDraft; answer: Review };
  posts_list: { params: PostsQuery; answer: Array<PostView> };
  posts_show: { params: ById; answer: PostView };
  posts_schedule: { params: SchedulePost; answer: PostView };
  posts_cancel: { params: ById; answer: PostView };
  posts_duplicate: { params: ById; answer: PostView };
  posts_delete: { params: ById; answer: Nothing };
  queue_forecast: { params: ForecastQuery; answer: ForecastView };
  series_preview: { params: SeriesTiming; answer: SeriesDates };
  series_create: { params: CreateSeries; answer: SeriesView };
  series_list: { params: SeriesQuery; answer: Array<SeriesView> };
  series_show: { params: ById; answer: SeriesView };
  series_change: { params: ChangeSeries; answer: SeriesView };
  series_end: { params: ById; answer: EndedSeries };
  slots_show: { params: ById; answer: SlotsView };
  slots_set: { params: SetSlots; answer: SlotsView };
  publications_list: { params: PublicationsQuery; answer: Array<PublicationView> };
  publications_show: { params: ById; answer: PublicationDetail };
  publications_retry: { params: ById; answer: PublicationView };
  publications_decide: { params: Decide; answer: PublicationView };
  publications_cancel: { params: ById; answer: PublicationView };
  publications_open: { params: ById; answer: Nothing };
  publications_delete_live: { params: ById; answer: PublicationView };
  publications_edit_live: { params: EditLive; answer: PublicationView };
  queue_status: { params: Nothing; answer: QueueStatus };
  queue_pause: { params: Nothing; answer: QueueStatus };
  queue_resume: { params: Nothing; answer: QueueStatus };
  queue_missed: { params: SettleMissed; answer: QueueStatus };
  queue_try_server: { params: TryServer; answer: QueueStatus };
  notices_list: { params: Nothing; answer: Array<NoticeView> };
  notices_read: { params: Nothing; answer: Nothing };
  publications_evidence: { params: ById; answer: EvidenceView };
  publications_mend: { params: ById; answer: PostView };
  publications_bulk: { params: Bulk; answer: BulkOutcome };
  bulk_show: { params: Nothing; answer: LastBulk };
  bulk_undo: { params: BulkUndo; answer: BulkUndone };
  accounts_open: { params: ById; answer: Nothing };
  copied_show: { params: Nothing; answer: CopiedView };
  copied_look: { params: Nothing; answer: CopiedView };
  copied_settle: { params: CopiedAnswer; answer: CopiedView };
  vault_show: { params: Nothing; answer: VaultView };
  vault_unlock: { params: VaultUnlock; answer: VaultView };
  vault_rotate: { params: VaultRotate; answer: VaultView };
  vault_move: { params: VaultPlace; answer: VaultView };
  vault_recovery_key: { params: Nothing; answer: RecoveryKeyView };
  vault_recover: { params: VaultRecover; answer: VaultView };
};
