/** The document being edited: the common text, a version per account that asked for one, and the accounts. */
import type { Draft, Fallback, LinkCard, MediaRef, MediaView, PostView, Variant } from '$ipc/generated';
import { copyParts, isBlank, moved, newPart, plainParts, splitText, type EditPart } from './draft.model';

/** Name of the version that every account without its own gets. */
export const ALL = 'all';

export class Editor {
  parts = $state<EditPart[]>([newPart()]);
  variants = $state<Record<string, EditPart[]>>({});
  /** Values of option fields, by account. */
  options = $state<Record<string, Variant['options']>>({});
  accounts = $state<string[]>([]);
  /** Written below the post once it is live; empty for none. */
  firstComment = $state('');
  /** What becomes of the post when it cannot go out as planned. */
  fallback = $state.raw<Fallback>({ kind: 'hold' });
  /** Whether that was chosen here. */
  fallbackTouched = $state(false);
  /** Which version is on the desk: `all` or an account. */
  version = $state(ALL);
  /** Part that was written in last; pictures go there. */
  focused = $state(0);
  /** Pictures the document knows, by id. */
  pictures = $state.raw<Record<string, MediaView>>({});
  /** Parts of the version on the desk. */
  readonly shown = $derived(this.variants[this.version] ?? this.parts);
  readonly blank = $derived(isBlank(this.parts) && Object.keys(this.variants).length === 0);
  #language = '';

  /** `onchange` hears of every change the reader made. */
  constructor(private readonly onchange: () => void) {}

  clear(accounts: string[]): void {
    this.parts = [newPart()];
    this.variants = {};
    this.accounts = accounts;
    this.version = ALL;
    this.focused = 0;
    this.#language = '';
    this.firstComment = '';
    this.options = {};
    this.fallback = { kind: 'hold' };
    this.fallbackTouched = false;
  }

  load(post: PostView): void {
    const { content, variants, accounts } = post.draft;
    this.clear([...accounts]);
    this.parts = content.parts.length > 0 ? copyParts(content.parts) : [newPart()];
    this.#language = content.language;
    this.firstComment = content.first_comment;
    for (const variant of variants) {
      this.options[variant.account] = { ...variant.options };
      if (variant.parts) this.variants[variant.account] = copyParts(variant.parts);
    }
    this.fallback = post.fallback;
    this.know(...post.media);
  }

  fallBackOn(choice: Fallback): void {
    this.fallback = choice;
    this.fallbackTouched = true;
    this.onchange();
  }

  draft(): Draft {
    const owners = new Set([...Object.keys(this.variants), ...Object.keys(this.options)]);
    const variants = [...owners].map((account) => {
      const own = this.variants[account];
      return { account, parts: own ? plainParts(own) : null, options: { ...this.options[account] } };
    });
    return {
      content: {
        parts: plainParts(this.parts),
        language: this.#language,
        first_comment: this.firstComment,
      },
      variants,
      accounts: [...this.accounts],
    };
  }

  know(...pictures: MediaView[]): void {
    this.pictures = { ...this.pictures, ...Object.fromEntries(pictures.map((each) => [each.id, each])) };
  }

  toggle(account: string): void {
    const chosen = this.accounts.includes(account);
    this.accounts = chosen ? this.accounts.filter((each) => each !== account) : [...this.accounts, account];
    if (chosen && this.version === account) this.version = ALL;
    this.onchange();
  }

  /** Chooses all of a group, or none of it where all are chosen. */
  toggleAll(accounts: readonly string[]): void {
    const all = accounts.every((account) => this.accounts.includes(account));
    const changed = accounts.filter((account) => all || !this.accounts.includes(account));
    changed.forEach((account) => this.toggle(account));
  }

  customise(account: string): void {
    this.variants[account] ??= copyParts(this.parts);
    this.version = account;
    this.onchange();
  }

  uncustomise(account: string): void {
    this.variants = Object.fromEntries(Object.entries(this.variants).filter(([owner]) => owner !== account));
    this.onchange();
  }

  /** Sets an option of an account; an empty value is the default again. */
  setOption(account: string, option: string, value: string): void {
    const others = Object.entries(this.options[account] ?? {}).filter(([id]) => id !== option);
    const values = value === '' ? others : [...others, [option, value] as const];
    this.options[account] = Object.fromEntries(values);
    this.onchange();
  }

  write(index: number, text: string): void {
    this.#edit(index, { text });
  }

  comment(text: string): void {
    this.firstComment = text;
    this.onchange();
  }

  setCard(index: number, card: LinkCard | null): void {
    this.#edit(index, { card });
  }

  addPart(after = this.shown.length - 1): void {
    this.#replace([...this.shown.slice(0, after + 1), newPart(), ...this.shown.slice(after + 1)]);
    this.focused = after + 1;
  }

  removePart(index: number): void {
    if (this.shown.length > 1) this.#replace(this.shown.filter((_, at) => at !== index));
    this.focused = Math.min(this.focused, this.shown.length - 1);
  }

  movePart(from: number, to: number): void {
    this.#replace(moved(this.shown, from, to));
  }

  /** Breaks a part that is too long into parts of at most `max` characters. */
  split(index: number, max: number): void {
    const part = this.shown[index];
    if (!part) return;
    const [first = '', ...rest] = splitText(part.text, max);
    const after = rest.map((text) => newPart({ text }));
    this.#replace([
      ...this.shown.slice(0, index),
      { ...part, text: first },
      ...after,
      ...this.shown.slice(index + 1),
    ]);
  }

  addPicture(index: number, picture: MediaView): void {
    this.know(picture);
    const part = this.shown[Math.min(index, this.shown.length - 1)];
    if (!part || part.media.some((each) => each.id === picture.id)) return;
    this.#edit(this.shown.indexOf(part), { media: [...part.media, { id: picture.id, alt: picture.alt }] });
  }

  setAlt(index: number, picture: string, alt: string): void {
    this.#media(index, (media) => media.map((each) => (each.id === picture ? { ...each, alt } : each)));
  }

  removePicture(index: number, picture: string): void {
    this.#media(index, (media) => media.filter((each) => each.id !== picture));
  }

  movePicture(index: number, from: number, to: number): void {
    this.#media(index, (media) => moved(media, from, to));
  }

  keepPictures(index: number, count: number): void {
    this.#media(index, (media) => media.slice(0, count));
  }

  #media(index: number, change: (media: MediaRef[]) => MediaRef[]): void {
    const part = this.shown[index];
    if (part) this.#edit(index, { media: change(part.media) });
  }

  #edit(index: number, change: Partial<EditPart>): void {
    this.#replace(this.shown.map((part, at) => (at === index ? { ...part, ...change } : part)));
  }

  #replace(parts: EditPart[]): void {
    if (this.variants[this.version]) this.variants[this.version] = parts;
    else this.parts = parts;
    this.onchange();
  }
}
