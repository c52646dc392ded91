/** How often a post comes again: from a choice in words to a rule of iCalendar. */
import type { CalendarDate } from '@internationalized/date';

export const repeats = ['never', 'daily', 'weekdays', 'weekly', 'monthly', 'custom'] as const;
export type Repeat = (typeof repeats)[number];

const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
/** Every month has this day. */
const SURE = 28;

/** The rule of a choice made for a first date; `null` for what comes once. */
export function ruleOf(repeat: Repeat, { year, month, day }: CalendarDate, custom: string): string | null {
  switch (repeat) {
    case 'never':
      return null;
    case 'daily':
      return 'FREQ=DAILY';
    case 'weekdays':
      return 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';
    case 'weekly':
      return `FREQ=WEEKLY;BYDAY=${DAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? 'MO'}`;
    case 'monthly':
      return `FREQ=MONTHLY;${monthDay(day)}`;
    case 'custom':
      return custom.trim();
  }
}

/** The day of the month; in months that end before it, their last day. */
function monthDay(day: number): string {
  if (day <= SURE) return `BYMONTHDAY=${day}`;
  const days = Array.from({ length: day - SURE + 1 }, (_, index) => SURE + index);
  return `BYMONTHDAY=${days.join(',')};BYSETPOS=-1`;
}
