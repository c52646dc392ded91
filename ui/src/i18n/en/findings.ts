import type { FindingCode } from '$ipc/generated';
import { bytes, minuteOfDay, number, plural } from '$i18n/format';

/** What a finding speaks of, in words. */
export interface FindingPlace {
  /** Name of the account, or of all of them. */
  who: string;
  /** `part 2 `, or nothing when there is one part. */
  part: string;
  actual: number | null;
  limit: number | null;
  /** Id of the option field, where it is about one. */
  option: string | null;
}

const over = (place: FindingPlace): string => number(Math.max(0, (place.actual ?? 0) - (place.limit ?? 0)));

function ago(minutes: number): string {
  if (minutes >= 2_880) return plural(Math.floor(minutes / 1_440), { one: '1 day', other: '# days' });
  if (minutes >= 120) return plural(Math.floor(minutes / 60), { one: '1 hour', other: '# hours' });
  return plural(minutes, { one: '1 minute', other: '# minutes' });
}

export const findings = {
  part: (n: number) => `Part ${n}: `,
  everywhere: 'The post',
  texts: {
    no_accounts: () => 'No account is chosen, so the post would go nowhere.',
    empty: ({ part }) => `${part}There is neither text nor a picture yet.`,
    text_too_long: (place) =>
      `${place.part}${over(place)} too many for ${place.who}, which takes ${number(place.limit ?? 0)} characters. Nothing is cut by itself.`,
    too_many_images: ({ part, who, actual, limit }) =>
      `${part}${who} takes ${plural(limit ?? 0, { one: '1 picture', other: '# pictures' })}, there are ${number(actual ?? 0)}.`,
    image_type: ({ part, who }) => `${part}${who} does not take pictures of this type.`,
    image_too_large: ({ part, who, limit }) =>
      `${part}A picture cannot be made small enough for ${who}${limit === null ? '' : `, which takes ${bytes(limit)}`}.`,
    alt_missing: ({ part }) => `${part}A picture has no alt text. People who cannot see it get nothing.`,
    alt_too_long: (place) =>
      `${place.part}The alt text is ${over(place)} characters too long for ${place.who}.`,
    too_many_parts: ({ who, limit }) =>
      limit === 1
        ? `${who} does not take threads.`
        : `${who} takes threads of ${number(limit ?? 0)} parts at most.`,
    account_needs_relink: ({ who }) => `${who} must be linked again before it can publish.`,
    only_linked: ({ who }) => `Nothing can be published through ${who} yet; it is only linked.`,
    time_past: ({ actual }) =>
      actual === null || actual < 1 ? 'That time has just passed.' : `That was ${ago(actual)} ago.`,
    time_does_not_exist: ({ actual }) =>
      `That time does not exist: the clocks go forward over it.${actual === null ? '' : ` The next one is ${minuteOfDay(actual)}.`}`,
    time_twice: () => 'That time comes twice, because the clocks go back. Say which one is meant.',
    file_missing: ({ part }) => `${part}The file of a picture is gone from the data folder.`,
    same_text_soon: ({ who }) => `The same text goes to ${who} within the hour. Is that meant?`,
    link_not_shown: ({ part, who }) => `${part}${who} will show a link or mention here as plain text.`,
    option_invalid: ({ who, option, limit }) =>
      limit === null
        ? `${who} does not take this value of “${option ?? ''}”.`
        : `${who} does not take this value of “${option ?? ''}”: the limit is ${number(limit)}.`,
    option_unknown: ({ who, option }) => `${who} has no option “${option ?? ''}”.`,
    comment_too_long: (place) => `The first comment is ${over(place)} characters too long for ${place.who}.`,
    comment_not_sent: ({ who }) => `${who} takes no first comment; the post goes out without it.`,
    poll_with_media: ({ part, who }) => `${part}${who} takes either a poll or pictures, not both.`,
    account_restricted: ({ who }) => `The platform restricts ${who}. Sign in there and see what it asks for.`,
    access_ends: ({ who, actual }) =>
      `The access to ${who} ends ${actual === null ? '' : `${ago(Math.max(0, actual))} `}before this is due.`,
    permission_missing: ({ who }) => `${who} did not grant a permission that this needs.`,
    quota_used_up: ({ who, limit }) =>
      limit === null
        ? `More goes out through ${who} by then than the platform takes.`
        : `More goes out through ${who} by then than the ${number(limit)} the platform takes.`,
    clock_wrong: () => 'This computer’s clock is wrong. Set it.',
    queue_paused: () => 'Everything is paused. Resume the queue.',
    keychain_locked: () => 'The keychain is locked. Unlock it.',
    platform_in_trouble: ({ who }) => `The platform of ${who} is in trouble just now.`,
  } satisfies Record<FindingCode, (place: FindingPlace) => string>,
  actions: {
    choose_account: 'Choose an account',
    write: 'Write something',
    split: 'Split into a thread',
    shorten: 'Back to the text',
    drop_pictures: 'Keep the first ones',
    remove_picture: 'Remove the picture',
    alt_text: 'Add alt text',
    alt_shorten: 'Shorten it',
    join_parts: 'Back to the text',
    relink: 'Relink',
    pick_time: 'Pick another time',
    edit_option: 'Go to the option',
    drop_option: 'Leave it out',
    drop_poll: 'Remove the poll',
    now: 'Now instead',
    pass: 'Choose which',
  },
};
