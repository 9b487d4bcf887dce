import { IConstruct } from 'constructs';
import { BgpTopology } from '../model';
import { ProofResult, prove } from '../proof';
import { registryOf } from '../registry';
import { topologyOf } from '../rules';

/** Proofs take long: of each topology there is one. */
const proven = new WeakMap<BgpTopology, ProofResult>();

/**
 * Proves that the BGP topology of an app works. Ask once all constructs are there.
 *
 * @param construct the app, or any construct in it
 * @throws InvalidPropError where no topology can be derived: a region names an upstream that is not there
 */
export function proofOf(construct: IConstruct): ProofResult {
  const topology = topologyOf(construct);
  const [proof] = registryOf(construct).declared.proofs;
  const result = proven.get(topology) ?? prove(topology, proof?.settings);
  proven.set(topology, result);
  return result;
}
