import { ClientProps } from '../../../lab/clients/client';
import { describeWith } from '../../../test-support/needs';
import { routesOf } from './settle';
import { Site } from './site';

const AS = 4200000001;
const VTEP = ['192.0.2.1', '192.0.2.2'];

describeWith(['root', 'ip', 'bgpd', 'bird', 'gobgpd'], 'clients of a route server', () => {
  let site: Site;
  beforeEach(async () => {
    site = new Site();
    await site.startRouter({
      AUTONOMOUS_SYSTEM: String(AS),
      MESHRR_MODE: 'routeserver',
      MESHRR_ASRANGE: '4200000100-4200000199',
      MESHRR_FAMILY_INET6: 'true',
      MESHRR_FAMILY_EVPN: 'true',
    });
  });
  afterEach(() => site.close());

  const client = (options: Pick<ClientProps, 'implementation' | 'autonomousSystem' | 'families' | 'announcements'>) =>
    site.client({ ...options, neighborAs: AS });

  test('BIRD and GoBGP learn the prefixes of the other unchanged, without the AS of the route server', async () => {
    const systems = [4200000101, 4200000102];
    for (const [i, implementation] of (['bird', 'gobgp'] as const).entries()) {
      await client({
        implementation,
        autonomousSystem: systems[i],
        families: ['inet', 'inet6'],
        announcements: [
          {
            ...{ family: 'inet', prefix: `198.51.100.${i * 8}/29`, communities: ['64496:101'], med: 7 },
            routeTargets: ['64496:4200000000', '0:7'],
          },
          { family: 'inet6', prefix: `2001:db8:${i + 1}::/48`, nextHop: '2001:db8:ff::7', communities: ['64496:102'] },
        ],
      });
    }
    await Promise.all(site.clients.map((one) => one.start()));
    for (const [i, one] of site.clients.entries()) {
      const other = 1 - i;
      const common = { asPath: [systems[other]], routeTargets: [], clusterList: [], from: site.router[4], best: true };
      expect(await routesOf(one, 2)).toMatchObject([
        {
          ...common,
          destination: `198.51.100.${other * 8}/29`,
          nextHop: Site.addresses(other + 1)[4],
          communities: ['64496:101'],
          routeTargets: expect.arrayContaining(['64496:4200000000', '0:7']),
          med: 7,
        },
        { ...common, destination: `2001:db8:${other + 1}::/48`, nextHop: '2001:db8:ff::7', communities: ['64496:102'] },
      ]);
    }
  });

  test('GoBGP clients learn the EVPN routes of the other unchanged', async () => {
    const systems = [4200000101, 4200000102];
    for (const [i, nextHop] of VTEP.entries()) {
      const common = { family: 'evpn', rd: `${nextHop}:100`, nextHop } as const;
      await client({
        implementation: 'gobgp',
        autonomousSystem: systems[i],
        families: ['evpn'],
        announcements: [
          { ...common, type: 2, mac: `02:00:00:00:0${i}:0A`, label: 10100, routeTargets: ['64496:100', '64496:101'] },
          {
            ...common,
            type: 2,
            mac: `02:00:00:00:0${i}:0b`,
            ip: `10.1.1.${i}`,
            label: 10100,
            routeTargets: ['64496:100'],
          },
          { ...common, type: 3, label: 10100, routeTargets: ['64496:100'], communities: ['64496:7'] },
          { ...common, type: 5, prefix: `10.${i}.0.0/16`, label: 20100, routeTargets: ['4200000001:200'], med: 7 },
          {
            ...common,
            type: 5,
            rd: '4200000001:7',
            prefix: `2001:db8:${i + 1}::/64`,
            label: 20100,
            routeTargets: ['192.0.2.9:7'],
          },
        ],
      });
    }
    await Promise.all(site.clients.map((one) => one.start()));
    for (const [i, one] of site.clients.entries()) {
      const other = 1 - i;
      const common = {
        family: 'evpn',
        nextHop: VTEP[other],
        asPath: [systems[other]],
        communities: [],
        clusterList: [],
        from: site.router[4],
        best: true,
      };
      const rd = `${VTEP[other]}:100`;
      const routes = [...(await routesOf(one, 5))].sort((a, b) => (a.destination < b.destination ? -1 : 1));
      const mac = `02:00:00:00:0${other}`;
      expect(routes).toMatchObject([
        {
          ...common,
          destination: `${rd} [2]:[0]:[48]:[${mac}:0a]`,
          label: 10100,
          routeTargets: ['64496:100', '64496:101'],
        },
        {
          ...common,
          destination: `${rd} [2]:[0]:[48]:[${mac}:0b]:[32]:[10.1.1.${other}]`,
          label: 10100,
          routeTargets: ['64496:100'],
        },
        {
          ...common,
          destination: `${rd} [3]:[0]:[32]:[${VTEP[other]}]`,
          label: 10100,
          routeTargets: ['64496:100'],
          communities: ['64496:7'],
        },
        {
          ...common,
          destination: `${rd} [5]:[0]:[16]:[10.${other}.0.0]`,
          label: 20100,
          routeTargets: ['4200000001:200'],
          med: 7,
        },
        {
          ...common,
          destination: `4200000001:7 [5]:[0]:[64]:[2001:db8:${other + 1}::]`,
          label: 20100,
          routeTargets: ['192.0.2.9:7'],
        },
      ]);
    }
  });
});
