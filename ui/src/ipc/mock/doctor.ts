import type {
  Diagnosis,
  DoctorStart,
  DoctorView,
  ExaminedView,
  Hop,
  HopState,
  HopView,
  Remedy,
  FactView,
} from '../generated';
import type { Handlers } from './posts';
import { refuse, type World } from './world';

const STEP_MS = 120;

const said: Record<Hop, [HopState, string]> = {
  network: ['ok', 'A way leads out of this computer.'],
  proxy: ['not_applicable', 'No proxy stands between this computer and the server.'],
  name: ['ok', 'Its name leads somewhere.'],
  connection: ['ok', 'Somebody listens there.'],
  certificate: ['ok', 'Its certificate is one to trust.'],
  clock: ['ok', "This computer's clock agrees with the server's."],
  answer: ['ok', 'The platform answers.'],
  authorization: ['ok', 'The pages where access is given answer.'],
  loopback: ['ok', 'The browser can come back to this computer.'],
  browser: ['ok', 'A browser can be opened.'],
  key: ['ok', 'The key that opens secrets is there.'],
  own_app: ['not_applicable', 'The platform wants no app of your own.'],
  client: ['ok', 'The server knows Postroom.'],
  redirect: ['not_applicable', 'Nothing has to be registered by hand.'],
  token: ['ok', 'There is access, and the platform takes it.'],
  scopes: ['ok', 'All permissions were granted.'],
  kind: ['ok', 'The account is of a kind that can be used.'],
  read: ['ok', 'The platform says whose account it is.'],
};

interface Case {
  hop: Hop;
  remedy: Remedy;
  means: string;
  fix: string;
  seen: FactView[];
}

const cases: Partial<Record<Diagnosis, Case>> = {
  token_ended: {
    hop: 'token',
    remedy: 'relink',
    means: 'The platform ended the access: it was taken back there, or the password was changed.',
    fix: 'Link the account again. Its posts and history stay.',
    seen: [{ name: 'said', value: 'HTTP 401 ExpiredToken' }],
  },
  no_name: {
    hop: 'name',
    remedy: 'try_again',
    means: 'The name of the server leads nowhere.',
    fix: "Check the server's name. If web pages do not open either, the network's name lookup (DNS) is at fault: try another network, or ask whoever runs it.",
    seen: [{ name: 'server', value: 'bsky.social' }],
  },
  key_unavailable: {
    hop: 'key',
    remedy: 'key',
    means: "The key that opens Postroom's secrets is not there.",
    fix: "Unlock the system's keychain, then check again.",
    seen: [],
  },
  redirect_refused: {
    hop: 'redirect',
    remedy: 'own_app',
    means: 'The way back is not registered with your app, or not to the letter.',
    fix: "Copy the redirect addresses from Settings, Your apps, into the app's page.",
    seen: [{ name: 'redirect', value: 'http://127.0.0.1:28127/callback' }],
  },
};

const order = Object.keys(said) as Hop[];

function hopOf(hop: Hop, broken: Diagnosis | undefined): HopView {
  const found = broken ? cases[broken] : undefined;
  if (broken && found?.hop === hop) {
    const { remedy, means, fix, seen } = found;
    return { hop, state: 'broken', diagnosis: broken, remedy, means, fix, seen };
  }
  const [state, means] = said[hop];
  return { hop, state, diagnosis: null, remedy: null, means, fix: '', seen: [] };
}

function notTried(hop: Hop): HopView {
  const means = 'Not tried: a hop before it is broken.';
  return { hop, state: 'not_tried', diagnosis: null, remedy: null, means, fix: '', seen: [] };
}

/** Who is looked at: an account, a platform, or all there are. */
function examinedOf(world: World, asked: DoctorStart): ExaminedView[] {
  const blank = { broken: null, trying: null, hops: [] };
  const accounts = world.accounts.filter((account) =>
    asked.account
      ? account.id === asked.account
      : asked.platform
        ? account.platform === asked.platform
        : account.state !== 'unlinked',
  );
  if (accounts.length > 0 && !asked.instance)
    return accounts.map(({ id, platform, handle, origin }) => ({
      ...blank,
      platform,
      account: id,
      handle,
      server: origin,
    }));
  return [
    { ...blank, platform: asked.platform ?? '', account: null, handle: '', server: asked.instance ?? '' },
  ];
}

/** Tries the next hop of the first that is not at its end. */
function step(world: World, id: string): void {
  const view = world.checks.get(id);
  if (view?.state !== 'running') return;
  const examined = [...view.examined];
  const at = examined.findIndex((one) => one.hops.length < order.length);
  const one = examined[at];
  if (!one) {
    world.checks.set(id, { ...view, state: 'done' });
    return world.emit('doctor', id);
  }
  const hop = order[one.hops.length] ?? 'read';
  const made = hopOf(hop, world.broken.get(one.platform));
  const bad = made.state === 'broken';
  const rest = bad ? order.slice(one.hops.length + 1).map(notTried) : [];
  const trying = bad ? null : (order[one.hops.length + 1] ?? null);
  examined[at] = { ...one, broken: bad ? hop : null, trying, hops: [...one.hops, made, ...rest] };
  world.checks.set(id, { ...view, examined });
  world.emit('doctor', id);
  setTimeout(() => step(world, id), STEP_MS);
}

function checkOf(world: World, id: string): DoctorView {
  const view = world.checks.get(id);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (!view) throw refuse('not_found');
  return view;
}

export const doctor: Handlers<'doctor'> = {
  doctor_start: (world, asked) => {
    const id = world.id('check');
    const view: DoctorView = { id, state: 'running', at: world.now(), examined: examinedOf(world, asked) };
    world.checks.set(id, view);
    setTimeout(() => step(world, id), STEP_MS);
    return view;
  },
  doctor_status: (world, { id }) => checkOf(world, id),
  doctor_cancel: (world, { id }) => {
    const view: DoctorView = { ...checkOf(world, id), state: 'cancelled' };
    world.checks.set(id, view);
    return view;
  },
  doctor_save: () => ({ paths: ['/home/ash/postroom-connections.txt'] }),
  doctor_report: (world, { id }) => ({ text: `Postroom 0.1.0\n${checkOf(world, id).examined.length}\n` }),
};
