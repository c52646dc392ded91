/** The key to the sealed values: where it is kept, and what changes it. What is typed for it is kept nowhere here. */
import { confirm } from '$design/confirm.svelte';
import { messages } from '$design/messages.svelte';
import { explain } from '$errors/errors';
import { t } from '$i18n/index';
import { call, toFailure } from '$ipc/client';
import type { SecretText, VaultPlace } from '$ipc/generated';
import { Read } from '$ipc/read.svelte';

export class KeysState {
  readonly vault = new Read('vault_show', () => ({}), ['settings']);
  busy = $state(false);
  /** What the last try ran into, in a sentence; empty after one that succeeded. */
  problem = $state('');

  start(): () => void {
    return this.vault.start();
  }

  /** Opens the key with its passphrase; whether it did. */
  async open(passphrase: SecretText): Promise<boolean> {
    return this.#change(() => call('vault_unlock', { passphrase }), t.keys.opened);
  }

  /** Another key for everything, in the same place. */
  async replace(): Promise<void> {
    const question = { title: t.keys.replaceAsk, body: t.keys.replaceAskBody, confirm: t.keys.replace };
    if (!(await confirm(question))) return;
    if (!(await this.#change(() => call('vault_rotate', { account: null, secret: null }), t.keys.replaced)))
      messages.show(this.problem, { tone: 'bad' });
  }

  /** Another key, kept elsewhere or behind another passphrase; whether that was done. */
  async move(to: VaultPlace): Promise<boolean> {
    return this.#change(() => call('vault_move', to), t.keys.moved);
  }

  async recover(recovery_key: SecretText, to: VaultPlace): Promise<boolean> {
    return this.#change(() => call('vault_recover', { recovery_key, to }), t.keys.recovered);
  }

  /** A new recovery key, this once; empty where none was made. */
  async makeRecoveryKey(): Promise<string> {
    let made = '';
    const make = async (): Promise<void> => {
      made = (await call('vault_recovery_key', {})).recovery_key;
    };
    if (!(await this.#change(make))) messages.show(this.problem, { tone: 'bad' });
    return made;
  }

  async copy(text: string): Promise<void> {
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    if (done) messages.show(t.common.copied);
  }

  async #change(act: () => Promise<unknown>, done = ''): Promise<boolean> {
    this.busy = true;
    this.problem = '';
    try {
      await act();
      if (done) messages.show(done);
      return true;
    } catch (thrown) {
      const failure = toFailure(thrown);
      const words = explain(failure);
      // The core's own sentence says which of several things it was.
      const own = t.reasons.fromRust && failure.message !== '';
      this.problem = own ? `${failure.message} ${failure.action}` : `${words.title}. ${words.body}`;
      return false;
    } finally {
      this.busy = false;
      await this.vault.reload();
    }
  }
}
