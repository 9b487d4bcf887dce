import { LabeledAnnouncement } from '../../../lab/clients/announcement';
import { frrRoutes } from '../../../lab/clients/frr-routes';
import { Family } from '../../../lib/addressing';
import { describeWithEachFrr } from '../../../test-support/bgpd';
import { eventually } from '../../../test-support/eventually';
import { routesOf } from './settle';
import { Site } from './site';

const AS = 64496;
const FAMILIES: readonly Family[] = ['vpnv4', 'vpnv6', 'labeledInet', 'labeledInet6'];

/** Routes of each family. Those of VPNs have route targets of which the route reflector knows nothing. */
const announcementsOf = (number: number): readonly LabeledAnnouncement[] => [
  { family: 'vpnv4', rd: `64496:${number}`, routeTargets: ['64496:7'], prefix: '10.0.0.0/8', label: 100 },
  { family: 'vpnv6', rd: `192.0.2.1:${number}`, routeTargets: ['64496:8'], prefix: '2001:db8:a::/48', label: 101 },
  { family: 'labeledInet', prefix: `198.51.100.${number}/32`, label: 102 },
  { family: 'labeledInet6', prefix: `2001:db8:${number}::/48`, label: 103 },
];

describeWithEachFrr('VPN routes and labeled routes through a route reflector', (release) => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });
  afterEach(() => site.close());

  const client = () =>
    site.client({
      implementation: 'gobgp',
      families: FAMILIES,
      autonomousSystem: AS,
      neighborAs: AS,
      announcements: announcementsOf(site.clients.length + 1),
    });

  test('arrive with their labels, next hops, route distinguishers and targets', async () => {
    const router = await site.startRouter(
      { AUTONOMOUS_SYSTEM: String(AS), MESHRR_FAMILY_INET: 'false', MESHRR_FAMILIES: FAMILIES.join() },
      release,
    );
    const all = [await client(), await client()];
    await Promise.all(all.map((one) => one.start()));
    for (const [i, one] of all.entries()) {
      const other = 2 - i;
      const common = {
        nextHop: Site.addresses(other)[4],
        originatorId: Site.addresses(other)[4],
        clusterList: [site.router[4]],
        from: site.router[4],
        best: true,
      };
      expect(await routesOf(one, 4)).toMatchObject([
        { ...common, family: 'vpnv4', destination: `64496:${other}:10.0.0.0/8`, label: 100, routeTargets: ['64496:7'] },
        {
          ...{ ...common, family: 'vpnv6', destination: `192.0.2.1:${other}:2001:db8:a::/48` },
          ...{ label: 101, routeTargets: ['64496:8'] },
        },
        { ...common, family: 'labeledInet', destination: `198.51.100.${other}/32`, label: 102, routeTargets: [] },
        { ...common, family: 'labeledInet6', destination: `2001:db8:${other}::/48`, label: 103, routeTargets: [] },
      ]);
    }
    // The lab reads the same routes from the route reflector itself.
    await eventually(async () => {
      for (const [i, family] of FAMILIES.entries()) {
        const held = await frrRoutes(async (command) => router.show(command), family);
        expect(held.map(({ destination, from, best }) => ({ destination, from, best }))).toEqual(
          [1, 2].map((number) => {
            const { rd, prefix } = announcementsOf(number)[i];
            const destination = rd === undefined ? prefix : `${rd}:${prefix}`;
            return { destination, from: Site.addresses(number)[4], best: true };
          }),
        );
      }
    });
  });
});
