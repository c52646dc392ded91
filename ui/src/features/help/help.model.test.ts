import { expect, it } from 'vitest';
import { t } from '$i18n/index';
import { mentions, searched, topics } from './help.model';

it('explains every state and every reason to wait, by the words of the queue', () => {
  const all = topics();
  const titles = (id: string): string[] =>
    all.find((topic) => topic.id === id)?.entries.map((entry) => entry.title) ?? [];
  expect(titles('states')).toEqual(Object.values(t.queue.states));
  expect(titles('held').sort()).toEqual(Object.values(t.queue.held).sort());
});

it('finds entries by all words, in any order and case', () => {
  expect(mentions('DISK full', 'the disk is full')).toBe(true);
  expect(mentions('disk empty', 'the disk is full')).toBe(false);
  const found = searched(topics(), 'keychain');
  expect(found.map((topic) => topic.id)).toEqual(['held', 'trouble']);
  expect(searched(topics(), 'no such thing anywhere')).toEqual([]);
  expect(searched(topics(), '')).toEqual(topics());
});
