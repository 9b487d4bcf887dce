import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Container, imageConfig } from '../../test-support/container';
import { eventually } from '../../test-support/eventually';
import {
  BUILD_MILLISECONDS,
  buildah,
  buildRouter,
  CRPD_BASE,
  image,
  MountedImage,
  singleLayer,
} from '../../test-support/images';
import { describeWith } from '../../test-support/needs';
import { probe } from '../../test-support/probe';
import { MeshNetwork } from './mesh-network';

/** "swordfish"; what counts is that it turns up nowhere. */
const PASSWORD_HASH = `$6$meshrr$${'K7kx.Hq0'.repeat(11).slice(0, 86)}`;
const ADDRESSES = ['10.42.0.11', '10.42.0.12'];

describeWith(['root', 'debootstrap', 'buildah', 'runc', 'ip', 'dnsmasq'], 'the cRPD image, on a stand-in base', () => {
  let name: string;
  let network: MeshNetwork;
  let pod: Container;

  beforeAll(() => {
    name = image('crpd');
    network = new MeshNetwork(
      'core',
      ADDRESSES.map((address) => `${address}/16`),
    );
  }, BUILD_MILLISECONDS);
  afterAll(async () => {
    await pod?.close();
    network?.close();
  });
  const start = (changes: Record<string, string> = {}) =>
    new Container({
      image: name,
      host: network.hosts[0],
      nameserver: MeshNetwork.nameserver,
      privileged: true,
      environment: {
        POD_IP: ADDRESSES[0],
        KUBE_NAMESPACE: 'default',
        MESH_SERVICE_NAME: 'core',
        AUTONOMOUS_SYSTEM: '64496',
        MESHRR_CLIENTRANGE: '198.51.100.0/24',
        ENCRYPTED_ROOT_PW: PASSWORD_HASH,
        ...changes,
      },
    });

  test('keeps what the base has, and starts the runtime before its init', () => {
    expect(imageConfig(name)).toMatchObject({
      Entrypoint: ['/usr/local/sbin/meshrr-start'],
      StopSignal: '35',
      ExposedPorts: imageConfig(CRPD_BASE).ExposedPorts,
    });
    expect(imageConfig(name).Cmd ?? []).toEqual([]);
  });

  test('a wrong setting ends the container with one line, and without the secret', async () => {
    const refused = start({ MESHRR_MODE: 'reflector' });
    expect(await refused.ended).toBe(2);
    expect(refused.output).toMatch(/^meshrr init: MESHRR_MODE: .*reflector.*\n$/);
    await refused.close();
  });

  test('the router has the rendered configuration, and the runtime adds the peers that DNS lists', async () => {
    pod = start();
    const shown = () => pod.run('cli', '-c', 'show configuration | display set');
    await eventually(() => expect(shown()).toContain(`group MESHRR-MESH neighbor ${ADDRESSES[1]}`), 30_000, 250);
    expect(shown()).toContain('set groups MESHRR ');
    expect(shown()).not.toContain(`group MESHRR-MESH neighbor ${ADDRESSES[0]}`);
  });

  test("the runtime is a service of the base's runit, and comes back when it is killed", async () => {
    const service = () => /run: \S+: \(pid (\d+)\)/.exec(pod.run('sv', 'status', '/etc/service/meshrr'))?.[1];
    const before = service();
    expect(before).toMatch(/^\d+$/);
    pod.run('sh', '-c', `kill -9 ${before}`);
    await eventually(() => {
      expect(service()).toMatch(/^\d+$/);
      expect(service()).not.toBe(before);
    });
    expect(pod.run('cat', '/proc/1/comm')).toBe('runit\n');
  });

  test('the probe of the router and the status answer', async () => {
    expect(probe(network.hosts[0], '/livez')).toEqual({ status: 200, text: 'ok' });
    await eventually(() => {
      const { groups } = JSON.parse(pod.run('meshrr', 'status', '--json'));
      expect(groups[0].peers).toMatchObject([{ address: ADDRESSES[1], configured: true }]);
    });
    expect(pod.log).toContainEqual(expect.objectContaining({ event: 'started', router: 'crpd' }));
  });

  test("the root password's hash stands in the router's configuration, and nowhere else on disk", () => {
    // The base's init has written its environment to a file, as some do.
    expect(pod.run('cat', '/etc/envvars')).toContain('AUTONOMOUS_SYSTEM');
    const folders = ['/etc', '/root', '/run', '/dev/shm', '/tmp', '/var', '/config'];
    const found = pod.exec('grep', '-rlF', PASSWORD_HASH, ...folders);
    expect(found.stdout.split('\n').filter((file) => file && !/^\/config\/|crpd-stand-in/.test(file))).toEqual([]);
    expect(pod.run('stat', '-c', '%a %U', '/run/meshrr/environment')).toBe('600 root\n');
    expect(pod.output).not.toContain(PASSWORD_HASH);
  });
});

describeWith(['root', 'debootstrap', 'buildah'], 'a base that cannot carry the runtime fails the build of cRPD', () => {
  const made: string[] = [];
  beforeAll(() => image('crpd'), BUILD_MILLISECONDS);
  afterAll(() => made.forEach((base) => buildah('rmi', base)));
  /** The stand-in base, changed by commands. */
  function base(change: string): string {
    const mounted = new MountedImage(CRPD_BASE);
    const name = `localhost/crpd-test-${made.length}:1`;
    try {
      execFileSync('chroot', [mounted.root, 'sh', '-c', change]);
      buildah('commit', '--quiet', mounted.container, name);
    } finally {
      mounted.close();
    }
    made.push(name);
    return name;
  }

  /** What a build that must fail says. */
  function failure(args: Record<string, string>): string {
    try {
      buildRouter('crpd', { tag: 'localhost/crpd-test-unwanted:1', args });
    } catch (error) {
      return (error as Error).message;
    }
    made.push('localhost/crpd-test-unwanted:1');
    throw new Error('it was built');
  }

  test('no base at all', () => {
    expect(failure({})).toContain('ERROR: no cRPD image is named: give --build-arg CRPD_IMAGE=');
  });

  test('a base that is no cRPD', () => {
    const debian = base('rm /sbin/runit-init.sh');
    expect(failure({ CRPD_IMAGE: debian })).toContain(
      `ERROR: ${debian} is not a cRPD image: it has no /sbin/runit-init.sh`,
    );
    const mute = base('rm /usr/bin/netconf /usr/sbin/cli');
    expect(failure({ CRPD_IMAGE: mute })).toContain('it has neither netconf nor /usr/sbin/cli');
  });

  test('a base without runit', () => {
    expect(failure({ CRPD_IMAGE: base('rm /usr/bin/runsvdir') })).toContain('has no runit (runsvdir, /etc/service)');
    expect(failure({ CRPD_IMAGE: base('rm /bin/bash') })).toContain('has no /bin/bash');
  });

  test('a base on which Node does not run', () => {
    const binary = path.join(fs.mkdtempSync('/tmp/node-'), 'node');
    const missing = "/lib/x86_64-linux-gnu/libc.so.6: version \`GLIBC_2.28' not found";
    fs.writeFileSync(binary, `#!/bin/sh\necho "node: ${missing.replace('`', '\\`')}" >&2\nexit 1\n`, { mode: 0o755 });
    made.push(
      singleLayer('localhost/node-test:1', (container) =>
        buildah('copy', '--quiet', container, binary, '/usr/local/bin/node'),
      ),
    );
    fs.rmSync(path.dirname(binary), { recursive: true });
    const said = failure({ CRPD_IMAGE: CRPD_BASE, NODE_IMAGE: 'localhost/node-test:1' });
    expect(said).toContain(missing);
    expect(said).toMatch(
      /ERROR: Node does not run on localhost\/crpd-stand-in:22\.4, which has ldd .*: it needs glibc 2\.28/,
    );
  });
});
