/** When a post goes out: from the fields to what Rust is asked for. */
import { CalendarDate, CalendarDateTime, Time, fromDate, toZoned } from '@internationalized/date';
import type { AccountView, Finding, FindingCode, When } from '$ipc/generated';

export type WhenMode = 'now' | 'at' | 'soon' | 'slot';

/** How far ahead "in 5 seconds" is. */
const SOON_MS = 5000;

const LEAD_MS = 30 * 60_000;

/** Which of two, where the clocks go back over a time. */
export type Pass = 'first' | 'second';

export interface Wall {
  date: CalendarDate;
  time: Time;
  zone: string;
  /** Said only for a time that comes twice. */
  pass?: Pass;
}

/** The next full hour that is at least half an hour away. */
export function suggested(now: Date, zone: string): Wall {
  const { year, month, day, hour } = fromDate(new Date(now.getTime() + LEAD_MS + 3_599_999), zone);
  return { date: new CalendarDate(year, month, day), time: new Time(hour, 0), zone };
}

function wallOf({ date, time }: Wall): CalendarDateTime {
  return new CalendarDateTime(date.year, date.month, date.day, time.hour, time.minute);
}

/** The instant of a wall time; the first of two where the clocks go back and nothing is said. */
export function instantOf(wall: Wall): Date {
  return toZoned(wallOf(wall), wall.zone, wall.pass === 'second' ? 'later' : 'earlier').toDate();
}

/** The two instants of a time that comes twice, in order; `null` for any other time. */
export function passes(wall: Wall): Record<Pass, Date> | null {
  const plain = wallOf(wall);
  const [early, late] = [toZoned(plain, wall.zone, 'earlier'), toZoned(plain, wall.zone, 'later')];
  const kept = early.hour === plain.hour && early.minute === plain.minute;
  return kept && early.compare(late) !== 0 ? { first: early.toDate(), second: late.toDate() } : null;
}

export function wallText(wall: Wall): string {
  return wallOf(wall).toString();
}

/** What is wrong with a wall time, as Rust will see it; `null` when nothing is. */
export function wallProblem(wall: Wall, now: Date): FindingCode | null {
  const plain = wallOf(wall);
  const early = toZoned(plain, wall.zone, 'earlier');
  if (early.hour !== plain.hour || early.minute !== plain.minute) return 'time_does_not_exist';
  if (passes(wall) && wall.pass === undefined) return 'time_twice';
  return instantOf(wall).getTime() <= now.getTime() ? 'time_past' : null;
}

/** The next wall time after one the clocks skip, in minutes after midnight. */
function nextMinute(wall: Wall): number {
  const plain = wallOf(wall);
  for (let minutes = 1; minutes <= 25 * 60; minutes += 1) {
    const later = plain.add({ minutes });
    const zoned = toZoned(later, wall.zone, 'earlier');
    if (zoned.hour === later.hour && zoned.minute === later.minute) return later.hour * 60 + later.minute;
  }
  return 0;
}

function figure(code: FindingCode, wall: Wall, now: Date): number | null {
  if (code === 'time_past') return Math.floor((now.getTime() - instantOf(wall).getTime()) / 60_000);
  return code === 'time_does_not_exist' ? nextMinute(wall) : null;
}

export function wallFinding(wall: Wall, now: Date): Finding | null {
  const code = wallProblem(wall, now);
  if (code === null) return null;
  const actual = figure(code, wall, now);
  return {
    code,
    severity: 'block',
    account: null,
    part: null,
    media: null,
    actual,
    limit: null,
    option: null,
  };
}

/** Accounts whose access ends before a post is due, unless they are linked again by then. */
export function endFindings(accounts: readonly AccountView[], at: Date): Finding[] {
  return accounts.flatMap(({ id, state, access }) => {
    // One that has to be linked again already is told so.
    const known = state === 'healthy' && access.ends_at !== null && !access.end_moves;
    const ends = known ? Date.parse(access.ends_at ?? '') : Infinity;
    if (ends > at.getTime()) return [];
    return {
      code: 'access_ends',
      severity: 'risk',
      account: id,
      part: null,
      media: null,
      actual: Math.floor((at.getTime() - ends) / 60_000),
      limit: null,
      option: null,
    };
  });
}

export function whenOf(mode: WhenMode, wall: Wall, now: Date): When {
  if (mode === 'now') return { kind: 'now' };
  if (mode === 'slot') return { kind: 'next_slot' };
  if (mode === 'soon')
    return { kind: 'instant', at: new Date(now.getTime() + SOON_MS).toISOString(), zone: wall.zone };
  if (wall.pass && passes(wall))
    return { kind: 'instant', at: instantOf(wall).toISOString(), zone: wall.zone };
  return { kind: 'wall', wall: wallText(wall), zone: wall.zone };
}
