/** Pure rules of the forecast: what each day shows, what it leads to, and why a post may not go out. */
import { findingEntry } from '$errors/findings';
import { t } from '$i18n/index';
import { dayIn } from '$i18n/time';
import type { ForecastItem, ForecastView, Outlook } from '$ipc/generated';

export interface Day {
  /** `2026-11-24`. */
  date: string;
  all: number;
  /** The worst to be expected of any of its posts. */
  outlook: Outlook;
  /** How many may not go out, in words; empty where all do. */
  mark: string;
  /** The post that asks most, where one is known. */
  target: string;
}

const rank: Record<Outlook, number> = { will_not: 0, at_risk: 1, will_go_out: 2 };

/** Those that may not go out, what asks most first, then by time. */
export function troubled(forecast: ForecastView): ForecastItem[] {
  return forecast.publications
    .filter(({ outlook }) => outlook !== 'will_go_out')
    .sort(
      (a, b) => rank[a.outlook] - rank[b.outlook] || Date.parse(a.schedule.at) - Date.parse(b.schedule.at),
    );
}

export function days(forecast: ForecastView): Day[] {
  const asking = troubled(forecast);
  const on = (item: ForecastItem): string => dayIn(forecast.zone, new Date(item.schedule.at));
  return forecast.days.map(({ date, will, at_risk, will_not }) => ({
    date,
    all: will + at_risk + will_not,
    outlook: will_not > 0 ? 'will_not' : at_risk > 0 ? 'at_risk' : 'will_go_out',
    mark: t.queue.forecast.mark(at_risk, will_not),
    target: asking.find((item) => on(item) === date)?.publication ?? '',
  }));
}

/** One sentence on all of them. */
export function summary({ will, at_risk, will_not }: ForecastView): string {
  if (will + at_risk + will_not === 0) return t.queue.forecast.empty;
  if (at_risk + will_not === 0) return t.queue.forecast.well(will);
  return t.queue.forecast.some(will, at_risk, will_not);
}

/** Why, in the language of the window; Rust's own sentences where they are in it. */
export function why({ findings, held, state, reason, fix, handle }: ForecastItem): string {
  if (t.reasons.fromRust) return [reason, fix].filter(Boolean).join(' ');
  const [finding] = findings;
  if (finding) return findingEntry(finding, handle, false).text;
  if (held) return t.reasons.held[held];
  return state === 'retrying' ? t.queue.forecast.retrying : '';
}
