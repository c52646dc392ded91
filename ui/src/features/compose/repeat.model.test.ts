// @vitest-environment node
import { CalendarDate } from '@internationalized/date';
import { describe, expect, it } from 'vitest';
import { ruleOf } from './repeat.model';

const tuesday = new CalendarDate(2026, 11, 24);

describe('how often a post comes again', () => {
  it('is a rule made of the first date', () => {
    expect(ruleOf('never', tuesday, '')).toBeNull();
    expect(ruleOf('daily', tuesday, '')).toBe('FREQ=DAILY');
    expect(ruleOf('weekdays', tuesday, '')).toBe('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR');
    expect(ruleOf('weekly', tuesday, '')).toBe('FREQ=WEEKLY;BYDAY=TU');
    expect(ruleOf('monthly', tuesday, '')).toBe('FREQ=MONTHLY;BYMONTHDAY=24');
    expect(ruleOf('custom', tuesday, ' FREQ=DAILY;COUNT=3 ')).toBe('FREQ=DAILY;COUNT=3');
  });

  it('falls on the last day of months that end before', () => {
    expect(ruleOf('monthly', new CalendarDate(2026, 1, 31), '')).toBe(
      'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1',
    );
  });
});
