import { Construct, IConstruct } from 'constructs';
import { checkProofProps, ProofProps, ProofResult, ProofSettings, prove } from '../proof';
import { readProps, reject } from '../registry/invalid-prop';
import { topologyOf } from '../registry/topology';

/** What the `Proof` construct of an app says, and what was proven last. */
interface Proven {
  construct?: Proof;
  settings?: ProofSettings;
  topology?: unknown;
  result?: ProofResult;
}

const apps = new WeakMap<IConstruct, Proven>();

function provenOf({ node: { root } }: IConstruct): Proven {
  const proven = apps.get(root) ?? {};
  apps.set(root, proven);
  return proven;
}

/**
 * Says what the proof of an app does with what it finds, and what license its routers have. `synthesize` proves every
 * app, also without it; an app that is written by `app.synth()` is proven if it has one. It makes no objects.
 */
export class Proof extends Construct {
  /** @throws InvalidPropError also for the second one of an app */
  constructor(scope: Construct, id: string, props: ProofProps = {}) {
    super(scope, id);
    const settings = readProps(this, props, checkProofProps);
    const proven = provenOf(this);
    if (proven.construct) {
      reject(this, 'props', props, `one Proof in an app: ${proven.construct.node.path} is there already`);
    }
    Object.assign(proven, { construct: this, settings });
    this.node.addValidation({ validate: () => (this.rejectUnknownParts(settings), errorsOf(proofOf(this))) });
  }

  /** The region or pair of an acceptance is there, or the finding that it is about would be accepted by no one. */
  private rejectUnknownParts({ findings }: ProofSettings): void {
    const parts = topologyOf(this).groups.map(({ part }) => part);
    for (const [kind, severity] of Object.entries(findings)) {
      if (severity === undefined || typeof severity === 'string') continue;
      severity.parts?.forEach((part, i) => {
        if (parts.some(({ name, path }) => part === name || part === path)) return;
        const names = [...new Set(parts.map(({ name }) => name))];
        reject(this, `findings.${kind}.parts[${i}]`, part, `a region or pair of the app: ${names.join(', ')}`);
      });
    }
  }
}

/**
 * Proves that the BGP topology of an app works. Ask once all constructs are there.
 *
 * @param construct the app, or any construct in it
 * @throws InvalidPropError where a region names an upstream that is not there
 */
export function proofOf(construct: IConstruct): ProofResult {
  const proven = provenOf(construct);
  const topology = topologyOf(construct);
  if (proven.result === undefined || proven.topology !== topology) {
    Object.assign(proven, { topology, result: prove(topology, proven.settings) });
  }
  return proven.result as ProofResult;
}

/** The sentences of a proof that fail the synth. */
export const errorsOf = ({ findings }: ProofResult): string[] => messages(findings, 'error');

/** The sentences of a proof that are printed. */
export const warningsOf = ({ findings }: ProofResult): string[] => messages(findings, 'warning');

const messages = (findings: ProofResult['findings'], wanted: string) =>
  findings.flatMap(({ severity, message }) => (severity === wanted ? [message] : []));
