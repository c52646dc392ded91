/** Pure rules of the queue: what stands where, in which colour, and what can be done about it. */
import type { ChangeState, Group, LiveChangeView, PublicationState, PublicationView } from '$ipc/generated';
import type { Tone } from '$design/tone';
import { t } from '$i18n/index';

const groups: readonly Group[] = ['needs_you', 'now', 'next', 'done'];

export type Filter = keyof typeof t.queue.filters;

export const filters = Object.keys(t.queue.filters) as Filter[];

export type Action = keyof typeof t.queue.actions;

export interface Shelf {
  group: Group;
  rows: PublicationView[];
}

function passes(publication: PublicationView, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'upcoming':
      return publication.group === 'next' || publication.group === 'now';
    case 'needs_you':
      return publication.group === 'needs_you';
    case 'failed':
      return publication.state === 'failed';
    case 'published':
      return publication.state === 'published';
  }
}

/** Instant a row is sorted and shown by: the settled time where there is one, else the next try, else the plan. */
export function rowTime(publication: PublicationView): string {
  if (publication.published_at !== null) return publication.published_at;
  return publication.schedule.at;
}

/** Rows in groups, empty groups left out: soonest first, what is done newest first. */
export function shelves(publications: readonly PublicationView[], filter: Filter): Shelf[] {
  const shown = publications.filter((publication) => passes(publication, filter));
  return groups
    .map((group) => {
      const sign = group === 'done' ? -1 : 1;
      const rows = shown
        .filter((publication) => publication.group === group)
        .sort((a, b) => sign * (Date.parse(rowTime(a)) - Date.parse(rowTime(b))));
      return { group, rows };
    })
    .filter((shelf) => shelf.rows.length > 0);
}

const tones: Record<PublicationState, Tone> = {
  scheduled: 'scheduled',
  publishing: 'publishing',
  retrying: 'held',
  held: 'held',
  unconfirmed: 'held',
  needs_decision: 'held',
  published: 'published',
  failed: 'failed',
  cancelled: 'none',
};

export function tone(publication: PublicationView): Tone {
  return publication.deleted_at === null ? tones[publication.state] : 'none';
}

export function stateWord(publication: PublicationView): string {
  if (publication.deleted_at !== null) return t.queue.deleted;
  return publication.held === null ? t.queue.states[publication.state] : t.queue.held[publication.held];
}

const changeTones: Record<ChangeState, Tone> = {
  waiting: 'scheduled',
  running: 'publishing',
  retrying: 'held',
  held: 'held',
  unconfirmed: 'held',
  done: 'none',
  failed: 'failed',
};

/** A comment, deletion or edit of what is live: its word and its colour. */
export function changeWord(change: LiveChangeView): { word: string; tone: Tone } {
  const { commenting, deleting, editing } = t.queue.live;
  const words = { publish: editing, comment: commenting, edit: editing, delete: deleting }[change.kind];
  return { word: words[change.state], tone: changeTones[change.state] };
}

/** Whether a deletion or edit is still to come to its end. */
export function changing(publication: PublicationView): boolean {
  const state = publication.change?.state;
  return state !== undefined && state !== 'done' && state !== 'failed';
}

interface Actions {
  /** Buttons in the row, the one that helps most first. */
  row: Action[];
  /** Under the three dots. */
  menu: Action[];
}

function heldActions(publication: PublicationView): Actions {
  const menu: Action[] = ['reschedule', 'edit', 'cancel'];
  switch (publication.held) {
    case 'relink':
      return { row: ['relink'], menu };
    case 'paused':
      return { row: ['resume'], menu };
    case 'missed':
    case 'restored':
    case 'clock_wrong':
      return { row: ['send_now', 'reschedule'], menu: ['edit', 'cancel'] };
    case 'file_missing':
      return { row: ['edit', 'retry'], menu: ['mend', 'cancel'] };
    case 'quota':
    case 'offline':
    case 'vault_locked':
    case null:
      return { row: ['retry'], menu };
  }
}

/** What a row offers. Nothing that could send twice is offered without a question. */
export function actionsFor(publication: PublicationView): Actions {
  switch (publication.state) {
    case 'needs_decision':
      return { row: ['decide'], menu: ['details'] };
    case 'failed':
      return {
        row: publication.cause === 'relink_needed' ? ['relink', 'retry'] : ['retry', 'mend'],
        menu: ['details', 'duplicate', 'cancel'],
      };
    case 'held':
      return heldActions(publication);
    case 'scheduled':
      return { row: [], menu: ['reschedule', 'edit', 'cancel'] };
    case 'retrying':
      return { row: [], menu: ['retry', 'reschedule', 'cancel'] };
    case 'published':
      return {
        row: publication.url === '' || publication.deleted_at !== null ? [] : ['open'],
        menu: ['duplicate'],
      };
    case 'cancelled':
      return { row: [], menu: ['duplicate'] };
    case 'publishing':
    case 'unconfirmed':
      return { row: [], menu: ['details'] };
  }
}

/** Whether several can be acted on together: what is settled, or may be live, cannot. */
export function selectable({ state }: PublicationView): boolean {
  return ['scheduled', 'retrying', 'held', 'failed'].includes(state);
}

/** An account and the posts that stopped for want of it. */
export interface Waited {
  account: string;
  handle: string;
  count: number;
}

/** Accounts that are linked and have posts that stopped for want of them, with how many. */
export function waitedFor(
  publications: readonly PublicationView[],
  isHealthy: (account: string) => boolean,
): Waited[] {
  const causes = ['relink_needed', 'missing_scope', 'account_restricted'];
  const counts = new Map<string, Waited & { relinked: boolean }>();
  for (const each of publications) {
    const failed = each.state === 'failed' && causes.includes(each.cause ?? '');
    if (!failed && each.held !== 'missed' && each.held !== 'relink') continue;
    if (!isHealthy(each.account)) continue;
    const known = counts.get(each.account) ?? {
      account: each.account,
      handle: each.handle,
      count: 0,
      relinked: false,
    };
    known.count += 1;
    // Missed ones alone have a bar of their own.
    known.relinked ||= failed || each.cause === 'relink_needed';
    counts.set(each.account, known);
  }
  return [...counts.values()].filter(({ count, relinked }) => relinked && count > 1);
}

/** How many of a post's publications failed, where others of it did not. */
export function failedOf(publications: readonly PublicationView[], post: string): number {
  const ours = publications.filter((each) => each.post === post);
  const failed = ours.filter(({ state }) => state === 'failed').length;
  return failed < ours.length ? failed : 0;
}

/** What a screen reader is told when rows changed state between two reads. */
export function changes(before: readonly PublicationView[], after: readonly PublicationView[]): string[] {
  const known = new Map(before.map((publication) => [publication.id, publication.state]));
  return after
    .filter((publication) => known.has(publication.id) && known.get(publication.id) !== publication.state)
    .map((publication) => t.queue.announce(stateWord(publication), titleOf(publication), publication.handle));
}

export function titleOf(publication: PublicationView): string {
  return publication.title || t.queue.untitled;
}

/** Where J, K and the arrows go from row `at` of `count`; `at` is -1 when none has the focus. */
export function moved(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  if (key === 'j' || key === 'ArrowDown') return Math.min(count - 1, at + 1);
  if (key === 'k' || key === 'ArrowUp') return Math.max(0, at - 1);
  return null;
}

/** The host of a server's origin; the origin itself where it is none. */
export function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server;
}
