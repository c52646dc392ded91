/** Numbers, plurals, lists and sizes in the reader's language; the only caller of `Intl` besides `time.ts`. */
import { locale } from './language.svelte';

export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** `plural(2, { one: '1 post', other: '# posts' })` is `2 posts`. */
export function plural(count: number, forms: { one: string; other: string }): string {
  const form = new Intl.PluralRules(locale()).select(count) === 'one' ? forms.one : forms.other;
  return form.replace('#', number(count));
}

export function list(items: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(items);
}

/** Bytes as people read them: `1.4 MB`. */
export function bytes(value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(value / 1000 ** step);
}

/** The name of a language by its tag: `German` for `de`; the tag itself where it has none. */
export function languageName(tag: string): string {
  try {
    const names = new Intl.DisplayNames(locale(), { type: 'language', fallback: 'code' });
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** `03:00` for 180 minutes after midnight. */
export function minuteOfDay(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
