import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { settingNames, settingOf } from '../../../lib/settings';
import { bundleRuntime } from '../../../test-support/bundle';

const HASH = `$6$saltsalt$${'a'.repeat(86)}`;
const SECRETS = /saltsalt|hunter2|aaaaaaaa/;

const RIGHT: Readonly<Record<string, string>> = {
  POD_IP: '192.0.2.1',
  MESH_SERVICE_NAME: 'core',
  ENCRYPTED_ROOT_PW: HASH,
  AUTONOMOUS_SYSTEM: '64496',
  MESHRR_CLIENTRANGE: '10.0.0.0/8',
};

/** Where `init` would write on this machine. */
const WRITTEN = ['/config', '/etc/frr', '/run/meshrr', '/run/frr'].flatMap((folder) =>
  ['', 'juniper.conf', 'bgpd.conf', 'meshrr-rendered.conf', 'meshrr.status.json'].map((name) =>
    path.join(folder, name),
  ),
);

/** Values that no pod may start with, for each variable. */
const GARBAGE: Readonly<Record<string, readonly string[]>> = {
  POD_IP: ['', 'localhost', '192.0.2.256', '192.0.2.1/24', 'fe80::1%eth0', '192.0.2.1\nPOD_IP=192.0.2.2', '0'],
  MESH_SERVICE_NAME: ['', 'Core', 'core.default', '-core', 'c'.repeat(64), 'core\n', '*'],
  UPSTREAM_SERVICE_NAME: ['core_1', 'core;reboot'],
  KUBE_NAMESPACE: ['a.b', '\u2028'],
  ENCRYPTED_ROOT_PW: ['', 'hunter2', '$1$hunter2$x', `${HASH}"; }`, `${HASH}\n`],
  AUTONOMOUS_SYSTEM: ['', '0', 'AS64496', '4294967296', '-1', '1.70000', '6e4'],
  MESHRR_CLIENTRANGE: ['', '10.0.0.0', '10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/8,', '10.0.0.0/8,10.1.0.0/16', ' '],
  MESHRR_MODE: ['reflector', 'ROUTESERVER', '__proto__'],
  MESHRR_ASRANGE: ['65500-65001', '65001-', 'all', '0-1'],
  MESHRR_FAMILY_INET: ['yes', '1', 'True', 'false'],
  MESHRR_FAMILY_EVPN: ['on'],
  SERVICE_ROOT_DOMAIN: ['.', 'svc..local', 'svc.cluster.local.', 'cluster.local'],
  MESHRR_ROUTER: ['bird', 'FRR'],
  MESHRR_FAMILY_INET6: ['no'],
  MESHRR_FAMILIES: ['VPNv4', 'inet', 'vpnv4,vpnv4'],
  MESHRR_SESSION_FAMILIES: ['both', 'Own'],
  MESHRR_CLIENT_SERVICE: ['Core', 'core.default.svc', 'core,Core'],
  MESHRR_UPSTREAM_SESSIONS: ['0', '65', 'two', '2.5', '1e1'],
  MESHRR_POD_IPS: [',', '10.42.0.1/16', 'x', '10.42.0.1 fd00::1'],
  MESHRR_ROUTER_ID: ['0.0.0.0', '2001:db8::1', '1'],
  MESHRR_INSTANCE: ['Node_1', 'n1;reboot'],
  MESHRR_IDENTITY: ['core east', '/core', 'core"; }'],
  MESHRR_ROUTER_IDS: ['192.0.2.1', 'n1=192.0.2.1,n1=192.0.2.2', 'n1=', '='],
  MESHRR_CLUSTER_ID: ['0.0.0.0', 'region'],
  MESHRR_INREGION_ONLY: ['65000', '65536:1', 'large:1:2:3'],
  MESHRR_INREGION_PREFERRED: ['no-export-ever', '1:65536'],
  MESHRR_CLIENT_LOCAL_PREFERENCE: ['100', 'RESET'],
  MESHRR_CLIENT_ROUTES: ['any', '10.0.0.1/8', '10.0.0.0/33'],
  MESHRR_MESH_MD5: ['maybe'],
  MESHRR_MESH_KEY_FILE: ['key', '/etc/key;'],
  MESHRR_UPSTREAM_KEY_FILE: ['key', '/no such/key'],
  MESHRR_CLIENT_KEY_FILE: ['key', '/etc/"key"'],
  MESHRR_CLIENTRANGE_KEY_FILE: ['key', '/etc/key\n'],
  MESHRR_CLIENTRANGE_HOLD_SECONDS: ['2', '65536', '9s'],
  MESHRR_POD_NETWORKS: ['pods', '10.42.0.1/16', '198.51.100.0/24'],
  MESHRR_ADD_PATH: ['all'],
  MESHRR_LISTEN_ADDRESSES: [',', '192.0.2.1/32', 'lo', '192.0.2.77'],
  MESHRR_PEER_LIMIT: ['0', 'all', '1.5', '-1'],
  MESHRR_CLIENT_LIMIT: ['0', '65536', 'many'],
  MESHRR_MAXIMUM_PREFIXES: [
    '1000',
    'inet=0',
    'inet=1,inet=2',
    'threshold=80',
    'inet=1,threshold=101',
    'inet=1,excess=drop,restartMinutes=5',
    'ipv4=1',
    'inet=1,evpn\n=1',
  ],
  MESHRR_CLIENT_FILTERS: [
    'exchange',
    'bogons=1',
    'asPathLength=0',
    'ipv4Lengths=24-8',
    'blackhole=true',
    'actions=yes',
    'actions=true',
    'bogons=true,bogons=true',
    'bogons=true',
  ],
  MESHRR_RPKI_SERVERS: [
    'rtr',
    'rtr:0',
    'rtr:65536',
    '2001:db8::53:323',
    '[rtr]:323',
    'rtr:323,rtr:323',
    '192.0.2.53:323',
  ],
  MESHRR_RPKI_INVALID: ['reject', 'Drop'],
  MESHRR_ROUTE_SERVER_CLIENT: ['yes'],
  MESHRR_RIB_SHARDING: ['0', '32', 'on', '1.5'],
  MESHRR_UPDATE_THREADING: ['0', '129', 'auto'],
  MESHRR_DISCOVERY: ['consul'],
  MESHRR_POLL_MILLISECONDS: ['0', '99', '60001', '1s', '1000.0', '1e3'],
  MESHRR_SESSION_SECONDS: ['0', '4', '3601', '60s'],
  MESHRR_LEASE: ['Core', 'core.default'],
  MESHRR_LEASE_SUCCESSOR: ['none', 'Any'],
  MESHRR_POD_UID: ['a b', 'A/b'],
  MESHRR_GRACE_SECONDS: ['0', '86401', '1m'],
  MESHRR_LOG_LEVEL: ['trace', 'WARN'],
  MESHRR_MEMBERS_FILE: ['members.json', '/no such/file'],
  MESHRR_GROUPS_FILE: ['groups.json', '/no such/file', '/nowhere/groups.json', '/etc'],
};

describe('the program', () => {
  let program: string;
  let folder: string;
  let usage: string;
  beforeAll(() => {
    program = bundleRuntime();
    usage = meshrr(['help']).stdout;
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-program-'));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  function meshrr(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    });
    return { status, stdout, stderr };
  }

  const written = () => WRITTEN.map((file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs);

  /** What `init` says of a wrong setting. Fails unless that is one line, and all that it did. */
  function refusal(env: Readonly<Record<string, string | undefined>>): string {
    const before = written();
    const { status, stdout, stderr } = meshrr(['init'], { ...RIGHT, ...env });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^meshrr init: [^\n\r\v\f\u0085\u2028\u2029]+, want [^\n\r\v\f\u0085\u2028\u2029]+\n$/,
      ),
    });
    expect(stderr).not.toMatch(SECRETS);
    expect(written()).toEqual(before);
    return stderr.trimEnd();
  }

  /** A file of further groups with this text. */
  function groupsFile(content: string | object): { MESHRR_GROUPS_FILE: string } {
    const file = path.join(folder, 'groups.json');
    fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return { MESHRR_GROUPS_FILE: file };
  }

  test.each([['--help'], ['help']])('tells with %s how it is used', (argument) => {
    const { status, stdout, stderr } = meshrr([argument]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const command of ['init', 'run', 'stand-in', 'status', 'drain', 'undrain', 'handover', 'selftest'])
      expect(stdout).toMatch(`\n  ${command} `);
  });

  test.each([[[]], [['reset']], [['toString']], [['-v']]])('does not know the command %j', (args) => {
    const { status, stdout, stderr } = meshrr(args, RIGHT);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(usage);
  });

  test.each([
    [['init', 'now'], 'meshrr init: got "now", want nothing'],
    [['run', '--once'], 'meshrr run: got "--once", want nothing'],
    [['status', '--yaml'], 'meshrr status: got "--yaml", want --json'],
    [['stand-in', '--once'], 'meshrr stand-in: got "--once", want nothing'],
    [['drain', '10'], 'meshrr drain: got "10", want nothing'],
    [['handover', 'now'], 'meshrr handover: got "now", want nothing'],
    [['undrain', '--seconds', '1'], 'meshrr undrain: got "--seconds", want nothing'],
    [['selftest', 'all'], 'meshrr selftest: got "all", want nothing'],
  ])('does not know %j', (args, said) => {
    const { status, stdout, stderr } = meshrr(args, RIGHT);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(`${said}\n${usage}`);
  });

  test('the table of garbage has every variable', () => {
    expect(Object.keys(GARBAGE)).toEqual(settingNames.map((name) => settingOf(name).variable));
  });

  test.each(Object.entries(GARBAGE).flatMap(([variable, values]) => values.map((value) => [variable, value])))(
    'a wrong setting ends init with one line: %s=%j',
    (variable, value) => {
      const said = refusal({ [variable]: value });
      expect(said).toMatch(new RegExp(`^meshrr init: ${variable}(\\[\\w+\\])*: got `));
    },
  );

  test.each([
    ['the last of several AS ranges', { MESHRR_ASRANGE: '65001-65010, x' }, 'MESHRR_ASRANGE[1]: got "x", want '],
    ['no Service', { MESH_SERVICE_NAME: undefined }, 'MESH_SERVICE_NAME: got nothing, want '],
    ['a pod with IPv6 alone', { POD_IP: '2001:db8::1' }, 'MESHRR_ROUTER_ID: got nothing, want an IPv4 address'],
    [
      'a mesh among its clients',
      { POD_IP: '10.0.0.1', MESHRR_MESH_MD5: 'false' },
      'MESHRR_MESH_MD5: got "false", want ',
    ],
  ])('names the setting: %s', (_, env, said) => {
    expect(refusal(env)).toContain(`meshrr init: ${said}`);
  });

  test('shows a long value by its beginning', () => {
    expect(refusal({ MESHRR_MODE: 'x'.repeat(50_000) }).length).toBeLessThan(200);
  });

  test.each<[string, string | object, string]>([
    ['no JSON', 'groups:\n- name: LAB', 'want JSON of the form {"groups": [ … ]}'],
    ['empty', '', 'want JSON of the form'],
    ['a list', [], 'want an object'],
    ['a kind that is none', { groups: [{ name: 'LAB', kind: 'peers' }] }, '[groups][0][kind]: got "peers", want '],
    ['no Service', { groups: [{ name: 'LAB', kind: 'mesh' }] }, '[groups][0][service]: got nothing, want '],
    ['a misspelled name', { groups: [{ name: 'LAB', kind: 'mesh', servise: 'lab' }] }, 'did you mean service?'],
    [
      'a name that is taken',
      { groups: [{ name: 'MESHRR-MESH', kind: 'mesh', service: 'lab' }] },
      '[groups][0][name]: got "MESHRR-MESH", want a name that no other group has',
    ],
    [
      'ranges that overlap each other',
      { groups: ['A', 'B'].map((name) => ({ name, kind: 'clients', ranges: ['198.51.100.0/24'] })) },
      'want a range that does not overlap 198.51.100.0/24',
    ],
    [
      'AS ranges on a route reflector',
      { groups: [{ name: 'A', kind: 'clients', ranges: ['198.51.100.0/24'], asRanges: [65001] }] },
      '[groups][0][asRanges]: got ["65001"], want none: the clients of a route reflector are in its own AS',
    ],
    [
      'a range that overlaps that of the pod',
      { groups: [{ name: 'A', kind: 'clients', ranges: ['10.1.0.0/16'] }] },
      'got "10.1.0.0/16", want a range that does not overlap 10.0.0.0/8',
    ],
  ])('a wrong file of groups ends init with one line: %s', (_, content, said) => {
    const line = refusal(groupsFile(content));
    expect(line).toMatch(/^meshrr init: MESHRR_GROUPS_FILE(\[|:)/);
    expect(line).toContain(said);
  });

  test.each(['run', 'status', 'stand-in', 'drain', 'undrain', 'handover', 'selftest'])(
    '"%s" refuses a wrong setting with the same line',
    (command) => {
      const { status, stdout, stderr } = meshrr(command.split(' '), { ...RIGHT, MESHRR_MODE: 'server' });
      const [name] = command.split(' ');
      expect({ status, stdout, stderr }).toEqual({
        status: 2,
        stdout: '',
        stderr: `meshrr ${name}: MESHRR_MODE: got "server", want "routereflector" or "routeserver"\n`,
      });
    },
  );
});
