import { Construct, IConstruct } from 'constructs';
import { BgpTopology } from '../model';
import { checkProofProps, ProofProps, ProofResult, prove } from '../proof';
import { readProps, registryOf } from '../registry';
import { keepToRules, topologyOf } from '../rules';

/**
 * Says what the proof of an app does with what it finds, and what license its routers have. `synthesize` proves every
 * app, also without it; an app that is written by `app.synth()` is proven if it has one. It makes no objects.
 */
export class Proof extends Construct {
  /** @throws InvalidPropError; that it is the only one of its app is checked when that is written */
  constructor(scope: Construct, id: string, props: ProofProps = {}) {
    super(scope, id);
    const settings = readProps(this, props, checkProofProps);
    registryOf(this).add('proofs', { path: this.node.path, props, settings });
    keepToRules(this);
    this.node.addValidation({ validate: () => errorsOf(proofOf(this)) });
  }
}

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

/** The sentences of a proof that fail the synth. */
export const errorsOf = ({ findings }: ProofResult): string[] => messages(findings, 'error');

/** The sentences of a proof that are printed. */
export const warningsOf = ({ findings }: ProofResult): string[] => messages(findings, 'warning');

const messages = (findings: ProofResult['findings'], wanted: string) =>
  findings.flatMap(({ severity, message }) => (severity === wanted ? [message] : []));
