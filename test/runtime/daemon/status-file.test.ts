import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Status } from '../../../crpd-image/runtime/daemon/status';
import { ageOf, readStatus, writeStatus } from '../../../crpd-image/runtime/daemon/status-file';

const STATUS: Status = {
  time: '2026-03-01T12:00:05.000Z',
  startedAt: '2026-03-01T08:00:00.000Z',
  router: { kind: 'frr', reachable: true, autonomousSystem: 64496, routerId: '10.42.0.1' },
  readiness: { ready: true, reason: 'has been ready before' },
  groups: [],
  clients: { established: 0, total: 0 },
  problems: [],
};

describe('the file of the status', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-status-'));
    file = path.join(folder, 'status.json');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  test('gives back what was written, for its owner alone', () => {
    writeStatus(file, STATUS);
    expect(readStatus(file)).toEqual(STATUS);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(['status.json']);
  });

  test('is replaced as a whole: who has it open reads the old one to its end', () => {
    writeStatus(file, STATUS);
    const reader = fs.openSync(file, 'r');
    try {
      writeStatus(file, { ...STATUS, problems: ['x'.repeat(100_000)] });
      expect(JSON.parse(fs.readFileSync(reader, 'utf8'))).toEqual(STATUS);
    } finally {
      fs.closeSync(reader);
    }
    expect(readStatus(file)?.problems[0]).toHaveLength(100_000);
  });

  test('leaves the old one as it was where the new one cannot be written', () => {
    writeStatus(file, STATUS);
    fs.mkdirSync(`${file}.new`);
    expect(() => writeStatus(file, { ...STATUS, problems: ['new'] })).toThrow('EISDIR');
    expect(readStatus(file)).toEqual(STATUS);
  });

  test('takes the place of one that a crash left unfinished', () => {
    fs.writeFileSync(`${file}.new`, '{"time":"20');
    writeStatus(file, STATUS);
    expect(readStatus(file)).toEqual(STATUS);
  });

  test('counts as none where no daemon has written one', () => {
    expect(readStatus(file)).toBeUndefined();
  });

  test.each(['', '{"time":"2026', 'null', '[]', '{}', '7', '"status"', '{"readiness":{}}', '\0\0\0'])(
    'counts as none where it holds %j',
    (garbage) => {
      fs.writeFileSync(file, garbage);
      expect(readStatus(file)).toBeUndefined();
    },
  );

  test('knows its age', () => {
    expect(ageOf({ ...STATUS, time: new Date(Date.now() - 20_000).toISOString() })).toBeCloseTo(20, 0);
  });
});
