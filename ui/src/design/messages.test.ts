import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { messages } from './messages.svelte';

const texts = (): string[] => messages.shown.map((message) => message.text);

beforeEach(() => vi.useFakeTimers());

afterEach(() => {
  messages.clear();
  vi.useRealTimers();
});

it('shows the same again once, with its whole time before it', () => {
  messages.show('Kept.');
  vi.advanceTimersByTime(9_000);
  messages.show('Moved.');
  messages.show('Kept.');
  expect(texts()).toEqual(['Moved.', 'Kept.']);
  vi.advanceTimersByTime(9_000);
  expect(texts()).toEqual(['Moved.', 'Kept.']);
  vi.advanceTimersByTime(1_000);
  expect(texts()).toEqual([]);
});

it('keeps each that has a button: it is about something of its own', () => {
  const action = { label: 'Undo', run: () => undefined };
  messages.show('Cancelled.', { action });
  messages.show('Cancelled.', { action });
  messages.show('Cancelled.');
  expect(texts()).toHaveLength(3);
});
