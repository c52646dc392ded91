// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { AccountView } from '$ipc/generated';
import { choiceOf, fallbackChoices, wordOf } from './fallback.model';

const account = (id: string, platform: string, state = 'healthy'): AccountView =>
  ({ id, platform, state }) as unknown as AccountView;
const linked = [
  account('acc_1', 'mastodon'),
  account('acc_2', 'mastodon'),
  account('acc_3', 'bluesky'),
  account('acc_4', 'mastodon', 'needs_relink'),
];
const words = (chosen: string[], pictured: boolean, now = choiceOf('hold')): string[] =>
  fallbackChoices(linked, chosen, pictured, now).map(({ value }) => value);

describe('what a post falls back on', () => {
  it('is another account of the same platform that it does not go to', () => {
    expect(words(['acc_1'], false)).toEqual(['hold', 'acc_2']);
    expect(words(['acc_1', 'acc_2'], false)).toEqual(['hold']);
    expect(words(['acc_3'], false)).toEqual(['hold']);
    expect(words([], false)).toEqual(['hold']);
  });

  it('is its text only where there are pictures', () => {
    expect(words(['acc_3'], true)).toEqual(['hold', 'text']);
  });

  it('stays what was chosen, though it would not be offered now', () => {
    expect(words(['acc_3'], false, choiceOf('text'))).toEqual(['hold', 'text']);
    expect(words(['acc_1'], false, choiceOf('acc_4'))).toEqual(['hold', 'acc_2', 'acc_4']);
  });

  it('is told by one word', () => {
    for (const word of ['hold', 'text', 'acc_1']) expect(wordOf(choiceOf(word))).toBe(word);
  });
});
