import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { IConstruct } from 'constructs';
import { loadBalancedRouteServers } from '../../apps/load-balanced-route-servers';
import { twoRegionsHrr } from '../../apps/two-regions-hrr';
import { twoRegionsRouteServers } from '../../apps/two-regions-route-servers';
import {
  AnycastRouteServerPair,
  Mesh,
  MetalLBBgpPeering,
  Proof,
  proofOf,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { crpd, frr, peering, region } from '../../test-support/examples';

const further = [
  { name: 'SECOND', kind: 'mesh', service: 'second' },
  { name: 'LAB', kind: 'clients', ranges: ['203.0.113.0/24'] },
] as const;

/** A core, a region below that MetalLB makes known, a region with host ports of both IP families, and a pair. */
function appOf(): App {
  const app = new App();
  const chart = new Chart(app, 'c', { namespace: 'bgp' });
  const podNetworks = ['10.42.0.0/16', 'fd00:42::/56'];
  const common = { ...region, podNetworks, addressFamilies: { inet6: true } };
  const metallb = new MetalLBBgpPeering(chart, 'lb', {
    ...{ ...peering, bfdProfiles: { fast: {} }, communities: { own: '64496:1' } },
    peers: { tor: { peerAsn: 64498, peerAddress: '192.0.2.254', bfdProfile: 'fast', passwordSecret: 'key' } },
    pools: { layer2: { addresses: ['203.0.113.0/28'], protocol: 'layer2' } },
  });
  new RouteReflectorRegion(chart, 'core', { ...common, groups: further, router: crpd });
  new RouteReflectorRegion(chart, 'east', {
    ...{ ...common, upstream: 'core', clientRanges: ['198.51.100.0/24'] },
    reachability: Reachability.metalLB(metallb, { communities: ['own'], peers: ['tor'] }),
    sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
  });
  new RouteReflectorRegion(chart, 'west', {
    ...{ ...common, upstream: 'core', clientRanges: ['198.51.101.0/24', '2001:db8:1::/64'] },
    reachability: Reachability.hostPorts(),
    sides: { a: { addresses: ['192.0.2.11', '2001:db8::11'] }, b: { addresses: ['192.0.2.12', '2001:db8::12'] } },
  });
  new AnycastRouteServerPair(chart, 'rs', {
    ...{ router: frr, reachability: Reachability.metalLB(metallb), podNetworks, clientRanges: ['198.51.102.0/24'] },
    mesh: new Mesh(chart, 'rs-mesh', { autonomousSystem: 64496 }),
    sides: { a: { addresses: ['192.0.2.21'] } },
  });
  return app;
}

const at = (app: IConstruct, path: string): ApiObject => {
  const found = app.node.findAll().find(({ node }) => node.path === path);
  if (!found)
    throw new Error(
      `no ${path} among ${app.node
        .findAll()
        .map(({ node }) => node.path)
        .join(', ')}`,
    );
  return found as ApiObject;
};

const messagesOf = (app: App) =>
  proofOf(app).findings.flatMap(({ kind, message }) => (kind === 'patched' ? [message] : []));

test.each(Object.entries({ ...twoRegionsHrr, ...loadBalancedRouteServers, ...twoRegionsRouteServers }))(
  'the manifests of %s are as the model has them',
  (_, fill) => {
    const app = new App();
    fill(app);
    expect(messagesOf(app)).toEqual([]);
  },
);

test('manifests of all kinds are as the model has them', () => expect(messagesOf(appOf())).toEqual([]));

const pod = '/spec/template/spec';
const container = `${pod}/containers/0`;

/** Where a variable is in the environment of a container. */
function variable(app: IConstruct, path: string, name: string): string {
  const { env } = at(app, path).toJson().spec.template.spec.containers[0];
  return `${container}/env/${env.findIndex((one: { name: string }) => one.name === name)}`;
}

const AS = 'spec.template.spec.containers.frr.env.AUTONOMOUS_SYSTEM';

/** A change by the path of an object, and what is said of it. */
const CHANGES: readonly (readonly [string, (app: App) => void, readonly string[]])[] = [
  [
    'a variable',
    (app) =>
      at(app, 'c/east/side-a').addJsonPatch(
        JsonPatch.replace(`${variable(app, 'c/east/side-a', 'AUTONOMOUS_SYSTEM')}/value`, '64500'),
      ),
    [`DaemonSet meshrr-east-a: ${AS} is "64500" in the manifest and "64496" in the model`],
  ],
  [
    'a variable of several workloads',
    (app) =>
      ['c/east/side-a', 'c/east/side-b', 'c/west/side-a', 'c/west/side-b'].forEach((path) =>
        at(app, path).addJsonPatch(JsonPatch.replace(`${variable(app, path, 'AUTONOMOUS_SYSTEM')}/value`, '64500')),
      ),
    [
      `DaemonSet meshrr-east-a, meshrr-east-b, meshrr-west-a and meshrr-west-b: ${AS} is "64500" in the manifest and "64496" in the model`,
    ],
  ],
  [
    'a variable that is added',
    (app) =>
      at(app, 'c/east/side-a').addJsonPatch(
        JsonPatch.add(`${container}/env/-`, { name: 'MESHRR_UPSTREAM_SESSIONS', value: '3' }),
      ),
    [
      'DaemonSet meshrr-east-a: spec.template.spec.containers.frr.env.MESHRR_UPSTREAM_SESSIONS is "3" in the manifest and nothing in the model',
    ],
  ],
  [
    'the source of a variable',
    (app) =>
      at(app, 'c/east/side-a').addJsonPatch(
        JsonPatch.replace(variable(app, 'c/east/side-a', 'POD_IP'), { name: 'POD_IP', value: '10.42.0.9' }),
      ),
    [
      'DaemonSet meshrr-east-a: spec.template.spec.containers.frr.env.POD_IP.valueFrom.fieldRef.fieldPath is nothing in the manifest and "status.podIP" in the model',
      'DaemonSet meshrr-east-a: spec.template.spec.containers.frr.env.POD_IP is "10.42.0.9" in the manifest and nothing in the model',
    ],
  ],
  [
    'a label of pods',
    (app) =>
      at(app, 'c/east/side-b').addJsonPatch(
        JsonPatch.replace('/spec/template/metadata/labels/upstream.meshrr~1meshrr-core', 'false'),
      ),
    [
      'DaemonSet meshrr-east-b: spec.template.metadata.labels.upstream.meshrr/meshrr-core is "false" in the manifest and "true" in the model',
    ],
  ],
  [
    'a label that makes pods clients',
    (app) =>
      at(app, 'c/rs/side-a').addJsonPatch(
        JsonPatch.add('/spec/template/metadata/labels/upstream.meshrr~1meshrr-core', 'true'),
      ),
    [
      'StatefulSet routeserver-a: spec.template.metadata.labels.upstream.meshrr/meshrr-core is "true" in the manifest and nothing in the model',
    ],
  ],
  [
    'the labels of nodes',
    (app) => at(app, 'c/core/core').addJsonPatch(JsonPatch.add(`${pod}/nodeSelector/disk`, 'ssd')),
    ['Deployment meshrr-core: spec.template.spec.nodeSelector.disk is "ssd" in the manifest and nothing in the model'],
  ],
  [
    'the number of pods',
    (app) => at(app, 'c/core/core').addJsonPatch(JsonPatch.replace('/spec/replicas', 3)),
    ['Deployment meshrr-core: spec.replicas is 3 in the manifest and 2 in the model'],
  ],
  [
    'the network of pods',
    (app) => at(app, 'c/core/core').addJsonPatch(JsonPatch.add(`${pod}/hostNetwork`, true)),
    ['Deployment meshrr-core: spec.template.spec.hostNetwork is true in the manifest and nothing in the model'],
  ],
  [
    'a limit of memory',
    (app) =>
      at(app, 'c/core/core').addJsonPatch(
        JsonPatch.add(`${container}/resources/limits`, { memory: k8s.Quantity.fromString('64Mi') }),
      ),
    [
      'Deployment meshrr-core: spec.template.spec.containers.crpd.resources.limits.memory is "64Mi" in the manifest and nothing in the model',
    ],
  ],
  [
    'the address of a host port',
    (app) => at(app, 'c/west/side-a').addJsonPatch(JsonPatch.replace(`${container}/ports/0/hostIp`, '192.0.2.99')),
    [
      'DaemonSet meshrr-west-a: spec.template.spec.containers.frr.ports.bgp.hostIP is "192.0.2.99" in the manifest and "192.0.2.11" in the model',
    ],
  ],
  [
    'the selector of the Service of a mesh',
    (app) => at(app, 'c/core/mesh/service').addJsonPatch(JsonPatch.replace('/spec/selector/meshrr~1mesh', 'other')),
    ['Service meshrr-core: spec.selector.meshrr/mesh is "other" in the manifest and "meshrr-core" in the model'],
  ],
  [
    'the port of a Service',
    (app) => at(app, 'c/east/address-a').addJsonPatch(JsonPatch.replace('/spec/ports/0/port', 1179)),
    ['Service meshrr-east-a: spec.ports.bgp.port is 1179 in the manifest and 179 in the model'],
  ],
  [
    'an annotation of a Service, by its metadata',
    (app) => at(app, 'c/east/address-a').metadata.addAnnotation('metallb.io/loadBalancerIPs', '192.0.2.77'),
    [
      'Service meshrr-east-a: metadata.annotations.metallb.io/loadBalancerIPs is "192.0.2.77" in the manifest and "192.0.2.1" in the model',
    ],
  ],
  [
    'the addresses of a pool',
    (app) => at(app, 'c/east/pool-a/pool').addJsonPatch(JsonPatch.replace('/spec/addresses/0', '192.0.2.0/28')),
    [
      'IPAddressPool bgp-meshrr-east-a: spec.addresses.0 is "192.0.2.0/28" in the manifest and "192.0.2.1/32" in the model',
    ],
  ],
  [
    'the nodes that advertise',
    (app) =>
      at(app, 'c/east/pool-a/advertisement').addJsonPatch(
        JsonPatch.add('/spec/nodeSelectors', [{ matchLabels: { rack: 'r1' } }]),
      ),
    [
      'BGPAdvertisement bgp-meshrr-east-a: spec.nodeSelectors.0.matchLabels.rack is "r1" in the manifest and nothing in the model',
    ],
  ],
  [
    'a peer of MetalLB',
    (app) => at(app, 'c/lb/peer-tor').addJsonPatch(JsonPatch.replace('/spec/peerAsn', 64499)),
    ['BGPPeer tor: spec.peerASN is 64499 in the manifest and 64498 in the model'],
  ],
  [
    'a secret, which is not shown',
    (app) => at(app, 'c/lb/peer-tor').addJsonPatch(JsonPatch.add('/spec/password', 'hunter2')),
    ['BGPPeer tor: spec.password is (hidden) in the manifest and nothing in the model'],
  ],
  [
    'the groups of a part',
    (app) => at(app, 'c/core/groups').addJsonPatch(JsonPatch.replace('/data/groups.json', '{"groups":[]}')),
    [
      expect.stringMatching(
        /^ConfigMap meshrr-core-groups: data\.groups\.json is "\{\\"groups\\":\[\]\}" in the manifest and /,
      ),
    ],
  ],
  [
    'a name',
    (app) => at(app, 'c/core/clients').addJsonPatch(JsonPatch.replace('/metadata/name', 'mine')),
    ['Service meshrr-core-clients: metadata.name is "mine" in the manifest and "meshrr-core-clients" in the model'],
  ],
  [
    'a namespace',
    (app) => at(app, 'c/core/clients').addJsonPatch(JsonPatch.replace('/metadata/namespace', 'other')),
    ['Service meshrr-core-clients: metadata.namespace is "other" in the manifest and "bgp" in the model'],
  ],
  [
    'an object that is removed',
    (app) => at(app, 'c/core').node.tryRemoveChild('clients'),
    ['Service meshrr-core-clients was removed from the manifests, and the proof counts on it'],
  ],
  [
    'an object that another one takes the place of',
    (app) => {
      const { kind, apiVersion, metadata, spec } = at(app, 'c/core/clients').toJson();
      at(app, 'c/core').node.tryRemoveChild('clients');
      const selector = { ...spec.selector, zone: 'one' };
      new ApiObject(at(app, 'c'), 'own', { kind, apiVersion, metadata, spec: { ...spec, selector } });
    },
    ['Service meshrr-core-clients: spec.selector.zone is "one" in the manifest and nothing in the model'],
  ],
];

describe('a change is told with object, field and both values', () => {
  test.each(CHANGES)('%s', (_, change, messages) => {
    const app = appOf();
    change(app);
    expect(messagesOf(app)).toEqual(messages);
  });
});

test.each<[string, string, JsonPatch]>([
  ['a label of the app', 'c/east/side-a', JsonPatch.add('/spec/template/metadata/labels/team', 'bgp')],
  ['a label of the object', 'c/east/side-a', JsonPatch.add('/metadata/labels/team', 'bgp')],
  ['an annotation', 'c/east/address-a', JsonPatch.add('/metadata/annotations/team', 'bgp')],
  ['a variable of the app', 'c/east/side-a', JsonPatch.add(`${container}/env/-`, { name: 'TEAM', value: 'bgp' })],
  ['a limit of CPU', 'c/east/side-a', JsonPatch.add(`${container}/resources/requests/cpu`, '1')],
  ['a second container', 'c/east/side-a', JsonPatch.add(`${pod}/containers/-`, { name: 'exporter', image: 'x:1' })],
  ['a variable in another place', 'c/east/side-a', JsonPatch.move(`${container}/env/0`, `${container}/env/3`)],
])('what the model does not depend on may change: %s', (_, path, patch) => {
  const app = appOf();
  at(app, path).addJsonPatch(patch);
  expect(messagesOf(app)).toEqual([]);
});

test('a change after a first look is seen', () => {
  const app = appOf();
  expect(messagesOf(app)).toEqual([]);
  CHANGES[0][1](app);
  expect(messagesOf(app)).toHaveLength(1);
});

test('a Proof accepts changes of a region', () => {
  const app = appOf();
  new Proof(at(app, 'c'), 'proof', { findings: { patched: { accept: 'a trial', parts: ['east'] } } });
  CHANGES[0][1](app);
  at(app, 'c/core/core').addJsonPatch(JsonPatch.replace('/spec/replicas', 3));
  const found = proofOf(app).findings.filter(({ kind }) => kind === 'patched');
  expect(found.map(({ severity, parts }) => [severity, parts])).toEqual(
    [
      ['accepted', ['c/east']],
      ['warning', ['c/core']],
    ].reverse(),
  );
});
