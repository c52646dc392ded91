//! The command list. Each line is a name, its parameters and its answer; dispatch, the socket and the
//! generated TypeScript all come from it.

use crate::wire::{
    AccountView, AddMedia, AppState, ById, CreatePost, Decide, FetchCard, LinkStart, LinkView, MediaView, Nothing,
    NoticeView, PasteMedia, Paths, PlatformView, PostView, PostsQuery, PracticeFault, PracticeLink, PracticeView,
    PublicationDetail, PublicationView, PublicationsQuery, QueueStatus, Review, SaveDraft, SchedulePost, Settings,
    SettingsChange, Unlink,
};

macro_rules! commands {
    ($($name:ident : $params:ty => $answer:ty;)+) => {
        /// Every command's name.
        pub const METHODS: &[&str] = &[$(stringify!($name)),+];

        /// Calls `visit` with name, parameter type and answer type of every command.
        pub(crate) fn describe(visit: &mut impl crate::typescript::Visitor) {
            $(visit.command::<$params, $answer>(stringify!($name));)+
        }
    };
}

commands! {
    app_state: Nothing => AppState;
    platforms_list: Nothing => Vec<PlatformView>;
    platforms_show: ById => PlatformView;

    accounts_list: Nothing => Vec<AccountView>;
    accounts_show: ById => AccountView;
    accounts_check: ById => AccountView;
    accounts_unlink: Unlink => AccountView;
    link_start: LinkStart => LinkView;
    link_status: ById => LinkView;
    link_open: ById => Nothing;
    link_cancel: ById => LinkView;

    practice_status: Nothing => PracticeView;
    practice_start: Nothing => PracticeView;
    practice_stop: Nothing => PracticeView;
    practice_open: Nothing => Nothing;
    practice_fault: PracticeFault => Nothing;
    practice_link: PracticeLink => AccountView;

    media_pick: Nothing => Paths;
    media_add: AddMedia => MediaView;
    media_paste: PasteMedia => MediaView;
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

    publications_list: PublicationsQuery => Vec<PublicationView>;
    publications_show: ById => PublicationDetail;
    publications_retry: ById => PublicationView;
    publications_decide: Decide => PublicationView;
    publications_cancel: ById => PublicationView;
    publications_open: ById => Nothing;

    queue_status: Nothing => QueueStatus;
    queue_pause: Nothing => QueueStatus;
    queue_resume: Nothing => QueueStatus;

    notices_list: Nothing => Vec<NoticeView>;
    notices_read: Nothing => Nothing;
    settings_show: Nothing => Settings;
    settings_change: SettingsChange => Settings;
}
