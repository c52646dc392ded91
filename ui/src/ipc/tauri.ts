/** Calls over Tauri. The only module that imports it. */
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import type { Drop, Transport } from './client';
import type { Event } from './generated';

/** Name under which Rust tells the window that something changed. */
const EVENT = 'postroom';

/** Ends a subscription that may not have begun yet. */
function ending(begun: Promise<() => void>): () => void {
  return () => void begun.then((end) => end()).catch(() => undefined);
}

function dropOf(payload: { type: string; paths?: string[] }): Drop {
  if (payload.type === 'drop') return { kind: 'drop', paths: payload.paths ?? [] };
  return payload.type === 'leave' ? { kind: 'leave' } : { kind: 'over' };
}

export const tauri: Transport = {
  invoke: (method, params) => invoke('ipc', { method, params }),
  listen: (handler) => ending(listen<Event>(EVENT, ({ payload }) => handler(payload))),
  drops: (handler) => ending(getCurrentWebview().onDragDropEvent(({ payload }) => handler(dropOf(payload)))),
  mediaUrl: (digest) =>
    navigator.userAgent.includes('Windows')
      ? `http://media.localhost/${digest}`
      : `media://localhost/${digest}`,
};
