// @vitest-environment node
import { expect, it } from 'vitest';
import { redactions, shown } from './log.model';

const lines = [
  '2026-11-21T08:00:00.000Z  INFO postroom: started',
  '2026-11-21T08:00:01.000Z  WARN net: refused access_token=[redacted] WARN',
  '2026-11-21T08:00:02.000Z ERROR app: INFO is a word here',
];

it('keeps the lines of a level, by their own level and not by their words', () => {
  expect(shown(lines, 'all')).toEqual(lines);
  expect(shown(lines, 'warnings')).toEqual(lines.slice(1));
  expect(shown(lines, 'errors')).toEqual(lines.slice(2));
});

it('sets what was taken out apart', () => {
  expect(redactions('token=[redacted] of [redacted]')).toEqual([
    { text: 'token=', hidden: false },
    { text: '[redacted]', hidden: true },
    { text: ' of ', hidden: false },
    { text: '[redacted]', hidden: true },
  ]);
  expect(redactions('nothing hidden')).toEqual([{ text: 'nothing hidden', hidden: false }]);
});
