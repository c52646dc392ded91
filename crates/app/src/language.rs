//! In which language the program speaks outside its window: tray, dialogs, notifications.

/// A language there are words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, also where the system speaks neither.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// That of the setting `language`: `system`, or the tag of a language.
    #[must_use]
    pub fn of(setting: &str) -> Self {
        Self::among(setting, sys_locale::get_locales())
    }

    /// The chosen one, else the first of the system's that there are words in; the window decides alike.
    fn among(setting: &str, preferred: impl Iterator<Item = String>) -> Self {
        let chosen = Self::by_tag(setting);
        chosen.or_else(|| preferred.take(20).find_map(|tag| Self::by_tag(&tag))).unwrap_or_default()
    }

    fn by_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_', '.']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_goes_before_the_system_and_english_after_it() {
        let of = |setting: &str, system: &[&str]| Language::among(setting, system.iter().map(|&tag| tag.to_owned()));
        assert_eq!(of("de", &["en-US"]), Language::German);
        assert_eq!(of("en", &["de-DE"]), Language::English);
        assert_eq!(of("system", &["fr-FR", "de_AT.UTF-8", "en-GB"]), Language::German);
        assert_eq!(of("system", &["C", "fr"]), Language::English);
        assert_eq!(of("system", &[]), Language::English);
    }
}
