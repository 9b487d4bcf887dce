import * as fs from 'fs';
import * as path from 'path';
import { PROBE_ANSWERS } from '../../crpd-image/runtime/daemon/probe-answers';
import { handoverCommand, PROBES, RUNTIME } from '../../lib/settings';

const IMAGE = path.join(__dirname, '..', '..', 'crpd-image');
const textOf = (...names: string[]) => fs.readFileSync(path.join(IMAGE, ...names), 'utf8');

describe('what the manifests name is in the images', () => {
  test('the runtime, as a program', () => {
    const { mode } = fs.statSync(path.join(IMAGE, 'rootfs', 'common', RUNTIME.executable));
    expect(mode & 0o111).toBe(0o111);
  });

  test('the user of FRR', () => {
    expect(textOf('Dockerfile.frr')).toContain(`\nUSER ${RUNTIME.frrUser}:${RUNTIME.frrUser}\n`);
  });

  test('the folder of the configuration, from which bgpd reads it', () => {
    expect(textOf('rootfs', 'frr', 'etc', 'service', 'bgpd', 'run')).toContain(
      ` -f ${RUNTIME.configurationFolder.frr}/bgpd.conf `,
    );
  });

  test('the paths of templates and license, as operators read of them', () => {
    const readme = textOf('README.md');
    const { crpd, frr } = RUNTIME.templatePath;
    expect(readme).toContain(`| \`${crpd}\` | \`${frr}\` |`);
    expect(readme).toContain(`| \`${RUNTIME.licenseFolder}/*\` |`);
    expect(readme).toContain(`| \`${RUNTIME.configurationFolder.crpd}/juniper.conf\``);
  });
});

describe('what probes and hooks ask', () => {
  test('the runtime has an answer to each probe', () => {
    const paths = Object.values(PROBES).map(({ path: asked }) => asked);
    expect([...new Set(paths)].sort()).toEqual(Object.keys(PROBE_ANSWERS).sort());
  });

  test('the command of the hook is among those that the runtime lists', () => {
    const [, usage] = textOf('runtime', 'main.ts').split('usage: meshrr COMMAND');
    const listed = [...usage.matchAll(/^ {2}([\w-]+) /gm)].map(([, command]) => command);
    const [program, handover, ...others] = handoverCommand();
    expect([program, listed.includes(handover), others]).toEqual([RUNTIME.executable, true, []]);
  });
});
