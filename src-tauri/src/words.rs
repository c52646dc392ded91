//! Every sentence the shell itself says, in the languages of the window: tray, notifications, native dialogs. The
//! window has its own tables.

use app::language::Language;
use chrono::Locale;

/// The product, as people read it.
pub const PRODUCT: &str = "Postroom";

/// One language.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// How days and months are written.
    pub locale: Locale,
    /// A day of the coming week with its time, and a later one, as patterns of `strftime`.
    pub soon: &'static str,
    /// See `soon`.
    pub later: &'static str,
    /// Tray: nothing is scheduled.
    pub nothing_next: &'static str,
    /// Tray: before the next post.
    pub next: &'static str,
    /// Tray: the queue is paused.
    pub paused: &'static str,
    /// Tray: no publication asks for its owner.
    pub nothing_needed: &'static str,
    /// Tray: before the number of publications that ask for their owner.
    pub needs_you: &'static str,
    /// Tray: nothing is planned for the next days.
    pub week_empty: &'static str,
    /// Tray: the only post of the next days will go out.
    pub week_one_well: &'static str,
    /// Tray: `{all}` posts of the next days will go out.
    pub week_well: &'static str,
    /// Tray: one of `{all}` posts of the next days may not go out.
    pub week_one_needs: &'static str,
    /// Tray: `{count}` of `{all}` posts of the next days may not go out.
    pub week_some_need: &'static str,
    /// Tray: link the account `{who}` again.
    pub cure_relink: &'static str,
    /// Tray: the queue is to be resumed.
    pub cure_resume: &'static str,
    /// Tray: the keychain is to be unlocked.
    pub cure_unlock: &'static str,
    /// Tray: the clock is to be set.
    pub cure_clock: &'static str,
    /// Tray: a picture is to be added again.
    pub cure_picture: &'static str,
    /// Tray: more is planned than the account `{who}` may publish.
    pub cure_quota: &'static str,
    /// Tray: anything else.
    pub cure_look: &'static str,
    /// Tray: before the platforms that are down.
    pub down: &'static str,
    /// Tray: stop sending.
    pub pause: &'static str,
    /// Tray: send again.
    pub resume: &'static str,
    /// Tray: write a post.
    pub compose: &'static str,
    /// Tray: show the window.
    pub open: &'static str,
    /// Tray: end the program.
    pub quit: &'static str,
    /// Said once, when the window is first closed.
    pub still_running: &'static str,
    /// The same, where something shows tray icons.
    pub in_tray: &'static str,
    /// The same, where nothing shows tray icons.
    pub in_background: &'static str,
    /// Title of the question before quitting.
    pub quit_title: &'static str,
    /// Button: do not quit.
    pub keep_running: &'static str,
    /// Button: quit although posts wait.
    pub quit_anyway: &'static str,
    /// Button: look at what waits instead.
    pub show_queue: &'static str,
    /// Button on a notification.
    pub show: &'static str,
    /// Button on a notification about a post that did not go out.
    pub retry: &'static str,
    /// Button on a notification about an account whose access ended.
    pub relink: &'static str,
    /// Title when the program cannot start.
    pub cannot_start: &'static str,
    /// Title of the file chooser.
    pub choose_pictures: &'static str,
    /// Title of the file chooser when apps are taken over.
    pub choose_env: &'static str,
    /// Title of the file chooser when a report is saved.
    pub save_report: &'static str,
    /// Kind of file in the file chooser.
    pub pictures: &'static str,
    one_waits: &'static str,
    some_wait: &'static str,
    first_due: &'static str,
    nothing_meanwhile: &'static str,
}

impl Words {
    /// Those of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    /// The question before quitting, for `count` posts of which the first is due at `first`.
    pub fn quit_question(&self, count: u32, first: Option<&str>) -> String {
        let pattern = if count == 1 { self.one_waits } else { self.some_wait };
        let posts = pattern.replace("{count}", &count.to_string());
        let when = first.map(|at| format!(" {}", self.first_due.replace("{at}", at))).unwrap_or_default();
        format!("{posts}{when} {}", self.nothing_meanwhile)
    }
}

static ENGLISH: Words = Words {
    locale: Locale::en_GB,
    soon: "%a %H:%M %Z",
    later: "%-d %b %H:%M %Z",
    nothing_next: "Nothing scheduled",
    next: "Next post",
    paused: "Paused",
    nothing_needed: "Nothing needs you",
    needs_you: "Needs you",
    week_empty: "Nothing is planned for the next 7 days",
    week_one_well: "The post of the next 7 days will go out",
    week_well: "All {all} posts of the next 7 days will go out",
    week_one_needs: "1 of {all} needs you",
    week_some_need: "{count} of {all} need you",
    cure_relink: "link {who} again",
    cure_resume: "resume the queue",
    cure_unlock: "unlock the keychain",
    cure_clock: "set the clock",
    cure_picture: "a picture is gone",
    cure_quota: "too many for {who}",
    cure_look: "look at it",
    down: "Down",
    pause: "Pause all",
    resume: "Resume all",
    compose: "Compose",
    open: "Open Postroom",
    quit: "Quit",
    still_running: "Postroom keeps running",
    in_tray: "It is in the tray now; posts go out on time. Open it again from there, or by starting Postroom once more.",
    in_background: "This desktop shows no tray icons, so Postroom works out of sight; posts go out on time. Start \
                    Postroom once more to open its window.",
    quit_title: "Quit Postroom?",
    keep_running: "Keep running",
    quit_anyway: "Quit anyway",
    show_queue: "Show the queue",
    show: "Show",
    retry: "Try again",
    relink: "Link again",
    cannot_start: "Postroom cannot start",
    choose_pictures: "Choose pictures",
    choose_env: "Choose the .env file",
    save_report: "Save report",
    pictures: "Pictures",
    one_waits: "1 post waits to go out.",
    some_wait: "{count} posts wait to go out.",
    first_due: "The first is due {at}.",
    nothing_meanwhile: "Nothing goes out while Postroom is not running.",
};

static GERMAN: Words = Words {
    locale: Locale::de_DE,
    soon: "%a %H:%M %Z",
    later: "%-d. %b %H:%M %Z",
    nothing_next: "Nichts geplant",
    next: "Nächster Beitrag",
    paused: "Angehalten",
    nothing_needed: "Nichts braucht dich",
    needs_you: "Braucht dich",
    week_empty: "Für die nächsten 7 Tage ist nichts geplant",
    week_one_well: "Der Beitrag der nächsten 7 Tage geht hinaus",
    week_well: "Alle {all} Beiträge der nächsten 7 Tage gehen hinaus",
    week_one_needs: "1 von {all} braucht dich",
    week_some_need: "{count} von {all} brauchen dich",
    cure_relink: "{who} neu verbinden",
    cure_resume: "Warteschlange fortsetzen",
    cure_unlock: "Schlüsselbund entsperren",
    cure_clock: "Uhr stellen",
    cure_picture: "ein Bild fehlt",
    cure_quota: "zu viele für {who}",
    cure_look: "sieh es dir an",
    down: "Gestört",
    pause: "Alles anhalten",
    resume: "Alles fortsetzen",
    compose: "Verfassen",
    open: "Postroom öffnen",
    quit: "Beenden",
    still_running: "Postroom läuft weiter",
    in_tray: "Es ist jetzt im Infobereich; Beiträge gehen pünktlich hinaus. Öffne es dort wieder, oder starte Postroom \
              noch einmal.",
    in_background: "Dieser Schreibtisch zeigt keine Symbole im Infobereich, deshalb arbeitet Postroom unsichtbar; \
                    Beiträge gehen pünktlich hinaus. Starte Postroom noch einmal, um sein Fenster zu öffnen.",
    quit_title: "Postroom beenden?",
    keep_running: "Weiterlaufen lassen",
    quit_anyway: "Trotzdem beenden",
    show_queue: "Warteschlange zeigen",
    show: "Zeigen",
    retry: "Noch einmal versuchen",
    relink: "Neu verbinden",
    cannot_start: "Postroom kann nicht starten",
    choose_pictures: "Bilder wählen",
    choose_env: "Die .env-Datei wählen",
    save_report: "Bericht speichern",
    pictures: "Bilder",
    one_waits: "1 Beitrag wartet darauf, hinauszugehen.",
    some_wait: "{count} Beiträge warten darauf, hinauszugehen.",
    first_due: "Der erste ist {at} fällig.",
    nothing_meanwhile: "Solange Postroom nicht läuft, geht nichts hinaus.",
};
