import { BgpTopology } from '../model';
import { budgetsOf, overBudget } from './budgets/budgets';
import { Evaluated, evaluate, evaluatePairs, Evaluation, lostIn } from './evaluation';
import { findingsOf } from './findings/findings';
import { merged } from './findings/merging';
import { nothingToProve } from './findings/nothing-to-prove';
import { openClients } from './findings/open-clients';
import { unfiltered } from './findings/unfiltered';
import { unannounced } from './findings/unannounced';
import { unmatched } from './findings/unmatched';
import {
  ClientResult,
  Failure,
  FailureCost,
  Finding,
  FINDING_KINDS,
  FindingKind,
  PairCosts,
  ProofResult,
} from './result';
import { DraftFinding, rated } from './findings/draft-finding';
import { DEFAULT_PROOF, ProofSettings } from './props';
import { routesOf } from './simulator/simulation';

/**
 * Proves that a topology works: that every client learns every route that it should, also when any one thing fails,
 * that routes of one region only stay there, that the routers come to an end, and that no pod has more than it may.
 */
export function prove(topology: BgpTopology, settings: ProofSettings = DEFAULT_PROOF): ProofResult {
  const evaluation = evaluate(topology);
  const names = new Map(topology.groups.map(({ part }) => [part.path, part.name]));
  const failures = evaluation.evaluated.map(({ failure }) => failure);
  const budgets = budgetsOf(topology, failures, settings);
  const found = [
    ...unannounced(topology),
    ...findingsOf(topology, evaluation),
    ...overBudget(budgets, topology),
    ...openClients(topology),
    ...unfiltered(topology),
    ...unmatched(topology),
    ...nothingToProve(topology, evaluation.reach.learned),
  ];
  const findings = found.map((each) => rated(each, settings, names));
  return {
    counts: {
      pods: topology.speakers.length,
      clients: evaluation.reach.learned.size,
      routes: routesOf(topology).length,
      failures: evaluation.evaluated.length,
      assumedClients: topology.outside.filter(({ assumed, clientOf }) => assumed && clientOf.length > 0).length,
      assumedNodes: topology.nodes.filter(({ assumed }) => assumed).length,
    },
    findings: inOrder(merged(findings)),
    clients: clientsOf(topology, evaluation),
    failures: costsOf(evaluation.evaluated),
    rollouts: costsOf(evaluation.rollouts),
    ...(settings.pairsOfFailures && { pairs: pairCosts(topology, failures) }),
    budgets,
  };
}

/** A proof with further findings, of what is not in the model. */
export function withFindings(
  result: ProofResult,
  further: readonly DraftFinding[],
  { groups }: BgpTopology,
  settings: ProofSettings = DEFAULT_PROOF,
): ProofResult {
  if (further.length === 0) return result;
  const names = new Map(groups.map(({ part }) => [part.path, part.name]));
  const findings = merged(further.map((each) => rated(each, settings, names)));
  return { ...result, findings: inOrder([...result.findings, ...findings]) };
}

const SEVERITIES = ['error', 'warning', 'accepted'];

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const kinds = Object.keys(FINDING_KINDS) as FindingKind[];
  return [...findings].sort(
    (one, other) =>
      SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
      kinds.indexOf(one.kind) - kinds.indexOf(other.kind),
  );
}

function clientsOf(topology: BgpTopology, { reach }: Evaluation): readonly ClientResult[] {
  return topology.outside.flatMap(({ id, clientOf, assumed }): ClientResult[] => {
    const result = reach.learned.get(id);
    if (!result) return [];
    const { expected, learned, least, most, leastOnFailure } = result;
    const paths = expected > 0 ? { least, most, leastOnFailure } : undefined;
    return [{ id, parts: clientOf, assumed, expected, learned, paths }];
  });
}

function pairCosts(topology: BgpTopology, failures: readonly Failure[]): PairCosts {
  const { evaluated, leftOut } = evaluatePairs(topology, failures);
  const costly = costsOf(evaluated.filter(({ outcome }) => outcome.losses.length > 0));
  return { looked: evaluated.length, leftOut, costly: [...costly].sort((one, other) => other.lost - one.lost) };
}

function costsOf(evaluated: readonly Evaluated[]): readonly FailureCost[] {
  return evaluated.map(({ failure, outcome }) => ({
    failure,
    lost: lostIn(outcome),
    clients: [...new Set(outcome.losses.flatMap(({ clients }) => clients.map(({ id }) => id)))].sort(),
    cutOff: outcome.cutOff.map(({ id }) => id).sort(),
  }));
}
