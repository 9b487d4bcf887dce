import { defaultTemplate } from '../../../lib/configuration';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { gzipSync } from 'zlib';
import { prepareConfiguration, Preparation } from '../../../crpd-image/runtime/configuration/initial-configuration';
import { ConfigurationError } from '../../../lib/configuration';
import { parseJunos } from '../../../crpd-image/runtime/configuration/junos-text';
import { Case, GOLDEN_CASES, podOf, render, RouterKind } from '../../../test-support/configuration-cases';

const [BASE] = GOLDEN_CASES;
const withEnv = (env: object): Case => ({ name: 'changed', env: { ...BASE.env, ...env } });

describe.each([
  ['crpd', 'juniper.conf'],
  ['frr', 'bgpd.conf'],
] as const)('the configuration of %s', (router, name) => {
  let root: string;
  const files = router === 'crpd' ? [name, 'meshrr-rendered.conf'] : [name];
  const at = (...names: string[]) => path.join(root, ...names);
  const file = () => at('configuration', name);
  const text = () => fs.readFileSync(file(), 'utf8');
  const prepare = (of: Case = BASE, changes: Partial<Preparation> = {}) =>
    prepareConfiguration({
      ...podOf(of, router as RouterKind),
      templates: path.dirname(defaultTemplate(router).path),
      folder: at('configuration'),
      operatorTemplate: at('operator.j2'),
      ...changes,
    });
  const reasonOf = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as Error).message).not.toMatch(/\n/);
      return (error as Error).message;
    }
    throw new Error('it was prepared');
  };

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'configuration-'));
    fs.mkdirSync(at('configuration'));
  });
  afterEach(() => fs.rmSync(root, { recursive: true }));

  test('is rendered from the default template if there is no other', () => {
    expect(prepare()).toEqual({ file: file(), template: defaultTemplate(router).path });
    expect(text()).toBe(render(BASE, router));
  });

  test('can be read by its owner alone, and no other file is left', () => {
    prepare();
    expect(fs.statSync(file()).mode & 0o777).toBe(0o600);
    for (const each of fs.readdirSync(at('configuration'))) {
      expect(fs.statSync(at('configuration', each)).mode & 0o777).toBe(0o600);
    }
    expect(fs.readdirSync(at('configuration')).sort()).toEqual(files);
  });

  test("is rendered from an operator's template that is there, without its byte-order mark", () => {
    fs.writeFileSync(at('operator.j2'), '\ufeffsystem { host-name {{ POD_IP }}; }\n');
    expect(prepare()).toMatchObject({ template: at('operator.j2') });
    expect(text()).toBe('system { host-name 10.42.1.7; }\n');
  });

  test.each([
    [
      'does not render',
      '{{ POD_IP',
      'syntax error: unexpected end of input, expected end of variable block, line 1: {{ POD_IP',
    ],
    ['renders nothing', '\n', 'the template renders nothing'],
    ['is no UTF-8', Buffer.from([0xc3, 0x28]), 'cannot be read (ERR_ENCODING_INVALID_ENCODED_DATA)'],
  ])("is not written where the operator's template %s", (_, template, reason) => {
    fs.writeFileSync(at('operator.j2'), template);
    expect(reasonOf(prepare)).toBe(`${at('operator.j2')}: ${reason}`);
    expect(fs.readdirSync(at('configuration'))).toEqual([]);
  });

  test('is not written if the template is a folder', () => {
    fs.mkdirSync(at('operator.j2'));
    expect(reasonOf(prepare)).toBe(`${at('operator.j2')}: cannot be read (EISDIR)`);
  });

  test('is written again at the next start, with the current settings', () => {
    prepare();
    const changed = withEnv({
      POD_IP: '10.42.9.9',
      MESHRR_CLIENTRANGE: '198.51.100.0/25',
      MESHRR_FAMILY_EVPN: 'true',
      AUTONOMOUS_SYSTEM: '64999',
      MESHRR_ROUTER_ID: '192.0.2.7',
    });
    prepare(changed);
    expect(text()).toBe(render(changed, router));

    prepare(BASE);
    expect(text()).toBe(render(BASE, router));
  });

  test('is the same after any number of starts', () => {
    for (let start = 0; start < 3; start++) expect(prepare()).toEqual(prepare());
    expect(text()).toBe(render(BASE, router));
  });

  test.each([
    ['empty', ''],
    ['not of the runtime', 'system {\n    host-name factory;\n}\n'],
  ])('takes the place of one that is %s', (_, before) => {
    fs.writeFileSync(file(), before);
    prepare();
    expect(text()).toBe(render(BASE, router));
  });

  test('comes without what a start that was killed left beside it', () => {
    for (let start = 0; start < 2; start++) {
      for (const each of files) fs.writeFileSync(at('configuration', `.${each}.new`), 'half');
      prepare();
      expect(fs.readdirSync(at('configuration')).sort()).toEqual(files);
    }
  });

  test('cannot be written: the reason, and nothing by half', () => {
    expect(reasonOf(() => prepare(BASE, { folder: at('nowhere') }))).toBe(
      `${at('nowhere', name)}: cannot be written (ENOENT)`,
    );
    expect(reasonOf(() => prepare(BASE, { templates: at('nowhere') }))).toMatch(/: the default template is missing$/);
    expect(fs.readdirSync(at('configuration'))).toEqual([]);
  });
});

describe('a volume of cRPD', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  const file = () => at('juniper.conf');
  const text = () => fs.readFileSync(file(), 'utf8');
  const prepare = (of: Case = BASE) =>
    prepareConfiguration({
      ...podOf(of, 'crpd'),
      templates: path.dirname(defaultTemplate('crpd').path),
      folder,
      operatorTemplate: at('operator.j2'),
    });
  const moved = withEnv({ POD_IP: '10.42.9.9', MESHRR_CLIENTRANGE: '198.51.100.0/25' });
  const OWN = 'snmp {\n    location here;\n}\n';
  beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'configuration-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  test('keeps what an operator has committed, beside what is rendered', () => {
    prepare();
    fs.appendFileSync(file(), OWN);
    expect(prepare(moved)).toEqual({ file: file(), template: defaultTemplate('crpd').path, operator: file() });
    const done = text();
    expect(parseJunos(done).map(({ words }) => words.join(' '))).toEqual(['groups', 'snmp', 'apply-groups MESHRR']);
    expect(done).toContain(OWN);
    expect(done.replace(OWN, '')).toBe(render(moved, 'crpd'));
    prepare(moved);
    expect(text()).toBe(done);
  });

  test('keeps it without a record of what was rendered, which may be lost or damaged', () => {
    prepare();
    fs.appendFileSync(file(), OWN);
    for (const damage of [
      () => fs.rmSync(at('meshrr-rendered.conf')),
      () => fs.writeFileSync(at('meshrr-rendered.conf'), '{'),
    ]) {
      damage();
      prepare(moved);
      expect(text().replace(OWN, '')).toBe(render(moved, 'crpd'));
    }
  });

  test('loses what a template no longer renders, and what the runtime has added', () => {
    fs.writeFileSync(
      at('operator.j2'),
      'system { host-name a; } groups { LAB { x; } MESHRR { y; } } apply-groups [ LAB MESHRR ];',
    );
    prepare();
    fs.writeFileSync(
      file(),
      text().replace('y;', 'y; protocols { bgp { group MESHRR-MESH { neighbor 10.42.0.2; } } }') + OWN,
    );
    fs.rmSync(at('operator.j2'));
    prepare();
    expect(text().replace(OWN, '')).toBe(render(BASE, 'crpd'));
  });

  test('may hold the configuration compressed; a plain file takes its place', () => {
    prepare();
    fs.writeFileSync(`${file()}.gz`, gzipSync(text() + OWN));
    fs.utimesSync(file(), 1, 1);
    prepare(moved);
    expect(text()).toContain(OWN);
    expect(fs.existsSync(`${file()}.gz`)).toBe(false);
  });

  test('is unchanged if its configuration cannot be read', () => {
    prepare();
    const damaged = gzipSync(text()).subarray(0, 60);
    fs.rmSync(file());
    fs.writeFileSync(`${file()}.gz`, damaged);
    expect(prepare).toThrow(`${file()}.gz: cannot be read (Z_BUF_ERROR)`);
    fs.rmSync(`${file()}.gz`);
    const cut = render(BASE, 'crpd').slice(0, -30);
    fs.writeFileSync(file(), cut);
    expect(prepare).toThrow(`${file()}: a block without "}", line `);
    expect(prepare).toThrow('; mend it, or remove it to start from the template');
    expect(text()).toBe(cut);
  });

  test("is not written where the operator's template renders no Junos text", () => {
    fs.writeFileSync(at('operator.j2'), 'system {');
    expect(prepare).toThrow(`${at('operator.j2')}: a block without "}", line 1; mend the template`);
    expect(fs.readdirSync(folder)).toEqual(['operator.j2']);
  });

  test('is unchanged if the record cannot be written', () => {
    fs.mkdirSync(at('meshrr-rendered.conf'));
    expect(prepare).toThrow(`${at('meshrr-rendered.conf')}: cannot be read (EISDIR)`);
    expect(fs.readdirSync(folder)).toEqual(['meshrr-rendered.conf']);
  });
});

describe('a volume of FRR', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  const prepare = () =>
    prepareConfiguration({
      ...podOf(BASE, 'frr'),
      templates: path.dirname(defaultTemplate('frr').path),
      folder,
      operatorTemplate: at('operator.j2'),
    });
  beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'configuration-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  test("has the operator's file behind the rendered configuration, at every start", () => {
    fs.writeFileSync(at('operator.conf'), 'hostname mine');
    for (let start = 0; start < 2; start++) {
      expect(prepare()).toMatchObject({ file: at('bgpd.conf'), operator: at('operator.conf') });
      expect(fs.readFileSync(at('bgpd.conf'), 'utf8')).toBe(`${render(BASE, 'frr')}!\nhostname mine\n`);
    }
    fs.rmSync(at('operator.conf'));
    expect(prepare()).not.toHaveProperty('operator');
    expect(fs.readFileSync(at('bgpd.conf'), 'utf8')).toBe(render(BASE, 'frr'));
  });

  test("is left as it was where the operator's file cannot be read", () => {
    fs.writeFileSync(at('operator.conf'), Buffer.from([0xc3, 0x28]));
    expect(prepare).toThrow(`${at('operator.conf')}: cannot be read (ERR_ENCODING_INVALID_ENCODED_DATA)`);
    expect(fs.readdirSync(folder)).toEqual(['operator.conf']);
  });
});
