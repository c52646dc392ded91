// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { onlyLinked, platforms } from '$ipc/mock/platforms';
import type { AccountView, PlatformView } from '$ipc/generated';
import {
  accessTrouble,
  accessWords,
  accountTone,
  accountWord,
  inOrder as accountsInOrder,
} from './accounts.model';
import { emptyForm, inOrder, problems, stageRows, startOf } from './link.model';

const [practice, bluesky] = platforms() as [PlatformView, PlatformView];
const account = {
  id: 'acc_1',
  platform: 'bluesky',
  handle: 'ash.example',
  kind: 'user',
  origin: 'https://pds.example',
  method: 'app-password',
  state: 'healthy',
  renews: false,
  access_expires_at: null,
  access: { state: 'fine', reason: '', fix: '', ends_at: null, end_moves: false },
  scopes_missing: [],
} as unknown as AccountView;

describe('the form', () => {
  it('starts with what the platform offers', () => {
    expect(emptyForm(practice, null)).toMatchObject({ kind: 'a', identifier: '', instance: '' });
    expect(emptyForm(bluesky, null)).toMatchObject({ kind: '', instance: 'https://bsky.social' });
  });

  it('starts from the account when linking again', () => {
    expect(emptyForm(bluesky, account)).toMatchObject({
      identifier: 'ash.example',
      instance: 'https://pds.example',
    });
  });

  it('says what is missing, and nothing on a platform that asks nothing', () => {
    expect(problems(emptyForm(practice, null))).toEqual({});
    expect(Object.keys(problems({ ...emptyForm(bluesky, null), instance: ' ' }))).toEqual([
      'identifier',
      'secret',
      'instance',
    ]);
  });
});

describe('what is asked of Rust', () => {
  it('opens the browser for consent and sends no password fields', () => {
    const start = startOf({ ...emptyForm(practice, null), kind: 'c' }, null);
    expect(start).toEqual({
      platform: 'practice',
      method: 'oauth',
      kind: 'c',
      open_browser: true,
      endpoints: {},
    });
  });

  it('trims, drops the @ and names the account to link again', () => {
    const form = { ...emptyForm(bluesky, account), identifier: ' @ash.example ' };
    expect(startOf(form, { typed: 'field-1' })).toMatchObject({
      identifier: 'ash.example',
      secret: { typed: 'field-1' },
      instance: 'https://pds.example',
      account: 'acc_1',
      open_browser: false,
    });
  });
});

describe('a platform with two ways', () => {
  const consent = { ...emptyForm(bluesky, null), method: 'oauth' as const };

  it('asks for the handle before consent, and for no password', () => {
    expect(emptyForm(bluesky, null).method).toBe('app-password');
    expect(Object.keys(problems(consent))).toEqual(['identifier']);
    expect(startOf({ ...consent, identifier: '@ash.example' }, { typed: 'left over' })).toEqual({
      platform: 'bluesky',
      method: 'oauth',
      identifier: 'ash.example',
      instance: 'https://bsky.social',
      open_browser: true,
      endpoints: {},
    });
  });

  it('goes on the way an account was linked, and knows who it is', () => {
    const consented = { ...account, method: 'oauth' } as AccountView;
    const again = emptyForm(bluesky, consented);
    expect([again.method, problems(again)]).toEqual(['oauth', {}]);
    expect(startOf(again, null)).not.toHaveProperty('identifier');
    expect(emptyForm(bluesky, account).method).toBe('app-password');
  });
});

describe('progress', () => {
  it('marks what is done, now and later', () => {
    expect(stageRows('exchanging', true).map((row) => row.state)).toEqual(['done', 'now', 'later', 'later']);
    expect(stageRows('exchanging', false).map((row) => row.stage)).toEqual([
      'exchanging',
      'finishing',
      'done',
    ]);
    expect(stageRows('done', true).every((row) => row.state === 'done')).toBe(true);
    expect(stageRows('failed', true).every((row) => row.state === 'later')).toBe(true);
  });

  it('puts the practice network first', () => {
    expect(inOrder([bluesky, practice]).map((platform) => platform.id)).toEqual(['practice', 'bluesky']);
  });

  it('leaves out where nothing is published', () => {
    expect(inOrder([onlyLinked(), bluesky]).map((platform) => platform.id)).toEqual(['bluesky']);
  });
});

describe('accounts', () => {
  const now = new Date('2026-11-20T11:00:00Z');

  it.each([
    [{}, {}, 'Does not end'],
    [{ renews: true }, { state: 'expired_renewable' }, 'Renews itself'],
    [{ renews: true }, { ends_at: '2027-02-02T12:00:00Z', end_moves: true }, 'Renews itself'],
    [{ renews: true }, { ends_at: '2026-12-02T12:00:00Z' }, 'Renews itself until Wed 2 Dec'],
    [{}, { ends_at: '2026-12-02T12:00:00Z' }, 'Ends Wed 2 Dec'],
    [{}, { ends_at: '2026-11-22T12:00:00Z', state: 'ends_soon' }, 'Ends Sun 22 Nov'],
    [{ state: 'needs_relink' }, { ends_at: '2026-11-19T12:00:00Z', state: 'expired' }, 'Ended Thu 19 Nov'],
    [{ state: 'needs_relink' }, { state: 'revoked' }, 'Ended by the platform'],
    [{}, { state: 'unreachable' }, 'Not reached'],
  ])('%o with access %o reads "%s"', (change, access, words) => {
    const changed = { ...account, ...change, access: { ...account.access, ...access } } as AccountView;
    expect(accessWords(changed, 'UTC', now)).toBe(words);
  });

  it('says first what needs its owner, and never calls silence an end', () => {
    const soon = { ...account, access: { ...account.access, state: 'ends_soon' } } as AccountView;
    expect([accountWord(account), accountTone(account)]).toEqual(['Healthy', 'published']);
    expect([accountWord(soon), accountTone(soon)]).toEqual(['Ends soon', 'held']);
    const silent = { ...account, access: { ...account.access, state: 'unreachable' } } as AccountView;
    expect(accountTone(silent)).toBe('held');
    expect(accessTrouble(silent)).toContain('The access has not ended.');
    expect(accessTrouble(account)).toBe('');
  });

  it('puts those that need their owner first', () => {
    const broken = { ...account, id: 'acc_2', handle: 'z', state: 'needs_relink' } as AccountView;
    expect(accountsInOrder([account, broken]).map((each) => each.id)).toEqual(['acc_2', 'acc_1']);
    expect(accountTone(broken)).toBe('failed');
  });
});
