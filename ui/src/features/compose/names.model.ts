/** Short names of the chosen accounts, and what the counters show for the version on the desk. */
import type { AccountView, Review, TextCount } from '$ipc/generated';

/** The platform's name where one account is on it, the handle where several are. */
export function names(
  accounts: readonly AccountView[],
  platformName: (id: string) => string,
): Map<string, string> {
  const count = (platform: string): number =>
    accounts.filter((account) => account.platform === platform).length;
  return new Map(
    accounts.map((account) => [
      account.id,
      count(account.platform) > 1 ? account.handle : platformName(account.platform),
    ]),
  );
}

export interface Counter {
  account: string;
  name: string;
  count: TextCount;
}

interface Desk {
  reviewer: { review: Review | undefined };
  editor: { version: string; variants: Record<string, unknown> };
}

/** Counters of one part: of the account whose version is on the desk, or of all that get the common text. */
export function countsFor(desk: Desk, called: ReadonlyMap<string, string>, part: number): Counter[] {
  const { version, variants } = desk.editor;
  const own = variants[version] !== undefined;
  return (desk.reviewer.review?.accounts ?? [])
    .filter(({ account }) => (own ? account === version : variants[account] === undefined))
    .flatMap(({ account, counts }) => {
      const count = counts[part];
      const name = called.get(account);
      return count && name !== undefined ? [{ account, name, count }] : [];
    });
}
