import { eventually } from '../../../../lab/eventually';
import { planOf } from '../../../../lab/plan/plan';
import { derive } from '../../../../lib/model';
import { promisedRoutes } from '../../../../test-support/testbed/promised-routes';
import { throughout } from '../../../scenarios/support/throughout';
import { describeLab, planOfApp } from '../../support/describe-lab';

const PATIENCE_MS = 60_000;
/** More than its retry timer. */
const REFUSAL_MS = 8_000;

const { objects, topology } = planOfApp('two-regions-hrr-metallb-frr');
/** All routers outside on FRR. */
const outside = topology.outside.map((router) => ({ ...router, platform: 'frr' as const }));
const plan = planOf(objects, { ...topology, outside });
const [client] = plan.clients;
const planWithout = () =>
  planOf(objects, derive({ ...topology, outside: outside.filter(({ id }) => id !== client.name) }));
/** The command that the text for its operator names for such a router. */
const command = /add "([^"]+)"/.exec(client.configuration ?? '')?.[1];

describeLab('a client on FRR that has no more than a default route', planWithout, (lab) => {
  test('dials nobody without the command that its text names', async () => {
    const unresolved = await lab().addClient({ ...client, zebra: '' });
    await throughout(REFUSAL_MS, async () => {
      for (const { state } of await unresolved.sessions()) expect(state).not.toBe('Established');
    });
    await unresolved.stop();
  });

  test('with this command, all its sessions come up, and it selects every route', async () => {
    expect(command).toBeDefined();
    const { namespace } = lab().client(client.name);
    await namespace.close();
    const resolved = await lab().addClient({ ...client, zebra: command });
    const promised = [...promisedRoutes(plan).get(client.name)!];
    await eventually(async () => {
      expect((await resolved.sessions()).map(({ state }) => state)).toEqual(['Established', 'Established']);
      const best = (await resolved.learned()).filter((route) => route.best).map(({ destination }) => destination);
      expect(best.sort()).toEqual(promised.sort());
    }, PATIENCE_MS);
  });
});
