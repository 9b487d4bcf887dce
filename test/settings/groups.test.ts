import * as fc from 'fast-check';
import { IpPrefix, parseAsRange, parsePrefix } from '../../lib/addressing';
import { formatPeerGroups, parsePeerGroups, parsePeerGroupsFile, Settings } from '../../lib/settings';

const MESH = { name: 'OTHER-MESH', kind: 'mesh', service: 'other' };
const UPSTREAM = { name: 'SECOND', kind: 'upstream', service: 'second' };
const CLIENTS = { name: 'LAB', kind: 'clients', ranges: ['10.0.0.0/8'] };

/** What a refusal says of the place. */
const at = (...where: string[]) => expect.objectContaining({ name: 'ValidationError', where });

describe('parsePeerGroups', () => {
  test('reads a mesh', () => {
    expect(parsePeerGroups([MESH])).toEqual([{ kind: 'mesh', name: 'OTHER-MESH', service: 'other' }]);
  });

  test('reads a mesh with the most routers that it takes in', () => {
    for (const peerLimit of [1, 4000]) {
      const group = { ...MESH, peerLimit };
      expect(parsePeerGroups([group])).toEqual([group]);
      expect(read(formatPeerGroups(parsePeerGroups([group])))).toEqual([group]);
    }
  });

  test('reads an upstream with its number of sessions', () => {
    expect(parsePeerGroups([{ ...UPSTREAM, sessions: 4 }])).toEqual([
      { kind: 'upstream', name: 'SECOND', service: 'second', sessions: 4 },
    ]);
  });

  test('gives an upstream two sessions where the props say none', () => {
    expect(parsePeerGroups([UPSTREAM])).toEqual([{ kind: 'upstream', name: 'SECOND', service: 'second', sessions: 2 }]);
  });

  test('reads clients', () => {
    expect(parsePeerGroups([{ ...CLIENTS, asRanges: [64496, '65001-65500'] }])).toEqual([
      {
        kind: 'clients',
        name: 'LAB',
        ranges: [parsePrefix('10.0.0.0/8')],
        asRanges: [parseAsRange(64496), parseAsRange('65001-65500')],
      },
    ]);
  });

  test('reads clients that a Service lists, from no range or from some besides', () => {
    const [listed, both] = parsePeerGroups([
      { name: 'PODS', kind: 'clients', service: 'my-frr' },
      { ...CLIENTS, service: 'my-frr' },
    ]);
    expect(listed).toEqual({ kind: 'clients', name: 'PODS', ranges: [], service: 'my-frr' });
    expect(both).toMatchObject({ ranges: [{ text: '10.0.0.0/8' }], service: 'my-frr' });
    const text = formatPeerGroups([listed, both]);
    const ranges = { clientRanges: undefined };
    expect(parsePeerGroupsFile(text, { ...ranges, mode: 'routereflector' })).toEqual([listed, both]);
    expect(() => parsePeerGroupsFile(text, { ...ranges, mode: 'routeserver' })).toThrow(at('groups', '0', 'service'));
  });

  test('reads neighbors that are not pods, by their addresses', () => {
    const groups = [
      { name: 'RR', kind: 'upstream', addresses: ['192.0.2.1', '2001:db8::1'], sessions: 2 },
      { name: 'MEMBERS', kind: 'mesh', addresses: ['192.0.2.2'] },
    ];
    const parsed = parsePeerGroups(groups);
    expect(parsed[0]).toMatchObject({ addresses: [{ text: '192.0.2.1' }, { text: '2001:db8::1' }] });
    expect(read(formatPeerGroups(parsed))).toEqual(parsed);
    const twice = [{ ...groups[0], addresses: ['2001:db8::1', '2001:db8:0::1'] }];
    expect(() => parsePeerGroups(twice)).toThrow(at('0', 'addresses', '1'));
  });

  test('keeps the order of the groups', () => {
    expect(parsePeerGroups([UPSTREAM, CLIENTS, MESH]).map(({ name }) => name)).toEqual(['SECOND', 'LAB', 'OTHER-MESH']);
  });

  test('reads no groups out of an empty list', () => {
    expect(parsePeerGroups([])).toEqual([]);
  });

  test.each(['MESHRR-MESH', 'MESHRR-CLIENTS', 'MESHRR-UPSTREAM'])(
    'refuses the name %s, which the variables describe',
    (name) => {
      expect(() => parsePeerGroups([{ ...MESH, name }])).toThrow(`got "${name}", want a name that no other group has`);
    },
  );

  test('refuses the second of two groups with one name', () => {
    expect(() => parsePeerGroups([MESH, { ...UPSTREAM, name: MESH.name }])).toThrow(at('1', 'name'));
  });

  test.each<[string, object, string]>([
    ['a kind that there is not', { ...MESH, kind: 'peers' }, 'kind'],
    ['a name that a router cannot hold', { ...MESH, name: 'a b' }, 'name'],
    ['a Service with a domain', { ...MESH, service: 'core.default.svc' }, 'service'],
    ['a Service and addresses', { ...MESH, addresses: ['192.0.2.1'] }, 'service'],
    ['no addresses', { ...UPSTREAM, service: undefined, addresses: [] }, 'addresses'],
    ['addresses of clients', { ...CLIENTS, addresses: ['192.0.2.1'] }, 'addresses'],
    ['sessions of a mesh', { name: 'G', kind: 'mesh', service: 's', sessions: 2 }, 'sessions'],
    ['a mesh that takes in nobody', { ...MESH, peerLimit: 0 }, 'peerLimit'],
    ['a mesh that takes in too many', { ...MESH, peerLimit: 4001 }, 'peerLimit'],
    ['the most routers of an upstream', { ...UPSTREAM, peerLimit: 7 }, 'peerLimit'],
    ['the most routers of clients', { ...CLIENTS, peerLimit: 7 }, 'peerLimit'],
    ['clients behind a Service with a domain', { ...CLIENTS, service: 'core.default.svc' }, 'service'],
    ['AS ranges of an upstream', { ...UPSTREAM, asRanges: ['1-2'] }, 'asRanges'],
    ['sessions of clients', { name: 'G', kind: 'clients', ranges: ['10.0.0.0/8'], sessions: 2 }, 'sessions'],
    ['no sessions', { ...UPSTREAM, sessions: 0 }, 'sessions'],
    ['65 sessions', { ...UPSTREAM, sessions: 65 }, 'sessions'],
    ['an empty list of ranges', { ...CLIENTS, ranges: [] }, 'ranges'],
    ['an empty list of AS ranges', { ...CLIENTS, asRanges: [] }, 'asRanges'],
    ['a mesh without a Service', { ...MESH, service: undefined }, 'service'],
    ['an upstream without a Service', { ...UPSTREAM, service: undefined }, 'service'],
    ['a mesh with ranges', { ...MESH, ranges: ['10.0.0.0/8'] }, 'ranges'],
    ['an upstream with ranges', { ...UPSTREAM, ranges: ['10.0.0.0/8'] }, 'ranges'],
    ['clients without ranges', { ...CLIENTS, ranges: undefined }, 'ranges'],
  ])('refuses %s, and names the prop', (_, group, prop) => {
    expect(() => parsePeerGroups([group])).toThrow(at('0', prop));
  });

  test('names the place of a range with host bits', () => {
    const group = { ...CLIENTS, ranges: ['10.0.0.0/8', '192.0.2.1/24'] };
    expect(() => parsePeerGroups([group])).toThrow(at('0', 'ranges', '1'));
  });

  test('refuses a misspelled prop', () => {
    expect(() => parsePeerGroups([{ ...MESH, svc: 'core' }])).toThrow('got "svc: …", want only the names');
  });

  test('refuses ranges of two groups that overlap, of which a router would choose by chance', () => {
    const groups = [CLIENTS, { ...CLIENTS, name: 'B', ranges: ['10.1.0.0/16'] }];
    expect(() => parsePeerGroups(groups)).toThrow('got "10.1.0.0/16", want a range that does not overlap 10.0.0.0/8');
  });

  test('refuses ranges of one group that overlap', () => {
    expect(() => parsePeerGroups([{ ...CLIENTS, ranges: ['10.1.0.0/16', '10.0.0.0/8'] }])).toThrow(
      'want a range that does not overlap 10.1.0.0/16',
    );
  });

  test('accepts ranges of both families', () => {
    const [group] = parsePeerGroups([{ ...CLIENTS, ranges: ['0.0.0.0/0', '::/0'] }]);
    expect(group).toMatchObject({ ranges: [{ family: 4 }, { family: 6 }] });
  });

  test.each([[undefined], [null], ['[]'], [{}], [{ groups: [] }]])('refuses %p, which is no list', (value) => {
    expect(() => parsePeerGroups(value)).toThrow(/want a list$/);
  });
});

/** Reads a file of groups, in a pod of these client ranges. */
const read = (text: string, clientRanges: readonly IpPrefix[] = [], mode: Settings['mode'] = 'routeserver') =>
  parsePeerGroupsFile(text, { clientRanges, mode });

describe('parsePeerGroupsFile', () => {
  test('reads the groups of a file', () => {
    expect(read(JSON.stringify({ groups: [MESH] }))).toEqual(parsePeerGroups([MESH]));
  });

  test.each(['', '{', 'groups: []', '{"groups": [],}'])('refuses %p, which is no JSON', (text) => {
    expect(() => read(text)).toThrow('want JSON of the form {"groups": [ … ]}');
  });

  test.each(['[]', 'null', '"groups"', '1'])('refuses %p, which is no object', (text) => {
    expect(() => read(text)).toThrow(/want an object$/);
  });

  test('refuses a file without groups', () => {
    expect(() => read('{}')).toThrow(at('groups'));
  });

  test('refuses whatever else a file holds', () => {
    expect(() => read('{"groups": [], "version": 2}')).toThrow('want only the names groups');
  });

  test('names the whole place of a mistake', () => {
    expect(() => read('{"groups": [{"name": "A", "kind": "clients", "ranges": ["10/8"]}]}')).toThrow(
      at('groups', '0', 'ranges', '0'),
    );
  });

  test('refuses AS ranges on a route reflector, which would not heed them, and names their place', () => {
    const file = JSON.stringify({ groups: [MESH, { ...CLIENTS, asRanges: [65001, '65010-65020'] }] });
    expect(() => read(file, [], 'routereflector')).toThrow(
      'got ["65001","65010-65020"], want none: the clients of a route reflector are in its own AS',
    );
    expect(() => read(file, [], 'routereflector')).toThrow(at('groups', '1', 'asRanges'));
    expect(() => read(file, [], 'routeserver')).not.toThrow();
    expect(() => read(JSON.stringify({ groups: [MESH, CLIENTS] }), [], 'routereflector')).not.toThrow();
  });

  describe('beside ranges that the variables take', () => {
    const file = JSON.stringify({ groups: [MESH, CLIENTS] });
    const refusal = (range: string, taken: string) => `got "${range}", want a range that does not overlap ${taken}`;

    test.each(['10.1.0.0/16', '10.0.0.0/8', '0.0.0.0/1'])('refuses a group whose range overlaps %s', (taken) => {
      const ranges = ['192.0.2.0/24', taken].map(parsePrefix);
      expect(() => read(file, ranges)).toThrow(refusal('10.0.0.0/8', taken));
    });

    test.each(['11.0.0.0/8', '::/0'])('reads a group whose range is apart from %s', (taken) => {
      expect(read(file, [parsePrefix(taken)])).toEqual(parsePeerGroups([MESH, CLIENTS]));
    });

    test('refuses it whichever of the groups it is', () => {
      const groups = [CLIENTS, { ...CLIENTS, name: 'OTHER', ranges: ['198.51.100.0/24', '203.0.113.0/24'] }];
      const taken = [parsePrefix('203.0.113.128/25')];
      expect(() => read(JSON.stringify({ groups }), taken)).toThrow(refusal('203.0.113.0/24', '203.0.113.128/25'));
    });

    test('holds only the groups against them', () => {
      expect(read('{"groups": []}', [parsePrefix('0.0.0.0/0')])).toEqual([]);
    });
  });

  test('throws a ValidationError and nothing else, whatever wrong content a file has', () => {
    // An empty list of groups is the one thing here that a file may hold.
    const json = fc.json().filter((text) => text !== '[]');
    const content = fc.oneof(
      fc.string(),
      json,
      json.map((groups) => `{"groups": ${groups}}`),
    );
    fc.assert(
      fc.property(content, (text) => {
        expect(() => read(text)).toThrow(expect.objectContaining({ name: 'ValidationError' }));
      }),
    );
  });
});

describe('formatPeerGroups', () => {
  test('writes JSON that ends its last line', () => {
    expect(formatPeerGroups([])).toBe('{\n  "groups": []\n}\n');
  });

  test('writes ranges as text, which JSON has no other form for', () => {
    const text = formatPeerGroups(parsePeerGroups([{ ...CLIENTS, asRanges: ['1-2', 3] }]));
    expect(JSON.parse(text)).toEqual({ groups: [{ ...CLIENTS, asRanges: ['1-2', '3'] }] });
  });

  test('leaves out AS ranges that the group does not have', () => {
    expect(formatPeerGroups(parsePeerGroups([CLIENTS]))).not.toContain('asRanges');
  });

  test('is read back as the same groups, whatever they are', () => {
    const service = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const asRange = fc.integer({ min: 1, max: 4294967295 });
    const details = fc.oneof(
      fc.record({ kind: fc.constant('mesh'), service }),
      fc.record({ kind: fc.constant('upstream'), service, sessions: fc.integer({ min: 1, max: 64 }) }),
      fc.record(
        { kind: fc.constant('clients'), ranges: fc.constant([]), asRanges: fc.array(asRange, { minLength: 1 }) },
        { requiredKeys: ['kind', 'ranges'] },
      ),
    );
    fc.assert(
      fc.property(fc.array(details, { maxLength: 5 }), (all) => {
        // Names and ranges follow from the place in the list, as no two may be the same.
        const groups = parsePeerGroups(
          all.map((one, i) => ({
            ...one,
            name: `GROUP-${i}`,
            ...('ranges' in one && { ranges: [`10.${i}.0.0/16`, `2001:db8:${i}::/48`] }),
          })),
        );
        expect(read(formatPeerGroups(groups))).toEqual(groups);
      }),
    );
  });
});
