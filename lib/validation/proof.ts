import { IConstruct } from 'constructs';
import { BgpTopology } from '../model';
import { ProofResult, prove, withFindings } from '../proof';
import { registryOf } from '../registry';
import { topologyOf } from '../rules';
import { FinalManifests, patched } from './manifests';

/** Proofs take long: of each topology there is one. */
const proven = new WeakMap<BgpTopology, ProofResult>();

/** The proofs of apps that nothing changes at present. */
const settled = new WeakMap<IConstruct, ProofResult>();

/**
 * Proves that the BGP topology of an app works, and compares the manifests of the app with it. Ask once all constructs
 * are there, and all patches are added.
 *
 * @param construct the app, or any construct in it
 * @throws InvalidPropError where no topology can be derived: a region names an upstream that is not there
 */
export function proofOf({ node: { root } }: IConstruct): ProofResult {
  return settled.get(root) ?? proofWith(root, new FinalManifests(root));
}

/** The proof of an app with these manifests. */
export function proofWith(app: IConstruct, manifests: FinalManifests): ProofResult {
  const topology = topologyOf(app);
  const settings = registryOf(app).declared.proofs[0]?.settings;
  const result = proven.get(topology) ?? prove(topology, settings);
  proven.set(topology, result);
  return withFindings(result, patched(app, topology, manifests), topology, settings);
}

/** Whether an app was proven, and nothing changes it. */
export const isProven = (app: IConstruct): boolean => settled.has(app);

/** Does something with an app that does not change it: neither its proof nor its manifests are made again meanwhile. */
export function asProven<T>(app: IConstruct, proof: ProofResult, manifests: FinalManifests, act: () => T): T {
  settled.set(app, proof);
  try {
    return manifests.kept(act);
  } finally {
    settled.delete(app);
  }
}
