import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { RUNTIME } from '../../lib/settings';
import { imageConfig } from '../../test-support/container';
import { BUILD_MILLISECONDS, frr10Rootfs, image, MountedImage } from '../../test-support/images';
import { describeWith } from '../../test-support/needs';

const ROOT = path.join(__dirname, '..', '..');
const DOCKERFILE = fs.readFileSync(path.join(ROOT, 'crpd-image', 'Dockerfile.frr'), 'utf8');

describeWith(['root', 'debootstrap', 'buildah'], 'the FRR image', () => {
  let name: string;
  let mounted: MountedImage;
  beforeAll(() => {
    name = image('frr');
    mounted = new MountedImage(name);
  }, BUILD_MILLISECONDS);
  afterAll(() => mounted?.close());

  /** What `find` finds in the image. */
  const find = (...expression: string[]) =>
    execFileSync('find', [mounted.root, '-xdev', ...expression, '-printf', '/%P\n'], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean)
      .sort();
  const chroot = (...command: string[]) => execFileSync('chroot', [mounted.root, ...command], { encoding: 'utf8' });

  test('has bgpd, its shell, Node of the pinned release and the runtime', () => {
    const [, nodeVersion] = /node:([\d.]+)-/.exec(DOCKERFILE) as RegExpExecArray;
    expect(chroot('/usr/local/bin/node', '--version')).toBe(`v${nodeVersion}\n`);
    const [, frrVersion] = /FRR_VERSION=([\d.]+)-/.exec(DOCKERFILE) as RegExpExecArray;
    expect(chroot('/usr/lib/frr/bgpd', '--version')).toContain(`bgpd version ${frrVersion}`);
    expect(chroot(RUNTIME.executable, 'help')).toContain('usage: meshrr');
    expect(find('-path', '*/usr/share/meshrr/*', '-not', '-path', '*/compile-cache/*', '-type', 'f')).toEqual([
      '/usr/share/meshrr/meshrr.js',
      '/usr/share/meshrr/meshrr.js.LEGAL.txt',
      '/usr/share/meshrr/minijinja_js_bg.wasm',
      '/usr/share/meshrr/templates/frr.conf.j2',
      '/usr/share/meshrr/templates/juniper.conf.j2',
    ]);
  });

  test('has no other daemon, no build tool, no package manager of Node, and no rest of the build', () => {
    expect(find('-path', '*/usr/lib/frr/*')).toEqual(['/usr/lib/frr/bgpd']);
    const tools = [
      '*gcc*',
      'cc',
      'c++',
      'g++*',
      'make',
      'ld',
      'as',
      'npm',
      'npx',
      'yarn*',
      'corepack',
      'python*',
      'git',
    ];
    const programs = [...tools, 'curl', 'wget', 'systemd', 'cron', 'sshd'];
    expect(
      find('-path', '*bin/*', '(', ...programs.flatMap((program) => ['-o', '-name', program]).slice(1), ')'),
    ).toEqual([]);
    expect(find('-path', '*/var/lib/apt/lists/*')).toEqual([]);
    expect(find('-path', '*/var/cache/apt/*')).toEqual([]);
    expect(find('-name', '*.deb')).toEqual([]);
    expect(find('-name', 'node_modules')).toEqual([]);
  });

  test('gives nobody more rights than they have, and its user nothing to change', () => {
    expect(find('-type', 'f', '-perm', '/6000')).toEqual([]);
    const user = `${RUNTIME.frrUser}`;
    const own = find('(', '-uid', user, '-o', '-gid', user, ')');
    expect(own).toEqual(['/etc/frr', '/run/frr', '/var/tmp/frr']);
    expect(find('-perm', '-o=w', '-not', '-type', 'l', '-not', '-path', '*/dev/*')).toEqual([
      '/run/lock',
      '/tmp',
      '/var/tmp',
    ]);
  });

  test('is told by its configuration: user, entry point, port, and no secret', () => {
    const user = RUNTIME.frrUser;
    const config = imageConfig(name);
    expect(config).toMatchObject({
      User: `${user}:${user}`,
      Entrypoint: ['/usr/local/sbin/meshrr-start'],
      ExposedPorts: { '179/tcp': {} },
      Labels: { 'org.opencontainers.image.title': 'meshrr-frr' },
    });
    expect(config.Env?.filter((variable) => !variable.startsWith('PATH='))).toEqual(['MESHRR_ROUTER=frr']);
  });

  test('is told to scanners: the packages of which it has parts are in the list of packages', () => {
    const listed = (file: string) => fs.readFileSync(path.join(mounted.root, 'var/lib/dpkg/status.d', file), 'utf8');
    expect(listed('frr')).toMatch(/^Package: frr\nVersion: 10\.3-/m);
    expect(listed('runit')).toMatch(/^Package: runit\nVersion: 2\.2\.0-/m);
  });

  test('takes less than 250 MB, of which Node is half', () => {
    const megabytes = Number(execFileSync('du', ['-sxm', mounted.root], { encoding: 'utf8' }).split('\t')[0]);
    expect(megabytes).toBeLessThan(250);
  });

  test('serves other tests as FRR 10.3, in a folder to chroot into', () => {
    const folder = frr10Rootfs();
    expect(execFileSync('chroot', [folder, '/usr/lib/frr/bgpd', '--version'], { encoding: 'utf8' })).toContain('10.3');
    expect(
      execFileSync('chroot', [folder, 'sh', '-c', 'echo > /dev/null && vtysh --help'], { encoding: 'utf8' }),
    ).toContain('vty_socket');
    expect(frr10Rootfs()).toBe(folder);
  });
});
