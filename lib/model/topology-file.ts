import { IpSpan, parseAddress, parseSpan } from '../addressing';
import { Basis, derive } from './expand';
import { BgpTopology } from './topology';

/** Where addresses, prefixes and ranges stand: alone, in a list, or by the ids of nodes. */
const ADDRESSES: ReadonlySet<string> = new Set([
  ...[
    'address',
    'addresses',
    'announceable',
    'clientRoutes',
    'clusterId',
    'nodeAddresses',
    'nodeLinks',
    'nodeRanges',
    'nodeNetworks',
    'podNetworks',
    'podsFrom',
    'prefix',
  ],
  ...['clusterId', 'ranges', 'routerId', 'routerIds'],
]);
/** Maps whose keys are labels of nodes. */
const LABELS: ReadonlySet<string> = new Set(['labels', 'nodeSelector', 'nodeSelectors', 'preferredNodes']);

/** The most columns of a line that has more than one value. */
const WIDTH = 120;

/**
 * Writes a topology as JSON: router groups, nodes, routers outside, and MetalLB, in a stable order and with addresses as
 * text. Routers and sessions are left out: {@link parseTopology} derives them again.
 *
 * @throws Error for an address in a field that {@link parseTopology} would not read as one
 */
export function formatTopology({ groups, nodes, outside, metallb }: BgpTopology): string {
  return `${layOut(plain({ groups, nodes, outside, metallb } satisfies Basis, ''), '')}\n`;
}

/**
 * Reads what {@link formatTopology} wrote.
 *
 * @throws Error for other text
 */
export function parseTopology(text: string): BgpTopology {
  const read = revived(JSON.parse(text), '') as Partial<Basis> | null;
  const { groups, nodes, outside, metallb } = read ?? {};
  if (!groups || !nodes || !outside || !metallb) throw new Error('want groups, nodes, outside and metallb');
  return derive({ groups, nodes, outside, metallb });
}

const isSpan = (value: object): value is IpSpan => 'family' in value && 'first' in value && 'text' in value;

/** A value with addresses as their texts. */
function plain(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => plain(item, field));
  if (isSpan(value)) {
    if (!ADDRESSES.has(field)) throw new Error(`${field}: got the address ${value.text}, want it in ${[...ADDRESSES]}`);
    return value.text;
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      item === undefined ? [] : [[key, plain(item, ADDRESSES.has(field) ? field : key)]],
    ),
  );
}

function revived(value: unknown, field: string): unknown {
  if (ADDRESSES.has(field) && typeof value === 'string') {
    return /[/-]/.test(value) ? parseSpan(value) : parseAddress(value);
  }
  if (typeof value !== 'object' || value === null || LABELS.has(field)) return value;
  if (Array.isArray(value)) return value.map((item) => revived(item, field));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, revived(item, ADDRESSES.has(field) ? field : key)]),
  );
}

/** JSON with a value on one line, behind its name, if there is room for it. */
function layOut(value: unknown, indent: string, name = ''): string {
  if (typeof value !== 'object' || value === null) return name + JSON.stringify(value);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map((item) => layOut(item, inner))
    : Object.entries(value).map(([key, item]) => layOut(item, inner, `${JSON.stringify(key)}: `));
  if (items.length === 0) return name + open + close;
  const length = items.reduce(
    (sum, item) => sum + item.length + ', '.length,
    indent.length + name.length + '{ '.length,
  );
  if (length < WIDTH && !items.some((item) => item.includes('\n')))
    return `${name}${open} ${items.join(', ')} ${close}`;
  return `${name}${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}
