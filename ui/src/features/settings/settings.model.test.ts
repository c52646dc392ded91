// @vitest-environment node
import { expect, it } from 'vitest';
import { graceChoices, graceWords } from './settings.model';

it('keeps a grace that is not among the usual ones', () => {
  expect(graceChoices(42)).toEqual([0, 5, 15, 30, 42, 60, 180]);
  expect(graceChoices(15)).toEqual([0, 5, 15, 30, 60, 180]);
});

it('says it in minutes and hours', () => {
  expect([0, 1, 42, 60, 180].map(graceWords)).toEqual([
    'Nothing: always ask',
    '1 minute',
    '42 minutes',
    '1 hour',
    '3 hours',
  ]);
});
