/** What leaves the computer, read from the platforms themselves. */
import type { AccountView, PlatformView } from '$ipc/generated';

/** One place the app talks to. */
export interface Destination {
  id: string;
  name: string;
  /** Hosts it really reaches; the usual ones where no account is linked. */
  hosts: string[];
  linked: boolean;
}

function hostOf(address: string): string[] {
  return URL.canParse(address) ? [new URL(address).host] : [];
}

/**
 * A row for each platform but the practice network, which stays on this computer, and those that accounts are only
 * linked with, while none is.
 */
export function traffic(platforms: readonly PlatformView[], linked: readonly AccountView[]): Destination[] {
  return platforms
    .filter(
      ({ id, practice, publishes }) =>
        !practice && (publishes || linked.some(({ platform }) => platform === id)),
    )
    .map((platform) => {
      const accounts = linked.filter((account) => account.platform === platform.id);
      const usual = [platform.default_instance, ...Object.values(platform.endpoints)];
      const addresses = accounts.length > 0 ? accounts.map((account) => account.origin) : usual;
      return {
        id: platform.id,
        name: platform.name,
        hosts: [...new Set(addresses.flatMap(hostOf))].sort(),
        linked: accounts.length > 0,
      };
    });
}
