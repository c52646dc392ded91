import { afterEach, describe, expect, it } from 'vitest';
import { list, number, plural } from './format';
import { t } from './index';
import { followLanguage, language, locale, localeFor, setLocale } from './language.svelte';
import { relative, when } from './time';

describe('the locale', () => {
  it.each([
    ['system', ['fr-FR', 'de-CH', 'en-US'], 'de-CH'],
    ['system', ['fr-FR'], 'en-GB'],
    ['en', ['de-DE', 'en-US'], 'en-US'],
    ['en', ['de-DE'], 'en-GB'],
    ['de', ['en-US'], 'de-DE'],
    ['de', ['en-US', 'de'], 'de'],
    ['nonsense', ['en-US'], 'en-US'],
  ])('for %s where the system prefers %j is %s', (setting, preferred, found) => {
    expect(localeFor(setting, preferred)).toBe(found);
  });

  it('follows the setting, and the page says so', () => {
    const stop = followLanguage('de');
    expect([language(), locale(), document.documentElement.lang]).toEqual(['de', 'de-AT', 'de-AT']);
    expect(t.common.cancel).toBe('Abbrechen');
    stop();
  });
});

describe('German', () => {
  afterEach(() => setLocale('en-GB'));

  it('counts, lists and tells the time its own way', () => {
    setLocale('de-DE');
    const noon = new Date('2026-11-20T11:00:00Z');
    expect(number(12345.5)).toBe('12.345,5');
    expect(plural(1200, { one: '1 Beitrag', other: '# Beiträge' })).toBe('1.200 Beiträge');
    expect(list(['a', 'b', 'c'])).toBe('a, b und c');
    expect(when(new Date('2026-11-20T22:30:00Z'), 'Europe/Berlin', noon)).toBe('Heute 23:30');
    expect(when(new Date('2026-11-24T08:30:00Z'), 'Europe/Berlin', noon)).toBe('Di., 24. Nov. 09:30');
    expect(relative(new Date(noon.getTime() + 720_000), noon)).toBe('in 12 Min.');
  });
});

/** Every text of a catalogue with its path; functions are called with stand-ins, plurals in both numbers. */
function texts(words: unknown, path = ''): [string, string][] {
  if (typeof words === 'string') return [[path, words]];
  if (typeof words === 'function') {
    const say = words as (...args: unknown[]) => string;
    const place = { who: 'X', part: '', actual: 9, limit: 3 };
    return [path.includes('findings.texts') ? say(place) : say(...Array<number>(say.length).fill(2))].map(
      (text) => [path, text],
    );
  }
  return Object.entries(words as object).flatMap(([key, value]) => texts(value, `${path}.${key}`));
}

describe('the catalogues', () => {
  /** Words that are the same in both languages, and names. */
  const SAME =
    /brand|languages|sqlite|version|server|proxy|ports?$|browser$|serverHint|\.text$|textPart|counter$|altHas|errors\.actions\.none|handle$|title$|\.keys\.passphrase$/;

  it('say everything in both languages', () => {
    setLocale('en-GB');
    const english = new Map(texts(t));
    setLocale('de-DE');
    const german = texts(t);
    setLocale('en-GB');
    expect(german.map(([path]) => path)).toEqual([...english.keys()]);
    const same = german.filter(([path, text]) => english.get(path) === text && !SAME.test(path));
    expect(same).toEqual([]);
  });

  it('address the reader as a friend, and quote and dash as German does', () => {
    setLocale('de-DE');
    const stiff = texts(t).filter(([, text]) =>
      /[\p{Ll},;] (Sie|Ihnen|Ihre?[nmrs]?)\b|["'—]| - /u.test(text),
    );
    setLocale('en-GB');
    expect(stiff).toEqual([]);
  });
});
