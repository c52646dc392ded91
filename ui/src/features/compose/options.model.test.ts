// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { platforms } from '$ipc/mock/platforms';
import type { AccountView } from '$ipc/generated';
import { setLocale } from '$i18n/language.svelte';
import {
  choiceName,
  fieldName,
  languages,
  lifeWords,
  lives,
  newPoll,
  readPoll,
  shownOptions,
  summary,
  type PollInput,
} from './options.model';

const fields = platforms().find((platform) => platform.id === 'mastodon')?.options ?? [];
const limits: PollInput = {
  type: 'poll',
  answers_max: 4,
  answer_max_chars: 50,
  life_min_s: 600,
  life_max_s: 7200,
};
const poll = JSON.stringify({ answers: ['yes', 'no'], life_s: 3600, multiple: true, hide_totals: false });

describe('words', () => {
  it('are found by the label, and a field of a newer server keeps its own', () => {
    expect([fieldName('content_warning'), fieldName('federate')]).toEqual(['Content warning', 'federate']);
    expect([choiceName('visibility_private'), choiceName('x')]).toEqual(['Followers only', 'x']);
  });

  it('say what is set, and nothing where all is as usual', () => {
    expect(summary(fields, {})).toEqual([]);
    const values = {
      visibility: 'private',
      content_warning: 'Kiln',
      language: 'de',
      poll,
      sensitive: 'true',
    };
    expect(summary(fields, values)).toEqual([
      'Followers only',
      'German',
      'Content warning',
      'Mark pictures as sensitive',
      'Poll',
    ]);
  });

  it('name languages in the language of the window, and keep one that is not on the list', () => {
    const names = (value: string): string[] => languages(value).map(({ name }) => name);
    expect(names('')).toContain('German');
    expect(languages('cy')).toContainEqual({ tag: 'cy', name: 'Welsh' });
    setLocale('de-DE');
    expect(names('')).toContain('Deutsch');
    setLocale('en-GB');
  });
});

describe('a poll', () => {
  it('is read from its text and from nothing else', () => {
    expect(readPoll(poll)).toMatchObject({ answers: ['yes', 'no'], life_s: 3600, multiple: true });
    for (const text of [undefined, '', '{', '[]', 'null', '{"answers":"yes"}'])
      expect(readPoll(text)).toBe(null);
  });

  it('begins within what the server takes', () => {
    expect(newPoll(limits)).toMatchObject({ answers: ['', ''], life_s: 7200 });
    expect(lives(limits, 900)).toEqual([900, 1800, 3600]);
    expect([300, 3600, 86_400, 259_200].map(lifeWords)).toEqual(['5 minutes', '1 hour', '1 day', '3 days']);
  });
});

describe('a preview', () => {
  it('shows fields by what they are for', () => {
    const account = { options: fields } as unknown as AccountView;
    const values = {
      visibility: 'unlisted',
      content_warning: 'Kiln',
      language: 'de',
      poll,
      sensitive: 'true',
    };
    expect(shownOptions(account, values)).toMatchObject({
      warning: 'Kiln',
      language: 'de',
      poll: { answers: ['yes', 'no'] },
      flags: ['Mark pictures as sensitive'],
    });
    expect(shownOptions(account, {})).toMatchObject({ warning: '', visibility: '', poll: null, flags: [] });
  });
});
