/** When a post goes out: from the fields to what Rust is asked for. */
import { CalendarDate, CalendarDateTime, Time, fromDate, toZoned } from '@internationalized/date';
import type { Finding, FindingCode, When } from '$ipc/generated';

export type WhenMode = 'now' | 'at' | 'soon';

/** How far ahead "in 5 seconds" is. */
const SOON_MS = 5000;

const LEAD_MS = 30 * 60_000;

export interface Wall {
  date: CalendarDate;
  time: Time;
  zone: string;
}

/** The next full hour that is at least half an hour away. */
export function suggested(now: Date, zone: string): Wall {
  const { year, month, day, hour } = fromDate(new Date(now.getTime() + LEAD_MS + 3_599_999), zone);
  return { date: new CalendarDate(year, month, day), time: new Time(hour, 0), zone };
}

function wallOf({ date, time }: Wall): CalendarDateTime {
  return new CalendarDateTime(date.year, date.month, date.day, time.hour, time.minute);
}

/** The instant of a wall time; the first of two where the clocks go back. */
export function instantOf(wall: Wall): Date {
  return toZoned(wallOf(wall), wall.zone, 'earlier').toDate();
}

export function wallText(wall: Wall): string {
  return wallOf(wall).toString();
}

/** What is wrong with a wall time, as Rust will see it; `null` when nothing is. */
export function wallProblem(wall: Wall, now: Date): FindingCode | null {
  const plain = wallOf(wall);
  const [early, late] = [toZoned(plain, wall.zone, 'earlier'), toZoned(plain, wall.zone, 'later')];
  const same = early.hour === plain.hour && early.minute === plain.minute;
  if (!same) return 'time_does_not_exist';
  if (early.toDate().getTime() <= now.getTime()) return 'time_past';
  return early.compare(late) === 0 ? null : 'time_twice';
}

export function wallFinding(wall: Wall, now: Date): Finding | null {
  const code = wallProblem(wall, now);
  if (code === null) return null;
  const severity = code === 'time_twice' ? 'hint' : 'block';
  return { code, severity, account: null, part: null, media: null, actual: null, limit: null, option: null };
}

export function whenOf(mode: WhenMode, wall: Wall, now: Date): When {
  if (mode === 'now') return { kind: 'now' };
  if (mode === 'soon')
    return { kind: 'instant', at: new Date(now.getTime() + SOON_MS).toISOString(), zone: wall.zone };
  return { kind: 'wall', wall: wallText(wall), zone: wall.zone };
}
