/**
 * A rehearsed world behind the window, for a plain browser and for tests. Never part of the app.
 *
 * Plays the commands closely enough to design and test against; the truth is in Rust.
 */
import type {
  AccountView,
  CopiedView,
  DefinedPlatform,
  Diagnosis,
  DoctorView,
  Event,
  Failure,
  GroupView,
  LinkView,
  MediaView,
  NoticeView,
  OutageView,
  OwnAppView,
  PlatformView,
  PostView,
  PracticeView,
  ProfileTrouble,
  PublicationDetail,
  PublicationView,
  SeriesView,
  Settings,
  SlotsView,
  Topic,
} from '../generated';
import { ownApps } from './platforms';

export class World {
  platforms: PlatformView[] = [];
  accounts: AccountView[] = [];
  ownApps: OwnAppView[] = ownApps();
  groups: GroupView[] = [];
  servers: DefinedPlatform[] = [];
  posts: PostView[] = [];
  details = new Map<string, PublicationDetail>();
  media: MediaView[] = [];
  series: SeriesView[] = [];
  /** By account. */
  readonly slots = new Map<string, SlotsView>();
  notices: NoticeView[] = [];
  links = new Map<string, LinkView>();
  checks = new Map<string, DoctorView>();
  /** What a check finds, by platform; `''` is this computer. */
  readonly broken = new Map<string, Diagnosis>();
  paused = false;
  outages: OutageView[] = [];
  trouble: ProfileTrouble = { failure: null, copies: [] };
  /** What is known where the profile is an older copy. */
  copied: CopiedView = { copied: false, since: null, looked: false, found: [], absent: [], unknown: [] };
  zone = 'Europe/Berlin';
  practice: PracticeView = {
    running: false,
    url: '',
    timeline_url: '',
    folder: '/home/ash/.local/share/postroom/practice',
  };
  settings: Settings = {
    theme: 'system',
    language: 'system',
    week_start: 'system',
    zone: '',
    notify_success: false,
    grace_min: 15,
    close_explained: false,
    missed: 'hold',
    spacing_s: 30,
    checklist_dismissed: false,
    names_only: false,
    autostart_asked: false,
  };
  /** Whether the system would start the program. */
  autostart: 'on' | 'off' | 'unavailable' = 'off';
  /** Fields that secrets are typed into. */
  readonly typed = new Map<string, string[]>();
  /** Secrets that commands were handed, in order. */
  readonly handed: string[] = [];
  /** The text on the clipboard, and that of the file somebody chooses; no file where it is `null`. */
  clipboard = 'a secret that was copied';
  file: string | null = 'X_CLIENT_ID=abc\nX_CLIENT_SECRET=s3cret\nFOO_CLIENT_ID=1\n';
  /** Failures to answer with, by command, first come first served. */
  readonly failing = new Map<string, Failure[]>();
  /** Every call made, in order. */
  readonly calls: { method: string; params: unknown }[] = [];
  #ids = 0;
  readonly #listeners = new Set<(event: Event) => void>();

  id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_${String(this.#ids).padStart(4, '0')}`;
  }

  now(): string {
    return new Date().toISOString();
  }

  listen(handler: (event: Event) => void): () => void {
    this.#listeners.add(handler);
    return () => this.#listeners.delete(handler);
  }

  emit(topic: Topic, id: string | null = null): void {
    this.#listeners.forEach((listener) => listener({ topic, id }));
  }

  fail(method: string, failure: Partial<Failure> & Pick<Failure, 'code'>): void {
    const full: Failure = { message: '', action: '', details: '', findings: [], ...failure };
    this.failing.set(method, [...(this.failing.get(method) ?? []), full]);
  }

  publications(): PublicationView[] {
    return [...this.details.values()].map((detail) => detail.publication);
  }

  account(id: string): AccountView {
    return found(this.accounts.find((account) => account.id === id));
  }

  platform(id: string): PlatformView {
    return found(this.platforms.find((platform) => platform.id === id));
  }

  post(id: string): PostView {
    return found(this.posts.find((post) => post.id === id));
  }

  detail(id: string): PublicationDetail {
    return found(this.details.get(id));
  }

  /** Changes a publication and tells the window. */
  change(id: string, change: Partial<PublicationView>): PublicationView {
    const detail = this.detail(id);
    detail.publication = { ...detail.publication, ...change };
    const post = this.posts.find((candidate) => candidate.id === detail.publication.post);
    if (post) post.publications = this.publications().filter((each) => each.post === post.id);
    this.emit('publications', id);
    return detail.publication;
  }
}

export function refuse(code: Failure['code'], message = ''): Failure {
  return { code, message, action: '', details: '', findings: [] };
}

function found<T>(value: T | undefined): T {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a Failure is what Rust rejects with
  if (value === undefined) throw refuse('not_found');
  return value;
}
