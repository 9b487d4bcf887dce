import * as fs from 'fs';
import * as path from 'path';
import { check } from '../../crpd-image/runtime/commands/check';
import { UsageError } from '../../crpd-image/runtime/commands/command';
import { checkCommand, handoverCommand, RUNTIME } from '../../lib/settings';

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

describe('the commands of probes and hooks', () => {
  /** What the runtime makes of an argument of its command `check`. */
  const outcomeOf = (args: readonly string[]) => check(args).catch((error: unknown) => error);

  test.each(['live', 'ready'] as const)('ask the runtime whether it is %s, which it understands', async (of) => {
    const [program, command, ...args] = checkCommand(of);
    expect([program, command]).toEqual([RUNTIME.executable, 'check']);
    // There is no pod here; a word that is wrong would be refused before the pod is looked at.
    expect(await outcomeOf(args)).not.toBeInstanceOf(UsageError);
    expect(await outcomeOf([`${args.join()}-or-not`])).toBeInstanceOf(UsageError);
  });

  test('are among those that the runtime tells of', () => {
    const [, usage] = textOf('runtime', 'main.ts').split('usage: meshrr COMMAND');
    const told = new Map([...usage.matchAll(/^ {2}(\w+) +(\S+)/gm)].map(([, command, word]) => [command, word]));
    expect(told.get(checkCommand('live')[1])).toBe('live|ready');
    const [program, handover, ...others] = handoverCommand();
    expect([program, told.has(handover), others]).toEqual([RUNTIME.executable, true, []]);
  });
});
