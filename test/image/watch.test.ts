import { ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { eventually } from '../../test-support/eventually';

const SCRIPT = path.join(__dirname, '../../crpd-image/rootfs/common/usr/local/sbin/meshrr-watch');
/** A look takes this long here, in seconds, and two in the image. */
const LOOK_SECONDS = 0.2;

describe('meshrr-watch starts the stand-in', () => {
  let folder: string;
  let watch: ChildProcess;
  const beat = () => path.join(folder, 'meshrr.beat');
  const hasStarted = () => fs.existsSync(path.join(folder, 'stand-in'));
  const looks = (count: number) => new Promise((resolve) => setTimeout(resolve, 1000 * count * LOOK_SECONDS));
  let beating: NodeJS.Timeout | undefined;

  /** What the daemon does. */
  function beatAs(pid: number): void {
    fs.writeFileSync(beat(), `${pid}\n`);
    clearInterval(beating);
    beating = setInterval(() => fs.utimesSync(beat(), new Date(), new Date()), 20);
  }

  function program(name: string, text: string): void {
    fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-watch-'));
    program('meshrr', `echo "$@" > ${folder}/stand-in`);
    const env = { PATH: `${folder}:${process.env.PATH}` };
    watch = spawn(SCRIPT, [folder, `${LOOK_SECONDS}`], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  });
  afterEach(() => {
    clearInterval(beating);
    beating = undefined;
    watch.kill('SIGKILL');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('not while the daemon beats', async () => {
    beatAs(2 ** 30);
    await looks(10);
    expect(hasStarted()).toBe(false);
  });

  test('if there is no daemon', async () => {
    await eventually(() => expect(hasStarted()).toBe(true));
    expect(fs.readFileSync(path.join(folder, 'stand-in'), 'utf8')).toBe('stand-in\n');
  });

  test('if the daemon hangs, which it kills', async () => {
    const daemon = spawn('/bin/sleep', ['60']);
    const killed = new Promise((resolve) => daemon.once('exit', (_, signal) => resolve(signal)));
    beatAs(daemon.pid as number);
    await looks(4);
    expect(hasStarted()).toBe(false);
    clearInterval(beating);
    expect(await killed).toBe('SIGKILL');
    await eventually(() => expect(hasStarted()).toBe(true));
  });

  test('if the daemon has started three times, and beats each time', async () => {
    for (const pid of [2 ** 30, 2 ** 30 + 1]) {
      beatAs(pid);
      await looks(4);
    }
    expect(hasStarted()).toBe(false);
    beatAs(2 ** 30 + 2);
    await eventually(() => expect(hasStarted()).toBe(true));
  });

  test('not if a minute lies between the starts', async () => {
    for (const pid of [2 ** 30, 2 ** 30 + 1, 2 ** 30 + 2]) {
      beatAs(pid);
      await looks(36);
    }
    expect(hasStarted()).toBe(false);
  }, 60_000);

  test('a folder that cannot be written stops nothing', async () => {
    // The script may write its file at the same moment.
    await eventually(() => {
      fs.rmSync(path.join(folder, 'meshrr.watched'), { force: true });
      fs.mkdirSync(path.join(folder, 'meshrr.watched'));
    });
    beatAs(2 ** 30);
    await looks(2);
    expect(watch.exitCode).toBeNull();
  });
});
