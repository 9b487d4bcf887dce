import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { RUNTIME } from '../../lib/settings';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { bundle } = require('../../scripts/bundle') as { bundle(folder: string): string };

const ROOT = path.join(__dirname, '..', '..');

/** Where pods have the token of their ServiceAccount; /var/run leads to /run. */
export const ACCOUNT_FOLDER = 'run/secrets/kubernetes.io/serviceaccount';

/** Folders of the FRR image, and those that pods mount. */
const FOLDERS = [
  ACCOUNT_FOLDER,
  'etc/frr',
  'etc/meshrr/groups',
  'etc/meshrr/members',
  RUNTIME.keyFolder.slice(1),
  'run/frr',
  'var/tmp/frr',
  'tmp',
  'dev',
  'proc',
];

/** Files of this machine that every pod has. */
export const MOUNTED_FILES = [{ inside: 'usr/local/bin/node', outside: process.execPath }];

/** The root file system that all pods of a lab share, read-only. */
export interface LabImage {
  /** Folders of an overlay, the upper one first: the runtime of the FRR image, and a system with FRR. */
  readonly layers: readonly string[];
}

/**
 * Copies the runtime and the services of the FRR image to a folder, as an overlay over a system with FRR.
 *
 * @param folder a writable folder outside of `base`
 * @param base root of the system with FRR
 */
export function layOutImage(folder: string, base = '/'): LabImage {
  const at = (...parts: string[]) => path.join(folder, ...parts);
  for (const each of FOLDERS) fs.mkdirSync(at(each), { recursive: true });
  for (const rootfs of ['common', 'frr']) {
    fs.cpSync(path.join(ROOT, 'crpd-image/rootfs', rootfs), folder, { recursive: true });
  }
  const shared = at('usr/share/meshrr');
  bundle(shared);
  fs.cpSync(path.join(ROOT, 'crpd-image/templates'), path.join(shared, 'templates'), { recursive: true });
  for (const { inside } of MOUNTED_FILES) fs.writeFileSync(at(inside), '');
  const user = RUNTIME.frrUser;
  const passwd = fs.readFileSync(path.join(base, 'etc/passwd'), 'utf8').replace(/^frr:.*\n/m, '');
  fs.writeFileSync(at('etc/passwd'), `${passwd}frr:x:${user}:${user}:FRR:/nonexistent:/usr/sbin/nologin\n`);
  suitBgpd(at('etc/service/bgpd/run'), base);
  return { layers: [folder, base] };
}

/** FRR 8.4 has no option -x, and accepts the IPv6 family over IPv4 sessions without it. */
function suitBgpd(script: string, base: string): void {
  const help = execFileSync('chroot', [base, '/usr/lib/frr/bgpd', '--help'], { encoding: 'utf8' });
  if (help.includes('--v6-with-v4-nexthop')) return;
  const text = fs.readFileSync(script, 'utf8');
  const suited = text.replace(/^(exec .*) -x /m, '$1 ');
  if (suited === text) throw new Error(`${script} does not start bgpd as expected`);
  fs.writeFileSync(script, suited);
}
