import { App, Chart } from 'cdk8s';
import { eventually } from '../../../../lab/eventually';
import { Lab, LabOptions } from '../../../../lab/lab';
import { Frr, HierarchicalRouteReflectors, MetalLBBgpPeering, Reachability } from '../../../../lib';
import { Pod } from '../../../../lab/pod/pod';
import { planOfDefinition } from '../../../../test-support/plan-of-definition';
import { follow } from '../../../scenarios/pods-come-and-go';
import { onlyConcerns } from '../../../scenarios/support/session-counters';
import { describeLab } from '../../support/describe-lab';
import { eventsOf } from '../../support/runtime-events';

const CORE = 'meshrr-core';
const PATIENCE_MS = 60_000;

/** A region below a core, whose pods find each other by EndpointSlices. */
function app(scope: App): void {
  const metallb = new MetalLBBgpPeering(new Chart(scope, 'metallb'), 'peering', {
    myAsn: 64497,
    peers: { 'anycast-loopback': { peerAsn: 64498, peerAddress: '192.0.2.254' } },
  });
  const chart = new Chart(scope, 'route-reflectors', { namespace: 'rr' });
  new HierarchicalRouteReflectors(chart, 'route-reflectors', {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    autonomousSystem: 64496,
    podNetworks: ['10.42.0.0/16'],
    discovery: 'endpointslice',
    core: { replicas: 2 },
    // While the API is away, a pod waits for the Lease until its grace period is nearly over.
    pod: { terminationGracePeriod: 120 },
    regions: {
      north: {
        reachability: Reachability.metalLB(metallb),
        clientRanges: ['198.51.100.0/24'],
        sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
      },
    },
  });
}

const plan = () => planOfDefinition(app);

/** The last answer of each group of each pod. */
const answers = ({ cluster }: Lab) =>
  cluster.pods.flatMap((pod) => (pod.status()?.groups ?? []).map(({ lastAnswer }) => `${pod.name}: ${lastAnswer}`));

const fallbacks = (pods: readonly Pod[]) => pods.map((pod) => eventsOf(pod, 'discovery-fallback').length);

const untilBySlices = (lab: Lab) =>
  eventually(() => expect(answers(lab).filter((one) => !one.endsWith(' by endpointslice'))).toEqual([]), PATIENCE_MS);

describeLab('pods find each other by EndpointSlices', plan, (lab, testbed) => {
  const replaceCore = async () => {
    const [old] = lab().cluster.podsOf(CORE);
    await onlyConcerns(testbed(), [old.name, old.address], async () => {
      await lab().cluster.deletePod(old);
      await follow(testbed());
    });
  };

  test('every answer is from EndpointSlices, and none from DNS', async () => {
    await untilBySlices(lab());
    expect(answers(lab()).length).toBeGreaterThan(lab().cluster.pods.length);
  });

  test('DNS is away: a pod that is replaced meanwhile gets all sessions', async () => {
    const before = [...lab().cluster.pods];
    const known = fallbacks(before);
    await lab().cluster.setNameServer(false);
    await replaceCore();
    await lab().cluster.setNameServer(true);
    const stayed = before.flatMap((pod, i) => (lab().cluster.pods.includes(pod) ? [[pod, known[i]] as const] : []));
    expect(stayed.length).toBeGreaterThan(0);
    expect(fallbacks(stayed.map(([pod]) => pod))).toEqual(stayed.map(([, count]) => count));
  });

  test('the API server is away: pods fall back to DNS, also a new one, and return', async () => {
    await lab().cluster.setApiServer(false);
    await eventually(() => expect(answers(lab()).filter((one) => !one.endsWith(' by dns'))).toEqual([]), PATIENCE_MS);
    await replaceCore();
    await lab().cluster.setApiServer(true);
    await untilBySlices(lab());
  });
});

const withoutRoles = (): LabOptions => {
  const { objects, ...rest } = plan();
  return { ...rest, objects: { ...objects, roles: new Map<string, never>() } };
};

describeLab('pods that no Role permits to read EndpointSlices', withoutRoles, (lab) => {
  test('have all sessions by DNS, and say why', async () => {
    expect(answers(lab()).filter((one) => !one.endsWith(' by dns'))).toEqual([]);
    await eventually(() => {
      for (const pod of lab().cluster.pods) expect(pod.status()?.problems.join()).toContain('HTTP 403');
    }, PATIENCE_MS);
  });
});
