import { AppDefinition } from '../../../../lib';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { evpnOverDataCenters } from '../../../networks/evpn-over-data-centers';
import { exchangeOf } from '../../../networks/exchange';
import { regionsInNamespaces } from '../../../networks/regions-in-namespaces';
import { threeDualStackRegionsOf } from '../../../networks/three-dual-stack-regions';
import { threeTiers } from '../../../networks/three-tiers';
import { describeLab } from '../../support/describe-lab';

type Network = readonly [string, AppDefinition];
// Networks of test/networks. Two of them have fewer routers outside than there: with all of them they run with
// LARGE_NETWORKS=1 only.
const networks: readonly Network[] = [
  ['three tiers', threeTiers],
  ['EVPN over four data centers', evpnOverDataCenters],
  ['regions in different namespaces', regionsInNamespaces],
  ['an exchange of 6 members', exchangeOf(6)],
  ['three dual-stack regions with 9 clients', threeDualStackRegionsOf(3)],
];
const large: readonly Network[] = [
  ['an exchange of 40 members', exchangeOf(40)],
  ['three dual-stack regions with 180 clients', threeDualStackRegionsOf(60)],
];

describe.each(process.env.LARGE_NETWORKS === undefined ? networks : [...networks, ...large])('%s', (_, network) => {
  describeLab(
    'in the lab',
    () => planOfDefinition(network),
    (lab) => {
      test('every router has the paths that the proof expects', async () => {
        const { paths, differences } = await lab().untilAsExpected(60_000);
        expect(differences).toEqual([]);
        expect(paths).toBeGreaterThan(0);
      });
    },
  );
});
