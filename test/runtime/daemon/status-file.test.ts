import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Status } from '../../../crpd-image/runtime/daemon/status';
import { staleReason, readStatus, writeStatus } from '../../../crpd-image/runtime/daemon/status-file';

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

  test('is replaced atomically: a reader that has it open reads the old one to its end', () => {
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

  test('leaves the old one unchanged if the new one cannot be written', () => {
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

  test('counts as missing if no daemon has written one', () => {
    expect(readStatus(file)).toBeUndefined();
  });

  test.each(['', '{"time":"2026', 'null', '[]', '{}', '7', '"status"', '{"readiness":{}}', '\0\0\0'])(
    'counts as none where it holds %j',
    (garbage) => {
      fs.writeFileSync(file, garbage);
      expect(readStatus(file)).toBeUndefined();
    },
  );

  test.each(Object.keys(STATUS))('counts as missing without its %s, or with a wrong value of it', (field) => {
    for (const value of [undefined, null, 7, 'x', [{}], { ready: 'yes' }]) {
      fs.writeFileSync(file, JSON.stringify({ ...STATUS, [field]: value }));
      expect(readStatus(file)).toBeUndefined();
    }
  });

  test('may have a last change and further fields', () => {
    const changes = [{ action: 'add', group: 'MESHRR-MESH', address: '10.42.0.2' }];
    const status = { ...STATUS, lastChange: { time: STATUS.time, changes }, further: 1 };
    fs.writeFileSync(file, JSON.stringify(status));
    expect(readStatus(file)).toEqual(status);
    fs.writeFileSync(file, JSON.stringify({ ...status, lastChange: { changes } }));
    expect(readStatus(file)).toBeUndefined();
  });

  test.each([
    [0, undefined],
    [-14, undefined],
    [14, undefined],
    [-20, 'the daemon has not reported for 20 seconds'],
    [7200, 'the daemon has not reported since the clock was set back'],
  ])('written %i seconds from now is outdated or not', (seconds, why) => {
    expect(staleReason({ ...STATUS, time: new Date(Date.now() + seconds * 1000).toISOString() })).toBe(why);
  });
});
