import { execFileSync } from 'child_process';
import * as path from 'path';
import { launcherOfImages } from '../../test-support/launcher';
import { Figures } from '../figure';

const ROOT = path.join(__dirname, '..', '..');

/** Runs a program of this folder as the images run the daemon; it prints its figures as JSON. */
export function asInTheImages(program: string): Figures {
  const { node, nodeArguments, environment } = launcherOfImages();
  const args = [...nodeArguments, '--require', 'ts-node/register', path.join(__dirname, program)];
  const env = { ...process.env, ...environment };
  return JSON.parse(
    execFileSync(node, args, { cwd: ROOT, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}
