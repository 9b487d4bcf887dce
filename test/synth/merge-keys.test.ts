import { Chart } from 'cdk8s';
import { HierarchicalRouteReflectors, Frr, Reachability } from '../../lib';
import { Manifest, synthChart } from '../../test-support/synth';
import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';

// Server-side and client-side apply identify the items of these lists by the values of these fields (the markers
// listMapKey and patchMergeKey of the Kubernetes API). Two items with the same values are refused, or mixed up.
const KEYS: Readonly<Record<string, readonly string[]>> = {
  'containers.ports': ['containerPort', 'protocol'],
  'containers.env': ['name'],
  'containers.volumeMounts': ['mountPath'],
  'spec.containers': ['name'],
  'spec.initContainers': ['name'],
  'spec.volumes': ['name'],
  'spec.imagePullSecrets': ['name'],
  'spec.hostAliases': ['ip'],
  'spec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
  'spec.ports': ['port', 'protocol'],
};

/** The lists in a manifest of which two items have the same key. */
function* repeated(value: unknown, place: readonly string[] = []): Iterable<string> {
  if (typeof value !== 'object' || value === null) return;
  const keys = KEYS[place.slice(-2).join('.')];
  if (Array.isArray(value) && keys) {
    const seen = value.map((item) => keys.map((key) => item[key] ?? (key === 'protocol' ? 'TCP' : '')).join('/'));
    if (new Set(seen).size < seen.length) yield `${place.join('.')}: ${seen}`;
  }
  const inner = Array.isArray(value)
    ? value.map((item) => [place, item] as const)
    : Object.entries(value).map(([key, item]) => [[...place, key], item] as const);
  for (const [at, item] of inner) yield* repeated(item, at);
}

const allRepeated = (manifests: readonly Manifest[]) => manifests.flatMap((manifest) => [...repeated(manifest)]);

test('finds two ports of one containerPort', () => {
  const ports = [{ containerPort: 179, hostIP: '192.0.2.1' }, { containerPort: 179 }];
  expect([...repeated({ spec: { containers: [{ name: 'x', ports }] } })]).toEqual([
    'spec.containers.ports: 179/TCP,179/TCP',
  ]);
});

test('no list of an example app has two items of one key', () => {
  const dist = path.join(__dirname, '..', '..', 'dist');
  const files = (fs.readdirSync(dist, { recursive: true }) as string[]).filter((name) => name.endsWith('.yaml'));
  const manifests = files.flatMap((name) =>
    parseAllDocuments(fs.readFileSync(path.join(dist, name), 'utf8')).map((one) => one.toJS() as Manifest),
  );
  expect(manifests.length).toBeGreaterThan(100);
  expect(allRepeated(manifests)).toEqual([]);
});

test('nor of host ports of both IP families, with groups of neighbors', () => {
  const { all } = synthChart((chart: Chart) => {
    new HierarchicalRouteReflectors(chart, 'bgp', {
      router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0', imagePullSecrets: ['one', 'two'] }),
      autonomousSystem: 64496,
      podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'],
      addressFamilies: { inet: true, inet6: true },
      regions: {
        east: {
          clientRanges: ['198.51.100.0/24', '2001:db8:100::/64'],
          reachability: Reachability.hostPorts(),
          groups: [{ kind: 'clients', name: 'MORE', ranges: ['203.0.113.0/24'] }],
          sides: {
            a: { addresses: ['192.0.2.1', '2001:db8::1'] },
            b: { addresses: ['2001:db8::2', '192.0.2.2'] },
          },
        },
      },
    });
  });
  expect(allRepeated(all)).toEqual([]);
});
