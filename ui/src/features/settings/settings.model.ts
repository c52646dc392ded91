/** The sections of the settings, and how late a post may be, in choices and words. */
import { t } from '$i18n/index';

/** Sections in their order; each is a place, `#settings/privacy`. */
export const sections = [
  'general',
  'time',
  'notifications',
  'missed',
  'apps',
  'servers',
  'keys',
  'connections',
  'privacy',
  'logs',
  'practice',
  'about',
] as const;

export type SectionId = (typeof sections)[number];

/** What such a text looks like, the same in every language. */
export const envExample = 'LINKEDIN_CLIENT_ID=…\nLINKEDIN_CLIENT_SECRET=…';

const USUAL_MIN = [0, 5, 15, 30, 60, 180];

/** The usual choices and the one in force, in order. */
export function graceChoices(current: number): number[] {
  return [...new Set([...USUAL_MIN, current])].sort((a, b) => a - b);
}

export function graceWords(minutes: number): string {
  if (minutes === 0) return t.settings.graceNone;
  return minutes % 60 === 0 ? t.settings.graceHours(minutes / 60) : t.settings.graceMinutes(minutes);
}

const USUAL_S = [0, 15, 30, 60, 300, 600];

/** Seconds between late posts: the usual choices and the one in force, in order. */
export function spacingChoices(current: number): number[] {
  return [...new Set([...USUAL_S, current])].sort((a, b) => a - b);
}
