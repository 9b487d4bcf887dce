import * as fs from 'fs';
import * as path from 'path';
import { nodeRelease } from './node-release';

const WRAPPER = path.join(__dirname, '..', 'crpd-image/rootfs/common/usr/local/bin/meshrr');

/** How the images start the daemon: what a measure of it must do, too. */
export interface Launcher {
  readonly node: string;
  /** Arguments of node before the bundle. */
  readonly nodeArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Reads it from the images' own start script, with the release of Node that they carry. */
export function launcherOfImages(): Launcher {
  const script = fs.readFileSync(WRAPPER, 'utf8').replace(/\\\n\s*/g, ' ');
  const [, forRun] = /^if \[ "\$\{1-\}" = run \][^\n]*; then\n([\s\S]*?)\nelse/m.exec(script) ?? [];
  const [, words] = /set -- (.*) \/usr\/share\/meshrr\/meshrr\.js/.exec(forRun ?? '') ?? [];
  const variables = [...script.split('else')[0].matchAll(/\b(MALLOC_\w+)=(\d+)/g)];
  if (!words || variables.length === 0) throw new Error(`${WRAPPER} does not start the daemon as expected`);
  return {
    node: path.join(nodeRelease(24), 'node'),
    nodeArguments: words.trim().split(/\s+/),
    environment: Object.fromEntries(variables.map(([, name, value]) => [name, value])),
  };
}
