/**
 * The words of the window. English is the shape; every other language is an object of type `Strings`, so that
 * a missing or a stale key does not compile. Reading `t` in markup or in `$derived` follows the language at once.
 */
import { de } from './de';
import { en } from './en';
import { language, type Language } from './language.svelte';

export type Strings = typeof en;

const catalogues: Record<Language, Strings> = { en, de };

/** One getter per area, read in the language of the moment. */
function speaking(): Strings {
  const areas = Object.keys(en) as (keyof Strings)[];
  const read = areas.map((area) => [area, { enumerable: true, get: () => catalogues[language()][area] }]);
  return Object.defineProperties({}, Object.fromEntries(read) as PropertyDescriptorMap) as Strings;
}

export const t: Strings = speaking();
