// @vitest-environment node
import { describe, expect, it, vi } from 'vitest';
import { call, setTransport, toFailure, type Transport } from './client';
import type { Event, Failure } from './generated';
import { Read } from './read.svelte';

/** Waits as long as a busy machine may need. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000 });

function transport(change: Partial<Transport>): Transport {
  return {
    invoke: () => Promise.resolve({}),
    listen: () => () => undefined,
    drops: () => () => undefined,
    mediaUrl: (digest) => digest,
    ...change,
  };
}

describe('call', () => {
  it('rejects with the failure Rust sent', async () => {
    const failure: Failure = { code: 'not_found', message: 'Gone.', action: '', details: '', findings: [] };
    setTransport(transport({ invoke: vi.fn().mockRejectedValue(failure) }));
    await expect(call('app_state', {})).rejects.toEqual(failure);
  });

  it.each([
    [new Error('boom'), 'boom'],
    ['text', 'text'],
    [42, ''],
    [null, ''],
  ])('turns %s into an internal failure', (thrown, details) => {
    expect(toFailure(thrown)).toMatchObject({ code: 'internal', details, findings: [] });
  });
});

describe('Read', () => {
  function stage(): { answers: ((value: unknown) => void)[]; emit: (event: Event) => void } {
    const answers: ((value: unknown) => void)[] = [];
    let handler: (event: Event) => void = () => undefined;
    setTransport(
      transport({
        invoke: () => new Promise((resolve) => answers.push(resolve)),
        listen: (listener) => {
          handler = listener;
          return () => (handler = () => undefined);
        },
      }),
    );
    return { answers, emit: (event) => handler(event) };
  }

  it('loads at the start and after events on its topics only', async () => {
    const { answers, emit } = stage();
    const read = new Read('accounts_list', () => ({}), ['accounts']);
    const stop = read.start();
    answers[0]?.([]);
    await soon(() => expect(read.data).toEqual([]));
    emit({ topic: 'posts', id: null });
    expect(answers).toHaveLength(1);
    emit({ topic: 'accounts', id: null });
    expect(answers).toHaveLength(2);
    stop();
    emit({ topic: 'accounts', id: null });
    expect(answers).toHaveLength(2);
  });

  it('makes one load of a burst, after the one under way', async () => {
    const { answers, emit } = stage();
    const read = new Read('queue_status', () => ({}), ['publications']);
    read.start();
    for (let i = 0; i < 5; i += 1) emit({ topic: 'publications', id: null });
    expect(answers).toHaveLength(1);
    answers[0]?.({ paused: false });
    await soon(() => expect(answers).toHaveLength(2));
    answers[1]?.({ paused: true });
    await soon(() => expect(read.data).toEqual({ paused: true }));
    expect(answers).toHaveLength(2);
  });

  it('keeps what it had when a later load fails', async () => {
    let fail = false;
    setTransport(
      transport({
        invoke: () => (fail ? Promise.reject(new Error('no')) : Promise.resolve({ running: true })),
      }),
    );
    const read = new Read('practice_status', () => ({}), []);
    await read.reload();
    fail = true;
    await read.reload();
    expect(read.data).toEqual({ running: true });
    expect(read.failure?.code).toBe('internal');
  });
});
