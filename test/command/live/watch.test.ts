import { KubectlError } from '../../../command/live/kubectl';
import { Progress } from '../../../command/live/progress';
import { watch } from '../../../command/live/watch';

/** What is on a screen after these writes: the sequences that clear it or a line remove what was there. */
function screen(written: readonly string[]): string {
  const [last] = written.join('').split('\x1b[H\x1b[2J').slice(-1);
  return last.replaceAll(/[^\n]*\r\x1b\[K/g, '');
}

/** Runs with an output that is a terminal, or is none. Returns what was written to it. */
async function written(isTTY: boolean, run: () => Promise<void>): Promise<readonly string[]> {
  const texts: string[] = [];
  const { stdout } = process;
  const before = [stdout.isTTY, stdout.rows] as const;
  const spy = jest.spyOn(stdout, 'write').mockImplementation((text) => (texts.push(String(text)), true));
  try {
    [stdout.isTTY, stdout.rows] = [isTTY, 4];
    await run();
  } finally {
    spy.mockRestore();
    [stdout.isTTY, stdout.rows] = before;
  }
  return texts;
}

describe('--watch', () => {
  /** At first the API server is away. */
  const looks = (text: string) => {
    let count = 0;
    return () =>
      count++ === 0 ? Promise.reject(new KubectlError('the server is away')) : Promise.resolve({ text, last: true });
  };

  test('shows the last table in the place of the one before, as much as fits', async () => {
    const texts = await written(true, () => watch(looks('sums\n\nheadings\nfirst\nsecond\n')));
    expect(texts).toHaveLength(2);
    expect(screen(texts.slice(0, 1))).toMatch(/^\d\d:\d\d:\d\d UTC {2}the server is away\n$/);
    expect(screen(texts)).toMatch(/^\d\d:\d\d:\d\d UTC {2}sums\n\n… and 3 more lines\n$/);
  });

  test('writes one table after the other to a file', async () => {
    const texts = await written(false, () => watch(looks('sums\nrow\n')));
    expect(texts.join('')).toMatch(/^\S+ UTC {2}the server is away\n\S+ UTC {2}sums\nrow\n$/);
  });

  test('ends with another error', async () => {
    await expect(written(false, () => watch(() => Promise.reject(new Error('a defect'))))).rejects.toThrow('a defect');
  });
});

describe('the progress of long work', () => {
  const output = (isTTY: boolean) => {
    const texts: string[] = [];
    const stream = { isTTY, write: (text: string) => texts.push(text) } as unknown as NodeJS.WriteStream;
    return { texts, stream };
  };

  test('is one line, which counts, and is gone at the end', () => {
    const { texts, stream } = output(true);
    const progress = new Progress('reading the cluster', stream);
    expect(screen(texts)).toBe('reading the cluster');
    progress.step();
    progress.step();
    expect(screen(texts)).toBe('reading the cluster: 2 pods');
    progress.end();
    expect(screen(texts)).toBe('');
  });

  test('is not written where nobody watches', () => {
    const { texts, stream } = output(false);
    const progress = new Progress('reading the cluster', stream);
    progress.step();
    progress.end();
    expect(texts).toEqual([]);
  });
});
