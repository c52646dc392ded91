/** Why something stands where it stands, for readers of a language that Rust does not speak. */
export const reasons = {
  /** Whether Rust's own sentences are in this language: they are more exact, and are shown as they come. */
  fromRust: true,
  /** Stands over Rust's own sentence where the window's stands in front of it. */
  exactly: 'In detail',
  held: {
    paused: 'Everything is paused. The post waits; nothing is lost.',
    missed:
      'Its time passed while Postroom could not send it. Publish it now, give it another time, or cancel it.',
    relink: 'The account has to be linked again. The post waits; nothing is lost.',
    quota: 'The account has used up its quota. The post waits until there is room again.',
    offline: 'There is no network. The post waits.',
    file_missing: 'A picture of this post is gone or damaged. Add it again, then retry.',
    restored: 'This profile is a copy or a restored backup. Look at the account first, then decide.',
    vault_locked: 'The keychain is locked. Unlock it and resume; nothing is lost.',
    clock_wrong: 'This computer’s clock is wrong. Set it, or publish the post now.',
  },
  notLive: 'It is not live.',
  partlyLive: (live: number, parts: number) => `${live} of ${parts} parts are live, the rest is not.`,
  /** What was asked of a post that is live. */
  change: {
    waiting: 'It waits its turn.',
    running: 'It is under way.',
    retrying: 'It is tried again by itself.',
    held: 'It waits until the account, the keychain or the queue lets it go on.',
    unconfirmed: 'The platform did not answer. Postroom looks what became of it before it asks again.',
    done: 'It is done.',
    failed: 'It was not done, or not all of it.',
  },
  givenUp: 'Postroom does not try again by itself. Retry it, or change it first.',
  unconfirmed:
    'The platform did not answer after the post was sent. Postroom looks whether it is live before anything is sent again.',
  needs_decision:
    'The post was sent and no answer came. Nothing can tell whether it is live: look at your profile, then answer here.',
};
