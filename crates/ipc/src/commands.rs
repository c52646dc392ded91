//! The command list. Each line is a name, its parameters and its answer; dispatch, the socket and the
//! generated TypeScript all come from it.

use std::sync::Arc;

use app::{App, Error};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use ts_rs::TS;

use crate::{
    handlers,
    wire::{
        About, AccountView, AddMedia, AppState, AutostartChange, AutostartView, Bulk, BulkOutcome, BulkUndo,
        BulkUndone, ById, ByName, ChangeSeries, CopiedAnswer, CopiedView, CreatePost, CreateSeries, Decide,
        DefineOutcome, DefinedPlatform, DoctorReport, DoctorStart, DoctorView, EditLive, EndedSeries, EvidenceView,
        Failure, FetchCard, ForecastQuery, ForecastView, GroupView, GuideLink, HealthView, ImportApps, ImportFrom,
        ImportedApps, ImportedFrom, LastBulk, LinkAnswer, LinkStart, LinkView, LogQuery, LogTail, MediaView, Nothing,
        NoticeView, OpenFolder, OwnAppView, PasteMedia, Paths, PlatformGuide, PlatformView, PostView, PostsQuery,
        PracticeFault, PracticeLink, PracticeView, ProfileTrouble, PublicationDetail, PublicationView,
        PublicationsQuery, QueueStatus, RecoveryKeyView, Review, SaveDraft, SchedulePost, SecretView, SeriesDates,
        SeriesQuery, SeriesTiming, SeriesView, SetAppLevel, SetGroup, SetOwnApp, SetSlots, Settings, SettingsChange,
        SettleMissed, SlotsView, StartWithCopy, TryServer, TypedChange, TypedPair, TypedPaste, TypedSame, TypedView,
        Unlink, Unlinked, VaultPlace, VaultRecover, VaultRotate, VaultUnlock, VaultView,
    },
};

/// Told about every command in the list.
pub(crate) trait Visitor {
    /// One command, with its parameter and answer types.
    fn command<P: TS + 'static, A: TS + 'static>(&mut self, name: &str);
}

macro_rules! commands {
    ($($room:ident { $($name:ident : $params:ty => $answer:ty;)+ })+) => {
        /// Every command's name.
        pub const METHODS: &[&str] = &[$($(stringify!($name)),+),+];

        /// Calls `visit` with name, parameter type and answer type of every command.
        pub(crate) fn describe(visit: &mut impl Visitor) {
            $($(visit.command::<$params, $answer>(stringify!($name));)+)+
        }

        /// Calls a command by name. Every command comes through here, whoever asks: the window, the command
        /// line or the socket.
        pub async fn dispatch(app: &Arc<App>, method: &str, params: Value) -> Result<Value, Failure> {
            if let Some(error) = app.unwritable().filter(|_| !READING.contains(&method) && METHODS.contains(&method)) {
                return Err(error.into());
            }
            match method {
                $($(stringify!($name) => {
                    let params: $params = decode(params)?;
                    encode(handlers::$room::$name(app, params).await?)
                })+)+
                other => Err(Error::not_found("command", other).into()),
            }
        }
    };
}

commands! {
    state {
        app_state: Nothing => AppState;
        profile_trouble: Nothing => ProfileTrouble;
        profile_start_with_copy: StartWithCopy => Nothing;
        settings_show: Nothing => Settings;
        settings_defaults: Nothing => Settings;
        settings_change: SettingsChange => Settings;
    }
    desktop {
        about_show: Nothing => About;
        autostart_show: Nothing => AutostartView;
        autostart_change: AutostartChange => AutostartView;
        folder_open: OpenFolder => Nothing;
        log_tail: LogQuery => LogTail;
    }
    accounts {
        platforms_list: Nothing => Vec<PlatformView>;
        platforms_show: ById => PlatformView;
        platforms_guide: ById => PlatformGuide;
        platforms_open: GuideLink => Nothing;
        accounts_list: Nothing => Vec<AccountView>;
        accounts_show: ById => AccountView;
        accounts_check: ById => AccountView;
        accounts_unlink: Unlink => Unlinked;
        apps_list: Nothing => Vec<OwnAppView>;
        apps_set: SetOwnApp => OwnAppView;
        apps_level: SetAppLevel => OwnAppView;
        apps_remove: ById => OwnAppView;
        apps_import: ImportApps => ImportedApps;
        apps_import_from: ImportFrom => ImportedFrom;
        providers_list: Nothing => Vec<DefinedPlatform>;
        providers_define: DefinedPlatform => DefineOutcome;
        providers_remove: ById => Nothing;
        link_start: LinkStart => LinkView;
        link_status: ById => LinkView;
        link_open: ById => Nothing;
        link_answer: LinkAnswer => LinkView;
        link_cancel: ById => LinkView;
        practice_status: Nothing => PracticeView;
        practice_start: Nothing => PracticeView;
        practice_stop: Nothing => PracticeView;
        practice_open: Nothing => Nothing;
        practice_fault: PracticeFault => Nothing;
        practice_link: PracticeLink => AccountView;
    }
    typed {
        typed_open: Nothing => TypedView;
        typed_change: TypedChange => TypedView;
        typed_paste: TypedPaste => TypedView;
        typed_same: TypedPair => TypedSame;
        typed_close: ById => Nothing;
    }
    access {
        secrets_list: Nothing => Vec<SecretView>;
        accounts_health: ById => HealthView;
        groups_list: Nothing => Vec<GroupView>;
        groups_set: SetGroup => Vec<GroupView>;
        groups_remove: ByName => Vec<GroupView>;
    }
    doctor {
        doctor_start: DoctorStart => DoctorView;
        doctor_status: ById => DoctorView;
        doctor_cancel: ById => DoctorView;
        doctor_report: ById => DoctorReport;
        doctor_save: ById => Paths;
    }
    posts {
        media_pick: Nothing => Paths;
        media_add: AddMedia => MediaView;
        media_paste: PasteMedia => MediaView;
        media_clipboard: Nothing => Vec<MediaView>;
        media_list: Nothing => Vec<MediaView>;
        cards_fetch: FetchCard => domain::post::LinkCard;
        posts_save: SaveDraft => PostView;
        posts_create: CreatePost => PostView;
        posts_review: SaveDraft => Review;
        posts_list: PostsQuery => Vec<PostView>;
        posts_show: ById => PostView;
        posts_schedule: SchedulePost => PostView;
        posts_cancel: ById => PostView;
        posts_duplicate: ById => PostView;
        posts_delete: ById => Nothing;
    }
    forecast {
        queue_forecast: ForecastQuery => ForecastView;
    }
    series {
        series_preview: SeriesTiming => SeriesDates;
        series_create: CreateSeries => SeriesView;
        series_list: SeriesQuery => Vec<SeriesView>;
        series_show: ById => SeriesView;
        series_change: ChangeSeries => SeriesView;
        series_end: ById => EndedSeries;
        slots_show: ById => SlotsView;
        slots_set: SetSlots => SlotsView;
    }
    queue {
        publications_list: PublicationsQuery => Vec<PublicationView>;
        publications_show: ById => PublicationDetail;
        publications_retry: ById => PublicationView;
        publications_decide: Decide => PublicationView;
        publications_cancel: ById => PublicationView;
        publications_open: ById => Nothing;
        publications_delete_live: ById => PublicationView;
        publications_edit_live: EditLive => PublicationView;
        queue_status: Nothing => QueueStatus;
        queue_pause: Nothing => QueueStatus;
        queue_resume: Nothing => QueueStatus;
        queue_missed: SettleMissed => QueueStatus;
        queue_try_server: TryServer => QueueStatus;
        notices_list: Nothing => Vec<NoticeView>;
        notices_read: Nothing => Nothing;
    }
    redrive {
        publications_evidence: ById => EvidenceView;
        publications_mend: ById => PostView;
        publications_bulk: Bulk => BulkOutcome;
        bulk_show: Nothing => LastBulk;
        bulk_undo: BulkUndo => BulkUndone;
        accounts_open: ById => Nothing;
        copied_show: Nothing => CopiedView;
        copied_look: Nothing => CopiedView;
        copied_settle: CopiedAnswer => CopiedView;
    }
    vault {
        vault_show: Nothing => VaultView;
        vault_unlock: VaultUnlock => VaultView;
        vault_rotate: VaultRotate => VaultView;
        vault_move: VaultPlace => VaultView;
        vault_recovery_key: Nothing => RecoveryKeyView;
        vault_recover: VaultRecover => VaultView;
    }
}

/// The commands that work on a profile that is only read: they change nothing in it, and call no platform.
pub(crate) const READING: &[&str] = &[
    "app_state",
    "profile_trouble",
    "profile_start_with_copy",
    "about_show",
    "folder_open",
    "log_tail",
    "autostart_show",
    "settings_show",
    "settings_defaults",
    "platforms_list",
    "platforms_show",
    "platforms_guide",
    "platforms_open",
    "accounts_list",
    "accounts_show",
    "secrets_list",
    "groups_list",
    "apps_list",
    "providers_list",
    "link_status",
    "practice_status",
    "media_list",
    "posts_list",
    "posts_show",
    "series_list",
    "series_show",
    "slots_show",
    "publications_list",
    "publications_show",
    "publications_open",
    "bulk_show",
    "copied_show",
    "accounts_open",
    "queue_status",
    "queue_forecast",
    "notices_list",
    "vault_show",
];

fn decode<T: DeserializeOwned>(params: Value) -> Result<T, Failure> {
    let params = if params.is_null() { Value::Object(serde_json::Map::new()) } else { params };
    serde_json::from_value(params)
        .map_err(|error| Error::invalid(format!("The parameters do not fit: {error}.")).into())
}

fn encode<T: Serialize>(answer: T) -> Result<Value, Failure> {
    serde_json::to_value(answer).map_err(|error| Error::internal(error.to_string()).into())
}

#[cfg(test)]
mod tests {
    use super::{METHODS, READING};

    #[test]
    fn what_works_on_a_profile_that_is_only_read_is_a_command_and_sounds_like_reading() {
        for name in READING {
            assert!(METHODS.contains(name), "{name} is no command");
            let verb = name.rsplit('_').next().unwrap_or_default();
            let exchange = *name == "profile_start_with_copy";
            assert!(
                ["state", "trouble", "show", "list", "status", "open", "tail", "defaults", "guide", "forecast"]
                    .contains(&verb)
                    || exchange,
                "{name}"
            );
        }
    }
}
