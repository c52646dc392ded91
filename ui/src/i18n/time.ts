/** Instants as people read them. Every function takes the zone and the present: nothing here asks a clock. */
import { language, locale } from './language.svelte';

const DAY_MS = 86_400_000;

/** Calendar day of an instant in a zone, as `2026-11-24`. */
export function dayIn(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return parts.format(at);
}

export function clockTime(at: Date, zone: string, seconds = false): string {
  return new Intl.DateTimeFormat(locale(), {
    timeZone: zone,
    timeStyle: seconds ? 'medium' : 'short',
  }).format(at);
}

/** `Tue 24`. */
export function dayOfMonth(at: Date, zone: string): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: zone, weekday: 'short', day: 'numeric' }).format(at);
}

export function longDate(at: Date, zone: string): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: zone, dateStyle: 'full' }).format(at);
}

export function shortDate(at: Date, zone: string, now: Date): string {
  const sameYear = dayIn(zone, at).slice(0, 4) === dayIn(zone, now).slice(0, 4);
  return new Intl.DateTimeFormat(locale(), {
    timeZone: zone,
    weekday: sameYear ? 'short' : undefined,
    day: 'numeric',
    month: 'short',
    year: sameYear ? undefined : 'numeric',
  }).format(at);
}

/** -1 yesterday, 0 today, 1 tomorrow, by the calendar of the zone. */
export function daysAway(at: Date, zone: string, now: Date): number {
  return Math.round((Date.parse(dayIn(zone, at)) - Date.parse(dayIn(zone, now))) / DAY_MS);
}

/** `Today 12:00`, `Tomorrow 09:30`, `Tue 24 Nov 09:30`; the words for near days are the language's own. */
export function when(at: Date, zone: string, now: Date): string {
  const away = daysAway(at, zone, now);
  const day = Math.abs(away) > 1 ? shortDate(at, zone, now) : capital(relativeDay(away));
  return `${day} ${clockTime(at, zone)}`;
}

function relativeDay(days: number): string {
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(days, 'day');
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1);
}

/** The zone's short name on that day (`CET`, `GMT+1`), so that two times in a list can be told apart. */
export function zoneShort(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat(locale(), { timeZone: zone, timeZoneName: 'short' }).formatToParts(
    at,
  );
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** `Europe/Berlin` for reading: `Europe/Berlin`, underscores gone. */
export function zoneName(zone: string): string {
  return zone.replaceAll('_', ' ');
}

/** American English writes "min." here; in running text the point looks like the end of a sentence. */
function bare(text: string): string {
  return language() === 'en' ? text.replace(/\.(?=\s|$)/g, '') : text;
}

/** `in 12 min`, `2 sec ago`: the largest unit that is at least one; `now` within the second. */
export function relative(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const size = Math.abs(seconds);
  const numeric = size === 0 ? 'auto' : 'always';
  const format = new Intl.RelativeTimeFormat(locale(), { style: 'short', numeric });
  const say = (value: number, unit: Intl.RelativeTimeFormatUnit): string => bare(format.format(value, unit));
  if (size < 60) return say(seconds, 'second');
  if (size < 3600) return say(Math.trunc(seconds / 60), 'minute');
  if (size < 36 * 3600) return say(Math.trunc(seconds / 3600), 'hour');
  return say(Math.trunc(seconds / 86_400), 'day');
}

/** Every zone the system knows. */
export function zones(): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])].sort();
}
