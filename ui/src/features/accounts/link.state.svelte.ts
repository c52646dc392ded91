/** One attempt to link an account, from the choice of the platform to the linked account. */
import { t } from '$i18n/index';
import { call, onEvent, toFailure } from '$ipc/client';
import type { AccountView, Failure, LinkView, PlatformView, SecretText } from '$ipc/generated';
import { TypedSecret } from '$ipc/secret.svelte';
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
  readonly brought = new TypedSecret();
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
    this.busy = t.accounts.dialog.working;
    try {
      const secret = await form.secret.handed();
      this.missing = problems(form);
      if (Object.keys(this.missing).length === 0) await this.#begin(form, secret);
    } finally {
      this.busy = '';
    }
  }

  async #begin(form: LinkForm, secret: SecretText | null): Promise<void> {
    try {
      if (form.platform.practice && !this.session.app.data?.practice.running) {
        this.busy = t.accounts.dialog.startingPractice;
        await call('practice_start', {});
      }
      this.busy = t.accounts.dialog.working;
      this.#show(await call('link_start', startOf(form, secret)));
    } catch (thrown) {
      this.#fail(toFailure(thrown));
    } finally {
      form.secret.clear();
    }
  }

  async openAgain(): Promise<void> {
    if (this.view) await call('link_open', { id: this.view.id }).catch(() => undefined);
  }

  /** Hands the address on that the browser ended up at. */
  async bring(): Promise<void> {
    const address = await this.brought.handed();
    if (!this.view || address === null) return;
    const { id } = this.view;
    try {
      const view = await call('link_answer', { id, address });
      this.notIt = '';
      this.#show(view);
    } catch (thrown) {
      const { message, action } = toFailure(thrown);
      this.notIt = `${message} ${action}`;
    } finally {
      this.brought.clear();
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
    this.form?.secret.clear();
    this.brought.clear();
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
