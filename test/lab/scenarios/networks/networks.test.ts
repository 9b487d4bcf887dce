import { AppDefinition } from '../../../../lib';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { evpnOverDataCenters } from '../../../networks/evpn-over-data-centers';
import { exchange } from '../../../networks/exchange';
import { threeDualStackRegions } from '../../../networks/three-dual-stack-regions';
import { threeTiers } from '../../../networks/three-tiers';
import { describeLab } from '../../support/describe-lab';

type Network = readonly [string, AppDefinition];
// Networks of test/networks. Those with many routers outside run with LARGE_NETWORKS=1 only.
const networks: readonly Network[] = [
  ['three tiers', threeTiers],
  ['EVPN over four data centers', evpnOverDataCenters],
];
const large: readonly Network[] = [
  ['an exchange of 40 members', exchange],
  ['three dual-stack regions with 180 clients', threeDualStackRegions],
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
