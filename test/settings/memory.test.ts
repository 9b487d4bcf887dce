import * as fc from 'fast-check';
import * as fs from 'fs';
import * as path from 'path';
import { canonicalQuantity, clientsIn, frrMemory, parseQuantity } from '../../lib/settings';

/** Rows of the table of what takes memory, as operators read it. */
const PAGE = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'routers.md'), 'utf8');
const figureOf = (row: string) => PAGE.split(`\n| ${row}`)[1].split('\n')[0].split('|')[1].trim();

describe('a quantity is', () => {
  test.each([
    ['7', 7],
    ['500m', 0.5],
    ['2k', 2000],
    ['3Ki', 3072],
    ['20M', 20_000_000],
    ['256Mi', 268_435_456],
    ['1.5G', 1_500_000_000],
    ['0.25Gi', 268_435_456],
    ['2T', 2_000_000_000_000],
    ['10.50Ti', 11_544_872_091_648],
  ])('%s: so many bytes', (quantity, bytes) => {
    expect(parseQuantity(quantity)).toEqual({ text: quantity, value: bytes });
  });

  // What the API server of Kubernetes 1.34 returned for each.
  test.each([
    ['5120Mi', '5Gi'],
    ['1.5Gi', '1536Mi'],
    ['1000Mi', '1000Mi'],
    ['1000m', '1'],
    ['0.3', '300m'],
    ['250m', '250m'],
    ['2000M', '2G'],
    ['1500M', '1500M'],
    ['4096', '4096'],
    ['0', '0'],
  ])('%s: as the API server writes it, %s', (quantity, text) => {
    expect(canonicalQuantity(quantity)).toBe(text);
    expect(parseQuantity(text).value).toBeCloseTo(parseQuantity(quantity).value, 9);
  });

  test.each(['', 'x', 'Mi', '1Zi', '1 Gi', '1.2.3Mi', '.5Gi', '5.Gi', '-1Mi', 'a1Mi', '1Mib', '1e3'])(
    'none: %p',
    (text) => {
      expect(() => parseQuantity(text)).toThrow('a Kubernetes quantity such as');
    },
  );
});

test('a pod with FRR takes what operators read', () => {
  const [, ...parts] = /^(\d+) \+ (\d+) \+ (\d+) MB$/.exec(figureOf('bgpd, the runtime,')) ?? [];
  const [, neighbor] = /^(\d.\d) MB /.exec(figureOf('a neighbor,')) ?? [];
  const [, path] = /^(\d+) bytes$/.exec(figureOf('a path')) ?? [];
  const alone = parts.reduce((sum, part) => sum + Number(part) * 1e6, 0);
  const inAll = (neighbors: number, paths: number) =>
    alone + neighbors * Math.round(Number(neighbor) * 1e6) + paths * Number(path);
  fc.assert(
    fc.property(fc.nat(9000), fc.nat(2e6), (neighbors, paths) => {
      expect(frrMemory({ neighbors, paths })).toBe(inAll(neighbors, paths));
    }),
  );
});

test('512Mi have room for 277 clients, as operators read', () => {
  expect(PAGE).toContain('Half of the rest is for clients, the other half for routes: 277 clients for 512Mi');
  expect(clientsIn(parseQuantity('512Mi').value, 64)).toBe(277);
});

test('no client has room where the router has none', () => {
  expect(clientsIn(1, 0)).toBe(0);
});

test('as many clients have room as leave as much for routes, and not one more', () => {
  fc.assert(
    fc.property(fc.nat(1e10), fc.nat(4000), (bytes, neighbors) => {
      const clients = clientsIn(bytes, neighbors);
      const alone = frrMemory({ neighbors, paths: 0 });
      const twice = (count: number) => 2 * (frrMemory({ neighbors: neighbors + count, paths: 0 }) - alone);
      if (clients > 0) expect(alone + twice(clients)).toBeLessThanOrEqual(bytes + 1);
      expect(alone + twice(clients + 1)).toBeGreaterThan(bytes - 1);
    }),
  );
});
