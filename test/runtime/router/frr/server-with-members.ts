import { FrrDriver } from '../../../../crpd-image/runtime/router/frr/driver';
import { memberNeighbors, podOf } from '../../../../lib/configuration';
import { parseMembers } from '../../../../lib/settings';
import { Bgpd } from '../../../../test-support/bgpd';
import { GOLDEN_CASES, render } from '../../../../test-support/configuration-cases';
import { NetworkHost } from '../../../../test-support/network';

/** A route server on a real bgpd whose clients are declared. */
export interface ServerWithMembers {
  readonly bgpd: Bgpd;
  readonly driver: FrrDriver;
  /** Makes these members, as in a file of members, the only ones. */
  declare(...members: readonly object[]): ReturnType<FrrDriver['applyMembers']>;
}

/**
 * Starts a route server without members.
 *
 * @param filters `MESHRR_CLIENT_FILTERS`
 * @param more settings
 * @param key of all members that have one
 */
export async function startServerWithMembers(
  host: NetworkHost,
  release: Parameters<typeof Bgpd.start>[2],
  { filters, more = {}, key = '' }: { filters: string; more?: Readonly<Record<string, string>>; key?: string },
): Promise<ServerWithMembers> {
  const { MESHRR_CLIENTRANGE: _, ...golden } = GOLDEN_CASES[0].env;
  const env = {
    ...{ ...golden, MESHRR_ROUTER: 'frr', MESHRR_MODE: 'routeserver' },
    MESHRR_MEMBERS_FILE: '/etc/meshrr/members/members.json',
    MESHRR_CLIENT_FILTERS: filters,
    ...more,
  };
  const bgpd = await Bgpd.start(host, render({ name: 'server', env, groups: [] }, 'frr'), release);
  const { settings, model } = podOf(env, 'ignored', { groups: () => '', key: () => '' });
  const driver = new FrrDriver({ model, vtyFolder: bgpd.vtyFolder });
  return {
    ...{ bgpd, driver },
    declare: (...members) =>
      driver.applyMembers(memberNeighbors(parseMembers(JSON.stringify({ members }), settings), model, () => key)),
  };
}
