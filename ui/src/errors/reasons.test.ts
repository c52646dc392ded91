// @vitest-environment node
import { afterEach, describe, expect, it } from 'vitest';
import { setLocale } from '$i18n/language.svelte';
import type { LiveChangeView } from '$ipc/generated';
import { explain } from './errors';
import { changeReason, exactly, reasonOf, vaultWords, type Stands } from './reasons';

const refused: Stands = {
  reason: 'Bluesky refused this post of Robin. It is not live. Edit or retry it.',
  cause: 'content_rejected',
  held: null,
  state: 'failed',
  parts_done: 0,
  parts: 1,
};

afterEach(() => setLocale('en-GB'));

describe('why a post stands where it stands', () => {
  it('is said in Rust’s own words in English', () => {
    expect(reasonOf(refused)).toBe(refused.reason);
    expect(exactly(refused.reason, reasonOf(refused))).toBe('');
    expect(vaultWords({ vault_reason: 'The keychain is locked.' })).toBe('The keychain is locked.');
  });

  it('is said in German with Rust’s words behind it', () => {
    setLocale('de-DE');
    expect(reasonOf(refused)).toMatch(/^Die Plattform hat den Text abgelehnt\. Er ist nicht online\./);
    expect(exactly(refused.reason, reasonOf(refused))).toBe(refused.reason);
    expect(vaultWords({ vault_reason: 'The keychain is locked.' })).toMatch(/Entsperre den Schlüsselbund/);
    expect(vaultWords({ vault_reason: '' })).toBe('');
  });

  it.each([
    [{ ...refused, state: 'held', held: 'missed', cause: 'missed' }, /Seine Zeit verging/],
    [
      { ...refused, state: 'needs_decision', cause: 'outcome_unknown' },
      /Nichts kann sagen, ob er online ist/,
    ],
    [{ ...refused, state: 'unconfirmed', cause: 'outcome_unknown' }, /Postroom sieht nach/],
    [{ ...refused, state: 'retrying', cause: 'offline' }, /wenn das Netz zurück ist/],
    [{ ...refused, state: 'failed', cause: 'offline' }, /nicht mehr von selbst/],
  ] satisfies [Stands, RegExp][])('goes by hold, state and cause (%#)', (stands, words) => {
    setLocale('de-DE');
    expect(reasonOf(stands)).toMatch(words);
  });

  it('stays silent where Rust says nothing, and says what nobody translated', () => {
    setLocale('de-DE');
    const done: Stands = { ...refused, reason: '', cause: 'offline', state: 'published' };
    expect(reasonOf(done)).toBe('');
    const odd: Stands = { ...refused, reason: 'Something new.', cause: null };
    expect([reasonOf(odd), exactly(odd.reason, reasonOf(odd))]).toEqual(['Something new.', '']);
  });

  it('never calls a thread that is partly live not live', () => {
    setLocale('de-DE');
    const said = reasonOf({ ...refused, parts_done: 1, parts: 3 });
    expect(said).toContain('1 von 3 Teilen sind online');
    expect(said).not.toContain('nicht online');
  });

  it('says of a change to a live post nothing about whether it is live', () => {
    const change: LiveChangeView = {
      kind: 'edit',
      state: 'failed',
      held: null,
      reason: 'Mastodon refused the new words. It is still live with its old ones.',
      cause: 'content_rejected',
      next_at: null,
      raw: '',
    };
    expect(changeReason(change)).toBe(change.reason);
    setLocale('de-DE');
    expect(changeReason(change)).not.toMatch(/online/);
  });

  it('puts what Rust says of a failed call among the details', () => {
    setLocale('de-DE');
    const failure = {
      message: 'The disk is full.',
      action: 'Make room.',
      details: 'os error 28',
      findings: [],
    };
    const words = explain({ code: 'storage_failed', ...failure });
    expect(words.body).toMatch(/^Sie ist voll/);
    expect([words.next, words.details]).toEqual(['', 'The disk is full.\nMake room.\nos error 28']);
  });
});
