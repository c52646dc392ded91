import { expect, it } from 'vitest';
import { busyWorld } from '$ipc/mock/fixtures';
import { onlyLinked, platforms } from '$ipc/mock/platforms';
import { traffic } from './privacy.model';

it('names the hosts of linked accounts, and the usual ones where none is linked', () => {
  const [practice, bluesky] = platforms();
  const known = [
    practice!,
    { ...bluesky!, endpoints: { api: 'https://bsky.social', public: 'https://bsky.app' } },
  ];
  expect(traffic(known, [])).toEqual([
    { id: 'bluesky', name: 'Bluesky', hosts: ['bsky.app', 'bsky.social'], linked: false },
  ]);
  const account = { ...busyWorld().accounts[0]!, platform: 'bluesky', origin: 'https://pds.example:8443' };
  expect(traffic(known, [account])).toEqual([
    { id: 'bluesky', name: 'Bluesky', hosts: ['pds.example:8443'], linked: true },
  ]);
});

it('names a platform that accounts are only linked with once one is', () => {
  const account = { ...busyWorld().accounts[0]!, platform: 'x', origin: 'https://api.x.example' };
  expect(traffic([onlyLinked()], [])).toEqual([]);
  expect(traffic([onlyLinked()], [account])).toEqual([
    { id: 'x', name: 'X', hosts: ['api.x.example'], linked: true },
  ]);
});

it('leaves out what is no address', () => {
  const server = { ...platforms()[1]!, id: 'mastodon', default_instance: '', endpoints: { api: '/api/v1' } };
  expect(traffic([server], [])[0]?.hosts).toEqual([]);
});
