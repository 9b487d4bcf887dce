import { Chart } from 'cdk8s';
import { AnycastRouteServerPair, AppDefinition, OutsideRouter } from '../../../../lib';
import { pair } from '../../../../test-support/examples';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { describeLab } from '../../support/describe-lab';

jest.setTimeout(300_000);

/** Members of which each may announce what it announces. */
const MEMBERS = [1, 2, 3].map((number) => ({
  name: `as6500${number}`,
  autonomousSystem: 65000 + number,
  addresses: [`198.51.100.${number}`],
  announces: [`203.0.${number}.0/24`, `203.0.${number}.128/25`],
  member: { prefixes: [`203.0.${number}.0/24 le 25`], maximumPrefixes: { maximum: { inet: 5 } } },
}));

const app: AppDefinition = (root) => {
  const chart = new Chart(root, 'ixp');
  const ixp = new AnycastRouteServerPair(chart, 'ixp', pair(chart, { clientRanges: undefined, members: true }));
  OutsideRouter.from(chart, MEMBERS, { clientOf: [ixp] });
};

const plan = planOfDefinition(app);

describeLab(
  'a pair of route servers whose clients are members',
  () => plan,
  (lab) => {
    test('has sessions with all of them, and the routes that the proof promises', async () => {
      const { differences } = await lab().untilAsExpected(120_000);
      expect(differences).toEqual([]);
      for (const pod of lab().cluster.pods) {
        const running = await pod.show('show running-config');
        for (const { autonomousSystem, addresses } of MEMBERS) {
          expect(running).toContain(`neighbor ${addresses[0]} remote-as ${autonomousSystem}`);
          expect(running).toMatch(
            new RegExp(`neighbor ${addresses[0]} prefix-list MEMBER-as${autonomousSystem}-INET-`),
          );
        }
        expect(running).not.toContain('bgp listen range');
      }
    });
  },
);
