import * as fs from 'fs';
import * as path from 'path';
import { ValidationError } from '../../lib/input';
import { Environment, RUNTIME, SettingError, SETTINGS } from '../../lib/settings';
import { Pod, podOf } from '../../lib/configuration';

/** Folders for files that live as long as the container. On FRR its user may write nowhere else. */
const RUN_FOLDER = { crpd: '/run/meshrr', frr: '/run/frr' } as const;

export const FILES = {
  status: (router: 'crpd' | 'frr') => path.join(RUN_FOLDER[router], 'meshrr.status.json'),
  /** The sign of life of the daemon. */
  beat: (router: 'crpd' | 'frr') => path.join(RUN_FOLDER[router], 'meshrr.beat'),
  /** How far the hand-over of the pod is. */
  handover: (router: 'crpd' | 'frr') => path.join(RUN_FOLDER[router], 'meshrr.handover'),
  /** The last answers of discovery, beside the router's configuration: this folder outlives the container. */
  answers: (router: 'crpd' | 'frr') => path.join(RUNTIME.configurationFolder[router], 'meshrr-answers.json'),
  /** The folder of bgpd's control socket, `bgpd.vty`. */
  vtyFolder: RUN_FOLDER.frr,
  /** Written by the filter of bgpd's log. */
  keyFault: path.join(RUN_FOLDER.frr, 'bgpd.key-fault'),
  /** The default templates, beside the bundle. */
  templates: path.join(__dirname, 'templates'),
} as const;

/**
 * Reads the settings, the file of further groups and the keys of sessions.
 *
 * @param secrets only `init` needs the root password hash
 * @param secretFile where the root password hash is mounted
 * @throws SettingError for the first that is wrong
 */
export function readPod(
  env: Environment,
  secrets: 'read' | 'ignored' = 'ignored',
  secretFile = path.join(RUNTIME.rootPassword.folder, RUNTIME.rootPassword.file),
): Pod {
  return podOf(secrets === 'read' ? withRootPassword(env, secretFile) : env, secrets, {
    groups: readText,
    key: readText,
  });
}

/** Adds the root password hash from its file to the environment, unless the variable is set. */
function withRootPassword(env: Environment, file: string): Environment {
  const { variable, codec } = SETTINGS.encryptedRootPassword;
  if (env[variable] || !fs.existsSync(file)) return env;
  try {
    return { ...env, [variable]: codec.parse(fs.readFileSync(file, 'utf8').trim()) };
  } catch (error) {
    if (error instanceof ValidationError) throw new SettingError(file, error);
    throw new SettingError(
      file,
      ValidationError.ofSecret(`a file that can be read (${(error as NodeJS.ErrnoException).code})`),
    );
  }
}

/** @throws ValidationError where it cannot be read */
function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw ValidationError.of(file, `a file that can be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
