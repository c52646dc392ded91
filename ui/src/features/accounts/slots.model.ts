/** Weekly slots as they are read and typed. */
import { locale } from '$i18n/language.svelte';
import { t } from '$i18n/index';
import type { Slot } from '$ipc/generated';

export type Days = 'daily' | 'weekdays' | '0' | '1' | '2' | '3' | '4' | '5' | '6';

const WEEK = [0, 1, 2, 3, 4, 5, 6];
/** A Monday. */
const MONDAY = Date.UTC(2026, 10, 23);
const DAY_MS = 86_400_000;

/** The name of a day; 0 is Monday. */
export function dayName(weekday: number): string {
  const at = new Date(MONDAY + weekday * DAY_MS);
  return new Intl.DateTimeFormat(locale(), { weekday: 'long', timeZone: 'UTC' }).format(at);
}

export function dayChoices(): { value: Days; label: string }[] {
  const each = WEEK.map((weekday) => ({ value: String(weekday) as Days, label: dayName(weekday) }));
  return [
    { value: 'weekdays', label: t.accounts.slotWeekdays },
    { value: 'daily', label: t.accounts.slotDaily },
    ...each,
  ];
}

/** A minute of the day by the clock of the language. */
export function timeText(minute: number): string {
  const at = new Date(MONDAY + minute * 60_000);
  return new Intl.DateTimeFormat(locale(), { timeStyle: 'short', timeZone: 'UTC' }).format(at);
}

/** `09:30` as a minute of the day; `null` for anything else. */
export function readSlot(time: string): number | null {
  const found = /^([01]\d|2[0-3]):([0-5]\d)/.exec(time);
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}

/** The slots with one more on each of the days, in the order of the week, none twice. */
export function withSlots(slots: readonly Slot[], days: Days, minute: number): Slot[] {
  const chosen = WEEK.filter(
    (day) => days === 'daily' || (days === 'weekdays' ? day < 5 : day === Number(days)),
  );
  const kept = slots.filter((slot) => slot.minute !== minute || !chosen.includes(slot.weekday));
  const all = [...kept, ...chosen.map((weekday) => ({ weekday, minute }))];
  return all.sort((a, b) => a.weekday - b.weekday || a.minute - b.minute);
}
