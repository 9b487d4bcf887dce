import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { FullyMeshedRouteServers, HierarchicalRouteReflectors, InvalidPropError, MetalLBBgpPeering } from '../../lib';
import { AnycastRouteServerPair, Mesh, Reachability, RouteReflectorRegion } from '../../lib';
import { frr, pair, peering, region } from '../../test-support/examples';
import { fuzzMilliseconds, fuzzRuns } from '../../test-support/fuzz';

type Props = Record<string, unknown>;

/** A construct, by right props of which a part is then replaced. */
interface Buildable {
  readonly props: (chart: Chart) => object;
  readonly build: (chart: Chart, props: never) => unknown;
}

const facing = {
  clientRanges: ['198.51.100.0/24'],
  reachability: Reachability.hostPorts(),
  sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
};

const CONSTRUCTS: Readonly<Record<string, Buildable>> = {
  RouteReflectorRegion: {
    props: () => ({
      ...region,
      ...facing,
      groups: [{ name: 'G', kind: 'mesh', service: 'lab' }],
      nodeLabels: { a: 'b' },
      networkPolicy: { ingress: [{ from: [{ podSelector: { matchLabels: { a: 'b' } } }], ports: [9100] }] },
      pod: {
        ...{
          labels: { a: 'b' },
          env: { A: 'b' },
          nodeSelector: { c: 'd' },
          dnsConfig: { options: [{ name: 'ndots' }] },
        },
        containers: [{ name: 'x', image: 'x:1', ports: [{ containerPort: 9100 }] }],
        ...{ volumes: [{ name: 'x', emptyDir: {} }], volumeMounts: [{ name: 'x', mountPath: '/x' }] },
        terminationGracePeriod: 300,
      },
    }),
    build: (chart, props) => new RouteReflectorRegion(chart, 'east', props),
  },
  AnycastRouteServerPair: {
    props: (chart) => ({ ...pair(chart), asRanges: ['65001-65100'], tolerations: [{ key: 'a', operator: 'Exists' }] }),
    build: (chart, props) => new AnycastRouteServerPair(chart, 'rs', props),
  },
  MetalLBBgpPeering: {
    props: () => ({ ...peering, pools: { p: { addresses: ['198.51.100.0/28'] } }, communities: { c: '65000:1' } }),
    build: (chart, props) => new MetalLBBgpPeering(chart, 'lb', props),
  },
  Mesh: {
    props: () => ({ autonomousSystem: 64496, serviceName: 'core', md5: true }),
    build: (chart, props) => new Mesh(chart, 'mesh', props),
  },
  HierarchicalRouteReflectors: {
    props: () => ({ router: frr, autonomousSystem: 64496, podNetworks: ['10.42.0.0/16'], regions: { east: facing } }),
    build: (chart, props) => new HierarchicalRouteReflectors(chart, 'hrr', props),
  },
  FullyMeshedRouteServers: {
    props: (chart) => ({
      ...{ router: frr, autonomousSystem: 64496, podNetworks: ['10.42.0.0/16'] },
      ...{
        reachability: Reachability.metalLB(new MetalLBBgpPeering(chart, 'metallb', peering)),
        clientRanges: ['198.51.100.0/24'],
      },
      pairs: { one: { sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } } } },
    }),
    build: (chart, props) => new FullyMeshedRouteServers(chart, 'rs', props),
  },
};

const mine = () => {
  throw new Error('mine');
};

const plain = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }),
  fc.string({
    unit: fc.constantFrom('\n', '\u202e', '\u200b', '"', 'a', '1', '.', ':', '/', '-', '\ud800', '__proto__'),
  }),
  fc.constantFrom<unknown>('constructor', '__proto__', NaN, -0, 1e300, '9'.repeat(100_000), Symbol('x'), mine),
  fc.constantFrom<unknown>('10.42.0.0/16', '192.0.2.1', '198.51.100.0/24', '2001:db8::/32', 64496, 'a', true, [], {}),
);
const traps = fc.constantFrom<ProxyHandler<object>>({ get: mine }, { ownKeys: mine }, { getPrototypeOf: mine });
const proxies = new WeakSet();
/** Makes a value: one that throws when it is looked at may not be looked at before. */
const value = fc.oneof(
  { arbitrary: plain.map((made) => () => made), weight: 9 },
  traps.map((handler) => () => {
    const proxy = new Proxy({}, handler);
    proxies.add(proxy);
    return proxy;
  }),
);

/** Replaces a part: `path` chooses among the names that there are, and one that is not. */
function put(part: unknown, path: readonly number[], other: unknown, stranger: string): unknown {
  const [step, ...rest] = path;
  const isObject = typeof part === 'object' && part !== null && !proxies.has(part);
  const isPlain = isObject && (Array.isArray(part) || Object.getPrototypeOf(part) === Object.prototype);
  if (!isPlain || step === undefined) return other;
  const copy = (Array.isArray(part) ? [...part] : { ...part }) as Props;
  const names = [...Object.keys(copy), Array.isArray(part) ? String(part.length) : stranger];
  const name = names[step % names.length];
  Object.defineProperty(copy, name, { value: put(copy[name], rest, other, stranger), enumerable: true });
  return copy;
}

const { stackTraceLimit } = Error;
beforeAll(() => (Error.stackTraceLimit = 0));
afterAll(() => (Error.stackTraceLimit = stackTraceLimit));

describe.each(Object.entries(CONSTRUCTS))('%s', (_, { props, build }) => {
  const runs = fuzzRuns(300);
  const change = fc.tuple(fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }), value);
  const stranger = fc.constantFrom('further', '__proto__', 'constructor', 'replicas', 'a\u202e\n');

  test(
    'is made, or refused in a short line for each mistake, whatever its props are',
    () => {
      const seen = { made: 0, refused: 0 };
      fc.assert(
        fc.property(fc.array(change, { minLength: 0, maxLength: 2 }), stranger, (changes, name) => {
          const chart = new Chart(new App(), 'test');
          const given = changes.reduce<unknown>((part, [path, make]) => put(part, path, make(), name), props(chart));
          try {
            build(chart, given as never);
            Testing.synth(chart);
            seen.made++;
          } catch (error) {
            if (!(error instanceof InvalidPropError)) throw error;
            const { message } = error;
            const strange = message.split('\n').some((line) => /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202e\u200b]/u.test(line));
            if (message.length > 2_000 || strange) throw new Error(message);
            seen.refused++;
          }
        }),
        { numRuns: runs },
      );
      expect(Math.min(seen.made, seen.refused)).toBeGreaterThan(runs / 50);
    },
    fuzzMilliseconds(runs),
  );
});
