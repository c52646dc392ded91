// @vitest-environment node
import { CalendarDate, Time } from '@internationalized/date';
import { describe, expect, it } from 'vitest';
import type { AccountView } from '$ipc/generated';
import {
  endFindings,
  instantOf,
  passes,
  suggested,
  wallFinding,
  wallProblem,
  wallText,
  whenOf,
  type Wall,
} from './plan.model';

const now = new Date('2026-03-01T10:10:00Z');

function wall(date: string, time: string, zone = 'Europe/Berlin'): Wall {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return { date: new CalendarDate(year, month, day), time: new Time(hour, minute), zone };
}

describe('the suggested time', () => {
  it.each([
    ['2026-03-01T10:10:00Z', '2026-03-01T12:00:00'],
    ['2026-03-01T10:31:00Z', '2026-03-01T13:00:00'],
    ['2026-03-01T22:40:00Z', '2026-03-02T01:00:00'],
  ])('at %s is the full hour %s in Berlin', (instant, expected) => {
    expect(wallText(suggested(new Date(instant), 'Europe/Berlin'))).toBe(expected);
  });
});

describe('a wall time', () => {
  it('is an instant of its zone', () => {
    expect(instantOf(wall('2026-11-24', '09:30')).toISOString()).toBe('2026-11-24T08:30:00.000Z');
    expect(instantOf(wall('2026-11-24', '09:30', 'Asia/Kolkata')).toISOString()).toBe(
      '2026-11-24T04:00:00.000Z',
    );
  });

  it.each([
    ['2026-03-29', '02:30', 'time_does_not_exist'],
    ['2026-03-29', '03:30', null],
    ['2026-10-25', '02:30', 'time_twice'],
    ['2026-10-25', '03:30', null],
    ['2026-03-01', '11:00', 'time_past'],
    ['2026-03-01', '11:11', null],
  ])('%s %s in Berlin: %s', (date, time, problem) => {
    expect(wallProblem(wall(date, time), now)).toBe(problem);
  });

  it('that comes twice asks which one, and is the one that was said', () => {
    const twice = wall('2026-10-25', '02:30');
    expect(passes(twice)?.first.toISOString()).toBe('2026-10-25T00:30:00.000Z');
    expect(passes(twice)?.second.toISOString()).toBe('2026-10-25T01:30:00.000Z');
    expect(passes(wall('2026-10-25', '03:30'))).toBeNull();
    expect(passes(wall('2026-03-29', '02:30'))).toBeNull();
    const second: Wall = { ...twice, pass: 'second' };
    expect(wallProblem(second, now)).toBeNull();
    expect(instantOf(second).toISOString()).toBe('2026-10-25T01:30:00.000Z');
    expect(whenOf('at', second, now)).toEqual({
      kind: 'instant',
      at: '2026-10-25T01:30:00.000Z',
      zone: 'Europe/Berlin',
    });
  });

  it('that cannot be kept says by how much, or what comes next', () => {
    expect(wallFinding(wall('2026-10-25', '02:30'), now)?.severity).toBe('block');
    expect(wallFinding(wall('2026-03-29', '02:30'), now)?.actual).toBe(180);
    expect(wallFinding(wall('2026-10-04', '02:15', 'Australia/Lord_Howe'), now)?.actual).toBe(150);
    expect(wallFinding(wall('2026-03-01', '11:00'), now)?.actual).toBe(10);
    expect(wallFinding(wall('2026-04-01', '02:30'), now)).toBeNull();
  });
});

describe('what is asked of Rust', () => {
  const planned = wall('2026-11-24', '09:30');

  it('keeps the wall time and its zone', () => {
    expect(whenOf('at', planned, now)).toEqual({
      kind: 'wall',
      wall: '2026-11-24T09:30:00',
      zone: 'Europe/Berlin',
    });
  });

  it('is now, or five seconds from the press', () => {
    expect(whenOf('now', planned, now)).toEqual({ kind: 'now' });
    expect(whenOf('soon', planned, now)).toEqual({
      kind: 'instant',
      at: '2026-03-01T10:10:05.000Z',
      zone: 'Europe/Berlin',
    });
  });
});

describe('access that ends', () => {
  const account = (ends_at: string | null, end_moves = false): AccountView =>
    ({
      id: 'acc_1',
      state: 'healthy',
      access: { state: 'fine', reason: '', fix: '', ends_at, end_moves },
    }) as AccountView;
  const at = new Date('2026-03-02T12:00:00Z');

  it('is warned of when a post would fall past it', () => {
    expect(endFindings([account('2026-03-02T10:00:00Z')], at)).toMatchObject([
      { code: 'access_ends', severity: 'risk', account: 'acc_1', actual: 120 },
    ]);
  });

  it('is not where it ends later, never, or renews itself', () => {
    const fine = [account('2026-03-02T13:00:00Z'), account(null), account('2026-03-01T10:00:00Z', true)];
    expect(endFindings(fine, at)).toEqual([]);
  });
});
