/** Which language the window speaks, and the locale in which it writes numbers and times. */

/** Languages there are words in. */
const languages = ['en', 'de'] as const;

export type Language = (typeof languages)[number];

/** Where a reader asks for a language and the system names no country for it. */
const USUAL: Record<Language, string> = { en: 'en-GB', de: 'de-DE' };

function languageOf(tag: string): Language | undefined {
  return languages.find((language) => tag.toLowerCase().split('-')[0] === language);
}

/**
 * The locale for a setting (`system` or a language) and the languages the system prefers. A chosen language is
 * written as the system writes it (`en-US` has a clock of 12 hours); a system that speaks neither gets English.
 */
export function localeFor(setting: string, preferred: readonly string[]): string {
  const chosen = languageOf(setting);
  const wanted = (tag: string): boolean =>
    chosen ? languageOf(tag) === chosen : languageOf(tag) !== undefined;
  return preferred.find(wanted) ?? USUAL[chosen ?? 'en'];
}

const preferences = (): readonly string[] => (typeof navigator === 'undefined' ? [] : navigator.languages);

let current = $state(localeFor('system', preferences()));

export function locale(): string {
  return current;
}

export function language(): Language {
  return languageOf(current) ?? 'en';
}

/** Speaks in a locale from now on. */
export function setLocale(tag: string): void {
  current = tag;
}

/** Speaks as the setting says, and follows the system until the answered function is called. */
export function followLanguage(setting: string): () => void {
  const follow = (): void => {
    setLocale(localeFor(setting, preferences()));
    document.documentElement.lang = locale();
  };
  follow();
  addEventListener('languagechange', follow);
  return () => removeEventListener('languagechange', follow);
}
