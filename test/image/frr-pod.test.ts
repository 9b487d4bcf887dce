import * as fs from 'fs';
import * as path from 'path';
import { execFileSync } from 'child_process';
import { RUNTIME } from '../../lib/settings';
import { Container } from '../../test-support/container';
import { eventually } from '../../test-support/eventually';
import { BUILD_MILLISECONDS, image } from '../../test-support/images';
import { describeWith } from '../../test-support/needs';
import { probe } from '../../test-support/probe';
import { MeshNetwork } from './mesh-network';

const ADDRESSES = ['10.42.0.11', '10.42.0.12'];

describeWith(['root', 'debootstrap', 'buildah', 'runc', 'ip', 'dnsmasq'], 'pods of the FRR image', () => {
  let name: string;
  let network: MeshNetwork;
  const pods: Container[] = [];

  beforeAll(() => {
    name = image('frr');
    network = new MeshNetwork(
      'core',
      ADDRESSES.map((address) => `${address}/16`),
    );
  }, BUILD_MILLISECONDS);
  afterAll(async () => {
    for (const pod of pods) await pod.close();
    network?.close();
  });
  function start(index: number, changes: Record<string, string> = {}): Container {
    const pod = new Container({
      image: name,
      host: network.hosts[index],
      nameserver: MeshNetwork.nameserver,
      environment: {
        POD_IP: ADDRESSES[index],
        KUBE_NAMESPACE: 'default',
        MESH_SERVICE_NAME: 'core',
        AUTONOMOUS_SYSTEM: '64496',
        MESHRR_CLIENTRANGE: '10.42.0.0/16',
        MESHRR_ROUTER: 'frr',
        ...changes,
      },
    });
    pods.push(pod);
    return pod;
  }

  const vtysh = (pod: Container, command: string) =>
    JSON.parse(pod.run('vtysh', '--vty_socket', '/run/frr', '-d', 'bgpd', '-c', command));
  const session = (pod: Container, peer: string) => vtysh(pod, `show bgp neighbors ${peer} json`)[peer];
  const isUp = (pod: Container, peer: string) => expect(session(pod, peer)).toMatchObject({ bgpState: 'Established' });

  /** The process that a service of runit runs, as the machine numbers it. */
  function processOf(pod: Container, program: string): number {
    const found = pod.processes().find((pid) => {
      const [command, ...args] = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return command.endsWith(program) && (program !== 'node' || args.includes('run'));
    });
    if (!found) throw new Error(`no ${program} runs`);
    return found;
  }

  let a: Container;
  let b: Container;

  test('two of them find each other by DNS and peer', async () => {
    a = start(0);
    b = start(1);
    await eventually(() => isUp(a, ADDRESSES[1]), 30_000, 250);
    await eventually(() => isUp(b, ADDRESSES[0]), 30_000, 250);
    expect(session(a, ADDRESSES[1])).toMatchObject({ peerGroup: 'MESHRR-MESH' });
    expect(session(b, ADDRESSES[0])).toMatchObject({ peerGroup: 'MESHRR-MESH' });
  });

  test('the probes succeed, and the status tells of the session', async () => {
    expect(probe(network.hosts[0], '/livez')).toEqual({ status: 200, text: 'ok' });
    await eventually(() => expect(probe(network.hosts[0], '/readyz').status).toBe(200));
    const { readiness, groups } = JSON.parse(a.run('meshrr', 'status', '--json'));
    expect(readiness).toMatchObject({ ready: true });
    expect(groups[0].peers).toMatchObject([{ address: ADDRESSES[1], state: 'Established' }]);
  });

  test('everything runs without a right beyond its user, on a root that cannot be written', () => {
    const processes = a.processes();
    expect(processes.length).toBeGreaterThanOrEqual(5);
    for (const pid of processes) {
      const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
      const field = (label: string) => new RegExp(`^${label}:\\s+(.*)$`, 'm').exec(status)?.[1];
      expect(field('Uid')).toBe(Array(4).fill(RUNTIME.frrUser).join('\t'));
      expect({ effective: field('CapEff'), bounding: field('CapBnd') }).toEqual({
        effective: '0'.repeat(16),
        bounding: '0'.repeat(16),
      });
      expect(field('NoNewPrivs')).toBe('1');
      expect(fs.readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 +0 /m);
    }
    expect(a.exec('sh', '-c', 'echo > /usr/share/meshrr/x').stderr).toContain('Read-only file system');
  });

  test('what commands leave behind is reaped', async () => {
    // 0.3 s: the runtime's own watch sleeps, too.
    a.run('sh', '-c', 'sleep 0.1 & sleep 0.3 &');
    const states = () =>
      a.processes().map((pid) => /^\d+ \(.*\) (.)/.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
    await eventually(() => {
      expect(a.processes().map((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8'))).not.toContain(
        'sleep\x000.3\0',
      );
      expect(states()).not.toContain('Z');
    });
  });

  test('a killed runtime is started again, and no session notices', async () => {
    const before = session(a, ADDRESSES[1]).bgpTimerUpEstablishedEpoch;
    const killed = processOf(a, 'node');
    process.kill(killed, 'SIGKILL');
    await eventually(() => expect(processOf(a, 'node')).not.toBe(killed));
    await eventually(() => expect(probe(network.hosts[0], '/readyz').status).toBe(200));
    const { bgpState, bgpTimerUpEstablishedEpoch: after } = session(a, ADDRESSES[1]);
    expect(bgpState).toBe('Established');
    // FRR derives the moment from an age in whole seconds.
    expect(Math.abs(after - before)).toBeLessThanOrEqual(1);
  });

  test('a runtime that hangs is killed and started again, and the probes are answered meanwhile', async () => {
    const hanging = processOf(a, 'node');
    process.kill(hanging, 'SIGSTOP');
    expect(probe(network.hosts[0], '/readyz').status).toBe(0);
    await eventually(() => expect(processOf(a, 'node')).not.toBe(hanging), 30_000, 250);
    await eventually(() => expect(probe(network.hosts[0], '/readyz').status).toBe(200), 10_000);
    expect(session(a, ADDRESSES[1]).bgpState).toBe('Established');
  });

  test('a runtime that is down for good leaves the pod ready', async () => {
    a.run('sv', 'down', '/etc/service/meshrr');
    await eventually(() => expect(() => processOf(a, 'node')).toThrow());
    await eventually(
      () => expect(probe(network.hosts[0], '/readyz')).toEqual({ status: 200, text: 'ok' }),
      30_000,
      250,
    );
    await eventually(() => expect(a.log).toContainEqual(expect.objectContaining({ event: 'runtime-missing' })));
    a.run('sv', 'up', '/etc/service/meshrr');
    await eventually(
      () => expect(a.log).toContainEqual(expect.objectContaining({ event: 'runtime-missing-ended' })),
      60_000,
      500,
    );
    await eventually(() => expect(probe(network.hosts[0], '/readyz').status).toBe(200));
  });

  test('a killed bgpd is started again, and the runtime gives it its neighbors back', async () => {
    const runtime = processOf(a, 'node');
    const killed = processOf(a, 'bgpd');
    process.kill(killed, 'SIGKILL');
    await eventually(() => expect(processOf(a, 'bgpd')).not.toBe(killed));
    await eventually(() => isUp(a, ADDRESSES[1]), 30_000, 250);
    expect(session(a, ADDRESSES[1])).toMatchObject({ peerGroup: 'MESHRR-MESH' });
    expect(processOf(a, 'node')).toBe(runtime);
  });

  test('told to stop, bgpd takes leave of its peers, then the runtime ends, in a few seconds', async () => {
    await eventually(() => isUp(a, ADDRESSES[1]), 40_000, 250);
    const begun = performance.now();
    a.signal('TERM');
    expect(await a.ended).toBe(0);
    // Less than the 10 and 5 s after which bgpd and the runtime are killed.
    expect(performance.now() - begun).toBeLessThan(10_000);
    await eventually(() =>
      expect(session(b, ADDRESSES[0])).toMatchObject({
        lastResetDueTo: 'BGP Notification received',
        lastNotificationReason: expect.stringMatching(/^Cease.Administrative Shutdown/),
        lastShutdownDescription: 'the pod is being stopped',
      }),
    );
    const lines = a.output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ event: 'stopped' });
    expect(lines.filter(({ event }) => event === 'bgpd').map(({ line }) => line)).toContainEqual(
      expect.stringContaining(`%ADJCHANGE: neighbor ${ADDRESSES[1]}`),
    );
  });

  test('a stopped one can start again where it was', async () => {
    a = start(0);
    await eventually(() => isUp(a, ADDRESSES[1]), 30_000, 250);
    a.signal('TERM');
    expect(await a.ended).toBe(0);
  });

  test.each([
    ['AUTONOMOUS_SYSTEM', 'sixty', /^meshrr init: AUTONOMOUS_SYSTEM: .*sixty.*\n$/],
    ['MESHRR_CLIENTRANGE', '', /^meshrr init: MESHRR_CLIENTRANGE: .*\n$/],
  ])('a wrong %s ends the container with one line', async (variable, value, line) => {
    const pod = start(0, { [variable]: value });
    expect(await pod.ended).toBe(2);
    expect(pod.output).toMatch(line);
    expect(pod.output.trimEnd()).not.toContain('\n');
  });

  test('nothing is left behind', async () => {
    const roots = pods.map(({ root }) => root);
    const ids = pods.map(({ id }) => id);
    for (const pod of pods.splice(0)) await pod.close();
    const mounts = fs.readFileSync('/proc/mounts', 'utf8');
    expect(roots.filter((root) => mounts.includes(root) || fs.existsSync(path.join(root, 'usr')))).toEqual([]);
    const groups = execFileSync('find', ['/sys/fs/cgroup', '-maxdepth', '2', '-type', 'd'], { encoding: 'utf8' });
    expect(ids.filter((id) => groups.includes(id))).toEqual([]);
  });
});
