import type { Diagnosis, Hop, HopState, Remedy } from '$ipc/generated';
import { plural } from '$i18n/format';

const words: Record<Diagnosis, { means: string; fix: string }> = {
  no_network: {
    means: 'This computer has no network.',
    fix: 'Connect it: switch Wi-Fi on, plug the cable in, or leave flight mode.',
  },
  proxy_unreachable: {
    means: 'The system says that calls go through a proxy, and nothing answers there.',
    fix: "Start the proxy, or take it out of the system's network settings (or HTTPS_PROXY), then restart Postroom.",
  },
  proxy_refuses: {
    means: 'The proxy answers, and refuses to connect to the platform.',
    fix: "Ask whoever runs the proxy to allow it; or correct its name and password in the system's settings, then restart Postroom.",
  },
  no_name: {
    means: "The name of the platform's server leads nowhere.",
    fix: "Check the server's name. If web pages do not open either, the network's name lookup (DNS) is at fault: try another network, or ask whoever runs it.",
  },
  connection_refused: {
    means: 'The computer at that address refuses connections.',
    fix: "Check the server's address. If it is right, the server is off: try again later, or ask whoever runs it.",
  },
  no_connection: {
    means: 'Nothing answers at that address.',
    fix: 'A firewall or the network may block the platform: try another network. If other networks do not help, the server is off.',
  },
  practice_off: {
    means: 'The practice network does not run.',
    fix: 'Start it under Settings, Practice network.',
  },
  certificate_expired: {
    means: "The certificate of the platform's server has expired.",
    fix: "Check this computer's date. If it is right, whoever runs the server must renew the certificate.",
  },
  certificate_not_yet_valid: {
    means: "The certificate of the platform's server is not valid yet.",
    fix: "Check this computer's date: it is most likely in the past.",
  },
  certificate_wrong_name: {
    means: 'The certificate is for another server: what answers may not be the platform.',
    fix: "Check the server's address. A network one has to sign in to does this too: open a page in your browser and sign in.",
  },
  certificate_unknown_issuer: {
    means: 'The certificate is signed by nobody this computer trusts. Somebody may be reading along.',
    fix: 'If your company or virus scanner looks into connections, its certificate must be trusted by the system; if not, use another network. Postroom never goes on without a good certificate.',
  },
  certificate_unusable: {
    means: "The certificate of the platform's server cannot be used.",
    fix: 'Whoever runs the server must replace it. Postroom never goes on without a good certificate.',
  },
  no_tls: {
    means: 'What answers there does not speak https as it should.',
    fix: "Check the server's address and port. A firewall or proxy on the way may break encrypted connections.",
  },
  clock_wrong: {
    means: "This computer's clock is wrong. Signed requests fail, and posts would go out at the wrong time.",
    fix: "Set date, time and zone in the system's settings, best by letting it set them itself.",
  },
  no_answer: {
    means: 'The server of the platform took the connection and gave no whole answer.',
    fix: 'Try again in a while. If it stays, try another network; a filter on the way may hold the answers back.',
  },
  sign_in_page: {
    means:
      'A page answers in the place of the platform: most likely the one where this network wants you to sign in.',
    fix: 'Open any page in your browser, sign in to the network, then check again.',
  },
  not_the_platform: {
    means: 'What answers at that address is not the platform, or something on the way changes its answers.',
    fix: "Check the server's address. A firewall or filter that looks into connections does this too.",
  },
  platform_down: {
    means: 'The platform says that it is in trouble. Nothing is wrong here.',
    fix: "Wait; Postroom tries again by itself. The platform's status page says more.",
  },
  too_many_calls: {
    means: 'The platform wants fewer calls for a while.',
    fix: 'Wait; Postroom goes on by itself when it may.',
  },
  authorization_unreached: {
    means: 'The platform answers, but the server where access is given cannot be reached.',
    fix: 'A filter in the network may block that server: try another network, or try again later.',
  },
  authorization_down: {
    means: 'The pages where access is given are in trouble.',
    fix: 'Wait, then link again. Accounts that are linked go on working meanwhile.',
  },
  ports_taken: {
    means:
      'The browser has to come back to one of a few ports of this computer, and other programs have them all.',
    fix: 'Close the programs that use these ports, then link again. Restarting the computer frees them too.',
  },
  loopback_blocked: {
    means: 'A port for the browser to come back to could be opened, but not reached.',
    fix: 'A firewall or security program blocks connections of this computer to itself (127.0.0.1): allow them for Postroom.',
  },
  no_browser: {
    means: 'The system knows no browser to open the page of consent in.',
    fix: 'Install a browser and make it the default one; or copy the link from the dialog into a browser you have.',
  },
  key_unavailable: {
    means: "The key that opens Postroom's secrets is not there.",
    fix: "Unlock the system's keychain, or see under Keys what is wrong with it.",
  },
  app_missing: {
    means: 'The platform wants an app of your own, and Postroom does not know it yet.',
    fix: 'Make one as the guide says, then enter it under Settings, Your apps.',
  },
  app_refused: {
    means:
      'The platform does not accept your app: its id is not known there, or the secret is not the right one.',
    fix: "Copy client id and secret anew from the app's page at the platform and enter them under Settings, Your apps. An API key is neither of them.",
  },
  outer_app_id: {
    means:
      'The client id is not one for this platform: it belongs to the app around it, which has ids of its own for each product, such as the App ID of a Facebook app.',
    fix: "On the app's page open the settings of the platform itself, copy the id and the secret that stand there, and enter them under Settings, Your apps.",
  },
  client_forgotten: {
    means: 'The server has forgotten Postroom, as some do when nothing was sent for long.',
    fix: 'Link the account again: Postroom then registers anew.',
  },
  redirect_refused: {
    means: 'The way back is not registered with your app, or not to the letter.',
    fix: "Copy the redirect addresses from Settings, Your apps, into the app's page at the platform: `localhost` and `127.0.0.1`, the port and every slash count. See too that the client id is this app's.",
  },
  scope_refused: {
    means: 'Your app may not ask for a permission that Postroom needs.',
    fix: 'Add the permission or the product to the app, as the guide says.',
  },
  token_missing: {
    means: 'Postroom has no access to the account, or what is stored does not open.',
    fix: 'Link the account again. Its posts and history stay.',
  },
  token_expired: {
    means: 'The access to the account has expired, and the platform gave nothing to renew it with.',
    fix: 'Link the account again. Its posts and history stay.',
  },
  token_ended: {
    means:
      'The platform ended the access to the account: it was taken back there, or the password was changed.',
    fix: 'Link the account again. Its posts and history stay.',
  },
  token_not_renewed: {
    means: 'The access to the account has to be renewed, and the platform did not do it just now.',
    fix: 'Check again in a while; nothing is lost. If it stays, link the account again.',
  },
  scope_missing: {
    means: 'The account did not grant everything that Postroom needs.',
    fix: "Link the account again and leave every box ticked on the platform's page.",
  },
  kind_wrong: {
    means:
      "The account is of a kind that the platform lets no app act for in this way, such as a program's own account.",
    fix: 'Link the account of a person: sign in with it in the browser.',
  },
  personal_account: {
    means: 'The account is a personal one, and the platform lets apps act for professional ones only.',
    fix: 'Switch it in its settings there to a professional account (business or creator), then check again. If it stays, link the account again.',
  },
  account_restricted: {
    means: 'The platform restricts the account: it is suspended, deactivated or locked.',
    fix: 'Sign in at the platform and see what it asks of you. Postroom cannot mend it.',
  },
  other_account: {
    means: 'The access belongs to another account than the account.',
    fix: 'Link the account again, signed in with it in the browser.',
  },
  read_failed: {
    means: 'The platform answered in a way that Postroom does not understand.',
    fix: 'Check again. If it stays, copy this report and tell the people who make Postroom.',
  },
  took_too_long: {
    means: 'This took longer than it may.',
    fix: 'Check again. If it stays, the network is very slow, or something on the way holds calls back.',
  },
};

export const doctor = {
  title: 'Connection check',
  titleOf: (name: string) => `Connection check: ${name}`,
  open: 'Find the fault',
  openOf: (name: string) => `Find the fault with ${name}`,
  body: 'Postroom tries everything between this computer and your accounts, one thing after the other, and names the first that is broken. It only reads.',
  computer: 'This computer',
  trying: 'Trying',
  running: 'Checking …',
  sound: 'Nothing is broken.',
  brokenAt: (hop: string) => `Broken: ${hop}`,
  brokenCount: (n: number) =>
    plural(n, { one: '1 connection is broken.', other: '# connections are broken.' }),
  cancelled: 'The check was ended before everything was tried.',
  seen: 'What was seen',
  exactly: 'Exactly',
  hopsOf: (name: string) => `Hops of ${name}`,
  stop: 'Stop',
  again: 'Check again',
  copy: 'Copy report',
  save: 'Save report…',
  saved: (file: string) => `The report is in ${file}.`,
  reportBody: 'The report holds no password, token or key.',
  guide: (platform: string) => `Guide to ${platform}`,
  everything: 'Check everything',
  settingsTitle: 'Connections',
  settingsBody:
    'When an account does not work, this finds out why: network, name, certificate, clock, permissions, and everything else on the way.',
  hops: {
    network: 'Network',
    proxy: 'Proxy',
    name: 'Server name (DNS)',
    connection: 'Connection',
    certificate: 'Certificate',
    clock: 'Clock',
    answer: 'The platform answers',
    authorization: 'Pages of consent',
    loopback: 'Way back from the browser',
    browser: 'Browser',
    key: 'Key to your secrets',
    own_app: 'Your app',
    client: 'Your app is accepted',
    redirect: 'Redirect is registered',
    token: 'Access',
    scopes: 'Permissions',
    kind: 'Kind of account',
    read: 'Reading',
  } satisfies Record<Hop, string>,
  states: {
    ok: 'In order',
    broken: 'Broken',
    not_tried: 'Not tried',
    not_applicable: 'Not needed',
  } satisfies Record<HopState, string>,
  remedies: {
    try_again: 'Check again',
    relink: 'Relink',
    own_app: 'Open Your apps',
    practice: 'Start the practice network',
    key: 'Open Keys',
  } satisfies Record<Remedy, string>,
  facts: {
    server: 'Server',
    addresses: 'Addresses',
    address: 'Address',
    proxy: 'Proxy',
    said: 'Its words',
    status: 'Answer',
    clock: 'This computer',
    waited: 'Waited',
    ports: 'Ports',
    port: 'Port',
    browser: 'Browser',
    redirect: 'Redirect',
    missing: 'Not granted',
    kind: 'Kind',
    account: 'Account',
    access_ends: 'Access ends',
    renewable_until: 'Renewable until',
    renewed_by_itself: 'Renewed by itself',
  } as Record<string, string>,
  /** What a diagnosis means and what mends it, where the core says nothing itself. */
  words,
};
