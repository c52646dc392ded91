/** The whole window over a rehearsed world, and axe over what it draws. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { setTransport, type Drop } from '$ipc/client';
import { busyWorld } from '$ipc/mock/fixtures';
import { transportOf } from '$ipc/mock/transport';
import type { World } from '$ipc/mock/world';
import App from '$views/App.svelte';

export interface Stage {
  world: World;
  user: UserEvent;
  drop: (drop: Drop) => void;
}

/** Mounts the app at `place` (`#queue`) and waits until its heading stands. */
export async function mountApp(place = '#compose', world: World = busyWorld()): Promise<Stage> {
  const transport = transportOf(world);
  setTransport(transport);
  location.hash = place;
  const user = person();
  render(App);
  await screen.findByRole('heading', { level: 1 });
  return { world, user, drop: transport.drop };
}

/**
 * A person's hands: they reach nothing in the blink in which a dialog that opens or closes holds the page's pointer,
 * and so come to what they point at once it is let go.
 */
function person(): UserEvent {
  const user = userEvent.setup();
  const patient =
    <Rest extends unknown[]>(act: (element: Element, ...rest: Rest) => Promise<void>) =>
    async (element: Element, ...rest: Rest): Promise<void> => {
      await waitFor(() => {
        if (getComputedStyle(element).pointerEvents === 'none')
          throw new Error('The page’s pointer is held.');
      });
      await act(element, ...rest);
    };
  return {
    ...user,
    click: patient(user.click),
    clear: patient(user.clear),
    selectOptions: patient(user.selectOptions),
    type: patient(user.type),
  };
}

/** Rules broken on the page, by id; colours are checked where there is a renderer. */
export async function violations(): Promise<string[]> {
  const { violations: found } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false } },
  });
  return found.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

/** Parameters of every call of `method` so far. */
export function callsOf(world: World, method: string): unknown[] {
  return world.calls.filter((call) => call.method === method).map((call) => call.params);
}
