import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { RealCluster } from '../../../../cluster/real-cluster';
import { diagnose } from '../../../../command/live/doctor/doctor';
import { RULES } from '../../../../command/live/doctor/rules';
import { look, open } from '../../../../command/live/main';
import { appFiles } from '../apps';
import { Caller, notOk, until } from './caller';

const { folder } = appFiles('two-regions-hrr-metallb-frr');
const PREFIX = '198.51.100.64/27';
const GROUP = 'rbac.authorization.k8s.io';

/** A Role or ClusterRole. */
interface Role {
  readonly kind: string;
  readonly rules: readonly { readonly resources: readonly string[] }[];
}

/** Those of the page about the commands. */
function documentedRoles(): readonly Role[] {
  const page = fs.readFileSync(path.join(__dirname, '..', '..', '..', '..', 'docs', 'day-two.md'), 'utf8');
  return [...page.matchAll(/```yaml \S+\n([^]*?)```/g)].flatMap(([, text]) =>
    parseAllDocuments(text).map((document) => document.toJS() as Role),
  );
}

/**
 * A user with the rights of the docs, or with some of them.
 *
 * @param on the cluster, on which nothing is wrong
 * @param topologyOf makes the topology file of its app, which needs a Secret
 */
export function fewRights(on: () => { cluster: RealCluster; caller: Caller }, topologyOf: () => string): void {
  let topology: string;
  const roles = documentedRoles();
  const run = (verb: string, ...words: readonly string[]) =>
    on().caller.run(verb, ...words, folder, '--topology', topology, '--context', 'viewer');
  const diagnosed = async () => diagnose(await look(open(folder, { topology, context: ['viewer'] }), 'all', true));

  /** Gives the user those of the documented rights that are about these resources; undefined: all. */
  async function grant(resources?: readonly string[]): Promise<void> {
    const metadata = { name: 'viewer', namespace: 'default' };
    const isWanted = (rule: Role['rules'][number]) =>
      !resources || rule.resources.every((one) => resources.includes(one));
    // Rights in all namespaces include those in one.
    const rulesOf = ({ kind, rules }: Role) => (kind === 'ClusterRole' && resources ? [] : rules.filter(isWanted));
    const bound = roles.map((role) => ({ ...role, metadata, rules: rulesOf(role) }));
    const bindings = roles.map(({ kind }) => ({
      ...{ apiVersion: `${GROUP}/v1`, kind: `${kind}Binding`, metadata },
      roleRef: { apiGroup: GROUP, kind, name: 'viewer' },
      subjects: [{ kind: 'ServiceAccount', name: 'viewer', namespace: 'default' }],
    }));
    await on().cluster.apply([...bound, ...bindings]);
  }

  beforeAll(async () => {
    const { cluster, caller } = on();
    topology = topologyOf();
    await cluster.kubectl('create', 'secret', 'generic', 'bgp-key', '--from-literal=password=not-shown');
    await cluster.kubectl('create', 'serviceaccount', 'viewer');
    caller.addContext('viewer', (await cluster.kubectl('create', 'token', 'viewer', '--duration=1h')).trim());
  });

  test('sees everything with the rights of the docs', async () => {
    expect(roles.map(({ kind }) => kind)).toEqual(['Role', 'ClusterRole']);
    await grant();
    await until(async () => {
      const diagnoses = await diagnosed();
      expect(notOk(diagnoses)).toEqual({});
      expect(diagnoses.map(({ check }) => check)).toEqual(RULES.map(({ name }) => name));
    });
    for (const words of [['status'], ['routes', PREFIX], ['compare'], ['rollout']]) {
      const { status, text } = await run(words[0], ...words.slice(1));
      expect({ words, status, text }).toEqual({
        words,
        status: 0,
        text: expect.not.stringMatching(/no right|not asked/),
      });
    }
  });

  test('one line says which right is missing for a line of the doctor; the others need pods alone', async () => {
    await grant(['pods', 'pods/exec']);
    const services = 'no right to list services in the namespace default';
    const slices = 'no right to list endpointslices in the namespace default';
    const pods = 'no right to list pods of the whole cluster';
    const kinds = ['deployments', 'daemonsets', 'statefulsets'];
    await until(async () =>
      expect(notOk(await diagnosed())).toEqual({
        'node labels': 'no right to list nodes of the whole cluster',
        Secrets: 'no right to get secrets in the namespace default',
        placement: kinds.map((kind) => `no right to list ${kind} in the namespace default`).join('; '),
        Services: `${services}; ${slices}`,
        discovery: slices,
        ...{ 'MetalLB version': pods, 'MetalLB namespace': pods, 'MetalLB back end': pods },
        pools: 'no right to list ipaddresspools of the whole cluster',
        addresses: services,
      }),
    );
    expect(await run('doctor')).toMatchObject({ status: 3 });
    expect(await run('status')).toEqual({ status: 0, text: expect.stringContaining(' 0 missing of the model') });
    for (const words of [['routes', PREFIX], ['compare']]) {
      const text = expect.not.stringContaining('not asked');
      expect(await run(words[0], ...words.slice(1))).toEqual({ status: 0, text });
    }
    expect(await run('rollout')).toEqual({
      status: 1,
      text: expect.stringMatching(/^rollout: no right to list \w+ in the namespace default.*\n$/),
    });
  });

  test('sees the pods, if that is the only right', async () => {
    await grant(['pods']);
    const exec = /no right to (create|get) pods\/exec in the namespace default/;
    await until(async () => {
      const { pods, sessions } = notOk(await diagnosed());
      expect({ pods, sessions }).toEqual({ pods: expect.stringMatching(exec), sessions: expect.stringMatching(exec) });
    });
    const { status, text } = await run('status');
    expect({ status, lines: text.split('\n').slice(0, 2) }).toEqual({
      status: 3,
      lines: [expect.stringMatching(/^10 of 10 pods ready$/), expect.stringMatching(exec)],
    });
    for (const words of [['routes', PREFIX], ['compare']]) {
      const answer = await run(words[0], ...words.slice(1));
      expect(answer.status).toBe(3);
      for (const line of answer.text.split('\n').filter((one) => one.includes('not asked'))) expect(line).toMatch(exec);
    }
  });

  test('without any right, one line says so', async () => {
    await grant([]);
    for (const words of [['doctor'], ['status'], ['routes', PREFIX], ['compare'], ['rollout']]) {
      await until(async () =>
        expect(await run(words[0], ...words.slice(1))).toEqual({
          status: 1,
          // A rollout reads several kinds at once.
          text: expect.stringMatching(/^\w+: no right to list (pods|leases) in the namespace default\n$/),
        }),
      );
    }
  });
}
