/** The day weeks begin with in calendars, and the names of days. */
import { locale } from './language.svelte';

/** Days a week can begin with, as `Intl` and calendars number them: Sunday is 0. */
const DAYS = { sunday: 0, monday: 1, saturday: 6 } as const;

export type WeekStart = 'system' | keyof typeof DAYS;

export const weekStarts = ['system', 'monday', 'sunday', 'saturday'] as const satisfies WeekStart[];

let chosen = $state('system');

/** Weeks begin as the setting says from now on. */
export function setWeekStart(setting: string): void {
  chosen = setting;
}

/** The day in force; `undefined` leaves it to the language. */
export function weekStartsOn(): 0 | 1 | 6 | undefined {
  return (DAYS as Record<string, 0 | 1 | 6>)[chosen];
}

/** `Monday`; 4 January 1970 was a Sunday. */
export function weekday(day: keyof typeof DAYS): string {
  const at = new Date(Date.UTC(1970, 0, 4 + DAYS[day]));
  return new Intl.DateTimeFormat(locale(), { weekday: 'long', timeZone: 'UTC' }).format(at);
}
