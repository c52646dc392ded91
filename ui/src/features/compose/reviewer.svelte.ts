/** The review of the draft, asked for a moment after the last change; only the newest answer counts. */
import { call, onEvent } from '$ipc/client';
import type { Review, SaveDraft } from '$ipc/generated';

const QUIET_MS = 150;

export class Reviewer {
  review = $state.raw<Review>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(private readonly draft: () => SaveDraft) {}

  /** Asks anew when an account changed, such as by new limits of its server, until the answered function is called. */
  start(): () => void {
    return onEvent(({ topic }) => {
      if (topic === 'accounts') this.touch();
    });
  }

  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.ask(), QUIET_MS);
  }

  async ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const review = await call('posts_review', this.draft());
      if (asked === this.#asked) this.review = review;
    } catch {
      // The counters stay as they were; scheduling reviews again and reports what is wrong.
    }
  }
}
