/** Rules of linking: which fields a platform asks for and how far an attempt has come. */
import { TypedSecret } from '$ipc/secret.svelte';
import type {
  AccountView,
  ErrorCode,
  LinkMethod,
  LinkStage,
  LinkStart,
  PlatformView,
  SecretText,
} from '$ipc/generated';
import { t } from '$i18n/index';

export interface LinkForm {
  platform: PlatformView;
  method: LinkMethod;
  kind: string;
  identifier: string;
  secret: TypedSecret;
  instance: string;
  /** Account to link again; `null` for a new one. */
  again: AccountView | null;
}

export type FieldName = 'identifier' | 'secret' | 'instance';

export function methodOf(platform: PlatformView): LinkMethod {
  return platform.methods[0] ?? 'oauth';
}

/** Whether the handle is asked for: with an app password always, before consent where the person's server is found by it. */
export function asksHandle({ method, platform, again }: LinkForm): boolean {
  return method === 'app-password' || (platform.asks_handle && again === null);
}

/** Whether it is a site of the person's own, with consent on a page of its own and passwords made there by hand. */
export function isSite({ methods, default_instance, asks_instance }: PlatformView): boolean {
  return asks_instance && !default_instance && methods.includes('app-password');
}

/** The form again by password, where that helps a failure of the other way: a site that sends nobody back. */
export function byPassword(form: LinkForm, code: ErrorCode): LinkForm | null {
  const other = code === 'not_available' && form.method === 'oauth' && isSite(form.platform);
  return other ? { ...form, method: 'app-password', secret: new TypedSecret() } : null;
}

/** An untouched form; when linking again it starts from what is known. */
export function emptyForm(platform: PlatformView, again: AccountView | null): LinkForm {
  return {
    platform,
    method: again?.method ?? methodOf(platform),
    kind: again?.kind ?? platform.kinds[0]?.id ?? '',
    identifier: platform.methods.includes('app-password') ? (again?.handle ?? '') : '',
    secret: new TypedSecret(),
    instance: again?.origin ?? platform.default_instance,
    again,
  };
}

/** Fields that still miss something, with what to say. */
export function problems(form: LinkForm): Partial<Record<FieldName, string>> {
  const missing: Partial<Record<FieldName, string>> = {};
  const password = form.method === 'app-password';
  if (asksHandle(form) && form.identifier.trim() === '') missing.identifier = t.accounts.dialog.required;
  if (password && form.secret.length === 0) missing.secret = t.accounts.dialog.required;
  if (form.platform.asks_instance) {
    if (form.instance.trim() === '') missing.instance = t.accounts.dialog.required;
    else if (serverOf(form.instance) === null) missing.instance = t.accounts.dialog.serverOdd;
  }
  return missing;
}

/** The server in what was typed: its name, its address, or a whole handle `@ash@example.social`. */
function serverOf(typed: string): string | null {
  const text = typed.trim();
  const name = /^@?[^@\s/]+@([^@\s/]+)$/.exec(text)?.[1] ?? text;
  try {
    const { protocol, hostname } = new URL(name.includes('://') ? name : `https://${name}`);
    const named = hostname.includes('.') || hostname.startsWith('[') || hostname === 'localhost';
    return named && /^https?:$/.test(protocol) && !/\s/.test(name) ? name : null;
  } catch {
    return null;
  }
}

/** A handle goes whole where accounts are found by it: its server may say that another one keeps the account. */
function instanceOf({ instance, platform }: LinkForm): string {
  const server = serverOf(instance) ?? '';
  const handle = instance.trim().replace(/^@?/, '@');
  return server && !platform.default_instance && handle.endsWith(`@${server}`) && handle !== `@${server}`
    ? handle
    : server;
}

const NO_SUCH_SERVER: ReadonlySet<ErrorCode> = new Set([
  'unsupported',
  'platform_protocol',
  'remote_not_found',
]);
const NOT_REACHED: ReadonlySet<ErrorCode> = new Set(['platform_unavailable', 'offline']);

/** What a failure says about the server that was named, in words for its field; `null` where it is about something else. */
export function serverProblem(form: LinkForm, code: ErrorCode): string | null {
  if (!form.platform.asks_instance || form.platform.default_instance) return null;
  const server = serverOf(form.instance) ?? form.instance;
  if (NO_SUCH_SERVER.has(code)) return t.accounts.dialog.serverOther(server, form.platform.name);
  return NOT_REACHED.has(code) ? t.accounts.dialog.serverUnreachable(server) : null;
}

/** What is asked of Rust; `secret` is what it has of the app password. */
export function startOf(form: LinkForm, secret: SecretText | null): LinkStart {
  const { method } = form;
  return {
    platform: form.platform.id,
    method,
    ...(form.platform.asks_instance && { instance: instanceOf(form) }),
    ...(asksHandle(form) && { identifier: form.identifier.trim().replace(/^@/, '') }),
    ...(method === 'app-password' && secret !== null && { secret }),
    ...(form.kind && { kind: form.kind }),
    ...(form.again && { account: form.again.id }),
    open_browser: method === 'oauth',
    endpoints: {},
  };
}

/** What stands below the field for the server. */
export function serverHint(platform: PlatformView): string {
  if (platform.default_instance) return t.accounts.dialog.serverHint;
  return isSite(platform) ? t.accounts.dialog.siteNeeded : t.accounts.dialog.serverNeeded;
}

export interface StageRow {
  stage: Exclude<LinkStage, 'failed'>;
  state: 'done' | 'now' | 'later';
}

/** The stages of an attempt in order, those before `stage` done. */
export function stageRows(stage: LinkStage, browser: boolean): StageRow[] {
  const order: StageRow['stage'][] = browser
    ? ['waiting_for_browser', 'exchanging', 'finishing', 'done']
    : ['exchanging', 'finishing', 'done'];
  const at = stage === 'failed' ? -1 : order.indexOf(stage);
  return order.map((each, index) => ({
    stage: each,
    state: index < at || stage === 'done' ? 'done' : index === at ? 'now' : 'later',
  }));
}

/** Platforms that posts go out on, the practice network first: it needs nothing. */
export function inOrder(platforms: readonly PlatformView[]): PlatformView[] {
  return platforms
    .filter(({ publishes }) => publishes)
    .sort((a, b) => Number(b.practice) - Number(a.practice));
}
