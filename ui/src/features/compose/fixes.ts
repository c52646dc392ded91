/** What each finding's button does to the document. A cure for one account never changes what the others get. */
import type { FindingAction } from '$errors/findings';
import type { ComposeState } from './compose.state.svelte';
import type { Merged } from './draft.model';
import { ALL } from './editor.svelte';

export interface Hands {
  compose: ComposeState;
  /** Puts the focus on the first element of the composer that matches. */
  focus: (selector: string) => void;
  relink: (account: string) => void;
  /** Opens the alt text of a picture. */
  describe: (part: number, picture: string) => void;
}

/** Puts the version on the desk in which the finding can be mended. */
function turnTo({ editor, chosen }: ComposeState, accounts: readonly string[]): void {
  const common = chosen
    .filter((account) => editor.variants[account.id] === undefined)
    .map((account) => account.id);
  const [first] = accounts;
  const concernsAll = common.length > 0 && common.every((account) => accounts.includes(account));
  if (first === undefined || concernsAll) editor.version = ALL;
  else if (editor.variants[first]) editor.version = first;
  else editor.customise(first);
}

/** Whatever the field is called: a poll is known by what is put in. */
function dropPolls({ editor, chosen }: ComposeState, accounts: readonly string[]): void {
  for (const account of chosen.filter(({ id }) => accounts.includes(id)))
    for (const { id, input } of account.options)
      if (input.type === 'poll') editor.setOption(account.id, id, '');
}

export function fix(action: FindingAction, { finding, accounts }: Merged, hands: Hands): void {
  const { compose, focus } = hands;
  const { editor } = compose;
  const part = finding.part ?? 0;
  switch (action) {
    case 'choose_account':
      return focus('[aria-pressed], .add');
    case 'relink':
      return hands.relink(accounts[0] ?? '');
    case 'now':
      compose.mode = 'now';
      return;
    case 'pass':
      compose.mode = 'at';
      return focus('.bar .when .segmented ~ .segmented [role="radio"]');
    case 'pick_time':
      compose.mode = 'at';
      return focus('.bar [role="spinbutton"]');
    case 'split':
      turnTo(compose, accounts);
      editor.split(part, finding.limit ?? 0);
      return focus(`[data-part="${part}"]`);
    case 'drop_pictures':
      turnTo(compose, accounts);
      return editor.keepPictures(part, finding.limit ?? 0);
    case 'remove_picture':
      turnTo(compose, accounts);
      if (finding.media) editor.removePicture(part, finding.media);
      return;
    case 'alt_text':
    case 'alt_shorten': {
      turnTo(compose, accounts);
      const picture = finding.media ?? editor.shown[part]?.media.find((media) => media.alt === '')?.id;
      if (picture) hands.describe(part, picture);
      return;
    }
    case 'edit_option':
      accounts.forEach((account) => (compose.unfolded[account] = true));
      return focus(`[data-option="${accounts[0] ?? ''} ${finding.option ?? ''}"]`);
    case 'drop_option':
      return accounts.forEach((account) => editor.setOption(account, finding.option ?? '', ''));
    case 'drop_poll':
      return dropPolls(compose, accounts);
    case 'write':
    case 'shorten':
    case 'join_parts':
      turnTo(compose, action === 'write' ? [] : accounts);
      return focus(`[data-part="${part}"]`);
  }
}
