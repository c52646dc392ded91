/** Whether the system starts Postroom with the session. The system is asked each time; nothing is kept here. */
import { messages } from '$design/messages.svelte';
import { t } from '$i18n/index';
import { call, toFailure } from '$ipc/client';
import { Read } from '$ipc/read.svelte';

export class AutostartState {
  readonly system = new Read('autostart_show', () => ({}), ['settings']);
  busy = $state(false);

  readonly on = $derived(this.system.data?.state === 'on');
  readonly available = $derived(this.system.data !== undefined && this.system.data.state !== 'unavailable');

  start(): () => void {
    return this.system.start();
  }

  async set(on: boolean): Promise<boolean> {
    this.busy = true;
    try {
      await call('autostart_change', { on });
      return true;
    } catch (thrown) {
      messages.show(`${t.autostart.failed}. ${toFailure(thrown).message}`, { tone: 'bad' });
      return false;
    } finally {
      await this.system.reload();
      this.busy = false;
    }
  }
}

/** Remembers that the owner has answered, whatever the answer was. */
export async function answered(): Promise<void> {
  await call('settings_change', { autostart_asked: true }).catch(() => undefined);
}
