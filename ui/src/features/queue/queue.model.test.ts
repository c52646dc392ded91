// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { HeldReason, PublicationState, PublicationView } from '$ipc/generated';
import {
  actionsFor,
  changes,
  failedOf,
  moved,
  selectable,
  shelves,
  stateWord,
  tone,
  waitedFor,
} from './queue.model';

const groups: Record<PublicationState, PublicationView['group']> = {
  scheduled: 'next',
  publishing: 'now',
  retrying: 'next',
  held: 'needs_you',
  unconfirmed: 'now',
  needs_decision: 'needs_you',
  published: 'done',
  failed: 'needs_you',
  cancelled: 'done',
};

function row(id: string, state: PublicationState, change: Partial<PublicationView> = {}): PublicationView {
  return {
    id,
    post: 'post_1',
    account: 'acc_1',
    platform: 'bluesky',
    handle: 'ash.example',
    title: `Post ${id}`,
    state,
    group: groups[state],
    held: null,
    reason: '',
    cause: null,
    schedule: { at: '2026-11-20T12:00:00Z', wall: '2026-11-20T13:00:00', zone: 'Europe/Berlin' },
    next_at: null,
    attempts: 0,
    parts_done: 0,
    parts: 1,
    step: '',
    url: '',
    published_at: null,
    class: 'a',
    edited_at: null,
    deleted_at: null,
    change: null,
    instead: '',
    can_delete: false,
    can_edit: false,
    ...change,
  };
}

const at = (time: string): Partial<PublicationView> => ({
  schedule: { at: time, wall: time.slice(0, 19), zone: 'UTC' },
});

describe('shelves', () => {
  const rows = [
    row('done1', 'published', { published_at: '2026-11-20T08:00:00Z' }),
    row('done2', 'published', { published_at: '2026-11-20T09:00:00Z' }),
    row('late', 'scheduled', at('2026-11-21T08:00:00Z')),
    row('soon', 'scheduled', at('2026-11-20T13:00:00Z')),
    row('bad', 'failed'),
    row('busy', 'publishing'),
  ];

  it('groups by what they ask, soonest first, done newest first', () => {
    expect(shelves(rows, 'all').map((shelf) => [shelf.group, shelf.rows.map((each) => each.id)])).toEqual([
      ['needs_you', ['bad']],
      ['now', ['busy']],
      ['next', ['soon', 'late']],
      ['done', ['done2', 'done1']],
    ]);
  });

  it.each([
    ['upcoming', ['busy', 'soon', 'late']],
    ['needs_you', ['bad']],
    ['failed', ['bad']],
    ['published', ['done2', 'done1']],
  ] as const)('filters %s', (filter, ids) => {
    expect(shelves(rows, filter).flatMap((shelf) => shelf.rows.map((each) => each.id))).toEqual(ids);
  });
});

describe('actions', () => {
  it('asks the owner about a doubtful post and offers nothing else in the row', () => {
    expect(actionsFor(row('x', 'needs_decision')).row).toEqual(['decide']);
  });

  it('offers no way to send again while it is unknown whether it is live', () => {
    const { row: buttons, menu } = actionsFor(row('x', 'unconfirmed'));
    expect([...buttons, ...menu]).toEqual(['details']);
  });

  it.each([
    ['relink', 'relink'],
    ['paused', 'resume'],
    ['missed', 'send_now'],
    ['restored', 'send_now'],
    ['quota', 'retry'],
    ['offline', 'retry'],
    ['vault_locked', 'retry'],
    ['clock_wrong', 'send_now'],
    ['file_missing', 'edit'],
  ] as [HeldReason, string][])('held for %s offers %s first', (held, action) => {
    expect(actionsFor(row('x', 'held', { held })).row[0]).toBe(action);
  });

  it('offers relinking where a failed post needs it, and opening where there is a link', () => {
    expect(actionsFor(row('x', 'failed', { cause: 'relink_needed' })).row).toEqual(['relink', 'retry']);
    expect(actionsFor(row('x', 'published', { url: 'https://x' })).row).toEqual(['open']);
    expect(actionsFor(row('x', 'published')).row).toEqual([]);
  });

  it('never repeats an action', () => {
    for (const state of Object.keys(groups) as PublicationState[]) {
      const { row: buttons, menu } = actionsFor(row('x', state));
      const all = [...buttons, ...menu];
      expect(new Set(all).size, state).toBe(all.length);
    }
  });
});

describe('words', () => {
  it('has a colour and a word for every state', () => {
    for (const state of Object.keys(groups) as PublicationState[]) {
      expect(tone(row('x', state))).toBeTruthy();
      expect(stateWord(row('x', state))).toBeTruthy();
    }
    expect(stateWord(row('x', 'held', { held: 'relink' }))).toBe('Waiting for relink');
  });

  it('tells what changed since the last read, and nothing at the first', () => {
    const before = [row('a', 'publishing'), row('b', 'scheduled')];
    const after = [row('a', 'published'), row('b', 'scheduled'), row('c', 'failed')];
    expect(changes(before, after)).toEqual(['Published: Post a, on ash.example']);
    expect(changes([], after)).toEqual([]);
  });
});

describe('moving in the list', () => {
  it.each([
    ['j', -1, 0],
    ['j', 0, 1],
    ['ArrowDown', 2, 2],
    ['k', 0, 0],
    ['ArrowUp', 2, 1],
    ['x', 1, null],
  ] as const)('%s from %s goes to %s of three', (key, from, to) => {
    expect(moved(key, from, 3)).toBe(to);
  });

  it('goes nowhere in an empty list', () => {
    expect(moved('j', -1, 0)).toBeNull();
  });
});

describe('several together', () => {
  it('takes only what waits or stopped', () => {
    const states = Object.keys(groups) as PublicationState[];
    expect(states.filter((state) => selectable(row('x', state)))).toEqual([
      'scheduled',
      'retrying',
      'held',
      'failed',
    ]);
  });

  it('counts what waited for an account that is linked again', () => {
    const rows = [
      row('a', 'held', { held: 'missed', cause: 'relink_needed' }),
      row('b', 'failed', { cause: 'relink_needed' }),
      row('c', 'failed', { cause: 'content_rejected' }),
      row('d', 'held', { held: 'missed', account: 'acc_2' }),
      row('e', 'held', { held: 'missed', account: 'acc_2' }),
    ];
    const waited = { account: 'acc_1', handle: 'ash.example', count: 2, relinked: true };
    expect(waitedFor(rows, () => true)).toEqual([waited]);
    expect(waitedFor(rows, () => false)).toEqual([]);
  });

  it('tells how many of a post failed where others did not', () => {
    const rows = [row('a', 'failed'), row('b', 'failed'), row('c', 'published')];
    expect(failedOf(rows, 'post_1')).toBe(2);
    expect(failedOf(rows.slice(0, 2), 'post_1')).toBe(0);
  });
});
