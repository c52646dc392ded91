// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { bytes, list, number, plural } from './format';
import { clockTime, dayIn, daysAway, relative, shortDate, when, zoneName, zones, zoneShort } from './time';

describe('numbers', () => {
  it('groups, counts and lists as the language does', () => {
    expect(number(12345)).toBe('12,345');
    expect(plural(1, { one: '1 post', other: '# posts' })).toBe('1 post');
    expect(plural(1200, { one: '1 post', other: '# posts' })).toBe('1,200 posts');
    expect(list(['a', 'b', 'c'])).toBe('a, b and c');
  });

  it('writes sizes with a fitting unit', () => {
    expect(bytes(0)).toBe('0 bytes');
    expect(bytes(2_000_000)).toBe('2 MB');
    expect(bytes(1_480)).toBe('1.5 kB');
  });
});

describe('times', () => {
  const noon = new Date('2026-11-20T11:00:00Z');

  it('keeps the zone apart from the computer’s', () => {
    expect(clockTime(noon, 'Europe/Berlin')).toBe('12:00');
    expect(clockTime(noon, 'Asia/Kolkata')).toBe('16:30');
    expect(dayIn('Pacific/Auckland', new Date('2026-11-20T12:00:00Z'))).toBe('2026-11-21');
  });

  it('says today, tomorrow and yesterday by the calendar of the zone', () => {
    const late = new Date('2026-11-20T22:30:00Z');
    expect(when(late, 'Europe/Berlin', noon)).toBe('Today 23:30');
    expect(when(late, 'Europe/Athens', noon)).toBe('Tomorrow 00:30');
    expect(when(new Date('2026-11-19T08:00:00Z'), 'UTC', noon)).toBe('Yesterday 08:00');
    expect(when(new Date('2026-11-24T08:30:00Z'), 'Europe/Berlin', noon)).toBe('Tue 24 Nov 09:30');
  });

  it('counts calendar days across a change of the clocks', () => {
    const saturday = new Date('2026-10-24T21:00:00Z');
    expect(daysAway(new Date('2026-10-25T22:30:00Z'), 'Europe/Berlin', saturday)).toBe(1);
  });

  it('names the year only when it is another one', () => {
    expect(shortDate(new Date('2027-01-02T11:00:00Z'), 'UTC', noon)).toBe('2 Jan 2027');
  });

  it('names zones shortly, and differently in summer', () => {
    expect(zoneShort('Europe/London', noon)).toBe('GMT');
    expect(zoneShort('Europe/London', new Date('2026-07-01T11:00:00Z'))).toBe('BST');
    expect(zoneName('America/New_York')).toBe('America/New York');
    expect(zones()).toContain('UTC');
  });

  it.each([
    [-2, '2 sec ago'],
    [0.4, 'now'],
    [59, 'in 59 sec'],
    [12 * 60 + 30, 'in 12 min'],
    [3600 * 30, 'in 30 hr'],
    [3600 * 24 * 3, 'in 3 days'],
  ])('%s seconds away is "%s"', (seconds, words) => {
    expect(relative(new Date(noon.getTime() + seconds * 1000), noon)).toBe(words);
  });
});
