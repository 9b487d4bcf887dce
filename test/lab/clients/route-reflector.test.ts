import { UnicastAnnouncement } from '../../../lab/clients/announcement';
import { ClientProps } from '../../../lab/clients/client';
import { describeWith } from '../../../test-support/needs';
import { eventually } from '../../../test-support/eventually';
import { established, routesOf } from './settle';
import { Site } from './site';

const AS = 4200000001;

/** The next hop of a family that is not that of the session's addresses has to be told. */
function announcementsOf(number: number, transport: 4 | 6): ClientProps['announcements'] {
  const { 4: inet, 6: inet6 } = Site.addresses(number);
  const routes: readonly UnicastAnnouncement[] = [
    {
      family: 'inet',
      prefix: `198.51.100.${number * 8}/29`,
      communities: ['64496:101', '65535:65281', '64496:1:7'],
      med: 7,
    },
    { family: 'inet6', prefix: `2001:db8:${number}::/48`, communities: ['64496:101'], localPreference: 300 },
  ];
  const other = {
    inet: transport === 6 ? inet : undefined,
    inet6: transport === 4 ? inet6 : undefined,
  };
  return routes.map((route) => ({ ...route, nextHop: other[route.family] }));
}

describeWith(['root', 'ip', 'bgpd', 'bird', 'gobgpd'], 'clients of a route reflector', () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });
  afterEach(() => site.close());

  const families = ['inet', 'inet6'] as const;
  const startRouter = () => site.startRouter({ AUTONOMOUS_SYSTEM: String(AS), MESHRR_FAMILY_INET6: 'true' });
  const client = (implementation: 'bird' | 'gobgp', transport: 4 | 6, ...further: (4 | 6)[]) =>
    site.client({
      implementation,
      transports: [transport, ...further],
      families,
      autonomousSystem: AS,
      neighborAs: AS,
      announcements: announcementsOf(site.clients.length + 1, transport),
    });

  test.each([4, 6] as const)(
    'over IPv%s both learn the routes of the other unchanged, in both families',
    async (transport) => {
      await startRouter();
      const all = [await client('bird', transport), await client('gobgp', transport)];
      await Promise.all(all.map((one) => one.start()));
      for (const [i, one] of all.entries()) {
        const other = 2 - i;
        const address = Site.addresses(other);
        const common = {
          asPath: [],
          communities: ['64496:101'],
          routeTargets: [],
          originatorId: address[4],
          clusterList: [site.router[4]],
          from: site.router[transport],
          best: true,
        };
        expect(await routesOf(one, 2)).toEqual([
          {
            ...common,
            family: 'inet',
            destination: `198.51.100.${other * 8}/29`,
            nextHop: address[4],
            med: 7,
            localPreference: 100,
            communities: ['64496:101', '65535:65281', '64496:1:7'],
          },
          {
            ...common,
            family: 'inet6',
            destination: `2001:db8:${other}::/48`,
            nextHop: address[6],
            med: 0,
            localPreference: 300,
          },
        ]);
        expect(await one.sessions()).toEqual([{ address: site.router[transport], state: 'Established', ups: 1 }]);
      }
    },
  );

  test('over two sessions they learn each route twice, and one of the two is the best', async () => {
    await startRouter();
    const all = [await client('bird', 4, 6), await client('gobgp', 4, 6)];
    await Promise.all(all.map((one) => one.start()));
    for (const one of all) {
      const routes = await routesOf(one, 4);
      for (const family of families) {
        const [first, second] = routes.filter((route) => route.family === family);
        expect([first.from, second.from].sort()).toEqual(Object.values(site.router));
        expect(second.destination).toBe(first.destination);
        expect([first.best, second.best].sort()).toEqual([false, true]);
      }
    }
  });

  test('announcements come and go', async () => {
    await startRouter();
    const [bird, gobgp] = [await client('bird', 4), await client('gobgp', 4)];
    await Promise.all([bird.start(), gobgp.start()]);
    await Promise.all([routesOf(bird, 2), routesOf(gobgp, 2)]);
    for (const [one, other] of [
      [bird, gobgp],
      [gobgp, bird],
    ]) {
      const announcement = { family: 'inet', prefix: '203.0.113.0/24', nextHop: '10.98.1.77' } as const;
      await one.announce(announcement);
      const [added] = (await routesOf(other, 3)).filter(({ destination }) => destination === announcement.prefix);
      expect(added).toMatchObject({ nextHop: '10.98.1.77', communities: [] });
      await one.announce({ ...announcement, communities: ['64496:102'] });
      await eventually(async () => {
        const routes = await other.learned();
        expect(routes.find(({ destination }) => destination === announcement.prefix)?.communities).toEqual([
          '64496:102',
        ]);
      });
      await one.withdraw(announcement);
      await routesOf(other, 2);
      expect(await one.sessions()).toMatchObject([{ ups: 1 }]);
    }
  });

  test('BIRD comes up soon after its neighbor, and not at the end of its own two minutes', async () => {
    const bird = await client('bird', 4);
    await bird.start();
    // It has dialled in vain, for which there is nothing to be seen.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await bird.sessions()).not.toMatchObject([{ state: 'Established' }]);
    await startRouter();
    await established(bird);
  });

  test('a session that ends and comes back is counted', async () => {
    const bgpd = await startRouter();
    const [bird, gobgp] = [await client('bird', 4), await client('gobgp', 4)];
    await Promise.all([bird.start(), gobgp.start()]);
    await Promise.all([established(bird), established(gobgp)]);
    await bgpd.kill();
    await eventually(async () => {
      for (const one of [bird, gobgp]) expect(await one.sessions()).not.toMatchObject([{ state: 'Established' }]);
    });
    expect(await gobgp.learned()).toEqual([]);
    await bgpd.start();
    await Promise.all([established(bird), established(gobgp)]);
    for (const one of [bird, gobgp]) expect(await one.sessions()).toMatchObject([{ ups: 2 }]);
  });
});
