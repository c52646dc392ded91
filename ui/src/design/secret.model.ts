/** The dots that stand for a secret: what an engine did to them is what somebody did to the secret. */

/** Characters of a secret, counted as code points; the same number twice is a place between two. */
export interface Part {
  start: number;
  end: number;
}

/** Where a paste comes from: what was copied, or what is marked and pasted with the middle button. */
export type PasteFrom = 'copied' | 'marked';

/** A secret that is kept elsewhere. */
export interface SecretElsewhere {
  /** Characters it has. */
  readonly length: number;
  /** What became of the last change, where it was not made. */
  readonly problem: '' | 'gone' | 'tooLong' | 'noText';
  replace: (part: Part, text: string) => void;
  /** Answers how many characters were pasted; what they are is not told. */
  paste: (part: Part, from: PasteFrom) => Promise<number>;
  /** Waits until all changes are made. */
  settled: () => Promise<void>;
  clear: () => void;
}

const DOT = '•';

/** So many dots. */
export function dots(length: number): string {
  return DOT.repeat(length);
}

/** How many characters of a secret a text makes: one dot each. */
export function count(text: string): number {
  return [...text].length;
}

/**
 * What was done to `held` dots of which `value` is left, with the caret where it is now: the part that went, and the text
 * that stands in its place. Deleting leaves dots only; a letter of two keys (`´` and `e`) is put among them.
 */
export function change(value: string, held: number, caret: number): Part & { text: string } {
  const text = value.replace(new RegExp(`^${DOT}+|${DOT}+$`, 'gu'), '');
  if (text === '') {
    const gone = Math.max(0, held - value.length);
    const start = Math.min(caret, held - gone);
    return { start, end: start + gone, text };
  }
  const start = value.indexOf(text);
  const behind = value.length - start - text.length;
  return { start: Math.min(start, held), end: Math.max(Math.min(start, held), held - behind), text };
}

/** What a press means for a secret: pasting, which the core does. */
export function pastes(
  press: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
): boolean {
  if (press.altKey) return false;
  if (press.key === 'Insert') return press.shiftKey;
  return (press.ctrlKey || press.metaKey) && press.key.toLowerCase() === 'v';
}

/** What becomes of something an engine is about to do: it is refused, refused and done here, or left to it and looked at. */
export type Verdict = 'refuse' | 'put' | 'leave';

/** Letters go to the core one by one; dots may be deleted; a letter of two keys cannot be refused. Nothing else happens. */
export function verdict(kind: string, composing: boolean): Verdict {
  if (composing || kind.includes('Composition') || kind.startsWith('delete') || kind === 'insertLineBreak')
    return 'leave';
  return kind === 'insertText' ? 'put' : 'refuse';
}
