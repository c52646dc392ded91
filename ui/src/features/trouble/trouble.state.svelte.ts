/** A profile that is only read: why, and the way out of it. */
import { confirm } from '$design/confirm.svelte';
import { messages } from '$design/messages.svelte';
import { explain } from '$errors/errors';
import { t } from '$i18n/index';
import { call, toFailure } from '$ipc/client';
import type { DatabaseCopy } from '$ipc/generated';
import { Read } from '$ipc/read.svelte';

export class TroubleState {
  readonly read = new Read('profile_trouble', () => ({}), []);
  /** Whether the program is about to start again. */
  restarting = $state(false);

  /** Asks, then exchanges the damaged database for the copy; the program starts again by itself. */
  async start(copy: DatabaseCopy, when: string): Promise<void> {
    const { copyTitle, copyBody, copyConfirm } = t.shell.trouble;
    const question = { title: copyTitle, body: copyBody(when), confirm: copyConfirm, danger: true };
    if (!(await confirm(question))) return;
    this.restarting = await this.#try(() => call('profile_start_with_copy', { version: copy.version }));
  }

  async openFolder(): Promise<void> {
    await this.#try(() => call('folder_open', { folder: 'data' }));
  }

  async #try(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (thrown) {
      const words = explain(toFailure(thrown));
      messages.show(`${words.title}. ${words.body}`, { tone: 'bad' });
      return false;
    }
  }
}
