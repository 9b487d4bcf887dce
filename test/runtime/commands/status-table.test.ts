import { duration, statusTable } from '../../../crpd-image/runtime/commands/status-table';
import { Status } from '../../../crpd-image/runtime/daemon/status';

const STATUS: Status = {
  time: '2026-03-01T12:00:05.000Z',
  startedAt: '2026-03-01T08:00:00.000Z',
  router: { kind: 'frr', reachable: true, autonomousSystem: 64496, routerId: '10.42.0.1' },
  readiness: { ready: true, reason: 'has been ready before' },
  groups: [
    {
      name: 'MESHRR-MESH',
      kind: 'mesh',
      service: 'core.default.svc.cluster.local',
      lastAnswer: 'found 3 by dns',
      peers: [
        {
          address: '10.42.0.2',
          discovered: true,
          configured: true,
          state: 'Established',
          establishedSeconds: 7505,
          prefixesReceived: 12,
        },
        { address: '10.42.0.30', discovered: false, configured: true, state: 'Active' },
      ],
    },
    {
      name: 'MESHRR-UPSTREAM',
      kind: 'upstream',
      service: 'top.default.svc.cluster.local',
      peers: [{ address: '2001:db8::1', discovered: true, configured: false }],
    },
  ],
  clients: { established: 2, total: 3 },
  lastChange: {
    time: '2026-03-01T11:58:00.000Z',
    changes: [
      { action: 'remove', group: 'MESHRR-MESH', address: '10.42.0.9' },
      { action: 'add', group: 'MESHRR-MESH', address: '10.42.0.30' },
    ],
  },
  problems: ['discovery-failed top.default.svc.cluster.local: SERVFAIL'],
};

describe('the table of a status', () => {
  test('shows the router, discovery, clients, the last change, each peer and each problem', () => {
    expect(statusTable(STATUS)).toBe(`\
router     frr, answers, AS 64496, id 10.42.0.1
readiness  ready: has been ready before
discovery  MESHRR-MESH: core.default.svc.cluster.local: found 3 by dns
discovery  MESHRR-UPSTREAM: top.default.svc.cluster.local: not asked yet
clients    2 Established of 3
changed    2026-03-01T11:58:00.000Z: remove 10.42.0.9, add 10.42.0.30

GROUP            PEER         DNS  CONFIGURED  STATE        UP     PREFIXES
MESHRR-MESH      10.42.0.2    yes  yes         Established  2h05m  12
MESHRR-MESH      10.42.0.30   no   yes         Active       -      -
MESHRR-UPSTREAM  2001:db8::1  yes  no          -            -      -

PROBLEM    discovery-failed top.default.svc.cluster.local: SERVFAIL
`);
  });

  test('is short without problems, and shows each problem', () => {
    const status: Status = {
      ...STATUS,
      router: { ...STATUS.router, kind: 'crpd', reachable: false },
      readiness: { ready: false, reason: 'not yet synchronized with DNS' },
      groups: STATUS.groups.map((group) => ({ ...group, peers: [] })),
      lastChange: undefined,
      problems: [],
    };
    expect(statusTable(status)).toBe(`\
router     crpd, DOES NOT ANSWER, AS 64496, id 10.42.0.1
readiness  NOT READY: not yet synchronized with DNS
discovery  MESHRR-MESH: core.default.svc.cluster.local: found 3 by dns
discovery  MESHRR-UPSTREAM: top.default.svc.cluster.local: not asked yet
clients    2 Established of 3
changed    nothing so far

no peers
`);
  });

  test('says that the router is drained, and how to end that', () => {
    const lines = (draining?: boolean) =>
      statusTable({ ...STATUS, router: { ...STATUS.router, draining } }).split('\n');
    expect(lines(true).filter((line) => !lines(false).includes(line))).toEqual([
      'drained    neighbors are asked to prefer other paths; "meshrr undrain" ends this',
    ]);
    expect(lines(false)).toEqual(lines(undefined));
  });

  test('shows the RTR servers of a router that validates origins', () => {
    const servers = [
      { server: 'rtr.example.net:3323', isConnected: true },
      { server: '192.0.2.53:323', isConnected: false },
    ];
    const lines = statusTable({ ...STATUS, origins: { servers, prefixes: 412345 } }).split('\n');
    expect(lines).toContain(
      'origins    rtr.example.net:3323 connected, 192.0.2.53:323 NOT CONNECTED, 412345 signed prefixes',
    );
  });

  test('escapes control characters in text from routers and DNS', () => {
    const problems = ['change-refused x: \u001b[2J\nPROBLEM    none\u202e'];
    expect(
      statusTable({ ...STATUS, problems })
        .split('\n')
        .at(-2),
    ).toBe('PROBLEM    change-refused x: \\u001b[2J\\nPROBLEM    none\\u202e');
  });

  test('has a row for each peer, and of many changes at once the first ten', () => {
    const addresses = Array.from({ length: 200_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    const changes = addresses.map((address) => ({ action: 'add', group: 'MESHRR-MESH', address }) as const);
    const peers = addresses.map((address) => ({ address, discovered: true, configured: true }));
    const lines = statusTable({
      ...STATUS,
      groups: [{ ...STATUS.groups[0], peers }],
      lastChange: { time: '2026-03-01T11:58:00.000Z', changes },
    }).split('\n');
    expect(lines.length).toBeGreaterThan(200_000);
    const shown = addresses.slice(0, 10).map((address) => `add ${address}`);
    expect(lines[4]).toBe(`changed    2026-03-01T11:58:00.000Z: ${shown.join(', ')}, and 199990 more`);
  });

  test.each([
    [0, '0s'],
    [59.9, '59s'],
    [60, '1m00s'],
    [67, '1m07s'],
    [3599, '59m59s'],
    [3600, '1h00m'],
    [7505, '2h05m'],
    [86399, '23h59m'],
    [86400, '1d0h'],
    [273600, '3d4h'],
  ])('writes %s seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
