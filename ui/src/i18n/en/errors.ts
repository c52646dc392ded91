import type { ErrorCode } from '$ipc/generated';

interface Words {
  title: string;
  body: string;
}

export const errors = {
  words: {
    invalid_request: {
      title: 'That could not be understood',
      body: 'Postroom did not accept what was asked. Nothing was changed or sent.',
    },
    not_found: {
      title: 'It is gone',
      body: 'What you asked for is no longer here. It may have been deleted or settled meanwhile.',
    },
    preflight_failed: {
      title: 'Not ready to go out',
      body: 'Something would make it fail. Nothing was sent; see what to fix.',
    },
    wrong_state: {
      title: 'Not possible any more',
      body: 'Its state has changed meanwhile, so this was not done.',
    },
    relink_needed: {
      title: 'The account must be linked again',
      body: 'The platform ended the permission. Posts wait; nothing is lost.',
    },
    missing_scope: {
      title: 'A permission is missing',
      body: 'The platform lacks a permission from this account. Link it again and agree to all of them.',
    },
    account_restricted: {
      title: 'The platform restricts the account',
      body: 'Sign in at the platform to see why. Posts wait until it is lifted.',
    },
    personal_account: {
      title: 'A personal account',
      body: 'The platform lets apps act for professional accounts only. Switch it there to a business or creator account, then try again.',
    },
    app_refused: {
      title: 'The platform refuses your app',
      body: 'Its id, its secret or the way back is not the one the platform knows. Check them under Settings, Your apps.',
    },
    credentials_refused: {
      title: 'Name or password refused',
      body: 'The platform does not accept them. Check both; use an app password, not your usual one.',
    },
    consent_refused: {
      title: 'You did not agree in the browser',
      body: 'Nothing was linked. Start again whenever you like.',
    },
    link_timed_out: {
      title: 'Linking took too long',
      body: 'No answer came from the browser in time. Nothing was kept; try again.',
    },
    link_cancelled: { title: 'Linking was cancelled', body: 'Nothing was kept.' },
    link_mismatch: {
      title: 'The browser answered for something else',
      body: 'The answer did not belong to this attempt, so it was not used. Try again.',
    },
    rate_limited: {
      title: 'The platform asks for patience',
      body: 'It limits how often we may call. Postroom tries again by itself when allowed.',
    },
    quota_exhausted: {
      title: 'The quota is used up',
      body: 'The platform takes no more posts for now. It waits and goes out when there is room.',
    },
    content_rejected: {
      title: 'The platform refused the text',
      body: 'It is not live. Change the text and send it again.',
    },
    media_rejected: {
      title: 'The platform refused a picture',
      body: 'It is not live. Replace the picture and send it again.',
    },
    media_unreadable: {
      title: 'That is not a usable picture',
      body: 'Postroom opens JPEG, PNG, GIF and WebP. The file was not added.',
    },
    media_too_large: {
      title: 'The picture is too large',
      body: 'It is larger than Postroom opens. Make it smaller and add it again.',
    },
    file_missing: {
      title: 'A picture’s file is gone',
      body: 'It is no longer in the data folder. Add it again.',
    },
    remote_not_found: {
      title: 'The platform does not know it',
      body: 'What we asked for is not there, or not any more.',
    },
    changed_elsewhere: {
      title: 'It was changed elsewhere',
      body: 'The post says something else there than Postroom left. It stays as it is; edit it on the platform.',
    },
    unsupported: { title: 'The platform cannot do this', body: 'This server or account does not offer it.' },
    platform_unavailable: {
      title: 'The platform is down',
      body: 'It is having trouble of its own. Postroom tries again by itself.',
    },
    offline: {
      title: 'No connection',
      body: 'The platform cannot be reached. Posts wait and go out when the network is back.',
    },
    certificate_refused: {
      title: 'The server cannot prove who it is',
      body: 'Its certificate is not one to trust, so nothing was sent. Check its address and this computer’s date.',
    },
    platform_protocol: {
      title: 'The platform answered something unexpected',
      body: 'Postroom could not make sense of the answer. See the details.',
    },
    outcome_unknown: {
      title: 'It was sent, but no answer came',
      body: 'It may be live. Look at your profile before you send it again.',
    },
    time_moved: {
      title: 'Goes out at another time',
      body: 'Its time had passed, or the rules of its time zone changed. Look whether you still want it.',
    },
    missed: {
      title: 'Its time passed',
      body: 'Postroom could not run at that time. It was not sent; choose what happens.',
    },
    clock_wrong: {
      title: 'This computer’s clock is wrong',
      body: 'It differs from the platforms’ clocks. Scheduled posts wait until they agree; set the clock, or publish now.',
    },
    vault_unavailable: {
      title: 'Your passwords are locked',
      body: 'No key opens the sealed access. Unlock the system keychain and try again.',
    },
    vault_corrupt: {
      title: 'A sealed value does not open',
      body: 'It was damaged or moved from another computer. Link the account again.',
    },
    profile_busy: {
      title: 'Another Postroom is at work',
      body: 'It holds this data folder, so that no post goes out twice. Close it there first.',
    },
    profile_copied: {
      title: 'This is a copy of the data',
      body: 'It may have been restored. Everything is paused until you have looked at what went out.',
    },
    database_unusable: {
      title: 'The data cannot be opened',
      body: 'The database is damaged or comes from a newer version. Nothing was overwritten.',
    },
    storage_failed: {
      title: 'The disk refuses',
      body: 'It is full or does not allow writing. Make room; what you wrote last is not saved.',
    },
    not_available: { title: 'Not in this version', body: 'This version of Postroom does not do that yet.' },
    internal: {
      title: 'Postroom made a mistake',
      body: 'This is a defect of ours. What you wrote is safe; the details help to mend it.',
    },
  } satisfies Record<ErrorCode, Words>,
  actions: {
    relink: 'Relink',
    retry: 'Try again',
    edit: 'Change it',
    look: 'Look first',
    wait: 'Nothing to do',
    settings: 'Open settings',
    none: '',
  },
};
