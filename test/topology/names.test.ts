import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { AnycastRouteServerPair, MetalLBBgpPeering, Reachability, RouteReflectorRegion } from '../../lib';
import { pair, peering, region } from '../../test-support/examples';
import { Manifests, synthChart } from '../../test-support/synth';

const letter = [...'abcxyz'];
const inner = [...letter, ...'019', '-'];

/** Names that are DNS labels, of every length up to the longest. */
const labelFrom = (first: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...first), fc.array(fc.constantFrom(...inner), { maxLength: 62, size: 'max' }))
    .map(([start, rest]) => [start, ...rest].join('').replace(/-+$/, ''));
const dnsLabel = labelFrom(letter);
/** Those of RFC 1123, of which many begin with a digit. */
const rfc1123Label = labelFrom([...letter, ...'0123456789']);

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
    // Names of these are subdomains.
    if (!['ConfigMap', 'Role', 'RoleBinding'].includes(manifest.kind))
      expect(manifest.metadata.name.length).toBeLessThanOrEqual(longest);
    for (const [key, value] of labelsIn(manifest).flatMap(Object.entries)) {
      expect(key.replace(/^[a-z0-9.-]+\//, '')).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
      expect(value).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
    }
  }
}

test('a region of any name that is accepted makes objects that Kubernetes accepts', () => {
  let accepted = 0;
  fc.assert(
    fc.property(rfc1123Label, fc.option(dnsLabel, { nil: undefined }), (name, prefix) => {
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
    fc.property(rfc1123Label, rfc1123Label, (one, two) => {
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

test.each(['3scale', '5g-core', '1e3', '0'])('a namespace may begin with a digit, as %s', (namespace) => {
  const app = new App();
  const chart = new Chart(app, 'bgp', { namespace });
  new RouteReflectorRegion(chart, 'core', { ...region, discovery: 'endpointslice' });
  new MetalLBBgpPeering(chart, 'metallb', { ...peering, namespace });
  const written = app
    .synthYaml()
    .split(/^---$/m)
    .map((text) => parse(text, { version: '1.1' }));
  expect(written.length).toBeGreaterThan(5);
  // A text in YAML, too: `1e3` without quotes would be a number.
  for (const { metadata } of written) expect(metadata.namespace).toBe(namespace);
  const binding = written.find(({ kind }) => kind === 'RoleBinding');
  expect(binding.subjects[0].namespace).toBe(namespace);
});
