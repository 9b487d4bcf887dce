import { AnycastRouteServerPair, Crpd, Frr, MetalLBAddressPool } from '../../lib';
import { metallbOf, pair } from '../../test-support/examples';
import { refusalOf } from '../../test-support/synth';
import { addPair, addPeer, addRegion, Case, describeRefusals, withManagement } from './cases';

const routers: Case[] = [
  [
    'more memory than there are digits for',
    addRegion({ router: new Crpd({ image: 'x/y:1', resources: { memory: '9'.repeat(100_000) } }) }),
    'router.resources.memory: got "999',
    'want a Kubernetes quantity',
  ],
  [
    'a memory limit below what is reserved',
    addRegion({ router: new Crpd({ image: 'x/y:1', resources: { memoryLimit: '512Mi' } }) }),
    'router.resources.memoryLimit: got "512Mi", want at least 1Gi',
  ],
  [
    'Secrets without end',
    addRegion({
      router: new Crpd({ image: 'x/y:1', imagePullSecrets: Array.from({ length: 21 }, (_, i) => `secret-${i}`) }),
    }),
    'router.imagePullSecrets: got "21 items", want a list of at most 20',
  ],
  [
    'a Secret twice, which server-side apply refuses',
    addRegion({ router: new Crpd({ image: 'x/y:1', imagePullSecrets: ['one', 'two', 'one'] }) }),
    'router.imagePullSecrets[2]: got "one", want each item once',
  ],
  [
    'a toleration of any key that equals',
    addRegion({ tolerations: [{ operator: 'Equal', value: 'x' }] }),
    'tolerations[0].operator: got "Equal"',
  ],
  [
    'a toleration that exists with a value',
    addRegion({ tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] }),
    'tolerations[0].value: got "x"',
  ],
  [
    'seconds of a taint that evicts nobody',
    addRegion({ tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }] }),
    'tolerations[0].tolerationSeconds: got 5',
  ],
  [
    'a key beside a file',
    addRegion({ template: { file: __filename, key: 'config' } }),
    'template.key: got "config", want nothing',
  ],
  [
    'communities that say two things',
    addRegion({ communities: { only: '1:1', preferred: '1:1' } }),
    'communities.preferred: got "1:1", want a community other than that of "only"',
  ],
  [
    'no router',
    addRegion({ router: undefined }),
    'test/east: router: got nothing, want new Crpd({ … }) or new Frr({ … })',
  ],
  ['a router that is a word', addRegion({ router: 'frr' }), 'router: got "frr", want new Crpd'],
  ...['registry.example.com/frr', 'registry.example.com/frr:latest', '', 'a b:1', 'UPPER:1'].map((image): Case => [
    `the image "${image}"`,
    addRegion({ router: new Frr({ image }) }),
    `router.image: got "${image}", want an image with a tag other than latest`,
  ]),
  [
    'a CPU request that is no quantity',
    addRegion({ router: new Frr({ image: 'x/y:1', resources: { cpu: 'two' } }) }),
    'router.resources.cpu: got "two", want a Kubernetes quantity',
  ],
  [
    'management addresses on FRR',
    (chart) => {
      const props = pair(chart);
      const management = new MetalLBAddressPool(chart, 'mgt', {
        metallb: metallbOf(chart),
        addresses: ['203.0.113.16/28'],
      });
      new AnycastRouteServerPair(chart, 'rs', { ...props, management });
    },
    'test/rs: management: got a MetalLBAddressPool, want nothing: frr has no SSH or NETCONF',
  ],
  [
    'management addresses without a pool',
    addPair({ sides: { a: { addresses: ['192.0.2.1'], managementAddresses: ['203.0.113.17'] } } }),
    'sides.a.managementAddresses: got "203.0.113.17", want nothing without a management pool',
  ],
  [
    'too few management addresses',
    withManagement({ a: { addresses: ['192.0.2.1'], replicas: 2, managementAddresses: ['203.0.113.17'] } }),
    'got ["203.0.113.17"], want one address for each of 2 pods',
  ],
  [
    'a management address outside its pool',
    withManagement({ a: { addresses: ['192.0.2.1'], managementAddresses: ['203.0.113.1'] } }),
    'got "203.0.113.1", want addresses of the pool mgt: 203.0.113.16/28',
  ],
  [
    'a volume of no size',
    addPair({ persistence: { size: 'big' } }),
    'persistence.size: got "big", want the size of a volume',
  ],
  [
    'a template that is not there',
    addRegion({ template: { file: '/no/such.j2' } }),
    'template.file: got "/no/such.j2", want the path of a file that exists',
  ],
  [
    'a template given twice',
    addRegion({ template: { file: 'a', configMap: 'b' } }),
    'template: got {"file":"a","configMap":"b"}, want either a file or a configMap',
  ],
  [
    'a further group with the name of an own one',
    addRegion({ groups: [{ name: 'MESHRR-MESH', kind: 'mesh', service: 'x' }] }),
    'groups[0].name: got "MESHRR-MESH", want a name that no other group has',
  ],
  [
    'a further group of clients without ranges',
    addRegion({ groups: [{ name: 'G', kind: 'clients' }] }),
    'groups[0].ranges: got nothing, want the ranges',
  ],
  [
    'a community that is too large',
    addRegion({ communities: { only: '65000:65536' } }),
    'communities.only: got "65000:65536", want a community such as 65000:101',
  ],
  [
    'a taint effect that is none',
    addRegion({ tolerations: [{ effect: 'Never' }] }),
    'tolerations[0].effect: got "Never"',
  ],
];

describeRefusals('routers and their files', routers);

describe('a secret given in place of its name', () => {
  const secret = '$6$salt$' + 'x'.repeat(86);

  test.each([
    [
      'a root password',
      addRegion({ router: new Crpd({ image: 'x/y:1', rootPassword: secret as any }) }),
      'router.rootPassword',
    ],
    [
      'a root password as the name of its Secret',
      addRegion({ router: new Crpd({ image: 'x/y:1', rootPassword: { secretName: secret, key: 'x' } }) }),
      'router.rootPassword',
    ],
    [
      'a credential of the registry',
      addRegion({ router: new Crpd({ image: 'x/y:1', imagePullSecrets: [secret] }) }),
      'router.imagePullSecrets[0]',
    ],
    [
      'an image with a password',
      addRegion({ router: new Frr({ image: 'user:salt@example.com/x:1' }) }),
      'router.image',
    ],
    ['a license', addRegion({ router: new Crpd({ image: 'x/y:1', license: secret as any }) }), 'router.license'],
    ['a password of BGP', addPeer({ passwordSecret: secret }), 'peers.p.passwordSecret'],
  ])('is refused without being shown: %s', (_, define, prop) => {
    const refusal = refusalOf((chart) => void define(chart));
    expect(refusal).toContain(`${prop}: got (hidden), want`);
    expect(refusal).not.toContain('salt');
  });
});
