/** Composing: the document, its autosave and review, when it goes out, and sending it on its way. */
import { messages } from '$design/messages.svelte';
import { t } from '$i18n/index';
import { when as whenWords, zoneName } from '$i18n/time';
import { call, toFailure } from '$ipc/client';
import type { AccountView, Draft, Failure, Finding, PostView, SeriesTiming } from '$ipc/generated';
import { Read } from '$ipc/read.svelte';
import type { Session } from '$ipc/session.svelte';
import { Autosave } from './autosave.svelte';
import { merge, newest } from './draft.model';
import { ALL, Editor } from './editor.svelte';
import { Pictures } from './pictures.svelte';
import { Planner } from './planner.svelte';
import {
  endFindings,
  instantOf,
  suggested,
  wallFinding,
  wallText,
  whenOf,
  type Wall,
  type WhenMode,
} from './plan.model';
import { ruleOf } from './repeat.model';
import { Reviewer } from './reviewer.svelte';

export class ComposeState {
  /** `post_…` of the draft; `null` until it was first saved. */
  id = $state<string | null>(null);
  /** `pub_…` of the publication that failed and goes out as this draft; empty for a post of its own. */
  mends = $state('');
  mode = $state<WhenMode>('at');
  wall = $state.raw<Wall>();
  sending = $state(false);
  /** Whether sending was tried: then what is missing is said, before it is only known. */
  attempted = $state(false);
  failure = $state.raw<Failure>();
  /** What Rust found when it was asked to send. */
  refused = $state.raw<Finding[]>([]);
  /** Accounts whose options are unfolded. */
  unfolded = $state<Record<string, boolean>>({});
  readonly editor = new Editor(() => this.#changed());
  readonly autosave = new Autosave(() => this.#save());
  readonly reviewer = new Reviewer(() => ({ id: this.id, draft: this.#draft() }));
  readonly pictures = new Pictures(this.editor);
  readonly planner = new Planner();
  readonly drafts = new Read('posts_list', () => ({ state: 'draft' }), ['posts', 'publications']);
  /** Chosen accounts that are still linked, in the order of the list. */
  readonly chosen: AccountView[] = $derived.by(() =>
    this.session.linked.filter((account) => this.editor.accounts.includes(account.id)),
  );
  /** Whether every chosen account is on the practice network. */
  readonly practising = $derived(
    this.chosen.length > 0 &&
      this.chosen.every((account) => this.session.platform(account.platform)?.practice),
  );
  readonly whenMode: WhenMode = $derived.by(() => {
    const impossible = this.mode === 'soon' && !this.practising;
    const slotless = this.mode === 'slot' && !this.planner.slotted(this.chosen.length);
    return impossible || slotless ? 'at' : this.mode;
  });

  constructor(readonly session: Session) {}

  /** Opens the newest draft and keeps saving until the answered function is called. */
  start(): () => void {
    const stopDrafts = this.drafts.start();
    const stopReviews = this.reviewer.start();
    const flush = (): void => void this.autosave.flush();
    const hidden = (): void => {
      if (document.visibilityState === 'hidden') flush();
    };
    addEventListener('blur', flush);
    addEventListener('pagehide', flush);
    document.addEventListener('visibilitychange', hidden);
    void this.#reopen();
    return () => {
      stopDrafts();
      stopReviews();
      flush();
      removeEventListener('blur', flush);
      removeEventListener('pagehide', flush);
      document.removeEventListener('visibilitychange', hidden);
    };
  }

  /** The time fields, with a sensible time in them until one is chosen. */
  planned(now: Date): Wall {
    return this.wall ?? suggested(now, this.session.zone);
  }

  /** Everything found, once per place; what is merely not written yet is left out until sending is tried. */
  findings(now: Date): ReturnType<typeof merge> {
    const time = this.whenMode === 'at' && this.wall ? wallFinding(this.wall, now) : null;
    const ends =
      this.whenMode === 'at' && !time ? endFindings(this.chosen, instantOf(this.planned(now))) : [];
    const reviewed = this.reviewer.review?.findings ?? [];
    const found = [...(time ? [time] : []), ...reviewed, ...ends, ...this.refused];
    const early = ['no_accounts', 'empty'];
    return merge(found).filter(({ finding }) => this.attempted || !early.includes(finding.code));
  }

  /** A new empty post; what was written stays among the drafts. */
  async begin(): Promise<void> {
    if (this.editor.blank && this.id === null) return;
    await this.#leave();
    this.#reset(null);
    this.editor.clear(this.#usual());
  }

  async open(id: string): Promise<void> {
    if (id === this.id) return;
    await this.#leave();
    try {
      this.#load(await call('posts_show', { id }));
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  async duplicate(id: string): Promise<void> {
    await this.autosave.flush();
    try {
      this.#load(await call('posts_duplicate', { id }));
      messages.show(t.compose.duplicated);
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  async remove(id: string): Promise<void> {
    if (id === this.id) {
      this.#reset(null);
      this.editor.clear(this.#usual());
    }
    try {
      await call('posts_delete', { id });
      messages.show(t.compose.deleted);
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  /** With a single account there is nothing to choose. */
  chooseOnly(): void {
    if (this.editor.blank && this.editor.accounts.length === 0) this.editor.accounts = this.#usual();
  }

  /** Sends the draft on its way; answers whether it went. */
  async submit(now: Date): Promise<boolean> {
    if (this.sending) return false;
    this.attempted = true;
    this.refused = [];
    this.failure = undefined;
    if (this.editor.blank) {
      await this.reviewer.ask();
      return false;
    }
    this.sending = true;
    try {
      return await this.#send(now);
    } finally {
      this.sending = false;
    }
  }

  async #send(now: Date): Promise<boolean> {
    this.autosave.dirty = true;
    const [saved] = await Promise.all([this.autosave.flush(), this.reviewer.ask()]);
    if (!saved || this.id === null) {
      this.failure = this.autosave.failure;
      return false;
    }
    if (this.findings(now).some(({ finding }) => finding.severity === 'block')) return false;
    const wall = this.planned(now);
    const rule = this.whenMode === 'at' ? ruleOf(this.planner.repeat, wall.date, this.planner.custom) : null;
    try {
      if (rule !== null) {
        await this.#begin(this.id, { rule, wall: wallText(wall), zone: wall.zone });
        return true;
      }
      const post = await call('posts_schedule', {
        id: this.id,
        when: whenOf(this.whenMode, wall, new Date()),
      });
      this.#sent(post);
      return true;
    } catch (thrown) {
      const failure = toFailure(thrown);
      this.refused = failure.findings;
      if (failure.findings.length === 0) this.failure = failure;
      return false;
    }
  }

  /** The draft becomes a series: it is kept there, and no draft any more. */
  async #begin(id: string, timing: SeriesTiming): Promise<void> {
    const { next } = await call('series_create', { draft: this.#draft(), timing });
    await call('posts_delete', { id });
    const [first] = next;
    if (first)
      messages.show(
        t.compose.repeatBegun(whenWords(new Date(first.at), first.zone, new Date()), zoneName(first.zone)),
      );
    this.#reset(null);
    this.editor.clear(this.#usual());
  }

  #sent(post: PostView): void {
    if (this.mends !== '') {
      messages.show(t.compose.mended);
      this.#reset(null);
      this.editor.clear(this.#usual());
      return;
    }
    const { schedule } = post;
    const now = this.whenMode === 'now' || schedule === null;
    messages.show(
      now
        ? t.compose.publishingNow
        : t.compose.scheduledFor(
            whenWords(new Date(schedule.at), schedule.zone, new Date()),
            zoneName(schedule.zone),
          ),
      now ? {} : { action: { label: t.common.undo, run: () => void this.#undo(post.id) } },
    );
    this.#reset(null);
    this.editor.clear(this.#usual());
  }

  async #undo(id: string): Promise<void> {
    try {
      const post = await call('posts_cancel', { id });
      await this.#leave();
      this.#load(post);
      messages.show(t.compose.undone);
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (failure.code === 'wrong_state') messages.show(t.compose.undoTooLate, { tone: 'bad' });
      else this.failure = failure;
    }
  }

  #changed(): void {
    this.refused = [];
    this.autosave.touch();
    this.reviewer.touch();
  }

  /** The draft without accounts that were unlinked since it was begun. */
  #draft(): Draft {
    const draft = this.editor.draft();
    const gone = (id: string): boolean => this.session.account(id)?.state === 'unlinked';
    return { ...draft, accounts: draft.accounts.filter((id) => !gone(id)) };
  }

  async #save(): Promise<void> {
    if (this.id === null && this.editor.blank) return;
    const { fallback } = this.editor;
    // Unchanged where nobody touched it: an account that is gone since must not keep the words from being saved.
    const chosen = this.editor.fallbackTouched ? { fallback } : {};
    const post = await call('posts_save', { id: this.id, draft: this.#draft(), ...chosen });
    this.id = post.id;
    this.editor.know(...post.media);
  }

  /** Before another document comes: saves this one, or drops it when nothing is in it. */
  async #leave(): Promise<void> {
    await this.autosave.flush();
    if (this.editor.blank && this.id !== null)
      await call('posts_delete', { id: this.id }).catch(() => undefined);
  }

  #reset(id: string | null): void {
    this.id = id;
    this.mends = '';
    this.attempted = false;
    this.refused = [];
    this.failure = undefined;
    this.wall = undefined;
    this.planner.reset();
    this.reviewer.review = undefined;
    this.autosave.reset();
  }

  #load(post: PostView): void {
    this.#reset(post.id);
    this.mends = post.mends ?? '';
    if (this.mends !== '') this.mode = 'now';
    this.autosave.reset(new Date(post.updated_at));
    this.editor.load(post);
    this.editor.version = ALL;
    void this.reviewer.ask();
  }

  async #reopen(): Promise<void> {
    try {
      const last = newest(await call('posts_list', { state: 'draft' }));
      if (last && this.editor.blank && this.id === null) this.#load(last);
      else this.reviewer.touch();
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  #usual(): string[] {
    const { linked } = this.session;
    return linked.length === 1 && linked[0] ? [linked[0].id] : [];
  }
}
