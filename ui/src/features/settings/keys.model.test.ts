import { expect, it } from 'vitest';
import { inGroups, needs, passphraseProblem } from './keys.model';

it.each([
  [{ backend: 'keychain', state: 'ready' }, 'nothing'],
  [{ backend: null, state: 'unset' }, 'nothing'],
  [{ backend: null, state: 'missing' }, 'place'],
  [{ backend: 'passphrase', state: 'locked' }, 'passphrase'],
  [{ backend: 'keychain', state: 'locked' }, 'return'],
  [{ backend: 'environment', state: 'missing' }, 'return'],
] as const)('%o needs %s', (vault, wanted) => expect(needs(vault)).toBe(wanted));

it('takes a passphrase that is long enough and was typed twice', () => {
  expect(passphraseProblem(7, true)).toBe('It needs 8 characters or more.');
  expect(passphraseProblem(11, false)).toBe('The two are not the same.');
  expect(passphraseProblem(11, true)).toBe('');
});

it('shows a recovery key in the groups it came in', () => {
  expect(inGroups(' post room 1qq \n')).toEqual(['post', 'room', '1qq']);
});
