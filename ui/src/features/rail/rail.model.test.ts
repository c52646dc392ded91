// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { AppState, OutageView, QueueStatus } from '$ipc/generated';
import { foot } from './rail.model';

const now = new Date('2026-11-20T11:00:00Z');
const quiet: QueueStatus = {
  paused: false,
  running: true,
  next: null,
  needs_you: 0,
  now: 0,
  upcoming: 0,
  done: 0,
  by_state: {},
  outages: [],
};

function app(queue: Partial<QueueStatus>, vault = 'ready'): AppState {
  const profile = { vault_state: vault, vault_reason: 'The keychain is locked.' };
  return { queue: { ...quiet, ...queue }, profile } as unknown as AppState;
}

const next = {
  publication: 'pub_1',
  at: '2026-11-20T11:12:00Z',
  zone: 'UTC',
  title: 'x',
  platform: 'bluesky',
};

describe('the foot of the rail', () => {
  it('names the next post and that all will go out', () => {
    expect(foot(app({ next, upcoming: 14 }), now, false)).toEqual({
      tone: 'good',
      line: 'Next post in 12 min',
      below: '14 posts planned, all will go out',
    });
  });

  it('says that a profile is only read before anything else', () => {
    const said = foot(app({ running: false, next, upcoming: 14 }, 'locked'), now, true);
    expect(said).toEqual({
      tone: 'failed',
      line: 'Only for reading',
      below: 'Nothing is changed, nothing goes out.',
    });
  });

  it('says how many need their owner', () => {
    expect(foot(app({ next, upcoming: 3, needs_you: 1 }), now, false)).toMatchObject({
      tone: 'held',
      below: '3 posts planned, 1 needs you',
    });
  });

  it('promises nothing while a platform is in trouble', () => {
    const outage: OutageView = {
      server: 'https://one.example',
      platform: 'one',
      name: 'One',
      cause: 'platform_unavailable',
      since: '2026-11-20T10:59:00Z',
      until: '2026-11-20T11:01:00Z',
      waiting: 2,
    };
    expect(foot(app({ upcoming: 2, next, outages: [outage] }), now, false)).toMatchObject({
      tone: 'held',
      below: '2 posts planned, 1 platform in trouble',
    });
  });

  it('counts what is at work where nothing comes next', () => {
    expect(foot(app({ now: 2 }), now, false)).toMatchObject({ tone: 'good', line: '2 posts at work' });
  });

  it.each([
    [app({}), 'idle', 'Nothing planned'],
    [app({ paused: true, next }), 'held', 'Everything is paused'],
    [app({ running: false }), 'failed', 'The queue is not running'],
    [app({ next }, 'locked'), 'failed', 'Your passwords are locked'],
    [app({ needs_you: 2 }), 'held', 'Nothing planned'],
  ])('puts the gravest thing first (%#)', (state, tone, line) => {
    expect(foot(state, now, false)).toMatchObject({ tone, line });
  });
});
