import { ChildProcess, spawn } from 'child_process';
import * as path from 'path';
import { eventually } from '../../lab/eventually';
import { sysctls, traces } from './support/traces';

// Whatever happens to the command, nothing is left on the machine.

const ROOT = path.join(__dirname, '..', '..');
const APP = 'two-regions-hrr-metallb-frr';
const TOPOLOGY = path.join(ROOT, 'topology', APP, 'topology.json');

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves once the output has this text. */
  until(text: string): Promise<void>;
  readonly ended: Promise<number | null>;
}

function cluster(...args: readonly string[]): Started {
  const main = path.join(ROOT, 'cluster', 'main.ts');
  const child = spawn(process.execPath, ['-r', 'ts-node/register', main, ...args], { cwd: ROOT });
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const check of waiting) check();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    output: () => output,
    ended,
    until: (text) =>
      new Promise((resolve, reject) => {
        const check = () => void (output.includes(text) && resolve());
        waiting.add(check);
        check();
        void ended.then(() => reject(new Error(`it has ended without ${JSON.stringify(text)}: ${output}`)));
      }),
  };
}

const before = sysctls();

/** Processes that were killed take a moment to end on a busy machine, after their cgroups are gone. */
const untilNothingIsLeft = () => eventually(() => expect(traces()).toEqual([]));

beforeAll(untilNothingIsLeft);

test('an interrupt while nodes run and images are imported leaves nothing', async () => {
  const { child, until, ended } = cluster(APP);
  await until('starting CoreDNS');
  expect(traces().length).toBeGreaterThan(50);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  await untilNothingIsLeft();
  expect(sysctls()).toEqual(before);
});

test('an app that is refused leaves nothing, and status 1', async () => {
  const { ended, output } = cluster(path.join(__dirname, 'support', 'refused'), '--topology', TOPOLOGY);
  expect(await ended).toBe(1);
  expect(output()).toMatch(/namespaces "absent" not found/);
  await untilNothingIsLeft();
});

test('after all its processes were killed, "down" removes what is left', async () => {
  const { child, until, ended } = cluster(APP);
  await until('applying the app');
  // The process that starts the cluster ends with the one that guards it.
  child.kill('SIGKILL');
  await ended;
  expect(traces().length).toBeGreaterThan(50);
  expect(await cluster('down').ended).toBe(0);
  await untilNothingIsLeft();
  expect(sysctls()).toEqual(before);
});

test('a kept cluster stays, a second start says so, and "down" removes it', async () => {
  const { until, ended } = cluster(APP, '--keep');
  await until('the cluster stays up');
  expect(await ended).toBe(0);
  const second = cluster(APP);
  expect(await second.ended).toBe(1);
  expect(second.output()).toBe('cluster: a cluster is up (kept): to remove it: npm run cluster -- down\n');
  expect(await cluster('down').ended).toBe(0);
  await untilNothingIsLeft();
  expect(sysctls()).toEqual(before);
});
