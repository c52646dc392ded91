/** The queue's reads and what is done to a publication. */
import { confirm } from '$design/confirm.svelte';
import { messages } from '$design/messages.svelte';
import { explain } from '$errors/errors';
import { t } from '$i18n/index';
import { when } from '$i18n/time';
import { call, toFailure } from '$ipc/client';
import type { Bulk, BulkAct, EditLive, PublicationDetail, PublicationView, When } from '$ipc/generated';
import { Read } from '$ipc/read.svelte';
import { changes, selectable, shelves, titleOf, type Action, type Filter } from './queue.model';

/** What the queue hands to the rest of the window. */
export interface QueueExits {
  select: (id: string) => void;
  relink: (account: string) => void;
  edit: (post: string) => void;
}

const LIMIT = 500;
const SEARCH_MS = 150;

export class QueueState {
  filter = $state<Filter>('all');
  search = $state('');
  /** The publication whose time is being changed. */
  rescheduling = $state.raw<PublicationView>();
  /** The live publication whose words are being changed. */
  editing = $state.raw<PublicationDetail>();
  /** Publication something is being done to. */
  busy = $state('');
  /** The publication its owner is deciding about. */
  deciding = $state.raw<PublicationView>();
  /** Why the last decision was not taken. */
  undecided = $state('');
  /** Publications chosen to be acted on together. */
  picked = $state.raw<ReadonlySet<string>>(new Set());
  /** Whether the new time of many is being chosen. */
  reschedulingMany = $state(false);
  /** Whether many are being acted on. */
  working = $state(false);
  readonly list = new Read(
    'publications_list',
    () => ({ limit: LIMIT, ...(this.search.trim() && { search: this.search.trim() }) }),
    ['publications', 'accounts'],
  );
  /** What is to be expected of the next days. */
  readonly forecast = new Read('queue_forecast', () => ({ limit: 100 }), [
    'publications',
    'accounts',
    'settings',
  ]);
  readonly shelves = $derived(shelves(this.list.data ?? [], this.filter));
  /** Those of the chosen that are shown and can be acted on together. */
  readonly chosen: PublicationView[] = $derived(
    this.shelves.flatMap(({ rows }) => rows).filter((each) => this.picked.has(each.id) && selectable(each)),
  );
  #seen: readonly PublicationView[] = [];
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly exits: QueueExits) {}

  /** Says what changed since the last read; called whenever the list was read again. */
  announce(list: readonly PublicationView[]): void {
    const said = changes(this.#seen, list);
    this.#seen = list;
    if (said.length > 0) messages.say(said.slice(0, 3).join('. '));
  }

  type(words: string): void {
    this.search = words;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.list.reload(), SEARCH_MS);
  }

  showAll(): void {
    this.filter = 'all';
    this.type('');
  }

  async pause(): Promise<void> {
    await this.#try('', async () => {
      await call('queue_pause', {});
      messages.say(t.queue.paused);
    });
  }

  async resume(): Promise<void> {
    await this.#try('', async () => {
      await call('queue_resume', {});
      messages.say(t.queue.resumed);
    });
  }

  /** A person wants a server that is left alone tried now. */
  async tryServer(server: string): Promise<void> {
    await this.#try(server, () => call('queue_try_server', { server }));
  }

  pick(id: string): void {
    const picked = new Set(this.picked);
    if (!picked.delete(id)) picked.add(id);
    this.picked = picked;
  }

  pickAll(): void {
    const all = this.shelves.flatMap(({ rows }) => rows).filter(selectable);
    this.picked = new Set(all.map(({ id }) => id));
  }

  clearChosen(): void {
    this.picked = new Set();
  }

  /** Tries the chosen ones again, or takes them back once their owner has said so. */
  async many(act: Exclude<BulkAct, 'reschedule'>): Promise<void> {
    const ids = this.chosen.map(({ id }) => id);
    if (act === 'cancel') {
      const yes = await confirm({
        title: t.queue.bulk.confirmCancelTitle(ids.length),
        body: t.queue.bulk.confirmCancelBody,
        confirm: t.queue.bulk.cancel,
        danger: true,
      });
      if (!yes) return;
    }
    await this.#bulk({ act, whose: { these: ids }, when: null });
  }

  askTime(): void {
    this.reschedulingMany = true;
    this.rescheduling = this.chosen[0];
  }

  /** Tries everything again that stopped for want of an account which is linked now. */
  async retryWaited(account: string): Promise<void> {
    await this.#bulk({ act: 'retry', whose: { waited: account }, when: null });
  }

  /** Takes back the last action on many. */
  async undo(): Promise<void> {
    await this.#try('', async () => {
      const { restored, begun, changed } = await call('bulk_undo', {});
      messages.show(t.queue.bulk.undone(restored, begun, changed));
    });
  }

  async #bulk(bulk: Bulk): Promise<void> {
    this.working = true;
    await this.#try('', async () => {
      const { done, left } = await call('publications_bulk', bulk);
      this.clearChosen();
      const words = t.reasons.fromRust ? (left[0]?.why ?? '') : '';
      const why = left.length > 0 ? ` ${t.queue.bulk.left(left.length)} ${words}`.trimEnd() : '';
      this.#undoable(t.queue.bulk.did[bulk.act](done) + why, done > 0);
    });
    this.working = false;
  }

  #undoable(text: string, can = true): void {
    messages.show(text, can ? { action: { label: t.common.undo, run: () => void this.undo() } } : {});
  }

  /** Every missed post goes out, a little apart. */
  async publishMissed(): Promise<void> {
    await this.#try('', async () => {
      await call('queue_missed', { answer: 'publish', at: null });
      this.#undoable(t.queue.bulk.missedPublished);
    });
  }

  /** Every missed post goes out in its account's next free slot; those of accounts without one are still asked about. */
  async missedToSlots(): Promise<void> {
    await this.#try('', async () => {
      const { by_state } = await call('queue_missed', { answer: 'slot', at: null });
      if ((by_state['held'] ?? 0) > 0) messages.show(t.queue.missedSlotless);
    });
  }

  /** Ends the series a post was made of, once its owner has said so. */
  async endSeries(id: string): Promise<void> {
    const yes = await confirm({
      title: t.queue.series.endTitle,
      body: t.queue.series.endBody,
      confirm: t.queue.series.end,
      danger: true,
    });
    if (!yes) return;
    await this.#try('', async () => {
      const { taken_back } = await call('series_end', { id });
      messages.show(t.queue.series.ended(taken_back));
    });
  }

  async cancelMissed(count: number): Promise<void> {
    const yes = await confirm({
      title: t.queue.confirmCancelMissedTitle(count),
      body: t.queue.confirmCancelMissedBody,
      confirm: t.queue.missedCancel,
      danger: true,
    });
    if (!yes) return;
    await this.#try('', async () => {
      await call('queue_missed', { answer: 'cancel', at: null });
      this.#undoable(t.queue.bulk.did.cancel(count));
    });
  }

  async run(action: Action, publication: PublicationView): Promise<void> {
    switch (action) {
      case 'details':
        return this.exits.select(publication.id);
      case 'relink':
        return this.exits.relink(publication.account);
      case 'reschedule':
        this.rescheduling = publication;
        return;
      case 'resume':
        return this.resume();
      case 'decide':
        this.undecided = '';
        this.deciding = publication;
        return;
      case 'mend':
        return this.#try(publication.id, async () => {
          const draft = await call('publications_mend', { id: publication.id });
          this.exits.edit(draft.id);
        });
      case 'retry_failed':
        return this.#bulk({ act: 'retry', whose: { failed_of: publication.post }, when: null });
      case 'cancel':
        return this.#cancel(publication);
      case 'edit':
        return this.#edit(publication);
      case 'retry':
      case 'send_now':
        return this.#try(publication.id, () => call('publications_retry', { id: publication.id }));
      case 'open':
        return this.#try(publication.id, () => call('publications_open', { id: publication.id }));
      case 'duplicate':
        return this.#try(publication.id, async () => {
          const copy = await call('posts_duplicate', { id: publication.post });
          this.exits.edit(copy.id);
        });
    }
  }

  /** Deletes what is live, once its owner has said so. */
  async deleteLive(publication: PublicationView, platform: string): Promise<void> {
    const yes = await confirm({
      title: t.queue.live.deleteTitle(platform),
      body: t.queue.live.deleteBody(publication.handle),
      confirm: t.queue.live.deleteConfirm,
      danger: true,
    });
    if (!yes) return;
    await this.#try(publication.id, async () => {
      await call('publications_delete_live', { id: publication.id });
      messages.say(t.queue.live.asked);
    });
  }

  /** Takes back a deletion or an edit that was not made yet. */
  async withdraw(id: string): Promise<void> {
    await this.#try(id, async () => {
      await call('publications_cancel', { id });
      messages.say(t.queue.live.withdrawn);
    });
  }

  /** Gives what is live other words; the form stays open where they were refused. */
  async editLive(edit: EditLive): Promise<void> {
    await this.#try(edit.id, async () => {
      await call('publications_edit_live', edit);
      this.editing = undefined;
      messages.say(t.queue.live.asked);
    });
  }

  async reschedule(target: When): Promise<void> {
    const publication = this.rescheduling;
    if (!publication) return;
    this.rescheduling = undefined;
    if (this.reschedulingMany) {
      this.reschedulingMany = false;
      const these = this.chosen.map(({ id }) => id);
      await this.#bulk({ act: 'reschedule', whose: { these }, when: target });
      return;
    }
    await this.#try(publication.id, async () => {
      const post = await call('posts_schedule', { id: publication.post, when: target });
      if (post.schedule)
        messages.show(t.queue.rescheduled(when(new Date(post.schedule.at), post.schedule.zone, new Date())));
    });
  }

  /** Takes the owner's word; the screen stays open where it could not be taken. */
  async decide(live: boolean, link: string): Promise<void> {
    const id = this.deciding?.id;
    if (!id) return;
    this.busy = id;
    this.undecided = '';
    try {
      await call('publications_decide', { id, live, remote_id: link.trim() || null });
      this.deciding = undefined;
      messages.say(live ? t.queue.decision.saidLive : t.queue.decision.saidNot);
    } catch (thrown) {
      const failure = toFailure(thrown);
      this.undecided = failure.code === 'invalid_request' ? t.queue.decision.badLink : explain(failure).title;
    } finally {
      this.busy = '';
    }
  }

  async openProfile(account: string): Promise<void> {
    await this.#try('', () => call('accounts_open', { id: account }));
  }

  async #cancel(publication: PublicationView): Promise<void> {
    const yes = await confirm({
      title: t.queue.confirmCancelTitle,
      body: t.queue.confirmCancelBody(publication.handle),
      confirm: t.queue.confirmCancel,
      danger: true,
    });
    if (!yes) return;
    await this.#try(publication.id, async () => {
      await call('publications_cancel', { id: publication.id });
      messages.show(t.queue.cancelled(titleOf(publication)));
    });
  }

  async #edit(publication: PublicationView): Promise<void> {
    const yes = await confirm({
      title: t.queue.confirmEditTitle,
      body: t.queue.confirmEditBody,
      confirm: t.queue.confirmEdit,
    });
    if (!yes) return;
    await this.#try(publication.id, async () => {
      const post = await call('posts_cancel', { id: publication.post });
      this.exits.edit(post.id);
    });
  }

  async #try(id: string, act: () => Promise<unknown>): Promise<void> {
    this.busy = id;
    try {
      await act();
    } catch (thrown) {
      const words = explain(toFailure(thrown));
      messages.show(`${words.title}. ${words.body}`, { tone: 'bad' });
    } finally {
      this.busy = '';
    }
  }
}
