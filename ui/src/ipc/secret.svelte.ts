/**
 * A secret while it is typed. The page holds the number of its characters and nothing else: memory of a web view cannot be
 * wiped, so each piece goes to the core at once, in order, and a command is handed the name of the core's field.
 */
import { call, toFailure } from './client';
import type { Failure, PasteFrom, SecretText, TypedChange, TypedView } from './generated';

type Part = Pick<TypedChange, 'start' | 'end'>;

export class TypedSecret {
  /** Characters it has; what is under way counts. */
  length = $state(0);
  /** Goes up with each change. */
  edits = $state(0);
  /** What became of the last change, where it was not made. */
  problem = $state<'' | 'gone' | 'tooLong' | 'noText'>('');
  #field: Promise<string> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Characters the core has. */
  #held = 0;
  /** What was begun before is of no account once this has changed. */
  #round = 0;

  /** Puts `text` in the place of a part. */
  replace({ start, end }: Part, text: string): void {
    this.length += [...text].length - (end - start);
    void this.#send((id) => call('typed_change', { id, start, end, text }));
  }

  /** Has the core put what is on its clipboard in the place of a part; answers how many characters that were. */
  async paste({ start, end }: Part, from: PasteFrom): Promise<number> {
    const before = this.length;
    const pasted = await this.#send((id) => call('typed_paste', { id, start, end, from }));
    if (!pasted) return 0;
    if (this.#held === before && start === end) this.problem = 'noText';
    return Math.max(0, this.#held - (before - (end - start)));
  }

  /** Waits until the core has all that was typed. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /** What a command is handed in place of the secret; `null` where nothing was typed, or the core has lost it. */
  async handed(): Promise<SecretText | null> {
    await this.#last;
    const end = this.length;
    if (end === 0) return null;
    const there = await this.#send((id) => call('typed_change', { id, start: end, end, text: '' }));
    return there && this.#field ? { typed: await this.#field } : null;
  }

  /** Whether another one holds the same. */
  async same(other: TypedSecret): Promise<boolean> {
    await Promise.all([this.#last, other.#last]);
    if (this.length !== other.length || !this.#field || !other.#field) return false;
    const pair = { one: await this.#field, other: await other.#field };
    return call('typed_same', pair).then(
      ({ same }) => same,
      () => false,
    );
  }

  /** Forgets it, here and in the core. */
  clear(): void {
    this.problem = '';
    this.#drop();
  }

  #drop(): void {
    const field = this.#field;
    this.#field = undefined;
    this.#round += 1;
    this.length = this.#held = 0;
    this.edits += 1;
    field?.then((id) => call('typed_close', { id })).catch(() => undefined);
  }

  /** One after the other: what is typed in order arrives in order. Whether it was taken. */
  async #send(act: (id: string) => Promise<TypedView>): Promise<boolean> {
    const round = this.#round;
    this.edits += 1;
    this.problem = '';
    this.#waiting += 1;
    const before = this.#last;
    const done = (async () => {
      await before;
      const taken = round === this.#round && (await this.#take(act, round));
      this.#waiting -= 1;
      if (taken && this.#waiting === 0) this.length = this.#held;
      return taken;
    })();
    this.#last = done;
    return done;
  }

  async #take(act: (id: string) => Promise<TypedView>, round: number): Promise<boolean> {
    try {
      this.#field ??= call('typed_open', {}).then(({ id }) => id);
      const { length } = await act(await this.#field);
      if (round !== this.#round) return false;
      this.#held = length;
      return true;
    } catch (thrown) {
      if (round === this.#round) this.#refused(toFailure(thrown));
      return false;
    }
  }

  #refused({ code }: Failure): void {
    if (code !== 'invalid_request' || this.#held === 0) {
      this.#drop();
      this.problem = code === 'invalid_request' ? 'tooLong' : 'gone';
      return;
    }
    // What was typed after it was meant for what it would have made.
    this.#round += 1;
    this.length = this.#held;
    this.problem = 'tooLong';
  }
}
