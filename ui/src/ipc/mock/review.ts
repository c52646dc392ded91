import type {
  AccountReview,
  AccountView,
  Draft,
  Finding,
  FindingCode,
  OptionField,
  Part,
  PreviewPart,
  Review,
  TextRun,
} from '../generated';
import type { World } from './world';

const MARKED = /(https?:\/\/\S+|\b[a-z0-9-]+\.[a-z]{2,}\/\S+|#\w+|@[\w.-]+)/gi;

function runs(text: string): TextRun[] {
  return text
    .split(MARKED)
    .filter((piece) => piece !== '')
    .map((piece) => {
      if (piece.startsWith('#')) return { text: piece, kind: 'tag', href: '' };
      if (piece.startsWith('@')) return { text: piece, kind: 'mention', href: '' };
      const link = piece.match(MARKED) !== null;
      return { text: piece, kind: link ? 'link' : 'plain', href: link ? piece : '' };
    });
}

function length(text: string): number {
  return [...new Intl.Segmenter('en').segment(text)].length;
}

function finding(code: FindingCode, change: Partial<Finding> = {}): Finding {
  const hints: FindingCode[] = ['alt_missing', 'same_text_soon', 'link_not_shown'];
  const severity = hints.includes(code) ? 'hint' : 'block';
  return {
    code,
    severity,
    account: null,
    part: null,
    media: null,
    actual: null,
    limit: null,
    option: null,
    ...change,
  };
}

export function partsFor(draft: Draft, account: string): Part[] {
  return draft.variants.find((variant) => variant.account === account)?.parts ?? draft.content.parts;
}

function preview(world: World, part: Part): PreviewPart {
  const images = part.media.map(({ id, alt }) => {
    const media = world.media.find((each) => each.id === id);
    return { media: id, alt, width: media?.width ?? 1, height: media?.height ?? 1 };
  });
  return {
    text: runs(part.text),
    images,
    card: images.length > 0 ? null : part.card,
    payload: { text: part.text },
  };
}

/** Values of the account's option fields, with what each field is. */
function valuesOf(draft: Draft, account: AccountView): { field: OptionField; value: string }[] {
  const options = draft.variants.find((variant) => variant.account === account.id)?.options ?? {};
  return account.options.flatMap((field) => {
    const value = options[field.id];
    return value ? [{ field, value }] : [];
  });
}

/** Characters that count with the text of every part. */
function counted(draft: Draft, account: AccountView): number {
  const values = valuesOf(draft, account).filter(({ field }) => field.counted);
  return values.reduce((sum, { value }) => sum + length(value), 0);
}

function inOptions(draft: Draft, account: AccountView): Finding[] {
  return valuesOf(draft, account).flatMap(({ field, value }) => {
    if (field.input.type !== 'poll') return [];
    const place = { account: account.id, option: field.id };
    const { answers } = JSON.parse(value) as { answers: string[] };
    const pictures = partsFor(draft, account.id)[0]?.media.length ?? 0;
    return [
      ...(answers.some((answer) => answer.trim() === '') ? [finding('option_invalid', place)] : []),
      ...(pictures > 0 ? [finding('poll_with_media', { ...place, part: 0 })] : []),
    ];
  });
}

function inAccount(account: AccountView, parts: Part[], more: number): Finding[] {
  const { limits } = account;
  const found = parts.flatMap((part, index) => {
    const place = { account: account.id, part: index };
    const used = length(part.text) + more;
    const max = limits.text.graphemes_max;
    return [
      ...(used > max ? [finding('text_too_long', { ...place, actual: used, limit: max })] : []),
      ...(part.media.length > limits.images_max
        ? [finding('too_many_images', { ...place, actual: part.media.length, limit: limits.images_max })]
        : []),
    ];
  });
  if (account.state === 'needs_relink') found.push(finding('account_needs_relink', { account: account.id }));
  return found;
}

/** Reviews a draft roughly as the app would. */
export function review(world: World, draft: Draft): Review {
  const chosen = draft.accounts.map((id) => world.account(id));
  const accounts: AccountReview[] = chosen.map((account) => {
    const parts = partsFor(draft, account.id);
    const max = account.limits.text.graphemes_max;
    const more = counted(draft, account);
    return {
      account: account.id,
      counts: parts.map((part) => ({ used: length(part.text) + more, max })),
      parts: parts.map((part) => preview(world, part)),
      class: account.class,
    };
  });
  const findings = chosen.flatMap((account) => [
    ...inAccount(account, partsFor(draft, account.id), counted(draft, account)),
    ...inOptions(draft, account),
  ]);
  if (chosen.length === 0) findings.push(finding('no_accounts'));
  draft.content.parts.forEach((part, index) => {
    if (part.text.trim() === '' && part.media.length === 0) findings.push(finding('empty', { part: index }));
    const silent = part.media.find((media) => media.alt === '');
    if (silent) findings.push(finding('alt_missing', { part: index, media: silent.id }));
  });
  return { accounts, findings };
}
