/** One attempt to link an account, from the choice of the platform to the linked account. */
import { t } from '$i18n/index';
import { call, onEvent, toFailure } from '$ipc/client';
import type { AccountView, Failure, LinkView, PlatformView } from '$ipc/generated';
import type { Session } from '$ipc/session.svelte';
import {
  byPassword,
  emptyForm,
  problems,
  serverProblem,
  startOf,
  type FieldName,
  type LinkForm,
} from './link.model';

/** How often an attempt is asked for, beside the events that tell of it. */
const LOOK_MS = 1000;

export type LinkStep = 'choose' | 'form' | 'working' | 'done' | 'failed';

export class LinkState {
  step = $state<LinkStep>('choose');
  form = $state<LinkForm>();
  view = $state.raw<LinkView>();
  failure = $state.raw<Failure>();
  missing = $state.raw<Partial<Record<FieldName, string>>>({});
  busy = $state('');
  /** Where the person's browser ended up, as they bring it. */
  brought = $state('');
  /** Why that was not it. */
  notIt = $state('');
  #stop: (() => void) | undefined;

  constructor(private readonly session: Session) {}

  /** Begins anew: at the choice, or in the form of `platform` when it is known. */
  begin(platform: PlatformView | undefined, again: AccountView | null): void {
    this.#stop?.();
    this.#forget();
    this.view = undefined;
    this.failure = undefined;
    this.missing = {};
    this.busy = '';
    this.form = platform ? emptyForm(platform, again) : undefined;
    this.step = platform ? 'form' : 'choose';
  }

  choose(platform: PlatformView): void {
    this.begin(platform, null);
  }

  async submit(): Promise<void> {
    const { form } = this;
    if (!form || this.busy) return;
    this.missing = problems(form);
    if (Object.keys(this.missing).length > 0) return;
    try {
      if (form.platform.practice && !this.session.app.data?.practice.running) {
        this.busy = t.accounts.dialog.startingPractice;
        await call('practice_start', {});
      }
      this.busy = t.accounts.dialog.working;
      this.#show(await call('link_start', startOf(form)));
    } catch (thrown) {
      this.#fail(toFailure(thrown));
    } finally {
      form.secret = '';
      this.busy = '';
    }
  }

  async openAgain(): Promise<void> {
    if (this.view) await call('link_open', { id: this.view.id }).catch(() => undefined);
  }

  /** Hands the address on that the browser ended up at. */
  async bring(): Promise<void> {
    if (!this.view || this.brought.trim() === '') return;
    const { id } = this.view;
    try {
      const view = await call('link_answer', { id, address: this.brought });
      this.notIt = '';
      this.#show(view);
    } catch (thrown) {
      const { message, action } = toFailure(thrown);
      this.notIt = `${message} ${action}`;
    } finally {
      this.brought = '';
    }
  }

  /** Gives an attempt under way up; the dialog then says that nothing was kept. */
  async cancel(): Promise<void> {
    if (this.step !== 'working' || !this.view) return;
    try {
      this.#show(await call('link_cancel', { id: this.view.id }));
    } catch (thrown) {
      this.#fail(toFailure(thrown));
    }
  }

  retry(): void {
    this.failure = undefined;
    this.step = this.form ? 'form' : 'choose';
  }

  /** The way that helps where the one tried cannot; `null` where there is none. */
  get other(): LinkForm | null {
    return this.form && this.failure ? byPassword(this.form, this.failure.code) : null;
  }

  /** Goes that way. */
  instead(): void {
    this.form = this.other ?? this.form;
    this.retry();
  }

  /** Stops looking; an attempt under way is given up, and what was typed in secret is forgotten. */
  async leave(): Promise<void> {
    this.#forget();
    await this.cancel();
    this.#stop?.();
  }

  #forget(): void {
    if (this.form) this.form.secret = '';
    this.brought = '';
    this.notIt = '';
  }

  #show(view: LinkView): void {
    this.view = view;
    if (view.stage === 'failed') return this.#fail(view.failure ?? toFailure(''));
    this.step = view.stage === 'done' ? 'done' : 'working';
    if (view.stage === 'done') this.#stop?.();
    else this.#watch(view.id);
  }

  #fail(failure: Failure): void {
    this.#stop?.();
    // Before the browser opened, what fails is the server that was named: it is mended in the form.
    const early = this.view === undefined || this.view.authorize_url === '';
    const server = this.form && early ? serverProblem(this.form, failure.code) : null;
    if (server !== null) {
      this.missing = { instance: server };
      this.step = 'form';
      return;
    }
    this.failure = failure;
    this.step = 'failed';
  }

  #watch(id: string): void {
    this.#stop?.();
    const look = (): void =>
      void call('link_status', { id }).then(
        (view) => {
          if (this.step === 'working' && this.view?.id === id) this.#show(view);
        },
        () => undefined,
      );
    const stopEvents = onEvent(({ topic }) => {
      if (topic === 'accounts') look();
    });
    const timer = setInterval(look, LOOK_MS);
    this.#stop = () => {
      stopEvents();
      clearInterval(timer);
      this.#stop = undefined;
    };
  }
}
