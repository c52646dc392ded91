/** Servers that people define as platforms: what there is, and what came of defining one. */
import { messages } from '$design/messages.svelte';
import { explain } from '$errors/errors';
import { t } from '$i18n/index';
import { call, toFailure } from '$ipc/client';
import type { DefinedPlatform, DefinedProblem } from '$ipc/generated';
import { Read } from '$ipc/read.svelte';

export class ServersState {
  readonly servers = new Read('providers_list', () => ({}), ['accounts']);
  busy = $state(false);
  /** What is wrong with what was entered. */
  problems = $state.raw<DefinedProblem[]>([]);
  /** Why nothing could be done, where that is about no field. */
  failed = $state('');

  start(): () => void {
    return this.servers.start();
  }

  forgetProblems(): void {
    this.problems = [];
    this.failed = '';
  }

  /** Keeps a definition; whether it was taken. */
  async keep(server: DefinedPlatform): Promise<boolean> {
    return this.#act(async () => {
      const outcome = await call('providers_define', server);
      this.problems = outcome.problems;
      if (outcome.platform) messages.show(t.settings.servers.kept(outcome.platform.name));
      return outcome.platform !== null;
    });
  }

  async remove(server: DefinedPlatform): Promise<boolean> {
    return this.#act(async () => {
      await call('providers_remove', { id: server.id });
      messages.show(t.settings.servers.removed(server.name));
      return true;
    });
  }

  async #act(act: () => Promise<boolean>): Promise<boolean> {
    this.busy = true;
    this.forgetProblems();
    try {
      return await act();
    } catch (thrown) {
      const failure = toFailure(thrown);
      const words = explain(failure);
      this.failed =
        failure.code === 'wrong_state' ? t.settings.servers.inUse : `${words.title}. ${words.body}`;
      return false;
    } finally {
      this.busy = false;
      await this.servers.reload();
    }
  }
}
