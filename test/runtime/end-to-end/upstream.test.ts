import { hashedIdentifier } from '../../../lib/settings';
import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import {
  accepted,
  Cluster,
  drops,
  end,
  expectSession,
  members,
  PATIENCE_MS,
  start,
  told,
  untilMeshed,
} from './cluster';

describeWith(['root', 'ip', 'bgpd'], 'a region below a core', () => {
  let cluster: Cluster;
  let core: readonly FrrPod[];
  let region: readonly FrrPod[];

  beforeAll(async () => {
    cluster = await Cluster.start();
    core = ['10.42.0.1', '10.42.0.2', '10.42.0.3'].map((address) =>
      cluster.pod(address, { MESH_SERVICE_NAME: 'core' }),
    );
    region = ['10.42.1.1', '10.42.1.2'].map((address) =>
      cluster.pod(address, {
        MESH_SERVICE_NAME: 'region',
        UPSTREAM_SERVICE_NAME: 'core',
        MESHRR_UPSTREAM_SESSIONS: '2',
        MESHRR_INREGION_ONLY: '64496:101',
      }),
    );
    await cluster.list('core', ...core);
    await cluster.list('region', ...region);
    start(...core, ...region);
  });
  afterAll(() => cluster?.close());

  const upstreamsOf = (pod: FrrPod) => core.filter(({ address }) => members(pod, 'MESHRR-UPSTREAM').includes(address));

  async function untilServed(): Promise<void> {
    for (const pod of region) {
      await eventually(() => {
        const upstreams = upstreamsOf(pod);
        expect(upstreams).toHaveLength(2);
        for (const upstream of upstreams) expectSession(pod, upstream, ['MESHRR-UPSTREAM', 'MESHRR-CLIENTS']);
      });
    }
  }

  test('each pod of the region is a client of two routers of the core, and both meshes stay separate', async () => {
    await untilMeshed(core);
    await untilMeshed(region);
    await untilServed();
    const own = (pods: readonly FrrPod[], pod: FrrPod) =>
      pods.flatMap(({ address }) => (address === pod.address ? [] : [address]));
    for (const pod of core) expect(members(pod, 'MESHRR-MESH')).toEqual(own(core, pod));
    for (const pod of region) expect(members(pod, 'MESHRR-MESH')).toEqual(own(region, pod));
  });

  test('is what status shows on both sides', async () => {
    for (const pod of region) {
      await told(pod, ({ readiness, groups }) => {
        expect(readiness.ready).toBe(true);
        expect(groups.map(({ name, kind, lastAnswer }) => ({ name, kind, lastAnswer }))).toEqual([
          { name: 'MESHRR-MESH', kind: 'mesh', lastAnswer: 'found 2 by dns' },
          { name: 'MESHRR-UPSTREAM', kind: 'upstream', lastAnswer: 'found 3 by dns' },
        ]);
        expect(groups[1].peers.map(({ state }) => state)).toEqual(['Established', 'Established']);
      });
    }
    const clients = (one: FrrPod) => region.filter((pod) => upstreamsOf(pod).includes(one)).length;
    for (const one of core) {
      const count = clients(one);
      await told(one, (status) => expect(status.clients).toEqual({ established: count, total: count }));
    }
  });

  test('goes on with others when a router of the core is replaced, and keeps the sessions it has', async () => {
    const [pod] = region;
    const [lost, kept] = upstreamsOf(pod);
    const before = drops([pod, kept]);
    await Promise.all([end(lost.bgpd, 'SIGKILL'), end(lost.runtime, 'SIGKILL')]);
    const fresh = cluster.pod('10.42.0.9', { MESH_SERVICE_NAME: 'core' });
    core = [...core.filter((one) => one !== lost), fresh];
    start(fresh);
    await cluster.list('core', ...core);
    await untilServed();
    await untilMeshed(core);
    expect(upstreamsOf(pod)).toContain(kept);
    expect(drops([pod, kept])).toEqual(before);
  });

  test('only pods of the region were ever accepted as clients, and only by the core', () => {
    const regional = region.map(({ address }) => `${address} MESHRR-CLIENTS`);
    const seen = core.map((pod) => accepted(pod));
    expect(new Set(seen.flat())).toEqual(new Set(regional));
    for (const pod of region) expect(accepted(pod)).toEqual([]);
    expect(cluster.pods.map(({ errors }) => errors).join('')).toBe('');
  });
});

describeWith(['root', 'ip', 'bgpd', 'openssl'], 'a region that watches EndpointSlices of its core', () => {
  let cluster: Cluster;
  afterEach(() => cluster?.close());

  test('has a session with the new core router before that with the terminating one ends, and never fewer than two', async () => {
    cluster = await Cluster.start();
    const slices = await cluster.serveSlices();
    const corePod = (address: string) => cluster.pod(address, { MESH_SERVICE_NAME: 'core' });
    const [old, kept, fresh] = ['10.42.0.1', '10.42.0.2', '10.42.0.3'].map(corePod);
    const region = ['10.42.1.1', '10.42.1.2'].map((address) =>
      cluster.pod(address, { MESH_SERVICE_NAME: 'region', UPSTREAM_SERVICE_NAME: 'core' }),
    );
    slices.list('region', region);
    slices.list('core', [old, kept]);
    start(old, kept, ...region);
    const untilUp = (pod: FrrPod, ...upstreams: readonly FrrPod[]) =>
      eventually(() => {
        for (const one of upstreams) expectSession(pod, one, ['MESHRR-UPSTREAM', 'MESHRR-CLIENTS']);
      }, PATIENCE_MS);
    for (const pod of region) await untilUp(pod, old, kept);
    const before = region.map((pod) => drops([pod, kept]));

    start(fresh);
    const begun = performance.now();
    slices.list('core', [{ address: old.address, terminating: true }, kept, fresh]);
    for (const pod of region) await untilUp(pod, old, kept, fresh);
    console.log(`the new core router is upstream of all after ${((performance.now() - begun) / 1000).toFixed(1)} s`);

    await Promise.all([end(old.bgpd, 'SIGTERM'), end(old.runtime, 'SIGTERM')]);
    slices.list('core', [kept, fresh]);
    for (const pod of region) {
      await eventually(
        () => expect(members(pod, 'MESHRR-UPSTREAM')).toEqual([kept.address, fresh.address]),
        PATIENCE_MS,
      );
    }
    expect(region.map((pod) => drops([pod, kept]))).toEqual(before);
    for (const pod of region) {
      await told(pod, ({ groups }) => expect(groups[1].lastAnswer).toBe('found 2 by endpointslice'));
      expect(pod.events('session-lost').map(({ address }) => address)).toEqual([old.address]);
    }
  });
});

describeWith(['root', 'ip', 'bgpd'], 'pods that have an IPv6 address alone', () => {
  let cluster: Cluster;
  afterEach(() => cluster?.close());

  test('find each other by a DNS server that has no other either, and peer under their router ids', async () => {
    cluster = await Cluster.start('fd00:42::53/64');
    const pods = [1, 2].map((i) =>
      cluster.pod(`fd00:42::${i}`, {
        MESH_SERVICE_NAME: 'core',
        MESHRR_CLIENTRANGE: 'fd00:42::/64,10.0.0.0/8',
        // As the constructs have it, and as by hand in a cluster of both families of which IPv6 is the first.
        ...(i === 1 ? { MESHRR_IDENTITY: 'core', MESHRR_INSTANCE: 'n1' } : { MESHRR_POD_IPS: 'fd00:42::2,192.0.2.2' }),
        MESHRR_FAMILY_INET6: 'true',
      }),
    );
    await cluster.list('core', ...pods);
    start(...pods);
    await untilMeshed(pods);
    await told(pods[0], ({ router, readiness, groups }) => {
      expect(readiness.ready).toBe(true);
      expect(router.routerId).toBe(hashedIdentifier('core@n1').text);
      expect(groups[0].peers).toMatchObject([{ address: 'fd00:42::2', state: 'Established' }]);
    });
    const summary = JSON.parse(pods[1].vtysh('show bgp ipv6 unicast summary json'));
    expect(summary).toMatchObject({ routerId: '192.0.2.2', peers: { 'fd00:42::1': { state: 'Established' } } });
    expect(pods.map((pod) => accepted(pod))).toEqual([[], []]);
  });

  test('do not start without a router id', async () => {
    cluster = await Cluster.start('fd00:42::53/64');
    const pod = cluster.pod('fd00:42::1', { MESH_SERVICE_NAME: 'core' });
    expect(pod.meshrr('init')).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^meshrr init: MESHRR_ROUTER_ID: got nothing, want an IPv4 address: [^\n]+\n$/),
    });
  });
});
