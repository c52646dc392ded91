/** The key to the sealed values: what can be done with it as it stands, and what is wrong with a new passphrase. */
import { t } from '$i18n/index';
import type { VaultView } from '$ipc/generated';

/** Fewest characters of a passphrase; the core refuses fewer too. */
const PASSPHRASE_MIN = 8;

/** What a profile's key needs before anything else: its passphrase, a place to be made in, another way in, or nothing. */
export type Needs = 'nothing' | 'passphrase' | 'place' | 'return';

export function needs({ backend, state }: Pick<VaultView, 'backend' | 'state'>): Needs {
  if (state === 'ready' || state === 'unset') return 'nothing';
  if (backend === null) return 'place';
  return backend === 'passphrase' && state === 'locked' ? 'passphrase' : 'return';
}

/** What is wrong with a new passphrase of so many characters that was typed twice; empty where nothing is. */
export function passphraseProblem(length: number, same: boolean): string {
  if (length < PASSPHRASE_MIN) return t.keys.tooShort(PASSPHRASE_MIN);
  return same ? '' : t.keys.notTheSame;
}

/** In groups as they are written down, so that a line can be read out. */
export function inGroups(key: string): string[] {
  return key.trim().split(/\s+/);
}
