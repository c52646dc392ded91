/** One line per finding code: its words and the one action that mends it. */
import type { Finding, FindingCode } from '$ipc/generated';
import { t } from '$i18n/index';

export type FindingAction = keyof typeof t.findings.actions;

const cures = {
  no_accounts: 'choose_account',
  empty: 'write',
  text_too_long: 'split',
  too_many_images: 'drop_pictures',
  image_type: 'remove_picture',
  image_too_large: 'remove_picture',
  alt_missing: 'alt_text',
  alt_too_long: 'alt_shorten',
  too_many_parts: 'join_parts',
  account_needs_relink: 'relink',
  only_linked: null,
  time_past: 'now',
  time_does_not_exist: 'pick_time',
  time_twice: 'pass',
  file_missing: 'remove_picture',
  same_text_soon: null,
  link_not_shown: null,
  option_invalid: 'edit_option',
  option_unknown: 'drop_option',
  poll_with_media: 'drop_poll',
  comment_too_long: null,
  comment_not_sent: null,
  account_restricted: null,
  access_ends: 'relink',
  permission_missing: 'relink',
  quota_used_up: 'pick_time',
  clock_wrong: null,
  queue_paused: null,
  keychain_locked: null,
  platform_in_trouble: null,
} satisfies Record<FindingCode, FindingAction | null>;

export const findingCodes = Object.keys(cures) as FindingCode[];

export interface FindingEntry {
  text: string;
  action: FindingAction | null;
  /** Label of the action; empty when there is none. */
  label: string;
}

/** The name an option field has in the composer. */
function optionName(id: string): string {
  return (t.options.fields as Record<string, string>)[id] ?? id;
}

/** Words for a finding; `who` names its account, `threaded` says whether naming the part helps. */
export function findingEntry(finding: Finding, who: string, threaded: boolean): FindingEntry {
  const part = threaded && finding.part !== null ? t.findings.part(finding.part + 1) : '';
  const { actual, limit } = finding;
  const option = finding.option === null ? null : optionName(finding.option);
  const action: FindingAction | null = cures[finding.code];
  return {
    text: t.findings.texts[finding.code]({ who: who || t.findings.everywhere, part, actual, limit, option }),
    action,
    label: action === null ? '' : t.findings.actions[action],
  };
}
