import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { KeptAnswers } from '../../../crpd-image/runtime/discovery/kept-answers';

const CORE = 'core.default.svc.cluster.local';
const TOP = 'top.default.svc.cluster.local';

describe('the kept answers', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-answers-'));
    file = path.join(folder, 'answers.json');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const endpoints = (...addresses: string[]) => addresses.map((address) => ({ address }));
  const found = (...addresses: string[]) => ({ kind: 'found', source: 'file', endpoints: endpoints(...addresses) });

  test('are those that were written last, by Service', () => {
    const kept = new KeptAnswers(file);
    kept.keep(CORE, endpoints('10.42.0.1'));
    kept.keep(TOP, endpoints('fd00::1'));
    kept.keep(CORE, [
      { address: '10.42.0.1', redundancyGroup: 'a' },
      { address: '10.42.0.2', departing: true },
    ]);
    kept.write();
    const again = new KeptAnswers(file);
    expect(again.of(CORE)).toEqual(found('10.42.0.1', '10.42.0.2'));
    expect(again.of(TOP)).toEqual(found('fd00::1'));
    expect(again.of('other.default.svc.cluster.local')).toBeUndefined();
    expect(fs.readdirSync(folder)).toEqual(['answers.json']);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  test('outlive a start that gets no answer for one of the Services', () => {
    const first = new KeptAnswers(file);
    first.keep(CORE, endpoints('10.42.0.1'));
    first.keep(TOP, endpoints('10.42.1.1'));
    first.write();
    const second = new KeptAnswers(file);
    second.keep(TOP, endpoints('10.42.1.2'));
    second.write();
    const third = new KeptAnswers(file);
    expect([third.of(CORE), third.of(TOP)]).toEqual([found('10.42.0.1'), found('10.42.1.2')]);
  });

  test('are not written again while they are the same', () => {
    const kept = new KeptAnswers(file);
    kept.keep(CORE, endpoints('10.42.0.1'));
    kept.write();
    fs.rmSync(file);
    kept.keep(CORE, endpoints('10.42.0.1'));
    kept.write();
    expect(fs.existsSync(file)).toBe(false);
    kept.keep(CORE, endpoints('10.42.0.2'));
    kept.write();
    expect(fs.existsSync(file)).toBe(true);
  });

  test.each([
    ['no JSON', '{"core'],
    ['empty', ''],
    ['a list', '[]'],
    ['no list of a Service', `{"${CORE}": "10.42.0.1"}`],
    ['an empty list of a Service', `{"${CORE}": []}`],
    ['an address that is none', `{"${CORE}": ["10.42.0"]}`],
    ['an address that no host can have', `{"${CORE}": ["127.0.0.1"]}`],
  ])('are none if the file is damaged: %s', (_, content) => {
    fs.writeFileSync(file, content);
    const kept = new KeptAnswers(file);
    expect(kept.of(CORE)).toBeUndefined();
    kept.keep(CORE, endpoints('10.42.0.1'));
    kept.write();
    expect(new KeptAnswers(file).of(CORE)).toEqual(found('10.42.0.1'));
  });

  test('are written later if the file cannot be written now', () => {
    fs.rmSync(folder, { recursive: true });
    const kept = new KeptAnswers(file);
    kept.keep(CORE, endpoints('10.42.0.1'));
    expect(() => kept.write()).toThrow('ENOENT');
    fs.mkdirSync(folder);
    kept.write();
    expect(new KeptAnswers(file).of(CORE)).toEqual(found('10.42.0.1'));
  });
});
