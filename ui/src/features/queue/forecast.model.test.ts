import { afterEach, describe, expect, it } from 'vitest';
import { setLocale } from '$i18n/language.svelte';
import type { Finding, ForecastItem, ForecastView } from '$ipc/generated';
import { days, summary, troubled, why } from './forecast.model';

const finding = (code: Finding['code']): Finding => ({
  code,
  severity: 'block',
  account: null,
  part: null,
  media: null,
  actual: null,
  limit: null,
  option: null,
});

function item(at: string, change: Partial<ForecastItem> = {}): ForecastItem {
  return {
    publication: `pub_${at}`,
    post: 'post_1',
    account: 'acc_1',
    platform: 'mastodon',
    handle: '@ash',
    title: 'Glaze',
    schedule: { at, wall: '', zone: 'Europe/Berlin' },
    state: 'scheduled',
    held: null,
    outlook: 'will_not',
    findings: [finding('account_needs_relink')],
    reason: 'Mastodon ended it.',
    fix: 'Link @ash again.',
    ...change,
  };
}

function forecast(publications: ForecastItem[], will = 3): ForecastView {
  return {
    running: true,
    zone: 'Europe/Berlin',
    from: '2026-11-20T23:00:00Z',
    to: '2026-11-22T23:00:00Z',
    will,
    at_risk: publications.filter(({ outlook }) => outlook === 'at_risk').length,
    will_not: publications.filter(({ outlook }) => outlook === 'will_not').length,
    days: [
      { date: '2026-11-21', will: 2, at_risk: 1, will_not: 0 },
      { date: '2026-11-22', will: 1, at_risk: 1, will_not: 1 },
    ],
    publications,
  };
}

const risk = item('2026-11-21T22:30:00Z', { outlook: 'at_risk' });
const late = item('2026-11-22T20:00:00Z');
const early = item('2026-11-21T23:30:00Z', { outlook: 'at_risk' });

afterEach(() => setLocale('en-GB'));

describe('the forecast', () => {
  it('leads each day to the post of it that asks most, by the days of its zone', () => {
    expect(days(forecast([risk, early, late]))).toEqual([
      { date: '2026-11-21', all: 3, outlook: 'at_risk', mark: '1 at risk', target: risk.publication },
      {
        date: '2026-11-22',
        all: 3,
        outlook: 'will_not',
        mark: '1 will not, 1 at risk',
        target: late.publication,
      },
    ]);
  });

  it('puts what will not go out before what may not', () => {
    const well = item('2026-11-21T10:00:00Z', { outlook: 'will_go_out' });
    expect(troubled(forecast([well, risk, early, late]))).toEqual([late, risk, early]);
  });

  it('says how many go out', () => {
    const none = { ...forecast([], 0), days: [] };
    expect(summary(none)).toBe('Nothing is planned for the next 7 days.');
    expect(summary(forecast([], 14))).toBe('All 14 posts planned for the next 7 days will go out.');
    expect(summary(forecast([], 1))).toBe('The post planned for the next 7 days will go out.');
    expect(summary(forecast([risk, late], 12))).toBe('12 will go out, 1 at risk, 1 will not.');
    expect(summary(forecast([late], 12))).toBe('12 will go out, 1 will not.');
    expect(summary(forecast([risk], 0))).toBe('1 at risk.');
    expect(summary(forecast([risk, late], 0))).toBe('1 at risk, 1 will not go out.');
  });

  it('says why and what to do, in the language of the window', () => {
    expect(why(late)).toBe('Mastodon ended it. Link @ash again.');
    setLocale('de-DE');
    expect(why(late)).toBe('@ash muss neu verbunden werden, bevor dort etwas erscheinen kann.');
    expect(why(item('x', { findings: [], held: 'paused', state: 'held' }))).toContain('angehalten');
    expect(why(item('x', { findings: [], state: 'retrying', outlook: 'at_risk' }))).not.toBe('');
  });
});
