import { Crpd, Frr, RouteReflectorRegion, Router, RouterResources } from '../../lib';
import { crpd, region } from '../../test-support/examples';
import { refusalOf, synthChart } from '../../test-support/synth';

const MIB = 1024 ** 2;
const frr = (resources?: RouterResources) => new Frr({ image: 'registry.example.com/frr:1.0.0', resources });

/** A quantity of whole MiB or GiB. */
function inMiB(text: string): number {
  const [, number, unit] = /^(\d+)([MG])i$/.exec(text) as RegExpExecArray;
  return Number(number) * (unit === 'G' ? 1024 : 1);
}

/** The memory limit of a pod in MiB, and the number of clients that its router accepts. */
function boundsOf(router: Router, changes: object = {}): { limit?: number; clients?: number } {
  const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'core', { ...region, ...changes, router }));
  const { limits } = manifests.get('Deployment', 'meshrr-core').spec.template.spec.containers[0].resources;
  const clients = manifests.environmentOf('Deployment', 'meshrr-core').MESHRR_CLIENT_LIMIT;
  return {
    ...(limits && { limit: inMiB(limits.memory) }),
    ...(clients !== undefined && { clients: Number(clients) }),
  };
}

/** Bytes by the figures measured: bgpd, runtime, three commands; a neighbor; a path. */
const needs = (neighbors: number, paths: number) => 17e6 + 60e6 + 27e6 + neighbors * 700e3 + paths * 790;

describe('a memory limit that is not given', () => {
  test('has room for all clients and routers of the mesh that there can be, and for two full tables', () => {
    const { limit, clients } = boundsOf(frr());
    expect(clients).toBeUndefined(); // 5000, the default.
    expect(limit! * MIB).toBeGreaterThanOrEqual(needs(5000 + 256, 2_000_000));
    expect((limit! - 256) * MIB).toBeLessThan(needs(5000 + 256, 2_000_000));
  });

  test('follows the limits of clients, meshes and sessions upstream', () => {
    const groups = [
      { name: 'OTHER', kind: 'mesh', service: 'other', peerLimit: 1000 },
      { name: 'THIRD', kind: 'mesh', service: 'third' },
      { name: 'UP', kind: 'upstream', service: 'up', sessions: 64 },
    ];
    const { limit, clients } = boundsOf(frr(), { runtime: { clientLimit: 100, peerLimit: 300 }, groups });
    expect(clients).toBe(100);
    const needed = needs(100 + 300 + 1000 + 300 + 64, 2_000_000);
    expect(limit! * MIB).toBeGreaterThanOrEqual(needed);
    expect((limit! - 256) * MIB).toBeLessThan(needed);
  });

  test('is not below what is reserved', () => {
    expect(boundsOf(frr({ memory: '20Gi' })).limit).toBe(20 * 1024);
  });

  test('is none where it is switched off, and on cRPD, of which no figures are known', () => {
    expect(boundsOf(frr({ memoryLimit: false }))).toEqual({});
    expect(boundsOf(new Crpd({ image: 'registry.example.com/crpd:1.0.0' }))).toEqual({});
  });
});

describe('a memory limit that is given', () => {
  test.each(['256Mi', '512Mi', '1Gi', '2Gi'])('of %s says how many clients there is room for', (memoryLimit) => {
    const { clients } = boundsOf(frr({ memoryLimit }));
    const bytes = parseFloat(memoryLimit) * (memoryLimit.endsWith('Gi') ? 1024 : 1) * MIB;
    // 64 routers of the mesh may be on trial, and as much is left for routes as for clients.
    expect(needs(64 + 2 * clients!, 0)).toBeLessThanOrEqual(bytes);
    expect(needs(64 + 2 * (clients! + 1), 0)).toBeGreaterThan(bytes);
  });

  test('that is large does not raise their number above the default', () => {
    expect(boundsOf(frr({ memoryLimit: '64Gi' })).clients).toBeUndefined();
  });

  const refusal = (router: Router, changes: object = {}) =>
    refusalOf((chart) => new RouteReflectorRegion(chart, 'core', { ...region, ...changes, router }));

  test('is refused where router and runtime alone do not fit, or the clients that are asked for', () => {
    expect(refusal(frr({ memory: '64Mi', memoryLimit: '100Mi' }))).toMatch(
      'router.resources.memoryLimit: got "100Mi", want at least 151M, for the router, its runtime and 1 clients',
    );
    expect(refusal(frr({ memoryLimit: '512Mi' }), { runtime: { clientLimit: 1000 } })).toMatch(
      'router.resources.memoryLimit: got "512Mi", want at least 1549M, for the router, its runtime and 1000 clients',
    );
  });

  test('is no reason to give cRPD a number of clients', () => {
    expect(refusal(crpd, { runtime: { clientLimit: 10 } })).toMatch(
      'runtime.clientLimit: got 10, want nothing: cRPD has no such limit',
    );
  });
});
