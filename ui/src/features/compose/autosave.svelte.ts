/**
 * Saves what is written a moment after the last change, one save at a time, and says how fresh it is.
 *
 * `touch()` after every change; `flush()` before anything that must not lose words.
 */
import { toFailure } from '$ipc/client';
import type { Failure } from '$ipc/generated';

const QUIET_MS = 400;
/** After a save that failed: a full disk gets room again without telling anybody. */
const AGAIN_MS = 3000;

export class Autosave {
  savedAt = $state.raw<Date>();
  saving = $state(false);
  dirty = $state(false);
  failure = $state.raw<Failure>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;

  constructor(private readonly save: () => Promise<void>) {}

  touch(): void {
    this.dirty = true;
    this.#in(QUIET_MS);
  }

  #in(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), wait);
  }

  /** Saves until nothing is unsaved; answers whether that worked. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    await this.#running;
    if (this.dirty) {
      this.#running = this.#once();
      await this.#running;
    }
    const failed = this.failure !== undefined;
    return failed || !this.#pending() ? !failed : this.flush();
  }

  /** Forgets what is pending, for another document. */
  reset(savedAt?: Date): void {
    clearTimeout(this.#timer);
    this.dirty = false;
    this.failure = undefined;
    this.savedAt = savedAt;
  }

  /** Asked anew after a wait, in which somebody may have written on. */
  #pending(): boolean {
    return this.dirty;
  }

  async #once(): Promise<void> {
    this.dirty = false;
    this.saving = true;
    try {
      await this.save();
      this.failure = undefined;
      this.savedAt = new Date();
    } catch (thrown) {
      this.dirty = true;
      this.failure = toFailure(thrown);
      this.#in(AGAIN_MS);
    } finally {
      this.saving = false;
      this.#running = undefined;
    }
  }
}
