/** The guides to the platforms, each read once. */
import { call, toFailure } from '$ipc/client';
import type { Failure, PlatformView } from '$ipc/generated';

export class HelpState {
  /** Markdown by platform. */
  guides = $state<Record<string, string>>({});
  failure = $state.raw<Failure>();

  async load(platforms: readonly PlatformView[]): Promise<void> {
    try {
      const read = await Promise.all(platforms.map(({ id }) => call('platforms_guide', { id })));
      this.guides = Object.fromEntries(read.map((guide) => [guide.id, guide.markdown]));
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  /** Opens a link of a guide in the system's browser. */
  async open(id: string, url: string): Promise<void> {
    try {
      await call('platforms_open', { id, url });
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }
}
