/**
 * A read that stays true: loaded when started, loaded again whenever Rust says its topic changed.
 *
 * Holds the last answer for drawing and nothing else; it is not a cache, nobody writes to it.
 */
import { call, onEvent, toFailure, type Answer, type Method, type Params } from './client';
import type { Failure, Topic } from './generated';

export class Read<M extends Method> {
  data = $state.raw<Answer<M>>();
  failure = $state.raw<Failure>();
  #asked = 0;
  #running = false;
  #again = false;

  constructor(
    private readonly method: M,
    private readonly params: () => Params<M>,
    private readonly topics: readonly Topic[],
  ) {}

  /** Loads now and after every event on its topics, until the answered function is called. */
  start(): () => void {
    const stop = onEvent((event) => {
      if (this.topics.includes(event.topic)) void this.reload();
    });
    void this.reload();
    return () => {
      stop();
      this.#asked += 1;
      this.#again = false;
      this.#running = false;
    };
  }

  /** Loads again; a burst of events makes at most one load after the one under way. */
  async reload(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const data = await call(this.method, this.params());
      if (asked === this.#asked) {
        this.data = data;
        this.failure = undefined;
      }
    } catch (thrown) {
      if (asked === this.#asked) this.failure = toFailure(thrown);
    }
    if (asked !== this.#asked) return;
    this.#running = false;
    if (this.#again) {
      this.#again = false;
      await this.reload();
    }
  }
}
