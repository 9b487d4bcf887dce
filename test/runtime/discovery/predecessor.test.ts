import { sharesIdentity } from '../../../crpd-image/runtime/discovery/predecessor';
import { readSlice } from '../../../crpd-image/runtime/discovery/slice';
import { parseAddress } from '../../../lib/addressing';

const [POD, OTHER] = ['10.42.0.7', '10.42.0.8'];
const own = {
  identity: 'bgp/meshrr-east-a',
  instance: 'n1',
  podIp: parseAddress(POD),
  podIps: [parseAddress('fd00::7')],
};

test.each<[string, boolean, object]>([
  ['its predecessor on its node', true, {}],
  ['a pod of its workload on another node', false, { node: 'n2' }],
  ['a pod of side b, on its node', false, { pod: 'meshrr-east-b-x2x9v' }],
  ['a pod of a workload whose name goes on', false, { pod: 'meshrr-east-a-north-west-x2x9v' }],
  ['itself', false, { address: POD }],
  ['itself, by its other address', false, { address: 'fd00::7' }],
  ['an endpoint that is no pod', false, { pod: undefined }],
  ['an endpoint without a node', false, { node: undefined }],
])('shares the identifier: %s: %s', (_, shares, changes) => {
  const listed = { address: OTHER, pod: 'meshrr-east-a-x2x9v', node: 'n1', ...changes };
  expect(sharesIdentity(own)(listed)).toBe(shares);
});

test('a pod of a Deployment on its node shares it, too; without an identity none does', () => {
  const listed = { address: OTHER, pod: 'meshrr-core-6d4b9c5f7-x2x9v', node: 'n1' };
  expect(sharesIdentity({ ...own, identity: 'meshrr-core' })(listed)).toBe(true);
  expect(sharesIdentity({ ...own, identity: undefined })(listed)).toBe(false);
});

test('an EndpointSlice is read without it', () => {
  const endpoint = (address: string, name: string) => ({
    addresses: [address],
    nodeName: 'n1',
    targetRef: { kind: 'Pod', name },
  });
  const endpoints = [endpoint(POD, 'meshrr-east-a-aaaaa'), endpoint(OTHER, 'meshrr-east-a-bbbbb')];
  const slice = { metadata: { name: 's' }, addressType: 'IPv4', endpoints };
  expect(readSlice(slice, sharesIdentity(own)).endpoints.map(({ address }) => address)).toEqual([POD]);
  expect(readSlice(slice).endpoints).toHaveLength(2);
});
