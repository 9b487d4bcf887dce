import { App, Chart, Testing } from 'cdk8s';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { loadBalancedRouteServers } from '../../apps/load-balanced-route-servers';
import { twoRegionsHrr } from '../../apps/two-regions-hrr';
import { readPod } from '../../crpd-image/runtime/pod';
import { AnycastRouteServerPair, InvalidPropError, RouteReflectorRegion, topologyOf } from '../../lib';
import { defaultTemplate, renderTemplate, templateContext } from '../../lib/configuration';
import { routerFiles } from '../../lib/synth/routers';
import { HASH } from '../../test-support/configuration-cases';
import { crpd, frr, pair, region } from '../../test-support/examples';
import { Manifests } from '../../test-support/synth';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'routers-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const OWN_TEMPLATE = path.join(folder, 'own.j2');
fs.writeFileSync(
  OWN_TEMPLATE,
  'router bgp {{ AUTONOMOUS_SYSTEM }}\n bgp router-id {{ POD_IP }}\n neighbor MESHRR-MESH peer-group\n! {{ KUBE_NAMESPACE }} {{ MESHRR_POD_NETWORKS }}\n',
);

/** What a pod of each workload renders in the way of `meshrr init`, by the name of its file. */
function renderedByPods(app: App, charts: readonly Chart[]): Record<string, string> {
  const manifests = new Manifests(charts.flatMap((chart) => Testing.synth(chart)));
  return Object.fromEntries(
    topologyOf(app).groups.map(({ id, workload, workloadKind, router, podNetworks }) => {
      const spec = manifests.get(workloadKind, workload).spec.template.spec;
      const [address] = podNetworks.filter(({ family }) => family === 4);
      const podIp = `${address.text.replace(/\.0\/.*$/, '')}.1`;
      const fields: Record<string, string> = {
        ...{ 'status.podIP': podIp, 'status.podIPs': podIp },
        ...{ 'metadata.name': `${workload}-0`, 'spec.nodeName': 'n1' },
      };
      const { namespace = 'default' } = manifests.get(workloadKind, workload).metadata;
      const env = Object.fromEntries(
        (
          spec.containers[0].env as { name: string; value?: string; valueFrom?: { fieldRef: { fieldPath: string } } }[]
        ).map(({ name, value, valueFrom }) => [
          name,
          value ?? fields[valueFrom?.fieldRef.fieldPath ?? ''] ?? namespace,
        ]),
      );
      const mounted = (name: string): string | undefined => {
        const volume = spec.volumes.find((one: { name: string }) => one.name === name);
        if (!volume) return undefined;
        return manifests.get('ConfigMap', volume.configMap.name).data?.[volume.configMap.items[0].key];
      };
      const groups = mounted('groups');
      const groupsFile = path.join(folder, `${id}.json`);
      if (groups !== undefined) fs.writeFileSync(groupsFile, groups);
      const given = {
        ...env,
        ENCRYPTED_ROOT_PW: HASH,
        ...(groups !== undefined && { MESHRR_GROUPS_FILE: groupsFile }),
      };
      const { settings, model } = readPod(given, 'read');
      const own = mounted('template');
      const template = own === undefined ? defaultTemplate(router) : { path: 'own', text: own };
      const name = `${id}.${router === 'frr' ? 'frr' : 'junos'}.conf`;
      return [name, renderTemplate(template, templateContext(settings, model))];
    }),
  );
}

/** The file without what only it has: comments, and another hash of the root password. */
const withoutComments = (text: string) =>
  text
    .replaceAll(`$6$PLACEHOLDER$${'x'.repeat(86)}`, HASH)
    .split('\n')
    .filter(
      (line) =>
        !/^(!|\/\*) (The configuration of|The hash of|[0-9.]+ (stands for|is the BGP identifier))|^ *(!|\/\*) Each router /.test(
          line,
        ),
    )
    .join('\n');

function define(fill: (chart: Chart) => void, namespace?: string): { app: App; charts: Chart[] } {
  const app = new App();
  const chart = new Chart(app, 'test', { namespace });
  fill(chart);
  return { app, charts: [chart] };
}

const further = [
  { name: 'SECOND', kind: 'mesh', service: 'second', peerLimit: 7 },
  { name: 'LAB', kind: 'clients', ranges: ['203.0.113.0/24'] },
] as const;

describe.each<[string, () => { app: App; charts: Chart[] }]>([
  ...Object.entries({ ...twoRegionsHrr, ...loadBalancedRouteServers }).map(
    ([name, fill]): [string, () => { app: App; charts: Chart[] }] => [
      name,
      () => {
        const app = new App();
        fill(app);
        return { app, charts: app.charts };
      },
    ],
  ),
  [
    'a region with further groups and a template of its own, in a namespace',
    () =>
      define((chart) => {
        new RouteReflectorRegion(chart, 'core', { ...region, router: frr, template: { file: OWN_TEMPLATE } });
        new RouteReflectorRegion(chart, 'east', {
          ...{ ...region, router: crpd, groups: further, upstream: 'core', clientRanges: ['198.51.100.0/24'] },
          sides: { a: {} },
        });
      }, 'bgp'),
  ],
  [
    'a pair with an identifier',
    () =>
      define((chart) => {
        const sides = { a: { addresses: ['192.0.2.1'], routerIds: ['10.255.0.1'] } };
        new AnycastRouteServerPair(chart, 'pair', { ...pair(chart), groups: further, sides });
      }),
  ],
])('%s', (_, make) => {
  const { app, charts } = make();
  const files = routerFiles(app);
  const pods = renderedByPods(app, charts);

  test('has a file for each workload', () => {
    expect(files.map(({ name }) => name)).toEqual(Object.keys(pods));
  });

  test('has in each file what a pod renders', () => {
    for (const { name, text } of files)
      expect({ name, text: withoutComments(text) }).toEqual({ name, text: pods[name] });
  });

  test('says in the groups of discovered neighbors where they go', () => {
    for (const { text } of files) expect(text).toMatch(/^ *(!|\/\*) Each router behind the Service \S+: /m);
  });
});

test('a template that does not render is a mistake of the prop at each synth', () => {
  const file = path.join(folder, 'bad.j2');
  fs.writeFileSync(file, '{# nothing #}');
  const { charts } = define((chart) => {
    new RouteReflectorRegion(chart, 'core', { ...region, template: { file } });
  });
  expect(() => Testing.synth(charts[0])).toThrow(InvalidPropError);
  expect(() => Testing.synth(charts[0])).toThrow(/want a template that renders: the template renders nothing$/);
});

test('a workload whose template is in a ConfigMap that exists has no file', () => {
  const { app } = define((chart) => {
    new RouteReflectorRegion(chart, 'core', { ...region, template: { configMap: 'mine' } });
  });
  expect(routerFiles(app)).toEqual([]);
});
