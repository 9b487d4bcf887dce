import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Namespace } from '../../../lab/network/namespace';
import { Workspace } from '../../../lab/workspace';
import { layOutImage } from '../../../lab/pod/image';
import { Sandbox } from '../../../lab/pod/sandbox';
import { describeWith } from '../../../test-support/needs';

/** So many that the machine is busy. */
const SANDBOXES = 12;

describeWith(['root', 'ip', 'bgpd'], 'the sandbox of a pod', () => {
  let place: Workspace;
  beforeEach(async () => {
    place = await Workspace.take();
  });
  afterEach(() => place.clear());

  test('has its own root as soon as it is open', async () => {
    const image = layOutImage(path.join(place.folder, 'image'));
    const open = async (_: unknown, i: number) => {
      const namespace = await Namespace.create(`${place.prefix}-${i}`);
      const folder = path.join(place.folder, `${i}`);
      const sandbox = new Sandbox({
        ...{
          namespace,
          image,
          folder,
          mounts: [],
          textOf: () => '',
          secretOf: () => '',
          capabilities: [],
          nameserver: '127.0.0.1',
        },
        ...{ user: os.userInfo().uid, group: os.userInfo().gid },
      });
      await sandbox.open();
      const target = sandbox.execTarget[sandbox.execTarget.indexOf('--target') + 1];
      const shown = fs.existsSync(`/proc/${target}/root/usr/local/bin/meshrr`);
      sandbox.close();
      return shown;
    };
    expect(fs.existsSync('/usr/local/bin/meshrr')).toBe(false);
    expect(await Promise.all(Array.from({ length: SANDBOXES }, open))).toEqual(Array(SANDBOXES).fill(true));
  });
});
