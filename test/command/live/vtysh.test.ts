import { spawn, spawnSync } from 'child_process';
import { once } from 'events';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { vtysh } from '../../../command/live/vtysh';
import { eventually } from '../../../test-support/eventually';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vtysh-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** The command line, and an environment in which this script is FRR's shell. */
function command(script: string): { program: string; args: readonly string[]; env: NodeJS.ProcessEnv } {
  fs.writeFileSync(path.join(folder, 'vtysh'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const [program, ...args] = vtysh('show bgp summary json');
  return { program, args, env: { ...process.env, PATH: `${folder}:${process.env.PATH}` } };
}

test.each([0, 1, 13])('has the outputs and the status %i of the shell', (wanted) => {
  const { program, args, env } = command(`printf '%s|' "$@"; echo warning >&2; exit ${wanted}`);
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({
    status: wanted,
    stdout: '-c|show bgp summary json|',
    stderr: 'warning\n',
  });
});

test('reads all of the output, also where its own reader has gone', async () => {
  const done = path.join(folder, 'done');
  const { program, args, env } = command(`head -c 3000000 /dev/zero && echo all >${done}`);
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'readable');
  child.stdout.destroy();
  await eventually(() => expect(fs.readFileSync(done, 'utf8')).toBe('all\n'));
});
