import { BgpTopology } from '../../lib';
import { Failure, ProofResult } from '../../lib/proof/result';

/** What a proof might say about a topology, good and bad. It proves nothing: pages are tested with it. */
export function someProof({ speakers, nodes, outside, groups }: BgpTopology): ProofResult {
  const failures = [
    ...speakers.map(({ id }): Failure => ({ id: `pod ${id}`, kind: 'pod', name: id, failed: [id] })),
    ...nodes.map(({ id }): Failure => ({ id: `node ${id}`, kind: 'node', name: id, failed: [] })),
  ];
  const [first, second] = outside.map(({ id }) => id);
  const nobody = { parts: [], failures: [], clients: [], groups: [], assumed: false };
  return {
    counts: {
      ...{ pods: speakers.length, clients: outside.length, routes: 12, failures: failures.length },
      ...{ assumedClients: 0, assumedNodes: 0 },
    },
    findings: [
      {
        ...nobody,
        ...{ kind: 'lossOnFailure', severity: 'error', failures: [failures[0].id] },
        message: `a route from ${first} reaches ${second} only through ${speakers[0].id}`,
      },
      { ...nobody, kind: 'limit', severity: 'warning', message: `${speakers[0].id} has 17 sessions, and may have 16` },
      {
        ...nobody,
        ...{ kind: 'idleGroup', severity: 'accepted', reason: 'the <core> is elsewhere & known' },
        message: 'MESHRR-UPSTREAM finds nobody behind Service meshrr-core',
      },
    ],
    clients: outside.map(({ id, clientOf, assumed }, i) => ({
      ...{ id, parts: clientOf, assumed, expected: 6, learned: i === 1 ? 5 : 6 },
      paths: { least: 1, most: 2, leastOnFailure: i % 2 },
    })),
    failures: failures.map((failure, i) => {
      const clients = i === 0 ? [first, second] : [];
      return { failure, lost: 3 * clients.length, clients, cutOff: clients.slice(0, 1) };
    }),
    rollouts: ['everything', 'all but side b'].map((step, i) => {
      const failure = { id: `rollout of ${step}`, kind: 'rollout' as const, name: `of ${step}`, failed: [] };
      return { failure, lost: i === 0 ? 3 : 0, clients: i === 0 ? [first] : [], cutOff: i === 0 ? [first] : [] };
    }),
    pairs: {
      ...{ looked: 3, leftOut: 1 },
      costly: [
        {
          failure: { id: 'pod a and pod b', kind: 'pair', name: 'pod a and pod b', failed: [] },
          ...{ lost: 9, clients: [second], cutOff: [] },
        },
      ],
    },
    budgets: groups.flatMap(({ id }, i) => [
      {
        ...{ group: id, pod: `${id}-0`, measure: 'sessions' as const, unit: 'sessions' as const },
        ...{ used: 6 + i, worst: 15 + i, failure: failures[0].id, limit: 16, limitedBy: 'license' },
      },
      {
        ...{ group: id, pod: `${id}-0`, measure: 'memory' as const, unit: 'MB' as const },
        ...{ used: 210, worst: 230, limitedBy: 'memory limit' },
      },
    ]),
  };
}
