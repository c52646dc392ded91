// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Finding, PostView } from '$ipc/generated';
import {
  firstLink,
  isBlank,
  merge,
  moved,
  newPart,
  newest,
  plainParts,
  splitText,
  titleOf,
} from './draft.model';

describe('parts', () => {
  it('keep their keys apart and out of the draft', () => {
    const [a, b] = [newPart({ text: 'one' }), newPart()];
    expect(a.key).not.toBe(b.key);
    expect(plainParts([a])).toEqual([{ text: 'one', media: [], card: null }]);
  });

  it('are blank with white space only', () => {
    expect(isBlank([newPart({ text: ' \n' })])).toBe(true);
    expect(isBlank([newPart({ media: [{ id: 'med_1', alt: '' }] })])).toBe(false);
  });

  it('move within bounds', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b'], 0, 2)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 1, -1)).toEqual(['a', 'b']);
  });

  it('give the draft its title', () => {
    const content = {
      parts: [newPart({ text: ' ' }), newPart({ text: 'Second\nline' })],
      language: '',
      first_comment: '',
    };
    expect(titleOf({ content, variants: [], accounts: [] })).toBe('Second');
  });
});

describe('links', () => {
  it.each([
    ['see https://ash.studio/a, now', 'https://ash.studio/a'],
    ['(ash.studio/ash-no-4)', 'https://ash.studio/ash-no-4'],
    ['a.b@example.org', null],
    ['e.g. this', null],
    ['', null],
  ])('in "%s" the first is %s', (text, link) => {
    expect(firstLink(text)).toBe(link);
  });
});

describe('splitting', () => {
  it('breaks between sentences where it can', () => {
    expect(splitText('One is here. Two is here. Three.', 26)).toEqual([
      'One is here. Two is here.',
      'Three.',
    ]);
  });

  it('breaks between words otherwise, and inside a word only when it must', () => {
    expect(splitText('alpha beta gamma', 11)).toEqual(['alpha beta', 'gamma']);
    expect(splitText('a'.repeat(25), 10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'aaaaa']);
  });

  it('counts what readers see: a family is one', () => {
    expect(splitText('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 2)).toEqual(['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦']);
  });

  it('loses nothing but white space and never exceeds the limit, for many texts', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const alphabet = ['a', 'bc', ' ', ' ', '. ', '\n\n', '…', 'é', '🎈', 'ü'];
    for (let round = 0; round < 300; round += 1) {
      const length = Math.ceil(random() * 120);
      const text = Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
      const max = 1 + Math.floor(random() * 30);
      const pieces = splitText(text, max);
      const squeeze = (value: string): string => value.replace(/\s+/g, '');
      expect(squeeze(pieces.join(''))).toBe(squeeze(text));
      if (text.trim() !== '')
        for (const piece of pieces)
          expect([...new Intl.Segmenter('en').segment(piece)].length).toBeLessThanOrEqual(max);
    }
  });

  it('leaves a text alone that fits, and one that has no limit', () => {
    expect(splitText('short', 300)).toEqual(['short']);
    expect(splitText('short', 0)).toEqual(['short']);
  });
});

describe('findings', () => {
  const finding = (change: Partial<Finding>): Finding => ({
    code: 'alt_missing',
    severity: 'hint',
    account: null,
    part: 0,
    media: 'med_1',
    actual: null,
    option: null,
    limit: null,
    ...change,
  });

  it('are said once per place, with every account, what blocks first', () => {
    const merged = merge([
      finding({ account: 'acc_1' }),
      finding({ account: 'acc_2' }),
      finding({ account: 'acc_2' }),
      finding({ code: 'empty', severity: 'block', media: null }),
    ]);
    expect(merged.map((each) => [each.finding.code, each.accounts])).toEqual([
      ['empty', []],
      ['alt_missing', ['acc_1', 'acc_2']],
    ]);
  });
});

describe('the draft to open after a start', () => {
  const post = (id: string, text: string, updated_at: string): PostView =>
    ({
      id,
      updated_at,
      draft: { content: { parts: [{ text, media: [], card: null }], language: '', first_comment: '' } },
    }) as unknown as PostView;

  it('is the newest that holds something', () => {
    const posts = [post('a', 'x', '2026-01-01'), post('b', 'y', '2026-02-01'), post('c', ' ', '2026-03-01')];
    expect(newest(posts)?.id).toBe('b');
    expect(newest([])).toBeUndefined();
  });
});
