import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { RouteReflectorRegion } from '../../lib';
import { parsePeerGroupsFile } from '../../lib/settings';
import { crpd, frr, region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';

const synth = (props: object) =>
  synthChart((chart) => new RouteReflectorRegion(chart, 'core', { ...region, ...props }));
const podOf = (props: object) => synth(props).get('Deployment', 'meshrr-core').spec.template;

describe("an operator's own template", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'template-'));
  const file = path.join(folder, 'juniper.conf.j2');
  beforeAll(() => fs.writeFileSync(file, 'routing-options { autonomous-system {{ AUTONOMOUS_SYSTEM }}; }\n'));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  test('in a file becomes a ConfigMap of the app', () => {
    expect(synth({ template: { file } }).get('ConfigMap', 'meshrr-core-template').data).toEqual({
      config: 'routing-options { autonomous-system {{ AUTONOMOUS_SYSTEM }}; }\n',
    });
  });

  test.each([
    ['cRPD', crpd, '/root/juniper.conf.j2'],
    ['FRR', frr, '/etc/meshrr/frr.conf.j2'],
  ])('is mounted where the runtime of %s looks for it', (_, router, mountPath) => {
    const { volumeMounts } = podOf({ router, template: { file } }).spec.containers[0];
    const subPath = path.basename(mountPath);
    expect(volumeMounts).toContainEqual({ name: 'template', mountPath, subPath, readOnly: true });
  });

  test('in a ConfigMap that exists is mounted by its key', () => {
    const { volumes } = podOf({ router: crpd, template: { configMap: 'mirkwood-config' } }).spec;
    expect(volumes).toContainEqual({
      name: 'template',
      configMap: { name: 'mirkwood-config', items: [{ key: 'config', path: 'juniper.conf.j2' }] },
    });
  });

  test.each([
    ['a byte-order mark', '\uFEFFsystem {}', 'a file in UTF-8 without a byte-order mark'],
    ['bytes that are no UTF-8', Buffer.from([0xc3, 0x28]), 'a file in UTF-8 without a byte-order mark'],
    ['a password hash', 'encrypted-password "$6$salt$hash";', 'a file without a password hash'],
  ])('with %s is refused', (_, content, allowed) => {
    const wrong = path.join(folder, 'wrong.j2');
    fs.writeFileSync(wrong, content);
    expect(() => synth({ template: { file: wrong } })).toThrow(allowed);
  });

  test('replaces the pods when its text changes', () => {
    const checksum = () => podOf({ template: { file } }).metadata.annotations['meshrr/checksum'];
    const before = checksum();
    expect(checksum()).toBe(before);
    fs.appendFileSync(file, '\n');
    expect(checksum()).not.toBe(before);
  });
});

describe('further groups', () => {
  const groups = [
    { name: 'PARTIAL-TABLE', kind: 'clients', ranges: ['203.0.113.0/24'] },
    { name: 'OTHER-MESH', kind: 'mesh', service: 'other-mesh' },
    { name: 'SECOND-UPSTREAM', kind: 'upstream', service: 'spare-core', sessions: 1 },
  ];

  test('become a file that the runtime reads back', () => {
    const { data } = synth({ groups }).get('ConfigMap', 'meshrr-core-groups');
    const pod = { clientRanges: [], mode: 'routereflector' } as const;
    expect(parsePeerGroupsFile(data?.['groups.json'] as string, pod).map(({ name, kind }) => [name, kind])).toEqual(
      groups.map(({ name, kind }) => [name, kind]),
    );
  });

  test('are mounted where the setting says', () => {
    const manifests = synth({ groups });
    expect(manifests.environmentOf('Deployment', 'meshrr-core').MESHRR_GROUPS_FILE).toBe(
      '/etc/meshrr/groups/groups.json',
    );
    expect(podOf({ groups }).spec.containers[0].volumeMounts).toContainEqual({
      name: 'groups',
      mountPath: '/etc/meshrr/groups/groups.json',
      subPath: 'groups.json',
      readOnly: true,
    });
  });

  test('of clients are let in by the network policy', () => {
    const [{ from }] = synth({ groups }).get('NetworkPolicy', 'meshrr-core').spec.ingress;
    expect(from).toContainEqual({ ipBlock: { cidr: '203.0.113.0/24' } });
  });

  test('make no file where there are none', () => {
    expect(synth({}).ofKind('ConfigMap')).toEqual([]);
    expect(synth({}).environmentOf('Deployment', 'meshrr-core')).not.toHaveProperty('MESHRR_GROUPS_FILE');
  });
});
