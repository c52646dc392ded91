/** Where the reader is: the section and, in it, one thing. Lives in the address, `#queue/pub_…`. */
import { sections, type Section } from './keys.model';

function isSection(text: string): text is Section {
  return (sections as readonly string[]).includes(text);
}

const byPrefix: Record<string, Section> = { pub: 'queue', acc: 'accounts', post: 'compose' };

/** Reads `#queue/pub_1`, `queue/pub_1`, or a bare id such as Rust sends with `navigate`. */
export function parsePlace(text: string): { section: Section; id: string } {
  const [head = '', rest = ''] = text.replace(/^[#/]+/, '').split('/');
  if (isSection(head)) return { section: head, id: rest };
  return {
    section: byPrefix[head.split('_')[0] ?? ''] ?? 'compose',
    id: byPrefix[head.split('_')[0] ?? ''] ? head : '',
  };
}

/** The account of `relink/acc_…`, which asks for the form that links it again. */
export function relinkOf(text: string): string | undefined {
  return /^#?relink\/(acc_\w+)$/.exec(text)?.[1];
}

export class Place {
  section = $state<Section>('compose');
  /** The publication, post or account in question; empty for none. */
  id = $state('');

  start(): () => void {
    const read = (): void => {
      Object.assign(this, parsePlace(location.hash));
    };
    read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }

  go(target: string): void {
    const { section, id } = parsePlace(target);
    const hash = id ? `#${section}/${id}` : `#${section}`;
    Object.assign(this, { section, id });
    location.hash = hash;
  }
}
