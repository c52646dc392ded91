/** What may be chosen for a post that cannot go out as planned. */
import type { AccountView, Fallback } from '$ipc/generated';

export interface FallbackChoice {
  value: string;
  /** The account it would go out through. */
  account?: AccountView;
}

/** The choice as one word: `hold`, `text` or the account. */
export function wordOf(choice: Fallback): string {
  return choice.kind === 'account' ? choice.account : choice.kind;
}

export function choiceOf(word: string): Fallback {
  return word === 'hold' || word === 'text' ? { kind: word } : { kind: 'account', account: word };
}

/**
 * Every choice there is: holding it always, its text where there are pictures, and linked accounts of a platform it
 * goes to that it does not go to anyway. What was chosen before stays among them.
 */
export function fallbackChoices(
  linked: readonly AccountView[],
  chosen: readonly string[],
  pictured: boolean,
  now: Fallback,
): FallbackChoice[] {
  const platforms = new Set(linked.filter(({ id }) => chosen.includes(id)).map(({ platform }) => platform));
  const others = linked.filter(
    ({ id, platform, state }) =>
      !chosen.includes(id) && platforms.has(platform) && (state === 'healthy' || id === wordOf(now)),
  );
  const text = pictured || now.kind === 'text' ? [{ value: 'text' }] : [];
  return [{ value: 'hold' }, ...text, ...others.map((account) => ({ value: account.id, account }))];
}
