import { App } from 'cdk8s';
import { twoRegionsHrr } from '../../../../apps/two-regions-hrr';
import { eventually } from '../../../../lab/eventually';
import { ClientPlan, clientPlan } from '../../../../lab/plan/clients';
import { topologyOf } from '../../../../lib';
import { neighborConfiguration, neighborText } from '../../../../lib/neighbors';
import { describeLab, planOfApp } from '../../support/describe-lab';

/** The lab of an example app, with the clients that the app declares, each on FRR with the text written for it. */
function planWithBothEnds(name: keyof typeof twoRegionsHrr) {
  const app = new App();
  twoRegionsHrr[name](app);
  const topology = topologyOf(app);
  const plan = planOfApp(name);
  const declared = topology.outside.filter(({ clientOf }) => clientOf.length > 0);
  const clients = declared.map((speaker, i): ClientPlan => {
    // What a part is called differs between a topology and manifests; workloads have one name.
    const workloads = topology.groups
      .filter(({ part }) => speaker.clientOf.includes(part.path))
      .map((one) => one.workload);
    const clientOf = plan.groups.filter(({ id }) => workloads.includes(id)).map(({ part }) => part.path);
    const configuration = neighborText(neighborConfiguration(topology, speaker), 'frr');
    const announced = clientPlan({ ...speaker, clientOf }, plan.groups, 'frr', i + 1);
    // Their own marks are to come from the policy in the text.
    const announcements = announced.announcements.map((one) => ({ ...one, communities: [] }));
    return { ...announced, configuration, announcements };
  });
  return { topology, options: { ...plan, clients } };
}

describe.each(['two-regions-hrr-metallb-frr', 'two-regions-hrr-host-ports-frr'] as const)('%s', (name) => {
  const { topology, options } = planWithBothEnds(name);

  describeLab(
    'with routers outside on FRR, configured by what was written for their operators',
    () => options,
    (lab) => {
      const received = (client: string, route: string) => async () =>
        (await lab().client(client).learned()).filter(({ destination }) => destination === route);

      test('all of them peer with both sides of their regions', async () => {
        for (const { name: client, sessions } of await lab().sessionsOfClients()) {
          expect({ client, states: sessions.map(({ state }) => state) }).toEqual({
            client,
            states: ['Established', 'Established'],
          });
        }
      });

      test('every client learns what the others announce, by both sides, and regions keep what is theirs', async () => {
        for (const { id, clientOf, announces } of topology.outside) {
          for (const other of topology.outside.filter((one) => one.id !== id && one.clientOf.length > 0)) {
            const sameRegion = other.clientOf.some((part) => clientOf.includes(part));
            for (const { route, communities } of announces) {
              const paths = communities.includes('64496:101') && !sameRegion ? 0 : 2;
              await eventually(async () => {
                const routes = await received(other.id, route)();
                expect({ route, at: other.id, paths: routes.length }).toEqual({ route, at: other.id, paths });
              });
            }
          }
        }
      });

      test('the communities that the app declares are set by the policies in their configuration', async () => {
        const marked = topology.outside.flatMap(({ id, announces }) =>
          announces.filter(({ communities }) => communities.length > 0).map((one) => ({ from: id, ...one })),
        );
        expect(marked.length).toBeGreaterThan(0);
        for (const { from, route, communities } of marked) {
          const others = topology.outside.filter((one) => one.id !== from && one.clientOf.length > 0);
          for (const { id } of others) {
            for (const { communities: seen } of await received(id, route)()) expect(seen).toEqual(communities);
          }
        }
      });

      test('a side that drains is used last, before its sessions end', async () => {
        const [pod] = lab().cluster.podsOf('meshrr-lothlorien-a');
        await pod.configure('router bgp 64496', 'bgp graceful-shutdown');
        try {
          await eventually(async () => {
            for (const { localPreference, best, from } of await received('pe1', routeOf('pe2'))()) {
              expect({ best, from, localPreference }).toEqual(
                from === '192.0.2.1'
                  ? { best: false, from, localPreference: 0 }
                  : { best: true, from, localPreference: 100 },
              );
            }
          });
        } finally {
          await pod.configure('router bgp 64496', 'no bgp graceful-shutdown');
        }
      });
    },
  );

  /** A route that a router announces with no community. */
  function routeOf(id: string): string {
    const announces = topology.outside.find((one) => one.id === id)!.announces;
    return announces.find(({ communities }) => communities.length === 0)!.route;
  }
});
