import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { AssumptionWatch } from '../../../crpd-image/runtime/assumptions/watch';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../../crpd-image/runtime/logging/log';
import { parsePrefix } from '../../../lib/addressing';

const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const neighbors = (count: number, group = 'MESH') =>
  Array.from({ length: count }, (_, i) => ({ group, address: `10.42.${i >> 8}.${i & 255}` }));

describe('assumptions of a running pod', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'assumptions-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const at = (name: string) => path.join(folder, name);

  function setUp({ ranges = ['10.0.0.0/8'], keyed = true } = {}) {
    const lines: string[] = [];
    const now = () => 0;
    const conditions = new Conditions(createLog({ level: 'info', write: (line) => lines.push(line) }), now);
    const watch = new AssumptionWatch({
      model: {
        clients: [{ name: 'CLIENTS', ranges: ranges.map(parsePrefix), asRanges: [] }],
        discovered: [
          { kind: 'mesh', name: 'MESH', service, key: keyed ? 'k' : undefined },
          { kind: 'upstream', name: 'UPSTREAM', service },
        ],
      },
      own: new Set(['10.42.0.1']),
      conditions,
      keyFault: at('key-fault'),
      optmemFile: at('optmem'),
    });
    return { watch, problems: () => conditions.current };
  }

  test('are no problem if they are true', () => {
    fs.writeFileSync(at('optmem'), '20480\n');
    const { watch, problems } = setUp();
    watch.observe([...neighbors(148), ...neighbors(1000, 'UPSTREAM')]);
    expect(problems()).toEqual([]);
  });

  test('memory for the keys of the mesh: a problem while there are too many', () => {
    fs.writeFileSync(at('optmem'), '20480\n');
    const { watch, problems } = setUp();
    watch.observe(neighbors(149));
    expect(problems()).toEqual([
      'assumption-failed key-memory: the router has 149 TCP MD5 keys, too many for net.core.optmem_max=20480: raise it on the node',
    ]);
    watch.observe(neighbors(148));
    expect(problems()).toEqual([]);
    const keyless = setUp({ keyed: false });
    keyless.watch.observe(neighbors(149));
    expect(keyless.problems()).toEqual([]);
  });

  test('an address for all clients', () => {
    const { watch, problems } = setUp({ ranges: ['10.0.0.0/8', '2001:db8::/32'] });
    watch.observe([]);
    expect(problems()).toEqual([expect.stringContaining('clients in 2001:db8::/32 could connect to')]);
  });

  test('keys that the kernel takes: the error that bgpd logged', () => {
    const { watch, problems } = setUp();
    watch.observe([]);
    expect(problems()).toEqual([]);
    fs.writeFileSync(at('key-fault'), 'Protocol not available');
    watch.observe([]);
    expect(problems()).toEqual(['assumption-failed keys: bgpd could not set a TCP MD5 key: Protocol not available']);
    const keyless = setUp({ keyed: false });
    keyless.watch.observe([]);
    expect(keyless.problems()).toEqual([]);
  });
});
