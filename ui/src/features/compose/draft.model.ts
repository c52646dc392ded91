/** The draft as it is edited: parts with stable keys, versions per account, and the rules of changing them. */
import type { Draft, Finding, LinkCard, MediaRef, Part, PostView } from '$ipc/generated';

export interface EditPart {
  /** Stays with the part while it moves; never leaves the window. */
  key: string;
  text: string;
  media: MediaRef[];
  card: LinkCard | null;
}

let keys = 0;

export function newPart(part: Partial<Part> = {}): EditPart {
  keys += 1;
  return { key: `part-${keys}`, text: part.text ?? '', media: part.media ?? [], card: part.card ?? null };
}

/** A copy with keys of its own, for a version that goes its own way. */
export function copyParts(parts: readonly Part[]): EditPart[] {
  return parts.map((part) =>
    newPart({
      text: part.text,
      media: part.media.map((media) => ({ ...media })),
      card: part.card && { ...part.card },
    }),
  );
}

export function plainParts(parts: readonly EditPart[]): Part[] {
  return parts.map(({ text, media, card }) => ({
    text,
    media: media.map((each) => ({ ...each })),
    card: card && { ...card },
  }));
}

export function isBlank(parts: readonly Part[]): boolean {
  return parts.every((part) => part.text.trim() === '' && part.media.length === 0 && part.card === null);
}

export function titleOf(draft: Draft): string {
  const first = draft.content.parts.map((part) => part.text.trim()).find(Boolean) ?? '';
  return first.split('\n')[0]?.slice(0, 120) ?? '';
}

export function pictureCount(draft: Draft): number {
  return draft.content.parts.reduce((sum, part) => sum + part.media.length, 0);
}

/** The element at `from` put at `to`; the same array back when that is no move. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const copy = [...items];
  if (to < 0 || to >= copy.length || from === to) return copy;
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}

const LINK = /(?:https?:\/\/[^\s<>"]+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\/[^\s<>"]*)/i;

/** The first address in the text, absolute; `null` where there is none. */
export function firstLink(text: string): string | null {
  const found = LINK.exec(text)?.[0].replace(/[.,;:!?)\]]+$/, '');
  if (!found) return null;
  return /^https?:/i.test(found) ? found : `https://${found}`;
}

function clusters(text: string): string[] {
  return [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map(
    (each) => each.segment,
  );
}

/** Where to break so that at most `max` characters come first: paragraph, then sentence, then word. */
function breakAt(head: string): number {
  for (const border of [/\n{2,}(?!.*\n{2,})/s, /[.!?…]\s(?!.*[.!?…]\s)/s, /\s(?!.*\s)/s]) {
    const match = border.exec(head);
    if (match && match.index > head.length / 3) return match.index + match[0].length;
  }
  return head.length;
}

/** Splits a text into pieces of at most `max` characters (as readers count them). Nothing is lost but white space at the borders. */
export function splitText(text: string, max: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest !== '' && max > 0) {
    const all = clusters(rest);
    if (all.length <= max) {
      pieces.push(rest);
      break;
    }
    const head = all.slice(0, max).join('');
    const at = /\s/.test(all[max] ?? '') ? head.length : breakAt(head);
    pieces.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return pieces.length === 0 ? [text] : pieces;
}

/** One finding and every account it was found for. */
export interface Merged {
  finding: Finding;
  accounts: string[];
}

/** Findings with the same cause in the same place once, those that block first. */
export function merge(found: readonly Finding[]): Merged[] {
  const byPlace = new Map<string, Merged>();
  for (const finding of found) {
    const { code, part, media, limit, actual, option } = finding;
    const place = [code, part, media, limit, actual, option].join('|');
    const known = byPlace.get(place) ?? { finding, accounts: [] };
    if (finding.account !== null && !known.accounts.includes(finding.account))
      known.accounts.push(finding.account);
    byPlace.set(place, known);
  }
  const rank = (each: Merged): number => (each.finding.severity === 'block' ? 0 : 1);
  return [...byPlace.values()].sort((a, b) => rank(a) - rank(b));
}

/** The draft to open after a start: the newest one that holds something. */
export function newest(posts: readonly PostView[]): PostView | undefined {
  return posts
    .filter((post) => !isBlank(post.draft.content.parts))
    .sort((a, b) => b.updated_at.localeCompare(a.updated_at))[0];
}
