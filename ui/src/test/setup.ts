import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';
import { afterEach, beforeEach, vi } from 'vitest';
import { messages } from '$design/messages.svelte';
import { setLocale } from '$i18n/language.svelte';

if (typeof navigator !== 'undefined')
  Object.defineProperty(navigator, 'languages', { value: ['en-GB', 'de-AT'], configurable: true });

configure({ asyncUtilTimeout: 10_000 });

/** What jsdom lacks and Bits UI asks for. */
class Observer {
  observe(): void {
    return;
  }
  unobserve(): void {
    return;
  }
  disconnect(): void {
    return;
  }
}

vi.stubGlobal('ResizeObserver', Observer);
if (typeof Element !== 'undefined') {
  Object.assign(Element.prototype, {
    getAnimations: () => [],
    scrollIntoView: () => undefined,
    hasPointerCapture: () => false,
    releasePointerCapture: () => undefined,
    setPointerCapture: () => undefined,
  });
}

// jsdom lays nothing out, so every anchor counts as out of sight and what floats beside it is hidden.
if (typeof document !== 'undefined') {
  const page = document;
  new MutationObserver(() => {
    for (const box of page.querySelectorAll<HTMLElement>('[data-bits-floating-content-wrapper]'))
      if (box.style.visibility === 'hidden') box.style.visibility = 'visible';
  }).observe(page, { subtree: true, childList: true, attributeFilter: ['style'] });
}

beforeEach(() => {
  setLocale('en-GB');
  if (typeof window === 'undefined') return;
  window.matchMedia = (query: string) =>
    ({
      matches: false,
      media: query,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }) as unknown as MediaQueryList;
  location.hash = '';
});

afterEach(() => {
  messages.clear();
});
