import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  BgpTopology,
  Crpd,
  Frr,
  KubernetesNodes,
  OutsideRouter,
  ProofProps,
  Reachability,
  RouteReflectorRegion,
  RouteReflectorRegionProps,
} from '../../lib';
import { loadBalancedRouteServers } from '../../apps/load-balanced-route-servers';
import { twoRegionsHrr } from '../../apps/two-regions-hrr';
import { twoRegionsRouteServers } from '../../apps/two-regions-route-servers';
import { checkProofProps, prove } from '../../lib/proof';
import { evaluate } from '../../lib/proof/evaluation';
import { findingsOf } from '../../lib/proof/findings/findings';
import { rated } from '../../lib/proof/findings/draft-finding';
import { pair, region } from '../../test-support/examples';
import { topologyBy, topologyIn } from '../../test-support/topology';
import { atRest } from './at-rest';
import { ClientShape, topologyOfParts } from './topology-of-parts';

type Changes = Partial<RouteReflectorRegionProps>;

const sidesAt = (i: number): Changes => ({
  ...{ clientRanges: [`10.1.${i}.0/24`], reachability: Reachability.hostPorts() },
  sides: { a: { addresses: [`192.0.2.${2 * i + 1}`] }, b: { addresses: [`192.0.2.${2 * i + 2}`] } },
});

/** A core and regions below it, each after changes. */
function below(core: Changes, ...regions: readonly Changes[]): (chart: Chart) => RouteReflectorRegion[] {
  return (chart) => {
    new RouteReflectorRegion(chart, 'core', { ...region, ...core });
    return regions.map(
      (changes, i) =>
        new RouteReflectorRegion(chart, ['east', 'west'][i] ?? `r${i}`, {
          ...{ ...region, ...sidesAt(i), upstream: 'core', ...changes },
        }),
    );
  };
}

const oneSided: Changes = { sides: { a: { addresses: ['192.0.2.101'] } } };

function proofIn(define: (chart: Chart) => unknown, props: ProofProps = {}) {
  const result = prove(
    topologyIn((chart) => void define(chart)),
    checkProofProps(props),
  );
  return { ...result, findings: atRest(result.findings) };
}
const told = (define: (chart: Chart) => unknown, props?: ProofProps) =>
  proofIn(define, props).findings.map(({ kind, severity, message }) => `${severity} ${kind}: ${message}`);

describe('the example apps', () => {
  test.each(Object.entries({ ...twoRegionsHrr, ...loadBalancedRouteServers, ...twoRegionsRouteServers }))(
    '%s works',
    (_, define) => {
      const { findings, clients, failures } = prove(topologyBy(define));
      expect(findings).toEqual([]);
      for (const { expected, learned, paths } of clients) {
        expect(expected).toBeGreaterThan(0);
        expect(learned).toBe(expected);
        // One from each address that it peers with.
        expect([2, 4]).toContain(paths?.least);
        expect(paths?.leastOnFailure).toBe(paths!.least - 1);
      }
      expect(failures.map(({ lost }) => lost).every((lost) => lost === 0)).toBe(true);
    },
  );
});

describe('tells with the shortest example', () => {
  test('that a core has but one pod', () => {
    expect(told(below({ replicas: 1 }, {}, {}))).toEqual([
      'warning lossOnFailure: 198.18.0.3/32 of client-west-1 reaches client-east-1 only through meshrr-core-0: ' +
        'if it or node n1 fails, 4 clients of east and west lose 4 routes of east and west: ' +
        'give core a second pod on another node (clients and nodes are assumed)',
    ]);
  });

  test('that a region has but one side', () => {
    expect(told(below({}, {}, oneSided))).toEqual([
      'warning lossOnFailure: client-west-1 and client-west-2 of west have sessions only with meshrr-west-a@n1: ' +
        'if it, address 192.0.2.101, side meshrr-west-a or node n1 fails, ' +
        '4 clients of east and west lose 4 routes of east and west: ' +
        'give west a second side (clients and nodes are assumed)',
    ]);
  });

  test('that many regions have but one side, in one sentence', () => {
    const regions = Array.from({ length: 9 }, (_, i): Changes => ({ sides: { a: { addresses: [`192.0.3.${i}`] } } }));
    const findings = told(below({}, ...regions));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(/; the same holds for 8 more: pod \S+, pod \S+, pod \S+ and 5 more$/);
  });

  test('that pods of one region know nothing of each other, so that a client of one never learns of the other', () => {
    const withoutMesh = topologyIn(
      (chart) => void new RouteReflectorRegion(chart, 'east', { ...region, ...sidesAt(0) }),
    );
    const apart: BgpTopology = {
      ...withoutMesh,
      sessions: [],
      choices: withoutMesh.choices.filter(({ from, address }) => from.endsWith('1') === (address === '192.0.2.1')),
    };
    expect(prove(apart).findings.map(({ severity, message }) => `${severity}: ${message}`)[0]).toBe(
      'error: 2 clients of east do not learn 2 routes of east, such as 198.18.0.1/32 of client-east-1, ' +
        'which never reaches client-east-2: no sessions lead there: join the routers on both sides of the gap by a mesh, or by a region upstream of both (clients are assumed)',
    );
  });

  test('that the sessions upstream do not carry a family', () => {
    const topology = topologyIn((chart) => {
      const addressFamilies = { inet: true, evpn: true };
      below({ addressFamilies }, { addressFamilies }, { addressFamilies })(chart);
    });
    const choices = topology.choices.map((choice) =>
      choice.kind === 'upstream' ? { ...choice, families: ['inet' as const] } : choice,
    );
    const [finding] = prove({ ...topology, choices }).findings;
    expect(finding).toMatchObject({ kind: 'loss', severity: 'error', parts: ['test/east', 'test/west'] });
    expect(finding.message).toMatch(/^4 clients of east and west do not learn 4 routes .* such as EVPN route \d of /);
  });

  test('that a route of one region leaves it by a mesh', () => {
    const communities = (number: number) => ({ only: `64496:${number}` });
    const meshed = (number: number, other: string): Changes => ({
      ...{ communities: communities(number), md5: false },
      groups: [{ name: 'ACROSS', kind: 'mesh', service: `meshrr-${other}` }],
    });
    const findings = told(below({}, meshed(101, 'west'), meshed(102, 'east')));
    expect(findings).toEqual([
      expect.stringMatching(
        /^error leak: 198\.18\.0\.2\/32 of client-east-1 is for clients of east only, and meshrr-west-a@n1 has it, as meshrr-east-a@n1 sends it to meshrr-west-a@n1, and communities\.only filters sessions upstream only: remove that session; the same holds for \d more routes? /,
      ),
    ]);
  });

  test('that a router is the only one that reaches a node', () => {
    const findings = told((chart) => {
      const [east] = below({}, {})(chart);
      const both = { meshrr_region_core: 'true', meshrr_region_east: 'true' };
      new KubernetesNodes(chart, 'nodes', {
        nodes: {
          n1: { labels: { ...both, side: 'a' } },
          n2: { labels: { ...both, side: 'b' } },
        },
      });
      const client = (name: string, host: number) => ({
        ...{ name, autonomousSystem: 64496, addresses: [`10.1.0.${host}`], clientOf: [east] },
        announces: [`203.0.113.${host}/32`],
      });
      new OutsideRouter(chart, 'pe1', client('pe1', 1));
      new OutsideRouter(chart, 'pe2', client('pe2', 2));
      new OutsideRouter(chart, 'tor', { autonomousSystem: 64498, nodes: ['n1', 'n2'] });
    });
    expect(findings).toEqual([
      'warning lossOnFailure: pe1 and pe2 of east have sessions only with router tor: ' +
        'if it fails, 2 clients of east lose 2 routes of east: connect the nodes beside tor to a second router',
    ]);
  });

  test('that a group of neighbors finds none', () => {
    const groups = [{ name: 'OTHER', kind: 'upstream' as const, service: 'elsewhere' }];
    expect(told(below({}, { groups }))).toEqual(
      ['a', 'b'].map(
        (side) =>
          `warning idleGroup: meshrr-east-${side} finds no router for its group OTHER: ` +
          'no pod of the app behind the Service elsewhere would peer with it: ' +
          'correct the name, or accept this where another app has the pods',
      ),
    );
  });
});

test('does not tell that an assumed client has one side only, where the other one may be in another cluster', () => {
  const define = (chart: Chart) => {
    const props = pair(chart);
    const mesh = props.mesh;
    new AnycastRouteServerPair(chart, 'rs', { ...props, mesh, sides: { a: { addresses: ['192.0.2.1'] } } });
  };
  expect(told(define)).toHaveLength(1);
  const topology = topologyIn(define);
  const groups = topology.groups.map((group) => ({ ...group, exported: true }));
  expect(atRest(prove({ ...topology, groups }).findings)).toEqual([]);
});

test('tells how many failures were not looked at, where the topology is too large', () => {
  const topology = topologyIn((chart) => void below({}, {})(chart));
  const messages = findingsOf(topology, evaluate(topology, 0)).map(({ kind, toMessage }) => `${kind}: ${toMessage()}`);
  expect(messages.filter((message) => !message.startsWith('lossOnRollout'))).toEqual([
    expect.stringMatching(/^unproven: (\d+) of \1 single failures are not proven, as the topology is too large: pod /),
  ]);
});

describe('a finding', () => {
  const define = below({}, {}, oneSided);
  const accept = 'side b of west comes in spring';

  test('can be an error', () => {
    expect(told(define, { findings: { lossOnFailure: 'error' } })[0]).toMatch(/^error lossOnFailure/);
  });

  test('can be accepted, with a reason', () => {
    const [finding] = proofIn(define, { findings: { lossOnFailure: { accept } } }).findings;
    expect(finding).toMatchObject({ severity: 'accepted', reason: accept });
  });

  test('can be accepted of one region, and is a warning still of others', () => {
    const both = below({}, oneSided, { sides: { a: { addresses: ['192.0.2.102'] } } });
    const findings = told(both, { findings: { lossOnFailure: { accept, parts: ['west'] } } });
    expect(findings).toEqual([
      expect.stringMatching(/^warning lossOnFailure: client-east-1 and client-east-2 of east/),
      expect.stringMatching(/^accepted lossOnFailure: client-west-1 and client-west-2 of west/),
    ]);
  });
});

describe('a finding about several regions', () => {
  // A core of one pod, through which clients of both regions lose routes.
  const define = below({ replicas: 1 }, {}, {});
  const severityWith = (...parts: string[]) =>
    proofIn(define, { findings: { lossOnFailure: { accept: 'a second pod comes in spring', parts } } }).findings.map(
      ({ severity, parts: about }) => [severity, about],
    );
  const about = ['test/east', 'test/west'];

  test('is not accepted with one of them', () => {
    expect(severityWith('west')).toEqual([['warning', about]]);
    expect(severityWith('test/east', 'core')).toEqual([['warning', about]]);
  });

  test('is accepted with all of them, by name or path', () => {
    expect(severityWith('west', 'east')).toEqual([['accepted', about]]);
    expect(severityWith('test/west', 'east', 'core')).toEqual([['accepted', about]]);
  });

  test('that is about none is accepted by no list of parts', () => {
    const unproven = { kind: 'unproven', parts: [], failures: [], clients: [], groups: [], assumed: false } as const;
    const found = { ...unproven, toMessage: () => '' };
    const settings = (parts?: readonly string[]) =>
      checkProofProps({ findings: { unproven: { accept: 'it is large', ...(parts && { parts }) } } });
    expect(rated(found, { ...settings(['east']) }, new Map()).severity).toBe('warning');
    expect(rated(found, { ...settings() }, new Map()).severity).toBe('accepted');
  });
});

describe('budgets', () => {
  const crpd = new Crpd({ image: 'registry.example.com/meshrr/crpd:1.0.0' });
  const four = Array.from({ length: 4 }, (): Changes => ({ router: crpd, upstreamSessions: 1 }));

  test('count all sessions of a pod of cRPD, also those that move to it when another pod fails', () => {
    const { budgets, findings } = proofIn(below({ router: crpd }, ...four), { license: { peers: 7 } });
    // Eight pods below share two pods of the core: four each, and the mesh; eight when the other one has failed.
    expect(budgets.find(({ group, measure }) => group === 'meshrr-core' && measure === 'sessions')).toMatchObject({
      ...{ used: 5, worst: 8, limit: 7, limitedBy: 'license' },
    });
    expect(findings.map(({ kind, severity, message }) => [kind, severity, message])).toContainEqual([
      'limit',
      'error',
      expect.stringMatching(
        /^meshrr-core-[01] has 8 sessions if pod meshrr-core-[01] fails, more than the 7 of its license: split the region, add a tier between it and its clients, or raise the license \(Proof, license\.peers\)$/,
      ),
    ]);
  });

  test('hold the standard license against no more than 16 peers', () => {
    const regions = (count: number) => Array.from({ length: count }, (): Changes => ({ router: crpd }));
    expect(told(below({ router: crpd }, ...regions(7)))).toEqual([]);
    expect(told(below({ router: crpd }, ...regions(8)))[0]).toMatch(/^error limit: meshrr-core-0 has 17 sessions, /);
  });

  test('count no session of clients that are assumed', () => {
    const { budgets } = proofIn(below({ router: crpd }, { router: crpd }));
    expect(budgets.find(({ group, measure }) => group === 'meshrr-east-a' && measure === 'sessions')?.used).toBe(3);
  });

  const withRoutes = (routes: number, router: Frr | Crpd) => (chart: Chart) => {
    const [east] = below({ router }, { router })(chart);
    const client = { autonomousSystem: 64496, addresses: ['10.1.0.7'], clientOf: [east], routes };
    new OutsideRouter(chart, 'pe1', client);
  };

  test('hold the paths of declared routes against the license', () => {
    const { budgets } = proofIn(withRoutes(1000, crpd));
    // A pod of the core has each route from both sides and from the other pod.
    expect(budgets.find(({ group, measure }) => group === 'meshrr-core' && measure === 'routes')?.used).toBe(3000);
    expect(told(withRoutes(1_400_000, crpd))[0]).toMatch(
      /^error limit: \S+ has about [\d,]+ paths in its RIB, more than the 4,000,000 of its license: split the region, or raise the license/,
    );
  });

  test('warn of memory beyond the request, and refuse it beyond the limit', () => {
    const frr = (memoryLimit?: string) =>
      new Frr({ image: 'registry.example.com/meshrr/frr:1.0.0', resources: { memory: '256Mi', memoryLimit } });
    expect(told(withRoutes(1000, frr('256Mi')))).toEqual([]);
    expect(told(withRoutes(200_000, frr()))[0]).toMatch(
      /^warning memoryRequest: \S+ needs about \d+ MB of memory, more than the 268 /,
    );
    expect(told(withRoutes(200_000, frr('256Mi')))[0]).toMatch(
      /^error limit: .* of its memory limit: raise resources\.memoryLimit/,
    );
  });
});

describe('the result', () => {
  const parts = {
    core: { sides: [1, 1], changes: { clientLimit: 0 } },
    east: { above: [{ part: 'core' }] },
    west: { sides: [1, 1], above: [{ part: 'core' }] },
  };
  const clients: Readonly<Record<string, ClientShape>> = {
    w2: { homes: ['west'], announces: ['203.0.113.2/32'] },
    w1: { homes: ['west'], announces: ['203.0.113.2/32', '203.0.113.1/32'] },
    e2: { homes: ['east'] },
    e1: { homes: ['east'], announces: ['203.0.113.3/32'] },
    tor: { homes: [], beside: ['core-a-0', 'core-b-0'] },
  };
  const plain = topologyOfParts(parts, clients);
  const topology: BgpTopology = {
    ...plain,
    outside: plain.outside.map((router) => ({ ...router, assumed: router.id === 'w1' })),
    nodes: plain.nodes.map((node) => ({ ...node, assumed: node.id.startsWith('west') })),
  };
  const result = () => prove(topology);

  test('counts what was looked at', () => {
    expect(result().counts).toEqual({
      ...{ pods: 5, clients: 4, routes: 3, assumedClients: 1, assumedNodes: 2 },
      // Pods, addresses, sides, nodes and the router.
      failures: 5 + 5 + 5 + 5 + 1,
    });
  });

  test('has what each client learns, and by how many routers', () => {
    // Each of them loses a route if the pod of east fails.
    const paths = { least: 2, most: 2, leastOnFailure: 0 };
    const alone = { least: 1, most: 1, leastOnFailure: 0 };
    expect(result().clients).toEqual([
      { id: 'w2', parts: ['test/west'], assumed: false, expected: 2, learned: 2, paths },
      { id: 'w1', parts: ['test/west'], assumed: true, expected: 1, learned: 1, paths },
      { id: 'e2', parts: ['test/east'], assumed: false, expected: 3, learned: 3, paths: alone },
      { id: 'e1', parts: ['test/east'], assumed: false, expected: 2, learned: 2, paths: alone },
    ]);
    const silent = topologyOfParts({ east: {} }, { e1: { homes: ['east'] } });
    expect(prove(silent).clients).toEqual([
      { id: 'e1', parts: ['test/east'], assumed: false, expected: 0, learned: 0, paths: undefined },
    ]);
  });

  test('has what each failure costs', () => {
    const costOf = (id: string) => result().failures.find(({ failure }) => failure.id === id);
    // Both of east lose all; both of west the route of e1.
    expect(costOf('pod east-a-0')).toMatchObject({ lost: 7, clients: ['e1', 'e2', 'w1', 'w2'], cutOff: ['e1', 'e2'] });
    expect(costOf('pod west-a-0')).toMatchObject({ lost: 0, clients: [], cutOff: [] });
  });

  test('tells errors first, then warnings, then what is accepted; among these, in the order of kinds', () => {
    const idle = [{ routers: 'west-a', group: 'OTHER', service: 'elsewhere' }];
    const kindsWith = (findings: ProofProps['findings']) => [
      ...new Set(
        atRest(prove({ ...topology, idle }, checkProofProps({ findings })).findings).map(
          ({ kind, severity }) => `${severity} ${kind}`,
        ),
      ),
    ];
    expect(kindsWith({})).toEqual(['error limit', 'warning lossOnFailure', 'warning idleGroup']);
    expect(kindsWith({ limit: 'warning' })).toEqual(['warning limit', 'warning lossOnFailure', 'warning idleGroup']);
    expect(kindsWith({ idleGroup: 'error' })).toEqual(['error limit', 'error idleGroup', 'warning lossOnFailure']);
    expect(kindsWith({ lossOnFailure: { accept: 'it is new' } })).toEqual([
      ...['error limit', 'warning idleGroup', 'accepted lossOnFailure'],
    ]);
  });
});

describe('route reflectors with one cluster id', () => {
  const at = (side: string) => ({ labels: { meshrr_region_east: 'true', side } });
  const east = (nodes: Record<string, ReturnType<typeof at>>, clusterId: string) => (chart: Chart) => {
    new KubernetesNodes(chart, 'nodes', { nodes });
    new RouteReflectorRegion(chart, 'east', { ...region, ...sidesAt(0), clusterId });
  };
  const losses = (...of: Parameters<typeof east>) => told(east(...of)).filter((text) => text.startsWith('error loss'));

  test('lose nothing where each client has sessions with all of them', () => {
    expect(losses({ n1: at('a'), n2: at('b') }, 'region')).toEqual([]);
  });

  test('lose routes where a side has two of them, as a client peers with one', () => {
    const nodes = { n1: at('a'), n2: at('b'), n3: at('a'), n4: at('b') };
    expect(losses(nodes, 'pod')).toEqual([]);
    expect(losses(nodes, 'region')).toEqual([expect.stringMatching(/its own cluster id is in CLUSTER_LIST/)]);
  });
});
