import type { HeldReason, PublicationState } from '$ipc/generated';

/** One thing explained. */
export interface Entry {
  title: string;
  body: string;
}

export const help = {
  title: 'Help',
  search: 'Search the help',
  none: 'The help does not mention that.',
  topics: {
    start: 'Getting started',
    states: 'What the states mean',
    held: 'Why a post waits',
    trouble: 'What to do when …',
    questions: 'Questions',
    keys: 'Keys',
    guides: 'Platforms',
  },
  guideOf: (platform: string) => `Help with ${platform}`,
  guideLanguage: '',
  start: [
    {
      title: 'Link an account',
      body: 'Open Accounts and choose “Link account”. The practice network needs no account anywhere and is seen by nobody else, so it is a good place to begin.',
    },
    {
      title: 'Write a post',
      body: 'In Compose choose the accounts, write, add pictures with a description. Each account shows how much of its room is used, and the preview shows what will really be sent. Drafts are kept by themselves.',
    },
    {
      title: 'Choose a time',
      body: 'Now, or a day and a time in your zone. After you have pressed the button, “Undo” takes it back as long as nothing was sent.',
    },
    {
      title: 'Close the window',
      body: 'Postroom works on without it. Only when you quit it, or the computer is off or asleep, nothing goes out.',
    },
    {
      title: 'Look in the Queue',
      body: 'It shows what needs you first, then what is on its way, what comes next, and what is done, with the link to each post.',
    },
  ] as Entry[],
  states: {
    scheduled: 'It waits for its time.',
    publishing: 'It is being sent right now.',
    retrying: 'A try had no effect and nothing is live. Postroom tries again by itself; the row says when.',
    held: 'It is not sent until something is settled. The row says what; nothing is lost.',
    unconfirmed:
      'It was sent, but the answer got lost. Postroom looks at the platform whether it is live and sends nothing again before that is certain.',
    needs_decision:
      'It was sent, no answer came, and the platform gives no way to look. Look at your profile yourself and say whether it is live.',
    published: 'It is live. The row has its link.',
    failed:
      'The platform refused it, or every try failed. It is not live. Change it and try again, or leave it.',
    cancelled: 'You took it back before it was sent.',
  } satisfies Record<PublicationState, string>,
  held: {
    paused: 'You have paused everything. Press “Resume” in the Queue.',
    missed:
      'The computer was off or asleep at its time, by more than the settings allow. Publish it now, give it another time, or cancel it.',
    relink: 'The platform ended the permission of its account. Link the account again and the post goes on.',
    quota: 'The account has posted as much as the platform allows for now.',
    offline: 'There is no network. It goes on when there is one.',
    file_missing:
      'A picture is no longer in the data folder. Take the post back to the drafts and add it again.',
    restored:
      'The data folder is a copy or a restored backup, so the post may have gone out since. Look at the account, then decide.',
    vault_locked: 'The system keychain is locked. Unlock it and the post goes on.',
    clock_wrong:
      'The clock of this computer is wrong, and posts would go out at the wrong time. Set it; the post goes on.',
  } satisfies Record<HeldReason, string>,
  trouble: [
    {
      title: 'a post failed',
      body: 'Open it in the Queue. The row says why and what to do; under “What happened” is every step, and under the platform’s own words what it answered.',
    },
    {
      title: 'Postroom asks whether a post is live',
      body: 'Open your profile on the platform and look. If it is there, choose “It is live”; nothing more is sent. If it is not, choose “It is not, send it”.',
    },
    {
      title: 'an account needs relinking',
      body: 'Open Accounts and choose “Relink”. What was waiting for the account goes on afterwards, at its own times.',
    },
    {
      title: 'everything must stop at once',
      body: 'Press “Pause all” in the Queue or in the tray’s menu. What becomes due is kept and asks you after you resume.',
    },
    {
      title: 'the computer was off',
      body: 'A post that is late by a few minutes still goes out. One that is later waits and asks; how late is too late is in the settings, under missed posts.',
    },
    {
      title: 'the keychain is locked or gone',
      body: 'Posts wait. Unlock the keychain of your system; if its key is gone for good, link the accounts again. What you wrote is not sealed with it.',
    },
    {
      title: 'the disk is full',
      body: 'Make room. Until then nothing new can be kept, so nothing is sent either; what was planned stays.',
    },
    {
      title: 'Postroom says that another one is at work',
      body: 'Only one may use a data folder, so that no post goes out twice. Close the other one, also the command line if it runs there.',
    },
  ] as Entry[],
  questions: [
    {
      title: 'Can a post go out twice?',
      body: 'Before anything is sent, Postroom writes down that it is about to. If the answer is lost, it looks before it sends again; where it cannot look, it asks you. Each account shows which promise holds for it.',
    },
    {
      title: 'Who sees what I write?',
      body: 'Nobody before it is published. There is no Postroom server; posts go straight to the platform. The settings show under Privacy what leaves the computer.',
    },
    {
      title: 'Where are my data?',
      body: 'In one folder; the settings name it under Privacy. To move to another computer, quit Postroom and copy that folder.',
    },
    {
      title: 'Must the window stay open?',
      body: 'No. But Postroom must run, and the computer must be on.',
    },
  ] as Entry[],
};
