import { describe, expect, it } from 'vitest';
import { emptyWorld } from '$ipc/mock/fixtures';
import { Session } from '$ipc/session.svelte';
import { LinkState } from './link.state.svelte';

describe('An attempt to link', () => {
  it('keeps nothing of a password that was typed and not sent', async () => {
    const platform = emptyWorld().platforms.find(({ methods }) => methods.includes('app-password'))!;
    const link = new LinkState(new Session());
    link.begin(platform, null);
    link.form!.secret = 'abcd-efgh-ijkl-mnop';
    await link.leave();
    expect(JSON.stringify(link.form)).not.toContain('abcd');
  });
});
