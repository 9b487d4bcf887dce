import { FindingKind, ProofResult } from './result';

/** What a proof comes to. */
export interface Verdict {
  readonly result: 'proven' | 'proven in part' | 'nothing to prove' | 'refuted';
  /** A sentence, with a full stop. */
  readonly sentence: string;
}

/** Findings with which a part of the topology is not proven, whatever is made of them. */
const OPEN: readonly FindingKind[] = ['unannounced', 'nothingToProve', 'unproven'];

/** Whether each client learns what it should; where no client should learn anything, nothing is proven. */
export function verdictOf({ clients, findings }: Pick<ProofResult, 'clients' | 'findings'>): Verdict {
  if (clients.some(({ expected, learned }) => learned < expected)) {
    return { result: 'refuted', sentence: 'Not every client learns every route that it should.' };
  }
  if (clients.every(({ expected }) => expected === 0)) {
    return { result: 'nothing to prove', sentence: 'There is no client that should learn a route.' };
  }
  const isOpen = findings.some(({ kind }) => OPEN.includes(kind));
  const sentence = 'Every client learns every route that it should.';
  return { result: isOpen ? 'proven in part' : 'proven', sentence };
}
