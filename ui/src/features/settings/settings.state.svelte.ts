/** Changes to the settings and to the practice network. */
import { messages } from '$design/messages.svelte';
import { explain } from '$errors/errors';
import { t } from '$i18n/index';
import { call, toFailure } from '$ipc/client';
import type { FolderName, LogTail, Settings, SettingsChange } from '$ipc/generated';
import { Read } from '$ipc/read.svelte';
import type { Session } from '$ipc/session.svelte';

export type Fault = keyof typeof t.settings.fault;

export const faults = Object.keys(t.settings.fault) as Fault[];

export class SettingsState {
  /** What is under way with the practice network. */
  busy = $state(false);
  /** Asked of the system, which alone knows. */
  readonly autostart = new Read('autostart_show', () => ({}), ['settings']);
  /** The end of the log, once it was asked for. */
  log = $state.raw<LogTail>();
  readonly #defaults = new Read('settings_defaults', () => ({}), []);

  constructor(private readonly session: Session) {}

  start(): () => void {
    const stops = [this.#defaults.start(), this.autostart.start()];
    return () => stops.forEach((stop) => stop());
  }

  /** What sets `keys` back to their defaults; `undefined` while they are as they came. */
  resetting(keys: readonly (keyof Settings)[], title: string): (() => void) | undefined {
    const [now, usual] = [this.session.settings.data, this.#defaults.data];
    if (!now || !usual || keys.every((key) => now[key] === usual[key])) return undefined;
    return () => void this.#reset(only(now, keys), only(usual, keys), title);
  }

  async #reset(before: SettingsChange, usual: SettingsChange, title: string): Promise<void> {
    await this.change(usual);
    const undo = { label: t.common.undo, run: () => void this.change(before) };
    messages.show(t.settings.resetDone(title), { action: undo });
  }

  async change(change: SettingsChange): Promise<void> {
    await this.#try(() => call('settings_change', change));
    await Promise.all([this.session.settings.reload(), this.session.app.reload()]);
  }

  async startAtLogin(on: boolean): Promise<void> {
    // Who decides here is not asked any more.
    if (await this.#try(() => call('autostart_change', { on }))) await this.change({ autostart_asked: true });
    await this.autostart.reload();
  }

  async openFolder(folder: FolderName): Promise<void> {
    await this.#try(() => call('folder_open', { folder }));
  }

  async readLog(): Promise<void> {
    await this.#try(async () => (this.log = await call('log_tail', { lines: 500 })));
  }

  async copyLog(lines: readonly string[]): Promise<void> {
    const done = await this.#try(() => navigator.clipboard.writeText(lines.join('\n')));
    if (done) messages.show(t.common.copied);
  }

  async practice(running: boolean): Promise<void> {
    this.busy = true;
    await this.#try(() => (running ? call('practice_start', {}) : call('practice_stop', {})));
    await this.session.app.reload();
    this.busy = false;
  }

  async openTimeline(): Promise<void> {
    await this.#try(() => call('practice_open', {}));
  }

  /** Makes the practice network misbehave once, or behave again. */
  async fault(kind: Fault | 'none'): Promise<void> {
    const done = await this.#try(() => call('practice_fault', { kind, times: 1 }));
    if (done)
      messages.show(kind === 'none' ? t.settings.faultCleared : t.settings.faultSet(t.settings.fault[kind]));
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

function only(settings: Settings, keys: readonly (keyof Settings)[]): SettingsChange {
  return Object.fromEntries(keys.map((key) => [key, settings[key]]));
}
