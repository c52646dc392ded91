import { describe, expect, it } from 'vitest';
import { keyAction, takesLetters, type Press } from './keys.model';
import { parsePlace } from './place.svelte';

function press(key: string, change: Partial<Press> = {}): Press {
  return { key, altKey: false, ctrlKey: false, metaKey: false, code: '', ...change };
}

describe('keys', () => {
  it.each([
    ['n', 'new'],
    ['/', 'search'],
    ['?', 'help'],
    ['g', 'prefix'],
  ])('%s is %s', (key, kind) => {
    expect(keyAction(press(key), false, false)).toEqual({ kind });
  });

  it.each([
    ['c', 'compose'],
    ['q', 'queue'],
    ['a', 'accounts'],
    ['s', 'settings'],
    ['h', 'help'],
  ])('G then %s goes to %s', (key, section) => {
    expect(keyAction(press(key), false, true)).toEqual({ kind: 'go', section });
  });

  it('goes to sections with Alt and a digit, also while typing', () => {
    expect(keyAction(press('¡', { altKey: true, code: 'Digit2' }), true, false)).toEqual({
      kind: 'go',
      section: 'queue',
    });
    expect(keyAction(press('5', { altKey: true, code: 'Digit5' }), false, false)).toBeNull();
  });

  it('leaves letters to whoever is typing, and combinations to the system', () => {
    expect(keyAction(press('n'), true, false)).toBeNull();
    expect(keyAction(press('n', { ctrlKey: true }), false, false)).toBeNull();
    expect(keyAction(press('x'), false, true)).toBeNull();
  });

  it('knows who is typing', () => {
    const spin = document.createElement('span');
    spin.setAttribute('role', 'spinbutton');
    expect(takesLetters(document.createElement('textarea'))).toBe(true);
    expect(takesLetters(spin)).toBe(true);
    expect(takesLetters(document.createElement('button'))).toBe(false);
    expect(takesLetters(null)).toBe(false);
  });
});

describe('places', () => {
  it.each([
    ['#queue/pub_1', { section: 'queue', id: 'pub_1' }],
    ['pub_1', { section: 'queue', id: 'pub_1' }],
    ['acc_9', { section: 'accounts', id: 'acc_9' }],
    ['post_2', { section: 'compose', id: 'post_2' }],
    ['settings', { section: 'settings', id: '' }],
    ['', { section: 'compose', id: '' }],
    ['#nonsense', { section: 'compose', id: '' }],
  ])('reads %s', (text, place) => {
    expect(parsePlace(text)).toEqual(place);
  });
});
