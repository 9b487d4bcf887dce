import { eventually } from '../../../../lab/eventually';
import { LabPlan } from '../../../../lab/plan/plan';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { describeLab } from '../../support/describe-lab';
import { exchangeOf, nameOf, SIDES } from './exchange-app';

jest.setTimeout(300_000);

const PREFIX = '44.1.0.0/16';
/** Who announces the best path to the prefix, but not to the two who receive; and who announces a longer one to all. */
const [BEST, SECOND] = [1001, 1002];
const RECEIVERS = [1003, 1004];
const SOFTWARE = { [BEST]: 'bird', [SECOND]: 'gobgp', 1003: 'bird', 1004: 'gobgp' } as const;

const app = exchangeOf(
  { addPath: true, filters: { actions: true } },
  Object.keys(SOFTWARE).map((number) => ({ number: Number(number) })),
);

function withAnnouncements(plan: LabPlan): LabPlan {
  const inet = { family: 'inet', prefix: PREFIX } as const;
  const announcements = new Map([
    [BEST, [{ ...inet, communities: RECEIVERS.map((receiver) => `0:${receiver}`) }]],
    [SECOND, [{ ...inet, asPath: [SECOND, 3000] }]],
  ]);
  const clients = plan.clients.map((client) => ({
    ...client,
    implementation: SOFTWARE[client.autonomousSystem as keyof typeof SOFTWARE],
    announcements: announcements.get(client.autonomousSystem) ?? [],
  }));
  return { ...plan, clients };
}

describeLab(
  'an exchange whose members have ADD-PATH',
  () => withAnnouncements(planOfDefinition(app)),
  (lab) => {
    test(`hides no path from members on BIRD and GoBGP that AS ${BEST} withholds its own from`, () =>
      eventually(async () => {
        const pathsOf = async (member: number) =>
          (await lab().client(nameOf(member)).learned())
            .map(({ destination, asPath, from }) => `${destination}: ${asPath.join(' ')}, from ${from}`)
            .sort();
        const bySides = (path: string) => SIDES.map(([inet]) => `${PREFIX}: ${path}, from ${inet}`);
        for (const receiver of RECEIVERS) expect(await pathsOf(receiver)).toEqual(bySides(`${SECOND} 3000`));
        // It receives the best path: the community names others.
        expect(await pathsOf(SECOND)).toEqual(expect.arrayContaining(bySides(`${BEST}`)));
        for (const pod of lab().cluster.pods) {
          const { paths } = JSON.parse(await pod.show(`show bgp ipv4 unicast ${PREFIX} json`));
          const own = paths.map(({ aspath }: { aspath: { string: string } }) => aspath.string);
          expect([...new Set(own)].sort()).toEqual([`${BEST}`, `${SECOND} 3000`]);
        }
      }, 60_000));
  },
);
