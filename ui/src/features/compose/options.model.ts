/** Option fields of accounts: their words, their values as text, and polls. */
import type { AccountView, OptionField, OptionInput } from '$ipc/generated';
import { languageName, plural } from '$i18n/format';
import { t } from '$i18n/index';

/** Values by field; what is not there stands for the default. */
export type Options = Record<string, string>;

/** A poll as its field takes it, as JSON text. */
export interface Poll {
  answers: string[];
  /** How long it runs from publishing on, in seconds. */
  life_s: number;
  multiple: boolean;
  hide_totals: boolean;
}

export type PollInput = Extract<OptionInput, { type: 'poll' }>;

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
/** Offered lives of a poll, as far as the server takes them. */
const LIVES_S = [5 * MINUTE_S, 30 * MINUTE_S, HOUR_S, 6 * HOUR_S, 12 * HOUR_S, DAY_S, 3 * DAY_S, 7 * DAY_S];
const USUAL_LIFE_S = DAY_S;

/** Languages offered first; others can be set from the command line. */
const LANGUAGES =
  'ar bg bn ca cs da de el en eo es et eu fa fi fr ga gl gsw he hi hr hu hy id is it ja ka ko lt lv mk nb nl nn pl pt pt-BR ro ru sk sl sq sr sv ta th tr uk vi zh-Hans zh-Hant'.split(
    ' ',
  );

export function fieldName(label: string): string {
  return (t.options.fields as Record<string, string>)[label] ?? label;
}

export function fieldHint(label: string): string {
  return (t.options.hints as Record<string, string>)[label] ?? '';
}

export function choiceName(label: string): string {
  return (t.options.choices as Record<string, string>)[label] ?? label;
}

/** Tags with their names in the reader’s language, sorted by name; a value set elsewhere stays among them. */
export function languages(value: string): { tag: string; name: string }[] {
  const tags = LANGUAGES.includes(value) || value === '' ? LANGUAGES : [value, ...LANGUAGES];
  return tags.map((tag) => ({ tag, name: languageName(tag) })).sort((a, b) => a.name.localeCompare(b.name));
}

/** The poll written as JSON text; `null` for anything else. */
export function readPoll(text: string | undefined): Poll | null {
  if (!text) return null;
  try {
    const { answers, life_s, multiple, hide_totals } = JSON.parse(text) as Partial<Poll>;
    if (!Array.isArray(answers) || typeof life_s !== 'number') return null;
    return {
      answers: answers.map(String),
      life_s,
      multiple: multiple === true,
      hide_totals: hide_totals === true,
    };
  } catch {
    return null;
  }
}

/** A poll to begin with: two empty answers, a day. */
export function newPoll(limits: PollInput): Poll {
  const life_s = Math.min(Math.max(USUAL_LIFE_S, limits.life_min_s), limits.life_max_s);
  return { answers: ['', ''], life_s, multiple: false, hide_totals: false };
}

/** How long a poll may run, with the one it has now. */
export function lives(limits: PollInput, now: number): number[] {
  const fit = LIVES_S.filter((life) => life >= limits.life_min_s && life <= limits.life_max_s);
  return [...new Set([...fit, now])].sort((a, b) => a - b);
}

export function lifeWords(seconds: number): string {
  if (seconds >= DAY_S && seconds % DAY_S === 0) return plural(seconds / DAY_S, t.options.days);
  if (seconds >= HOUR_S && seconds % HOUR_S === 0) return plural(seconds / HOUR_S, t.options.hours);
  return plural(Math.round(seconds / MINUTE_S), t.options.minutes);
}

function valueWords(field: OptionField, value: string): string {
  const { input } = field;
  if (input.type === 'choice') {
    const chosen = input.choices.find((choice) => choice.id === value);
    return chosen ? choiceName(chosen.label) : value;
  }
  return input.type === 'language' ? languageName(value) : fieldName(field.label);
}

/** What is set, in a few words; nothing when all is as usual. */
export function summary(fields: readonly OptionField[], values: Options): string[] {
  return fields.flatMap((field) => {
    const value = values[field.id];
    return value ? [valueWords(field, value)] : [];
  });
}

/** What a preview shows of the values: by what fields are for, not by their names. */
export interface Shown {
  warning: string;
  visibility: string;
  language: string;
  poll: Poll | null;
  flags: string[];
}

export function shownOptions(account: AccountView | undefined, values: Options): Shown {
  const shown: Shown = { warning: '', visibility: '', language: '', poll: null, flags: [] };
  for (const field of account?.options ?? []) {
    const value = values[field.id] ?? '';
    if (value === '') continue;
    if (field.counted) shown.warning = value;
    else if (field.input.type === 'choice') shown.visibility = valueWords(field, value);
    else if (field.input.type === 'language') shown.language = value;
    else if (field.input.type === 'poll') shown.poll = readPoll(value);
    else if (field.input.type === 'flag' && value === 'true') shown.flags.push(fieldName(field.label));
  }
  return shown;
}
