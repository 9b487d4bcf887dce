import { defaultTemplate } from '../../../lib/configuration';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { gzipSync } from 'zlib';
import { prepareConfiguration, Preparation } from '../../../crpd-image/runtime/configuration/initial-configuration';
import { ConfigurationError } from '../../../lib/configuration';
import { Case, GOLDEN_CASES, podOf, render, RouterKind } from '../../../test-support/configuration-cases';

const [BASE] = GOLDEN_CASES;
const withEnv = (env: object): Case => ({ name: 'changed', env: { ...BASE.env, ...env } });

describe.each([
  ['crpd', 'juniper.conf'],
  ['frr', 'bgpd.conf'],
] as const)('the configuration of %s', (router, name) => {
  let root: string;
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

  test('is rendered from the default template where there is nothing else', () => {
    expect(prepare()).toEqual({ action: 'rendered', file: file(), template: defaultTemplate(router).path });
    expect(text()).toBe(render(BASE, router));
  });

  test('can be read by its owner alone, and no other file is left', () => {
    prepare();
    expect(fs.statSync(file()).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(at('configuration')).sort()).toEqual([name, 'meshrr-identity.json'].sort());
  });

  test("is rendered from an operator's template that is there, without its byte-order mark", () => {
    fs.writeFileSync(at('operator.j2'), '\ufeffsystem { host-name {{ POD_IP }}; }\n');
    expect(prepare()).toMatchObject({ action: 'rendered', template: at('operator.j2') });
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

  test('is not written where a folder stands in the place of the template', () => {
    fs.mkdirSync(at('operator.j2'));
    expect(reasonOf(prepare)).toBe(`${at('operator.j2')}: cannot be read (EISDIR)`);
  });

  test('is left alone at the next start', () => {
    prepare();
    const inode = fs.statSync(file()).ino;
    expect(prepare()).toEqual({ action: 'unchanged', file: file() });
    expect(fs.statSync(file()).ino).toBe(inode);
  });

  test('is carried over to a new address, and no template is rendered for it', () => {
    prepare();
    fs.appendFileSync(file(), '# {{ POD_IP }}\n');
    fs.writeFileSync(at('operator.j2'), 'never');
    const prepared = prepare(withEnv({ POD_IP: '10.42.9.9' }));
    expect(prepared).toMatchObject({ action: 'carried-over', file: file() });
    expect(prepared.changes).toHaveLength(2);
    expect(text()).toBe(`${render(withEnv({ POD_IP: '10.42.9.9' }), router)}# {{ POD_IP }}\n`);
    expect(prepare(withEnv({ POD_IP: '10.42.8.8' })).changes).toHaveLength(2);
  });

  test('keeps the router-id of the setting while the pod moves, and its own address follows', () => {
    const source = router === 'crpd' ? 'local-address {{ POD_IP }};' : ' neighbor A update-source {{ POD_IP }}';
    const start = router === 'crpd' ? 'groups { MESHRR { protocols { bgp { group A {' : 'router bgp 64512';
    const id =
      router === 'crpd'
        ? '} } } } } routing-options { router-id {{ MESHRR_ROUTER_ID }}; }'
        : ' bgp router-id {{ MESHRR_ROUTER_ID }}';
    fs.writeFileSync(at('operator.j2'), `${start}\n${source}\n${id}\n`);
    const of = (podIp: string, routerId = '192.0.2.7') => withEnv({ POD_IP: podIp, MESHRR_ROUTER_ID: routerId });
    prepare(of('10.42.1.7'));
    const before = text();
    expect(prepare(of('10.42.9.9')).changes).toHaveLength(1);
    expect(text()).toBe(before.replace('10.42.1.7', '10.42.9.9'));
    prepare(of('10.42.9.9', '192.0.2.8'));
    expect(text()).toBe(before.replace('10.42.1.7', '10.42.9.9').replace('192.0.2.7', '192.0.2.8'));
  });

  test('keeps a router-id that an operator typed in, unless the setting says otherwise', () => {
    prepare();
    const typed = text().replace(/(router-id )10\.42\.1\.7/, '$1192.0.2.200');
    fs.writeFileSync(file(), typed);
    prepare(withEnv({ POD_IP: '10.42.9.9' }));
    expect(text()).toMatch(/router-id 192\.0\.2\.200/);
    prepare(withEnv({ POD_IP: '10.42.9.9', MESHRR_ROUTER_ID: '192.0.2.7' }));
    expect(text()).toMatch(/router-id 192\.0\.2\.7\b/);
  });

  test('is carried over without the file of identity, by the router-id that it holds', () => {
    prepare();
    fs.writeFileSync(at('configuration', 'meshrr-identity.json'), '{"routerId":');
    expect(prepare(withEnv({ POD_IP: '10.42.9.9' }))).toMatchObject({ action: 'carried-over' });
    expect(text()).toBe(render(withEnv({ POD_IP: '10.42.9.9' }), router));
  });

  test.each([
    ['empty', ''],
    ['not of the runtime', 'system {\n    host-name factory;\n}\n'],
  ])('takes the place of one that is %s', (_, before) => {
    fs.writeFileSync(file(), before);
    expect(prepare()).toMatchObject({ action: 'rendered' });
    expect(text()).toBe(render(BASE, router));
  });

  test.each(['is rendered', 'is carried over'])(
    'is left as it was where it %s and its identity cannot be kept',
    (how) => {
      if (how === 'is carried over') prepare();
      const before = how === 'is carried over' ? text() : undefined;
      fs.rmSync(at('configuration', 'meshrr-identity.json'), { force: true });
      fs.mkdirSync(at('configuration', 'meshrr-identity.json'));
      expect(reasonOf(() => prepare(withEnv({ POD_IP: '10.42.9.9' })))).toBe(
        `${at('configuration', 'meshrr-identity.json')}: cannot be written (EISDIR)`,
      );
      expect(fs.existsSync(file()) ? text() : undefined).toBe(before);
    },
  );

  test('comes without what a start that was killed left beside it', () => {
    const left = [`.${name}.new`, '.meshrr-identity.json.new'];
    for (const again of ['rendered', 'unchanged']) {
      for (const each of left) fs.writeFileSync(at('configuration', each), 'half');
      expect(prepare()).toMatchObject({ action: again });
      expect(fs.readdirSync(at('configuration')).sort()).toEqual([name, 'meshrr-identity.json'].sort());
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

describe('a configuration that Junos compressed', () => {
  let folder: string;
  const file = () => path.join(folder, 'juniper.conf');
  const prepare = () =>
    prepareConfiguration({
      ...podOf(withEnv({ POD_IP: '10.42.9.9' }), 'crpd'),
      templates: path.dirname(defaultTemplate('crpd').path),
      folder,
      operatorTemplate: path.join(folder, 'none.j2'),
    });
  beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'configuration-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  test('is carried over into the plain file, and removed', () => {
    fs.writeFileSync(`${file()}.gz`, gzipSync(render(BASE, 'crpd')));
    expect(prepare()).toMatchObject({ action: 'carried-over', file: file() });
    expect(fs.readFileSync(file(), 'utf8')).toBe(render(withEnv({ POD_IP: '10.42.9.9' }), 'crpd'));
    expect(fs.existsSync(`${file()}.gz`)).toBe(false);
  });

  test('becomes a plain file, also where nothing in it changes', () => {
    fs.writeFileSync(`${file()}.gz`, gzipSync(render(withEnv({ POD_IP: '10.42.9.9' }), 'crpd')));
    expect(prepare()).toEqual({ action: 'unchanged', file: file() });
    expect(fs.readFileSync(file(), 'utf8')).toBe(render(withEnv({ POD_IP: '10.42.9.9' }), 'crpd'));
  });

  test('beside a plain one counts where it is the later', () => {
    const other = render(BASE, 'crpd').replace('hold-time 30', 'hold-time 90');
    fs.writeFileSync(file(), render(BASE, 'crpd'));
    fs.writeFileSync(`${file()}.gz`, gzipSync(other));
    fs.utimesSync(file(), 1, 1);
    prepare();
    expect(fs.readFileSync(file(), 'utf8')).toContain('hold-time 90');
  });

  test('is not replaced where it is damaged, or does not hold together', () => {
    const damaged = gzipSync(render(BASE, 'crpd')).subarray(0, 60);
    fs.writeFileSync(`${file()}.gz`, damaged);
    expect(prepare).toThrow(`${file()}.gz: cannot be read (Z_BUF_ERROR)`);
    fs.rmSync(`${file()}.gz`);
    fs.writeFileSync(file(), render(BASE, 'crpd').slice(0, -30));
    expect(prepare).toThrow(`${file()}: a block without "}", line `);
    expect(prepare).toThrow('; mend it, or remove it to start from the template');
  });
});
