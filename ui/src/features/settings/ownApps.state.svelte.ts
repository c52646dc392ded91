/** Apps of the user's own, at platforms that want one: what is entered for them, and what came of it. */
import { messages } from '$design/messages.svelte';
import { explain } from '$errors/errors';
import { t } from '$i18n/index';
import { call, toFailure } from '$ipc/client';
import type { ImportPlace, ImportedApps, OwnAppView, SecretText } from '$ipc/generated';
import { Read } from '$ipc/read.svelte';

export class OwnAppsState {
  readonly apps = new Read('apps_list', () => ({}), ['accounts']);
  /** The platform whose app is being kept or forgotten. */
  busy = $state('');
  /** What is wrong with what was entered, by platform. */
  problems = $state.raw<Record<string, string>>({});

  /** What came of an import, until it is put away. */
  imported = $state.raw<ImportedApps | null>(null);
  taking = $state(false);

  start(): () => void {
    return this.apps.start();
  }

  /** Keeps an app; whether it was taken. Without a secret, the one that is kept stays. */
  async keep(app: OwnAppView, clientId: string, secret: SecretText | null): Promise<boolean> {
    const wanted = {
      platform: app.platform,
      client_id: clientId.trim(),
      ...(secret !== null && { secret }),
    };
    return this.#change(app, () => call('apps_set', wanted), t.settings.ownApps.kept);
  }

  /** Says how far an app goes; not known where `level` is empty. */
  async say(app: OwnAppView, level: string): Promise<boolean> {
    return this.#change(
      app,
      () => call('apps_level', { platform: app.platform, level }),
      t.settings.ownApps.levelKept,
    );
  }

  async forget(app: OwnAppView): Promise<boolean> {
    return this.#change(app, () => call('apps_remove', { id: app.platform }), t.settings.ownApps.forgotten);
  }

  /** Takes apps over from a file or the clipboard, which the core reads; what is wrong there, if anything. */
  async take(from: ImportPlace): Promise<string> {
    const words = t.settings.ownApps.env;
    this.taking = true;
    try {
      this.imported = (await call('apps_import_from', { from })).imported;
      return this.imported === null && from === 'clipboard' ? t.common.secret.noText : '';
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (failure.code === 'invalid_request') return words.tooLong;
      if (failure.code === 'not_found') return words.noText;
      const said = explain(failure);
      return `${said.title}. ${said.body}`;
    } finally {
      this.taking = false;
      await this.apps.reload();
    }
  }

  async copy(address: string): Promise<void> {
    const done = await navigator.clipboard.writeText(address).then(
      () => true,
      () => false,
    );
    if (done) messages.show(t.common.copied);
  }

  async #change(app: OwnAppView, act: () => Promise<unknown>, done: string): Promise<boolean> {
    this.busy = app.platform;
    this.problems = {};
    try {
      await act();
      messages.show(done);
      return true;
    } catch (thrown) {
      const failure = toFailure(thrown);
      const words = explain(failure);
      const said = failure.code === 'invalid_request' ? failure.message : `${words.title}. ${words.body}`;
      this.problems = { [app.platform]: said };
      return false;
    } finally {
      this.busy = '';
      await this.apps.reload();
    }
  }
}
