import { areasOf, BACKBONE } from '../../lib/proof/areas/areas';
import { pathsBy } from '../../lib/proof/areas/area-paths';
import { areaSessions, holdersFrom, withinToo } from '../../lib/proof/areas/area-sessions';
import { Holders } from '../../lib/proof/areas/holders';
import { Above, ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

const NONE = new Set<string>();
const core: PartShape = { sides: [1, 1] };
const low: PartShape = { sides: [1], above: [{ part: 'core', sessions: 1 }] };
const families = ['inet', 'evpn'] as const;

/** The area of a part and its doors. */
function areaOf(
  part: string,
  parts: Readonly<Record<string, PartShape>>,
  failed = NONE,
  clients: Readonly<Record<string, ClientShape>> = {},
) {
  const { all } = areasOf(topologyOfParts(parts, clients));
  const number = all.findIndex((area) => area.parts.includes(`test/${part}`));
  const doors = areaSessions(all[number], failed);
  const holders = (by: Record<string, 'from client' | 'from non-client'>, family: 'inet' | 'evpn' = 'inet') => {
    const held = { by: new Map(Object.entries(by)) } as Partial<Holders> as Holders;
    return [...holdersFrom(doors, family, held).keys()].sort();
  };
  return { number, area: all[number], doors, holders };
}

describe('an area has routes of the backbone', () => {
  test('from route reflectors whose client it is, however they have them', () => {
    const { holders } = areaOf('low', { core, low });
    expect(holders({ 'core-a-0': 'from client' })).toEqual(['low-a-0']);
    expect(holders({ 'core-a-0': 'from non-client' })).toEqual(['low-a-0']);
    expect(holders({ 'core-b-0': 'from client' })).toEqual([]);
    expect(holders({})).toEqual([]);
  });

  test('from the next one, once the one that it had has failed', () => {
    const { holders, doors } = areaOf('low', { core, low }, new Set(['core-a-0']));
    expect(doors.inbound).toEqual([{ from: 'core-b-0', to: 'low-a-0', meshed: false, families: ['inet'] }]);
    expect(holders({ 'core-b-0': 'from client' })).toEqual(['low-a-0']);
  });

  test('by a mesh, what is from a client only, while both ends work', () => {
    const parts = { core, low, north: { meshes: ['core'] } };
    const held = { 'core-a-0': 'from client', 'core-b-0': 'from client' } as const;
    expect(areaOf('north', parts).holders(held)).toEqual(['north-a-0']);
    expect(areaOf('north', parts).holders({ 'core-a-0': 'from non-client' })).toEqual([]);
    expect(areaOf('north', parts, new Set(['core-a-0'])).holders({ 'core-a-0': 'from client' })).toEqual([]);
    expect(areaOf('north', parts, new Set(['north-a-0'])).holders(held)).toEqual([]);
  });

  test('of the families of the session', () => {
    const both = (above: Above): Readonly<Record<string, PartShape>> => ({
      core: { ...core, families },
      low: { families, above: [above] },
      north: { families, meshes: ['core'] },
      south: { meshes: ['core'] },
    });
    const parts = both({ part: 'core', families: ['inet'] });
    const held = { 'core-a-0': 'from client' } as const;
    expect(areaOf('low', parts).holders(held, 'evpn')).toEqual([]);
    expect(areaOf('low', both({ part: 'core' })).holders(held, 'evpn')).toEqual(['low-a-0']);
    expect(areaOf('north', parts).holders(held, 'evpn')).toEqual(['north-a-0']);
    expect(areaOf('south', parts).holders(held, 'evpn')).toEqual([]);
  });

  test('that is in the backbone, as these have them', () => {
    const { number, holders } = areaOf('core', { core, low });
    expect(number).toBe(BACKBONE);
    expect(holders({ 'core-b-0': 'from non-client' })).toEqual(['core-b-0']);
  });

  test('and gives them to reflectors of its own that are clients of others of its own', () => {
    // Pods of the region are clients of each other.
    const ring: PartShape = {
      sides: [3],
      fullMesh: false,
      above: [{ part: 'low', sessions: 1, families: ['inet'] }],
      families,
    };
    const { doors, area } = areaOf('low', { low: ring, core });
    expect(area.speakers).toEqual(['low-a-0', 'low-a-1', 'low-a-2']);
    expect(doors.inbound).toEqual([]);
    expect(doors.within).toHaveLength(3);
    const all = (family: 'inet' | 'evpn', ...holders: readonly string[]) =>
      [...withinToo(new Set(holders), doors, family)].sort();
    expect(all('inet', 'low-a-1')).toEqual(['low-a-0', 'low-a-1', 'low-a-2']);
    expect(all('evpn', 'low-a-1')).toEqual(['low-a-1']);
    expect(all('inet')).toEqual([]);
  });
});

test('a client has the sessions that are left', () => {
  const clients = { l1: { homes: ['low'] } };
  const sessionsUnder = (...failed: readonly string[]) => {
    const { doors } = areaOf('low', { core, low: { ...low, sides: [2, 1] } }, new Set(failed), clients);
    return doors.clients.map(({ client, sessions }) => [client.id, ...sessions.map(({ to }) => to)]);
  };
  expect(sessionsUnder()).toEqual([['l1', 'low-a-0', 'low-b-0']]);
  expect(sessionsUnder('low-a-0')).toEqual([['l1', 'low-a-1', 'low-b-0']]);
  expect(sessionsUnder('192.0.2.2')).toEqual([['l1', 'low-b-0']]);
  expect(sessionsUnder('l1')).toEqual([['l1']]);
});

test('paths are counted by the routers that they are from, each once, over sessions of the family', () => {
  const session = (to: string, ...of: readonly ('inet' | 'evpn')[]) =>
    ({ kind: 'client', from: 'c', to, families: of, group: '' }) as const;
  const sessions = [
    session('a', 'evpn'),
    session('a', 'inet'),
    session('a', 'inet'),
    session('b', 'inet'),
    session('c', 'inet'),
  ];
  expect(pathsBy(sessions, 'inet', (id) => (['a', 'b'].includes(id) ? 1 : 0))).toBe(2);
  expect(pathsBy(sessions, 'evpn', (id) => (['a', 'b'].includes(id) ? 1 : 0))).toBe(1);
  expect(pathsBy(sessions, 'inet', (id) => ([''].includes(id) ? 1 : 0))).toBe(0);
  expect(pathsBy([], 'inet', (id) => (['a'].includes(id) ? 1 : 0))).toBe(0);
});
