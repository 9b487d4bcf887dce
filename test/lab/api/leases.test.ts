import { leasePath, Leases } from '../../../lab/api/leases';

const PATH = { namespace: 'rr', name: 'meshrr-east' };
const versionOf = ({ body }: { readonly body: object }) =>
  (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion;

test('a path names a Lease', () => {
  expect(leasePath('/apis/coordination.k8s.io/v1/namespaces/rr/leases/meshrr-east')).toEqual(PATH);
  expect(leasePath('/apis/coordination.k8s.io/v1/namespaces/rr/leases')).toBeUndefined();
});

test('of two updates of one version, the second is refused', () => {
  const leases = new Leases([PATH]);
  const resourceVersion = versionOf(leases.read(PATH));
  const update = (holderIdentity: string) =>
    leases.update(PATH, JSON.stringify({ metadata: { resourceVersion }, spec: { holderIdentity } }));
  expect(update('one')).toMatchObject({ code: 200, body: { spec: { holderIdentity: 'one' } } });
  expect(update('other').code).toBe(409);
  expect(leases.read(PATH)).toMatchObject({ code: 200, body: { spec: { holderIdentity: 'one' } } });
  expect(versionOf(leases.read(PATH))).not.toBe(resourceVersion);
});

test('a Lease that no manifest creates is not there', () => {
  const leases = new Leases([]);
  expect([leases.read(PATH).code, leases.update(PATH, '{}').code]).toEqual([404, 404]);
});
