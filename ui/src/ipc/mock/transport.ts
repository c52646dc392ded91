import type { Transport } from '../client';

export function mockTransport(_world: string): Transport {
  return {
    invoke: () => Promise.resolve({}),
    listen: () => () => undefined,
    drops: () => () => undefined,
    mediaUrl: (digest) => digest,
  };
}
