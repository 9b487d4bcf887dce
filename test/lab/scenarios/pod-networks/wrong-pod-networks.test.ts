import { Lab } from '../../../../lab/lab';
import { eventually } from '../../../../lab/eventually';
import { addressingFor } from '../../../../lab/plan/addressing';
import { LabPlan, planOf } from '../../../../lab/plan/plan';
import { Pod } from '../../../../lab/pod/pod';
import { expand } from '../../../../lib/model';
import { describeWith } from '../../../../test-support/needs';
import { assumedPlanOfApp, labBase } from '../../support/describe-lab';
import { eventsOf } from '../../support/runtime-events';
import { BUILD_MILLISECONDS } from '../../../../test-support/images';

const CORE = 'meshrr-core';
const CORE_LABEL = 'meshrr_region_core';
const SESSION_SECONDS = 10;
const PATIENCE_MS = 180_000;

/**
 * An app whose core has nodes of its own, and was told a pod network with the pods of these nodes only. Its pods start,
 * but ignore those of the regions: no session between them ever comes up.
 */
function planWithWrongNetworks(): LabPlan {
  const { objects, topology } = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  const sides = topology.nodes.map((node) => {
    const { [CORE_LABEL]: _, ...labels } = node.labels;
    return { ...node, labels };
  });
  const core = ['core1', 'core2'].map((name) => ({
    ...{ id: name, name, cluster: '', labels: { [CORE_LABEL]: 'true' }, assumed: true },
  }));
  const apart = expand({ ...topology, nodes: [...sides, ...core] });
  const isOfCore = ({ labels }: { readonly labels: Readonly<Record<string, string>> }) => CORE_LABEL in labels;
  const own = apart.nodes
    .flatMap((node, i) => (isOfCore(node) ? addressingFor(apart).podPrefixes(i + 1) : []))
    .join(',');
  const workloads = objects.workloads.map((workload) => {
    const { variables } = workload.pod;
    const changed: Readonly<Record<string, string>> = {
      MESHRR_SESSION_SECONDS: String(SESSION_SECONDS),
      ...(workload.name === CORE && { MESHRR_POD_NETWORKS: own }),
    };
    const others = variables.filter(({ name }) => !(name in changed));
    const all = [...others, ...Object.entries(changed).map(([name, value]) => ({ name, value }))];
    return { ...workload, pod: { ...workload.pod, variables: all } };
  });
  return planOf({ ...objects, workloads }, apart);
}

describeWith(
  ['root', 'ip', 'nft', 'curl', 'bgpd', 'dnsmasq', 'bird', 'gobgpd'],
  'pod networks that are wrong in the core',
  () => {
    let lab: Lab | undefined;
    beforeAll(() => void labBase(), BUILD_MILLISECONDS);
    beforeAll(async () => {
      lab = await Lab.up({ base: labBase(), ...planWithWrongNetworks() });
    }, PATIENCE_MS);
    afterAll(() => lab?.down());

    const pods = (ofCore: boolean): readonly Pod[] =>
      (lab as Lab).cluster.pods.filter(({ workload }) => (workload.name === CORE) === ofCore);

    test(
      'keep the pods of the regions unready, and each says which session is missing, and why',
      async () => {
        await eventually(() => {
          expect(pods(false).length).toBeGreaterThan(3);
          for (const pod of pods(false)) {
            const status = pod.status();
            expect(status?.readiness).toEqual({
              ready: false,
              reason: 'none of 2 sessions of MESHRR-UPSTREAM is Established',
            });
            const upstream = status?.problems.filter((problem) => problem.includes('MESHRR-UPSTREAM'));
            expect(upstream).toHaveLength(2);
            for (const problem of upstream ?? [])
              expect(problem).toMatch(/^session-missing [\d.]+: .*closes each connection: .*MESHRR_POD_NETWORKS/);
            expect(pod.ready).toBe(false);
            expect(eventsOf(pod, 'session-missing')).toMatchObject([{ level: 'warn' }, { level: 'warn' }]);
          }
        }, PATIENCE_MS);
      },
      PATIENCE_MS,
    );

    test(
      'make the core say which addresses it ignores',
      async () => {
        await eventually(() => {
          expect(pods(true)).toHaveLength(2);
          for (const pod of pods(true)) {
            expect(pod.status()?.readiness.ready).toBe(true);
            expect(pod.status()?.problems.join()).toContain('outside of MESHRR_POD_NETWORKS');
          }
        }, PATIENCE_MS);
      },
      PATIENCE_MS,
    );
  },
);
