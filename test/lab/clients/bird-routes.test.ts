import { parseBirdRoutes } from '../../../lab/clients/bird-routes';

const NEIGHBORS = new Map([
  ['neighbor1', '10.98.0.1'],
  ['neighbor2', '2001:db8:98::1'],
]);

/** As BIRD 2.0.12 printed it, but for the AS set, the second cluster and the extended communities. */
const TEXT = `BIRD 2.0.12 ready.
Table routes4:
198.51.100.0/24      unicast [neighbor1 05:49:10.752 from 10.98.0.1] * (100/?) [AS64498i]
\tvia 10.98.1.1 on eth0
\tType: BGP univ
\tBGP.origin: IGP
\tBGP.as_path: 4200000101 {64497 64498}
\tBGP.next_hop: 10.98.1.1
\tBGP.med: 7
\tBGP.local_pref: 100
\tBGP.community: (64496,101) (65535,65281)
\tBGP.ext_community: (rt, 64496, 100) (generic, 0x43000000, 0x1) (rt, 4200000001, 200)
                     unreachable [neighbor2 05:49:10.752 from 2001:db8:98::1] (100/-) [i]
\tType: BGP univ
\tBGP.origin: IGP
\tBGP.as_path: 
\tBGP.next_hop: 10.98.1.9
\tBGP.local_pref: 200
\tBGP.originator_id: 10.98.1.9
\tBGP.cluster_list: 10.98.0.1 10.98.0.2
203.0.113.0/24       blackhole [announced_inet 05:49:09.925] * (200)
\tType: static univ
\tBGP.next_hop: 10.98.1.2
\tBGP.med: 9
                     unicast [neighbor1 05:49:10.752] (100/?) [?]
\tvia 10.98.0.1 on eth0
\tType: BGP univ
\tBGP.as_path: 
\tBGP.next_hop: 10.98.0.1
`;

test('it returns all routes of neighbors, and none of the client itself', () => {
  const common = { family: 'inet', communities: [], routeTargets: [], clusterList: [], asPath: [] };
  expect(parseBirdRoutes(TEXT, 'inet', NEIGHBORS)).toEqual([
    {
      ...common,
      destination: '198.51.100.0/24',
      from: '10.98.0.1',
      best: true,
      nextHop: '10.98.1.1',
      asPath: [4200000101, 64497, 64498],
      med: 7,
      localPreference: 100,
      communities: ['64496:101', '65535:65281'],
      routeTargets: ['64496:100', '4200000001:200'],
    },
    {
      ...common,
      destination: '198.51.100.0/24',
      from: '2001:db8:98::1',
      best: false,
      nextHop: '10.98.1.9',
      localPreference: 200,
      originatorId: '10.98.1.9',
      clusterList: ['10.98.0.1', '10.98.0.2'],
    },
    { ...common, destination: '203.0.113.0/24', from: '10.98.0.1', best: false, nextHop: '10.98.0.1' },
  ]);
});

test('of two next hops, the global one counts', () => {
  const text = `2001:db8::/48        unicast [neighbor2 05:49:10.752] * (100/?) [i]\n\tBGP.next_hop: 2001:db8::7 fe80::1\n`;
  expect(parseBirdRoutes(text, 'inet6', NEIGHBORS)).toMatchObject([{ nextHop: '2001:db8::7' }]);
});

test('no routes', () => {
  expect(parseBirdRoutes('BIRD 2.0.12 ready.\n', 'inet', NEIGHBORS)).toEqual([]);
});
