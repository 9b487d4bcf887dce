import { Chart } from 'cdk8s';
import { parseAddress } from '../../lib/addressing';
import {
  addLoadBalancer,
  checkAddresses,
  fromMetalLB,
  LoadBalancedAddress,
} from '../../lib/reachability/load-balanced-address';
import { checkAtSynth } from '../../lib/validation';
import { refusalOf, synthChart } from '../../test-support/synth';

const service: LoadBalancedAddress = {
  name: 'rs-a',
  request: fromMetalLB('vip', [parseAddress('192.0.2.1')]),
  addresses: [parseAddress('192.0.2.1')],
  selector: { app: 'rs', side: 'a' },
  labels: { app: 'rs' },
  ports: { bgp: 179, netconf: 830 },
  prop: 'sides.a.addresses',
};

const add = (chart: Chart, id: string, changes: Partial<LoadBalancedAddress> = {}) => (
  checkAtSynth(chart),
  addLoadBalancer(chart, id, { ...service, ...changes })
);
const serviceWith = (changes: Partial<LoadBalancedAddress> = {}) =>
  synthChart((chart) => add(chart, 'service', changes)).get('Service', changes.name ?? 'rs-a');

describe('the Service of an address', () => {
  test('asks MetalLB for the address out of the pool', () => {
    const { annotations } = serviceWith().metadata;
    expect(annotations).toEqual({ 'metallb.io/address-pool': 'vip', 'metallb.io/loadBalancerIPs': '192.0.2.1' });
  });

  test('keeps the address of the client, and is on no other address of a node', () => {
    expect(serviceWith().spec).toMatchObject({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      allocateLoadBalancerNodePorts: false,
    });
  });

  test('has the labels of its part, and selects its pods', () => {
    const { metadata, spec } = serviceWith();
    expect([metadata.labels, spec.selector]).toEqual([service.labels, service.selector]);
  });

  test('leads each port to the port of the container that has its name', () => {
    expect(serviceWith().spec.ports).toEqual([
      { name: 'bgp', port: 179, targetPort: 'bgp' },
      { name: 'netconf', port: 830, targetPort: 'netconf' },
    ]);
  });

  test('has the one IP family of its address, or both', () => {
    const [six, both] = [['2001:db8::1'], ['192.0.2.1', '2001:db8::1']].map((texts) =>
      serviceWith({ addresses: texts.map(parseAddress), request: fromMetalLB('vip', texts.map(parseAddress)) }),
    );
    expect(serviceWith().spec).toMatchObject({ ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] });
    expect(six.spec).toMatchObject({ ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] });
    expect(both.spec).toMatchObject({ ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] });
    expect(both.metadata.annotations).toMatchObject({ 'metallb.io/loadBalancerIPs': '192.0.2.1,2001:db8::1' });
  });

  test('reaches pods that are not ready only where it is told to', () => {
    expect(serviceWith().spec).not.toHaveProperty('publishNotReadyAddresses');
    expect(serviceWith({ publishNotReadyAddresses: true }).spec.publishNotReadyAddresses).toBe(true);
  });
});

describe('of two Services', () => {
  test('no one has a name or an address of the other', () => {
    const [name, address] = [{}, { name: 'rs-b', prop: 'sides.b.addresses' }].map((changes) =>
      refusalOf((chart) => [add(chart, 'one'), add(chart, 'two', changes)]),
    );
    expect(name).toContain('sides.a.addresses: got "rs-a", want a name of its own: test makes a Service of that name');
    expect(address).toBe(
      'test: sides.b.addresses: got "192.0.2.1", want addresses of its own: test (sides.a.addresses) has them already',
    );
  });

  test('each has its own', () => {
    const other = { name: 'rs-b', addresses: [parseAddress('192.0.2.2')] };
    expect(synthChart((chart) => [add(chart, 'one'), add(chart, 'two', other)]).ofKind('Service')).toHaveLength(2);
  });
});

describe('the addresses of a side', () => {
  test('are one, or one of each IP family in either order', () => {
    for (const texts of [['192.0.2.1'], ['192.0.2.1', '2001:db8::1'], ['2001:db8::1', '192.0.2.1']]) {
      expect(checkAddresses(texts).map(({ text }) => text)).toEqual(texts);
    }
  });

  test.each([
    [[], 'got [], want a list of at least one item'],
    [['192.0.2.1', '192.0.2.2'], 'got "192.0.2.2", want one address of each IP family, beside 192.0.2.1'],
    [['192.0.2.1', '2001:db8::1', '2001:db8::2'], 'got "2001:db8::2", want one address of each IP family, beside 2001'],
  ])('are not %p', (texts, message) => {
    expect(() => checkAddresses(texts)).toThrow(message);
  });
});
