// @vitest-environment node
import { afterEach, describe, expect, it } from 'vitest';
import { setLocale } from '$i18n/language.svelte';
import { dayName, readSlot, timeText, withSlots } from './slots.model';

afterEach(() => setLocale('en-GB'));

describe('weekly slots', () => {
  it('are named by the language', () => {
    expect([dayName(0), timeText(570)]).toEqual(['Monday', '09:30']);
    setLocale('de-DE');
    expect([dayName(6), timeText(1200)]).toEqual(['Sonntag', '20:00']);
  });

  it('are read from what is typed', () => {
    expect([readSlot('09:30'), readSlot('23:59'), readSlot('24:00'), readSlot('')]).toEqual([
      570,
      1439,
      null,
      null,
    ]);
  });

  it('are added in the order of the week, none twice', () => {
    const friday = withSlots([], '4', 600);
    expect(withSlots(friday, 'weekdays', 600)).toHaveLength(5);
    expect(withSlots(friday, 'daily', 570)[0]).toEqual({ weekday: 0, minute: 570 });
    expect(
      withSlots(withSlots(friday, 'daily', 570), '4', 570).filter(({ weekday }) => weekday === 4),
    ).toEqual([
      { weekday: 4, minute: 570 },
      { weekday: 4, minute: 600 },
    ]);
  });
});
