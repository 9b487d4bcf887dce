import { setTimeout as pause } from 'timers/promises';
import { KubernetesObject } from '../../cluster/control-plane/api';
import { eventually } from '../../lab/eventually';
import { BGP_PORT } from '../../lib/settings';
import { podsOf, podsOn } from '../../test-support/testbed/testbed';
import { bothEnds } from '../scenarios/both-ends';
import { rollingUpdate } from '../scenarios/rolling-update';
import { follow, reflectorsComeAndGo } from '../scenarios/pods-come-and-go';
import { losesNoRoute, untilPromiseHolds } from '../scenarios/support/kept-promises';
import { promisedRoutes, sideOf } from '../../test-support/testbed/promised-routes';
import { onlyConcerns } from '../scenarios/support/session-counters';
import { describeCluster } from './support/describe-cluster';
import { ForeignPod } from './support/foreign-pod';
import { milestonesOf, milestonesText } from './support/milestones';

const CORE = 'meshrr-core';
const IMAGE = 'registry.example.com/meshrr/frr:0.1.0';
const PATIENCE_MS = 300_000;
/** How long something that sessions do not need is away, in milliseconds. */
const AWAY_MS = 15_000;

describeCluster('two-regions-hrr-metallb-frr', ['n3', 'n4'], (on, plan) => {
  const testbed = () => on().testbed;
  const kubectl = (...args: readonly string[]) => on().cluster.kubectl(...args);
  const everything = promisedRoutes(plan);
  const sides = () => [...sideOf(plan, 'a'), ...sideOf(plan, 'b')];
  const podObjects = () => on().cluster.api.list('/api/v1/namespaces/default/pods');

  /** Restarts workloads as `kubectl rollout restart` does, and waits until all of them are replaced. */
  async function restart(namespace: string, ...workloads: readonly string[]): Promise<void> {
    await kubectl('-n', namespace, 'rollout', 'restart', ...workloads);
    for (const one of workloads) await kubectl('-n', namespace, 'rollout', 'status', one, '--timeout=240s');
  }

  /** Waits until the kubelet of a node, since it started, has found all pods of the app ready. */
  async function untilProbed(node: string): Promise<void> {
    const isReadiness = (line: string) => /^prober_probe_total{.*probe_type="Readiness",result="successful"/.test(line);
    await eventually(
      async () => {
        const metrics = await kubectl('get', '--raw', `/api/v1/nodes/${node}/proxy/metrics/probes`);
        const probed = metrics.split('\n').filter(isReadiness);
        const names = podsOn(testbed(), node).map(({ name }) => name);
        expect(names.filter((name) => !probed.some((line) => line.includes(`pod="${name}"`)))).toEqual([]);
      },
      PATIENCE_MS,
      500,
    );
  }

  test('after it is applied, all pods get ready, all sessions come up, and clients get all routes', async () => {
    const begun = performance.now();
    await on().cluster.applyApp();
    const reached = await milestonesOf(testbed(), everything, begun);
    console.log(milestonesText(reached));
  });

  bothEnds(plan, testbed);

  test('a foreign pod reaches the BGP port of no router, and would reach it without the NetworkPolicies', async () => {
    const [core] = podsOf(testbed(), CORE);
    const { namespace } = core.workload;
    const foreign = await ForeignPod.start(on().cluster, namespace, IMAGE);
    try {
      for (const { name, address } of testbed().pods) {
        expect({ name, reached: await foreign.reaches(address, BGP_PORT) }).toEqual({ name, reached: false });
      }
      await kubectl('-n', namespace, 'delete', 'networkpolicy', CORE);
      await eventually(async () => expect(await foreign.reaches(core.address, BGP_PORT)).toBe(true), PATIENCE_MS);
    } finally {
      await on().cluster.applyApp();
      await foreign.remove();
    }
    await follow(testbed());
  });

  test('a kubelet is killed: nobody notices; it is back: no session between pods is lost, and no route', () =>
    losesNoRoute(testbed(), everything, async () => {
      const node = on().cluster.node('n1');
      await onlyConcerns(testbed(), [], async () => {
        await node.stopKubelet();
        await pause(AWAY_MS);
      });
      // A kubelet that starts reports its pods as not ready until it has probed them (kubernetes/kubernetes#100277).
      // Their endpoints are not ready either, so MetalLB withdraws the addresses for some seconds.
      const own = podsOn(testbed(), node.name).map(({ workload }) => workload.name);
      const addresses = plan.objects.services.flatMap((one) => (own.includes(one.name) ? one.addresses : []));
      await onlyConcerns(testbed(), addresses, async () => {
        node.startKubelet();
        await untilProbed(node.name);
        await follow(testbed());
      });
    }));

  test('the API server is away: nobody notices', () =>
    onlyConcerns(testbed(), [], () =>
      losesNoRoute(testbed(), everything, async () => {
        await testbed().setApiServer(false);
        await pause(AWAY_MS);
        await testbed().setApiServer(true);
        await follow(testbed());
      }),
    ));

  test('CoreDNS is away and a pod starts meanwhile: it gets its sessions at the latest when CoreDNS is back', async () => {
    const [old] = podsOf(testbed(), CORE);
    await onlyConcerns(testbed(), [old.name, old.address], () =>
      losesNoRoute(testbed(), everything, async () => {
        await testbed().setNameServer(false);
        await testbed().deletePod(old);
        await pause(AWAY_MS);
        await testbed().setNameServer(true);
        await follow(testbed());
      }),
    );
  });

  test("MetalLB's controller and speakers are restarted, one after the other: no route is lost", () =>
    losesNoRoute(testbed(), everything, async () => {
      await restart('metallb-system', 'deployment/controller', 'daemonset/speaker');
      await testbed().untilConverged();
    }));

  rollingUpdate(plan, testbed);

  test('the API server is away during a rolling update: it goes on later, and no route is lost', () =>
    losesNoRoute(testbed(), everything, async () => {
      const isLeaving = ({ metadata }: KubernetesObject) => metadata.deletionTimestamp !== undefined;
      await on().cluster.applyApp({ 'test/rollout': 'while the API server is away' });
      await eventually(async () => expect((await podObjects()).some(isLeaving)).toBe(true), PATIENCE_MS, 500);
      await testbed().setApiServer(false);
      await pause(AWAY_MS);
      await testbed().setApiServer(true);
      await testbed().rollOut();
      await testbed().untilConverged(PATIENCE_MS);
    }));

  test('the image of a new version cannot be had: no pod of a side ends, and no route is lost', () =>
    losesNoRoute(testbed(), everything, async () => {
      const workloads = [`deployment/${CORE}`, ...sides().map((name) => `daemonset/${name}`)];
      const before = sides().flatMap((one) => podsOf(testbed(), one).map(({ name }) => name));
      for (const one of workloads) await kubectl('set', 'image', one, 'frr=registry.example.com/meshrr/frr:missing');
      const waitsForImage = ({ status }: KubernetesObject) =>
        /ErrImagePull|ImagePullBackOff/.test(JSON.stringify(status));
      await eventually(
        async () => {
          const waiting = (await podObjects()).filter(waitsForImage).map(({ metadata }) => metadata.name);
          const without = workloads.map((one) => one.split('/')[1]).filter((one) => !waiting.join().includes(one));
          expect(without).toEqual([]);
        },
        PATIENCE_MS,
        500,
      );
      await pause(AWAY_MS);
      const names = (await podObjects()).map(({ metadata }) => metadata.name);
      expect(before.filter((name) => !names.includes(name))).toEqual([]);
      for (const one of workloads) await kubectl('rollout', 'undo', one);
      for (const one of workloads) await kubectl('rollout', 'status', one, '--timeout=240s');
      await testbed().untilPlaced();
      await testbed().untilConverged(PATIENCE_MS);
    }));

  reflectorsComeAndGo(plan, testbed);

  test('a node of the core is drained: no route is lost', async () => {
    const [{ node, name, address }] = podsOf(testbed(), CORE);
    await onlyConcerns(testbed(), [name, address], () =>
      losesNoRoute(testbed(), everything, async () => {
        await kubectl('drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=180s');
        await kubectl('uncordon', node);
        await testbed().untilPlaced();
        await follow(testbed());
      }),
    );
  });

  test('the node of side b is lost: clients keep every route through side a; it is back without help', async () => {
    const lost = sideOf(plan, 'b');
    const [node] = [...new Set(lost.flatMap((one) => podsOf(testbed(), one)).map((pod) => pod.node))];
    const addresses = plan.objects.services.flatMap((one) => (lost.includes(one.name) ? one.addresses : []));
    expect(podsOn(testbed(), node).length).toBeGreaterThanOrEqual(lost.length);
    await losesNoRoute(testbed(), promisedRoutes(plan, new Set(lost)), async () => {
      await testbed().failNodes(node);
      await eventually(async () => {
        const routes = [...(await testbed().learned()).values()].flat();
        expect(routes.filter(({ from }) => addresses.includes(from))).toEqual([]);
      }, PATIENCE_MS);
      await testbed().recoverNodes(node);
      await testbed().untilConverged(PATIENCE_MS);
    });
    await untilPromiseHolds(testbed(), everything);
  });
});
