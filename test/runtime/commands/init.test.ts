import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { bundleRuntime } from '../../../test-support/bundle';
import { FrrPod, FrrPodOptions } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import { Network } from '../../../test-support/network';

/** `init` in the folders of a pod, and the other commands where nothing runs. */
describeWith(['root', 'ip', 'bgpd'], 'a pod in which nothing runs yet', () => {
  let network: Network;
  let pod: FrrPod;
  beforeEach(() => {
    network = new Network();
  });
  afterEach(() => {
    network.close();
    pod.close();
  });

  function create(options: Partial<FrrPodOptions> = {}): FrrPod {
    pod = new FrrPod(network.host('10.42.0.1/16'), {
      bundle: bundleRuntime(),
      nameserver: '10.42.255.53',
      environment: { MESH_SERVICE_NAME: 'core', AUTONOMOUS_SYSTEM: '64496', MESHRR_CLIENTRANGE: '10.42.0.0/16' },
      ...options,
    });
    return pod;
  }

  const CONFIGURATION = '/etc/frr/bgpd.conf';
  const configuration = () => fs.readFileSync(pod.outside(CONFIGURATION), 'utf8');
  const event = (stdout: string) => JSON.parse(stdout);

  test('init renders the default template, and again at the next start', () => {
    create();
    const first = pod.meshrr('init');
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(event(first.stdout)).toMatchObject({ event: 'configuration', file: CONFIGURATION });
    const text = configuration();
    expect(text).toContain('router bgp 64496');
    fs.appendFileSync(pod.outside(CONFIGURATION), 'hostname written-by-bgpd\n');
    pod.meshrr('init');
    expect(configuration()).toBe(text);
  });

  test('init ends with one line on a kernel without TCP MD5, unless the mesh does without it', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'perl-'));
    const environment = {
      ...{ MESH_SERVICE_NAME: 'core', AUTONOMOUS_SYSTEM: '64496', MESHRR_CLIENTRANGE: '198.51.100.0/24' },
      PATH: `${folder}:${process.env.PATH}`,
    };
    try {
      const perl = '#!/bin/sh\nprintf "Protocol not available"\nexit 1\n';
      fs.writeFileSync(path.join(folder, 'perl'), perl, { mode: 0o755 });
      const refused = create({ environment }).meshrr('init');
      expect(refused).toMatchObject({ status: 2, stdout: '' });
      expect(refused.stderr).toMatch(
        /^meshrr init: MESHRR_MESH_MD5: got "true", want false: the kernel has no TCP MD5 \(Protocol not available\)[^\n]*\n$/,
      );
      expect(fs.readdirSync(pod.outside('/etc/frr'))).toEqual([]);
      pod.close();
      expect(create({ environment: { ...environment, MESHRR_MESH_MD5: 'false' } }).meshrr('init').status).toBe(0);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  test('init ends with one line if no client could connect: the pod has no IPv6 address', () => {
    create({
      environment: { MESH_SERVICE_NAME: 'core', AUTONOMOUS_SYSTEM: '64496', MESHRR_CLIENTRANGE: '2001:db8::/32' },
    });
    const { status, stdout, stderr } = pod.meshrr('init');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^meshrr init: MESHRR_CLIENTRANGE: got "2001:db8::\/32", want [^\n]*\(IPv4\)\n$/);
  });

  test("init renders the operator's template where there is one", () => {
    create({ template: 'router bgp {{ AUTONOMOUS_SYSTEM }}\n bgp router-id {{ POD_IP }}\n' });
    expect(event(pod.meshrr('init').stdout)).toMatchObject({ template: '/etc/meshrr/frr.conf.j2' });
    expect(configuration()).toBe('router bgp 64496\n bgp router-id 10.42.0.1\n');
  });

  test.each([
    ['does not end', 'router bgp {{ AUTONOMOUS_SYSTEM'],
    ['ends a block that was not begun', '{% endfor %}'],
    ['uses what the runtime does not know', '{{ AUTONOMOUS_SYSTEM | unheard_of }}'],
    ['includes another', '{% include "other.j2" %}'],
    ['fails when it runs', '{{ 1 / 0 }}{{ range("x") }}'],
    ['renders nothing', '{# nothing #}'],
    ['is not text', '\ufffd\0\r{{'],
  ])('init ends with one line where the template %s, and writes nothing', (_, template) => {
    create({ template });
    const { status, stdout, stderr } = pod.meshrr('init');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^meshrr init: \/etc\/meshrr\/frr\.conf\.j2: [^\n]+\n$/);
    expect(fs.readdirSync(pod.outside('/etc/frr'))).toEqual([]);
  });

  test('init ends with one line if the folder cannot be written', () => {
    create({ readOnly: true });
    const { status, stdout, stderr } = pod.meshrr('init');
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'meshrr init: /etc/frr/bgpd.conf: cannot be written (EROFS)\n',
    });
    expect(fs.readdirSync(pod.outside('/etc/frr'))).toEqual([]);
  });

  test.each([
    [0, 0],
    [4, 1],
  ])('init on a disk of 4 kB, %i of them used, writes all or nothing', (used, ended) => {
    const script = `mount -t tmpfs -o size=4k none /etc/frr || exit 9
head -c ${used}k /dev/zero >/etc/frr/other
"$@"; status=$?; ls -A /etc/frr; exit $status`;
    const env = { ...create().environment, PATH: process.env.PATH };
    const all = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', process.execPath, bundleRuntime()];
    const { status, stdout, stderr } = spawnSync('unshare', [...all, 'init'], { encoding: 'utf8', env });
    if (ended === 0) {
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.trimEnd().split('\n').slice(1)).toEqual(['bgpd.conf', 'other']);
    } else {
      const said = 'meshrr init: /etc/frr/bgpd.conf: cannot be written (ENOSPC)\n';
      expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: 'other\n', stderr: said });
    }
  });

  test('init removes the report of a daemon and the drain from before the restart of the container', () => {
    create();
    fs.writeFileSync(pod.outside('/run/frr/meshrr.status.json'), '{"readiness":{"ready":true,"reason":"once"}}');
    fs.writeFileSync(pod.outside('/run/frr/meshrr.handover'), 'drained');
    pod.meshrr('init');
    expect(fs.readdirSync(pod.outside('/run/frr'))).toEqual([]);
  });

  test.each([
    [['status'], 'meshrr status: the daemon has not reported yet: is "meshrr run" running?'],
    [['status', '--json'], 'meshrr status: the daemon has not reported yet: is "meshrr run" running?'],
    [['drain'], 'meshrr drain: the router does not answer: '],
  ])('%j ends with one line', (args, said) => {
    create();
    const { status, stdout, stderr } = pod.meshrr(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toMatch(said);
  });

  test.each([
    ['a minute ago', -60, /^meshrr status: the daemon has not reported for 6\d seconds\n$/],
    ['in two hours, by a clock that was set back', 7200, /^meshrr status: [^\n]+ since the clock was set back\n$/],
  ])('status shows what a daemon told %s, and says that it is silent now', (_, seconds, said) => {
    create();
    const status = {
      time: new Date(Date.now() + seconds * 1000).toISOString(),
      startedAt: '2026-03-01T08:00:00.000Z',
      router: { kind: 'frr', reachable: true, autonomousSystem: 64496, routerId: '10.42.0.1' },
      readiness: { ready: true, reason: 'has been ready before' },
      groups: [],
      clients: { established: 0, total: 0 },
      problems: [],
    };
    fs.writeFileSync(pod.outside('/run/frr/meshrr.status.json'), JSON.stringify(status));
    const shown = pod.meshrr('status');
    expect(shown.status).toBe(1);
    expect(shown.stdout).toContain('router     frr, DOES NOT ANSWER');
    expect(shown.stderr).toMatch(said);
  });

  test.each([['status'], ['status', '--json']])('%s %s takes half a report for none', (...args) => {
    create();
    const half = { time: new Date().toISOString(), readiness: { ready: true, reason: 'x' }, problems: [] };
    fs.writeFileSync(pod.outside('/run/frr/meshrr.status.json'), JSON.stringify(half));
    expect(pod.meshrr(...args)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^meshrr \w+: [^\n]*the daemon has not reported yet[^\n]*\n$/),
    });
  });
});
