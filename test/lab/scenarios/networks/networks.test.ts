import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { evpnOverDataCenters } from '../../../networks/evpn-over-data-centers';
import { threeTiers } from '../../../networks/three-tiers';
import { describeLab } from '../../support/describe-lab';

// Two of the networks of test/networks: with the pods of the others, a lab is slow.
describe.each([
  ['three tiers', threeTiers],
  ['EVPN over four data centers', evpnOverDataCenters],
])('%s', (_, network) => {
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
