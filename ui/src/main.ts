import '$design/tokens.css';
import '$design/base.css';
import { mount } from 'svelte';
import { setTransport, type Transport } from '$ipc/client';
import App from '$views/App.svelte';

declare global {
  interface Window {
    /** What went wrong since the page was opened; a white window tells nothing, this does. */
    __postroom_errors: string[];
  }
}

window.__postroom_errors = [];
const note = (text: string): void => {
  if (window.__postroom_errors.length < 100) window.__postroom_errors.push(text);
};
window.addEventListener('error', (event) => note(`error: ${event.message}`));
window.addEventListener('unhandledrejection', (event) => note(`rejection: ${String(event.reason)}`));
document.addEventListener('securitypolicyviolation', (event) =>
  note(`policy: ${event.violatedDirective} ${event.blockedURI}`),
);

async function chooseTransport(): Promise<Transport> {
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { mockTransport } = await import('$ipc/mock/transport');
    return mockTransport(new URLSearchParams(location.search));
  }
  return (await import('$ipc/tauri')).tauri;
}

setTransport(await chooseTransport());
const target = document.getElementById('app');
if (target) mount(App, { target });
