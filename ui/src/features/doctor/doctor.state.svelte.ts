/** One check of connections, followed while it goes on. */
import { messages } from '$design/messages.svelte';
import { t } from '$i18n/index';
import { call, onEvent, toFailure } from '$ipc/client';
import type { DoctorView, Failure } from '$ipc/generated';

/** How often a check is asked for, beside the events that tell of it. */
const LOOK_MS = 1000;

/** Who is to be checked; nobody named is everybody. */
export interface DoctorRequest {
  account?: string;
  platform?: string;
  instance?: string;
}

export class DoctorState {
  view = $state.raw<DoctorView>();
  failure = $state.raw<Failure>();
  #request: DoctorRequest = {};
  #stop: (() => void) | undefined;

  get running(): boolean {
    return this.view?.state === 'running';
  }

  async begin(request: DoctorRequest): Promise<void> {
    this.#stop?.();
    this.#request = request;
    this.view = undefined;
    this.failure = undefined;
    try {
      const view = await call('doctor_start', { endpoints: {}, ...request });
      // Another one was asked for meanwhile.
      if (this.#request !== request) return;
      this.#watch(view.id);
      this.#show(view);
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  again(): Promise<void> {
    return this.begin({ ...this.#request });
  }

  /** Ends the check; what was found stays. */
  async end(): Promise<void> {
    const { view } = this;
    if (view?.state !== 'running') return;
    try {
      this.#show(await call('doctor_cancel', { id: view.id }));
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  /** The reader goes: nobody waits for it any more. */
  leave(): void {
    void this.end();
    this.#stop?.();
    this.#request = {};
    this.view = undefined;
  }

  async startPractice(): Promise<void> {
    try {
      await call('practice_start', {});
      await this.again();
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  async copy(): Promise<void> {
    if (!this.view) return;
    try {
      const { text } = await call('doctor_report', { id: this.view.id });
      await navigator.clipboard.writeText(text);
      messages.show(t.common.copied);
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  async save(): Promise<void> {
    if (!this.view) return;
    try {
      const { paths } = await call('doctor_save', { id: this.view.id });
      if (paths[0]) messages.show(t.doctor.saved(paths[0]));
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  #show(view: DoctorView): void {
    this.view = view;
    if (view.state !== 'running') this.#stop?.();
  }

  #watch(id: string): void {
    const look = (): void =>
      void call('doctor_status', { id }).then(
        (view) => {
          if (this.view?.id === id && this.running) this.#show(view);
        },
        () => undefined,
      );
    const stopEvents = onEvent(({ topic, id: about }) => {
      if (topic === 'doctor' && (about === null || about === id)) look();
    });
    const timer = setInterval(look, LOOK_MS);
    this.#stop = () => {
      stopEvents();
      clearInterval(timer);
      this.#stop = undefined;
    };
  }
}
