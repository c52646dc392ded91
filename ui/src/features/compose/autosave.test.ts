// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Autosave } from './autosave.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('autosave', () => {
  it('saves once, a moment after the last change', async () => {
    const save = vi.fn(() => Promise.resolve());
    const autosave = new Autosave(save);
    autosave.touch();
    await vi.advanceTimersByTimeAsync(300);
    autosave.touch();
    await vi.advanceTimersByTimeAsync(399);
    expect(save).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(save).toHaveBeenCalledTimes(1);
    expect(autosave.dirty).toBe(false);
    expect(autosave.savedAt).toBeInstanceOf(Date);
  });

  it('never runs two saves at a time and saves what came meanwhile', async () => {
    const done: (() => void)[] = [];
    const save = vi.fn(() => new Promise<void>((resolve) => done.push(resolve)));
    const autosave = new Autosave(save);
    autosave.touch();
    const first = autosave.flush();
    await vi.advanceTimersByTimeAsync(0);
    autosave.touch();
    const second = autosave.flush();
    await vi.advanceTimersByTimeAsync(0);
    expect(save).toHaveBeenCalledTimes(1);
    done[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(save).toHaveBeenCalledTimes(2);
    done[1]?.();
    await expect(Promise.all([first, second])).resolves.toEqual([true, true]);
  });

  it('says that it failed, stays unsaved, and works again', async () => {
    const save = vi
      .fn<() => Promise<void>>()
      .mockRejectedValueOnce({ code: 'storage_failed', message: 'Full.' });
    const autosave = new Autosave(save);
    autosave.touch();
    await expect(autosave.flush()).resolves.toBe(false);
    expect(autosave.failure?.code).toBe('storage_failed');
    expect(autosave.dirty).toBe(true);
    await expect(autosave.flush()).resolves.toBe(true);
    expect(autosave.failure).toBeUndefined();
  });

  it('tries again by itself until it works', async () => {
    const full = { code: 'storage_failed', message: 'Full.' };
    const save = vi.fn<() => Promise<void>>().mockRejectedValueOnce(full).mockRejectedValueOnce(full);
    const autosave = new Autosave(save);
    autosave.touch();
    await vi.advanceTimersByTimeAsync(400);
    expect(autosave.failure?.code).toBe('storage_failed');
    await vi.advanceTimersByTimeAsync(6000);
    expect(save).toHaveBeenCalledTimes(3);
    expect(autosave.failure).toBeUndefined();
    expect(autosave.dirty).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(save).toHaveBeenCalledTimes(3);
  });

  it('forgets what is pending for another document', async () => {
    const save = vi.fn(() => Promise.resolve());
    const autosave = new Autosave(save);
    autosave.touch();
    autosave.reset();
    await vi.advanceTimersByTimeAsync(1000);
    expect(save).not.toHaveBeenCalled();
  });
});
