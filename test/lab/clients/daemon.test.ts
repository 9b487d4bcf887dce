import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { createClient } from '../../../lab/clients/create-client';
import { ClientProps } from '../../../lab/clients/client';
import { run } from '../../../lab/network/command';
import { Namespace } from '../../../lab/network/namespace';
import { describeWith } from '../../../test-support/needs';

const PROPS: Omit<ClientProps, 'implementation'> = {
  name: 'edge',
  autonomousSystem: 64496,
  routerId: '10.0.0.2',
  families: ['inet'],
  neighbors: [{ address: '10.98.0.1', localAddress: '10.0.0.2', autonomousSystem: 64496 }],
  announcements: [{ family: 'inet', prefix: '198.51.100.0/24' }],
};

describeWith(['root', 'ip', 'bird', 'gobgpd'], 'the daemon of a client', () => {
  let namespace: Namespace;
  let folder: string;
  beforeEach(async () => {
    namespace = await Namespace.create(`ld${process.pid.toString(36)}`);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'client-'));
  });
  afterEach(async () => {
    await namespace.close();
    fs.rmSync(folder, { recursive: true });
  });

  const pids = () => run('ip', ['netns', 'pids', namespace.name]);
  test.each(['bird', 'gobgp'] as const)('%s starts, ends, and starts again', async (implementation) => {
    const client = createClient(namespace, folder, { ...PROPS, implementation });
    for (let i = 0; i < 2; i++) {
      await client.start();
      expect(await client.learned()).toEqual([]);
      expect(await client.sessions()).toMatchObject([{ address: '10.98.0.1', ups: 0 }]);
      await expect(client.start()).rejects.toThrow('runs already');
      await client.stop();
      expect(await pids()).toBe('');
    }
    await client.stop();
  });

  test('a daemon that cannot start reports why', async () => {
    const neighbors = [{ ...PROPS.neighbors[0], address: 'nowhere' }];
    const client = createClient(namespace, folder, { ...PROPS, neighbors, implementation: 'bird' });
    await expect(client.start()).rejects.toThrow(/bird has ended: .*bird.conf:\d+:\d+ syntax error/);
    expect(await pids()).toBe('');
  });

  test.each(['bird', 'gobgp'] as const)('%s ends with its namespace', async (implementation) => {
    const client = createClient(namespace, folder, { ...PROPS, implementation });
    await client.start();
    await namespace.close();
    await client.stop();
    await expect(client.sessions()).rejects.toThrow();
  });

  test('an unsupported family is rejected before a file is written', () => {
    const evpn = { ...PROPS, families: ['evpn'] as const, announcements: [] };
    expect(() => createClient(namespace, folder, { ...evpn, implementation: 'bird' })).toThrow(
      'a client on BIRD has no other family',
    );
    const inet6 = { family: 'inet6', prefix: '2001:db8::/48' } as const;
    const client = createClient(namespace, folder, { ...PROPS, implementation: 'gobgp' });
    expect(() => client.announce(inet6)).rejects.toThrow('edge: got an announcement of inet6, want inet');
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});
