/** Apps of the user's own, at platforms that want one: what is entered for them, and what came of it. */
import { messages } from '$design/messages.svelte';
import { explain } from '$errors/errors';
import { t } from '$i18n/index';
import { call, toFailure } from '$ipc/client';
import type { ImportedApps, OwnAppView } from '$ipc/generated';
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

  /** Keeps an app; whether it was taken. An empty secret leaves the one that is kept. */
  async keep(app: OwnAppView, clientId: string, secret: string): Promise<boolean> {
    const wanted = {
      platform: app.platform,
      client_id: clientId.trim(),
      ...(secret !== '' && { secret }),
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

  /** Takes apps over from the text of an .env file; what is wrong with it, if anything. */
  async take(text: string): Promise<string> {
    this.taking = true;
    try {
      this.imported = await call('apps_import', { text });
      return '';
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (failure.code === 'invalid_request') return t.settings.ownApps.env.tooLong;
      const words = explain(failure);
      return `${words.title}. ${words.body}`;
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
