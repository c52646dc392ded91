/** What Rust says of a plan while it is made: the next dates of a rule, the next free slots. */
import { call, toFailure } from '$ipc/client';
import type { Failure, SeriesTiming, SlotsView } from '$ipc/generated';
import type { Schedule } from '$ipc/generated';
import type { Repeat } from './repeat.model';

/** A rule being typed is asked about when the typing rests. */
const REST_MS = 250;

export class Planner {
  repeat = $state<Repeat>('never');
  custom = $state('FREQ=WEEKLY;INTERVAL=2');
  /** The next dates of the rule. */
  next = $state.raw<Schedule[]>([]);
  failure = $state.raw<Failure>();
  /** The slots of the chosen accounts. */
  slots = $state.raw<SlotsView[]>([]);
  #asked = 0;

  /** Whether every one of so many chosen accounts has a free slot. */
  slotted(accounts: number): boolean {
    return accounts > 0 && this.slots.length === accounts && this.slots.every(({ next }) => next !== null);
  }

  /** Asks for the next dates; answers what stops it. */
  dates(timing: SeriesTiming): () => void {
    const timer = setTimeout(() => void this.#dates(timing), REST_MS);
    return () => clearTimeout(timer);
  }

  async #dates(timing: SeriesTiming): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { next } = await call('series_preview', timing);
      if (asked === this.#asked) [this.next, this.failure] = [next, undefined];
    } catch (thrown) {
      if (asked === this.#asked) [this.next, this.failure] = [[], toFailure(thrown)];
    }
  }

  async ask(accounts: readonly string[]): Promise<void> {
    try {
      this.slots = await Promise.all(accounts.map((id) => call('slots_show', { id })));
    } catch {
      // Without an answer the choice is not offered.
      this.slots = [];
    }
  }

  reset(): void {
    this.repeat = 'never';
    this.next = [];
    this.failure = undefined;
  }
}
