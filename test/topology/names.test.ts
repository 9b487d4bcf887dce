import * as fc from 'fast-check';
import { AnycastRouteServerPair, MetalLBBgpPeering, Reachability, RouteReflectorRegion } from '../../lib';
import { pair, peering, region } from '../support/examples';
import { Manifests, synthChart } from '../support/synth';

const letter = [...'abcxyz'];
const inner = [...letter, ...'019', '-'];

/** Names that are DNS labels, of every length up to the longest. */
const dnsLabel = fc
  .tuple(fc.constantFrom(...letter), fc.array(fc.constantFrom(...inner), { maxLength: 62, size: 'max' }))
  .map(([first, rest]) => [first, ...rest].join('').replace(/-+$/, ''));

/** What the chart becomes, or undefined where it is refused, as it is for names that leave no room. */
function synthUnlessRefused(define: Parameters<typeof synthChart>[0]): Manifests | undefined {
  try {
    return synthChart(define);
  } catch (error) {
    if ((error as Error).name !== 'InvalidPropError') throw error;
    return undefined;
  }
}

/** Every map of labels in a manifest, wherever it stands. */
function labelsIn(value: unknown): Record<string, string>[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.entries(value).flatMap(([key, part]) =>
    ['labels', 'matchLabels', 'selector', 'nodeSelector'].includes(key) &&
    typeof Object.values(part as object)[0] === 'string'
      ? [part as Record<string, string>]
      : [],
  );
  return [...own, ...Object.values(value).flatMap(labelsIn)];
}

/** What the API server would refuse of names and labels. */
function expectValid(manifests: Manifests): void {
  for (const manifest of manifests.all) {
    const longest = manifest.kind === 'StatefulSet' ? 52 : 63;
    expect(manifest.metadata.name).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);
    if (manifest.kind !== 'ConfigMap') expect(manifest.metadata.name.length).toBeLessThanOrEqual(longest);
    for (const [key, value] of labelsIn(manifest).flatMap(Object.entries)) {
      expect(key.replace(/^[a-z0-9.-]+\//, '')).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
      expect(value).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
    }
  }
}

test('a region of any name that is accepted makes objects that Kubernetes accepts', () => {
  let accepted = 0;
  fc.assert(
    fc.property(dnsLabel, fc.option(dnsLabel, { nil: undefined }), (name, prefix) => {
      const manifests = synthUnlessRefused((chart) => {
        const reachability = Reachability.metalLB(new MetalLBBgpPeering(chart, 'metallb', peering));
        const sides = { a: { addresses: ['192.0.2.1'] } };
        const clientRanges = ['198.51.100.0/24'];
        new RouteReflectorRegion(chart, 'it', {
          ...region,
          region: name,
          name: prefix,
          reachability,
          sides,
          clientRanges,
        });
      });
      if (manifests) expectValid(manifests);
      if (manifests) accepted++;
    }),
  );
  expect(accepted).toBeGreaterThan(10);
});

test('a pair of any name that is accepted makes objects that Kubernetes accepts', () => {
  let accepted = 0;
  fc.assert(
    fc.property(dnsLabel, (name) => {
      const manifests = synthUnlessRefused((chart) => new AnycastRouteServerPair(chart, 'pair', pair(chart, { name })));
      if (manifests) expectValid(manifests);
      if (manifests) accepted++;
    }),
  );
  expect(accepted).toBeGreaterThan(10);
});

test('two regions of different names never share an object', () => {
  fc.assert(
    fc.property(dnsLabel, dnsLabel, (one, two) => {
      fc.pre(one !== two);
      const sides = { a: {}, b: {} };
      const manifests = synthUnlessRefused((chart) => {
        new RouteReflectorRegion(chart, 'one', { ...region, region: one, sides });
        new RouteReflectorRegion(chart, 'two', { ...region, region: two, sides });
      });
      const keys = manifests?.all.map(({ kind, metadata }) => `${kind}/${metadata.name}`) ?? [];
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});
