import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { setTransport } from '$ipc/client';
import { transportOf } from '$ipc/mock/transport';
import { CHARS_MAX } from '$ipc/mock/typed';
import { refuse, World } from '$ipc/mock/world';
import { TypedSecret } from '$ipc/secret.svelte';
import SecretField from './SecretField.svelte';
import { change, count, dots, pastes, verdict } from './secret.model';

let world: World;

beforeEach(() => {
  world = new World();
  setTransport(transportOf(world));
});

/** What the core holds. */
function held(): string[] {
  return [...world.typed.values()].map((letters) => letters.join(''));
}

describe('dots', () => {
  it('are one for each character', () => {
    expect([count('aß🔑'), dots(3)]).toEqual([3, '•••']);
  });

  it.each([
    ['the one before the caret', dots(4), 5, 2, { start: 2, end: 3, text: '' }],
    ['all', '', 5, 0, { start: 0, end: 5, text: '' }],
    ['the last', dots(4), 5, 4, { start: 4, end: 5, text: '' }],
    ['nothing', dots(5), 5, 3, { start: 3, end: 3, text: '' }],
  ])('that went: %s', (_, value, length, caret, wanted) =>
    expect(change(value, length, caret)).toEqual(wanted),
  );

  it.each([
    ['between two', '••é•', 3, { start: 2, end: 2, text: 'é' }],
    ['in an empty field', 'é', 0, { start: 0, end: 0, text: 'é' }],
    ['in the place of two', '•é•', 4, { start: 1, end: 3, text: 'é' }],
    ['in the place of all', 'é', 4, { start: 0, end: 4, text: 'é' }],
  ])('among which a letter came: %s', (_, value, length, wanted) =>
    expect(change(value, length, 1)).toEqual(wanted),
  );
});

describe('what an engine is about to do', () => {
  it.each([
    ['insertText', false, 'put'],
    ['insertText', true, 'leave'],
    ['insertCompositionText', false, 'leave'],
    ['deleteWordBackward', false, 'leave'],
    ['insertLineBreak', false, 'leave'],
    ['insertFromPaste', false, 'refuse'],
    ['insertFromDrop', false, 'refuse'],
    ['insertReplacementText', false, 'refuse'],
    ['historyUndo', false, 'refuse'],
  ])('%s, composing %s: %s', (kind, composing, wanted) => expect(verdict(kind, composing)).toBe(wanted));

  it('is pasting by any of its keys', () => {
    const keys = { key: 'v', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
    expect(pastes(keys)).toBe(false);
    expect(pastes({ ...keys, ctrlKey: true })).toBe(true);
    expect(pastes({ ...keys, key: 'V', metaKey: true, shiftKey: true })).toBe(true);
    expect(pastes({ ...keys, ctrlKey: true, altKey: true })).toBe(false);
    expect(pastes({ ...keys, key: 'Insert', shiftKey: true })).toBe(true);
    expect(pastes({ ...keys, key: 'Insert', ctrlKey: true })).toBe(false);
  });
});

describe('a secret that is typed', () => {
  it('goes to the core piece by piece, in order, and is handed on by name', async () => {
    const secret = new TypedSecret();
    [...'hunter2'].forEach((letter, at) => secret.replace({ start: at, end: at }, letter));
    expect(secret.length).toBe(7);
    const handed = await secret.handed();
    expect(held()).toEqual(['hunter2']);
    expect(handed).toEqual({ typed: [...world.typed.keys()][0] });
    expect(world.calls.every(({ params }) => !JSON.stringify(params).includes('hu'))).toBe(true);
    secret.clear();
    await vi.waitFor(() => expect(world.typed.size).toBe(0));
    expect([secret.length, await secret.handed()]).toEqual([0, null]);
  });

  it('is as long as the core says', async () => {
    const secret = new TypedSecret();
    secret.replace({ start: 0, end: 0 }, 'x'.repeat(CHARS_MAX - 1));
    expect(await secret.paste({ start: 0, end: 0 }, 'copied')).toBe(0);
    expect([secret.length, secret.problem]).toEqual([CHARS_MAX - 1, 'tooLong']);
    secret.replace({ start: 0, end: 2 }, '');
    await secret.settled();
    expect([secret.length, secret.problem, held()[0]!.length]).toEqual([CHARS_MAX - 3, '', CHARS_MAX - 3]);
    world.clipboard = '';
    expect(await secret.paste({ start: 0, end: 0 }, 'copied')).toBe(0);
    expect([secret.length, secret.problem]).toEqual([CHARS_MAX - 3, 'noText']);
  });

  it('is typed again where the core has lost it', async () => {
    const secret = new TypedSecret();
    secret.replace({ start: 0, end: 0 }, 'a');
    await secret.settled();
    world.typed.clear();
    expect(await secret.handed()).toBeNull();
    expect([secret.length, secret.problem]).toEqual([0, 'gone']);
    secret.replace({ start: 0, end: 0 }, 'b');
    await secret.settled();
    expect([held(), secret.problem]).toEqual([['b'], '']);
  });

  it('is not typed where no field can be had', async () => {
    world.failing.set('typed_open', [refuse('internal')]);
    const secret = new TypedSecret();
    secret.replace({ start: 0, end: 0 }, 'a');
    secret.replace({ start: 1, end: 1 }, 'b');
    await secret.settled();
    expect([secret.length, secret.problem, held()]).toEqual([0, 'gone', []]);
  });

  it('is compared by the core', async () => {
    const [one, other] = [new TypedSecret(), new TypedSecret()];
    one.replace({ start: 0, end: 0 }, 'abc');
    other.replace({ start: 0, end: 0 }, 'abd');
    expect(await one.same(other)).toBe(false);
    other.replace({ start: 2, end: 3 }, 'c');
    expect(await one.same(other)).toBe(true);
    expect(await one.same(new TypedSecret())).toBe(false);
  });
});

describe('the field of a secret', () => {
  async function mount(
    problem = '',
  ): Promise<{ secret: TypedSecret; input: HTMLInputElement; unmount: () => void }> {
    const secret = new TypedSecret();
    const { unmount } = render(SecretField, { label: 'Secret', hint: 'Keep it.', problem, secret });
    return { secret, input: await screen.findByLabelText('Secret'), unmount };
  }

  it('shows dots, and changes what stands at the caret', async () => {
    const user = userEvent.setup();
    const { input, secret } = await mount();
    expect(input).toHaveAccessibleDescription('Keep it.');
    await user.type(input, 'hnter2');
    expect(input).toHaveValue(dots(6));
    await user.type(input, 'u', { initialSelectionStart: 1, initialSelectionEnd: 1 });
    await secret.settled();
    expect([held(), input.selectionStart]).toEqual([['hunter2'], 2]);
    await user.type(input, 'X', { initialSelectionStart: 0, initialSelectionEnd: 3 });
    await user.keyboard('{End}{Backspace}{Home}{Delete}');
    await secret.settled();
    expect([held(), input.value]).toEqual([['ter'], dots(3)]);
    await user.keyboard('{Control>}a{/Control}Z');
    await secret.settled();
    expect(held()).toEqual(['Z']);
  });

  it('has the core paste, and never reads the clipboard itself', async () => {
    const user = userEvent.setup();
    const { input, secret } = await mount();
    world.clipboard = 'copied';
    await user.type(input, 'ab');
    await user.keyboard('{ArrowLeft}{Control>}v{/Control}!');
    await vi.waitFor(() => expect(held()).toEqual(['acopied!b']));
    await secret.settled();
    expect(input).toHaveValue(dots(9));
    await user.click(input);
    await user.paste('from the page');
    await vi.waitFor(() => expect(held()).toEqual(['acopied!bcopied']));
    world.clipboard = '';
    await user.keyboard('{Shift>}{Insert}{/Shift}');
    await vi.waitFor(() =>
      expect(input).toHaveAccessibleDescription('Keep it. No text could be read from the clipboard.'),
    );
    expect(input).toHaveValue(dots(15));
  });

  it('says why nothing was pasted before that it is empty', async () => {
    const user = userEvent.setup();
    const { input } = await mount('Please fill this in.');
    expect(input).toHaveAccessibleDescription('Keep it. Please fill this in.');
    world.clipboard = '';
    await user.type(input, '{Control>}v{/Control}');
    await vi.waitFor(() =>
      expect(input).toHaveAccessibleDescription('Keep it. No text could be read from the clipboard.'),
    );
  });

  it('takes a letter of two keys when it is there', async () => {
    const { input, secret } = await mount();
    secret.replace({ start: 0, end: 0 }, 'ab');
    await vi.waitFor(() => expect(input).toHaveValue(dots(2)));
    input.dispatchEvent(new CompositionEvent('compositionstart'));
    input.value = '•´•';
    input.dispatchEvent(new InputEvent('input', { inputType: 'insertCompositionText' }));
    input.value = '•é•';
    input.dispatchEvent(new InputEvent('input', { inputType: 'insertCompositionText' }));
    expect(secret.length).toBe(2);
    input.dispatchEvent(new CompositionEvent('compositionend'));
    await secret.settled();
    expect([held(), input.value]).toEqual([['aéb'], dots(3)]);
  });

  it('forgets the secret when it goes', async () => {
    const user = userEvent.setup();
    const { input, unmount, secret } = await mount();
    await user.type(input, 'a');
    await secret.settled();
    expect(world.typed.size).toBe(1);
    unmount();
    await vi.waitFor(() => expect(world.typed.size).toBe(0));
    expect(secret.length).toBe(0);
  });
});
