/** The topics of the help and what of them a search leaves. */
import { t } from '$i18n/index';
import type { Entry } from '$i18n/en/help';

type TopicId = keyof typeof t.help.topics;

export interface Topic {
  id: TopicId;
  title: string;
  entries: Entry[];
}

/** A word of ours with what it means, for every member of a closed list. */
function explained<Key extends string>(names: Record<Key, string>, bodies: Record<Key, string>): Entry[] {
  return (Object.keys(bodies) as Key[]).map((key) => ({ title: names[key], body: bodies[key] }));
}

/** Everything but keys and guides, in the order it is read. */
export function topics(): Topic[] {
  const { help, queue } = t;
  const entries: Partial<Record<TopicId, Entry[]>> = {
    start: help.start,
    states: explained(queue.states, help.states),
    held: explained(queue.held, help.held),
    trouble: help.trouble,
    questions: help.questions,
  };
  return (Object.keys(entries) as TopicId[]).map((id) => ({
    id,
    title: help.topics[id],
    entries: entries[id] ?? [],
  }));
}

/** Whether every word of `search` stands somewhere in `texts`. */
export function mentions(search: string, ...texts: string[]): boolean {
  const text = texts.join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Topics with the entries that mention it; a topic whose name does keeps all of them. */
export function searched(all: readonly Topic[], search: string): Topic[] {
  return all
    .map((topic) => ({
      ...topic,
      entries: topic.entries.filter((entry) => mentions(search, topic.title, entry.title, entry.body)),
    }))
    .filter((topic) => topic.entries.length > 0);
}
